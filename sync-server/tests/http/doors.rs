//! Every way in, tried by everybody with other people's things: none gives or changes what is not theirs.
//!
//! The tries are made from the table of doors and from the list of acts, so what is new is tried without being named here.

use crate::deeds::application;
use crate::desk::Desk;
use crate::live::Live;
use crate::server::{Answer, TestServer};
use crate::strangers::Things;
use crate::texts::{profile, request, terms};
use guildhall_domain::attachment::{Attachment, BlobHash};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, MutationId, OfferId, RequestId, ReviewId,
};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::policy::Act;
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_oauth::{ApiScope, ApiScopes};
use guildhall_protocol::account::SignIn;
use guildhall_protocol::admin::AdminAct;
use guildhall_protocol::path;
use guildhall_protocol::sync::{FromDesktop, Verdict};
use guildhall_server::doors::{DOORS, Door, Entry};
use guildhall_server::oauth::{Roles, WantedToken};
use guildhall_server::router_with;
use guildhall_server::sync::SyncRules;
use reqwest::Method;
use serde_json::{json, value::to_raw_value};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

/// What stands in everything that Ada and Ben write.
const CANARY: &str = "canary-7f3a";

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

#[tokio::test]
async fn every_route_has_a_door_and_every_door_a_route() {
    let server = TestServer::start().await;
    let printed = format!("{:?}", router_with(&server.market, SyncRules::default()));
    // The router prints its paths as `RouteId(3): "/v1/me"`.
    let routes: BTreeSet<&str> = printed
        .split("RouteId(")
        .filter_map(|part| part.split_once("): \"")?.1.split_once('"'))
        .map(|(path, _)| path)
        .filter(|path| path.starts_with('/') && !path.contains("private__axum"))
        .collect();
    assert!(routes.len() > 15, "{routes:?}");

    for route in &routes {
        let known = DOORS.iter().any(|door| door.is_at(route));
        assert!(known, "{route} has no line in sync-server/src/doors.rs");
    }
    for door in DOORS {
        let used = routes.iter().any(|route| door.is_at(route));
        assert!(used, "{} leads nowhere", door.path);
    }
}

/// The log of the server, while it is held.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What Ada and Ben have with each other, and the file that went with it.
struct Private {
    things: Things,
    message: MessageId,
    file: BlobHash,
    accounts: [Uuid; 2],
    /// Where they are signed in.
    sign_ins: Vec<Uuid>,
}

impl Private {
    /// Every id of theirs that somebody could have got hold of.
    fn ids(&self) -> Vec<String> {
        let things = &self.things;
        let mut ids: Vec<String> = [
            things.request.0,
            things.application.0,
            things.offer.0,
            things.contract.0,
            things.review.0,
            self.message.0,
        ]
        .into_iter()
        .chain(self.accounts)
        .chain(self.sign_ins.iter().copied())
        .map(|id| id.to_string())
        .collect();
        ids.push(self.file.to_string());
        ids
    }

    fn scopes(&self) -> Vec<Scope> {
        let people = self.accounts.map(|id| {
            let account = guildhall_domain::id::AccountId(id);
            [Scope::own(account), Scope::person(account)]
        });
        people
            .into_iter()
            .flatten()
            .chain([
                Scope::request(self.things.request),
                Scope::thread(self.things.application),
            ])
            .collect()
    }
}

fn told(what: &str) -> String {
    format!("{CANARY} {what}, as it was written by one of the two.")
}

/// A market in which everything that can lie between two people is there, with the canary in every text.
async fn private(ada: &mut Desk, ben: &mut Desk) -> Private {
    // What a profile says, every client may find.
    ben.does(Mutation::SaveProfile {
        text: Box::new(profile("Builds what you need", &["Rust"])),
    })
    .await;
    let id = RequestId(Uuid::now_v7());
    let mut text = request("A shop window for the web", &["Rust"]);
    text.description = told("description");
    ada.does(Mutation::PublishRequest {
        id,
        text: Box::new(text),
    })
    .await;
    ben.does(application(id, &told("plea"))).await;
    let thread = ApplicationId::of(id, ben.account);
    let file = upload(ada).await;
    let message = MessageId(Uuid::now_v7());
    ada.does(Mutation::SendMessage {
        id: message,
        application: thread,
        body: told("message"),
        attachments: vec![file.clone()],
    })
    .await;
    let offer = OfferId(Uuid::now_v7());
    ada.does(Mutation::MakeOffer {
        id: offer,
        application: thread,
        terms: Box::new(terms(&told("scope"))),
    })
    .await;
    let contract = ContractId(Uuid::now_v7());
    ben.does(Mutation::AcceptOffer {
        id: offer,
        contract,
    })
    .await;
    ben.does(Mutation::Deliver {
        id: contract,
        note: told("note"),
    })
    .await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    ada.rates(contract, 5, &told("sealed review")).await;
    let mut sign_ins = Vec::new();
    for owner in [&*ada, &*ben] {
        let own: Vec<SignIn> = owner.get(path::ME_SIGN_INS).await.json();
        sign_ins.extend(own.iter().map(|sign_in| sign_in.id));
    }
    assert_eq!(sign_ins.len(), 2);
    Private {
        things: Things {
            person: ben.account,
            request: id,
            client: ada.account,
            application: thread,
            offer,
            contract,
            review: ReviewId::of(contract, ada.account),
        },
        message,
        file: file.blob,
        accounts: [ada.account.0, ben.account.0],
        sign_ins,
    }
}

