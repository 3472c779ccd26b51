//! The fit a second time: written from `docs/MATCHING.md` with the simplest loops, sharing no code with the crate.

use guildhall_matching::{
    Excluded, FreelancerFacts, HeldSkill, Level, Parts, Relations, RequestFacts, Work,
};

const ONE: i128 = 65_536;

fn cut(part: i128, whole: i128) -> i128 {
    if part >= whole {
        ONE
    } else {
        part * ONE / whole
    }
}

fn times(a: i128, b: i128) -> i128 {
    a * b / ONE
}

fn worth(level: Level) -> i128 {
    match level {
        Level::Beginner => 22_938,
        Level::Intermediate => 39_322,
        Level::Advanced => 55_706,
        Level::Expert => 65_536,
    }
}

/// The exact parts, or the gate, as the crate should give them.
pub(crate) fn parts(
    request: &RequestFacts,
    freelancer: &FreelancerFacts,
    relations: &dyn Relations,
) -> Result<Parts, Excluded> {
    if freelancer.suspended {
        return Err(Excluded::Suspended);
    }
    if freelancer.id == request.client {
        return Err(Excluded::OwnRequest);
    }
    let skills = skills(request, freelancer, relations)?;
    for wanted in &request.languages {
        let spoken = freelancer
            .languages
            .iter()
            .filter(|spoken| spoken.language == wanted.language);
        if spoken
            .map(|spoken| spoken.fluency)
            .max()
            .is_none_or(|best| best < wanted.fluency)
        {
            return Err(Excluded::Language(wanted.language));
        }
    }
    let place = place(request, freelancer)?;
    let availability = availability(request, freelancer)?;
    let budget = match (request.budget_minor, freelancer.rate_minor) {
        (None, _) => ONE,
        (Some(_), None) => ONE / 2,
        (Some(budget), Some(rate)) => {
            let (budget, rate) = (i128::from(budget.max(0)), i128::from(rate.max(0)));
            if rate <= budget {
                ONE
            } else if 2 * rate >= 3 * budget {
                return Err(Excluded::OverBudget);
            } else {
                (3 * budget - 2 * rate) * ONE / budget
            }
        }
    };
    let part = |weight, share| u32::try_from(times(weight, share)).expect("a share of a weight");
    Ok(Parts {
        skills: part(29_491, skills),
        rating: part(13_107, rating(freelancer)),
        place: part(9_830, place),
        availability: part(6_554, availability),
        budget: part(6_554, budget),
    })
}

fn skills(
    request: &RequestFacts,
    freelancer: &FreelancerFacts,
    relations: &dyn Relations,
) -> Result<i128, Excluded> {
    let (mut sum, mut weights, mut any) = (0, 0, false);
    for wanted in &request.skills {
        let mut best = 0;
        for (index, held) in freelancer.skills.iter().enumerate() {
            let similarity = if held.skill == wanted.skill {
                256
            } else {
                let related = relations
                    .similar(wanted.skill)
                    .iter()
                    .filter(|(skill, _)| *skill == held.skill);
                related
                    .map(|(_, similarity)| i128::from(*similarity))
                    .max()
                    .unwrap_or(0)
            };
            let claims = freelancer.skills[..=index]
                .iter()
                .filter(|skill| skill.proven_jobs == 0)
                .count();
            let reached = cut(
                strength(held, i128::try_from(claims).expect("few")),
                worth(wanted.level),
            );
            best = best.max(reached * similarity / 256);
        }
        if wanted.must && best < ONE / 2 {
            return Err(Excluded::MustHave(wanted.skill));
        }
        any |= best > 0;
        let weight = if wanted.must { 3 } else { 1 };
        sum += weight * best;
        weights += weight * ONE;
    }
    if request.skills.iter().all(|wanted| !wanted.must)
        && !any
        && freelancer.category != request.category
    {
        return Err(Excluded::Category);
    }
    Ok(cut(sum, weights))
}

