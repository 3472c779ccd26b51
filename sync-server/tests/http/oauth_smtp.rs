//! Letters that go by a mail server: sent, kept while it is away, and tried again.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex};

use guildhall_server::limit::Limits;
use guildhall_server::mail::{MailConfig, Smtp, try_out, unsent_in};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::oauth_support::{Browser, EMAIL, Market, PASSWORD};

const MINUTE: i64 = 60_000;

/// What a mail server does, and what it was told.
#[derive(Debug, Default)]
struct Post {
    /// What it answers to who connects, in place of a greeting.
    is_away: bool,
    /// An address that it does not take.
    refused: Option<&'static str>,
    /// How often somebody connected.
    calls: usize,
    /// The lines it was sent.
    told: String,
}

/// A mail server on this machine.
#[derive(Clone)]
struct Server {
    port: u16,
    post: Arc<Mutex<Post>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let server = Self {
            port: listener.local_addr().expect("is bound").port(),
            post: Arc::default(),
        };
        let kept = Arc::clone(&server.post);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                // Who hangs up in the middle is no concern of the next.
                drop(talk(socket, &kept).await);
            }
        });
        server
    }

    fn be(&self, change: impl FnOnce(&mut Post)) {
        change(&mut self.post.lock().expect("is sound"));
    }

    fn told(&self) -> String {
        self.post.lock().expect("is sound").told.clone()
    }

    fn calls(&self) -> usize {
        self.post.lock().expect("is sound").calls
    }

    /// A market that sends by it.
    async fn market(&self) -> (Market, TempDir) {
        let folder = TempDir::new().expect("a folder can be made");
        let smtp = Smtp::new(
            &format!("smtp://127.0.0.1:{}", self.port),
            "Märkte am Fluss <market@example.org>",
        );
        let mail = MailConfig {
            folder: Some(folder.path().join("outbox")),
            smtp: Some(smtp.expect("is good")),
            contact: None,
        };
        (Market::start_by(Limits::OFF, mail).await, folder)
    }
}

