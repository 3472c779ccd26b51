//! Passkeys: added against the password, good for signing in alone, and good for nothing when the answer does not fit.

use crate::server::TestServer;
use crate::walker::{Page, Walker};
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_server::oauth::Roles;
use reqwest::StatusCode;
use url::Url;
use uuid::Uuid;
use webauthn_authenticator_rs::WebauthnAuthenticator as _;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;
use webauthn_rs::prelude::{
    CreationChallengeResponse, PublicKeyCredential, RequestChallengeResponse,
};
use webauthn_rs_proto::{AllowCredentials, ResidentKeyRequirement, UserVerificationPolicy};

const PASSWORD: &str = "drei leise Worte";
const PASSKEYS: &str = "/account/passkeys";
const SIGN_IN: &str = "/login/passkey";

/// A device that keeps one passkey.
struct Device {
    soft: SoftPasskey,
    origin: Url,
    /// By which name it knows the passkey.
    credential: Vec<u8>,
    /// Whose it is.
    owner: Vec<u8>,
}

impl Device {
    fn new(server: &TestServer) -> Self {
        let origin = format!("http://localhost:{}", server.address.port());
        Self {
            soft: SoftPasskey::new(true),
            origin: origin.parse().expect("is an address"),
            credential: Vec::new(),
            owner: Vec::new(),
        }
    }

    /// Makes a passkey as the page asks for it.
    fn make(&mut self, page: &Page) -> String {
        let mut asked: CreationChallengeResponse = asked(page);
        self.owner.clone_from(&asked.public_key.user.id);
        let selection = asked.public_key.authenticator_selection.as_mut();
        let selection = selection.expect("is said");
        assert_eq!(
            selection.resident_key,
            Some(ResidentKeyRequirement::Required)
        );
        assert_eq!(
            selection.user_verification,
            UserVerificationPolicy::Required
        );
        // This device keeps all of its keys, and knows no words for it.
        selection.resident_key = None;
        selection.require_resident_key = false;
        let made = self.soft.do_registration(self.origin.clone(), asked);
        let made = made.expect("is made");
        self.credential.clone_from(&made.raw_id);
        serde_json::to_string(&made).expect("can be written")
    }

    /// Answers what the page of signing in asks.
    fn answer(&mut self, page: &Page) -> String {
        let (origin, owner) = (self.origin.clone(), self.owner.clone());
        self.answer_as(asked(page), origin, owner)
    }

    fn answer_as(
        &mut self,
        mut asked: RequestChallengeResponse,
        origin: Url,
        owner: Vec<u8>,
    ) -> String {
        assert!(
            asked.public_key.allow_credentials.is_empty(),
            "nobody is named"
        );
        assert_eq!(
            asked.public_key.user_verification,
            UserVerificationPolicy::Required
        );
        asked.public_key.allow_credentials = vec![AllowCredentials {
            type_: "public-key".to_owned(),
            id: self.credential.clone(),
            transports: None,
        }];
        let answer = self.soft.do_authentication(origin, asked);
        let mut answer: PublicKeyCredential = answer.expect("is answered");
        answer.response.user_handle = Some(owner);
        serde_json::to_string(&answer).expect("can be written")
    }
}

/// What a page asks the device.
fn asked<T: serde::de::DeserializeOwned>(page: &Page) -> T {
    let found = page.between("data-passkey=\"", "\"");
    let [found] = found.try_into().unwrap_or_else(|_| panic!("{}", page.body));
    let json = found.replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&json).expect("is what devices are asked")
}

async fn signed_in(server: &TestServer, email: &str) -> Walker {
    let mut walker = Walker::new(server);
    let fields = [("email", email), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    walker
}

/// Sends a device's answer with the form of the page that asked for it.
async fn send(walker: &mut Walker, path: &str, page: &Page, answer: &str) -> Page {
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("name", "Laptop"),
        ("credential", answer),
    ];
    walker.post(path, &fields).await
}

