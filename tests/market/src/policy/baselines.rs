//! What a policy that is not thought about much does.

use guildhall_matching::{FreelancerFacts, RequestFacts};

/// Completed jobs; of equals the one with more stars.
pub(super) fn popularity(facts: &FreelancerFacts) -> f64 {
    let stars = f64::from(facts.rating.stars) / f64::from(facts.rating.count.max(1));
    f64::from(facts.completed_jobs) + stars / 10.0
}

/// How many of all skills of both sides they share; nobody without a common one.
pub(super) fn overlap(request: &RequestFacts, facts: &FreelancerFacts) -> Option<f64> {
    let wanted = &request.skills;
    let common = wanted
        .iter()
        .filter(|wanted| facts.skills.iter().any(|held| held.skill == wanted.skill))
        .count();
    let all = wanted.len() + facts.skills.len() - common;
    (common > 0).then(|| common as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Params;
    use crate::world::World;

    #[test]
    fn the_overlap_of_the_same_skills_is_one_and_of_none_nothing() {
        let world = World::new(1, Params::small());
        let mut request = world.requests[0].facts.clone();
        let mut facts = world.freelancers[0].facts.clone();
        request.skills.truncate(1);
        facts.skills.truncate(2);
        facts.skills[0].skill = request.skills[0].skill;
        facts.skills[1].skill = u32::MAX;
        assert_eq!(overlap(&request, &facts), Some(0.5));
        facts.skills.truncate(1);
        assert_eq!(overlap(&request, &facts), Some(1.0));
        facts.skills.clear();
        assert_eq!(overlap(&request, &facts), None);
    }
}
