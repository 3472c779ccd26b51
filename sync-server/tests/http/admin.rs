//! The admin's endpoints, and what suspending and removing mean for others.

use crate::deeds::hire;
use crate::desk::Desk;
use crate::server::{Answer, TestServer};
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::application::{Application, ApplicationStage, Closing};
use guildhall_domain::denied::Code;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::{Person, Status};
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_protocol::account::SignIn;
use guildhall_protocol::admin::{
    AdminAct, AdminActivity, AdminAudit, AdminEvent, AdminHome, AdminPerson, AdminRequest, Claim,
};
use guildhall_protocol::path;
use guildhall_server::admin::secret;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use uuid::Uuid;

async fn act(admin: &Desk, id: MutationId, name: &str, args: Value) -> Answer {
    let act = AdminAct {
        id,
        name: name.to_owned(),
        args: to_raw_value(&args).expect("can be written"),
    };
    let body = serde_json::to_string(&act).expect("can be written");
    admin.post(path::ADMIN_ACT, body).await
}

async fn acts(admin: &Desk, name: &str, args: Value) -> Answer {
    act(admin, MutationId(Uuid::now_v7()), name, args).await
}

async fn suspend(admin: &Desk, whom: &Desk) {
    let args = json!({ "person": whom.account, "reason": "Wrote to strangers." });
    let answer = acts(admin, "person.suspend", args).await;
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
}

#[tokio::test]
async fn to_everybody_else_the_admin_pages_do_not_exist() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let nowhere = ada.get("/v1/nothing").await.problem();

    for path in [
        path::ADMIN_HOME,
        path::ADMIN_PEOPLE,
        path::ADMIN_REQUESTS,
        path::ADMIN_ACTIVITY,
        path::ADMIN_AUDIT,
        path::ADMIN_EVENTS,
    ] {
        assert_eq!(ada.get(path).await.problem(), nowhere, "{path}");
    }
    let args = json!({ "person": ada.account, "reason": "I want to." });
    let answer = acts(&ada, "person.suspend", args).await;
    assert_eq!(answer.problem(), nowhere);
}

#[tokio::test]
async fn the_secret_makes_one_admin_once() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let eve = server.client("Eve Elsewhere").await;
    let accounts = server.market.store.accounts();
    let first = secret::make(&accounts, true, 0).await.expect("is made");
    let claim = |secret: &str| {
        serde_json::to_string(&Claim {
            secret: secret.to_owned(),
        })
        .expect("can be written")
    };

    let wrong = eve.post(path::ADMIN_CLAIM, claim("AAAAA-AAAAA")).await;
    assert_eq!(wrong.refusal(), "422 wrong_secret");
    let right = ada
        .post(path::ADMIN_CLAIM, claim(&first.to_lowercase()))
        .await;
    assert_eq!(right.status.as_u16(), 204, "{}", right.body);
    assert_eq!(
        ada.get(path::ADMIN_HOME).await.status.as_u16(),
        200,
        "at once"
    );
    let spent = eve.post(path::ADMIN_CLAIM, claim(&first)).await;
    assert_eq!(spent.refusal(), "422 wrong_secret");
    assert_eq!(eve.get(path::ADMIN_HOME).await.refusal(), "404 not_found");

    let second = secret::make(&accounts, false, 0).await.expect("is made");
    let again = ada.post(path::ADMIN_CLAIM, claim(&second)).await;
    assert_eq!(again.refusal(), "409 already_done");
    let other = eve.post(path::ADMIN_CLAIM, claim(&second)).await;
    assert_eq!(other.status.as_u16(), 204, "it was not used up for nothing");
}

