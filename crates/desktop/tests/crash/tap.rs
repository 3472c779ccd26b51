//! Listens on a wire to how tokens are renewed, and can hold one leg of it up.

use crate::plan::PATIENCE;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// How long a leg is held up: much longer than whoever waits for it before a kill.
pub(crate) const HOLD: Duration = Duration::from_secs(2);

/// How much is read at once: a request's head as a whole.
const AT_ONCE: usize = 64 * 1024;

/// What crosses the wire while tokens are renewed, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leg {
    /// The desktop looks where tokens are given out.
    Finds,
    /// It asks for the next pair.
    Asks,
    /// The server gives it.
    Answers,
    /// The desktop uses the pair for the first time.
    Uses,
    /// The server answers that.
    Serves,
}

impl Leg {
    /// The leg that a request begins, if it is one of these.
    fn of(request: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(request);
        if head.starts_with("GET /.well-known/") {
            Some(Self::Finds)
        } else if head.starts_with("POST /oauth/token ") {
            Some(Self::Asks)
        } else if head
            .to_ascii_lowercase()
            .contains("\r\nauthorization: bearer ")
        {
            Some(Self::Uses)
        } else {
            None
        }
    }

    /// The leg of the answer to it.
    fn back(self) -> Option<Self> {
        match self {
            Self::Asks => Some(Self::Answers),
            Self::Uses => Some(Self::Serves),
            Self::Finds | Self::Answers | Self::Serves => None,
        }
    }
}

/// A listener on a wire.
pub(crate) struct Tap {
    held: watch::Sender<Option<Leg>>,
    open: watch::Sender<usize>,
    begun: Mutex<mpsc::UnboundedSender<Leg>>,
}

impl Tap {
    pub(crate) fn new() -> Self {
        Self {
            held: watch::Sender::new(None),
            open: watch::Sender::new(0),
            begun: Mutex::new(mpsc::unbounded_channel().0),
        }
    }

    /// Holds this leg up from now on, or none; tells of every leg that begins.
    pub(crate) fn hold(&self, leg: Option<Leg>) -> mpsc::UnboundedReceiver<Leg> {
        self.held.send_replace(leg);
        let (begun, hear) = mpsc::unbounded_channel();
        *self.begun.lock().expect("nobody failed") = begun;
        hear
    }

    /// Waits until the server is done with everything that has been asked of it.
    pub(crate) async fn is_quiet(&self) {
        let mut open = self.open.subscribe();
        let none = open.wait_for(|open| *open == 0);
        timeout(PATIENCE, none)
            .await
            .expect("ends")
            .expect("is told");
    }

    /// Carries both ways until one side is done. What was sent before its sender died still arrives, as on a real wire.
    pub(crate) async fn carry(&self, near: &mut TcpStream, far: &mut TcpStream) {
        self.open.send_modify(|open| *open += 1);
        let (mut near_in, mut near_out) = near.split();
        let (mut far_in, mut far_out) = far.split();
        let is_gone = watch::Sender::new(false);
        let asked = watch::Sender::new(None);
        let there = async {
            let mut bytes = Vec::with_capacity(AT_ONCE);
            while near_in
                .read_buf(&mut bytes)
                .await
                .is_ok_and(|read| read > 0)
            {
                let leg = Leg::of(&bytes);
                asked.send_replace(leg);
                let mut is_over = false;
                if self.begins(leg) {
                    // Nothing more comes behind a request until it is answered, but its own end, or the sender's.
                    let rest = async {
                        while near_in
                            .read_buf(&mut bytes)
                            .await
                            .is_ok_and(|read| read > 0)
                        {}
                    };
                    is_over = timeout(HOLD, rest).await.is_ok();
                }
                if far_out.write_all(&bytes).await.is_err() || is_over {
                    break;
                }
                bytes.clear();
            }
            is_gone.send_replace(true);
            // The other side may be gone already.
            let _ = far_out.shutdown().await;
        };
        let back = async {
            let mut bytes = Vec::with_capacity(AT_ONCE);
            let mut gone = is_gone.subscribe();
            while far_in.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
                let leg = asked.borrow().and_then(Leg::back);
                if self.begins(leg) {
                    tokio::select! {
                        () = sleep(HOLD) => {}
                        _ = gone.wait_for(|is_gone| *is_gone) => {}
                    }
                }
                if near_out.write_all(&bytes).await.is_err() {
                    break;
                }
                bytes.clear();
            }
            let _ = near_out.shutdown().await;
        };
        tokio::join!(there, back);
        self.open.send_modify(|open| *open -= 1);
    }

    /// Tells that a leg begins; true when it is to be held up.
    fn begins(&self, leg: Option<Leg>) -> bool {
        let Some(leg) = leg else { return false };
        // Whoever listened may have heard enough.
        let _ = self.begun.lock().expect("nobody failed").send(leg);
        *self.held.borrow() == Some(leg)
    }
}
