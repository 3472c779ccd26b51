//! The power goes while a server makes its database.

use super::cuts::{Scene, report};
use super::platter::files;
use super::recording::Recording;
use super::strace;
use crate::audit::Books;
use crate::plan::{Plan, TURN};
use crate::program;
use crate::server_process::Server;
use crate::wire::free_port;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_power_goes_while_it_makes_its_database_makes_it_the_next_time() {
    let _turn = TURN.lock().await;
    strace::must_be_there();
    let plan = Plan::asked();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("is made");
    let before = files(&data);
    let log = strace::log(folder.path(), 0);
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    let watched = strace::watched(&program::server(), &log);
    let mut server = Server::start_by(watched, &data, listen);
    server.answers().await;
    server.kill().await;
    let mut recording = Recording::default();
    recording.add(&strace::whole(&log).await, &data);

    let scene = Scene {
        folder: &data,
        files: &before,
        recording: &recording,
        told: &BTreeMap::new(),
    };
    let count = plan.power_cuts.div_ceil(4);
    let faults = scene
        .play(scene.cuts(count, &plan), |_, folder| async move {
            Books::read(folder.path()).await.faults()
        })
        .await;
    report("server, at its first start", &scene, count, &plan, &faults);
    assert_eq!(faults, Vec::<String>::new());
}
