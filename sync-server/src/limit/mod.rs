//! How often something may be tried. Kept in the database, so that a restart forgives nothing.

mod file;
mod shared;

pub use file::{LimitsFileError, read};
pub use shared::SharedNetworks;

use std::net::IpAddr;

use guildhall_storage::StoreError;
use guildhall_storage::server::Accounts;
use guildhall_storage::server::accounts::{SignIns, Try};

/// A rate with a burst: so many at once, then one more every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many are good at once.
    pub burst: u32,
    /// After how many milliseconds one more is good.
    pub every_ms: i64,
}

/// A lock that grows with each failure: 1, 2, 4 … seconds. It never becomes a hard lock, so that
/// nobody can lock another out for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Softlock {
    /// How many failures are free.
    pub free: u32,
    /// How long the lock becomes at most.
    pub maximum_ms: i64,
    /// After how long without failure all is forgotten.
    pub forget_ms: i64,
}

/// What the server limits. `None` limits nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Sign-ins from one network.
    pub login: Option<Rate>,
    /// Wrong passwords for one account from one network.
    pub login_failures: Option<Softlock>,
    /// Registrations from one network.
    pub register: Option<Rate>,
    /// Registrations with one invitation, wherever from.
    pub register_invited: Option<Rate>,
    /// Requests for tokens from one network.
    pub token: Option<Rate>,
    /// Links asked for from one network.
    pub links: Option<Rate>,
    /// Links asked for to one address, whoever asks and whether anybody has it.
    pub links_to_address: Option<Rate>,
    /// Questions asked with one token that a person made for their programs.
    pub api: Option<Rate>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            login: Some(Rate {
                burst: 5,
                every_ms: 20_000,
            }),
            login_failures: Some(Softlock {
                free: 5,
                maximum_ms: 300_000,
                forget_ms: 3_600_000,
            }),
            // A household or an office behind one address can register together.
            register: Some(Rate {
                burst: 6,
                every_ms: 1_200_000,
            }),
            // A workshop full of people who were sent one link; whoever has it shall still not try out addresses by the thousand.
            register_invited: Some(Rate {
                burst: 60,
                every_ms: 20_000,
            }),
            token: Some(Rate {
                burst: 60,
                every_ms: 1_000,
            }),
            links: Some(Rate {
                burst: 3,
                every_ms: 1_200_000,
            }),
            links_to_address: Some(Rate {
                burst: 1,
                every_ms: 3_600_000,
            }),
            // A script that reads some pages in a row, and then one a second.
            api: Some(Rate {
                burst: 120,
                every_ms: 1_000,
            }),
        }
    }
}

impl Limits {
    /// Limits nothing: for markets that are only for show.
    pub const OFF: Self = Self {
        login: None,
        login_failures: None,
        register: None,
        register_invited: None,
        token: None,
        links: None,
        links_to_address: None,
        api: None,
    };
}

/// Counts tries in the table `limit_bucket`.
#[derive(Debug, Clone)]
pub struct Limiter {
    accounts: Accounts,
}

/// Too many tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// When the next one is good.
    pub retry_after_ms: i64,
}

impl Limited {
    /// Whole seconds to wait, at least one.
    pub fn seconds(self) -> u64 {
        u64::try_from(self.retry_after_ms)
            .unwrap_or(0)
            .div_ceil(1_000)
            .max(1)
    }
}

impl Limiter {
    /// Counts in this database.
    pub fn new(accounts: Accounts) -> Self {
        Self { accounts }
    }

    /// Takes one try out of a bucket, or says when one will be in it.
    pub async fn take(
        &self,
        rate: Option<Rate>,
        key: &str,
        now: i64,
    ) -> Result<Result<(), Limited>, StoreError> {
        let Some(rate) = rate else { return Ok(Ok(())) };
        if self.accounts.take(&rate.one(key, now)).await? {
            return Ok(Ok(()));
        }
        Ok(Err(self.wait(rate, key, now).await?))
    }

    /// Begins a transaction over tokens with one try taken out of a bucket, or says when one will be in it. Both are kept by one commit.
    pub(crate) async fn begin(
        &self,
        rate: Option<Rate>,
        key: &str,
        now: i64,
    ) -> Result<Result<SignIns, Limited>, StoreError> {
        let Some(rate) = rate else {
            return Ok(Ok(self.accounts.begin().await?));
        };
        match self.accounts.begin_counted(&rate.one(key, now)).await? {
            Some(begun) => Ok(Ok(begun)),
            None => Ok(Err(self.wait(rate, key, now).await?)),
        }
    }

    /// How long until there is one in an empty bucket.
    async fn wait(&self, rate: Rate, key: &str, now: i64) -> Result<Limited, StoreError> {
        let bucket = self.accounts.bucket(key).await?;
        let until = bucket.map_or(now, |(_, until)| until);
        let retry_after_ms = until + rate.every_ms - now - rate.every_ms * i64::from(rate.burst);
        Ok(Limited { retry_after_ms })
    }

    /// Says whether a lock holds.
    pub async fn is_locked(
        &self,
        softlock: Option<Softlock>,
        key: &str,
        now: i64,
    ) -> Result<Result<(), Limited>, StoreError> {
        let Some(softlock) = softlock else {
            return Ok(Ok(()));
        };
        let Some((failures, until)) = self.accounts.bucket(key).await? else {
            return Ok(Ok(()));
        };
        if failures > softlock.free && now < until {
            return Ok(Err(Limited {
                retry_after_ms: until - now,
            }));
        }
        Ok(Ok(()))
    }

