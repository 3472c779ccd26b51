//! Who may join: the operator's choice, invitations, and what is said to whoever has none.

use axum::http::StatusCode;
use guildhall_server::limit::Limits;
use guildhall_server::mail::{MailConfig, unsent_in};
use guildhall_server::oauth::{Admission, Wanted, invite, keep_address};
use guildhall_storage::server::Pool;
use guildhall_storage::server::accounts::Accounts;

use crate::oauth_support::{Answer, Browser, EMAIL, ISSUER, Market, PASSWORD};

const DAY_MS: i64 = 86_400_000;

fn accounts(market: &Market) -> Accounts {
    Accounts::new(Pool::Sqlite(market.pool.clone()))
}

async fn decide(market: &Market, admission: &str) {
    let admission: Admission = admission.parse().expect("is one");
    let kept = admission.keep(&accounts(market), None, 0).await;
    kept.expect("is kept");
}

/// The code of a new invitation, made while the clock of the market stands.
async fn code(market: &Market, uses: u32, days: u32) -> String {
    let accounts = accounts(market);
    let bare = format!("guildhall://join?server={ISSUER}");
    let bare = bare.parse().expect("is a link");
    keep_address(&accounts, &bare).await.expect("is kept");
    let wanted = Wanted {
        uses,
        days,
        note: "for the choir",
    };
    let link = invite(&accounts, wanted, None, 1_700_000_000_000).await;
    let link = link.expect("is made");
    assert_eq!(link.server, ISSUER);
    link.code.expect("has a code")
}

/// Comes with a code, as the desktop sends it along, and fills in the form.
async fn register(browser: &mut Browser, market: &Market, email: &str, code: &str) -> Answer {
    register_as(browser, market, "Jonas Brandt", email, code).await
}

async fn register_as(
    browser: &mut Browser,
    market: &Market,
    name: &str,
    email: &str,
    code: &str,
) -> Answer {
    let query = market.desktop().query();
    let asked = browser
        .get(&format!("/oauth/authorize?{query}&invitation={code}"))
        .await;
    let path = asked.location().replace("/login?", "/register?");
    assert!(path.starts_with("/register?"), "{path}");
    let page = browser.get(&path).await;
    assert!(page.body.contains(&format!("value=\"{code}\"")) || code.is_empty());
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("role", "client"),
        ("agreed", "yes"),
        ("name", name),
        ("email", email),
        ("password", PASSWORD),
        ("invitation", code),
    ];
    browser.post("/register", &fields).await
}

fn is_refused(answer: &Answer, told: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(told), "{told}: {}", answer.body);
    assert_eq!(answer.body.matches("class=\"error\"").count(), 1);
}

#[tokio::test]
async fn an_invitation_makes_as_many_accounts_as_it_is_for() {
    let (market, _) = Market::start_with_mira().await;
    decide(&market, "invited").await;
    let code = code(&market, 2, 7).await;
    let browser = || market.browser();

    let none = register(&mut browser(), &market, "a@example.org", "").await;
    is_refused(&none, "Enter the code of your invitation");
    assert!(none.body.contains("takes in people who were invited"));
    for email in ["a@example.org", "b@example.org"] {
        let answer = register(&mut browser(), &market, email, &code).await;
        assert!(answer.told("code").is_some(), "{}", answer.body);
    }
    let third = register(&mut browser(), &market, "c@example.org", &code).await;
    is_refused(&third, "This invitation is used up");
    assert_eq!(market.people.count(), 3);
}

