//! Saving and hiding what the market shows, and taking that back.

use super::request::ended;
use super::{Answer, Call};
use crate::bookmark::{Bookmark, MAXIMUM_BOOKMARKS, Stance, Subject};
use crate::denied::{Code, Denied};
use crate::mutation::Effect;
use crate::person::Person;
use crate::profile::Profile;
use crate::request::Request;
use crate::row::{Column, Key, Lookup};
use crate::world::{Stop, find, list};

pub(super) fn put(call: &Call<'_>, subject: Subject, stance: Stance) -> Answer {
    let owner = call.actor.account;
    let id = Bookmark::id_of(owner, subject.id());
    let subject = match find::<Bookmark>(call.world, id)? {
        Some(before) if before.stance == stance => return Ok(Vec::new()),
        // What it is about was looked at when it was made; it may have ended since.
        Some(before) => before.subject,
        None => {
            may_be_found(call, subject)?;
            has_room(call)?;
            subject
        }
    };
    Ok(vec![Effect::put(Bookmark {
        id,
        owner,
        subject,
        stance,
        at: call.now,
    })])
}

pub(super) fn remove(call: &Call<'_>, about: uuid::Uuid) -> Answer {
    let id = Bookmark::id_of(call.actor.account, about);
    Ok(match find::<Bookmark>(call.world, id)? {
        Some(_) => vec![Effect::Delete(Key::of::<Bookmark>(id))],
        None => Vec::new(),
    })
}

/// A bookmark opens what it is about, so it is made of nothing but what a search would show.
fn may_be_found(call: &Call<'_>, subject: Subject) -> Result<(), Stop> {
    let person = find::<Person>(call.world, subject.person())?;
    let is_suspended = person.as_ref().is_some_and(Person::is_suspended);
    match subject {
        Subject::Request { request, client } => {
            let found = find::<Request>(call.world, request)?;
            if !call.world.is_whole() && (found.is_none() || person.is_none()) {
                return Ok(());
            }
            match found.filter(|found| found.client == client && !is_suspended) {
                Some(found) if found.is_live() => Ok(()),
                // A device shows its person what became of it; a stranger does not learn it from the server.
                Some(found) if !call.world.is_whole() => Err(ended(&found).into()),
                Some(_) | None => Err(Denied::not_found("request").into()),
            }
        }
        Subject::Freelancer { freelancer } => {
            let profile = find::<Profile>(call.world, freelancer)?;
            if !call.world.is_whole() && (profile.is_none() || person.is_none()) {
                return Ok(());
            }
            if profile.is_none() || person.is_none() || is_suspended {
                return Err(Denied::not_found("freelancer").into());
            }
            Ok(())
        }
    }
}

fn has_room(call: &Call<'_>) -> Result<(), Stop> {
    let mine = Lookup::of::<Bookmark>(Column::Owner, call.actor.account);
    if list::<Bookmark>(call.world, mine)?.len() >= MAXIMUM_BOOKMARKS {
        return Err(Denied::new(
            Code::LimitReached,
            format!("You have saved or hidden {MAXIMUM_BOOKMARKS} things; take some back first."),
        )
        .into());
    }
    Ok(())
}
