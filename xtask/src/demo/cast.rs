//! Who plays in the demo: the people whose windows are opened.

/// A person of the demo market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    /// What they are there for, and what their pictures are called.
    pub(crate) role: &'static str,
    /// Their address in the demo market.
    pub(crate) email: &'static str,
    /// The desktop profile that is theirs.
    pub(crate) profile: &'static str,
}

pub(crate) const FREELANCER: Person = Person {
    role: "freelancer",
    email: "mira@guildhall.example",
    profile: "mira",
};
pub(crate) const CLIENT: Person = Person {
    role: "client",
    email: "tessel@guildhall.example",
    profile: "tessel",
};
pub(crate) const ADMIN: Person = Person {
    role: "admin",
    email: "ada@guildhall.example",
    profile: "ada",
};