#[tokio::test]
async fn an_admin_sees_where_somebody_is_signed_in_and_ends_it_for_a_reason() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let ada = server.client("Ada Client").await;
    let elsewhere = server.desk(ada.account).await;
    let (list, end) = (
        path::ADMIN_SIGN_INS.replace("{id}", &ada.account.to_string()),
        path::ADMIN_SIGN_INS_END.replace("{id}", &ada.account.to_string()),
    );

    let seen: Vec<SignIn> = root.get(&list).await.json();
    assert_eq!(seen.iter().filter(|one| !one.current).count(), 2);
    let mute = root.post(&end, json!({ "reason": " " }).to_string()).await;
    assert_eq!(mute.refusal(), "422 validation");
    let hers = ada.post(&end, json!({ "reason": "No." }).to_string()).await;
    assert_eq!(hers.refusal(), "404 not_found");
    let nobody = path::ADMIN_SIGN_INS.replace("{id}", &Uuid::nil().to_string());
    assert_eq!(root.get(&nobody).await.refusal(), "404 not_found");
    assert_eq!(elsewhere.get(path::ME).await.status.as_u16(), 200);

    let one = path::ADMIN_SIGN_IN_END.replace("{id}", &ada.account.to_string());
    let one = |sign_in: Uuid| one.replace("{sign_in}", &sign_in.to_string());
    let reason = json!({ "reason": "An old laptop." }).to_string();
    let [hers, of_another]: [SignIn; 2] = ada
        .get(path::ME_SIGN_INS)
        .await
        .json::<Vec<SignIn>>()
        .try_into()
        .expect("are two");
    let old = if hers.current { &of_another } else { &hers };
    let of_old = one(old.id);
    let mute = root.post(&of_old, json!({ "reason": " " }).to_string());
    assert_eq!(mute.await.refusal(), "422 validation");
    let [own] = root
        .get(path::ME_SIGN_INS)
        .await
        .json::<Vec<SignIn>>()
        .try_into()
        .expect("is one");
    let not_hers = root.post(&one(own.id), reason.clone()).await;
    assert_eq!(not_hers.refusal(), "404 not_found");
    let ended = root.post(&of_old, reason.clone()).await;
    assert_eq!(ended.status.as_u16(), 204, "{}", ended.body);
    assert_eq!(elsewhere.get(path::ME).await.status.as_u16(), 401);
    assert_eq!(ada.get(path::ME).await.status.as_u16(), 200);
    let again = root.post(&of_old, reason).await;
    assert_eq!(again.refusal(), "404 not_found");
    let log: Vec<AdminAudit> = root.get("/v1/admin/audit?search=laptop").await.json();
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(log[0].kind, "sign_in_ended");

    let reason = json!({ "reason": "A lost computer." });
    let ended = root.post(&end, reason.to_string()).await;
    assert_eq!(ended.status.as_u16(), 204, "{}", ended.body);
    for desk in [&ada, &elsewhere] {
        assert_eq!(desk.get(path::ME).await.status.as_u16(), 401);
    }
    assert_eq!(root.get(path::ME).await.status.as_u16(), 200);
    let left: Vec<SignIn> = root.get(&list).await.json();
    assert_eq!(left, []);
    let log: Vec<AdminAudit> = root.get("/v1/admin/audit?search=computer").await.json();
    let [line] = log.as_slice() else {
        panic!("{log:?}");
    };
    assert_eq!(line.kind, "signed_out");
    assert_eq!(line.who.as_deref(), Some("Rut Root"));
    assert_eq!(line.whom.as_deref(), Some("Ada Client"));
}

