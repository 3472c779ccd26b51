//! What two people would feel about working with each other: known to nobody before they have met.

use crate::chance::{About, Noise};
use crate::demand::{Need, Request};
use crate::params::{TASTES, truth as t};
use crate::people::{Freelancer, Hidden};
use guildhall_matching::{
    BROADER, FreelancerFacts, Hierarchy, NARROWER, Relations, Work, distance_km,
};

/// The truth about one pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    /// The client's utility over their bar; above 0 they would hire.
    pub(crate) client: f64,
    /// The freelancer's utility with nothing else to do; above 0 they would take it.
    pub(crate) freelancer: f64,
    /// How well the freelancer believes to meet the must-have that they meet least.
    pub(crate) self_image: f64,
    /// The freelancer can come there, and speaks what is asked for: they would not apply otherwise.
    pub(crate) reachable: bool,
    /// The truth permits it: ability, language, place, price.
    pub(crate) possible: bool,
    /// Every must-have is met well enough, and it is possible.
    pub(crate) qualified: bool,
}

impl Pair {
    /// Would both, if the freelancer is as busy as `busy` says (0 free, 1 full)?
    pub(crate) fn is_mutual(&self, busy: f64) -> bool {
        self.possible && self.client > 0.0 && self.wants(busy) > 0.0
    }

    /// The freelancer's utility with other work beside it.
    pub(crate) fn wants(&self, busy: f64) -> f64 {
        self.freelancer - t::BUSY * busy
    }

    /// Whether the freelancer wants it, can come and believes in themselves.
    pub(crate) fn would_apply(&self, busy: f64) -> bool {
        self.reachable && self.wants(busy) > 0.0 && self.self_image >= t::DARES
    }

    /// What both have of it: the smaller of the two utilities.
    pub(crate) fn shared(&self, busy: f64) -> f64 {
        self.client.min(self.wants(busy))
    }
}

/// Works out the truth about a pair.
pub(crate) fn pair(
    request: &Request,
    person: &Freelancer,
    relations: &Hierarchy,
    noise: Noise,
) -> Pair {
    let (wish, facts, hidden) = (&request.wish, &person.facts, &person.hidden);
    let (mut sum, mut weights) = (0.0, 0.0);
    let (mut can, mut qualified) = (true, true);
    let mut weakest: f64 = t::ENOUGH;
    for need in &wish.needs {
        let reached = (ability(hidden, need, relations) / need.level).min(t::ENOUGH);
        sum += need.weight * reached;
        weights += need.weight;
        if need.must {
            weakest = weakest.min(reached);
            can &= reached >= t::CANNOT;
            qualified &= reached >= t::QUALIFIED;
        }
    }
    let able = if weights > 0.0 { sum / weights } else { 0.0 };
    let way = way_km(&request.facts.work, facts);
    let price = facts
        .rate_minor
        .map_or(hidden.reservation, |rate| rate as f64);
    // Whoever asks for more than the client would pay goes down to it, if that is enough for them.
    let price = price.min(wish.pay.max(hidden.reservation));
    let near = way.is_none_or(|way| way <= reach_km(&request.facts.work, hidden))
        && !(way.is_some() && facts.remote_only);
    let speaks = speaks(request, facts);
    let possible =
        can && near && hidden.reservation <= wish.pay && (speaks || !wish.means_language);

    let apart = match request.facts.work {
        Work::OnSite { .. } => 0.0,
        Work::Hybrid { .. } | Work::Remote => apart(request, facts),
    };
    let client = t::ABILITY.0 * (able - t::ABILITY.1)
        + t::QUALITY * hidden.quality
        + t::TASTE * alike(&wish.likes, &hidden.manner)
        - wish.elasticity * (price / wish.pay - t::PRICE)
        - t::APART * apart
        - wish.bar;
    let freelancer = t::WORK
        + t::PAY.0 * (price / hidden.reservation - t::PAY.1)
        + t::KIND * alike(&wish.kind, &hidden.likes)
        - t::WAY * way.map_or(0.0, |way| way / reach_km(&request.facts.work, hidden));
    let image = noise.normal(
        About::Image,
        request.facts.id as usize,
        facts.id as usize,
        0,
    );
    Pair {
        client,
        freelancer,
        self_image: weakest + t::SELF_IMAGE * image,
        reachable: near && speaks,
        possible,
        qualified: qualified && possible,
    }
}

/// The best of what they can do that helps with a need.
fn ability(hidden: &Hidden, need: &Need, relations: &Hierarchy) -> f64 {
    let own = hidden.ability.get(&need.skill).copied().unwrap_or(0.0);
    let [narrower, broader, sibling] = t::TRANSFER;
    let similar = relations.similar(need.skill);
    hidden.ability.iter().fold(own, |best, (skill, ability)| {
        let Ok(at) = similar.binary_search_by_key(skill, |(held, _)| *held) else {
            return best;
        };
        let transfer = match similar[at].1 {
            NARROWER => narrower,
            BROADER => broader,
            _ => sibling,
        };
        best.max(ability * transfer)
    })
}

/// The way to the client, for work that asks for it.
fn way_km(work: &Work, facts: &FreelancerFacts) -> Option<f64> {
    let (Work::OnSite { at } | Work::Hybrid { at, .. }) = work else {
        return None;
    };
    let km = facts.at.map_or(u32::MAX, |home| distance_km(home, *at));
    Some(f64::from(km))
}

/// Whoever comes on some days only comes from twice as far.
fn reach_km(work: &Work, hidden: &Hidden) -> f64 {
    match work {
        Work::Hybrid { .. } => hidden.travel_km * 2.0,
        Work::OnSite { .. } | Work::Remote => hidden.travel_km,
    }
}

fn speaks(request: &Request, facts: &FreelancerFacts) -> bool {
    request.facts.languages.iter().all(|wanted| {
        let mut spoken = facts.languages.iter();
        spoken.any(|held| held.language == wanted.language && held.fluency >= wanted.fluency)
    })
}

/// The share of the client's working hours in which the freelancer does not work.
fn apart(request: &Request, facts: &FreelancerFacts) -> f64 {
    let theirs = request.facts.core_hours;
    let common = (theirs & facts.work_hours).count_ones();
    1.0 - f64::from(common) / f64::from(theirs.count_ones().max(1))
}

/// How alike two tastes are: mean 0 and variance 1 over chance pairs.
fn alike(one: &[f64; TASTES], other: &[f64; TASTES]) -> f64 {
    let dot: f64 = one.iter().zip(other).map(|(a, b)| a * b).sum();
    dot / (TASTES as f64).sqrt()
}