async fn upload(desk: &Desk) -> Attachment {
    let bytes = told("file").into_bytes();
    let blob = BlobHash(Sha256::digest(&bytes).into());
    let size = bytes.len();
    let url = format!(
        "http://{}{}?offset=0&size={size}",
        desk.address,
        guildhall_protocol::blob::path(blob)
    );
    let sent = reqwest::Client::new().put(url).bearer_auth(&desk.token);
    let answer = Answer::read(sent.body(bytes)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    Attachment {
        blob,
        name: format!("{CANARY}.txt"),
        size: size as u64,
        media_type: "text/plain".to_owned(),
    }
}

/// The paths that a door opens with other people's ids in every place.
fn paths(door: &Door, ids: &[String]) -> Vec<String> {
    let path = door.path.replace('*', "nothing");
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path];
    };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let fill = |(place, id): (usize, &String)| {
        // In a second place comes the id two further on: each person's account so meets their own sign-in.
        let other = &ids[(place + 2) % ids.len()];
        let after = match after.split_once('{') {
            None => after.to_owned(),
            Some((between, rest)) => {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                format!("{between}{other}{after}")
            }
        };
        format!("{before}{id}{after}?offset=0&size=9")
    };
    ids.iter().enumerate().map(fill).collect()
}

/// What could be sent through a door in order to get at other people's things.
fn bodies(door: &Door, desk: &mut Desk, ada: &Desk, theirs: &Private) -> Vec<String> {
    match door.path {
        path::PULL => [desk.device, ada.device]
            .into_iter()
            .map(|device| {
                let mut pull = desk.hello(None);
                pull.device = device;
                pull.refetch = theirs.scopes();
                serde_json::to_string(&pull).expect("can be written")
            })
            .collect(),
        path::ADMIN_ACT => theirs
            .things
            .acts()
            .iter()
            .filter(|act| !act.keeps_order())
            .map(|act| {
                let json = serde_json::to_value(act).expect("can be written");
                let act = AdminAct {
                    id: MutationId(Uuid::now_v7()),
                    name: json["name"].as_str().expect("is a name").to_owned(),
                    args: to_raw_value(&json["args"]).expect("can be written"),
                };
                serde_json::to_string(&act).expect("can be written")
            })
            .collect(),
        // Acts are numbered; they are pushed one by one elsewhere.
        _ => vec![
            "{}".to_owned(),
            json!({ "id": theirs.things.request, "account": theirs.accounts[0], "secret": "AAAAA" })
                .to_string(),
        ],
    }
}

/// What may differ afterwards: how often something was opened is told to its owner.
fn settled(rows: BTreeMap<Key, Row>) -> BTreeMap<Key, Row> {
    rows.into_iter()
        .filter(|(key, _)| key.table != Table::Tally)
        .collect()
}

fn assert_silent(who: &str, what: &str, answer: &str) {
    assert!(
        !answer.contains(CANARY),
        "{who} is told by {what}: {answer}"
    );
}

/// Everybody who tries: a name, and a desk where they have one.
async fn everybody(server: &TestServer) -> Vec<(&'static str, Desk)> {
    let root = server.admin("Rut Root").await;
    let max = server.moderator("Max Moderator").await;
    let sue = server.person("Sue Suspended", Roles::BOTH).await;
    let suspend = Mutation::SuspendPerson {
        person: sue.account,
        reason: "Wrote to strangers.".to_owned(),
    };
    let id = MutationId(Uuid::now_v7());
    let done = server.market.writer.act(root.account, false, id, suspend);
    done.await.expect("is decided").expect("is suspended");
    server.market.oauth.forget_callers();
    let mut noel = server.client("Noel Nobody").await;
    "not a token".clone_into(&mut noel.token);
    vec![
        ("a freelancer", server.freelancer("Fay Freelancer").await),
        ("a client", server.client("Cleo Client").await),
        ("both", server.person("Bea Both", Roles::BOTH).await),
        ("a suspended person", sue),
        ("a moderator", max),
        ("an admin", root),
        ("nobody", noel),
    ]
}

