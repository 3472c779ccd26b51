//! Sign-in without the rest of the server, for commands that work beside it.

use crate::clock::Clock;
use crate::oauth::{OAuth, OAuthConfig};
use crate::password::PasswordError;
use crate::people::StoredPeople;
use crate::sync::{Hub, Writer};
use guildhall_domain::time::Timestamp;
use guildhall_storage::server::{NoDeriver, ServerStore};
use std::sync::Arc;

/// The authorization server over a store that nobody is matched in.
///
/// # Errors
/// [`PasswordError`] when passwords cannot be hashed.
pub fn sign_in_desk(
    store: &ServerStore,
    config: OAuthConfig,
    clock: &Clock,
) -> Result<OAuth, PasswordError> {
    let writer = Writer::start(
        store.clone(),
        Arc::new(Hub::default()),
        Box::new(NoDeriver),
        Arc::clone(clock),
    );
    let people = StoredPeople::new(store.clone(), writer);
    let ticks = Arc::clone(clock);
    let milliseconds: crate::oauth::Clock = Arc::new(move || {
        let Timestamp(at) = ticks();
        at
    });
    OAuth::new(store.accounts(), config, Arc::new(people), milliseconds)
}
