//! Which changes deserve a notification, and in which words. Pure: made from what a delta brought.

use crate::event::Notice;
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::bookmark::Bookmark;
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::message::Message;
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::person::Person;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Noun, Row};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::find;
use guildhall_sync_core::replica::Replica;
use std::collections::BTreeSet;
use std::time::Duration;

/// After a match was told, further ones are gathered for this long.
pub(crate) const MATCH_WINDOW: Duration = Duration::from_mins(15);

/// Something that has come to pass since the last delta.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// A request that fits.
    Match {
        /// Its title.
        title: String,
        /// Whole percent.
        percent: u32,
        /// Where to see it.
        route: String,
    },
    /// Anything else, told at once.
    Told(Notice),
}

/// Stages that are worth a word when they are reached: contracts delivered, sent back or begun, offers answered.
pub(crate) fn watched(replica: &Replica) -> BTreeSet<(Key, &'static str)> {
    replica
        .rows()
        .filter_map(|row| Some((row.key(), stage(row)?)))
        .collect()
}

fn stage(row: &Row) -> Option<&'static str> {
    match row {
        Row::Contract(contract) => Some(match &contract.stage {
            ContractStage::Active { changes, .. } if changes.is_empty() => "active",
            ContractStage::Active { .. } => "changes",
            ContractStage::Delivered { .. } => "delivered",
            ContractStage::Completed { .. } => "completed",
            ContractStage::Cancelled { .. } => "cancelled",
        }),
        Row::Offer(offer) => Some(match offer.stage {
            OfferStage::Sent { .. } => "sent",
            OfferStage::Accepted { .. } => "accepted",
            OfferStage::Declined { .. } => "declined",
            OfferStage::Revoked { .. } => "revoked",
            OfferStage::Superseded { .. } => "superseded",
        }),
        Row::Application(application) => match application.stage {
            ApplicationStage::Submitted => Some("submitted"),
            ApplicationStage::Declined { .. } => Some("declined"),
            ApplicationStage::Viewed { .. }
            | ApplicationStage::Shortlisted { .. }
            | ApplicationStage::Offered { .. }
            | ApplicationStage::Hired { .. }
            | ApplicationStage::Withdrawn { .. }
            | ApplicationStage::Closed { .. } => None,
        },
        Row::Person(_)
        | Row::Profile(_)
        | Row::Request(_)
        | Row::Message(_)
        | Row::ReadMark(_)
        | Row::Review(_)
        | Row::Recommendation(_)
        | Row::Activity(_)
        | Row::Tally(_)
        | Row::Bookmark(_) => None,
    }
}

