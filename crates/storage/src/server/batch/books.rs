//! What is known before a batch runs, and what the batch adds to it.

use super::{Job, files};
use crate::error::StoreError;
use crate::server::port::{Decided, Device, Entry, Held, Writing};
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_protocol::sync::Chain;
use std::collections::BTreeMap;

/// Devices and decisions as they stand while a batch runs.
pub(super) struct Books {
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) numbers: BTreeMap<(DeviceId, u64), Chain>,
    pub(super) decided: BTreeMap<MutationId, Decided>,
    pub(super) files: Held,
}

impl Books {
    /// Reads what these jobs touch.
    pub(super) async fn open<W: Writing>(
        writing: &mut W,
        jobs: &[Job],
    ) -> Result<Self, StoreError> {
        let ids = jobs.iter().filter_map(|job| job.device).collect();
        let devices = writing.devices(&ids).await?;
        // Numbers that come again are rare: most batches read none.
        let mut again: BTreeMap<DeviceId, (u64, u64)> = BTreeMap::new();
        for job in jobs {
            let Some((id, device)) = job.device.and_then(|id| Some((id, devices.get(&id)?))) else {
                continue;
            };
            let links = job.acts.iter().filter_map(|act| act.link);
            for link in links.filter(|link| link.seq <= device.last_seq) {
                let range = again.entry(id).or_insert((link.seq, link.seq));
                *range = (range.0.min(link.seq), range.1.max(link.seq));
            }
        }
        let numbers = if again.is_empty() {
            BTreeMap::new()
        } else {
            writing.numbers(&again).await?
        };
        let acts = jobs.iter().flat_map(|job| &job.acts);
        let ids = acts.map(|act| act.id).collect();
        Ok(Self {
            devices,
            numbers,
            decided: writing.decided(&ids).await?,
            files: files::named(writing, jobs).await?,
        })
    }
}

/// What a batch adds to the books.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    pub(super) decisions: Vec<Entry>,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) numbers: BTreeMap<(DeviceId, u64), Chain>,
}
