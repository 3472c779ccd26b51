//! Acts that the server stumbles over by a fault of its own. After the third time one is set aside, so that it blocks nobody.

use guildhall_domain::id::MutationId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How often an act may fail.
const MAXIMUM: u8 = 3;
/// How many acts are remembered; with more, something else is wrong, and counting begins anew.
const REMEMBERED: usize = 1_024;

/// How often each act has failed since the server was started.
#[derive(Debug, Default)]
pub(crate) struct Strikes(Mutex<BTreeMap<MutationId, u8>>);

impl Strikes {
    /// Notes that an act failed. True when that was once too often.
    pub(super) fn is_out(&self, act: MutationId) -> bool {
        let mut strikes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if strikes.len() >= REMEMBERED {
            strikes.clear();
        }
        let count = strikes.entry(act).or_default();
        *count += 1;
        let is_out = *count >= MAXIMUM;
        if is_out {
            strikes.remove(&act);
        }
        is_out
    }
}
