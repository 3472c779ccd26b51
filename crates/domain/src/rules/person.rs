//! Joining, roles, and what an admin can do to an account.

use super::{About, Answer, Call, reason};
use crate::activity::ActivityKind;
use crate::denied::{Code, Denied, Mistakes};
use crate::id::AccountId;
use crate::mutation::{Effect, OpenRole};
use crate::person::{Person, Roles, Standing, Status};
use crate::world::{find, get};
use std::collections::BTreeMap;

pub(super) fn register(call: &Call<'_>, name: &str, roles: Roles) -> Answer {
    if find::<Person>(call.world, call.actor.account)?.is_some() {
        return Err(Denied::new(Code::AlreadyDone, "This account has joined already.").into());
    }
    let mut mistakes = Mistakes::default();
    mistakes.length(name, 2, 80, "/name", "The name");
    mistakes.require(
        roles.freelancer || roles.client,
        "/roles",
        "missing",
        "Choose whether you work, hire, or both.",
    );
    mistakes.into_result()?;
    let person = Person {
        id: call.actor.account,
        name: name.trim().to_owned(),
        roles: Roles {
            admin: false,
            ..roles
        },
        status: Status::Active,
        standing: Standing::default(),
        proven: BTreeMap::new(),
        joined: call.now,
    };
    Ok(vec![
        call.log(ActivityKind::Joined, About::default(), person.name.clone()),
        Effect::put(person),
    ])
}

pub(super) fn add_role(call: &Call<'_>, role: OpenRole) -> Answer {
    let mut person: Person = get(call.world, call.actor.account, "account")?;
    let (had, name) = match role {
        OpenRole::Freelancer => (
            std::mem::replace(&mut person.roles.freelancer, true),
            "freelancer",
        ),
        OpenRole::Client => (std::mem::replace(&mut person.roles.client, true), "client"),
    };
    if had {
        return Err(Denied::new(Code::AlreadyDone, format!("You are a {name} already.")).into());
    }
    Ok(vec![
        Effect::put(person),
        call.log(ActivityKind::RoleChanged, About::default(), name),
    ])
}

pub(super) fn grant_admin(call: &Call<'_>) -> Answer {
    let mut person: Person = get(call.world, call.actor.account, "account")?;
    if person.roles.admin {
        return Err(Denied::new(Code::AlreadyDone, "This account is an admin already.").into());
    }
    person.roles.admin = true;
    Ok(vec![
        Effect::put(person),
        call.log(ActivityKind::RoleChanged, About::default(), "admin"),
    ])
}

pub(super) fn suspend(call: &Call<'_>, id: AccountId, why: &str) -> Answer {
    let mut person: Person = get(call.world, id, "person")?;
    if person.is_suspended() {
        return Err(Denied::new(
            Code::AlreadyDone,
            format!("{} is suspended already.", person.name),
        )
        .into());
    }
    let why = reason(why, 3)?;
    person.status = Status::Suspended {
        at: call.now,
        reason: why.clone(),
    };
    let about = About {
        other: Some(id),
        ..About::default()
    };
    Ok(vec![
        Effect::put(person),
        call.log(ActivityKind::PersonSuspended, about, why),
    ])
}

pub(super) fn restore(call: &Call<'_>, id: AccountId, why: &str) -> Answer {
    let mut person: Person = get(call.world, id, "person")?;
    if !person.is_suspended() {
        return Err(Denied::new(
            Code::AlreadyDone,
            format!("{} is not suspended.", person.name),
        )
        .into());
    }
    let why = reason(why, 3)?;
    person.status = Status::Active;
    let about = About {
        other: Some(id),
        ..About::default()
    };
    Ok(vec![
        Effect::put(person),
        call.log(ActivityKind::PersonRestored, about, why),
    ])
}
