//! What figures must reach, and what we want them to reach.

/// The bounds of a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// The figure.
    name: &'static str,
    /// Worse than this is a failure.
    pub(crate) floor: Option<f64>,
    /// What we want.
    pub(crate) goal: Option<f64>,
}

const fn at(name: &'static str, floor: f64, goal: f64) -> Bounds {
    Bounds {
        name,
        floor: Some(floor),
        goal: Some(goal),
    }
}

const fn wish(name: &'static str, goal: f64) -> Bounds {
    Bounds {
        name,
        floor: None,
        goal: Some(goal),
    }
}

/// On two cores with the load generator beside the server.
const ALL: &[Bounds] = &[
    at("sync.g1_mutations_per_s", 8_000.0, 20_000.0),
    at("sync.g2_mutations_per_s", 6_000.0, 12_000.0),
    wish("sync.g3_p50_ms", 9.0),
    wish("sync.g3_p99_ms", 20.0),
    at("sync.g4_rows_per_s", 50_000.0, 150_000.0),
    wish("sync.g6_bytes_per_row", 55.0),
    wish("sync.g7_bytes", 100.0),
    wish("sync.g8_p50_ms", 9.0),
    wish("sync.g8_p99_ms", 20.0),
    wish("sync.g9_p50_ms", 12.0),
    wish("sync.g9_p99_ms", 35.0),
    wish("sync.g10_all_ms", 120.0),
    wish("sync.g11_kib_per_session", 7.0),
    wish("sync.g11_rss_10k_mb", 100.0),
    wish("sync.g12_mb", 80.0),
    wish("sync.g13_core_ms", 50.0),
    wish("sync.g14_p50_ms", 8.0),
    wish("sync.g14_p99_ms", 18.0),
    wish("sync.g15_ms", 50.0),
    wish("sync.g16_s", 2.0),
    wish("sync.g17_p99_s", 3.0),
    wish("sync.g18_p99_ms", 50.0),
    wish("identity.refreshes_per_s", 1_500.0),
    wish("identity.reads_per_s", 8_000.0),
    wish("identity.reads_p99_ms", 20.0),
    wish("identity.logins_per_s", 8.0),
    wish("identity.timing_difference_ms", 3.0),
    wish("identity.slow_p99_ms", 500.0),
    wish("sync.vs_atuin_upload", 1.0),
    wish("sync.vs_atuin_bootstrap", 1.0),
    wish("sync.vs_atuin_visible", 1.0),
    wish("sync.vs_pouch_upload", 1.0),
    wish("sync.vs_pouch_bootstrap", 1.0),
    wish("sync.vs_pouch_visible", 1.0),
];

/// The bounds of a figure, if it has any.
pub(crate) fn of(name: &str) -> Option<&'static Bounds> {
    ALL.iter().find(|bounds| bounds.name == name)
}

/// The names of all figures that have bounds.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|bounds| bounds.name)
}