#[tokio::test]
async fn no_door_gives_or_changes_what_is_somebody_elses() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(log.clone())
        .finish();
    let _held = tracing::subscriber::set_default(subscriber);
    tracing::debug!("the tries begin");
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let theirs = private(&mut ada, &mut ben).await;
    let before = (
        settled(ada.everything().await),
        settled(ben.everything().await),
    );
    let mut people = everybody(&server).await;
    let ids = theirs.ids();

    // Each thing is read by its owner first.
    for owner in [&ada, &ben] {
        let own = format!("{:?}", owner.everything().await);
        for id in [
            theirs.things.request.0,
            theirs.things.application.0,
            theirs.things.offer.0,
            theirs.things.contract.0,
            theirs.message.0,
        ] {
            assert!(own.contains(&id.to_string()), "{id} is not there: {own}");
        }
        let file = owner
            .get(&guildhall_protocol::blob::path(theirs.file))
            .await;
        assert_eq!(file.status.as_u16(), 200);
        assert!(file.body.contains(CANARY));
    }
    let reviews = format!("{:?}", ada.everything().await);
    assert!(reviews.contains(&theirs.things.review.0.to_string()));

    for (who, desk) in &people {
        no_program_gets_it(&server, who, desk, &ids).await;
    }
    let mut tries = 0;
    for (who, desk) in &mut people {
        for door in DOORS {
            // A door before this one may have ended it.
            if desk.oversight.is_some() {
                server.oversee(desk).await;
            }
            for at in paths(door, &ids) {
                for method in METHODS {
                    for body in bodies(door, desk, &ada, &theirs) {
                        tries += 1;
                        let token = Some(desk.token_for(&method, &at));
                        let answer = server.send(method.clone(), &at, token, Some(body)).await;
                        let what = format!("{method} {at}");
                        assert_silent(who, &what, &answer.body);
                        holds(who, door, &method, &answer, &what);
                    }
                }
            }
        }
    }
    assert!(tries > 1_500, "{tries}");

    assert_eq!(settled(ada.everything().await), before.0);
    assert_eq!(settled(ben.everything().await), before.1);
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let logged = String::from_utf8_lossy(&logged);
    assert!(logged.contains("the tries begin"), "the log was held");
    assert_silent("whoever reads the log", "the log", &logged);
}

/// Tries the part for programs with a token that opens all of it, and with one that opens nothing.
async fn no_program_gets_it(server: &TestServer, who: &str, desk: &Desk, ids: &[String]) {
    let token = match who {
        "nobody" => desk.token.clone(),
        _ => program(server, desk.account, ApiScopes::from_iter(ApiScope::ALL)).await,
    };
    if who == "a suspended person" {
        // As if it had been forgotten when they were suspended.
        let answer = server.send(Method::GET, path::API_ME, Some(&token), None);
        assert_eq!(answer.await.status.as_u16(), 401, "{who}");
    }
    let mut tries = 0;
    for door in DOORS {
        let Entry::Program(..) = door.entry else {
            // Nothing else is opened by it.
            let at = &paths(door, &ids[..1])[0];
            let body = Some("{}".to_owned());
            let answer = server
                .send(door.method.clone(), at, Some(&token), body)
                .await;
            let status = answer.status.as_u16();
            match door.entry {
                Entry::Open(_) | Entry::Page(_) => {}
                _ => assert_eq!(status, 401, "{who}: {} {at}", door.method),
            }
            continue;
        };
        for at in paths(door, ids) {
            tries += 1;
            let answer = server
                .send(door.method.clone(), &at, Some(&token), None)
                .await;
            let what = format!("{} {at} by a program", door.method);
            assert_silent(who, &what, &answer.body);
            answer.is_hardened(&what);
            let expected = match who {
                "nobody" | "a suspended person" => 401,
                _ if door.path.contains('{') || door.path == path::API_PROFILE => 404,
                _ => 200,
            };
            assert_eq!(answer.status.as_u16(), expected, "{who}: {what}");
        }
    }
    assert!(tries > 20, "{tries}");
}

/// A token for somebody's programs.
async fn program(server: &TestServer, account: AccountId, scopes: ApiScopes) -> String {
    let wanted = WantedToken {
        name: "a script",
        scopes,
        days: 30,
    };
    let made = server.market.oauth.make_personal_token(account.0, &wanted);
    made.await.expect("is made").reveal().to_owned()
}

