//! The order of a client's list, where places are kept for newcomers; and who stands where in it, for the log.

use super::Matcher;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::recommendation::NewcomerPlace;
use guildhall_domain::time::Date;
use guildhall_matching::{
    Candidate, Match, Parts, SCORE_VERSION, is_newcomer, newcomer_places, put_newcomers,
};
use guildhall_storage::server::{CERTAIN, Impression};
use std::collections::BTreeMap;
use uuid::Uuid;

/// So many places of a list are logged: what stands further down is hardly seen.
const LOGGED: usize = 20;

/// Who was drawn for a list, and the order with them in it.
pub(super) struct Newcomers {
    drawn: BTreeMap<AccountId, NewcomerPlace>,
    order: Vec<Candidate>,
}

impl Newcomers {
    /// The place that was drawn for somebody, if one was.
    pub(super) fn place(&self, freelancer: AccountId) -> Option<NewcomerPlace> {
        self.drawn.get(&freelancer).copied()
    }
}

impl Matcher {
    /// Draws the places for newcomers of a list, best fit first, for today.
    pub(super) fn newcomers(&self, request: RequestId, best: &[Match]) -> Newcomers {
        let ranked: Vec<Candidate> = best
            .iter()
            .map(|found| Candidate {
                id: found.id,
                score: found.fit.score,
                newcomer: self.freelancers.get(found.id).is_some_and(is_newcomer),
            })
            .collect();
        let (day, share) = (self.today, self.share.get());
        let drawn = newcomer_places(request.0.as_u128(), day.0, share, &ranked);
        let ids: Vec<u128> = drawn.iter().map(|one| one.id).collect();
        let places = drawn.iter().map(|one| {
            let place = NewcomerPlace {
                day,
                from: small(one.from),
                places: small(one.places),
                among: small(one.among),
            };
            (AccountId(Uuid::from_u128(one.id)), place)
        });
        Newcomers {
            drawn: places.collect(),
            order: put_newcomers(&ranked, &ids),
        }
    }

    /// Notes who stands where in a list that was made.
    pub(super) fn see_list(&mut self, request: RequestId, best: &[Match], list: &Newcomers) {
        let parts: BTreeMap<u128, Parts> = best
            .iter()
            .map(|found| (found.id, found.fit.parts))
            .collect();
        for (rank, one) in list.order.iter().enumerate().take(LOGGED) {
            let freelancer = AccountId(Uuid::from_u128(one.id));
            let Some(parts) = parts.get(&one.id) else {
                continue;
            };
            let fit = by_fit(request, freelancer, rank, one.newcomer, *parts, self.today);
            self.seen
                .extend(fit.map(|fit| match list.place(freelancer) {
                    Some(place) => Impression {
                        drawn: true,
                        propensity: propensity(place),
                        ..fit
                    },
                    None => fit,
                }));
        }
    }
}

/// Somebody at a place by their own fit, if it is one that is logged.
pub(super) fn by_fit(
    request: RequestId,
    freelancer: AccountId,
    rank: usize,
    newcomer: bool,
    parts: Parts,
    day: Date,
) -> Option<Impression> {
    (rank < LOGGED).then(|| Impression {
        request,
        freelancer,
        day,
        rank: small(rank),
        newcomer,
        drawn: false,
        propensity: CERTAIN,
        score_version: SCORE_VERSION,
        parts: [
            parts.skills,
            parts.rating,
            parts.place,
            parts.availability,
            parts.budget,
        ],
    })
}

/// The chance of each of those who were drawn among: `places / among`, in 65,536ths, rounded down.
fn propensity(place: NewcomerPlace) -> u32 {
    let (places, among) = (u32::from(place.places), u32::from(place.among));
    (places * CERTAIN)
        .checked_div(among)
        .map_or(CERTAIN, |chance| chance.min(CERTAIN))
}

fn small(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_a_draw_is_places_by_people() {
        for (places, among, chance) in [
            (1, 4, 16_384),
            (2, 3, 43_690),
            (5, 5, CERTAIN),
            (1, 0, CERTAIN),
        ] {
            let place = NewcomerPlace {
                day: Date(0),
                from: 12,
                places,
                among,
            };
            assert_eq!(propensity(place), chance, "{places} of {among}");
        }
    }
}
