//! A job as a client words it.

use super::people::Client;
use super::teller::Teller;
use crate::demo::money::priced;
use crate::demo::words::{Calling, Job, Known, fill};
use guildhall_domain::profile::Level;
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::Timestamp;

/// The request of a client for a job.
pub(super) fn request_text(
    teller: &mut Teller,
    client: &Client,
    (calling, job): (&Calling, &Job),
    at: Timestamp,
    lead_days: i64,
) -> RequestText {
    let city = client.city;
    let strict = teller.chance.percent(35);
    let mut wanted = |skill: &Known, must: bool| {
        let level = match (must, teller.chance.percent(30)) {
            (true, true) => Level::Advanced,
            (true, false) | (false, true) => Level::Intermediate,
            (false, false) => Level::Beginner,
        };
        WantedSkill {
            skill: skill.id,
            name: skill.name.to_owned(),
            must,
            level,
        }
    };
    // Most insist on one thing only.
    let asked = job.must.iter().enumerate();
    let mut skills: Vec<WantedSkill> = asked
        .map(|(place, skill)| wanted(skill, place == 0 || strict))
        .collect();
    skills.extend(job.nice.iter().map(|skill| wanted(skill, false)));
    let mut description = fill(
        job.text,
        &[("place", city.name), ("org", client.name.as_str())],
    );
    if teller.chance.percent(55) {
        description.push(' ');
        description.push_str(&teller.sentence("request tail", &[]));
    }
    let lead = i32::try_from(lead_days).unwrap_or(14);
    let start = at.day().plus_days(lead);
    let place_rate = if job.work == Work::Remote {
        i64::midpoint(city.rate, 95)
    } else {
        city.rate
    };
    let generous = teller.chance.between(98, 132);
    let budget = teller
        .chance
        .percent(84)
        .then(|| priced(calling.rate * generous * place_rate / 100, city.currency))
        .flatten();
    let languages = match job.work {
        Work::Remote if teller.chance.percent(65) => vec!["en".to_owned()],
        Work::Remote => Vec::new(),
        Work::OnSite | Work::Hybrid => vec![city.language.to_owned()],
    };
    RequestText {
        title: fill(job.title, &[("place", city.name)]),
        description,
        category: calling.category.to_owned(),
        skills,
        work: job.work,
        place: (job.work != Work::Remote || teller.chance.percent(50)).then_some(city.place),
        start,
        end: start.plus_days(i32::from(job.weeks) * 7 - 1),
        hours_per_week: job.hours,
        budget,
        time_zone: city.time_zone.to_owned(),
        languages,
    }
}
