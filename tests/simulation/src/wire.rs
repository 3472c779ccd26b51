//! The network between desktops and nodes: what is said, what is lost, late or said twice; and the sessions at the nodes.

use crate::counts::Edge;
use crate::sim::{Event, SECOND, Sim};
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::Cursor;
use guildhall_server::sync::Session as Talk;
use guildhall_sync_core::pull::Page;
use rand::Rng as _;

/// From a desktop.
#[derive(Debug, Clone)]
pub(crate) enum Up {
    /// Opens the live session: a pull as JSON.
    Hello(Vec<u8>),
    /// A push as JSON.
    Push {
        /// Which push of this desktop.
        number: u64,
        /// The sender's token.
        token: String,
        /// What is sent.
        body: Vec<u8>,
    },
    /// The delta is stored.
    Ack(Cursor),
}

/// From a node.
#[derive(Debug, Clone)]
pub(crate) enum Down {
    /// A delta as JSON.
    Delta(Vec<u8>),
    /// The answer to a push.
    Pushed {
        /// To which.
        number: u64,
        /// The HTTP status.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// The token is not good any more.
    Unauthorized,
    /// The connection is gone.
    Gone,
}

/// When the page behind the one that is on its way is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Next {
    /// When that one is acknowledged.
    #[default]
    InTime,
    /// Before that.
    Ahead,
}

/// A live session as its node has it.
pub(crate) struct Session {
    pub(crate) desk: usize,
    pub(crate) node: usize,
    pub(crate) account: AccountId,
    /// What the server runs.
    pub(crate) talk: Talk,
    /// How large a page may be.
    pub(crate) bound: Page,
    pub(crate) deltas: u64,
    /// When the next page is made.
    pub(crate) next: Next,
    /// Its sign-in has ended.
    pub(crate) over: bool,
    /// The hub has rung.
    pub(crate) rung: bool,
    /// A wake-up is on its way.
    pub(crate) waking: bool,
    /// When the last message to the desktop arrives: a socket keeps its order.
    pub(crate) last: i64,
}

impl Sim {
    fn delay(&mut self) -> i64 {
        if self.calm {
            return self.chance.random_range(1..4);
        }
        if self.chance.random_ratio(1, 30) {
            return self.chance.random_range(2 * SECOND..60 * SECOND);
        }
        self.chance.random_range(1..400)
    }

    /// Sends from a desktop to the node it is connected with.
    pub(crate) fn send_up(&mut self, desk: usize, node: usize, what: Up) {
        let connection = self.desks[desk].connection;
        let (lost, late) = match &what {
            Up::Hello(_) => (Edge::HelloLost, None),
            Up::Push { .. } => (Edge::PushLost, Some(Edge::PushLate)),
            Up::Ack(_) => (Edge::AckLost, None),
        };
        if self.desks[desk].is_cut || self.odds(60) {
            self.edge(lost);
            return;
        }
        let delay = self.delay();
        if delay > 20 * SECOND
            && let Some(late) = late
        {
            self.edge(late);
        }
        if matches!(what, Up::Push { .. }) && self.odds(25) {
            self.edge(Edge::PushTwice);
            let again = self.delay();
            self.after(
                again,
                Event::Up {
                    desk,
                    connection,
                    node,
                    what: what.clone(),
                },
            );
        }
        self.after(
            delay,
            Event::Up {
                desk,
                connection,
                node,
                what,
            },
        );
    }

    /// Sends from a node to a desktop.
    pub(crate) fn send_down(&mut self, desk: usize, connection: u64, what: Down) {
        let (lost, late) = match &what {
            Down::Delta(_) => (Edge::DeltaLost, Edge::DeltaLate),
            Down::Pushed { .. } | Down::Unauthorized | Down::Gone => {
                (Edge::AnswerLost, Edge::AnswerLate)
            }
        };
        if self.desks[desk].is_cut || self.odds(60) {
            self.edge(lost);
            return;
        }
        let mut delay = self.delay();
        if delay > 20 * SECOND {
            self.edge(late);
        }
        if matches!(what, Down::Delta(_)) {
            let now = self.now;
            if let Some(session) = self.sessions.get_mut(&connection) {
                delay = delay.max(session.last - now + 1);
                session.last = now + delay;
            }
        }
        self.after(
            delay,
            Event::Down {
                desk,
                connection,
                what,
            },
        );
    }

    /// Ends a session at its node.
    pub(crate) fn drop_session(&mut self, connection: u64) {
        self.sessions.remove(&connection);
    }

    /// A desktop gives its connection up and comes back after a while. The node may learn of it late or never.
    pub(crate) fn lose(&mut self, desk: usize) {
        let connection = self.desks[desk].connection;
        if self.odds(3) {
            self.edge(Edge::HalfOpen);
        } else {
            self.drop_session(connection);
        }
        let lost = &mut self.desks[desk];
        lost.link = crate::desk::Link::Offline;
        lost.pushing = None;
        self.serial += 1;
        self.desks[desk].connection = self.serial;
        let wait = if self.calm {
            5
        } else {
            self.chance.random_range(500..30 * SECOND)
        };
        self.after(wait, Event::Connect(desk));
    }
}
