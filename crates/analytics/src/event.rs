//! What the charts read: plain facts of what happened, and for whom and when they are read.

/// One thing that happened on the marketplace, as far as a chart cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When it happened, in Unix milliseconds, UTC.
    pub at_ms: i64,
    /// What happened.
    pub kind: Kind,
    /// The request it happened to.
    pub request: u128,
    /// The application it happened to, where there is one. What carries the same application
    /// counts once, however often it was written down.
    pub application: Option<u128>,
    /// How many equal happenings this stands for, where there is no application to tell them
    /// apart; nothing at all with 0.
    pub weight: u32,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A request was put on the marketplace.
    Published,
    /// A request was looked at.
    Viewed,
    /// A freelancer answered a request.
    Applied,
    /// A client made an offer on an application.
    Offered,
    /// An offer was accepted: somebody is hired.
    Accepted,
    /// A job was delivered and its delivery accepted.
    Completed,
    /// A message came to the reader of the chart.
    MessageReceived {
        /// The thread. For a chart over several people it must differ from person to person, since
        /// what one person sends another receives.
        thread: u128,
    },
    /// The reader of the chart sent a message.
    MessageSent {
        /// The thread, as in [`Kind::MessageReceived`].
        thread: u128,
    },
    /// One side rated the other.
    Reviewed,
}

/// Who reads the chart: it decides what is counted and how it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Does the work; the events are what this person did and received.
    Freelancer,
    /// Hires; the events are what happened to this person's requests.
    Client,
    /// Runs the marketplace; the events are everybody's.
    Admin,
}

/// The present moment of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Unix milliseconds, UTC.
    pub at_ms: i64,
    /// How far the reader's clock is ahead of UTC. Days, weeks and months begin by this clock.
    pub utc_offset_minutes: i16,
}
