//! Conclusions: what follows from a batch's rows, in the same transaction.

use super::load::load;
use crate::error::StoreError;
use crate::server::impression::Impression;
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

    /// Who stands where in the lists that were just derived; kept in the same transaction. Asked once, after [`Deriver::derive`] has answered.
    fn seen(&mut self) -> Vec<Impression> {
        Vec::new()
    }

    /// The transaction was committed and ended at this version: what was derived holds.
    fn done(&mut self, head: u64);

    /// The transaction was lost: what was derived since the last commit did not happen.
    fn lost(&mut self);

    /// Up to which version it knows what it holds in memory; none when it holds nothing.
    fn knows(&self) -> Option<u64> {
        None
    }

    /// What it must see to look at this row again.
    fn needs(&self, key: Key) -> Vec<Need> {
        vec![Need::Row(key)]
    }

    /// Looks again at rows that other processes have written up to this version. They hold whatever becomes of the transaction.
    ///
    /// # Errors
    /// [`Need`] when a row must be loaded first; it is asked again then.
    fn catch_up(&mut self, keys: &BTreeSet<Key>, world: &dyn World, head: u64) -> Result<(), Need> {
        let _ = (keys, world, head);
        Ok(())
    }
}

/// Concludes nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoDeriver;

impl Deriver for NoDeriver {
    fn derive(&mut self, _: &[Key], _: &dyn World, _: Timestamp) -> Result<Vec<Effect>, Need> {
        Ok(Vec::new())
    }

    fn done(&mut self, _: u64) {}

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
