//! What was done, as everybody can recognise it: each carries words of its own. And the comparison of what was acknowledged with
//! what the server holds in the end.

use guildhall_domain::activity::ActivityKind;
use std::collections::BTreeMap;

/// One act: its kind, and words that no other act carries.
pub(crate) type Deed = (ActivityKind, String);

/// What is wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Acknowledged, and not there.
    pub(crate) lost: Vec<Deed>,
    /// There more than once.
    pub(crate) twice: Vec<Deed>,
    /// There, and never done.
    pub(crate) strange: Vec<Deed>,
}

impl Losses {
    /// The first few of each kind tell enough.
    pub(crate) fn shortened(mut self) -> Self {
        for deeds in [&mut self.lost, &mut self.twice, &mut self.strange] {
            deeds.truncate(20);
        }
        self
    }
}

/// Compares deeds, each with whether it was acknowledged, with how often the server holds each.
pub(crate) fn compare(done: &BTreeMap<Deed, bool>, found: &BTreeMap<Deed, usize>) -> Losses {
    let mut losses = Losses::default();
    for (deed, is_acknowledged) in done {
        if *is_acknowledged && !found.contains_key(deed) {
            losses.lost.push(deed.clone());
        }
    }
    for (deed, times) in found {
        if *times > 1 {
            losses.twice.push(deed.clone());
        }
        if !done.contains_key(deed) {
            losses.strange.push(deed.clone());
        }
    }
    losses
}

#[test]
fn what_is_missing_doubled_or_made_up_is_named() {
    let deed = |words: &str| (ActivityKind::MessageSent, words.to_owned());
    let done = BTreeMap::from([
        (deed("kept"), true),
        (deed("lost"), true),
        (deed("doubled"), true),
        (deed("never acknowledged"), false),
        (deed("done all the same"), false),
    ]);
    let found = BTreeMap::from([
        (deed("kept"), 1),
        (deed("doubled"), 2),
        (deed("done all the same"), 1),
        (deed("made up"), 1),
    ]);

    let losses = compare(&done, &found);

    let expected = Losses {
        lost: vec![deed("lost")],
        twice: vec![deed("doubled")],
        strange: vec![deed("made up")],
    };
    assert_eq!(losses, expected);
}
