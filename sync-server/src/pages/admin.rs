//! The pages of an admin: who may open them.
//!
//! What stands on them is worth an account, so they ask for an admin who has just typed the password.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use guildhall_domain::policy::{Act, Relation, decide};

use super::account::Owner;
use super::{Destination, Pending, notice, redirect};
use crate::oauth::{Failure, OAuth};

/// Who opens a page of an admin; else where they go instead. To everybody whom the policy refuses, there is no such page.
pub(crate) async fn enter(
    oauth: &OAuth,
    headers: &HeaderMap,
    page: Destination,
    act: Act,
) -> Result<Result<Owner, Response>, Failure> {
    let owner = match Owner::of(oauth, headers, page).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    if decide(&owner.actor(), act, Relation::Stranger).is_err() {
        return Ok(Err(notice(
            oauth,
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "Go back to your account.",
        )));
    }
    if !oauth.is_fresh(&owner.visitor) {
        return Ok(Err(redirect(&Pending::page(page).address("/login"))));
    }
    Ok(Ok(owner))
}
