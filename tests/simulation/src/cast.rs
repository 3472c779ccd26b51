//! Who takes part in a run.

use guildhall_domain::id::AccountId;
use guildhall_domain::person::Roles;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) roles: Roles,
}

/// The people of a run and which of them each device belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    pub(crate) members: Vec<Member>,
    pub(crate) devices: Vec<usize>,
}

impl Cast {
    /// An admin, at least one client and one freelancer, and a device for each; some have two.
    pub(crate) fn draw(chance: &mut ChaCha8Rng) -> Self {
        let count = chance.random_range(2..=6_usize);
        let mut members = Vec::with_capacity(count);
        for number in 0..count {
            let (freelancer, client) = match number {
                0 => (chance.random(), true),
                1 => (true, chance.random_ratio(1, 4)),
                _ => [(true, false), (true, false), (false, true), (true, true)]
                    [chance.random_range(0..4)],
            };
            members.push(Member {
                account: AccountId(Uuid::from_u128(chance.random())),
                name: format!("Member {number}"),
                roles: Roles {
                    freelancer,
                    client,
                    moderator: false,
                    admin: number == count - 1,
                },
            });
        }
        let mut devices: Vec<usize> = (0..count).collect();
        for _ in 0..chance.random_range(0..=2) {
            devices.push(chance.random_range(0..count));
        }
        Self { members, devices }
    }
}
