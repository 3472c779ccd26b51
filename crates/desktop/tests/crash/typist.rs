//! Somebody at the desktop who types without a pause.

use crate::core_process::{Core, Said};
use crate::deeds::Deed;
use crate::wire::Wire;
use guildhall_domain::activity::ActivityKind;
use guildhall_domain::id::{ApplicationId, RequestId};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

/// How many acts are handed in before the first of them is acknowledged.
const AHEAD: usize = 8;
/// How many requests are published at most; the rules allow a few more.
const REQUESTS: usize = 40;

/// Somebody at the desktop.
pub(crate) struct Typist {
    thread: ApplicationId,
    chance: ChaCha8Rng,
    /// Every act in order, with whether it was acknowledged.
    pub(crate) typed: Vec<(Deed, bool)>,
    /// Requests whose publishing was acknowledged.
    requests: Vec<RequestId>,
    published: BTreeMap<u64, RequestId>,
    pub(crate) under_way: usize,
}

impl Typist {
    /// Somebody who writes in this thread and changes this request.
    pub(crate) fn new(thread: ApplicationId, request: RequestId, chance: ChaCha8Rng) -> Self {
        Self {
            thread,
            chance,
            typed: Vec::new(),
            requests: vec![request],
            published: BTreeMap::new(),
            under_way: 0,
        }
    }

    /// Types for so long, and until so many acts are acknowledged; once, the wire is turned meanwhile.
    pub(crate) async fn types(
        &mut self,
        run: &mut Core<'_>,
        wire: &Wire,
        (long, least): (Duration, usize),
        turn: Duration,
    ) {
        let mut acknowledged = 0;
        let (mut end, mut turn) = (std::pin::pin!(sleep(long)), std::pin::pin!(sleep(turn)));
        let mut has_turned = false;
        let mut may_publish = true;
        loop {
            while self.under_way < AHEAD {
                let order = self.next(std::mem::take(&mut may_publish));
                run.order(&order).await;
            }
            tokio::select! {
                () = &mut end, if acknowledged >= least => return,
                () = &mut turn, if !has_turned => {
                    has_turned = true;
                    wire.turn();
                }
                said = run.hear() => {
                    self.hears(&said.expect("runs"));
                    acknowledged += 1;
                }
            }
        }
    }

    /// Waits until everything that was handed in is acknowledged.
    #[cfg(target_os = "linux")]
    pub(crate) async fn finishes(&mut self, run: &mut Core<'_>) {
        while self.under_way > 0 {
            self.hears(&run.answer().await);
        }
    }

    /// Hears the last words of a core that was killed. What it had not acknowledged is nobody's promise.
    pub(crate) fn hears_the_last(&mut self, said: &[Said]) {
        for said in said {
            self.hears(said);
        }
        self.under_way = 0;
    }

    /// The next act, as an order.
    fn next(&mut self, may_publish: bool) -> Value {
        let id = self.typed.len() as u64;
        let words = format!("Number {id}");
        self.under_way += 1;
        let kind = self.chance.random_range(0..100);
        let (deed, order) = if may_publish && self.published.len() < REQUESTS {
            let request = RequestId(Uuid::now_v7());
            self.published.insert(id, request);
            (
                ActivityKind::RequestPublished,
                json!({ "do": "publish", "id": id.to_string(), "request": request, "title": words }),
            )
        } else if kind < 10
            && let Some(request) = self.requests.choose(&mut self.chance)
        {
            (
                ActivityKind::RequestEdited,
                json!({ "do": "edit", "id": id.to_string(), "request": request, "title": words }),
            )
        } else {
            (
                ActivityKind::MessageSent,
                json!({ "do": "send", "id": id.to_string(), "thread": self.thread, "text": words }),
            )
        };
        self.typed.push(((deed, words), false));
        order
    }

    /// Notes what the core said.
    fn hears(&mut self, said: &Said) {
        let Said::Acknowledged(id) = said else {
            panic!("{said:?}");
        };
        self.under_way -= 1;
        let index = usize::try_from(*id).expect("is small");
        self.typed[index].1 = true;
        self.requests.extend(self.published.get(id));
    }
}
