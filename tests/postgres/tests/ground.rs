//! The ground itself: it runs, keeps databases apart, and is gone afterwards.

use guildhall_postgres_ground::Ground;
use std::net::TcpStream;
use std::process::{Command, Stdio};

/// The address part of `postgres://postgres@ADDRESS/name`.
fn address(url: &str) -> &str {
    let (_, rest) = url.split_once('@').expect("has a user");
    rest.split_once('/').expect("has a name").0
}

#[test]
fn a_ground_listens_until_it_is_dropped() {
    let ground = Ground::start().expect("starts");
    let (one, other) = (
        ground.database().expect("is made"),
        ground.database().expect("is made"),
    );

    assert_ne!(one, other);
    assert_eq!(address(&one), address(&other));
    assert!(TcpStream::connect(address(&one)).is_ok());
    drop(ground);
    assert!(TcpStream::connect(address(&one)).is_err());
}

/// What the test below runs in a process of its own, which ends without dropping anything.
#[test]
#[ignore = "part of another test"]
fn a_process_that_just_ends() {
    println!("address {}", Ground::shared().database().expect("is made"));
    std::process::exit(0);
}

#[test]
fn a_ground_ends_with_the_process_that_shares_it() {
    let said = Command::new(std::env::current_exe().expect("is known"))
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "a_process_that_just_ends",
        ])
        .stdin(Stdio::null())
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&said.stdout);
    let (_, url) = said.split_once("address ").expect("says where it is");
    let address = address(url.lines().next().expect("is a line"));

    // The keeper holds the process's standard error, so it has ended too.
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}