/// What has come to pass between the stages before and the replica as it stands.
pub(crate) fn arrivals(
    replica: &Replica,
    before: &BTreeSet<(Key, &'static str)>,
    arrived: &[Key],
) -> Vec<Arrival> {
    let mut arrivals = Vec::new();
    let arrived: BTreeSet<Key> = arrived.iter().copied().collect();
    for row in replica.rows() {
        match row {
            Row::Recommendation(pair) if arrived.contains(&row.key()) => {
                arrivals.extend(matched(replica, pair));
            }
            Row::Message(message) if arrived.contains(&row.key()) => {
                arrivals.extend(message_came(replica, message));
            }
            _ => {
                let Some(stage) = stage(row).filter(|stage| !before.contains(&(row.key(), *stage)))
                else {
                    continue;
                };
                let notice = match row {
                    Row::Application(application) => application_moved(replica, application, stage),
                    Row::Offer(offer) => offer_moved(replica, offer, stage),
                    Row::Contract(contract) => contract_moved(replica, contract, stage),
                    _ => None,
                };
                arrivals.extend(notice.map(Arrival::Told));
            }
        }
    }
    arrivals.sort_by_key(|arrival| match arrival {
        Arrival::Match { percent, .. } => std::cmp::Reverse(*percent),
        Arrival::Told(_) => std::cmp::Reverse(u32::MAX),
    });
    arrivals
}

fn matched(replica: &Replica, pair: &Recommendation) -> Option<Arrival> {
    if pair.freelancer != replica.me() || !pair.for_freelancer {
        return None;
    }
    let said = noun::<Bookmark>(replica, Bookmark::id_of(replica.me(), pair.request));
    if said.is_some_and(|said| !said.is_saved()) {
        return None;
    }
    let request = noun::<Request>(replica, pair.request)?;
    Some(Arrival::Match {
        title: request.text.title,
        percent: guildhall_matching::percent(pair.score),
        route: format!("/opportunities/{}", pair.request),
    })
}

fn message_came(replica: &Replica, message: &Message) -> Option<Arrival> {
    if message.author == replica.me() {
        return None;
    }
    let route = format!("/threads/{}", message.application);
    let files = || crate::screens::files::names(&message.attachments).join(", ");
    let body = if message.body.is_empty() {
        shortened(&files())
    } else {
        shortened(&message.body)
    };
    Some(Arrival::Told(Notice {
        title: name(replica, message.author),
        body,
        route,
    }))
}

fn application_moved(replica: &Replica, application: &Application, stage: &str) -> Option<Notice> {
    let request = noun::<Request>(replica, application.request)?;
    let route = format!("/threads/{}", application.id);
    match stage {
        "submitted" if application.client == replica.me() => Some(Notice {
            title: format!("{} applied", name(replica, application.freelancer)),
            body: request.text.title,
            route: format!("/requests/{}", application.request),
        }),
        "declined" if application.freelancer == replica.me() => Some(Notice {
            title: "Your application was declined".to_owned(),
            body: request.text.title,
            route,
        }),
        _ => None,
    }
}

fn offer_moved(replica: &Replica, offer: &Offer, stage: &str) -> Option<Notice> {
    let title = match stage {
        "sent" if offer.freelancer == replica.me() => {
            format!("{} made you an offer", name(replica, offer.client))
        }
        "accepted" if offer.client == replica.me() => {
            format!("{} accepted your offer", name(replica, offer.freelancer))
        }
        "declined" if offer.client == replica.me() => {
            format!("{} declined your offer", name(replica, offer.freelancer))
        }
        "revoked" if offer.freelancer == replica.me() => {
            format!("{} took the offer back", name(replica, offer.client))
        }
        _ => return None,
    };
    let body = noun::<Request>(replica, offer.request)
        .map_or_else(String::new, |request| request.text.title);
    Some(Notice {
        title,
        body,
        route: format!("/threads/{}", offer.application),
    })
}

fn contract_moved(replica: &Replica, contract: &Contract, stage: &str) -> Option<Notice> {
    let other = || name(replica, contract.other(replica.me()));
    let title = match stage {
        "delivered" if contract.client == replica.me() => format!("{} delivered", other()),
        "changes" if contract.freelancer == replica.me() => format!("{} asks for changes", other()),
        "completed" if contract.freelancer == replica.me() => {
            format!("{} accepted your work", other())
        }
        "cancelled" => {
            let ContractStage::Cancelled { by, .. } = &contract.stage else {
                return None;
            };
            if *by == replica.me() {
                return None;
            }
            format!("{} cancelled the contract", other())
        }
        _ => return None,
    };
    Some(Notice {
        title,
        body: contract.title.clone(),
        route: format!("/threads/{}", contract.application),
    })
}

fn noun<N: Noun>(replica: &Replica, id: impl Into<uuid::Uuid>) -> Option<N> {
    find::<N>(replica, id).ok().flatten()
}

fn name(replica: &Replica, id: guildhall_domain::id::AccountId) -> String {
    noun::<Person>(replica, id).map_or_else(|| "Somebody".to_owned(), |person| person.name)
}

fn shortened(text: &str) -> String {
    crate::screens::words::shortened(text, 120)
}

/// Gathers matches: the first is told at once, further ones within the window together at its end.
#[derive(Debug)]
pub(crate) struct Gathering {
    window: Duration,
    until: Option<Timestamp>,
    held: Vec<(String, u32, String)>,
}

impl Gathering {
    /// Nothing told yet.
    pub(crate) fn new(window: Duration) -> Self {
        Self {
            window,
            until: None,
            held: Vec::new(),
        }
    }

    /// Takes a match in; answers with a notice if it is to be told now.
    pub(crate) fn take(
        &mut self,
        title: String,
        percent: u32,
        route: String,
        now: Timestamp,
    ) -> Option<Notice> {
        if self.until.is_some_and(|until| now < until) {
            self.held.push((title, percent, route));
            return None;
        }
        let window = i64::try_from(self.window.as_millis()).unwrap_or(i64::MAX);
        self.until = Some(now.plus_ms(window));
        Some(Notice {
            title: format!("New match: {percent} %"),
            body: title,
            route,
        })
    }

    /// When [`Gathering::release`] is due, if anything is held.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.until.filter(|_| !self.held.is_empty())
    }

    /// What was held, in one notice.
    pub(crate) fn release(&mut self, now: Timestamp) -> Option<Notice> {
        if self.due().is_none_or(|due| now < due) {
            return None;
        }
        let held = std::mem::take(&mut self.held);
        let window = i64::try_from(self.window.as_millis()).unwrap_or(i64::MAX);
        self.until = Some(now.plus_ms(window));
        let best = held.iter().max_by_key(|(_, percent, _)| *percent)?.clone();
        Some(match held.len() {
            1 => Notice {
                title: format!("New match: {} %", best.1),
                body: best.0,
                route: best.2,
            },
            several => Notice {
                title: format!("{several} new matches, best {} %", best.1),
                body: best.0,
                route: "/opportunities".to_owned(),
            },
        })
    }
}