#[tokio::test]
async fn without_a_good_code_nobody_is_let_in_or_learns_who_is_here() {
    let (market, _) = Market::start_with_mira().await;
    decide(&market, "invited").await;
    let (short, gone) = (code(&market, 1, 1).await, code(&market, 1, 30).await);
    let accounts = accounts(&market);
    let made = accounts.invitations(10).await.expect("is read");
    let longer = made.iter().max_by_key(|invitation| invitation.expires_at);
    let longer = longer.expect("is there").id;
    let withdrawn = accounts.withdraw_invitation(longer, None, 5).await;
    assert!(withdrawn.expect("is written"));
    let again = accounts.withdraw_invitation(longer, None, 5).await;
    assert!(!again.expect("is read"));
    market.wait(DAY_MS);

    for (code, told) in [
        ("", "Enter the code of your invitation"),
        ("AAAAA-AAAAA-AAAAA-AAAAA", "There is no such invitation"),
        (&*"x".repeat(2_000), "There is no such invitation"),
        (&short, "This invitation has run out"),
        (&gone, "This invitation was taken back"),
    ] {
        let mut answers = Vec::new();
        for email in [EMAIL, "nobody@example.org"] {
            let answer = register(&mut market.browser(), &market, email, code).await;
            is_refused(&answer, told);
            let proof = answer.hidden("csrf");
            answers.push(answer.body.replace(email, "-").replace(&proof, "-"));
        }
        assert_eq!(answers[0], answers[1], "{code} tells who has an account");
    }
    assert_eq!(market.people.count(), 1);
}

#[tokio::test]
async fn invitations_that_ended_are_forgotten_after_a_month() {
    let (market, _) = Market::start_with_mira().await;
    for days in [1, 40, 50] {
        code(&market, 1, days).await;
    }
    let accounts = accounts(&market);
    let listed = async || {
        market.oauth.purge().await.expect("is purged");
        let all = accounts.invitations(10).await.expect("is read");
        let days = all
            .iter()
            .map(|it| (it.expires_at - it.created_at) / DAY_MS);
        let mut days: Vec<i64> = days.collect();
        days.sort_unstable();
        days
    };
    let all = accounts.invitations(10).await.expect("is read");
    let longest = all.iter().max_by_key(|invitation| invitation.expires_at);
    let longest = longest.expect("is there").id;
    let withdrawn = accounts.withdraw_invitation(longest, None, market.now());
    assert!(withdrawn.await.expect("is written"));

    market.wait(30 * DAY_MS - 1);
    assert_eq!(listed().await, [1, 40, 50]);
    market.wait(1);
    assert_eq!(listed().await, [1, 40], "one was taken back a month ago");
    market.wait(DAY_MS);
    assert_eq!(listed().await, [40], "one ran out a month ago");
    market.wait(DAY_MS);
    assert_eq!(listed().await, [40], "one is still good");
}

#[tokio::test]
async fn the_invited_are_not_stopped_by_where_they_are() {
    let market = Market::start_with(Limits::default()).await;
    let code = code(&market, 20, 7).await;
    for number in 0..7 {
        let email = format!("open{number}@example.org");
        let answer = register(&mut market.browser(), &market, &email, "").await;
        let stopped = answer.status == StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(stopped, number == 6, "{number}");
    }
    for number in 0..20 {
        let email = format!("invited{number}@example.org");
        let answer = register(&mut market.browser(), &market, &email, &code).await;
        assert!(answer.told("code").is_some(), "{}", answer.body);
    }
    assert_eq!(market.people.count(), 26);
}

