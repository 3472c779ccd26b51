//! The programs that may ask for tokens: one, built in.

/// The id under which every desktop introduces itself.
pub const DESKTOP_CLIENT: &str = "guildhall-desktop";

/// A program that a person can sign in to with this server.
///
/// All of them are public clients: what is shipped to everybody can keep no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The desktop app.
    Desktop,
}

impl Client {
    /// Finds a client by the id that it sends.
    pub fn find(id: &str) -> Option<Self> {
        (id == DESKTOP_CLIENT).then_some(Self::Desktop)
    }

    /// The id that it sends and that is stored with what it is given.
    pub fn id(self) -> &'static str {
        match self {
            Self::Desktop => DESKTOP_CLIENT,
        }
    }

    /// What it is called before the person who is asked to trust it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Desktop => "the Guildhall desktop",
        }
    }
}
