//! Files that go with a message: what the rules take, and what they name.

use crate::rows::{NOW, OWNER, run, thread};
use crate::scenes::Scene;
use guildhall_domain::attachment::{Attachment, BlobHash, MAXIMUM_BYTES, plain_name};
use guildhall_domain::id::MessageId;
use guildhall_domain::message::Message;
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::row::{Row, Table};
use uuid::Uuid;

fn file(number: u8) -> Attachment {
    Attachment {
        blob: BlobHash([number; 32]),
        name: "floor plan.png".to_owned(),
        size: 2_048,
        media_type: "image/png".to_owned(),
    }
}

fn message(body: &str, attachments: Vec<Attachment>) -> Mutation {
    Mutation::SendMessage {
        id: MessageId(Uuid::from_u128(1)),
        application: thread(),
        body: body.to_owned(),
        attachments,
    }
}

/// The pointers and codes of what is wrong with a message.
fn wrong(body: &str, attachments: Vec<Attachment>) -> Vec<String> {
    let rows = Scene::Viewed.world();
    match run(&rows, rows.actor(OWNER), NOW, &message(body, attachments)) {
        Ok(_) => Vec::new(),
        Err(denied) => denied
            .errors
            .iter()
            .map(|error| format!("{} {}", error.pointer, error.code))
            .collect(),
    }
}

#[test]
fn a_message_carries_its_files_and_needs_words_only_without_them() {
    let rows = Scene::Viewed.world();
    let files = vec![file(1), file(2)];

    let effects = run(&rows, rows.actor(OWNER), NOW, &message(" ", files.clone())).expect("holds");

    let sent = effects.iter().find_map(|effect| match effect {
        Effect::Put(Row::Message(message)) => Some(message),
        Effect::Put(_) | Effect::Delete(_) => None,
    });
    let sent = sent.expect("is written");
    assert_eq!((sent.body.as_str(), &sent.attachments), ("", &files));
    assert_eq!(Row::Message(sent.clone()).attachments(), files);
    assert_eq!(wrong(" ", Vec::new()), ["/body missing"]);
}

#[test]
fn what_is_wrong_with_a_file_is_named_at_the_file() {
    let none: [&str; 0] = [];
    let many = |count: u8| (0..count).map(file).collect::<Vec<_>>();
    assert_eq!(wrong("", many(10)), none);
    assert_eq!(wrong("", many(11)), ["/attachments too_many"]);
    assert_eq!(wrong("", vec![file(1), file(1)]), ["/attachments twice"]);

    let sized = |size| vec![file(1), Attachment { size, ..file(2) }];
    assert_eq!(wrong("", sized(MAXIMUM_BYTES)), none);
    assert_eq!(
        wrong("", sized(MAXIMUM_BYTES + 1)),
        ["/attachments/1/size too_large"]
    );
    assert_eq!(wrong("", sized(0)), ["/attachments/1/size empty"]);

    let kinds = ["", "image", "image/", "a/b/c", "image/png; x=1", "a b/c"];
    for kind in kinds {
        let media_type = kind.to_owned();
        let files = vec![Attachment {
            media_type,
            ..file(1)
        }];
        assert_eq!(
            wrong("", files),
            ["/attachments/0/media_type media_type"],
            "{kind}"
        );
    }
}

#[test]
fn a_name_is_no_path_and_shows_as_what_it_is() {
    let named = |name: &str| {
        let name = name.to_owned();
        wrong("", vec![Attachment { name, ..file(1) }])
    };

    for good in [
        "a",
        "Grundriss ümläut.pdf",
        "図面.png",
        "no-extension",
        "a.b.c",
    ] {
        assert!(named(good).is_empty(), "{good}");
    }
    let long = "a".repeat(201);
    let bad = [
        "",
        " ",
        " a",
        "a ",
        ".",
        "..",
        ".profile",
        "a.",
        "../a",
        "a/b",
        "a\\b",
        "C:a",
        "a\nb",
        "a\0",
        "a\u{202e}fdp.exe",
        "a*",
        "a?",
        "a\"b",
        "<a>",
        "a|b",
        long.as_str(),
    ];
    for bad in bad {
        assert_eq!(named(bad), ["/attachments/0/name name"], "{bad:?}");
    }
}

#[test]
fn any_name_on_a_computer_becomes_a_plain_one() {
    let cases = [
        ("/home/mira/plan.pdf", "plan.pdf"),
        ("C:\\Users\\mira\\plan.pdf", "plan.pdf"),
        ("  plan.pdf  ", "plan.pdf"),
        ("what?.txt", "what_.txt"),
        ("a\u{202e}fdp.exe", "a_fdp.exe"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("..", "file"),
    ];
    for (name, plain) in cases {
        assert_eq!(plain_name(name), plain, "{name:?}");
    }
    let long = plain_name(&"ü".repeat(500));
    assert!(long.len() <= 200 && !long.is_empty());
}

#[test]
fn a_hash_has_one_way_to_be_written() {
    let text = "0123456789abcdef".repeat(4);
    let hash: BlobHash = text.parse().expect("is one");

    assert_eq!(hash.to_string(), text);
    let bad = [
        text.to_uppercase(),
        text[1..].to_owned(),
        format!("{text}0"),
        "g".repeat(64),
        "ü".repeat(32),
        String::new(),
    ];
    for bad in bad {
        assert!(bad.parse::<BlobHash>().is_err(), "{bad}");
    }
}

#[test]
fn a_message_of_before_there_were_files_still_reads() {
    let id = Uuid::from_u128(7);
    let body = format!(
        r#"{{"id": "{id}", "application": "{id}", "author": "{id}", "body": "Hello", "at": 1}}"#
    );

    let row = Row::decode(Table::Message, &body).expect("reads");

    assert!(row.attachments().is_empty());
    let Row::Message(Message { body, .. }) = &row else {
        panic!("is a message");
    };
    assert_eq!(body, "Hello");
    assert!(!row.encode().expect("writes").contains("attachments"));
}
