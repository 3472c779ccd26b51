//! Somebody who writes over HTTP as fast as the server answers, and remembers every answer.

use crate::deeds::Deed;
use crate::ground::{Person, now, request};
use crate::plan::PATIENCE;
use guildhall_domain::activity::ActivityKind;
use guildhall_domain::id::{ApplicationId, DeviceId, MessageId, MutationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::path;
use guildhall_protocol::sync::{Chain, Envelope, PROTOCOL, Push, PushAnswer, Verdict};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

/// How many requests a client has open at most here; the rules allow a few more.
const REQUESTS: usize = 40;

/// How things stand with the server.
#[derive(Default)]
pub(crate) struct Standing {
    /// How many times it has come up.
    pub(crate) ups: u32,
    /// True when nothing new is to be begun.
    pub(crate) is_over: bool,
}

/// One device of somebody.
pub(crate) struct Device {
    pub(crate) person: Person,
    pub(crate) id: DeviceId,
    http: reqwest::Client,
    address: SocketAddr,
    next_seq: u64,
    /// What stands before each number.
    chains: Vec<Chain>,
}

impl Device {
    pub(crate) fn new(person: Person, address: SocketAddr) -> Self {
        Self::again(person, DeviceId(Uuid::now_v7()), address, &[])
    }

    /// A device that there has been before, with all that it did.
    pub(crate) fn again(
        person: Person,
        id: DeviceId,
        address: SocketAddr,
        acts: &[(Envelope, Option<Deed>)],
    ) -> Self {
        // A connection of its own for each push: one kept from before a kill would fail once more after it.
        let http = reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE)
            .build()
            .expect("builds");
        let mut chains = vec![Chain::start(id)];
        for (act, _) in acts {
            chains.push(chains[chains.len() - 1].and(act));
        }
        Self {
            person,
            id,
            http,
            address,
            next_seq: 1,
            chains,
        }
    }

    /// Puts an act into its envelope, under the next number.
    pub(crate) fn seal(&mut self, mutation: &Mutation) -> Envelope {
        let id = MutationId(Uuid::now_v7());
        let envelope = Envelope::seal(self.next_seq, id, now(), mutation).expect("can be written");
        self.next_seq += 1;
        let chain = self.chains[self.chains.len() - 1].and(&envelope);
        self.chains.push(chain);
        envelope
    }

    /// Pushes; an error is a server that went away before it answered.
    pub(crate) async fn push(&self, mutations: &[Envelope]) -> Result<PushAnswer, reqwest::Error> {
        let first = mutations.first().map_or(0, |first| first.seq - 1);
        let push = Push {
            protocol: PROTOCOL,
            device: self.id,
            chain: self.chains[usize::try_from(first).expect("is small")],
            mutations: mutations.to_vec(),
        };
        let answer = self
            .http
            .post(format!("http://{}{}", self.address, path::PUSH))
            .bearer_auth(&self.person.token)
            .json(&push)
            .send()
            .await?;
        let status = answer.status();
        let body = answer.text().await?;
        assert!(status.is_success(), "{status}: {body}");
        Ok(serde_json::from_str(&body).expect("is of the protocol"))
    }
}

/// What somebody wrote and what they were told.
pub(crate) struct Record {
    pub(crate) person: Person,
    pub(crate) device: DeviceId,
    /// Every act in order, with what it is; none for acts that must be refused.
    pub(crate) acts: Vec<(Envelope, Option<Deed>)>,
    /// Every act that must be done, with whether it was acknowledged.
    pub(crate) deeds: BTreeMap<Deed, bool>,
    /// Every answer.
    pub(crate) verdicts: BTreeMap<MutationId, (u64, Verdict)>,
    /// Answers that contradict an earlier answer or what must be.
    pub(crate) contradictions: Vec<String>,
}

pub(crate) struct Writer {
    device: Device,
    thread: ApplicationId,
    /// A thread of others, in which nothing may be said.
    foreign: ApplicationId,
    /// For clients: what they ask for.
    skill: Option<&'static str>,
    requests: Vec<RequestId>,
    chance: ChaCha8Rng,
    /// What each act is, to be found again; none for acts that must be refused.
    meant: BTreeMap<MutationId, Option<Deed>>,
    /// The last push that was answered.
    answered: Vec<Envelope>,
    unanswered: Vec<Envelope>,
    under_way: Arc<AtomicUsize>,
    record: Record,
}