#[tokio::test]
async fn the_admin_counts_people_requests_and_work_and_finds_them_by_name() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    hire(&mut ada, &mut ben).await;
    let paused = ada.asks_for("A paused request", &["Rust"]).await;
    ada.does(Mutation::PauseRequest { id: paused }).await;
    ada.asks_for("An open request", &["Rust"]).await;
    suspend(&root, &ben).await;

    let home: AdminHome = root.get(path::ADMIN_HOME).await.json();
    let people: Vec<AdminPerson> = root.get("/v1/admin/people?search=bEN").await.json();
    let all: Vec<AdminPerson> = root.get(path::ADMIN_PEOPLE).await.json();
    let requests: Vec<AdminRequest> = root.get("/v1/admin/requests?search=PAUSED").await.json();
    let log: Vec<AdminActivity> = root.get(path::ADMIN_ACTIVITY).await.json();
    let his: Vec<AdminActivity> = root.get("/v1/admin/activity?search=builder").await.json();
    let events: Vec<AdminEvent> = root.get(path::ADMIN_EVENTS).await.json();

    assert_eq!((home.people, home.suspended), (3, 1));
    assert_eq!((home.requests, home.open_requests), (3, 1));
    assert_eq!((home.applications, home.running, home.completed), (1, 1, 0));
    assert_eq!(home.at, (server.market.clock)());
    assert_eq!((people.len(), all.len()), (1, 3));
    assert_eq!(people[0].name, "Ben Builder");
    assert_eq!(people[0].suspended.as_deref(), Some("Wrote to strangers."));
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].client.as_str(), requests[0].stage.as_str()),
        ("Ada Client", "paused")
    );
    let suspension = log
        .iter()
        .find(|line| line.kind == ActivityKind::PersonSuspended)
        .expect("is in the log");
    assert_eq!(suspension.who, "Rut Root");
    assert_eq!(suspension.other.as_deref(), Some("Ben Builder"));
    assert_eq!(suspension.note, "Wrote to strangers.");
    assert!(!his.is_empty() && his.iter().all(|line| line.who == "Ben Builder"));
    assert_eq!(events.len(), log.len());
    let percent = root.get("/v1/admin/people?search=%25").await;
    assert_eq!(
        percent.json::<Vec<AdminPerson>>(),
        [],
        "a word, not a pattern"
    );
}

#[tokio::test]
async fn the_audit_log_says_who_did_what_to_whom_and_is_searched_by_all_of_it() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let mut ada = server.client("Ada Client").await;
    let ben = server.freelancer("Ben Builder").await;
    let request = ada.publishes().await;
    suspend(&root, &ben).await;
    let args = json!({ "id": request, "reason": "It sells something." });
    acts(&root, "request.remove", args).await;

    let told = async |search: &str| -> Vec<String> {
        let path = format!("{}?search={search}", path::ADMIN_AUDIT);
        let lines: Vec<AdminAudit> = root.get(&path).await.json();
        let line = |line: AdminAudit| {
            let (who, whom) = (line.who.unwrap_or_default(), line.whom.unwrap_or_default());
            format!("{who} {} {whom}: {}", line.kind, line.note)
        };
        lines.into_iter().map(line).collect()
    };
    let removed = "Rut Root request_removed A shop window for the web: A shop window for the web — It sells something.";
    let suspended = "Rut Root suspended Ben Builder: Wrote to strangers.";
    let granted = "Rut Root role_changed : admin — By the operator";
    assert_eq!(
        told("").await,
        [removed, suspended, granted],
        "newest first"
    );
    assert_eq!(told("BEN%20suspended").await, [suspended]);
    assert_eq!(told("role%20changed").await, [granted]);
    let today = (server.market.clock)().day();
    assert_eq!(told(&format!("{today}%20sells")).await, [removed]);
    assert_eq!(told("nobody-of-that-name").await, [] as [&str; 0]);
    assert_eq!(ada.get(path::ADMIN_AUDIT).await.refusal(), "404 not_found");
}

#[tokio::test]
async fn a_suspended_person_reads_and_finishes_work_but_begins_nothing() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let (thread, contract) = hire(&mut ada, &mut ben).await;
    let request = ada.publishes().await;
    ben.offers_skills(&["Rust"]).await;
    assert_eq!(ada.sees::<Recommendation>().await.len(), 1);

    suspend(&root, &ben).await;

    let blocked = [
        crate::deeds::application(request, crate::deeds::PLEA),
        Mutation::SaveProfile {
            text: Box::new(crate::texts::profile("Another headline", &["Rust"])),
        },
        Mutation::SendMessage {
            id: guildhall_domain::id::MessageId(Uuid::now_v7()),
            application: thread,
            body: "Why me?".into(),
            attachments: Vec::new(),
        },
    ];
    for act in blocked {
        assert_eq!(ben.code(act.clone()).await, Code::Blocked, "{act:?}");
    }
    let myself = ben.account;
    let status = |people: Vec<Person>| {
        let found = people.into_iter().find(|person| person.id == myself);
        found.expect("is seen").status
    };
    assert!(matches!(
        status(ben.sees().await),
        Status::Suspended { reason, .. } if reason == "Wrote to strangers."
    ));
    assert_eq!(ben.get(path::ME).await.status.as_u16(), 200);
    assert_eq!(ada.sees::<Recommendation>().await, [], "shown to nobody");
    ben.delivers(contract).await;

    let args = json!({ "person": ben.account, "reason": "It was a mistake." });
    let restored = acts(&root, "person.restore", args).await;
    assert_eq!(restored.status.as_u16(), 204);
    assert_eq!(status(ben.sees().await), Status::Active);
    assert_eq!(ada.sees::<Recommendation>().await.len(), 1);
    ben.applies(request).await;
}

