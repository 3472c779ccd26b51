//! The second factor: set up with an app, asked for after the password, and never good twice.

use crate::desk::Desk;
use crate::server::TestServer;
use crate::walker::{Page, Walker};
use guildhall_oauth::TotpSecret;
use guildhall_protocol::account::Security;
use guildhall_protocol::path;
use guildhall_server::oauth::Roles;
use reqwest::StatusCode;

const EMAIL: &str = "mira@example.org";
const PASSWORD: &str = "drei leise Worte";
const FACTOR: &str = "/account/second-factor";
const STEP: i64 = 30_000;

/// An app on a phone, which has read the secret.
struct App(TotpSecret);

impl App {
    /// Reads the letters under the picture.
    fn read(page: &Page) -> Self {
        let letters = page.between("<code class=\"secret\">", "</code>");
        let [letters] = letters.try_into().expect("is one");
        let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
        for letter in letters.chars().filter(|letter| *letter != ' ') {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter);
            held = (held << 5) | u32::try_from(value.expect("is base 32")).expect("is small");
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from((held >> bits) & 0xFF).expect("is a byte"));
            }
        }
        Self(TotpSecret::from_stored(&bytes).expect("has its length"))
    }

    fn code(&self, server: &TestServer) -> String {
        self.0.shown_at((server.market.clock)().0)
    }
}

async fn mira(server: &TestServer) -> Desk {
    let account = server
        .market
        .oauth
        .create_account(EMAIL, PASSWORD, "Mira Köhler", Roles::FREELANCER)
        .await
        .expect("is registered");
    server.desk(guildhall_domain::id::AccountId(account)).await
}

async fn signed_in(server: &TestServer) -> Walker {
    let mut walker = Walker::new(server);
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    walker
}

/// Sets the factor up and answers with the app and the recovery codes.
async fn set_up(server: &TestServer, walker: &mut Walker) -> (App, Vec<String>) {
    let begin = [("act", "begin"), ("password", PASSWORD)];
    let page = walker.fill(FACTOR, &begin).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("<svg class=\"qr\""), "{}", page.body);
    let app = App::read(&page);
    let done = turn_on(walker, &page, &app.code(server)).await;
    assert!(
        done.body.contains("Your second factor is on"),
        "{}",
        done.body
    );
    (app, done.between("<li><code>", "</code>"))
}

async fn turn_on(walker: &mut Walker, page: &Page, code: &str) -> Page {
    let csrf = page.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("act", "confirm"), ("code", code)];
    walker.post(FACTOR, &fields).await
}

async fn security(desk: &Desk) -> Security {
    desk.get(path::ME_SECURITY).await.json()
}

async fn kinds(server: &TestServer) -> Vec<String> {
    let lines = server.market.store.audit().after(0).await.expect("is read");
    lines
        .into_iter()
        .map(|line| format!("{} {}", line.kind, line.note).trim_end().to_owned())
        .collect()
}

