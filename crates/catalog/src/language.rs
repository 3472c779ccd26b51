//! The languages people work in.

use serde::Serialize;

use crate::table;

/// Describes one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Language {
    /// Gives its ISO 639-1 code.
    pub code: &'static str,
    /// Says its English name.
    pub name: &'static str,
    /// Says its name as its speakers write it.
    pub native_name: &'static str,
}

pub(crate) fn load() -> Box<[Language]> {
    table::rows::<3>(table::LANGUAGES)
        .map(|[code, name, native_name]| Language {
            code,
            name,
            native_name,
        })
        .collect()
}
