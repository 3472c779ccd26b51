//! What the operator reads.

use crate::program::{Server, refusal, run};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[test]
fn an_address_that_cannot_be_had_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Server::start(&folder.path().join("one"));
    let other = folder.path().join("two");

    let name = refusal(&run(&["serve", "--listen", "localhost:5000"], &other));
    assert!(name.contains("an address such as 127.0.0.1:4810"), "{name}");

    let taken = refusal(&run(&["serve", "--listen", &first.address], &other));
    let hint = "is another server running? --listen 127.0.0.1:0 takes a free port";
    assert!(taken.contains(hint), "{taken}");
}

#[test]
fn beyond_this_machine_there_is_tls_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("market");

    let open = refusal(&run(&["serve", "--listen", "0.0.0.0:0"], &data));
    for way in ["--tls-cert FILE --tls-key FILE", "--tls-self-made"] {
        assert!(open.contains(way), "{open}");
    }
    let nameless = ["serve", "--listen", "0.0.0.0:0", "--tls-self-made"];
    let said = refusal(&run(&nameless, &data));
    assert!(said.contains("--host 192.168.1.5"), "{said}");
    assert!(!data.exists(), "a refusal made a folder");
}

#[test]
fn a_self_made_certificate_is_told_by_its_pin_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("market");
    let start = || Server::start_with(&data, &["--tls-self-made"]);

    let first = start();
    let pin = first.said("certificate pin: ");
    assert_eq!(pin.len(), 43, "{pin}");
    let fingerprint = first.said("certificate fingerprint: ");
    assert_eq!(fingerprint.split(':').count(), 32, "{fingerprint}");
    let invitation = first.said("invitation: ");
    let named = format!("&pin={pin}");
    assert!(
        invitation.starts_with("guildhall://join?server=https%3A%2F%2F127.0.0.1"),
        "{invitation}"
    );
    assert!(invitation.ends_with(&named), "{invitation}");
    drop(first);

    assert_eq!(start().said("certificate pin: "), pin);
}

#[test]
fn people_are_listed_by_the_address_that_other_commands_ask_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty");
    drop(Server::start(&empty));
    let nobody = run(&["admin", "people"], &empty);
    assert_eq!(nobody.stdout, b"there is nobody yet\n");

    let small = ["demo", "seed", "--freelancers", "20", "--requests", "20"];
    let demo = folder.path().join("demo");
    let seeded = run(&small, &demo);
    assert!(seeded.status.success(), "{seeded:?}");
    let mira = run(&["admin", "people", "Mira"], &demo);
    let said = String::from_utf8_lossy(&mira.stdout);
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("e-mail\tname\troles\tstate\tid"));
    assert!(
        lines.any(|line| line.starts_with("mira@guildhall.example\tMira")),
        "{said}"
    );
    let none = run(&["admin", "people", "Xyzzy"], &demo);
    assert_eq!(none.stdout, b"there is nobody whose name contains Xyzzy\n");
}

#[test]
fn an_operator_invites_and_takes_it_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let market = folder.path().join("market");
    let server = Server::start_with(&market, &["--tls-self-made"]);
    let bare = server.said("invitation: ");
    let said = |arguments: &[&str]| {
        let output = run(arguments, &market);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    assert_eq!(
        said(&["admin", "registration"]),
        "everybody may make an account"
    );
    let named = said(&["admin", "registration", "Guild.example", "example.org"]);
    assert!(named.contains("at guild.example or example.org"), "{named}");
    let wrong = refusal(&run(&["admin", "registration", "nobody"], &market));
    assert!(
        wrong.contains("write open, invited, or the domains"),
        "{wrong}"
    );

    assert_eq!(said(&["admin", "invitations"]), "nobody was invited yet");
    let link = said(&[
        "admin", "invite", "--uses", "3", "--days", "2", "--note", "choir",
    ]);
    let code = link.strip_prefix(&format!("{bare}&code=")).expect(&link);
    assert_eq!(code.len(), 23, "{code}");
    let listed = said(&["admin", "invitations"]);
    let shown = listed.lines().last().expect("is listed");
    assert!(
        shown.contains("\t0/3\t") && shown.ends_with("\tgood\tchoir"),
        "{shown}"
    );
    let (id, _) = shown.split_once('\t').expect("has an id");
    said(&["admin", "invitation", "withdraw", id]);
    let gone = refusal(&run(&["admin", "invitation", "withdraw", id], &market));
    assert!(gone.contains("no invitation"), "{gone}");
    assert!(said(&["admin", "invitations"]).contains("\twithdrawn\tchoir"));
    let log = said(&["audit", "list"]);
    assert!(
        log.contains("setting_changed\t-\t-\tregistration: guild.example example.org"),
        "{log}"
    );
    assert_eq!(log.matches("\tinvited\t").count(), 2, "{log}");
}

#[test]
fn the_operator_says_how_many_places_newcomers_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let market = folder.path().join("market");
    drop(Server::start(&market));
    let said = |arguments: &[&str]| {
        let output = run(arguments, &market);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let words = |percent: u8| format!("newcomers have {percent} % of the first ten places");
    assert_eq!(said(&["admin", "newcomers"]), words(15));
    let wrong = refusal(&run(&["admin", "newcomers", "51"], &market));
    assert!(wrong.contains("51"), "{wrong}");
    assert_eq!(said(&["admin", "newcomers", "0"]), words(0));
    assert_eq!(said(&["admin", "newcomers"]), words(0));
    let log = said(&["audit", "list"]);
    assert!(
        log.contains("setting_changed\t-\t-\tnewcomers: 0 %"),
        "{log}"
    );
}

