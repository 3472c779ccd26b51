//! Conclusions: what follows from a batch's rows, in the same transaction.

use super::load::load;
use crate::error::StoreError;
use crate::server::port::Writing;
use guildhall_domain::mutation::Effect;
use guildhall_domain::row::Key;
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, World};
use guildhall_sync_core::workspace::Workspace;
use std::collections::BTreeSet;

/// A conclusion may look at every request a freelancer fits, one lookup at a time.
const MAXIMUM_LOOKUPS: usize = 100_000;

/// Draws conclusions from changed rows inside the same transaction, e.g. who matches what.
pub trait Deriver: Send {
    /// Effects that follow from these changes.
    ///
    /// # Errors
    /// [`Need`] when a row must be loaded first; it is asked again then.
    fn derive(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need>;

    /// The transaction was committed: what was derived holds.
    fn done(&mut self);

    /// The transaction was lost: what was derived since the last commit did not happen.
    fn lost(&mut self);
}

/// Concludes nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoDeriver;

impl Deriver for NoDeriver {
    fn derive(&mut self, _: &[Key], _: &dyn World, _: Timestamp) -> Result<Vec<Effect>, Need> {
        Ok(Vec::new())
    }

    fn done(&mut self) {}

    fn lost(&mut self) {}
}

/// Asks the deriver, loading what it needs.
pub(super) async fn conclude<W: Writing>(
    writing: &mut W,
    workspace: &mut Workspace,
    deriver: &mut dyn Deriver,
    changed: &[Key],
    now: Timestamp,
) -> Result<Vec<Effect>, StoreError> {
    for _ in 0..MAXIMUM_LOOKUPS {
        match deriver.derive(changed, workspace, now) {
            Ok(effects) => return Ok(effects),
            Err(need) => load(writing, workspace, &BTreeSet::from([need])).await?,
        }
    }
    Err(StoreError::Corrupt {
        what: "conclusions",
    })
}
