//! Copies of the server's database, and a disk that is lost: the last copy takes its place, and everybody sends again what it lacks.

use crate::counts::Edge;
use crate::mirror::Mirror;
use crate::model::Model;
use crate::sim::{DAY, Event, SECOND, Sim, Step};
use crate::workload::id;
use anyhow::anyhow;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Verdict;
use guildhall_storage::server::copy::{self, Replaced};
use rand::Rng as _;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Desktops keep what the server has taken for a month by their own clocks. A copy that is older is no promise.
const GOOD_FOR: i64 = 25 * DAY;

/// A copy, and what was known when it was made.
pub(crate) struct Backup {
    file: PathBuf,
    at: i64,
    head: u64,
    model: Model,
    verdicts: BTreeMap<MutationId, Verdict>,
    numbers: BTreeMap<(DeviceId, u64), MutationId>,
    forgotten: u64,
}

impl Sim {
    /// The operator makes a copy while the server runs.
    pub(crate) async fn back_up(&mut self) -> Step {
        if let Some(earlier) = self.backup.take() {
            std::fs::remove_file(earlier.file).map_err(|error| anyhow!(error))?;
        }
        self.serial += 1;
        let database = self.server.file();
        let file = database.with_file_name(format!("copy-{}.db", self.serial));
        let made = copy::backup(&database, &file, Timestamp(self.now)).await;
        let head = made.map_err(|error| anyhow!(error))?.head;
        self.note(&format!("the server is copied at {head}"));
        self.backup = Some(Backup {
            file,
            at: self.now,
            head,
            model: self.model.clone(),
            verdicts: self.verdicts.clone(),
            numbers: self.numbers.clone(),
            forgotten: self.forgotten,
        });
        Ok(())
    }

    /// The disk of the server is lost, and the last copy takes its place.
    pub(crate) async fn restore(&mut self) -> Step {
        let now = self.now;
        let Some(copy) = self.backup.take_if(|copy| now - copy.at < GOOD_FOR) else {
            return Ok(());
        };
        self.edge(Edge::Restored);
        for node in 0..self.server.nodes.len() {
            self.stop_node(node).await;
        }
        // What was on its way is lost with the connections.
        self.queue
            .retain(|_, event| !matches!(event, Event::Up { .. }));
        // Nothing may look into the file while it is replaced.
        self.mirror = Mirror::nowhere().await?;
        let database = self.server.file();
        let epoch = id(&mut self.chance);
        let restored = copy::restore(&database, &copy.file, Timestamp(now), epoch).await;
        let replaced = restored.map_err(|error| anyhow!(error))?.replaced;
        if let Some(Replaced::File(file)) = replaced {
            for ending in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
            }
        }
        self.mirror = Mirror::open(&database).await?;
        for desk in &mut self.desks {
            let applied_later = |act: &&MutationId| {
                let verdict = self.verdicts.get(act);
                matches!(verdict, Some(Verdict::Applied { version }) if *version > copy.head)
            };
            let theirs = desk.order.iter().chain(&desk.open);
            desk.lost.extend(theirs.filter(applied_later));
            desk.restored_to = Some(epoch);
        }
        self.model = copy.model.clone();
        self.verdicts = copy.verdicts.clone();
        self.numbers = copy.numbers.clone();
        self.forgotten = copy.forgotten;
        self.backup = Some(copy);
        // Whoever loses the cache before the server is back cannot say any more in which epoch they lived.
        if self.chance.random_ratio(1, 3) {
            let desk = self.chance.random_range(0..self.desks.len());
            self.damage(desk).await?;
        }
        for node in 0..self.server.nodes.len() {
            self.after(60 * SECOND, Event::StartNode(node));
        }
        Ok(())
    }
}
