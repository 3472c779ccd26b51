//! Who is trusted with a role: how it is given and taken, what it opens at once, and what it does not open.

use crate::desk::Desk;
use crate::live::Live;
use crate::server::{Answer, TestServer};
use crate::walker::{Page, Walker};
use guildhall_domain::id::MutationId;
use guildhall_domain::person::Person;
use guildhall_protocol::admin::{AdminAct, AdminActivity, AdminAudit, AdminPerson};
use guildhall_protocol::path;
use guildhall_server::oauth::Roles;
use reqwest::StatusCode;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use uuid::Uuid;

const PASSWORD: &str = "drei leise Worte";
const PEOPLE: &str = "/admin/people";

async fn acts(desk: &Desk, name: &str, args: Value) -> Answer {
    let act = AdminAct {
        id: MutationId(Uuid::now_v7()),
        name: name.to_owned(),
        args: to_raw_value(&args).expect("can be written"),
    };
    let body = serde_json::to_string(&act).expect("can be written");
    desk.post(path::ADMIN_ACT, body).await
}

async fn suspends(desk: &Desk, whom: &Desk) -> Answer {
    let args = json!({ "person": whom.account, "reason": "Wrote to strangers." });
    acts(desk, "person.suspend", args).await
}

async fn signed_in(server: &TestServer, email: &str) -> Walker {
    let mut walker = Walker::new(server);
    let fields = [("email", email), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    walker
}

async fn changes(walker: &mut Walker, whom: &Desk, act: &str, reason: &str) -> Page {
    let id = whom.account.to_string();
    let fields = [("person", id.as_str()), ("act", act), ("reason", reason)];
    walker.fill(&format!("{PEOPLE}?person={id}"), &fields).await
}

/// An admin with a browser in which they have just signed in.
async fn admin(server: &TestServer, name: &str) -> (Desk, Walker) {
    let (mut root, email) = server.somebody(name, Roles::CLIENT).await;
    server.promote(root.account).await;
    server.oversee(&mut root).await;
    let walker = signed_in(server, &email).await;
    (root, walker)
}

/// The pages that are open to whoever keeps order.
const OF_MODERATORS: [&str; 5] = [
    path::ADMIN_HOME,
    path::ADMIN_PEOPLE,
    path::ADMIN_REQUESTS,
    path::ADMIN_ACTIVITY,
    path::ADMIN_EVENTS,
];

#[tokio::test]
async fn a_moderator_keeps_order_and_runs_nothing() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let max = server.moderator("Max Moderator").await;
    let mia = server.moderator("Mia Moderator").await;
    let mut ada = server.client("Ada Client").await;
    let ben = server.freelancer("Ben Builder").await;
    let request = ada.publishes().await;
    let nowhere = max.get("/v1/nothing").await.problem();

    for path in OF_MODERATORS {
        assert_eq!(max.get(path).await.status, StatusCode::OK, "{path}");
    }
    let people: Vec<AdminPerson> = max.get("/v1/admin/people?search=max").await.json();
    assert!(people[0].roles.moderator && !people[0].roles.admin);
    let of_ben = |path: &str| path.replace("{id}", &ben.account.to_string());
    for path in [path::ADMIN_AUDIT.to_owned(), of_ben(path::ADMIN_SIGN_INS)] {
        assert_eq!(max.get(&path).await.problem(), nowhere, "{path}");
    }
    let reason = json!({ "reason": "I would like to." }).to_string();
    let one = of_ben(path::ADMIN_SIGN_IN_END).replace("{sign_in}", &Uuid::nil().to_string());
    for path in [of_ben(path::ADMIN_SIGN_INS_END), one] {
        let answer = max.post(&path, reason.clone()).await;
        assert_eq!(answer.problem(), nowhere, "{path}");
    }

    let suspended = suspends(&max, &ben).await;
    assert_eq!(
        suspended.status,
        StatusCode::NO_CONTENT,
        "{}",
        suspended.body
    );
    let args = json!({ "person": ben.account, "reason": "It was a mistake." });
    let restored = acts(&max, "person.restore", args).await;
    assert_eq!(restored.status, StatusCode::NO_CONTENT);
    let args = json!({ "id": request, "reason": "It sells something." });
    let removed = acts(&max, "request.remove", args).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let log: Vec<AdminAudit> = root.get("/v1/admin/audit?search=max").await.json();
    let kinds: Vec<&str> = log.iter().map(|line| &*line.kind).collect();
    assert_eq!(
        kinds,
        ["request_removed", "restored", "suspended", "role_changed"]
    );

    for whom in [&root, &mia, &max] {
        let refused = suspends(&max, whom).await;
        assert_eq!(refused.refusal(), "403 forbidden");
    }
    for act in ["person.grant_role", "person.revoke_role"] {
        let args =
            json!({ "person": ben.account, "role": "moderator", "reason": "I would like to." });
        assert_eq!(acts(&max, act, args).await.refusal(), "422 validation");
    }

    assert_eq!(suspends(&root, &max).await.status, StatusCode::NO_CONTENT);
    for path in OF_MODERATORS {
        assert_eq!(max.get(path).await.problem(), nowhere, "{path}");
    }
    let revenge = suspends(&max, &ben).await;
    assert_eq!(revenge.problem(), nowhere);
}

