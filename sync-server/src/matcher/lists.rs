//! The lists that follow from a change: who is shown for a request, and which requests a freelancer is shown.

use super::absorb::Undo;
use super::{Matcher, SHOWN, noun, seen};
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Effect;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::row::{Column, Key, Lookup, Noun as _};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, World};
use guildhall_matching::{Match, Parts, SCORE_VERSION, is_newcomer};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Matcher {
    /// What follows from changed rows, each row once.
    pub(super) fn conclude(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let (requests, freelancers) = self.absorb(changed, world)?;
        let mut effects = BTreeMap::new();
        for id in freelancers {
            effects.extend(
                self.match_freelancer(id, world, now)?
                    .into_iter()
                    .map(|effect| (effect.key(), effect)),
            );
        }
        // A request's own list knows best who is shown for it.
        for id in requests {
            effects.extend(
                self.match_request(id, world, now)?
                    .into_iter()
                    .map(|effect| (effect.key(), effect)),
            );
        }
        Ok(effects.into_values().collect())
    }

    /// A request changed: its list is made anew.
    fn match_request(
        &mut self,
        id: RequestId,
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let before = pairs(world, Column::Request, id.0)?;
        let Some(open) = self.requests.get(&id) else {
            // A paused request keeps its list, but is shown to nobody new; an ended one is shown to nobody.
            let paused = noun::<Request>(world, id.0)?
                .is_some_and(|request| matches!(request.stage, RequestStage::Paused { .. }));
            return Ok(if paused {
                Vec::new()
            } else {
                before.into_keys().map(delete).collect()
            });
        };
        let client = open.client;
        let best = self.best(&open.facts, SHOWN);
        let scores = scores(&best);
        let newcomers = self.newcomers(id, &best);
        let mut effects = Vec::new();
        let mut kept = BTreeSet::new();
        for found in &best {
            let freelancer = AccountId(Uuid::from_u128(found.id));
            let known = before.get(&Recommendation::id_of(id, freelancer));
            let at = known.map_or(now, |known| known.at);
            let shown = (true, true);
            let pair = Recommendation {
                newcomer: newcomers.place(freelancer),
                ..recommendation(id, client, freelancer, found.fit.parts, shown, at)
            };
            kept.insert(pair.id);
            effects.extend((known != Some(&pair)).then(|| Effect::put(pair)));
        }
        // Whoever was shown this request and is not among the best goes on seeing it, as long as they fit.
        for known in before.values().filter(|known| !kept.contains(&known.id)) {
            let fit = self.fit(&open.facts, known.freelancer);
            effects.extend(match fit.filter(|_| known.for_freelancer) {
                Some(fit) => {
                    let shown = (false, true);
                    let pair =
                        recommendation(id, client, known.freelancer, fit.parts, shown, known.at);
                    (*known != pair).then(|| Effect::put(pair))
                }
                None => Some(delete(known.id)),
            });
        }
        if let Some(open) = self.requests.get_mut(&id) {
            open.shown = scores;
        }
        if !effects.is_empty() {
            self.see_list(id, &best, &newcomers);
        }
        Ok(effects)
    }

    /// A freelancer changed: their list is made anew, and they move in the lists of the requests.
    fn match_freelancer(
        &mut self,
        id: AccountId,
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let before = pairs(world, Column::Freelancer, id.0)?;
        let Some(facts) = self.freelancers.get(id.0.as_u128()) else {
            return Ok(before.into_keys().map(delete).collect());
        };
        let ranked = self.wanting.fitting(facts, &self.weights);
        let mut effects = Vec::new();
        let mut kept = BTreeSet::new();
        let mut joined = Vec::new();
        for (place, (request, parts)) in ranked.into_iter().enumerate() {
            let request = RequestId(Uuid::from_u128(request));
            let score = parts.sum();
            let Some(open) = self.requests.get(&request) else {
                continue;
            };
            let known = before.get(&Recommendation::id_of(request, id));
            let was_shown = known.is_some_and(|known| known.for_client);
            let for_client = was_shown || open.has_room_for(score);
            if for_client && !was_shown {
                joined.push((request, parts));
            }
            let for_freelancer = place < SHOWN || known.is_some_and(|known| known.for_freelancer);
            if !for_client && !for_freelancer {
                continue;
            }
            let at = known.map_or(now, |known| known.at);
            let shown = (for_client, for_freelancer);
            // Who was drawn keeps the place for as long as they are new.
            let newcomer = known.and_then(|known| known.newcomer);
            let pair = Recommendation {
                newcomer: newcomer.filter(|_| for_client && is_newcomer(facts)),
                ..recommendation(request, open.client, id, parts, shown, at)
            };
            kept.insert(pair.id);
            effects.extend((known != Some(&pair)).then(|| Effect::put(pair)));
        }
        // Pairs with paused requests stay as they are.
        for (pair, known) in before {
            let paused = noun::<Request>(world, known.request.0)?
                .is_some_and(|request| matches!(request.stage, RequestStage::Paused { .. }));
            if !kept.contains(&pair) && !paused {
                effects.push(delete(pair));
            }
        }
        let newcomer = is_newcomer(facts);
        for (request, parts) in joined {
            if let Some(open) = self.requests.get_mut(&request) {
                self.undo.push(Undo::Request(request, Some(open.clone())));
                let rank = open.show(parts.sum());
                self.seen
                    .extend(seen::by_fit(request, id, rank, newcomer, parts, self.today));
            }
        }
        Ok(effects)
    }
}

/// The pairs with this value in a column, by id.
pub(super) fn pairs(
    world: &dyn World,
    column: Column,
    value: Uuid,
) -> Result<BTreeMap<Uuid, Recommendation>, Need> {
    let rows = world.rows(Lookup::of::<Recommendation>(column, value))?;
    Ok(rows
        .into_iter()
        .filter_map(Recommendation::from_row)
        .map(|pair| (pair.id, pair))
        .collect())
}

fn delete(id: Uuid) -> Effect {
    Effect::Delete(Key::of::<Recommendation>(id))
}

pub(super) fn scores(shown: &[Match]) -> Vec<u32> {
    shown.iter().map(|found| found.fit.score).collect()
}

pub(super) fn recommendation(
    request: RequestId,
    client: AccountId,
    freelancer: AccountId,
    parts: Parts,
    (for_client, for_freelancer): (bool, bool),
    at: Timestamp,
) -> Recommendation {
    Recommendation {
        id: Recommendation::id_of(request, freelancer),
        request,
        client,
        freelancer,
        score_version: SCORE_VERSION,
        score: parts.sum(),
        parts: [
            parts.skills,
            parts.rating,
            parts.place,
            parts.availability,
            parts.budget,
        ],
        for_client,
        for_freelancer,
        at,
        newcomer: None,
    }
}