#[tokio::test]
async fn a_suspended_admin_is_an_admin_no_more() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let other = server.admin("Olu Other").await;
    assert_eq!(other.get(path::ADMIN_HOME).await.status.as_u16(), 200);

    suspend(&root, &other).await;

    assert_eq!(other.get(path::ADMIN_HOME).await.refusal(), "404 not_found");
    let args = json!({ "person": root.account, "reason": "An eye for an eye." });
    let revenge = acts(&other, "person.suspend", args).await;
    assert_eq!(revenge.refusal(), "404 not_found");
}

#[tokio::test]
async fn a_removed_request_ends_what_hangs_on_it_and_says_why() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let request = ada.publishes().await;
    ben.applies(request).await;

    let args = json!({ "id": request, "reason": "It sells something." });
    let removed = acts(&root, "request.remove", args.clone()).await;

    assert_eq!(removed.status.as_u16(), 204, "{}", removed.body);
    assert!(matches!(
        ada.sees_one::<Request>().await.stage,
        RequestStage::Removed { reason, .. } if reason == "It sells something."
    ));
    assert!(matches!(
        ben.sees_one::<Application>().await.stage,
        ApplicationStage::Closed {
            because: Closing::Removed,
            ..
        }
    ));
    let lines: Vec<AdminRequest> = root.get(path::ADMIN_REQUESTS).await.json();
    assert_eq!(lines[0].removed.as_deref(), Some("It sells something."));
    let again = acts(&root, "request.remove", args).await;
    assert_eq!(again.refusal(), "409 invalid_state");
}

#[tokio::test]
async fn an_act_of_moderation_happens_once_and_is_checked() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let ben = server.freelancer("Ben Builder").await;
    let id = MutationId(Uuid::now_v7());
    let args = json!({ "person": ben.account, "reason": "Wrote to strangers." });

    for _ in 0..3 {
        let answer = act(&root, id, "person.suspend", args.clone()).await;
        assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
    }
    let log: Vec<Activity> = server.market.store.all().await.expect("is read");
    let times = log
        .iter()
        .filter(|line| line.kind == ActivityKind::PersonSuspended);
    assert_eq!(times.count(), 1);

    let nobody = json!({ "person": Uuid::now_v7(), "reason": "Is not there." });
    let short = json!({ "person": root.account, "reason": "" });
    let refused = [
        ("person.suspend", args, "409 already_done", None),
        ("person.suspend", nobody, "404 not_found", None),
        ("person.suspend", short, "403 forbidden", None),
        ("person.suspend", json!({}), "422 validation", Some("/args")),
        ("person.fire", json!({}), "422 validation", Some("/name")),
        (
            "person.grant_role",
            json!({ "person": ben.account, "role": "moderator", "reason": "Not from here." }),
            "422 validation",
            Some("/name"),
        ),
        (
            "request.pause",
            json!({ "id": Uuid::nil() }),
            "422 validation",
            Some("/name"),
        ),
        (
            "person.restore",
            json!({ "person": ben.account, "reason": "no" }),
            "422 validation",
            Some("/reason"),
        ),
    ];
    for (name, args, refusal, pointer) in refused {
        let answer = acts(&root, name, args.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{name} {args}");
        let problem = answer.problem();
        let told = problem.errors.first().map(|error| error.pointer.as_str());
        assert_eq!(told, pointer, "{name} {args}");
    }
}
