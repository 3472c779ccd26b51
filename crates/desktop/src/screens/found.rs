//! What a search found, as the screens show it, and the search over what this device holds.

use super::{bookmarks, names, opportunities, people, profile, words};
use crate::snapshot::Snapshot;
use crate::view::find::{
    FacetView, FacetsView, FindForm, FoundTalentView, FoundView, FoundWorkView, TalentHitView,
    WorkHitView,
};
use guildhall_catalog::Catalog;
use guildhall_domain::denied::Denied;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, Work};
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::find::{
    Find, FoundPage, FoundTalent, FoundWork, Named, Skilled, TalentResult, Understood, WorkResult,
};
use guildhall_search::{Index, Side, talent_entry, work_entry};
use uuid::Uuid;

/// How old an answer is, and who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The server, at this moment.
    Server(Timestamp),
    /// This device alone, up to date as of then if it ever was.
    Device(Option<Timestamp>),
}

/// Searches the requests that this device holds, or of them those that were saved.
///
/// # Errors
/// `validation` with the fields that do not hold.
pub fn find_work_here(
    snapshot: &Snapshot,
    find: &Find,
    only_saved: bool,
) -> Result<FoundWork, Denied> {
    let mut index = Index::new(Side::Work);
    let asked = |request: &&Request| !only_saved || bookmarks::is_saved(snapshot, request.id);
    for request in snapshot.all::<Request>().filter(asked) {
        let entry = work_entry(request, Catalog::get());
        // A device holds far fewer than can be numbered.
        entry.and_then(|entry| index.put(&entry).ok());
    }
    let suspended = snapshot.all::<Person>().filter(|one| one.is_suspended());
    suspended.for_each(|client| index.hide(client.id.0.as_u128(), true));
    let found = index.find(find, snapshot.me.0.as_u128())?;
    let result = |hit: &guildhall_search::Hit| {
        let request = snapshot.find::<Request>(Uuid::from_u128(hit.id))?;
        Some(WorkResult {
            request: request.clone(),
            client: snapshot.find::<Person>(request.client)?.clone(),
            km: hit.km,
        })
    };
    Ok(FoundWork {
        results: found.hits.iter().filter_map(result).collect(),
        page: found.page,
        version: 0,
        at: snapshot.now,
    })
}

/// Searches the freelancers whom this device holds, or of them those who were saved.
///
/// # Errors
/// `validation` with the fields that do not hold.
pub fn find_talent_here(
    snapshot: &Snapshot,
    find: &Find,
    only_saved: bool,
) -> Result<FoundTalent, Denied> {
    let mut index = Index::new(Side::Talent);
    let asked = |profile: &&Profile| !only_saved || bookmarks::is_saved(snapshot, profile.id);
    for profile in snapshot.all::<Profile>().filter(asked) {
        let person = snapshot.find::<Person>(profile.id);
        let entry = person.and_then(|person| talent_entry(profile, person, Catalog::get()));
        entry.and_then(|entry| index.put(&entry).ok());
    }
    let found = index.find(find, snapshot.me.0.as_u128())?;
    let result = |hit: &guildhall_search::Hit| {
        let id = Uuid::from_u128(hit.id);
        Some(TalentResult {
            person: snapshot.find::<Person>(id)?.clone(),
            profile: snapshot.find::<Profile>(id)?.clone(),
            km: hit.km,
        })
    };
    Ok(FoundTalent {
        results: found.hits.iter().filter_map(result).collect(),
        page: found.page,
        version: 0,
        at: snapshot.now,
    })
}

/// Requests that were found. The rows of the answer are read beside those of the device, and are not kept.
pub fn found_work(
    snapshot: &Snapshot,
    found: FoundWork,
    form: &FindForm,
    source: Source,
) -> FoundWorkView {
    let mut beside = snapshot.clone();
    for result in &found.results {
        beside.put(Row::Request(result.request.clone()));
        // What the device holds of somebody may be more: it stays.
        if snapshot.find::<Person>(result.client.id).is_none() {
            beside.put(Row::Person(result.client.clone()));
        }
    }
    let hit = |result: &WorkResult| {
        Some(WorkHitView {
            request: opportunities::opportunity(&beside, result.id()).ok()?,
            distance: distance(result.km),
            held: snapshot.find::<Request>(result.id()).is_some(),
        })
    };
    FoundWorkView {
        results: found.results.iter().filter_map(hit).collect(),
        found: view(found.page, form, source),
    }
}

/// People who were found, read in the same way.
pub fn found_talent(
    snapshot: &Snapshot,
    found: FoundTalent,
    form: &FindForm,
    source: Source,
) -> FoundTalentView {
    let mut beside = snapshot.clone();
    for result in &found.results {
        beside.put(Row::Person(result.person.clone()));
        beside.put(Row::Profile(result.profile.clone()));
    }
    let hit = |result: &TalentResult| {
        let rate = result.profile.text.rate;
        Some(TalentHitView {
            freelancer: profile::freelancer(&beside, result.id())?,
            stance: bookmarks::stance(snapshot, result.id()),
            rate: rate.map_or_else(String::new, words::rate),
            distance: distance(result.km),
        })
    };
    FoundTalentView {
        results: found.results.iter().filter_map(hit).collect(),
        found: view(found.page, form, source),
    }
}

fn view(page: FoundPage, form: &FindForm, source: Source) -> FoundView {
    let named = |found: Vec<Named>, asked: &[String], label: &dyn Fn(&str) -> String| {
        let each = found.into_iter().map(|Named { value, count }| FacetView {
            label: label(&value),
            on: asked.contains(&value),
            value,
            count,
        });
        each.collect()
    };
    let skill = |Skilled { value, count }| FacetView {
        value: value.to_string(),
        label: names::skill_or_unknown(value),
        count,
        on: form.skills.contains(&value),
    };
    let work = page.facets.work.iter().map(|worked| {
        let (value, label) = match worked.value {
            Work::OnSite => ("on_site", "On site"),
            Work::Hybrid => ("hybrid", "Hybrid"),
            Work::Remote => ("remote", "Remote"),
        };
        FacetView {
            value: value.to_owned(),
            label: label.to_owned(),
            count: worked.count,
            on: form.work.iter().any(|asked| asked == value),
        }
    });
    let (offline, as_of) = match source {
        Source::Server(at) => (false, Some(at)),
        Source::Device(as_of) => (true, as_of),
    };
    FoundView {
        total: page.total,
        facets: FacetsView {
            work: work.collect(),
            categories: named(page.facets.categories, &form.categories, &names::category),
            skills: page.facets.skills.into_iter().map(skill).collect(),
            countries: named(page.facets.countries, &form.countries, &names::country),
        },
        understood: page.understood.iter().filter_map(sentence).collect(),
        next: page.next,
        offline,
        as_of: as_of.map(people::ms),
    }
}

/// What a word was taken for: "“k8s” also finds the skill Kubernetes." Nothing where that says nothing new.
fn sentence(understood: &Understood) -> Option<String> {
    let word = &understood.word;
    let skill = understood.skill.and_then(names::skill);
    if !understood.meant.is_empty() {
        let meant = understood.meant.join(", ");
        return Some(format!("“{word}” also finds {meant}."));
    }
    skill
        .filter(|skill| !skill.to_lowercase().contains(word))
        .map(|skill| format!("“{word}” also finds the skill {skill}."))
}

fn distance(km: Option<u32>) -> String {
    match km {
        None => String::new(),
        Some(0) => "less than 1 km away".to_owned(),
        Some(km) => format!("{km} km away"),
    }
}
