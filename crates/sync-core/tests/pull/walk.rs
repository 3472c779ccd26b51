//! Random walks: rows, scopes, members, moves, deletions, what is over thrown away, a server set back; between pages too.

use crate::base::{Base, Bug, scope};
use crate::device::Device;
use guildhall_domain::row::{Key, Row};
use guildhall_sync_core::pull::{Epoch, Page};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const ROWS: u128 = 8;
pub(crate) const SCOPES: u128 = 6;
const PEOPLE: u128 = 3;
const STEPS: usize = 60;

struct Walk {
    chance: TestRng,
    texts: u64,
    /// A copy of the server from some time ago.
    copy: Option<Base>,
}

impl Walk {
    fn below(&mut self, limit: u128) -> u128 {
        u128::from(self.chance.next_u64()) % limit
    }

    fn scopes(&mut self) -> BTreeSet<u128> {
        let count = self.below(4);
        (0..count).map(|_| self.below(SCOPES)).collect()
    }

    fn change(&mut self, base: &mut Base) {
        self.texts += 1;
        let (row, scopes) = (self.below(ROWS), self.scopes());
        match self.below(100) {
            0..20 => base.put(row, Some(self.texts), None),
            20..40 => base.put(row, Some(self.texts), Some(scopes)),
            40..45 => base.put_many(&(0..ROWS).collect::<Vec<_>>(), self.texts, &scopes),
            45..58 => base.put(row, None, None),
            58..92 => {
                let (who, scope) = (self.below(PEOPLE), self.below(SCOPES));
                base.member(who, scope, self.texts % 5 < 3);
            }
            _ => {
                let upto = self.below(u128::from(base.version) + 1);
                base.forget(u64::try_from(upto).expect("is small"));
            }
        }
    }

    fn changes(&mut self, base: &mut Base, at_most: u128) {
        for _ in 0..self.below(at_most) {
            self.change(base);
        }
    }

    /// Sets the server back to its copy, as a new part of the history; or makes a copy.
    fn disaster(&mut self, base: &mut Base) {
        if self.below(3) > 0 {
            self.copy = Some(base.clone());
        } else if let Some(copy) = &self.copy {
            *base = copy.clone();
            self.texts += 1;
            base.epochs.push(Epoch {
                id: Uuid::from_u128(0xe000 + u128::from(self.texts)),
                began: base.version,
                copied: None,
            });
        }
    }
}

/// Walks; answers with the number of pages, or with what a device held instead of what it should.
fn walk(seed: u64, bug: Option<Bug>) -> Result<usize, String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut walk = Walk {
        chance: TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
        texts: 0,
        copy: None,
    };
    let mut base = Base::new(bug);
    let mut devices: Vec<Device> = (0..PEOPLE).map(Device::new).collect();
    let mut pages = 0;
    for step in 0..STEPS {
        walk.changes(&mut base, 6);
        if walk.below(12) == 0 {
            walk.disaster(&mut base);
        }
        let which = usize::try_from(walk.below(PEOPLE)).expect("is small");
        let refetch = match walk.below(6) {
            0 => BTreeSet::from([scope(walk.below(SCOPES))]),
            _ => BTreeSet::new(),
        };
        let device = &mut devices[which];
        let mut wanted = None;
        let mut count = 0;
        pages += device.pull(&mut base, refetch, |base| {
            count += 1;
            // Whoever writes faster than pages are made keeps a pull from ending.
            if count > 1 && count < 40 && walk.below(10) < 7 {
                let changes = walk.below(3);
                (0..=changes).for_each(|_| walk.change(base));
                if walk.below(40) == 0 && bug.is_none() {
                    walk.disaster(base);
                }
            }
            wanted.get_or_insert_with(|| base.visible(which as u128));
            let rows = [1, 2, 5, 50][usize::try_from(walk.below(4)).expect("is small")];
            let bytes = [1, 200, usize::MAX][usize::try_from(walk.below(3)).expect("is small")];
            Page { rows, bytes }
        });
        // A pull whose end is pinned at its beginning promises what was to be seen then.
        let wanted = match bug {
            Some(Bug::Pinned) => wanted.unwrap_or_default(),
            _ => base.visible(which as u128),
        };
        let held = device.held();
        if held != wanted {
            return Err(format!(
                "seed {seed} step {step} person {which}: {:?} instead of {:?}",
                short(&held),
                short(&wanted)
            ));
        }
        let (counts, counted) = (device.replica.digests(), base.counted(which as u128));
        if bug.is_none() && counts != counted {
            return Err(format!(
                "seed {seed} step {step} person {which} counts {counts:?} instead of {counted:?}"
            ));
        }
    }
    Ok(pages)
}

/// Rows by number, with their versions.
fn short(rows: &BTreeMap<Key, (Row, u64)>) -> Vec<(u128, u64)> {
    let short = |(key, (_, version)): (&Key, &(Row, u64))| (key.id.as_u128(), *version);
    rows.iter().map(short).collect()
}

#[test]
fn pages_over_a_database_that_changes_end_in_what_the_definition_says_digests_too() {
    let seeds = std::env::var("WALKS").map_or(200, |count| count.parse().expect("is a number"));
    let mut pages = 0;
    for seed in 0..seeds {
        pages += walk(seed, None).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let pulls = usize::try_from(seeds).expect("is small") * STEPS;
    assert!(pages > pulls * 2, "only {pages} pages in {pulls} pulls");
}

#[test]
fn each_planted_bug_is_found() {
    for bug in Bug::ALL {
        let found = (0..5_000).find(|seed| walk(*seed, Some(bug)).is_err());
        assert!(found.is_some(), "{bug:?} goes unnoticed");
    }
}
