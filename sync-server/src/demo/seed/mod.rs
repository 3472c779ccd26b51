//! A year of a plausible market, from a seed.
//!
//! First it is written down who does what when; then the acts happen in the order of time, each through the rules and at its own
//! instant; then everybody is matched, and all rows are written in one transaction. A history that a rule refuses is an error
//! and leaves nothing behind.

mod ask;
mod ledger;
mod mira;
mod people;
mod story;
mod teller;
mod tessel;
mod work;

use self::ledger::Ledger;
use self::people::{Client, Freelancer, People};
use self::story::{Ending, Stage, Story};
use self::teller::Teller;
use super::cast;
use super::chance::Chance;
use super::words::{Calling, Job, Words};
use crate::matcher::Matcher;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_domain::person::{Person, Roles};
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, Work};
use guildhall_domain::row::{Noun, Row};
use guildhall_domain::time::{DAY_MS, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How large the market is, and which of all the possible ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// People who work, beside the cast.
    pub freelancers: usize,
    /// Requests, beside those of the cast.
    pub requests: usize,
    /// The same seed makes the same market.
    pub seed: u64,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            freelancers: 2_000,
            requests: 300,
            seed: 7,
        }
    }
}

/// Somebody who lives in the market and has no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inhabitant {
    /// Their account.
    pub account: AccountId,
    /// Their address, in a domain that cannot exist.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Works rather than hires.
    pub freelancer: bool,
}

/// A market as it stands after its year.
#[derive(Debug)]
pub struct History {
    /// Every row.
    pub rows: Vec<Row>,
    /// Everybody but the cast.
    pub inhabitants: Vec<Inhabitant>,
    /// How many acts it took.
    pub acts: usize,
}

/// An act of the history that a rule refused.
#[derive(Debug, thiserror::Error)]
#[error("the history breaks a rule: {act} at {at:?}")]
pub struct Refused {
    act: String,
    at: Timestamp,
    #[source]
    denied: Denied,
}

/// Lives through a market's year that ends now.
///
/// # Errors
/// [`Refused`] when an act of it breaks a rule, which is a mistake of this module.
pub fn history(size: Size, now: Timestamp) -> Result<History, Refused> {
    let chance = Chance::new(size.seed);
    let names: Vec<&str> = cast::CAST.iter().map(|member| member.name).collect();
    let mut people = People::new(chance.of("people"), now, &names);
    let mut freelancers = people.freelancers(size.freelancers);
    let mut clients = people.clients((size.requests * 2 / 5).max(12));
    let (mira, tessel) = (mira::person(now), tessel::person(now));

    let watched = cast::CAST.iter().map(cast::Member::account);
    let mut teller = Teller::new(chance.of("stories"), watched);
    for client in clients.iter().chain(&tessel) {
        join(
            &mut teller,
            client.account,
            &client.name,
            client.joined,
            false,
        );
    }
    for freelancer in freelancers.iter().chain(&mira) {
        settle(&mut teller, freelancer);
    }
    let admin = cast::ADMIN.account();
    let troubled: Vec<AccountId> = freelancers
        .iter()
        .rev()
        .take(3)
        .map(|one| one.account)
        .collect();
    moderate(&mut teller, admin, &troubled, now);

    let apart: BTreeSet<AccountId> = troubled
        .iter()
        .copied()
        .chain(mira.iter().map(|mira| mira.account))
        .collect();
    {
        let mut stage = Stage::new(&freelancers, apart, admin, now);
        if let Some(tessel) = &tessel {
            tessel::live(&mut teller, &stage, tessel);
        }
        if let Some(mira) = &mira {
            mira::live(&mut teller, &stage, mira, &clients);
        }
        for story in stories(&mut teller, &clients, size.requests, now) {
            story::tell(&mut teller, &mut stage, &story);
        }
    }

    let mut plan = teller.plan;
    // The history is cut where the present begins.
    plan.retain(|planned| planned.at <= now);
    plan.sort_by_key(|planned| planned.at);
    let mut ids = chance.of("acts");
    let mut ledger = Ledger::default();
    for planned in &plan {
        let id = MutationId(ids.id(planned.at));
        ledger.act(planned, id).map_err(|denied| Refused {
            act: format!("{:?}", planned.mutation),
            at: planned.at,
            denied,
        })?;
    }
    let inhabitants = inhabitants(&mut freelancers, &mut clients);
    let matched = matched(&ledger, now);
    let mut rows = ledger.into_rows();
    rows.extend(matched);
    Ok(History {
        rows,
        inhabitants,
        acts: plan.len(),
    })
}

