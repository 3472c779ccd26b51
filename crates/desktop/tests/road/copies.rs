//! An app folder that was copied, or set back to an older copy: both go on, and nothing is taken for done by its number alone.

use crate::browser::registers;
use crate::offline::offline;
use crate::station::{Desk, Station, request};
use guildhall_desktop::Desktop;
use guildhall_domain::request::Request;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Copies a folder with all in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("is made");
    for entry in std::fs::read_dir(from).expect("is listed") {
        let entry = entry.expect("is listed");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("is told").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("is copied");
        }
    }
}

pub(crate) async fn publish(desktop: &Desktop, title: &str) {
    let id = desktop.request_new().await.expect("begins");
    let blank = desktop.my_request(id.clone()).await.expect("is a draft");
    let form = request(desktop, blank.form, title).await;
    desktop.request_publish(id, form).await.expect("holds");
}

pub(crate) async fn titles(station: &Station) -> Vec<String> {
    let requests = station.market.store.all::<Request>().await.expect("lists");
    let mut titles: Vec<String> = requests.into_iter().map(|one| one.text.title).collect();
    titles.sort();
    titles
}

/// The same desktop over a copy of its folder.
async fn over(folder: TempDir, like: &Desk) -> Desk {
    let opener = Arc::new(|_: &str| Ok(()));
    Desk::over(Arc::new(folder), like.vault.clone(), opener).await
}

pub(crate) async fn settles(desk: &mut Desk) {
    desk.desktop.outbox_retry().await.expect("tries");
    desk.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_copies_of_an_app_folder_keep_all_that_is_done_in_them() {
    let station = Station::start().await;
    let mut one = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    one.sign_in(station.wire.port).await;
    publish(&one.desktop, "Before the copy").await;
    one.settled().await;
    one.desktop.close().await;
    let folder = TempDir::new().expect("a folder");
    copy(one.folder.path(), folder.path());
    let mut copied = over(folder, &one).await;
    let mut one = one.restart().await;

    station.wire.cut();
    offline(&mut one).await;
    offline(&mut copied).await;
    // The same numbers, twice each.
    for (desk, whose) in [(&one, "the one"), (&copied, "the copy")] {
        publish(&desk.desktop, &format!("First of {whose}")).await;
        publish(&desk.desktop, &format!("Second of {whose}")).await;
    }
    station.wire.mend();
    settles(&mut one).await;
    settles(&mut copied).await;

    let all = [
        "Before the copy",
        "First of the copy",
        "First of the one",
        "Second of the copy",
        "Second of the one",
    ];
    assert_eq!(titles(&station).await, all);
    for desk in [&one, &copied] {
        assert!(
            desk.desktop
                .outbox()
                .await
                .expect("lists")
                .attention
                .is_empty()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_folder_set_back_to_an_older_copy_goes_on_under_a_new_number() {
    let station = Station::start().await;
    let mut desk = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    desk.sign_in(station.wire.port).await;
    publish(&desk.desktop, "Before the copy").await;
    desk.settled().await;
    desk.desktop.close().await;
    let older = TempDir::new().expect("a folder");
    copy(desk.folder.path(), older.path());
    let mut desk = desk.restart().await;
    publish(&desk.desktop, "After the copy").await;
    desk.settled().await;
    desk.desktop.close().await;

    let mut set_back = over(older, &desk).await;
    publish(&set_back.desktop, "After it was set back").await;
    settles(&mut set_back).await;
    publish(&set_back.desktop, "And one more").await;
    settles(&mut set_back).await;

    let all = [
        "After it was set back",
        "After the copy",
        "And one more",
        "Before the copy",
    ];
    assert_eq!(titles(&station).await, all);
}
