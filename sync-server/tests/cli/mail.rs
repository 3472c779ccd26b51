//! The mail server as it is named on the command line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use tempfile::TempDir;

use crate::program::{refusal, run};

/// `admin mail test`, which has no folder of its own.
fn try_out(file: &str, text: &str) -> std::process::Output {
    let folder = TempDir::new().expect("a folder can be made");
    let path = folder.path().join(file);
    std::fs::write(&path, text).expect("is written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall-server"));
    command.args(["admin", "mail", "test", "mira@example.org", "--smtp-file"]);
    command.arg(&path);
    command.args(["--mail-from", "Market <market@example.org>"]);
    command.output().expect("runs")
}

#[test]
fn a_letter_tries_the_mail_server_out() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("is bound").port();
    let server = thread::spawn(move || {
        let (socket, _) = listener.accept().expect("is called");
        let mut write = socket.try_clone().expect("is cloned");
        let mut told = String::new();
        write.write_all(b"220 here\r\n").expect("is told");
        for line in BufReader::new(socket).lines() {
            let Ok(line) = line else { break };
            let answer: &[u8] = match line.as_str() {
                "DATA" => b"354 go on\r\n",
                "QUIT" => b"221 bye\r\n",
                "." => b"250 taken\r\n",
                hello if hello.starts_with("EHLO") => b"250-here\r\n250 8BITMIME\r\n",
                letter if told.contains("DATA") && !letter.is_empty() => b"",
                "" => b"",
                _ => b"250 ok\r\n",
            };
            told.push_str(&line);
            told.push('\n');
            if write.write_all(answer).is_err() {
                break;
            }
        }
        told
    });

    let tried = try_out("smtp", &format!("smtp://127.0.0.1:{port}\n"));

    assert!(tried.status.success(), "{tried:?}");
    let said = String::from_utf8_lossy(&tried.stdout);
    assert!(said.contains("took a letter to mira@example.org"), "{said}");
    let told = server.join().expect("ends");
    assert!(told.contains("RCPT TO:<mira@example.org>"), "{told}");
}

#[test]
fn a_password_is_not_sent_in_the_open_nor_printed() {
    let said = refusal(&try_out(
        "smtp",
        "smtp://market:opensesame@mail.example.org",
    ));

    assert!(said.contains("over TLS only"), "{said}");
    assert!(!said.contains("opensesame"), "{said}");
}

#[test]
fn a_server_with_a_mistyped_mail_server_does_not_start() {
    let folder = TempDir::new().expect("a folder can be made");
    let file = folder.path().join("smtp");
    std::fs::write(&file, "mail.example.org opensesame").expect("is written");
    let file = file.to_str().expect("is text");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--smtp-file", file];

    let alone = refusal(&run(&serve, &folder.path().join("data")));
    assert!(alone.contains("--mail-from"), "{alone}");
    let named = [&serve[..], &["--mail-from", "a@example.org"]].concat();
    let mistyped = refusal(&run(&named, &folder.path().join("data")));
    assert!(mistyped.contains("smtps://user:password@"), "{mistyped}");
    assert!(!mistyped.contains("opensesame"), "{mistyped}");
}