    /// Counts a failure and lengthens the lock.
    pub async fn fail(
        &self,
        softlock: Option<Softlock>,
        key: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let Some(softlock) = softlock else {
            return Ok(());
        };
        let failures = self
            .accounts
            .count_failure(key, now, softlock.forget_ms)
            .await?;
        self.accounts
            .lock(key, now + softlock.lock_ms(failures))
            .await
    }

    /// Forgets the failures, because there was a success.
    pub async fn forgive(&self, key: &str) -> Result<(), StoreError> {
        self.accounts.forgive(key).await
    }

    /// Throws away what no longer limits anything.
    pub async fn purge(&self, now: i64) -> Result<(), StoreError> {
        let forget_ms = Limits::default()
            .login_failures
            .map_or(0, |lock| lock.forget_ms);
        self.accounts.forgive_before(now - forget_ms).await
    }
}

impl Rate {
    /// One try of this rate.
    fn one(self, key: &str, now: i64) -> Try<'_> {
        Try {
            key,
            now,
            every_ms: self.every_ms,
            burst: self.burst,
        }
    }
}

impl Softlock {
    /// How long the lock is after so many failures.
    fn lock_ms(self, failures: u32) -> i64 {
        let Some(doublings) = failures.checked_sub(self.free + 1) else {
            return 0;
        };
        1_000_i64
            .checked_shl(doublings.min(20))
            .unwrap_or(i64::MAX)
            .min(self.maximum_ms)
    }
}

/// The network that a try comes from: the address itself, or the /64 that one household has in
/// IPv6. Without a known address all share one bucket.
pub fn network(peer: Option<IpAddr>) -> String {
    match peer {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            if let Some(address) = address.to_ipv4_mapped() {
                return address.to_string();
            }
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn limiter() -> Limiter {
        Limiter::new(crate::oauth::testing::accounts().await)
    }

    #[tokio::test]
    async fn a_burst_is_good_and_then_one_at_a_time() {
        let limiter = limiter().await;
        let rate = Some(Rate {
            burst: 3,
            every_ms: 20_000,
        });
        let mut answers = Vec::new();

        for now in [
            0, 0, 0, 0, 19_999, 20_000, 20_000, 80_000, 80_000, 80_000, 80_000,
        ] {
            answers.push(
                limiter
                    .take(rate, "login:1", now)
                    .await
                    .expect("counts")
                    .is_ok(),
            );
        }

        assert_eq!(
            answers,
            [
                true, true, true, false, false, true, false, true, true, true, false
            ]
        );
        let again = limiter.take(rate, "login:1", 80_000).await.expect("counts");
        assert_eq!(
            again,
            Err(Limited {
                retry_after_ms: 20_000
            })
        );
        assert!(
            limiter
                .take(rate, "login:2", 80_000)
                .await
                .expect("counts")
                .is_ok()
        );
    }

    #[tokio::test]
    async fn the_lock_doubles_and_a_success_ends_it() {
        let limiter = limiter().await;
        let lock = Limits::default().login_failures;
        let mut waits = Vec::new();

        for _ in 0..16 {
            limiter.fail(lock, "lock", 0).await.expect("counts");
            let locked = limiter.is_locked(lock, "lock", 0).await.expect("reads");
            waits.push(locked.err().map_or(0, Limited::seconds));
        }

        assert_eq!(
            waits,
            [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        );
        assert!(
            limiter
                .is_locked(lock, "lock", 300_000)
                .await
                .expect("reads")
                .is_ok()
        );
        limiter.forgive("lock").await.expect("deletes");
        assert!(
            limiter
                .is_locked(lock, "lock", 0)
                .await
                .expect("reads")
                .is_ok()
        );
    }

    #[tokio::test]
    async fn an_hour_without_failure_is_a_clean_slate() {
        let limiter = limiter().await;
        let lock = Limits::default().login_failures;
        for _ in 0..8 {
            limiter.fail(lock, "lock", 0).await.expect("counts");
        }

        limiter.fail(lock, "lock", 3_700_000).await.expect("counts");

        assert!(
            limiter
                .is_locked(lock, "lock", 3_700_000)
                .await
                .expect("reads")
                .is_ok()
        );
    }

    #[tokio::test]
    async fn without_a_limit_nothing_is_limited() {
        let limiter = limiter().await;

        for _ in 0..100 {
            assert!(limiter.take(None, "x", 0).await.expect("counts").is_ok());
            limiter.fail(None, "x", 0).await.expect("counts");
            assert!(
                limiter
                    .is_locked(None, "x", 0)
                    .await
                    .expect("reads")
                    .is_ok()
            );
        }
    }

    #[test]
    fn a_household_in_ipv6_is_one_network() {
        let address = |text: &str| Some(text.parse().expect("is an address"));

        assert_eq!(
            network(address("2001:db8:1:2::1")),
            network(address("2001:db8:1:2:ffff::9"))
        );
        assert_ne!(
            network(address("2001:db8:1:2::1")),
            network(address("2001:db8:1:3::1"))
        );
        assert_eq!(network(address("::ffff:192.0.2.1")), "192.0.2.1");
        assert_ne!(network(address("192.0.2.1")), network(address("192.0.2.2")));
    }
}