impl Writer {
    pub(crate) fn new(
        device: Device,
        thread: ApplicationId,
        foreign: ApplicationId,
        skill: Option<&'static str>,
        chance: ChaCha8Rng,
        under_way: Arc<AtomicUsize>,
    ) -> Self {
        let record = Record {
            person: device.person.clone(),
            device: device.id,
            acts: Vec::new(),
            deeds: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            contradictions: Vec::new(),
        };
        Self {
            device,
            thread,
            foreign,
            skill,
            requests: Vec::new(),
            chance,
            meant: BTreeMap::new(),
            answered: Vec::new(),
            unanswered: Vec::new(),
            under_way,
            record,
        }
    }

    /// Writes until it is over and everything is answered.
    pub(crate) async fn run(mut self, mut standing: watch::Receiver<Standing>) -> Record {
        let mut again = Vec::new();
        loop {
            let (ups, is_over) = {
                let standing = standing.borrow_and_update();
                (standing.ups, standing.is_over)
            };
            if self.unanswered.is_empty() {
                if is_over {
                    return self.record;
                }
                self.write();
            }
            let parcel = [again.as_slice(), &self.unanswered].concat();
            self.under_way.fetch_add(parcel.len(), Ordering::Relaxed);
            let pushed = self.device.push(&parcel).await;
            self.under_way.fetch_sub(parcel.len(), Ordering::Relaxed);
            if let Ok(answer) = pushed {
                self.take(&parcel, &answer);
                again.clear();
            } else {
                let back = standing.wait_for(|standing| standing.ups > ups);
                let back = timeout(PATIENCE, back).await;
                drop(back.expect("the server comes back").expect("is watched"));
                // Who does not know what has arrived sends the last answered acts once more, too: that must change nothing.
                again.clone_from(&self.answered);
            }
        }
    }

    /// Writes some more acts.
    fn write(&mut self) {
        for _ in 0..self.chance.random_range(1..=6) {
            let (mutation, deed) = self.act();
            let envelope = self.device.seal(&mutation);
            if let Some(deed) = &deed {
                self.record.deeds.insert(deed.clone(), false);
            }
            self.record.acts.push((envelope.clone(), deed.clone()));
            self.meant.insert(envelope.id, deed);
            self.unanswered.push(envelope);
        }
    }

    fn act(&mut self) -> (Mutation, Option<Deed>) {
        let words = format!("Number {} of {}", self.device.next_seq, self.device.id);
        let kind = self.chance.random_range(0..100);
        if let Some(skill) = self.skill {
            let text = Box::new(request(&words, skill));
            if kind < 5 && self.requests.len() < REQUESTS {
                let id = RequestId(Uuid::now_v7());
                self.requests.push(id);
                let deed = (ActivityKind::RequestPublished, words);
                return (Mutation::PublishRequest { id, text }, Some(deed));
            }
            if kind < 15
                && let Some(id) = self.requests.choose(&mut self.chance)
            {
                let deed = (ActivityKind::RequestEdited, words);
                return (Mutation::EditRequest { id: *id, text }, Some(deed));
            }
        }
        let is_allowed = kind < 95;
        let message = Mutation::SendMessage {
            id: MessageId(Uuid::now_v7()),
            application: if is_allowed {
                self.thread
            } else {
                self.foreign
            },
            body: words.clone(),
            attachments: Vec::new(),
        };
        (
            message,
            is_allowed.then_some((ActivityKind::MessageSent, words)),
        )
    }

    fn take(&mut self, parcel: &[Envelope], answer: &PushAnswer) {
        let record = &mut self.record;
        let complain = |text: String, record: &mut Record| record.contradictions.push(text);
        // Nothing but a kill happens here, and that gives no answer at all.
        let is_whole = answer.rest.is_none() && answer.decisions.len() == parcel.len();
        assert!(is_whole, "{} acts: {answer:?}", parcel.len());
        for (envelope, decision) in parcel.iter().zip(&answer.decisions) {
            if (envelope.id, envelope.seq) != (decision.id, decision.seq) {
                complain(format!("{envelope:?}: {decision:?}"), record);
            }
            let now = (decision.seq, decision.verdict.clone());
            if let Some(before) = record.verdicts.insert(decision.id, now.clone()) {
                if before != now {
                    complain(format!("{before:?}, then {now:?}"), record);
                }
                continue;
            }
            match (&self.meant[&envelope.id], &decision.verdict) {
                (Some(deed), Verdict::Applied { .. }) => {
                    record.deeds.insert(deed.clone(), true);
                }
                (None, Verdict::Rejected { .. }) => {}
                (deed, verdict) => complain(format!("{deed:?}: {verdict:?}"), record),
            }
        }
        self.answered = std::mem::take(&mut self.unanswered);
    }
}