#[tokio::test]
async fn whoever_holds_a_code_cannot_try_out_addresses_without_end() {
    let market = Market::start_with(Limits::default()).await;
    market.register_mira().await;
    let code = code(&market, 1_000, 7).await;
    let mut stopped = 0;
    for _ in 0..65 {
        let answer = register(&mut market.browser(), &market, EMAIL, &code).await;
        stopped += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(stopped, 5);
}

#[tokio::test]
async fn an_account_that_came_to_nothing_costs_no_use() {
    let market = Market::start().await;
    decide(&market, "invited").await;
    let code = code(&market, 1, 7).await;
    let email = "jonas@example.org";
    let refused = register_as(&mut market.browser(), &market, "Nobody", email, &code).await;
    is_refused(&refused, "Nobody is not a name.");
    let answer = register(&mut market.browser(), &market, email, &code).await;
    assert!(answer.told("code").is_some(), "{}", answer.body);
}

#[tokio::test]
async fn only_a_hash_of_a_code_is_kept() {
    let market = Market::start().await;
    let code = code(&market, 1, 7).await;
    register(&mut market.browser(), &market, "jonas@example.org", &code).await;
    let plain = code.replace('-', "");
    for sql in [
        "select id || hex(hash) || note from invitation",
        "select key || value from setting",
        "select kind || who || whom || note from audit",
    ] {
        let kept: Vec<String> = sqlx::query_scalar(sql)
            .fetch_all(&market.pool)
            .await
            .expect("is read");
        assert!(!kept.is_empty(), "{sql}");
        for text in kept {
            let has = text.contains(&code) || text.contains(&plain);
            assert!(!has, "{sql}: {text}");
        }
    }
    let notes: Vec<(String, String)> =
        sqlx::query_as("select kind, note from audit where kind = 'invited' order by seq")
            .fetch_all(&market.pool)
            .await
            .expect("is read");
    let notes: Vec<&str> = notes.iter().map(|(_, note)| note.as_str()).collect();
    assert_eq!(notes, ["for one account", "accepted"]);
}

#[tokio::test]
async fn an_address_of_a_named_domain_lets_in_once_it_is_confirmed() {
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let mail = MailConfig {
        folder: Some(folder.path().to_owned()),
        contact: Some("Ada at the front desk".to_owned()),
        ..MailConfig::default()
    };
    let market = Market::start_by(Limits::OFF, mail).await;
    decide(&market, "guild.example").await;
    let mut browser = market.browser();

    let elsewhere = register(&mut browser, &market, "jonas@example.org", "").await;
    is_refused(&elsewhere, "Use an address at guild.example, or the code");
    let held = register(&mut browser, &market, "jonas@guild.example", "").await;
    assert_eq!(held.status, StatusCode::OK, "no code for the desktop");
    assert!(held.body.contains("Confirm your e-mail address"));
    assert!(held.body.contains("ask Ada at the front desk"));
    // No other way leads past it.
    let query = market.desktop().query();
    let mut other = market.browser();
    let signed_in = other.log_in(&query, "jonas@guild.example", PASSWORD).await;
    assert!(signed_in.body.contains("I have confirmed it"));
    let (csrf, request) = (signed_in.hidden("csrf"), signed_in.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("act", "continue"),
    ];
    let forced = other.post("/oauth/authorize", &fields).await;
    assert!(forced.body.contains("I have confirmed it"));

    market.oauth.settle_mail().await;
    let [letter] = unsent_in(folder.path(), 0)
        .expect("is read")
        .try_into()
        .expect("is one");
    let link = letter.link.expect("has a link");
    let (_, path) = link.split_once(":4810").expect("is ours");
    let page = browser.get(path).await;
    let (csrf, token) = (page.hidden("csrf"), page.hidden("token"));
    let fields = [("csrf", csrf.as_str()), ("token", &token)];
    browser.post("/verify", &fields).await;

    let shown = browser.get(&format!("/oauth/authorize?{query}")).await;
    assert!(shown.body.contains("Continue to"), "{}", shown.body);
    // Whoever was invited shows nothing.
    let code = code(&market, 1, 7).await;
    let invited = register(&mut market.browser(), &market, "j@example.org", &code).await;
    assert!(invited.told("code").is_some(), "{}", invited.body);
}

/// Signs Mira in on the page of invitations.
async fn admin(market: &Market) -> Browser {
    let mira = market.oauth.account_by_email(EMAIL).await.expect("is read");
    let mira = mira.expect("is there");
    market.people.change(mira, |person| person.admin = true);
    let mut browser = market.browser();
    let login = browser.get("/admin/joining").await.location().to_owned();
    let shown = browser.get(&login).await;
    let (csrf, request) = (shown.hidden("csrf"), shown.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    let sent = browser.post("/login", &fields).await;
    assert_eq!(sent.location(), "/admin/joining");
    browser
}

async fn does(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get("/admin/joining").await.hidden("csrf");
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    browser.post("/admin/joining", &fields).await
}

#[tokio::test]
async fn an_admin_decides_who_may_join_and_invites() {
    let (market, _) = Market::start_with_mira().await;
    let mut browser = admin(&market).await;
    let overview = browser.get("/account").await;
    assert!(overview.body.contains("href=\"/admin/joining\""));

    let wrong = [
        ("act", "admission"),
        ("admission", "domains"),
        ("domains", "here"),
    ];
    let wrong = does(&mut browser, &wrong).await;
    is_refused(&wrong, "Name the domains");
    let set = does(
        &mut browser,
        &[("act", "admission"), ("admission", "invited")],
    )
    .await;
    assert_eq!(set.location(), "/admin/joining");
    let page = market.browser().get("/register").await;
    assert!(page.body.contains("takes in people who were invited"));

    for (uses, days, note, told) in [
        ("0", "7", "", "for 1 to 1000 accounts"),
        ("x", "7", "", "for 1 to 1000 accounts"),
        ("1", "366", "", "good for 1 to 365 days"),
        ("1", "7", &*"n".repeat(121), "120 characters at most"),
    ] {
        let form = [
            ("act", "invite"),
            ("uses", uses),
            ("days", days),
            ("note", note),
        ];
        is_refused(&does(&mut browser, &form).await, told);
    }
    let form = [
        ("act", "invite"),
        ("uses", "2"),
        ("days", "7"),
        ("note", "<b>Jo</b>"),
    ];
    let made = does(&mut browser, &form).await;
    let (_, rest) = made.body.split_once("guildhall://join?").expect("a link");
    let (link, _) = rest.split_once('<').expect("ends");
    let (server, code) = link.replace("&amp;", "&").split_once("&code=").map_or_else(
        || panic!("{link}"),
        |(server, code)| (server.to_owned(), code.to_owned()),
    );
    assert_eq!(server, "server=http%3A%2F%2Flocalhost%3A4810");
    let listed = browser.get("/admin/joining").await;
    assert!(!listed.body.contains(&code), "the link is shown once");
    assert!(listed.body.contains("&lt;b&gt;Jo&lt;/b&gt;"));
    assert!(listed.body.contains("0 of 2 used, good until"));

    let id = listed.hidden("id");
    let withdrawn = does(&mut browser, &[("act", "withdraw"), ("id", &id)]).await;
    assert_eq!(withdrawn.location(), "/admin/joining");
    let answer = register(&mut market.browser(), &market, "j@example.org", &code).await;
    is_refused(&answer, "This invitation was taken back");
    let kinds: Vec<String> = sqlx::query_scalar(
        "select kind || ': ' || note from audit where who <> '' and kind <> 'signed_in' order by seq",
    )
    .fetch_all(&market.pool)
    .await
    .expect("is read");
    assert_eq!(
        kinds,
        [
            "setting_changed: registration: invited",
            "invited: for 2 accounts",
            "invited: taken back"
        ]
    );
}

#[tokio::test]
async fn nobody_else_invites_and_no_other_site_makes_an_admin_invite() {
    let (market, mira) = Market::start_with_mira().await;
    let mut browser = admin(&market).await;
    let invites = [("act", "invite"), ("uses", "1"), ("days", "7")];
    let forged = browser.post("/admin/joining", &invites).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let nobody = market.browser().post("/admin/joining", &invites).await;
    assert!(nobody.location().starts_with("/login?"));
    let csrf = browser.get("/admin/joining").await.hidden("csrf");
    let good = [&[("csrf", csrf.as_str())], &invites[..]].concat();

    market.people.change(mira, |person| {
        person.suspended = Some("Wrote to strangers.".to_owned());
    });
    let suspended = browser.post("/admin/joining", &good).await;
    assert_eq!(suspended.status, StatusCode::NOT_FOUND);
    market.people.change(mira, |person| {
        person.suspended = None;
        person.admin = false;
    });
    let demoted = browser.post("/admin/joining", &good).await;
    assert_eq!(demoted.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/account").await.body.contains("/admin/"));
    market.people.change(mira, |person| person.admin = true);
    market.wait(11 * 60_000);
    let stale = browser.post("/admin/joining", &good).await;
    assert!(stale.location().starts_with("/login?"));
    let made = accounts(&market).invitations(10).await.expect("is read");
    assert_eq!(made, []);
}
