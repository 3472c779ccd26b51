//! Skills that can stand in for one another, and how well.

use std::collections::BTreeMap;

/// The skill itself, in 256ths.
pub const SAME: u16 = 256;
/// A narrower skill than the one asked for (asked: databases; held: PostgreSQL): .95.
pub const NARROWER: u16 = 243;
/// A broader skill than the one asked for: .60.
pub const BROADER: u16 = 154;
/// A skill with the same parent: .40, too little to pass as a must-have.
pub const SIBLING: u16 = 102;

/// A parent with more children than this is a shelf, not a family: its children do not stand in for one another.
const FAMILY: usize = 8;

/// Tells which held skills count for a wanted one.
pub trait Relations {
    /// The held skills, other than `wanted` itself, that count for it, each with a similarity in 256ths
    /// (more than [`SAME`] is read as that).
    fn similar(&self, wanted: u32) -> &[(u32, u16)];
}

/// No skill but the very same counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoRelations;

impl Relations for NoRelations {
    fn similar(&self, _wanted: u32) -> &[(u32, u16)] {
        &[]
    }
}

/// Relations drawn from a vocabulary in which skills have parents.
///
/// Children and their children count as narrower, the parent as broader, and children of the same parent as siblings
/// where the family has at most eight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hierarchy {
    similar: BTreeMap<u32, Vec<(u32, u16)>>,
}

impl Hierarchy {
    /// Draws the relations from pairs of a skill and its parent; a skill may have several parents.
    pub fn from_parents(pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (child, parent) in pairs {
            if child != parent {
                children.entry(parent).or_default().push(child);
            }
        }

        let mut best: BTreeMap<u32, BTreeMap<u32, u16>> = BTreeMap::new();
        let mut relate = |wanted: u32, held: u32, similarity: u16| {
            if wanted != held {
                let known = best.entry(wanted).or_default().entry(held).or_default();
                *known = similarity.max(*known);
            }
        };
        for (&parent, family) in &children {
            for &child in family {
                relate(parent, child, NARROWER);
                relate(child, parent, BROADER);
                for &grandchild in children.get(&child).into_iter().flatten() {
                    relate(parent, grandchild, NARROWER);
                }
                if family.len() <= FAMILY {
                    for &sibling in family {
                        relate(child, sibling, SIBLING);
                    }
                }
            }
        }
        let similar = best
            .into_iter()
            .map(|(wanted, held)| (wanted, held.into_iter().collect()))
            .collect();
        Self { similar }
    }
}

impl Relations for Hierarchy {
    fn similar(&self, wanted: u32) -> &[(u32, u16)] {
        self.similar.get(&wanted).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASES: u32 = 1;
    const SQL: u32 = 2;
    const POSTGRESQL: u32 = 3;
    const SQLITE: u32 = 4;

    #[test]
    fn a_hierarchy_knows_narrower_broader_and_siblings() {
        let skills = Hierarchy::from_parents([(SQL, DATABASES), (POSTGRESQL, SQL), (SQLITE, SQL)]);

        assert_eq!(
            skills.similar(DATABASES),
            [(SQL, NARROWER), (POSTGRESQL, NARROWER), (SQLITE, NARROWER)]
        );
        assert_eq!(
            skills.similar(SQL),
            [
                (DATABASES, BROADER),
                (POSTGRESQL, NARROWER),
                (SQLITE, NARROWER)
            ]
        );
        assert_eq!(
            skills.similar(POSTGRESQL),
            [(SQL, BROADER), (SQLITE, SIBLING)]
        );
        assert_eq!(skills.similar(99), []);
    }

    #[test]
    fn children_of_a_large_family_are_strangers() {
        let skills = Hierarchy::from_parents((10..30).map(|child| (child, 1)));

        assert_eq!(skills.similar(10), [(1, BROADER)]);
        assert_eq!(skills.similar(1).len(), 20);
    }

    #[test]
    fn circles_do_not_hang_or_relate_a_skill_to_itself() {
        let skills = Hierarchy::from_parents([(1, 2), (2, 1), (3, 3)]);

        assert_eq!(skills.similar(1), [(2, NARROWER)]);
        assert_eq!(skills.similar(3), []);
    }
}
