//! What a process has used so far, as the system tells.

use std::time::Duration;

/// A process of this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// The processor time; nothing where the system does not tell.
    pub(crate) fn used(self) -> Duration {
        let read = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?;
            // The second field, the name, may hold spaces; what follows its bracket does not.
            let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
            // A tick is a hundredth of a second to every program on Linux.
            Some(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
        };
        read().unwrap_or_default()
    }

    /// The resident memory now.
    pub(crate) fn memory_mb(self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most resident memory so far.
    pub(crate) fn most_memory_mb(self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(self, field: &str) -> f64 {
        let read = || {
            let text = std::fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
            let line = text.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        read().unwrap_or_default() / 1_024.0
    }
}
