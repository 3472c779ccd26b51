//! Taking along what is held about oneself: whole, and without other people's private words.

use crate::deeds::{PLEA, application};
use crate::server::TestServer;
use crate::texts::{BEGIN, profile, request};
use crate::walker::Walker;
use guildhall_domain::id::{ApplicationId, MessageId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_server::oauth::Roles;
use guildhall_server::texts::Texts;
use reqwest::StatusCode;
use serde_json::Value;
use uuid::Uuid;

const PASSWORD: &str = "drei leise Worte";
const EXPORT: &str = "/account/export";

async fn signed_in(server: &TestServer, email: &str) -> Walker {
    let mut walker = Walker::new(server);
    let fields = [("email", email), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    walker
}

#[tokio::test]
async fn the_file_holds_what_is_ones_own_and_nothing_private_of_others() {
    let server = TestServer::start().await;
    let (mut ada, ada_email) = server.somebody("Ada Client", Roles::CLIENT).await;
    let (mut ben, ben_email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut cleo = server.freelancer("Cleo Stranger").await;
    let mut text = profile("Builds what you need", &["Rust"]);
    "canary-ben-bio".clone_into(&mut text.bio);
    ben.does(Mutation::SaveProfile {
        text: Box::new(text),
    })
    .await;
    let id = RequestId(Uuid::now_v7());
    let mut text = request("A shop window for the web", &["Rust"]);
    "canary-ada-description".clone_into(&mut text.description);
    ada.does(Mutation::PublishRequest {
        id,
        text: Box::new(text),
    })
    .await;
    ben.does(application(id, &format!("{PLEA} canary-ben-plea")))
        .await;
    cleo.does(application(id, &format!("{PLEA} canary-cleo-plea")))
        .await;
    let threads = [ben.account, cleo.account];
    for (author, thread, body) in [
        (&mut ada, threads[0], "canary-ada-to-ben"),
        (&mut cleo, threads[1], "canary-cleo-to-ada"),
    ] {
        author
            .does(Mutation::SendMessage {
                id: MessageId(Uuid::now_v7()),
                application: ApplicationId::of(id, thread),
                body: body.to_owned(),
                attachments: Vec::new(),
            })
            .await;
    }

    let mut walker = signed_in(&server, &ben_email).await;
    let file = walker.fill(EXPORT, &[("password", PASSWORD)]).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.kind, "application/json");
    let told: Value = serde_json::from_str(&file.body).expect("is one document");
    assert_eq!(told["sign_in"]["email"], ben_email.as_str());
    let agreed = &told["sign_in"]["terms_and_privacy"];
    assert_eq!(agreed["version"], Texts::default().version());
    assert_eq!(agreed["agreed_at"], BEGIN.0, "when he joined");
    assert_eq!(told["person"][0]["name"], "Ben Builder");
    assert_eq!(told["profile"][0]["bio"], "canary-ben-bio");
    assert_eq!(told["application"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["message"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["devices"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["browsers"].as_array().map(Vec::len), Some(1));
    let log = told["log"].as_array().expect("is a list");
    assert_eq!(
        log.last().map(|line| &line["what"]),
        Some(&"exported".into())
    );
    for theirs in ["canary-ben-plea", "canary-ada-to-ben"] {
        assert!(file.body.contains(theirs), "{theirs}");
    }
    for other in [
        "canary-cleo",
        "canary-ada-description",
        "Cleo",
        ada_email.as_str(),
    ] {
        assert!(!file.body.contains(other), "{other}: {}", file.body);
    }

    let hers = signed_in(&server, &ada_email)
        .await
        .fill(EXPORT, &[("password", PASSWORD)])
        .await;
    for word in [
        "canary-ada-description",
        "canary-ada-to-ben",
        "canary-cleo-to-ada",
        "canary-ben-plea",
    ] {
        assert!(hers.body.contains(word), "{word}");
    }
    assert!(
        !hers.body.contains("canary-ben-bio"),
        "a profile is not hers"
    );
    let count = |what: &str| {
        let told: Value = serde_json::from_str(&hers.body).expect("is one document");
        told[what].as_array().map(Vec::len)
    };
    assert_eq!(count("application"), Some(2));
    assert_eq!(count("request"), Some(1));
}

#[tokio::test]
async fn without_the_password_nothing_is_handed_over() {
    let server = TestServer::start().await;
    let (_, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut walker = signed_in(&server, &email).await;

    let wrong = walker.fill(EXPORT, &[("password", "not it")]).await;
    let forged = walker
        .post(EXPORT, &[("csrf", "0000"), ("password", PASSWORD)])
        .await;
    let nobody = Walker::new(&server)
        .post(EXPORT, &[("password", PASSWORD)])
        .await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(nobody.location.starts_with("/login"), "{}", nobody.location);
    for page in [wrong, forged, nobody] {
        assert!(!page.body.contains("\"sign_in\""), "{}", page.body);
    }
}
