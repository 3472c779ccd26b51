//! Joining, roles, and what keeps order among accounts.

use super::{About, Answer, Call, reason};
use crate::activity::ActivityKind;
use crate::denied::{Code, Denied, Mistakes};
use crate::id::AccountId;
use crate::mutation::{Effect, OpenRole, TrustedRole};
use crate::person::{FORMER_MEMBER, Person, Roles, Standing, Status};
use crate::world::{Stop, find, get};
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
            moderator: false,
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

pub(super) fn grant_role(call: &Call<'_>, id: AccountId, role: TrustedRole, why: &str) -> Answer {
    let mut person = appointed(call, id)?;
    if std::mem::replace(trusted(&mut person.roles, role), true) {
        let message = format!("{} is {} already.", person.name, words(role));
        return Err(Denied::new(Code::AlreadyDone, message).into());
    }
    if person.is_suspended() {
        let message = format!("{} is suspended. Restore them first.", person.name);
        return Err(Denied::state(message).into());
    }
    let why = reason(why, 3)?;
    Ok(vec![
        Effect::put(person),
        role_line(call, ActivityKind::RoleChanged, id, role, &why),
    ])
}

pub(super) fn revoke_role(call: &Call<'_>, id: AccountId, role: TrustedRole, why: &str) -> Answer {
    let mut person = appointed(call, id)?;
    if !std::mem::replace(trusted(&mut person.roles, role), false) {
        let message = format!("{} is not {}.", person.name, words(role));
        return Err(Denied::new(Code::AlreadyDone, message).into());
    }
    let why = reason(why, 3)?;
    Ok(vec![
        Effect::put(person),
        role_line(call, ActivityKind::RoleTaken, id, role, &why),
    ])
}

/// Whose role is to be changed. The server does it for an admin, who is one still: of two who take the role from each other at
/// once, one stays. What the operator does, it does in the name of the person.
fn appointed(call: &Call<'_>, id: AccountId) -> Result<Person, Stop> {
    let by = call.actor.account;
    if by != id {
        let admin: Option<Person> = find(call.world, by)?;
        if !admin.is_some_and(|admin| admin.roles.admin && !admin.is_suspended()) {
            return Err(Denied::new(Code::Forbidden, "You are not an admin any more.").into());
        }
    }
    let person: Person = get(call.world, id, "person")?;
    if person.name == FORMER_MEMBER {
        return Err(Denied::not_found("person").into());
    }
    Ok(person)
}

fn trusted(roles: &mut Roles, role: TrustedRole) -> &mut bool {
    match role {
        TrustedRole::Moderator => &mut roles.moderator,
        TrustedRole::Admin => &mut roles.admin,
    }
}

fn words(role: TrustedRole) -> &'static str {
    match role {
        TrustedRole::Moderator => "a moderator",
        TrustedRole::Admin => "an admin",
    }
}

/// What is done by the operator stands there as done by the person.
fn role_line(
    call: &Call<'_>,
    kind: ActivityKind,
    id: AccountId,
    role: TrustedRole,
    why: &str,
) -> Effect {
    let about = About {
        other: Some(id).filter(|id| *id != call.actor.account),
        ..About::default()
    };
    call.log(kind, about, format!("{} — {why}", role.name()))
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