#[test]
fn the_operator_gives_and_takes_roles_and_leaves_one_admin() {
    let folder = tempfile::tempdir().expect("a folder");
    let market = folder.path().join("market");
    let small = ["demo", "seed", "--freelancers", "20", "--requests", "20"];
    assert!(run(&small, &market).status.success());
    let said = |arguments: &[&str]| {
        let output = run(arguments, &market);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let mira = "mira@guildhall.example";
    let as_moderator = ["admin", "grant", "--role", "moderator", mira];
    assert_eq!(said(&as_moderator), format!("{mira} is a moderator now"));
    assert_eq!(
        said(&as_moderator),
        format!("{mira} is a moderator already")
    );
    assert!(said(&["admin", "people", "Mira"]).contains("freelancer,moderator"));
    assert!(said(&["admin", "mail"]).contains(&format!("{mira}: You are a moderator")));
    let revoked = said(&["admin", "revoke", "--role", "moderator", mira]);
    assert_eq!(revoked, format!("{mira} is not a moderator now"));
    assert_eq!(
        said(&["admin", "revoke", "--role", "moderator", mira]),
        format!("{mira} is not a moderator")
    );

    let people = said(&["admin", "people"]);
    let of_admins: Vec<&str> = people
        .lines()
        .filter(|line| {
            line.split('\t')
                .nth(2)
                .is_some_and(|roles| roles.contains("admin"))
        })
        .collect();
    let [admin] = of_admins.as_slice() else {
        panic!("{people}")
    };
    let (admin, _) = admin.split_once('\t').expect("begins with the address");
    let last = refusal(&run(&["admin", "revoke", admin], &market));
    assert!(last.contains("is the only admin"), "{last}");
    assert_eq!(
        said(&["admin", "grant", mira]),
        format!("{mira} is an admin now")
    );
    assert_eq!(
        said(&["admin", "revoke", admin]),
        format!("{admin} is not an admin now")
    );
    let last = refusal(&run(&["admin", "revoke", mira], &market));
    assert!(last.contains("is the only admin"), "{last}");
}

#[test]
fn the_audit_log_is_listed_checked_and_held_against_a_head_that_was_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let market = folder.path().join("market");
    let nothing = refusal(&run(&["audit", "verify"], &market));
    assert!(nothing.contains("there is no marketplace"), "{nothing}");

    let small = ["demo", "seed", "--freelancers", "20", "--requests", "20"];
    assert!(run(&small, &market).status.success());
    let said = |arguments: &[&str]| {
        let output = run(arguments, &market);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    said(&["admin", "grant", "mira@guildhall.example"]);
    let head = said(&["audit", "head"]);
    let listed = said(&["audit", "list", "--who", "mira@guildhall.example"]);
    let last = listed.lines().last().expect("there are lines");
    assert!(
        last.ends_with("role_changed\tmira@guildhall.example\t-\tadmin — By the operator"),
        "{listed}"
    );
    let verified = said(&["audit", "verify", "--head", &head]);
    assert!(verified.contains("all as they were written"), "{verified}");
    assert!(verified.ends_with(&format!("head: {head}")), "{verified}");

    let (lines, hash) = head.split_once(':').expect("is a head");
    let later = lines.parse::<u64>().expect("is a number") + 1;
    let cut = refusal(&run(
        &["audit", "verify", "--head", &format!("{later}:{hash}")],
        &market,
    ));
    let expected = format!("the log ends with line {lines}, but had {later} lines");
    assert!(cut.contains(&expected), "{cut}");
    let other = format!("{lines}:{}", "0".repeat(64));
    let other = refusal(&run(&["audit", "verify", "--head", &other], &market));
    assert!(
        other.contains("is not the one of which the head was taken"),
        "{other}"
    );
    let kind = refusal(&run(&["audit", "list", "--what", "gossip"], &market));
    assert!(kind.contains("is one of signed_in"), "{kind}");
}

#[test]
fn a_copy_that_is_no_database_is_called_so_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let letter = folder.path().join("letter.txt");
    fs::write(&letter, "dear to somebody, and no database. ".repeat(40)).expect("is written");

    let name = letter.to_str().expect("is UTF-8");
    let market = folder.path().join("market");
    let said = refusal(&run(&["restore", name], &market));

    assert!(!market.exists(), "a folder was made for nothing");
    assert!(said.contains("letter.txt is no database"), "{said}");
    assert_eq!(said.matches("database").count(), 1, "{said}");
}

#[test]
fn a_browser_is_told_to_use_the_desktop() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("market"));
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&server.address).expect("listens");
        let asked = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).expect("is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("is text");
        answer
    };

    let front = ask("/");
    assert!(front.starts_with("HTTP/1.1 404 "), "{front}");
    assert!(front.contains("content-type: text/plain"), "{front}");
    assert!(
        front.contains("Open it with the Guildhall desktop."),
        "{front}"
    );
    let other = ask("/v1/nothing");
    assert!(other.contains("application/problem+json"), "{other}");
}
