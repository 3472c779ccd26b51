//! The people somebody can sign in as: their names, addresses and the password they share.

use crate::oauth::Roles;
use guildhall_domain::id::{AccountId, derive};

/// The password of everybody in the cast. Only a demo market makes accounts with it.
pub const PASSWORD: &str = "guildhall-demo";

/// Somebody to sign in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// What they are there for.
    pub role: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// Their address.
    pub email: &'static str,
    /// Does the work.
    pub freelancer: bool,
    /// Hires.
    pub client: bool,
    /// Runs the market.
    pub admin: bool,
}

/// A web developer in Leipzig with a year of work behind her.
pub const FREELANCER: Member = Member {
    role: "freelancer",
    name: "Mira Kern",
    email: "mira@guildhall.example",
    freelancer: true,
    client: false,
    admin: false,
};

/// Runs an open workshop house and always looks for somebody.
pub const CLIENT: Member = Member {
    role: "client",
    name: "Tessel Brandt",
    email: "tessel@guildhall.example",
    freelancer: false,
    client: true,
    admin: false,
};

/// Runs the market.
pub const ADMIN: Member = Member {
    role: "admin",
    name: "Ada Osei",
    email: "ada@guildhall.example",
    freelancer: false,
    client: true,
    admin: true,
};

/// Everybody.
pub const CAST: [Member; 3] = [FREELANCER, CLIENT, ADMIN];

impl Member {
    /// Their account, the same in every demo market.
    pub fn account(&self) -> AccountId {
        let namespace = uuid::Uuid::nil();
        AccountId(derive(&format!("demo-{}", self.email), &[namespace]))
    }

    /// What they said they came for.
    pub(crate) fn roles(&self) -> Roles {
        Roles {
            freelancer: self.freelancer,
            client: self.client,
        }
    }
}