#[tokio::test]
async fn a_role_is_given_and_taken_on_the_page_and_both_hold_at_once() {
    let server = TestServer::start().await;
    let (root, mut walker) = admin(&server, "Rut Root").await;
    let (mut ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut live = Live::open(&ben, None).await;
    live.follow(&mut ben).await;
    assert_eq!(
        ben.get(path::ADMIN_HOME).await.status,
        StatusCode::NOT_FOUND
    );

    let account = walker.get("/account").await;
    assert!(
        account.body.contains("People and roles"),
        "{}",
        account.body
    );
    let list = walker.get(PEOPLE).await;
    assert!(list.body.contains("Rut Root") && !list.body.contains("Ben Builder"));
    let found = walker.get(&format!("{PEOPLE}?search=bUILD")).await;
    let link = format!("{PEOPLE}?person={}", ben.account);
    assert!(found.body.contains(&link), "{}", found.body);
    let odd = server.freelancer("<b>Eve</b>\u{202e}Else").await;
    for path in [
        format!("{PEOPLE}?search=%3Cb%3E"),
        format!("{PEOPLE}?person={}", odd.account),
    ] {
        let page = walker.get(&path).await;
        let shown = "&lt;b&gt;Eve&lt;/b&gt;\u{fffd}Else";
        assert!(
            page.body.contains(shown) && !page.body.contains("<b>Eve"),
            "{}",
            page.body
        );
    }
    let silent = changes(&mut walker, &ben, "grant-moderator", " ").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("Give a reason"), "{}", silent.body);
    assert_eq!(
        ben.get(path::ADMIN_HOME).await.status,
        StatusCode::NOT_FOUND
    );

    let given = changes(&mut walker, &ben, "grant-moderator", "Knows the trade.").await;
    assert_eq!(given.location, link, "{}", given.body);
    let page = walker.get(&link).await;
    assert!(
        page.body.contains("Freelancer and moderator"),
        "{}",
        page.body
    );
    assert!(page.body.contains("No longer moderator") && !page.body.contains("Make moderator"));
    for path in OF_MODERATORS {
        assert_eq!(ben.get(path).await.status, StatusCode::OK, "{path}");
    }
    live.follow(&mut ben).await;
    assert!(ben.replica.actor().roles.moderator, "the socket told it");

    let taken = changes(&mut walker, &ben, "revoke-moderator", "Has no time.").await;
    assert_eq!(taken.location, link, "{}", taken.body);
    for path in OF_MODERATORS {
        assert_eq!(ben.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    live.follow(&mut ben).await;
    assert!(!ben.replica.actor().roles.moderator, "the socket told it");
    let twice = changes(&mut walker, &ben, "revoke-moderator", "Has no time.").await;
    assert!(twice.body.contains("is not a moderator"), "{}", twice.body);

    let log: Vec<AdminAudit> = root.get("/v1/admin/audit?search=builder").await.json();
    let told: Vec<String> = log
        .iter()
        .filter(|line| line.who.as_deref() == Some("Rut Root"))
        .map(|line| format!("{} {}", line.kind, line.note))
        .collect();
    assert_eq!(
        told,
        [
            "role_taken moderator — Has no time.",
            "role_changed moderator — Knows the trade."
        ]
    );
    let activity: Vec<AdminActivity> = root.get(path::ADMIN_ACTIVITY).await.json();
    assert!(
        activity
            .iter()
            .any(|line| line.note.contains("Knows the trade.")
                && line.other.as_deref() == Some("Ben Builder"))
    );
    server.market.oauth.settle_mail().await;
    let subjects: Vec<String> = server
        .subjects()
        .into_iter()
        .filter_map(|(to, subject)| (to == email).then_some(subject))
        .collect();
    assert!(
        subjects.contains(&"You are a moderator".to_owned()),
        "{subjects:?}"
    );
    assert!(
        subjects.contains(&"You are a moderator no more".to_owned()),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn the_page_is_there_for_admins_who_have_just_signed_in_and_for_nobody_else() {
    let server = TestServer::start().await;
    let (root, mut walker) = admin(&server, "Rut Root").await;
    let (max, email) = server.somebody("Max Moderator", Roles::CLIENT).await;
    let given = changes(&mut walker, &max, "grant-moderator", "Knows the trade.").await;
    assert_eq!(given.status, StatusCode::SEE_OTHER);

    let mut his = signed_in(&server, &email).await;
    let account = his.get("/account").await;
    assert!(!account.body.contains("People and roles"));
    let page = his.get(PEOPLE).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let token = account.hidden("csrf");
    let id = max.account.to_string();
    let forged = [
        ("csrf", token.as_str()),
        ("person", &id),
        ("act", "grant-admin"),
        ("reason", "I would like to."),
    ];
    assert_eq!(
        his.post(PEOPLE, &forged).await.status,
        StatusCode::NOT_FOUND
    );
    let nobody = Walker::new(&server).get(PEOPLE).await;
    assert!(nobody.location.starts_with("/login"), "{}", nobody.location);

    // Without the token of the form nothing is done; on oneself nothing either.
    let bare = [
        ("person", id.as_str()),
        ("act", "grant-admin"),
        ("reason", "None."),
    ];
    assert_eq!(
        walker.post(PEOPLE, &bare).await.status,
        StatusCode::FORBIDDEN
    );
    let token = walker.get("/account").await.hidden("csrf");
    let me = root.account.to_string();
    let own = [
        ("csrf", token.as_str()),
        ("person", &me),
        ("act", "revoke-admin"),
        ("reason", "I am tired."),
    ];
    let own = walker.post(PEOPLE, &own).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        own.body.contains("Nobody changes their own role"),
        "{}",
        own.body
    );
    let stranger = walker
        .get(&format!("{PEOPLE}?person={}", Uuid::nil()))
        .await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);

    server.wait(11 * 60_000);
    let stale = walker.get(PEOPLE).await;
    assert!(stale.location.starts_with("/login"), "{}", stale.location);
}

#[tokio::test]
async fn an_admin_makes_another_who_takes_the_role_back_and_the_last_one_stays() {
    let server = TestServer::start().await;
    let (root, mut walker) = admin(&server, "Rut Root").await;
    let leave = [("act", "delete"), ("password", PASSWORD)];
    let only = walker.fill("/account/delete", &leave).await;
    assert_eq!(only.status, StatusCode::CONFLICT, "{}", only.body);
    assert!(only.body.contains("You are the only admin"));

    let (mut ada, email) = server.somebody("Ada Client", Roles::CLIENT).await;
    let given = changes(&mut walker, &ada, "grant-admin", "Takes over.").await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    server.oversee(&mut ada).await;
    assert_eq!(ada.get(path::ADMIN_AUDIT).await.status, StatusCode::OK);
    let mut hers = signed_in(&server, &email).await;
    let taken = changes(&mut hers, &root, "revoke-admin", "Has left us.").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    assert_eq!(root.get(path::ADMIN_AUDIT).await.refusal(), "404 not_found");
    assert_eq!(walker.get(PEOPLE).await.status, StatusCode::NOT_FOUND);

    let only = hers.fill("/account/delete", &leave).await;
    assert_eq!(only.status, StatusCode::CONFLICT);
    let gone = walker.fill("/account/delete", &leave).await;
    assert!(
        gone.body.contains("Your account is deleted"),
        "{}",
        gone.body
    );
    let people = server.market.store.all::<Person>().await.expect("is read");
    let admins: Vec<&str> = people
        .iter()
        .filter(|person| person.roles.admin)
        .map(|person| person.name.as_str())
        .collect();
    assert_eq!(admins, ["Ada Client"]);
}
