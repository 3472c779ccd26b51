//! One invitation that many use at once, and pages that only an admin opens, on either database.

use crate::server::TestServer;
use guildhall_domain::id::AccountId;
use guildhall_protocol::join::JoinLink;
use guildhall_server::doors::{DOORS, Door, Entry};
use guildhall_server::oauth::{Admission, Wanted, invite, keep_address};
use guildhall_storage::server::AuditKind;
use reqwest::{Method, StatusCode};

/// The value of a hidden field.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).expect("the field is there");
    rest.split_once('"').expect("the value ends").0
}

/// The cookie that an answer sets.
fn cookie(answer: &reqwest::Response) -> Option<String> {
    let set = answer.headers().get("set-cookie")?.to_str().ok()?;
    Some(set.split(';').next()?.to_owned())
}

/// How a registration was answered, and the cookie of the browser that is signed in by it.
struct Registered {
    status: StatusCode,
    body: String,
    cookie: Option<String>,
}

/// A browser that is led nowhere by itself.
fn browser() -> reqwest::Client {
    let stays = reqwest::redirect::Policy::none();
    let built = reqwest::Client::builder().redirect(stays).build();
    built.expect("is built")
}

/// Registers in a browser of one's own.
async fn registers(server: &TestServer, number: u32, code: &str) -> Registered {
    let url = format!("http://{}/register", server.address);
    let http = browser();
    let shown = http.get(&url).send().await.expect("is answered");
    let before = cookie(&shown).expect("a cookie is set");
    let page = shown.text().await.expect("is text");
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", hidden(&page, "csrf"))
        .append_pair("role", "client")
        .append_pair("agreed", "yes")
        .append_pair("name", "Jonas Brandt")
        .append_pair("email", &format!("jonas{number}@example.org"))
        .append_pair("password", "drei leise Worte")
        .append_pair("invitation", code)
        .finish();
    let sent = http
        .post(&url)
        .header("cookie", before)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = sent.send().await.expect("is answered");
    Registered {
        status: answer.status(),
        cookie: cookie(&answer),
        body: answer.text().await.expect("is text"),
    }
}

#[tokio::test]
async fn many_at_once_make_no_more_accounts_than_they_were_invited_to() {
    let server = TestServer::start().await;
    let accounts = server.market.store.accounts();
    let decided = Admission::Invited.keep(&accounts, None, 1).await;
    decided.expect("is kept");
    let here = JoinLink {
        server: format!("http://{}", server.address),
        pin: None,
        code: None,
    };
    keep_address(&accounts, &here).await.expect("is kept");
    let wanted = Wanted {
        uses: 3,
        days: 7,
        note: "",
    };
    let now = (server.market.clock)().0;
    let link = invite(&accounts, wanted, None, now).await.expect("is made");
    let code = link.code.expect("has a code");

    let tries = (0..8).map(|number| registers(&server, number, &code));
    let answers = futures_util::future::join_all(tries).await;

    let made = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER);
    assert_eq!(made.count(), 3);
    for answer in &answers {
        let refused = answer.status == StatusCode::UNPROCESSABLE_ENTITY;
        let told = answer.body.contains("Ask for a new one.");
        assert_eq!(refused, told, "{}", answer.body);
    }
    let [kept] = accounts
        .invitations(10)
        .await
        .expect("is read")
        .try_into()
        .expect("is one");
    assert_eq!((kept.used, kept.uses), (3, 3));
    assert_eq!(
        server.market.store.counts().await.expect("is read").people,
        3
    );
    let log = server.market.store.audit();
    let lines = log.after(0).await.expect("is read");
    let invited = lines
        .iter()
        .filter(|line| line.kind == AuditKind::Invited.name());
    assert_eq!(invited.count(), 4);
    assert!(log.verify(None).await.expect("is read").is_ok());
}

#[tokio::test]
async fn a_page_for_admins_opens_to_nobody_else() {
    let server = TestServer::start().await;
    let jonas = registers(&server, 1, "").await;
    let cookie = jonas.cookie.expect("is signed in");
    let account = server
        .market
        .oauth
        .account_by_email("jonas1@example.org")
        .await;
    let account = account.expect("is read").expect("is there");
    let pages = || {
        let is_page = |door: &&Door| matches!(door.entry, Entry::Page(_));
        DOORS.iter().filter(is_page)
    };
    assert!(pages().count() >= 3);
    let http = browser();
    let asks = async |door: &Door, cookie: &str| {
        let url = format!("http://{}{}", server.address, door.path);
        let asked = http
            .request(door.method.clone(), url)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        asked.send().await.expect("is answered").status().as_u16()
    };

    for door in pages() {
        assert_eq!(asks(door, &cookie).await, 404, "{door:?}");
        assert_eq!(asks(door, "theme=dark").await, 303, "{door:?}");
    }
    server.promote(AccountId(account)).await;
    for door in pages() {
        // What changes something asks for the proof of the form as well.
        let own = if door.method == Method::GET { 200 } else { 403 };
        assert_eq!(asks(door, &cookie).await, own, "{door:?}");
    }
}
