//! A desktop without a window: it acts, pushes, pulls and keeps a replica, by the same code as the real one.

use crate::server::{Answer, TestServer};
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::{Key, Noun, Row};
use guildhall_protocol::path;
use guildhall_protocol::sync::{
    Chain, Cursor, Delta, Envelope, Link, PROTOCOL, Pull, Push, PushAnswer, Rest, Verdict,
};
use guildhall_server::doors::{DOORS, Door, Entry};
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::Replica;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use uuid::Uuid;

pub(crate) struct Desk {
    pub(crate) account: AccountId,
    pub(crate) token: String,
    /// What it shows at the doors of those who keep order, if it has it.
    pub(crate) oversight: Option<String>,
    pub(crate) device: DeviceId,
    pub(crate) next_seq: u64,
    /// What stood after each number of each device.
    pub(crate) chains: Mutex<BTreeMap<(DeviceId, u64), Chain>>,
    pub(crate) replica: Replica,
    pub(crate) address: SocketAddr,
    http: reqwest::Client,
}

impl Desk {
    pub(crate) fn new(
        server: &TestServer,
        account: AccountId,
        token: String,
        device: DeviceId,
    ) -> Self {
        Self {
            account,
            token,
            oversight: None,
            device,
            next_seq: 1,
            chains: Mutex::default(),
            replica: empty(account),
            address: server.address,
            http: server.http.clone(),
        }
    }

    /// Puts an act into its envelope, under the next number.
    pub(crate) fn seal(&mut self, mutation: &Mutation) -> Envelope {
        let id = MutationId(Uuid::now_v7());
        let envelope = Envelope::seal(self.next_seq, id, crate::texts::BEGIN, mutation)
            .expect("can be written");
        self.next_seq += 1;
        envelope
    }

    /// The body of a push.
    pub(crate) fn parcel(&self, mutations: &[Envelope]) -> String {
        let chain = self.chain_before(mutations);
        let push = Push {
            protocol: PROTOCOL,
            device: self.device,
            chain,
            mutations: mutations.to_vec(),
        };
        serde_json::to_string(&push).expect("can be written")
    }

    pub(crate) async fn push(&self, mutations: &[Envelope]) -> PushAnswer {
        let answer = self.post(path::PUSH, self.parcel(mutations)).await.json();
        self.note(mutations, &answer);
        answer
    }

    /// Notes how far the chain has come.
    pub(crate) fn note(&self, mutations: &[Envelope], answer: &PushAnswer) {
        if answer.rest != Some(Rest::Fork) {
            let links = Link::all(self.chain_before(mutations), mutations);
            let decided = links.take(answer.decisions.len());
            let mut chains = self.chains.lock().expect("nobody panicked");
            chains.extend(decided.map(|link| ((self.device, link.seq), link.after)));
        }
    }

    /// What stood before the first of these.
    fn chain_before(&self, mutations: &[Envelope]) -> Chain {
        let chains = self.chains.lock().expect("nobody panicked");
        mutations
            .first()
            .and_then(|first| {
                chains
                    .get(&(self.device, first.seq.checked_sub(1)?))
                    .copied()
            })
            .unwrap_or_else(|| Chain::start(self.device))
    }

    /// Acts at once and says what became of it.
    pub(crate) async fn act(&mut self, mutation: Mutation) -> Verdict {
        let envelope = self.seal(&mutation);
        let mut answer = self.push(&[envelope]).await;
        assert_eq!(answer.rest, None, "{mutation:?}");
        answer.decisions.remove(0).verdict
    }

    /// Keeps order, at the door for that.
    pub(crate) async fn moderates(&self, mutation: &Mutation) -> Answer {
        let named = serde_json::to_value(mutation).expect("is JSON");
        let id = MutationId(Uuid::now_v7());
        let act = json!({ "id": id, "name": named["name"], "args": named["args"] });
        self.post(path::ADMIN_ACT, act.to_string()).await
    }