fn join(teller: &mut Teller, account: AccountId, name: &str, at: Timestamp, freelancer: bool) {
    let roles = Roles {
        freelancer,
        client: !freelancer,
        moderator: false,
        admin: false,
    };
    teller.system(
        at,
        account,
        Mutation::RegisterPerson {
            name: name.to_owned(),
            roles,
        },
    );
}

/// Joins, writes a profile, and looks at it again some time later.
fn settle(teller: &mut Teller, freelancer: &Freelancer) {
    join(
        teller,
        freelancer.account,
        &freelancer.name,
        freelancer.joined,
        true,
    );
    let save = || Mutation::SaveProfile {
        text: Box::new(freelancer.text.clone()),
    };
    let at = freelancer
        .joined
        .plus_ms(teller.chance.between(4, 50) * 60_000);
    teller.act(at, freelancer.account, save());
    if teller.chance.percent(24) {
        let at = teller.days_later(at, 20, 200);
        teller.act(at, freelancer.account, save());
    }
}

/// The admin joins, and has had to do with three people.
fn moderate(teller: &mut Teller, admin: AccountId, troubled: &[AccountId], now: Timestamp) {
    let joined = now.plus_ms(-402 * DAY_MS);
    join(teller, admin, cast::ADMIN.name, joined, false);
    teller.system(
        joined.plus_ms(3_600_000),
        admin,
        Mutation::GrantRole {
            person: admin,
            role: TrustedRole::Admin,
            reason: "With the secret of the server".to_owned(),
        },
    );
    for (place, person) in troubled.iter().enumerate() {
        let at = now.plus_ms(-DAY_MS * (1 + 9 * i64::try_from(place).unwrap_or(0)) / 2);
        let reason = teller.sentence("suspend", &[]);
        teller.act(
            at,
            admin,
            Mutation::SuspendPerson {
                person: *person,
                reason,
            },
        );
        if place == 2 {
            teller.act(
                at.plus_ms(2 * DAY_MS),
                admin,
                Mutation::RestorePerson {
                    person: *person,
                    reason: "It was a misunderstanding; both clients took their report back."
                        .to_owned(),
                },
            );
        }
    }
}

/// So many jobs: more of what many do, and no job a second time before every other one of its calling had its turn.
fn asked_for(teller: &mut Teller, count: usize) -> Vec<(&'static Calling, &'static Job)> {
    let callings = &Words::get().callings;
    let mut queues: Vec<Vec<&'static Job>> = callings
        .iter()
        .map(|calling| {
            let mut jobs: Vec<&'static Job> = calling.jobs.iter().collect();
            teller.chance.shuffle(&mut jobs);
            jobs
        })
        .collect();
    let mut used = vec![0_u32; callings.len()];
    let mut chosen = Vec::with_capacity(count);
    for _ in 0..count {
        // A calling of which everything was asked has to wait.
        let weights: Vec<u32> = callings
            .iter()
            .zip(&used)
            .map(|(calling, used)| {
                let jobs = u32::try_from(calling.jobs.len()).unwrap_or(1).max(1);
                calling.share * 12 / (1 + 6 * (used / jobs))
            })
            .collect();
        let place = teller.chance.weighted(&weights);
        let (Some(calling), Some(queue)) = (callings.get(place), queues.get_mut(place)) else {
            continue;
        };
        let Some(job) = queue.first().copied() else {
            continue;
        };
        queue.rotate_left(1);
        used[place] += 1;
        chosen.push((calling, job));
    }
    chosen
}

