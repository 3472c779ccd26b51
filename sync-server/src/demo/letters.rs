//! What people of the market write to each other, put together from prepared sentences.

use super::chance::Chance;
use super::money::{exchanged, percent_of, written};
use super::words::{Words, fill};
use guildhall_domain::money::Money;
use guildhall_domain::offer::Terms;
use guildhall_domain::profile::ProfileText;
use guildhall_domain::request::RequestText;
use guildhall_domain::time::Date;

/// A prepared sentence for an occasion.
pub(super) fn sentence(chance: &mut Chance, occasion: &str, values: &[(&str, &str)]) -> String {
    fill(chance.word(Words::get().sentences(occasion)), values)
}

/// What somebody asks for on a request: their rate, give or take, in the client's currency.
pub(super) fn price(
    chance: &mut Chance,
    request: &RequestText,
    profile: &ProfileText,
) -> Option<Money> {
    let asked = profile.rate.or(request.budget)?;
    let currency = request
        .budget
        .map_or(asked.currency, |budget| budget.currency);
    Some(percent_of(
        exchanged(asked, currency)?,
        chance.between(92, 106),
    ))
}

/// A letter of application to the person or organisation called `you`.
pub(super) fn application(
    chance: &mut Chance,
    request: &RequestText,
    profile: &ProfileText,
    you: &str,
    price: Money,
) -> String {
    let words = Words::get();
    let shared = request.skills.iter().find(|wanted| {
        profile
            .skills
            .iter()
            .any(|held| held.skill.is_some() && held.skill == wanted.skill)
    });
    let skill = shared
        .map(|wanted| wanted.name.as_str())
        .or_else(|| profile.skills.first().map(|held| held.name.as_str()))
        .unwrap_or("this");
    let years = profile.skills.iter().map(|held| held.years).max();
    let years = years.unwrap_or(1).max(2).to_string();
    let hours = request.hours_per_week.min(profile.hours_per_week).max(1);
    let hours = hours.to_string();
    let price = written(price);
    let reasons = words.sentences("apply why");
    let first = chance.below(reasons.len());
    let mut sentences = vec![chance.word(words.sentences("apply open"))];
    sentences.extend(reasons.get(first));
    if chance.percent(45) {
        sentences.extend(reasons.get((first + 3) % reasons.len().max(1)));
    }
    sentences.push(chance.word(words.sentences("apply close")));
    let values = [
        ("you", you),
        ("skill", skill),
        ("years", years.as_str()),
        ("price", price.as_str()),
        ("hours", hours.as_str()),
    ];
    fill(&sentences.join(" "), &values)
}

/// The terms a client offers on an application at this price, from this day at the earliest.
pub(super) fn terms(
    chance: &mut Chance,
    request: &RequestText,
    price: Money,
    earliest: Date,
) -> Terms {
    let start = request.start.max(earliest);
    let length = request.end.0 - request.start.0;
    Terms {
        scope: sentence(chance, "scope", &[("title", &request.title)]),
        rate: price,
        hours_per_week: request.hours_per_week,
        start,
        end: start.plus_days(length.max(3)),
    }
}

/// The name somebody is greeted by.
pub(super) fn greeted(name: &str, organisation: bool) -> &str {
    if organisation {
        name
    } else {
        name.split(' ').next().unwrap_or_default()
    }
}

/// Who answers a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answerer {
    /// The one who hires.
    Client,
    /// The one who works.
    Freelancer,
}

/// What a message is about, as far as an inhabitant understands.
fn subject(message: &str) -> &'static str {
    const SUBJECTS: [(&str, &[&str]); 8] = [
        (
            "scripted",
            &[
                "are you a bot",
                "are you real",
                "are you human",
                "a robot",
                "a human",
                "scripted",
                "real person",
                "an ai",
                "a machine",
                "chatbot",
            ],
        ),
        (
            "price",
            &[
                "rate",
                "price",
                "budget",
                "cost",
                "expensive",
                "cheaper",
                "€",
                "eur",
                "per hour",
            ],
        ),
        (
            "example",
            &["example", "portfolio", "reference", "similar", "show me"],
        ),
        ("hours", &["hours", "capacity", "full time", "part time"]),
        ("call", &["call", "phone", "video", "meet", "zoom"]),
        ("changes", &["change", "adjust", "correct", "fix"]),
        (
            "date",
            &[
                "start", "begin", "when", "date", "week", "deadline", "tomorrow", "monday",
            ],
        ),
        ("thanks", &["thank", "thanks", "great", "perfect"]),
    ];
    let lower = message.to_lowercase();
    let asks = lower.contains('?');
    for (subject, words) in SUBJECTS {
        let said = words.iter().any(|word| has_word(&lower, word));
        if said && !(subject == "thanks" && asks) {
            return subject;
        }
    }
    let greets = ["hello", "hi", "good morning", "hey"]
        .iter()
        .any(|word| has_word(&lower, word));
    match (asks, greets && lower.chars().count() < 60) {
        (true, _) => "question",
        (false, true) => "hello",
        (false, false) => "other",
    }
}

/// Whether a text has this at the beginning of a word; so `rate` is not found in `separate`, but `dates` has a `date`.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric)
    })
}

/// An answer to a message, short and on its subject; `you` wrote it and `me` is the freelancer of the thread.
pub(super) fn reply(
    chance: &mut Chance,
    answerer: Answerer,
    message: &str,
    you: &str,
    me: &str,
) -> String {
    let subject = subject(message);
    let values = [("you", you), ("me", me)];
    if subject == "scripted" {
        return sentence(chance, "reply scripted", &values);
    }
    let (on_subject, otherwise) = match answerer {
        Answerer::Freelancer => (format!("reply {subject}"), "reply other"),
        Answerer::Client => (format!("client reply {subject}"), "client reply other"),
    };
    let text = sentence(chance, &on_subject, &values);
    if text.is_empty() {
        sentence(chance, otherwise, &values)
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_keeps_to_the_subject() {
        for (message, expected) in [
            ("Could you start in May?", "date"),
            ("What is your rate?", "price"),
            ("Do you have separate rooms?", "question"),
            ("Thank you!", "thanks"),
            ("Thanks, and which tools do you use?", "question"),
            ("Hello!", "hello"),
            ("Are you a bot?", "scripted"),
            ("The key is under the mat.", "other"),
            ("", "other"),
            ("Ä?", "question"),
        ] {
            assert_eq!(subject(message), expected, "{message}");
        }
    }

    #[test]
    fn there_is_an_answer_to_everything_and_none_claims_to_be_a_person() {
        let mut chance = Chance::new(1);
        for message in [
            "Rate?",
            "When?",
            "Show me an example",
            "hm",
            "Call me",
            "Thanks",
            "Why?",
            "20 hours?",
        ] {
            for answerer in [Answerer::Client, Answerer::Freelancer] {
                assert!(
                    !reply(&mut chance, answerer, message, "Tessel", "Mira").is_empty(),
                    "{message}"
                );
            }
        }
        let answer = reply(
            &mut chance,
            Answerer::Freelancer,
            "Are you a real person?",
            "a",
            "b",
        );
        assert!(answer.contains("scripted"), "{answer}");
    }
}
