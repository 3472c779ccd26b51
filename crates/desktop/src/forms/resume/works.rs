//! Projects and jobs of a résumé, as works to show.

use super::notes::{Notes, quoted};
use super::{list, one_line, text};
use crate::view::profile::{PortfolioItemForm, ProfileForm};
use serde_json::{Map, Value};

/// The most works of a profile.
const MOST: usize = 24;
const TITLE: usize = 120;
const TEXT: usize = 1_000;
const LINK: usize = 500;
/// Shorter is no title.
const SHORTEST_TITLE: usize = 2;

pub(super) fn fill(form: &mut ProfileForm, resume: &Map<String, Value>, notes: &mut Notes) {
    let projects = list(resume, "projects").iter().filter_map(Value::as_object);
    let jobs = list(resume, "work").iter().filter_map(Value::as_object);
    let mut found: Vec<PortfolioItemForm> = projects
        .filter_map(|project| of_project(project, notes))
        .collect();
    let shown = found.len();
    found.extend(jobs.filter_map(|job| of_job(job, notes)));
    if found.len() > shown {
        notes.say("Jobs became works to show; keep those that show what you can do.");
    }
    if found.len() > MOST {
        notes.say(format!(
            "The file names {} projects and jobs; the first {MOST} were taken.",
            found.len()
        ));
        found.truncate(MOST);
    }
    if !found.is_empty() {
        form.portfolio = found;
    }
}

fn of_project(project: &Map<String, Value>, notes: &mut Notes) -> Option<PortfolioItemForm> {
    let title = text(project, "name")?;
    item(&title, project, "description", notes)
}

fn of_job(job: &Map<String, Value>, notes: &mut Notes) -> Option<PortfolioItemForm> {
    // Older files say `company`.
    let employer = text(job, "name").or_else(|| text(job, "company"));
    let title = match (text(job, "position"), employer) {
        (Some(position), Some(employer)) => format!("{position}, {employer}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => return None,
    };
    item(&title, job, "summary", notes)
}

fn item(
    title: &str,
    entry: &Map<String, Value>,
    told_in: &str,
    notes: &mut Notes,
) -> Option<PortfolioItemForm> {
    let title = one_line(title);
    if title.chars().count() < SHORTEST_TITLE {
        return None;
    }
    let told = told(entry, told_in);
    let text_of = format!("The text of {}", quoted(&title));
    Some(PortfolioItemForm {
        text: notes.cut(&told, TEXT, &text_of),
        link: link(entry, &title, notes),
        year: year(entry),
        title: notes.cut(&title, TITLE, "The title of a work"),
    })
}

/// The description, then the highlights, a line each.
fn told(entry: &Map<String, Value>, told_in: &str) -> String {
    let highlights = list(entry, "highlights").iter().filter_map(Value::as_str);
    text(entry, told_in)
        .into_iter()
        .chain(highlights.map(|line| line.trim().to_owned()))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn link(entry: &Map<String, Value>, title: &str, notes: &mut Notes) -> String {
    let Some(link) = text(entry, "url").or_else(|| text(entry, "website")) else {
        return String::new();
    };
    if link.starts_with("https://") && link.len() <= LINK {
        return link;
    }
    notes.say(format!(
        "The link of {} was left out: links begin with https:// and have at most {LINK} characters.",
        quoted(title)
    ));
    String::new()
}

/// The year it ended, or began.
fn year(entry: &Map<String, Value>) -> Option<u16> {
    let of = |key: &str| {
        let date = text(entry, key)?;
        date.get(..4)?
            .parse()
            .ok()
            .filter(|year| (1900..=9999).contains(year))
    };
    of("endDate").or_else(|| of("startDate"))
}