/// What the clients look for over the year, and how it ends.
fn stories<'a>(
    teller: &mut Teller,
    clients: &'a [Client],
    count: usize,
    now: Timestamp,
) -> Vec<Story<'a>> {
    let chosen = asked_for(teller, count);
    let mut stories = Vec::with_capacity(count);
    for (place, (calling, job)) in chosen.into_iter().enumerate() {
        let of_kind: Vec<&'a Client> = clients
            .iter()
            .filter(|client| {
                if client.private {
                    job.private
                } else {
                    job.organised
                }
            })
            .filter(|client| job.work == Work::Remote || client.city.near > 0)
            .collect();
        let asking: Vec<&'a Client> = of_kind
            .iter()
            .filter(|client| client.private || job.kind().is_none_or(|kind| kind == client.kind))
            .copied()
            .collect();
        let among = if asking.is_empty() { &of_kind } else { &asking };
        let Some(client) = teller.chance.pick(among).copied() else {
            continue;
        };
        let recent = place * 100 < count * 40;
        let chance = &mut teller.chance;
        let days_ago = if recent {
            chance.between(0, 42)
        } else {
            chance.between(43, 358)
        };
        let hour = chance.between(6 * 60, 19 * 60);
        let at = now
            .plus_ms(-days_ago * DAY_MS)
            .day()
            .start()
            .plus_ms(hour * 60_000);
        let (ending, after_days) = if recent {
            match chance.weighted(&[62, 24, 8, 6]) {
                0 => (Ending::Open, 90),
                1 => (Ending::Hired, chance.between(3, 12)),
                2 => (Ending::Cancelled, chance.between(2, 16)),
                _ => (Ending::Paused, chance.between(3, 14)),
            }
        } else {
            match chance.weighted(&[75, 14, 4, 3, 4]) {
                0 => (Ending::Hired, chance.between(4, 18)),
                1 => (Ending::Cancelled, chance.between(6, 30)),
                2 => (Ending::Open, 90),
                3 => (Ending::Paused, chance.between(5, 30)),
                _ => (Ending::Removed, chance.between(1, 3)),
            }
        };
        stories.push(Story {
            client,
            calling,
            job,
            at: at.min(now.plus_ms(-600_000)),
            ending,
            after_days,
        });
    }
    stories
}

fn inhabitants(freelancers: &mut Vec<Freelancer>, clients: &mut Vec<Client>) -> Vec<Inhabitant> {
    let working = freelancers.drain(..).map(|one| Inhabitant {
        account: one.account,
        email: one.email,
        name: one.name,
        freelancer: true,
    });
    let hiring = clients.drain(..).map(|one| Inhabitant {
        account: one.account,
        email: one.email,
        name: one.name,
        freelancer: false,
    });
    working.chain(hiring).collect()
}

/// Everybody is matched; a pair was found when the later of the two came.
fn matched(ledger: &Ledger, now: Timestamp) -> Vec<Row> {
    let profiles: Vec<Profile> = ledger.all();
    let requests: Vec<Request> = ledger.all();
    let saved: BTreeMap<AccountId, Timestamp> = profiles
        .iter()
        .map(|profile| (profile.id, profile.saved))
        .collect();
    let changed: BTreeMap<_, Timestamp> = requests
        .iter()
        .map(|request| (request.id, request.changed))
        .collect();
    let matcher = Matcher::of(ledger.all::<Person>(), &profiles, &requests, now.day());
    matcher
        .everybody(now)
        .into_iter()
        .map(|mut pair| {
            let profile = saved.get(&pair.freelancer).copied().unwrap_or(now);
            pair.at = changed
                .get(&pair.request)
                .copied()
                .unwrap_or(now)
                .max(profile);
            pair.into_row()
        })
        .collect()
}

#[cfg(test)]
mod tests;