fn strength(held: &HeldSkill, claims: i128) -> i128 {
    let steps = 2 * u32::from(held.proven_jobs) + u32::from(held.years.min(6));
    let sixths = [65_536, 58_386, 52_016, 46_341, 41_285, 36_781];
    let mut doubt = sixths[usize::try_from(steps % 6).expect("small")];
    for _ in 0..steps / 6 {
        doubt /= 2;
    }
    let strength = times(worth(held.level), 39_322 + times(26_214, ONE - doubt));
    if held.proven_jobs == 0 && claims > 12 {
        times(strength, 12 * ONE / claims)
    } else {
        strength
    }
}

fn rating(freelancer: &FreelancerFacts) -> i128 {
    let rating = freelancer.rating;
    let weight = i128::from(rating.weight) + 8 * 256;
    let stars = i128::from(rating.weighted_stars) + 34 * 256;
    let (done, broken) = (
        i128::from(freelancer.completed_jobs),
        i128::from(freelancer.cancelled_jobs),
    );
    let asked = i128::from(freelancer.asked);
    let answered = i128::from(freelancer.answered_in_a_day).min(asked);
    times(36_045, cut((stars - weight).max(0), 4 * weight))
        + times(13_107, cut(9 + done, 10 + done + broken))
        + times(9_830, cut(4 + answered, 6 + asked))
        + times(6_554, cut(i128::from(freelancer.shown_works), 4))
}

fn place(request: &RequestFacts, freelancer: &FreelancerFacts) -> Result<i128, Excluded> {
    let hour = |mask: u32, hour: u32| mask & (1 << hour) != 0;
    let asked = i128::try_from((0..24).filter(|h| hour(request.core_hours, *h)).count())
        .expect("at most 24");
    let asked = asked.min(i128::from(request.overlap_hours));
    let both = (0..24)
        .filter(|h| hour(request.core_hours, *h) && hour(freelancer.work_hours, *h))
        .count();
    let remote = cut(i128::try_from(both).expect("at most 24"), asked);
    let (at, days) = match &request.work {
        Work::Remote => return Ok(remote),
        Work::OnSite { at } => (at, 5),
        Work::Hybrid { at, on_site_days } => (at, i128::from((*on_site_days).min(5))),
    };
    if freelancer.remote_only {
        return Err(Excluded::RemoteOnly);
    }
    let home = freelancer.at.ok_or(Excluded::NoPlace)?;
    let steps = |km: u16| i128::from(km).pow(2) * 32_767_i128.pow(2) / 6_371_i128.pow(2);
    let squared: i128 = (0..3)
        .map(|axis| (i128::from(at[axis]) - i128::from(home[axis])).pow(2))
        .sum();
    if squared > steps(request.radius_km.min(freelancer.travel_radius_km)) {
        return Err(Excluded::TooFar);
    }
    let half = steps(request.half_distance_km.max(1)).max(1);
    let near = half * ONE / (half + squared);
    Ok((days * near + (5 - days) * remote) / 5)
}

fn availability(request: &RequestFacts, freelancer: &FreelancerFacts) -> Result<i128, Excluded> {
    let weeks = i64::from(request.weeks.max(1));
    let need = i128::from(request.hours_per_week);
    let calendar = &freelancer.calendar;
    let free: Vec<i128> = (0..weeks)
        .map(|week| {
            let counter = (i64::from(request.start_week) + week - i64::from(calendar.first_week))
                .clamp(0, 25);
            i128::from(calendar.free_hours[usize::try_from(counter).expect("0 to 25")])
        })
        .collect();
    let total = need * i128::from(weeks);
    let sum: i128 = free.iter().map(|free| *free.min(&need)).sum();
    if sum * 10 < total * 3 {
        return Err(Excluded::TooFewHours);
    }
    let late = free
        .iter()
        .position(|free| free * 10 >= need * 3)
        .unwrap_or(free.len());
    let in_time = (ONE - 5_898 * i128::try_from(late).expect("few")).max(0);
    Ok(times(cut(sum, total), in_time))
}
