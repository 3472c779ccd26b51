//! What people choose: freelancers to look and apply, clients to read and hire.

use super::{Application, Market};
use crate::chance::About;
use crate::params::{EXAMINATION, demand};
use crate::people::free;
use crate::policy::Entry;

/// How likely place `k` of a list is looked at.
pub(crate) fn examination(place: usize) -> f64 {
    1.0 / (1.0 + EXAMINATION * place as f64)
}

/// Goes down a list. Who jumps looks at each place by its examination, whatever the others hold. Who reads in order goes on
/// from place to place just so often that, without a stop, each place is looked at as often, and stops when `look` says so.
fn examine(
    places: usize,
    cascade: bool,
    chance: impl Fn(usize) -> f64,
    mut look: impl FnMut(usize) -> bool,
) {
    for place in 0..places {
        if cascade {
            let goes_on = place == 0 || {
                let share = examination(place) / examination(place - 1);
                chance(place) < share
            };
            if !goes_on || look(place) {
                return;
            }
        } else if chance(place) < examination(place) {
            look(place);
        }
    }
}

impl Market<'_> {
    /// Freelancers look at what they are shown, then at a few requests of their kind, and apply.
    pub(super) fn apply(&mut self, open: &[usize]) {
        let (world, week) = (self.world, self.week);
        let mut shown: Vec<Vec<(Entry, usize)>> = vec![Vec::new(); self.facts.len()];
        for &request in open {
            let thread = &self.threads[request];
            let told = |entry: &&Entry| thread.told.contains(&entry.freelancer);
            for entry in thread.list.iter().filter(told) {
                shown[entry.freelancer].push((*entry, request));
            }
        }
        // Nobody is always the first to look: what is crowded by then stands lower.
        let mut looking = self.present.clone();
        looking.sort_by_key(|one| world.noise.bits(About::Look, *one, 1, week));
        for freelancer in looking {
            let hidden = &world.freelancers[freelancer].hidden;
            let looks = world.noise.unit(About::Look, freelancer, 0, week) < hidden.active;
            if !looks {
                continue;
            }
            let mine = std::mem::take(&mut shown[freelancer]);
            let mut mine: Vec<(f64, usize)> = mine
                .into_iter()
                .map(|(entry, request)| {
                    let applications = self.threads[request].applications.len();
                    (self.policy.for_freelancer(entry, applications), request)
                })
                .collect();
            // Of equals the newest stands first.
            mine.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.cmp(&one.1)));
            let mut left = hidden.applications;
            let chance = |place| world.noise.unit(About::Examine, freelancer, place, week);
            examine(mine.len(), hidden.cascade, chance, |place| {
                let applied = left > 0 && self.may_apply(mine[place].1, freelancer);
                left -= u32::from(applied);
                applied
            });
            let category = world.freelancers[freelancer].facts.category;
            let of_kind: Vec<usize> = open
                .iter()
                .copied()
                .filter(|request| world.requests[*request].facts.category == category)
                .collect();
            for look in 0..world.params.browsed {
                if of_kind.is_empty() || left == 0 {
                    break;
                }
                let at = world
                    .noise
                    .bits(About::Browse, freelancer, look as usize, week);
                let request = of_kind[(at % of_kind.len() as u64) as usize];
                left -= u32::from(self.may_apply(request, freelancer));
            }
        }
    }

    /// Applies if they want it, have the time and believe in themselves; true if they did.
    fn may_apply(&mut self, request: usize, freelancer: usize) -> bool {
        let (pair, diary) = (
            self.world.pair(request, freelancer),
            &self.diaries[freelancer],
        );
        let wants = pair.would_apply(diary.busy())
            && diary.has_time_for(self.world.requests[request].facts.hours_per_week);
        let applications = &mut self.threads[request].applications;
        let applied = applications
            .iter()
            .any(|known| known.freelancer == freelancer);
        if !wants || applied {
            return false;
        }
        applications.push(Application {
            freelancer,
            judged: None,
            hired: false,
        });
        true
    }

    /// The client reads some of the applications in the order of the list and hires the best of those that please.
    pub(super) fn read_and_hire(&mut self, request: usize) {
        let (world, week) = (self.world, self.week);
        let wish = &world.requests[request].wish;
        let thread = &mut self.threads[request];
        let place_of = |freelancer: usize| {
            let mut list = thread.list.iter();
            list.position(|entry| entry.freelancer == freelancer)
        };
        // Whoever applied without having been recommended stands at the end, as in the product.
        let mut unread: Vec<(usize, usize)> = thread
            .applications
            .iter()
            .enumerate()
            .filter(|(_, application)| application.judged.is_none())
            .map(|(number, application)| {
                (
                    place_of(application.freelancer).unwrap_or(usize::MAX),
                    number,
                )
            })
            .collect();
        unread.sort_unstable();
        let chance = |place| world.noise.unit(About::Read, request, place, week);
        examine(unread.len(), wish.cascade, chance, |place| {
            let application = &mut thread.applications[unread[place].1];
            let pair = world.pair(request, application.freelancer);
            let missed = world
                .noise
                .normal(About::Judge, request, application.freelancer, 0);
            // What cannot be is found out in a conversation.
            let judged = if pair.possible {
                pair.client + demand::MISJUDGED * missed
            } else {
                -1.0
            };
            application.judged = Some(judged);
            judged > 0.0
        });
        self.hire(request);
    }

    fn hire(&mut self, request: usize) {
        let (world, week) = (self.world, self.week);
        let asked = &world.requests[request];
        let thread = &mut self.threads[request];
        let mut good: Vec<(f64, usize)> = thread
            .applications
            .iter()
            .enumerate()
            .filter(|(_, application)| !application.hired)
            .filter_map(|(number, application)| {
                let judged = application.judged.filter(|judged| *judged > 0.0)?;
                Some((judged, number))
            })
            .collect();
        good.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        for (_, number) in good {
            if thread.hired == asked.places {
                break;
            }
            let application = &mut thread.applications[number];
            let freelancer = application.freelancer;
            let (pair, diary) = (
                world.pair(request, freelancer),
                &mut self.diaries[freelancer],
            );
            let hours = asked.facts.hours_per_week;
            // Meanwhile they may have found other work, or left.
            if diary.left || !diary.has_time_for(hours) || pair.wants(diary.busy()) <= 0.0 {
                continue;
            }
            application.hired = true;
            thread.hired += 1;
            diary.take_on(request, week + 1 + u32::from(asked.facts.weeks), hours);
            let person = &world.freelancers[freelancer];
            if person.hidden.keeps_calendar {
                self.facts[freelancer].calendar = free(diary.stated_hours(&person.facts));
            }
            if asked.published >= world.params.warm_up_weeks {
                self.book.hired(week - asked.published, pair.shared(0.0));
            }
        }
    }
}