async fn talk(socket: TcpStream, post: &Mutex<Post>) -> std::io::Result<()> {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    let (is_away, refused) = {
        let mut post = post.lock().expect("is sound");
        post.calls += 1;
        (post.is_away, post.refused)
    };
    if is_away {
        return write.write_all(b"421 come back later\r\n").await;
    }
    write.write_all(b"220 here\r\n").await?;
    let mut is_letter = false;
    while let Some(line) = lines.next_line().await? {
        let answer = match (is_letter, line.as_str()) {
            (true, ".") => {
                is_letter = false;
                "250 taken\r\n".to_owned()
            }
            (true, _) => String::new(),
            (false, "DATA") => {
                is_letter = true;
                "354 go on\r\n".to_owned()
            }
            (false, "QUIT") => "221 bye\r\n".to_owned(),
            (false, hello) if hello.starts_with("EHLO") => {
                "250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n".to_owned()
            }
            // A careless one, that repeats what it was told in confidence.
            (false, secret) if secret.starts_with("AUTH") => format!("535 no: {secret}\r\n"),
            (false, to)
                if to.starts_with("RCPT")
                    && refused.is_some_and(|refused| to.contains(refused)) =>
            {
                "550 nobody of that name\r\n".to_owned()
            }
            (false, _) => "250 ok\r\n".to_owned(),
        };
        let told = format!("{line}\n");
        post.lock().expect("is sound").told.push_str(&told);
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

async fn ask(market: &Market, email: &str) -> String {
    let mut browser = market.browser();
    let csrf = browser.get("/recover").await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("email", email)];
    let answer = browser.post("/recover", &fields).await;
    market.oauth.settle_mail().await;
    answer.body
}

fn waiting(folder: &Path) -> Vec<String> {
    let unsent = unsent_in(&folder.join("outbox"), 0).expect("is read");
    unsent.into_iter().map(|letter| letter.to).collect()
}

/// What an admin who has just signed in reads on the page of unsent mail.
async fn admin_page(market: &Market) -> String {
    let mut admin: Browser = market.browser();
    let page = admin.get("/login").await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    admin.post("/login", &fields).await;
    admin.get("/admin/mail").await.body
}

#[tokio::test]
async fn with_a_mail_server_the_letter_arrives_and_nothing_stays_behind() {
    let server = Server::start().await;
    let (market, folder) = server.market().await;
    market.register_mira().await;

    let body = ask(&market, EMAIL).await;

    assert!(body.contains("Look into your mailbox"), "{body}");
    let told = server.told();
    assert!(told.contains("MAIL FROM:<market@example.org>"), "{told}");
    assert!(told.contains("RCPT TO:<mira@example.org>"), "{told}");
    assert!(told.contains("Subject: Set a new password"), "{told}");
    assert!(
        told.contains("http://localhost:4810/recover/set?token=gdhl_"),
        "{told}"
    );
    assert!(!told.contains("Märkte"), "headers are ASCII: {told}");
    assert_eq!(waiting(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_mail_server_that_is_away_loses_no_letter_and_is_asked_again_after_a_pause() {
    let server = Server::start().await;
    let (market, folder) = server.market().await;
    let mira = market.register_mira().await;
    market.people.change(mira, |person| person.admin = true);
    server.be(|post| post.is_away = true);

    ask(&market, EMAIL).await;

    assert_eq!(waiting(folder.path()), [EMAIL]);
    assert_eq!(server.calls(), 1);
    let page = admin_page(&market).await;
    assert!(
        page.contains(
            "Tried once: the mail server refused it (421). It is tried again within a minute."
        ),
        "{page}"
    );

    server.be(|post| post.is_away = false);
    market.wait(MINUTE - 1);
    market.oauth.settle_mail().await;
    assert_eq!(server.calls(), 1, "the pause is not over");

    market.wait(1);
    market.oauth.settle_mail().await;
    assert_eq!(server.calls(), 2);
    assert_eq!(waiting(folder.path()), Vec::<String>::new());
    assert!(server.told().contains("RCPT TO:<mira@example.org>"));
    assert!(admin_page(&market).await.contains("Nothing waits."));
}

#[tokio::test]
async fn one_address_that_is_refused_holds_up_no_other() {
    let server = Server::start().await;
    let (market, folder) = server.market().await;
    market.register_mira().await;
    market
        .oauth
        .create_account(
            "ada@example.org",
            PASSWORD,
            "Ada",
            guildhall_server::oauth::Roles::CLIENT,
        )
        .await
        .expect("is registered");
    server.be(|post| post.refused = Some(EMAIL));

    ask(&market, EMAIL).await;
    ask(&market, "ada@example.org").await;

    assert_eq!(waiting(folder.path()), [EMAIL]);
    assert!(server.told().contains("RCPT TO:<ada@example.org>"));
    let refused = |told: &str| told.matches("RCPT TO:<mira@").count();
    assert_eq!(refused(&server.told()), 1);

    // One minute, then two, and after the links have run out no more.
    market.wait(MINUTE);
    market.oauth.settle_mail().await;
    assert_eq!(refused(&server.told()), 2);
    market.wait(MINUTE);
    market.oauth.settle_mail().await;
    assert_eq!(refused(&server.told()), 2, "the second pause is longer");
    market.wait(MINUTE);
    market.oauth.settle_mail().await;
    assert_eq!(refused(&server.told()), 3);
    market.wait(30 * MINUTE);
    market.oauth.settle_mail().await;
    assert_eq!(refused(&server.told()), 3);
    assert_eq!(waiting(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_mail_server_that_repeats_the_password_does_not_get_it_printed() {
    let server = Server::start().await;
    let address = format!("smtp://market:opensesame@127.0.0.1:{}", server.port);
    let smtp = Smtp::new(&address, "market@example.org").expect("is good");

    let refused = try_out(&smtp, "Harbour", EMAIL, 0).await;

    let refused = refused.expect_err("the password is wrong");
    let (mut words, mut cause) = (format!("{refused} {refused:?}"), refused.source());
    while let Some(error) = cause {
        words = format!("{words} {error} {error:?}");
        cause = error.source();
    }
    assert!(words.contains("(535)"), "{words}");
    // As it is typed, and as it goes over the line.
    let told = server.told();
    let line = told.lines().find(|line| line.starts_with("AUTH PLAIN "));
    let (_, secret) = line.expect("was sent").split_at("AUTH PLAIN ".len());
    assert!(
        !words.contains("opensesame") && !words.contains(secret),
        "{words}"
    );
}
