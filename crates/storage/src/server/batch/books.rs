//! What is known before a batch runs, and what the batch adds to it.

use super::{Job, files};
use crate::error::StoreError;
use crate::server::port::{Decided, Device, Entry, Held, Writing};
use guildhall_domain::id::{DeviceId, MutationId};
use std::collections::BTreeMap;

/// Devices and decisions as they stand while a batch runs.
pub(super) struct Books {
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) decided: BTreeMap<MutationId, Decided>,
    pub(super) files: Held,
}

impl Books {
    /// Reads what these jobs touch.
    pub(super) async fn open<W: Writing>(
        writing: &mut W,
        jobs: &[Job],
    ) -> Result<Self, StoreError> {
        let devices = jobs.iter().filter_map(|job| job.device).collect();
        let acts = jobs.iter().flat_map(|job| &job.acts);
        let ids = acts.map(|act| act.id).collect();
        Ok(Self {
            devices: writing.devices(&devices).await?,
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
}