/// The server was restored from a copy, made at this time if anybody knows, and so many acts go there again.
pub(crate) fn restored(copied: Option<Timestamp>, sent_again: usize) -> Notice {
    let of = copied.map_or_else(
        || "an older copy".to_owned(),
        |copied| format!("a copy of {}", copied.day()),
    );
    let again = match sent_again {
        0 => "Nothing that you did is missing there.".to_owned(),
        1 => "One thing you did since then is sent again.".to_owned(),
        many => format!("{many} things you did since then are sent again."),
    };
    Notice {
        title: "The server was restored".to_owned(),
        body: format!("The server was restored from {of}. {again}"),
        route: "/outbox".to_owned(),
    }
}

/// This device does not hold what the server says, and fetching everything again did not help.
pub(crate) fn differs() -> Notice {
    Notice {
        title: "What you see may be incomplete".to_owned(),
        body: "This computer and the server do not agree on what you should see, and fetching it again did not help. What you \
               write is safe. Please tell whoever runs the server."
            .to_owned(),
        route: "/outbox".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(gathering: &mut Gathering, title: &str, percent: u32, at: i64) -> Option<String> {
        gathering
            .take(title.to_owned(), percent, String::new(), Timestamp(at))
            .map(|notice| notice.title)
    }

    #[test]
    fn the_first_match_is_told_at_once_and_the_next_ones_together() {
        let mut gathering = Gathering::new(Duration::from_mins(1));

        assert_eq!(
            take(&mut gathering, "a", 80, 0).as_deref(),
            Some("New match: 80 %")
        );
        assert_eq!(take(&mut gathering, "b", 70, 1_000), None);
        assert_eq!(take(&mut gathering, "c", 91, 2_000), None);
        assert_eq!(gathering.release(Timestamp(59_999)), None);
        let told = gathering.release(Timestamp(60_000)).unwrap();

        assert_eq!(
            (told.title.as_str(), told.body.as_str()),
            ("2 new matches, best 91 %", "c")
        );
        assert_eq!(gathering.due(), None);
        assert_eq!(take(&mut gathering, "d", 60, 60_001), None);
    }

    #[test]
    fn after_a_quiet_window_the_next_match_is_told_at_once_again() {
        let mut gathering = Gathering::new(Duration::from_mins(1));

        assert!(take(&mut gathering, "a", 80, 0).is_some());
        assert!(take(&mut gathering, "b", 70, 60_000).is_some());
    }
}