/// Who comes through a hidden door, written down once more: a moderator where order is kept, an admin everywhere.
fn hidden_is_open(who: &str, act: Act) -> bool {
    match who {
        "an admin" => true,
        "a moderator" => act == Act::Oversee,
        _ => false,
    }
}

/// Status codes that every answer keeps to.
fn holds(who: &str, door: &Door, method: &Method, answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{who}: {what}: {status} {}", answer.body);
    answer.is_hardened(what);
    let listed = DOORS.iter().any(|other| {
        let by_get = *method == Method::HEAD && other.method == Method::GET;
        other.path == door.path && (other.method == *method || by_get)
    });
    if !listed && !door.path.ends_with('*') {
        assert_eq!(status, 405, "{who}: {what}");
        return;
    }
    let entry = DOORS
        .iter()
        .find(|other| other.path == door.path && other.method == *method)
        .map_or(door.entry, |other| other.entry);
    match entry {
        Entry::Open(_) => {}
        // A token is nothing to a page: it asks the browser, and leads it to sign in.
        Entry::Page(_) => {
            let leads = *method == Method::HEAD || answer.body.contains("<h1>Sign in</h1>");
            assert!(status == 200 && leads, "{who}: {what}: {}", answer.body);
        }
        Entry::Own(_) | Entry::Thing(_) | Entry::Hidden(_) | Entry::Oversight(_)
            if who == "nobody" =>
        {
            assert_eq!(status, 401, "{what}");
        }
        // Tokens of the desktop are none to the part for programs; those that are, are tried apart.
        Entry::Program(..) => assert_eq!(status, 401, "{who}: {what}"),
        Entry::Hidden(act) | Entry::Oversight(act) if !hidden_is_open(who, act) => {
            assert_eq!(status, 404, "{who}: {what}");
        }
        Entry::Thing(_) => assert_eq!(status, 404, "{who}: {what}"),
        Entry::Own(_) if *method == Method::DELETE => assert_eq!(status, 404, "{who}: {what}"),
        Entry::Own(_) | Entry::Hidden(_) | Entry::Oversight(_) => {
            assert_ne!(status, 401, "{who}: {what}");
        }
    }
}

#[tokio::test]
async fn no_act_and_no_socket_gives_or_changes_what_is_somebody_elses() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let theirs = private(&mut ada, &mut ben).await;
    let before = (
        settled(ada.everything().await),
        settled(ben.everything().await),
    );
    let mut people = everybody(&server).await;
    people.retain(|(who, _)| *who != "nobody");

    for (who, desk) in &mut people {
        for act in theirs.things.acts() {
            // Open to every freelancer who was given the number.
            if matches!(Act::of(&act), Act::Apply) {
                continue;
            }
            let envelope = desk.seal(&act);
            let parcel = desk.parcel(std::slice::from_ref(&envelope));
            let answer = desk.post(path::PUSH, parcel).await;
            assert_silent(who, &format!("{act:?}"), &answer.body);
            let decided = answer.json();
            desk.note(&[envelope], &decided);
            let verdict = &decided.decisions[0].verdict;
            if let Verdict::Rejected { denied } = verdict {
                let plain = [
                    Code::NotFound,
                    Code::Forbidden,
                    Code::Blocked,
                    Code::InvalidState,
                    Code::AlreadyDone,
                    Code::Validation,
                ];
                assert!(plain.contains(&denied.code), "{who}: {act:?}: {denied}");
            }
        }
        // Their device's numbers are no way to their answers.
        let own = desk.device;
        desk.device = ada.device;
        let next = desk.next_seq;
        desk.next_seq = 1;
        let envelope = desk.seal(&Mutation::ViewRequest {
            id: theirs.things.request,
        });
        let parcel = desk.parcel(&[envelope]);
        let answer = desk.post(path::PUSH, parcel).await;
        assert_silent(who, "a push as another's device", &answer.body);
        (desk.device, desk.next_seq) = (own, next);

        let mut live = Live::connect(desk).await;
        let mut pull = desk.hello(None);
        pull.refetch = theirs.scopes();
        live.say(&FromDesktop::Hello {
            pull,
            dictionaries: None,
        })
        .await;
        live.follow(desk).await;
        assert_silent(who, "the socket", &live.heard);
        let everything = format!("{:?}", desk.everything().await);
        assert_silent(who, "everything they see", &everything);
    }

    assert_eq!(settled(ada.everything().await), before.0);
    assert_eq!(settled(ben.everything().await), before.1);
    ada.says(theirs.things.application, "Still my own device.")
        .await;
}
