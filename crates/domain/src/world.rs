//! What a rule can see: the rows it asks for. A rule that meets a row which is not loaded stops and says so;
//! the caller loads it and asks again. So rules stay pure, and a batch loads in bulk what many rules need.

use crate::denied::Denied;
use crate::row::{Key, Lookup, Noun, Row};
use uuid::Uuid;

/// Something that must be loaded before the rule can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// One row.
    Row(Key),
    /// All rows of a lookup.
    Rows(Lookup),
}

/// Why a rule stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It refuses.
    Denied(Denied),
    /// It cannot tell before this is loaded.
    Need(Need),
}

impl From<Denied> for Stop {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Need> for Stop {
    fn from(need: Need) -> Self {
        Self::Need(need)
    }
}

/// The rows as they stand at this moment, as far as they are loaded.
pub trait World {
    /// The row of a key, or nothing where there is none.
    fn row(&self, key: Key) -> Result<Option<Row>, Need>;
    /// The rows of a lookup, in the order of their ids.
    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need>;
    /// Whether what is not here does not exist. A device holds what is shown to its person, and cannot tell.
    fn is_whole(&self) -> bool {
        true
    }
}

/// Finds a noun.
pub fn find<N: Noun>(world: &dyn World, id: impl Into<Uuid>) -> Result<Option<N>, Stop> {
    Ok(world.row(Key::of::<N>(id))?.and_then(N::from_row))
}

/// Finds a noun that must be there.
pub fn get<N: Noun>(world: &dyn World, id: impl Into<Uuid>, what: &str) -> Result<N, Stop> {
    find(world, id)?.ok_or_else(|| Denied::not_found(what).into())
}

/// All nouns of a lookup.
pub fn list<N: Noun>(world: &dyn World, lookup: Lookup) -> Result<Vec<N>, Stop> {
    Ok(world
        .rows(lookup)?
        .into_iter()
        .filter_map(N::from_row)
        .collect())
}
