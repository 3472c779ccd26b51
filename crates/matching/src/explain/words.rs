//! The words for each part, and the sentence made of the shortest of them.

use super::Side;
use crate::fit::{FitFacts, Part};
use crate::parts::availability::AvailabilityFacts;
use crate::parts::budget::BudgetFacts;
use crate::parts::place::PlaceFacts;
use crate::parts::skills::SkillFact;
use crate::share::ONE;

/// Proven skills named in the text of the skills part.
const NAMED_SKILLS: usize = 2;
/// With fewer reviews than this a mean says little, so none is shown.
const ENOUGH_REVIEWS: u32 = 3;

/// The facts of a fit, ready to be put into words for one side.
pub(super) struct Words<'a> {
    pub(super) facts: &'a FitFacts,
    pub(super) side: Side,
    pub(super) skill_name: &'a dyn Fn(u32) -> String,
}

impl Words<'_> {
    /// Everything in one sentence, such as "4 of 4 must-haves, 6 km away, free 24 of 30 h, rate 8 % over budget."
    pub(super) fn sentence(&self) -> String {
        let mut clauses = vec![self.skills_clause()];
        if self.facts.rating.reviews == 0 {
            clauses.push("new here".to_owned());
        }
        clauses.push(self.place_clause());
        clauses.extend(self.availability_clause());
        clauses.push(self.budget_clause());
        sentence(&clauses.join(", "))
    }

    /// One part.
    pub(super) fn part(&self, part: Part) -> String {
        match part {
            Part::Skills => self.skills(),
            Part::Rating => self.rating(),
            Part::Place => self.place(),
            Part::Availability => self.availability(),
            Part::Budget => self.budget(),
        }
    }

    /// The word for one side or the other.
    pub(super) fn to(&self, client: &str, freelancer: &str) -> String {
        match self.side {
            Side::Client => client.to_owned(),
            Side::Freelancer => freelancer.to_owned(),
        }
    }

    pub(super) fn name(&self, skill: u32) -> String {
        (self.skill_name)(skill)
    }

    fn skills_clause(&self) -> String {
        let count = |must: bool| {
            let asked = self.facts.skills.iter().filter(|skill| skill.must == must);
            let held = asked.clone().filter(|skill| skill.held.is_some()).count();
            (held, asked.count())
        };
        let show = self.to("", "you show ");
        match (count(true), count(false)) {
            ((_, 0), (_, 0)) => "no skills asked for".to_owned(),
            ((_, 0), (held, asked)) => format!("{show}{held} of {asked} nice-to-haves"),
            ((held, asked), _) => format!("{show}{held} of {asked} must-haves"),
        }
    }

    fn skills(&self) -> String {
        let mut text = vec![sentence(&self.skills_clause())];
        let mut proven: Vec<(u8, &SkillFact)> = self
            .facts
            .skills
            .iter()
            .filter_map(|skill| {
                skill
                    .held
                    .filter(|held| held.proven_jobs > 0)
                    .map(|held| (held.proven_jobs, skill))
            })
            .collect();
        proven.sort_by_key(|(jobs, _)| std::cmp::Reverse(*jobs));
        let proven: Vec<String> = proven
            .into_iter()
            .take(NAMED_SKILLS)
            .enumerate()
            .map(|(index, (jobs, skill))| {
                let jobs = match (index, jobs) {
                    (0, 1) => "1 finished job".to_owned(),
                    (0, jobs) => format!("{jobs} finished jobs"),
                    (_, jobs) => jobs.to_string(),
                };
                let held = skill.held.map_or(skill.skill, |held| held.skill);
                format!("{} in {jobs}", self.name(held))
            })
            .collect();
        if !proven.is_empty() {
            text.push(format!("{}.", proven.join(", ")));
        }
        text.extend(self.weakest().map(|skill| self.weakness(skill)));
        text.join(" ")
    }

    /// The wanted skill that costs the most points.
    pub(super) fn weakest(&self) -> Option<&SkillFact> {
        let cost = |skill: &&SkillFact| {
            u64::from(ONE.saturating_sub(skill.share)) * if skill.must { 3 } else { 1 }
        };
        // Of equals the first: max_by_key would take the last.
        self.facts
            .skills
            .iter()
            .rev()
            .max_by_key(cost)
            .filter(|skill| skill.share < ONE)
    }

    fn weakness(&self, skill: &SkillFact) -> String {
        let name = self.name(skill.skill);
        let nice = if skill.must { "" } else { " (nice to have)" };
        let Some(held) = skill.held else {
            return format!("{name}{nice} is missing.");
        };
        let level = held.level.word();
        if held.skill != skill.skill {
            format!("{name}{nice} by way of {}.", self.name(held.skill))
        } else if held.level < skill.level {
            format!(
                "{name}{nice} at {level} level, {} asked for.",
                skill.level.word()
            )
        } else if held.proven_jobs == 0 {
            format!("{name}{nice} not shown in a finished job yet.")
        } else {
            format!("{name}{nice} shown in few jobs so far.")
        }
    }

    fn rating(&self) -> String {
        let rating = self.facts.rating;
        let mut clauses = vec![match (rating.reviews, rating.mean_hundredths) {
            (0, _) | (_, None) => "New here: no reviews yet".to_owned(),
            (1, _) => "New here: 1 review so far".to_owned(),
            (reviews, Some(mean)) if reviews >= ENOUGH_REVIEWS => {
                format!(
                    "{} from {reviews} reviews, weighed as {}",
                    stars(mean),
                    stars(rating.posterior_hundredths)
                )
            }
            (reviews, Some(_)) => format!("New here: {reviews} reviews so far"),
        }];
        if rating.jobs > 0 {
            let jobs = if rating.jobs == 1 { "job" } else { "jobs" };
            clauses.push(format!(
                "{} of {} {jobs} finished",
                rating.finished, rating.jobs
            ));
        }
        if rating.asked > 0 {
            clauses.push(format!(
                "{} of {} answers within a day",
                rating.answered, rating.asked
            ));
        }
        clauses.join("; ") + "."
    }

    fn place_clause(&self) -> String {
        match self.facts.place {
            PlaceFacts::OnSite { distance_km } | PlaceFacts::Hybrid { distance_km, .. } => {
                distance(distance_km)
            }
            PlaceFacts::Remote { asked_hours: 0, .. } => "remote".to_owned(),
            PlaceFacts::Remote {
                shared_hours,
                asked_hours,
            } => format!("{shared_hours} of {asked_hours} shared hours"),
        }
    }

    fn place(&self) -> String {
        let hours = |shared: u8, asked: u8| {
            let they = self.to("you ask for", "they ask for");
            match asked {
                0 => "no shared hours asked for".to_owned(),
                _ => format!("{shared} of the {asked} working hours in common that {they}"),
            }
        };
        match self.facts.place {
            PlaceFacts::OnSite { distance_km } => {
                sentence(&format!("on site, {}", distance(distance_km)))
            }
            PlaceFacts::Hybrid {
                distance_km,
                on_site_days,
                shared_hours,
                asked_hours,
            } => {
                let days = if on_site_days == 1 {
                    "1 day".to_owned()
                } else {
                    format!("{on_site_days} days")
                };
                let (distance, hours) = (distance(distance_km), hours(shared_hours, asked_hours));
                format!("On site {days} a week, {distance}. Else remote: {hours}.")
            }
            PlaceFacts::Remote {
                shared_hours,
                asked_hours,
            } => {
                format!("Remote: {}.", hours(shared_hours, asked_hours))
            }
        }
    }

    fn availability_clause(&self) -> Option<String> {
        let (free, asked) = hours(self.facts.availability)?;
        let you = self.to("free", "you are free");
        Some(format!("{you} {free} of {asked} h"))
    }

    fn availability(&self) -> String {
        let facts = self.facts.availability;
        let Some((free, asked)) = hours(facts) else {
            return "No fixed hours asked for.".to_owned();
        };
        let weekly = if is_by_week(facts) {
            "a week"
        } else {
            "in all"
        };
        let late = match facts.late_weeks {
            0 => String::new(),
            1 => ", from one week after the start".to_owned(),
            late => format!(", from {late} weeks after the start"),
        };
        match self.side {
            Side::Client => format!("{free} of {asked} hours {weekly} free{late}."),
            Side::Freelancer => {
                format!("You are free for {free} of the {asked} hours {weekly} they need{late}.")
            }
        }
    }

    fn budget_clause(&self) -> String {
        let rate = self.to("rate", "your rate is");
        match self.facts.budget {
            BudgetFacts::Open => "budget to be discussed".to_owned(),
            BudgetFacts::NoRate => self.to("no rate named", "you have named no rate"),
            BudgetFacts::Within => format!("{rate} within budget"),
            BudgetFacts::Over { percent } => format!("{rate} {percent} % over budget"),
        }
    }

    fn budget(&self) -> String {
        match self.facts.budget {
            BudgetFacts::Open => self.to(
                "You left the budget to be discussed; any rate is inside it.",
                "The budget is to be discussed; any rate is inside it.",
            ),
            BudgetFacts::NoRate => self.to(
                "No rate named yet: half the points.",
                "You have named no rate yet: half the points.",
            ),
            BudgetFacts::Within => self.to(
                "The rate is inside your budget; cheaper would earn nothing more.",
                "Your rate is inside their budget; cheaper would earn nothing more.",
            ),
            BudgetFacts::Over { percent } => {
                self.to("The rate is ", "Your rate is ")
                    + &format!("{percent} % over ")
                    + &self.to("your budget.", "their budget.")
            }
        }
    }
}

fn distance(km: u32) -> String {
    if km == 0 {
        "less than 1 km away".to_owned()
    } else {
        format!("{km} km away")
    }
}

/// Free and asked hours: a week's on average where that reads well, else all of them; none where hours are left open.
fn hours(facts: AvailabilityFacts) -> Option<(u32, u32)> {
    if facts.asked_hours == 0 {
        return None;
    }
    let weeks = u32::from(facts.weeks.max(1));
    let by = if is_by_week(facts) { weeks } else { 1 };
    Some((facts.free_hours / by, facts.asked_hours / by))
}

/// True unless the average week would read as no hours at all.
fn is_by_week(facts: AvailabilityFacts) -> bool {
    facts.free_hours >= u32::from(facts.weeks.max(1))
}

/// A mean with one digit after the point.
fn stars(hundredths: u32) -> String {
    let tenths = hundredths.saturating_add(5) / 10;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Begins with a capital and ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + letters.as_str() + "."
}