    /// Does something that must succeed.
    pub(crate) async fn does(&mut self, mutation: Mutation) {
        let name = format!("{mutation:?}");
        let verdict = self.act(mutation).await;
        assert!(
            matches!(verdict, Verdict::Applied { .. }),
            "{name}: {verdict:?}"
        );
    }

    /// Tries something that must be refused.
    pub(crate) async fn is_denied(&mut self, mutation: Mutation) -> Denied {
        let name = format!("{mutation:?}");
        match self.act(mutation).await {
            Verdict::Rejected { denied } => denied,
            Verdict::Applied { .. } => panic!("{name} was applied"),
        }
    }

    /// Tries something that must be refused, for its code.
    pub(crate) async fn code(&mut self, mutation: Mutation) -> Code {
        self.is_denied(mutation).await.code
    }

    /// What a pull since a cursor brings.
    pub(crate) async fn delta(&self, cursor: Option<Cursor>) -> Delta {
        let pull = self.hello(cursor);
        let body = serde_json::to_string(&pull).expect("can be written");
        self.post(path::PULL, body).await.json()
    }

    /// The question of a pull.
    pub(crate) fn hello(&self, cursor: Option<Cursor>) -> Pull {
        Pull {
            protocol: PROTOCOL,
            device: self.device,
            cursor,
            after: None,
            refetch: Vec::new(),
            rows: None,
            compare: None,
            differing: BTreeMap::new(),
        }
    }

    /// Takes a delta into the replica.
    pub(crate) fn take(&mut self, delta: &Delta) {
        let cut = Cut::read(delta.clone()).expect("can be read");
        self.replica.apply(cut);
    }

    /// Brings the replica up to date.
    pub(crate) async fn pull(&mut self) {
        let delta = self.delta(self.replica.cursor()).await;
        self.take(&delta);
    }

    /// Everything this person sees, asked from scratch.
    pub(crate) async fn everything(&self) -> BTreeMap<Key, Row> {
        let mut replica = empty(self.account);
        let delta = self.delta(None).await;
        assert!(delta.whole);
        replica.apply(Cut::read(delta).expect("can be read"));
        rows_of(&replica)
    }

    /// The nouns of a kind that the replica holds after a pull.
    pub(crate) async fn sees<N: Noun>(&mut self) -> Vec<N> {
        self.pull().await;
        self.replica.rows().filter_map(N::in_row).cloned().collect()
    }

    /// The only noun of its kind.
    pub(crate) async fn sees_one<N: Noun + std::fmt::Debug>(&mut self) -> N {
        let mut found = self.sees::<N>().await;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// The token for a door: at those of whoever keeps order the one for that, where there is one.
    pub(crate) fn token_for(&self, method: &Method, path: &str) -> &str {
        let path = path.split('?').next().unwrap_or_default();
        let is_at = |door: &Door| {
            let mut names = door.path.split('/');
            let same = path.split('/').all(|part| {
                names
                    .next()
                    .is_some_and(|name| name == part || name.starts_with('{'))
            });
            same && names.next().is_none()
        };
        let mut doors = DOORS.iter();
        let is_overseen = doors.any(|door| {
            let by_get = *method == Method::HEAD && door.method == Method::GET;
            (door.method == *method || by_get)
                && is_at(door)
                && matches!(door.entry, Entry::Oversight(_))
        });
        match &self.oversight {
            Some(oversight) if is_overseen => oversight,
            _ => &self.token,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: String) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let token = self.token_for(&method, path);
        let mut request = self
            .http
            .request(method, format!("http://{}{path}", self.address))
            .header("authorization", format!("Bearer {token}"));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        Answer::read(request).await
    }
}

/// A replica that holds nothing.
pub(crate) fn empty(account: AccountId) -> Replica {
    Replica::new(account, [], [], None, Vec::new())
}

/// All rows of a replica.
pub(crate) fn rows_of(replica: &Replica) -> BTreeMap<Key, Row> {
    replica.rows().map(|row| (row.key(), row.clone())).collect()
}
