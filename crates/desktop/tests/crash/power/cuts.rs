//! When the power is cut and what that does to the disk, and what came of it all.

use super::platter::{Loss, Platter, lay_out};
use super::recording::{Deed, Recording};
use crate::plan::Plan;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// One cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) number: u32,
    /// Everything before this moment of the recording was begun.
    pub(crate) moment: usize,
    pub(crate) loss: Loss,
}

/// What is played back.
pub(crate) struct Scene<'a> {
    /// Where the files lay.
    pub(crate) folder: &'a Path,
    /// The files before the recording; they are safe.
    pub(crate) files: &'a BTreeMap<PathBuf, Vec<u8>>,
    pub(crate) recording: &'a Recording,
    /// When each act was told.
    pub(crate) told: &'a BTreeMap<String, usize>,
}

impl Scene<'_> {
    /// As many cuts, in the order of time. Every other one comes right after something was told, when most can be broken.
    pub(crate) fn cuts(&self, count: u32, plan: &Plan) -> Vec<(Cut, ChaCha8Rng)> {
        let told: Vec<usize> = self.told.values().copied().collect();
        let changes = self.recording.calls.iter();
        let changes: Vec<usize> = changes
            .filter(|call| !matches!(call.deed, Deed::Say(_)))
            .map(|call| call.begun)
            .collect();
        let mut cuts: Vec<(Cut, ChaCha8Rng)> = (0..count)
            .map(|number| {
                let mut chance = plan.chance(1_000 + u64::from(number));
                let after_told = if number % 2 == 0 {
                    told.choose(&mut chance).copied()
                } else {
                    None
                };
                let before = after_told
                    .or_else(|| changes.choose(&mut chance).copied())
                    .expect("something was written");
                let loss = Loss::ALL[chance.random_range(0..Loss::ALL.len())];
                let cut = Cut {
                    number,
                    moment: before + 1,
                    loss,
                };
                (cut, chance)
            })
            .collect();
        cuts.sort_by_key(|(cut, _)| cut.moment);
        cuts
    }

    /// Plays the recording back and hands each cut, with the folder that it leaves behind, to a check; returns what that found.
    pub(crate) async fn play<C>(
        &self,
        cuts: Vec<(Cut, ChaCha8Rng)>,
        mut check: impl FnMut(Cut, TempDir) -> C,
    ) -> Vec<String>
    where
        C: Future<Output = Vec<String>> + Send + 'static,
    {
        let mut platter = Platter::new(self.files, self.recording);
        let mut faults = Vec::new();
        for (cut, mut chance) in cuts {
            platter.advance(cut.moment);
            let folder = room();
            let left = platter.cut(cut.loss, &mut chance);
            lay_out(&left, self.folder, folder.path());
            // A task of its own: what cannot even be opened is a fault of this cut and no end of all others.
            let found = match tokio::spawn(check(cut, folder)).await {
                Ok(found) => found,
                Err(error) => vec![error.to_string()],
            };
            faults.extend(found.into_iter().map(|fault| format!("{cut:?}: {fault}")));
        }
        faults
    }

    /// The acts that had been told when the power went.
    pub(crate) fn told_by(&self, moment: usize) -> impl Iterator<Item = &String> {
        let told = self.told.iter();
        told.filter_map(move |(act, told)| (*told < moment).then_some(act))
    }
}

/// A folder in memory where there is one: the disk has nothing to do with what is played back.
fn room() -> TempDir {
    let memory = Path::new("/dev/shm");
    let room = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
    room.expect("a folder")
}

/// Prints what came of the cuts past the test's capture: it is the result.
pub(crate) fn report(what: &str, scene: &Scene<'_>, cuts: u32, plan: &Plan, faults: &[String]) {
    let calls = scene.recording.calls.iter();
    let count = |is: fn(&Deed) -> bool| calls.clone().filter(|call| is(&call.deed)).count();
    let _ = writeln!(
        std::io::stderr(),
        "\n| power | seed | cuts | writes recorded | syncs | acts told | faults |\n|---|---|---|---|---|---|---|\n| {what} | {} | {cuts} | {} | {} | {} | {} |",
        plan.seed,
        count(|deed| matches!(deed, Deed::Write { .. })),
        count(|deed| matches!(deed, Deed::Sync(_))),
        scene.told.len(),
        faults.len(),
    );
}
