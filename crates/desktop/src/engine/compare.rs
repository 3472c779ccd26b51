//! Whether this device holds what the server says it should hold, and how it comes to hold it again.
//!
//! The server says so with the last page of a pull, for the very cut that the device stands at then. Where both do not count the
//! same, something is wrong with a file, a disk or a program: it is mended without a word to the person, and told to whoever reads
//! the logs.

use super::Core;
use crate::event::Notice;
use crate::notice;
use guildhall_domain::id::AccountId;
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Compare, Delta, Digest};
use guildhall_storage::StoreError;
use guildhall_sync_core::pull::Cut;
use std::collections::BTreeMap;

/// So many scopes can be named in one question.
const MOST_SCOPES: usize = 300;

/// What is known of a difference between this device and the server.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// There is none that anybody knows of.
    #[default]
    None,
    /// There is one somewhere.
    Somewhere,
    /// There was one in these scopes, of which the device held this. They are fetched again.
    In(BTreeMap<Scope, Digest>),
    /// That did not help: everything is fetched again.
    Everywhere,
    /// That did not help either. The person has been told, and nothing more is tried until the program starts again.
    Hopeless,
}

impl Doubt {
    /// What to ask the server for with the next pull.
    pub(super) fn question(&self) -> Option<Compare> {
        match self {
            Self::None | Self::In(_) | Self::Everywhere => Some(Compare::Whole),
            Self::Somewhere => Some(Compare::Each),
            Self::Hopeless => None,
        }
    }

    /// The scopes to fetch again, with what the device held of them.
    pub(super) fn scopes(&self) -> BTreeMap<Scope, Digest> {
        match self {
            Self::In(scopes) => scopes.clone(),
            Self::None | Self::Somewhere | Self::Everywhere | Self::Hopeless => BTreeMap::new(),
        }
    }

    /// True when the device goes by nothing of what it holds.
    pub(super) fn is_of_all(&self) -> bool {
        *self == Self::Everywhere
    }

    /// True while something is fetched again.
    pub(super) fn is_being_mended(&self) -> bool {
        matches!(self, Self::In(_) | Self::Everywhere)
    }

    /// What there is to be known once both have counted again.
    fn after(self, agrees: bool) -> Self {
        match (self, agrees) {
            (_, true) => Self::None,
            (Self::None | Self::Somewhere, false) => Self::Somewhere,
            (Self::In(_), false) => Self::Everywhere,
            (Self::Everywhere | Self::Hopeless, false) => Self::Hopeless,
        }
    }
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// True when the server is to be asked again at once.
    pub(super) is_in_doubt: bool,
    /// What the person should know.
    pub(super) notice: Option<Notice>,
}

impl Core {
    /// Compares what the device holds with what the server said of the cut that the device has just come to.
    pub(super) async fn compare(
        &mut self,
        me: AccountId,
        delta: &Delta,
    ) -> Result<Compared, StoreError> {
        if let Some(each) = &delta.digests {
            self.find_differences(me, delta, each).await?;
            return Ok(Compared {
                is_in_doubt: true,
                notice: None,
            });
        }
        let Some(said) = delta.digest else {
            return Ok(Compared::default());
        };
        let held = self.replica.digest();
        let agrees = held == said && !self.replica.has_strays();
        let before = std::mem::take(&mut self.doubt);
        match &before {
            Doubt::None | Doubt::Somewhere | Doubt::Hopeless if agrees => {}
            Doubt::In(_) | Doubt::Everywhere if agrees => {
                tracing::info!("this device holds what the server holds again");
            }
            Doubt::None => {
                tracing::warn!(%held, %said, "this device does not hold what the server says");
            }
            Doubt::Somewhere | Doubt::In(_) | Doubt::Everywhere | Doubt::Hopeless => {
                tracing::error!(%held, %said, after = ?before, "this device still does not hold what the server says");
            }
        }
        let was_hopeless = before == Doubt::Hopeless;
        self.doubt = before.after(agrees);
        let is_hopeless = self.doubt == Doubt::Hopeless;
        Ok(Compared {
            is_in_doubt: self.doubt != Doubt::None && !is_hopeless,
            notice: (is_hopeless && !was_hopeless).then(notice::differs),
        })
    }

    /// Notes in which scopes the device holds something else than the server says, and lets go what it should hold nothing of.
    async fn find_differences(
        &mut self,
        me: AccountId,
        delta: &Delta,
        said: &BTreeMap<Scope, Digest>,
    ) -> Result<(), StoreError> {
        let held = self.replica.digests();
        let of = |all: &BTreeMap<Scope, Digest>, scope| all.get(scope).copied().unwrap_or_default();
        let mut differing = BTreeMap::new();
        for scope in said.keys().chain(held.keys()) {
            let (here, there) = (of(&held, scope), of(said, scope));
            if here != there && differing.insert(*scope, here).is_none() {
                self.alarms += 1;
                tracing::error!(
                    scope = %scope.0, held = %here, said = %there, alarms = self.alarms,
                    "a scope on this device is not what the server says; it is fetched again"
                );
            }
        }
        let has_strays = self.replica.has_strays();
        if has_strays {
            self.alarms += 1;
            tracing::error!(
                alarms = self.alarms,
                "this device holds rows for which there is no reason; they go"
            );
        }
        if has_strays || held.keys().any(|scope| !said.contains_key(scope)) {
            let only = Some(said.keys().copied().collect());
            let cut = Delta::nothing(delta.cursor);
            let change = self.replica.apply(Cut::bare(Delta { only, ..cut }));
            self.is_unstored = true;
            self.cache.store(me, &change).await?;
            self.is_unstored = false;
        }
        self.doubt = if differing.len() > MOST_SCOPES {
            Doubt::Everywhere
        } else {
            Doubt::In(differing)
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_help_is_followed_by_more_and_comes_to_an_end() {
        let mut doubt = Doubt::None;
        let mut asked = Vec::new();
        for _ in 0..3 {
            doubt = doubt.after(false);
            asked.push((doubt.question(), doubt.is_of_all()));
            if doubt == Doubt::Somewhere {
                doubt = Doubt::In(BTreeMap::new());
            }
        }

        let (each, whole) = (Some(Compare::Each), Some(Compare::Whole));
        assert_eq!(asked, [(each, false), (whole, true), (None, false)]);
        assert_eq!(doubt.clone().after(false), Doubt::Hopeless);
    }

    #[test]
    fn whoever_agrees_has_no_doubt_left() {
        for doubt in [
            Doubt::None,
            Doubt::Somewhere,
            Doubt::In(BTreeMap::new()),
            Doubt::Everywhere,
        ] {
            assert_eq!(doubt.after(true), Doubt::None);
        }
    }
}