#[tokio::test]
async fn the_code_is_asked_for_after_the_password_and_only_then_the_desktop_is_let_in() {
    let server = TestServer::start().await;
    let desk = mira(&server).await;
    let mut walker = signed_in(&server).await;
    assert_eq!(security(&desk).await.second_factor, None);
    let (app, codes) = set_up(&server, &mut walker).await;

    assert_eq!(codes.len(), 10);
    let told = security(&desk).await;
    assert!(told.second_factor.is_some());
    assert_eq!(told.recovery_codes, 10);
    assert!(walker.get("/account").await.body.contains("On. A code"));

    let mut browser = Walker::new(&server);
    let half = browser.log_in(EMAIL, PASSWORD).await;
    assert!(
        half.location.starts_with("/login/code?"),
        "{}",
        half.location
    );
    let account = browser.get("/account").await;
    assert!(account.location.starts_with("/login"), "half is not in");
    let wrong = browser.fill(&half.location, &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.wait(STEP);
    let code = app.code(&server);
    let through = browser.fill(&half.location, &[("code", &code)]).await;
    assert!(
        through
            .location
            .starts_with("http://127.0.0.1:49152/cb?code="),
        "{}",
        through.location
    );
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let kinds = kinds(&server).await;
    assert!(kinds.contains(&"second_factor_on".to_owned()), "{kinds:?}");
    assert_eq!(
        kinds.last().map(String::as_str),
        Some("signed_in password and code")
    );
}

#[tokio::test]
async fn a_code_is_good_once_even_for_two_at_the_same_time() {
    let server = TestServer::start().await;
    mira(&server).await;
    let (app, _) = set_up(&server, &mut signed_in(&server).await).await;
    let (mut one, mut other) = (Walker::new(&server), Walker::new(&server));
    let (first, second) = (
        one.log_in(EMAIL, PASSWORD).await,
        other.log_in(EMAIL, PASSWORD).await,
    );

    let setting_up = app.code(&server);
    let again = one.fill(&first.location, &[("code", &setting_up)]).await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it turned the factor on"
    );

    server.wait(STEP);
    let code = app.code(&server);
    let typed = [("code", code.as_str())];
    let (here, there) = tokio::join!(
        one.fill(&first.location, &typed),
        other.fill(&second.location, &typed)
    );
    let mut answers = [here.status, there.status];
    answers.sort();
    assert_eq!(
        answers,
        [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY]
    );
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let server = TestServer::start().await;
    let desk = mira(&server).await;
    let (_, codes) = set_up(&server, &mut signed_in(&server).await).await;
    let paper = codes[3].to_uppercase().replace('-', " ");

    let mut browser = Walker::new(&server);
    let half = browser.log_in(EMAIL, PASSWORD).await;
    let through = browser.fill(&half.location, &[("code", &paper)]).await;
    assert!(through.location.contains("/cb?code="), "{}", through.body);
    assert_eq!(security(&desk).await.recovery_codes, 9);

    let mut thief = Walker::new(&server);
    let half = thief.log_in(EMAIL, PASSWORD).await;
    let again = thief.fill(&half.location, &[("code", &paper)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn turning_off_and_new_recovery_codes_need_the_password_and_a_code() {
    let server = TestServer::start().await;
    let desk = mira(&server).await;
    let mut walker = signed_in(&server).await;
    let (app, codes) = set_up(&server, &mut walker).await;

    server.wait(STEP);
    for (password, code) in [
        ("not it", app.code(&server)),
        (PASSWORD, "123456".to_owned()),
        (PASSWORD, String::new()),
    ] {
        for act in ["end", "renew", "begin", "confirm"] {
            let fields = [("act", act), ("password", password), ("code", &code)];
            let refused = walker.fill(FACTOR, &fields).await;
            assert!(refused.status.is_client_error(), "{act} {password} {code}");
        }
    }
    assert!(security(&desk).await.second_factor.is_some());

    let code = app.code(&server);
    let renewed = walker
        .fill(
            FACTOR,
            &[("act", "renew"), ("password", PASSWORD), ("code", &code)],
        )
        .await;
    let others = renewed.between("<li><code>", "</code>");
    assert_eq!(others.len(), 10);
    let old = [("act", "end"), ("password", PASSWORD), ("code", &codes[0])];
    assert!(walker.fill(FACTOR, &old).await.status.is_client_error());
    let new = [("act", "end"), ("password", PASSWORD), ("code", &others[0])];
    let off = walker.fill(FACTOR, &new).await;
    assert_eq!(off.location, "/account?done=second-factor-off");
    assert!(
        walker
            .get(&off.location)
            .await
            .body
            .contains("no second factor any more")
    );
    assert_eq!(security(&desk).await.second_factor, None);
    let kinds = kinds(&server).await;
    assert!(
        kinds.iter().any(|kind| kind == "recovery_codes_renewed"),
        "{kinds:?}"
    );
    assert_eq!(kinds.last().map(String::as_str), Some("second_factor_off"));
    let alone = Walker::new(&server).log_in(EMAIL, PASSWORD).await;
    assert!(alone.location.contains("/cb?code="));
}

#[tokio::test]
async fn the_way_from_the_password_to_the_code_ends_after_minutes_and_with_a_new_password() {
    let server = TestServer::start().await;
    mira(&server).await;
    let (app, _) = set_up(&server, &mut signed_in(&server).await).await;
    let mut slow = Walker::new(&server);
    let half = slow.log_in(EMAIL, PASSWORD).await;
    let page = slow.get(&half.location).await;
    let csrf = page.hidden("csrf");

    server.wait(5 * 60_000);
    let code = app.code(&server);
    let fields = [("csrf", csrf.as_str()), ("code", &code)];
    assert!(
        slow.post("/login/code", &fields)
            .await
            .location
            .starts_with("/login")
    );

    let mut thief = Walker::new(&server);
    let half = thief.log_in(EMAIL, PASSWORD).await;
    let page = thief.get(&half.location).await;
    let csrf = page.hidden("csrf");
    server
        .market
        .oauth
        .set_password(EMAIL, "vier neue leise Worte")
        .await
        .expect("is set");
    let fields = [("csrf", csrf.as_str()), ("code", &code)];
    assert!(
        thief
            .post("/login/code", &fields)
            .await
            .location
            .starts_with("/login")
    );
    assert!(thief.get("/account").await.location.starts_with("/login"));
}

#[tokio::test]
async fn a_secret_that_was_not_confirmed_is_asked_for_by_nobody() {
    let server = TestServer::start().await;
    mira(&server).await;
    let mut walker = signed_in(&server).await;
    let begin = [("act", "begin"), ("password", PASSWORD)];
    let page = walker.fill(FACTOR, &begin).await;
    let app = App::read(&page);
    let wrong = turn_on(&mut walker, &page, "000000").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        App::read(&wrong).code(&server),
        app.code(&server),
        "shown again"
    );

    let alone = Walker::new(&server).log_in(EMAIL, PASSWORD).await;
    assert!(alone.location.contains("/cb?code="));
    let later = walker.get(FACTOR).await;
    assert!(
        !later.body.contains("class=\"secret\""),
        "shown while it is set up only"
    );
}