async fn begin_to_add(walker: &mut Walker) -> Page {
    let fields = [("act", "add"), ("name", "Laptop"), ("password", PASSWORD)];
    let page = walker.fill(PASSKEYS, &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page
}

/// Adds a passkey to the account that is signed in.
async fn add(server: &TestServer, walker: &mut Walker) -> Device {
    let mut device = Device::new(server);
    let page = begin_to_add(walker).await;
    let made = device.make(&page);
    let done = send(walker, PASSKEYS, &page, &made).await;
    assert_eq!(
        done.location, "/account/passkeys?done=added",
        "{}",
        done.body
    );
    device
}

/// Opens the page that asks the device, from the page of signing in.
async fn begin_to_sign_in(walker: &mut Walker, login: &str) -> Page {
    let page = walker.get(login).await;
    assert!(
        page.body.contains("Sign in with a passkey"),
        "{}",
        page.body
    );
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [("csrf", csrf.as_str()), ("request", &request)];
    let page = walker.post(SIGN_IN, &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page
}

async fn kinds(server: &TestServer) -> Vec<String> {
    let lines = server.market.store.audit().after(0).await.expect("is read");
    lines
        .into_iter()
        .map(|line| format!("{} {}", line.kind, line.note))
        .collect()
}

#[tokio::test]
async fn a_passkey_alone_lets_the_desktop_in_that_waits() {
    let server = TestServer::start().await;
    let (ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut walker = signed_in(&server, &email).await;
    let mut device = add(&server, &mut walker).await;
    let listed = walker.get(PASSKEYS).await;
    assert!(listed.body.contains("<b>Laptop</b>"), "{}", listed.body);
    assert!(listed.body.contains("never used"));
    let accounts = server.market.store.accounts();
    let set_up = accounts.begin_second_factor(ben.account.0, &[7; 20]).await;
    set_up.expect("is kept");
    let on = accounts
        .confirm_second_factor(ben.account.0, 0, &[], 0)
        .await;
    assert!(
        on.expect("is kept"),
        "a code is asked for after the password"
    );

    let mut browser = Walker::new(&server);
    let waits = browser.authorize().await;
    let page = begin_to_sign_in(&mut browser, &waits.location).await;
    let answer = device.answer(&page);
    let through = send(&mut browser, SIGN_IN, &page, &answer).await;
    assert!(
        through
            .location
            .starts_with("http://127.0.0.1:49152/cb?code="),
        "{} {}",
        through.location,
        through.body
    );
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let page = begin_to_sign_in(&mut browser, "/login").await;
    let again = send(&mut browser, SIGN_IN, &page, &device.answer(&page)).await;
    assert_eq!(again.location, "/account", "{}", again.body);
    let listed = browser.get(PASSKEYS).await;
    assert!(listed.body.contains("last used on"), "{}", listed.body);

    let kinds = kinds(&server).await;
    assert!(
        kinds.contains(&"passkey_added Laptop".to_owned()),
        "{kinds:?}"
    );
    assert_eq!(kinds.last().map(String::as_str), Some("signed_in passkey"));
    server.market.oauth.settle_mail().await;
    assert_eq!(
        server.subjects(),
        [(email, "A passkey was added".to_owned())]
    );
}

#[tokio::test]
async fn an_answer_is_good_once_in_time_and_in_the_browser_that_was_asked() {
    let server = TestServer::start().await;
    let (_, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut device = add(&server, &mut signed_in(&server, &email).await).await;
    let mut browser = Walker::new(&server);

    let page = begin_to_sign_in(&mut browser, "/login").await;
    let answer = device.answer(&page);
    let mut other = Walker::new(&server);
    let theirs = other.get("/login").await;
    let stolen = send(&mut other, SIGN_IN, &theirs, &answer).await;
    assert_eq!(stolen.status, StatusCode::CONFLICT, "{}", stolen.body);
    let good = send(&mut browser, SIGN_IN, &page, &answer).await;
    assert_eq!(good.location, "/account");

    // Once more: with nothing asked, and against another question.
    let mut thief = Walker::new(&server);
    let page = begin_to_sign_in(&mut thief, "/login").await;
    let replayed = send(&mut thief, SIGN_IN, &page, &answer).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nothing_asked = send(&mut thief, SIGN_IN, &page, &answer).await;
    assert_eq!(nothing_asked.status, StatusCode::CONFLICT);

    let page = begin_to_sign_in(&mut thief, "/login").await;
    let answer = device.answer(&page);
    server.wait(5 * 60_000);
    let late = send(&mut thief, SIGN_IN, &page, &answer).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(thief.get("/account").await.location.starts_with("/login"));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_lets_nobody_in() {
    let server = TestServer::start().await;
    let (ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let (ada, _) = server.somebody("Ada Client", Roles::CLIENT).await;
    let mut device = add(&server, &mut signed_in(&server, &email).await).await;
    let mut thief = Walker::new(&server);
    let ours = device.origin.clone();
    let elsewhere: Url = "http://localhost:1".parse().expect("is an address");
    let phish: Url = "https://market.example".parse().expect("is an address");

    for case in [
        "origin",
        "rp",
        "owner",
        "unknown",
        "signature",
        "rubbish",
        "unverified",
    ] {
        let page = begin_to_sign_in(&mut thief, "/login").await;
        let mut question: RequestChallengeResponse = asked(&page);
        let owner = device.owner.clone();
        let answer = match case {
            "origin" => device.answer_as(question, elsewhere.clone(), owner),
            "rp" => {
                question.public_key.rp_id = "market.example".to_owned();
                device.answer_as(question, phish.clone(), owner)
            }
            "owner" => device.answer_as(question, ours.clone(), ada.account.0.as_bytes().to_vec()),
            "unknown" => {
                let mut other = Device::new(&server);
                let mut walker = signed_in(&server, &email).await;
                other.make(&begin_to_add(&mut walker).await);
                other.answer_as(question, ours.clone(), owner)
            }
            "rubbish" => "{\"id\":\"\"}".to_owned(),
            _ => {
                let answer = device.answer_as(question, ours.clone(), owner);
                let mut answer: PublicKeyCredential =
                    serde_json::from_str(&answer).expect("is one");
                let response = &mut answer.response;
                if case == "signature" {
                    *response.signature.last_mut().expect("is there") ^= 1;
                } else {
                    response.authenticator_data[32] &= !4;
                }
                serde_json::to_string(&answer).expect("can be written")
            }
        };
        let refused = send(&mut thief, SIGN_IN, &page, &answer).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
        assert!(refused.body.contains("did not fit"), "{case}");
    }

    // A copy of the key whose counter lags behind.
    let accounts = server.market.store.accounts();
    let [stored] = accounts
        .passkeys(ben.account.0)
        .await
        .expect("is read")
        .try_into()
        .expect("is one");
    let mut key: serde_json::Value = serde_json::from_str(&stored.key).expect("is JSON");
    key["cred"]["counter"] = 1_000.into();
    let ahead = accounts.passkey_used(&stored, &key.to_string(), 0).await;
    assert!(ahead.expect("is kept"));
    let page = begin_to_sign_in(&mut thief, "/login").await;
    let copied = send(&mut thief, SIGN_IN, &page, &device.answer(&page)).await;
    assert_eq!(copied.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = thief.post(SIGN_IN, &[("csrf", "0000")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(thief.get("/account").await.location.starts_with("/login"));
}

#[tokio::test]
async fn passkeys_are_added_and_removed_against_the_password_by_their_owner_alone() {
    let server = TestServer::start().await;
    let (_, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let (_, other) = server.somebody("Ada Client", Roles::CLIENT).await;
    let mut walker = signed_in(&server, &email).await;
    let wrong = [("act", "add"), ("name", "Laptop"), ("password", "not it")];
    let refused = walker.fill(PASSKEYS, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut device = add(&server, &mut walker).await;

    // The same key for another account, and an answer to what another was asked.
    let mut ada = signed_in(&server, &other).await;
    let page = begin_to_add(&mut ada).await;
    let made = Device::new(&server).make(&begin_to_add(&mut walker).await);
    let mixed = send(&mut ada, PASSKEYS, &page, &made).await;
    assert_eq!(mixed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = begin_to_add(&mut ada).await;
    let rubbish = send(&mut ada, PASSKEYS, &page, "[]").await;
    assert_eq!(rubbish.status, StatusCode::UNPROCESSABLE_ENTITY);
    let twice = send(&mut ada, PASSKEYS, &page, "[]").await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    let page = walker.get(PASSKEYS).await;
    let [id] = page
        .between("name=\"id\" value=\"", "\"")
        .try_into()
        .expect("is one");
    let remove = [("act", "remove"), ("id", id.as_str()), ("sure", "yes")];
    for password in ["", "not it"] {
        let fields = [&remove[..], &[("password", password)]].concat();
        let refused = walker.fill(PASSKEYS, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let sure = [&remove[..], &[("password", PASSWORD)]].concat();
    ada.fill(PASSKEYS, &sure).await;
    let mut browser = Walker::new(&server);
    let page = begin_to_sign_in(&mut browser, "/login").await;
    let still = send(&mut browser, SIGN_IN, &page, &device.answer(&page)).await;
    assert_eq!(still.location, "/account");

    let gone = walker.fill(PASSKEYS, &sure).await;
    assert_eq!(
        gone.location, "/account/passkeys?done=removed",
        "{}",
        gone.body
    );
    let page = begin_to_sign_in(&mut browser, "/login").await;
    let refused = send(&mut browser, SIGN_IN, &page, &device.answer(&page)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kinds = kinds(&server).await;
    assert!(
        kinds.contains(&"passkey_removed Laptop".to_owned()),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn a_suspended_person_is_told_so_and_not_let_in() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let (ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut device = add(&server, &mut signed_in(&server, &email).await).await;
    let suspend = Mutation::SuspendPerson {
        person: ben.account,
        reason: "Wrote to strangers.".to_owned(),
    };
    let id = MutationId(Uuid::now_v7());
    let done = server.market.writer.act(root.account, false, id, suspend);
    done.await.expect("is decided").expect("is suspended");

    let mut browser = Walker::new(&server);
    let page = begin_to_sign_in(&mut browser, "/login").await;
    let told = send(&mut browser, SIGN_IN, &page, &device.answer(&page)).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    assert!(told.body.contains("Wrote to strangers."), "{}", told.body);
    assert!(browser.get("/account").await.location.starts_with("/login"));
}
