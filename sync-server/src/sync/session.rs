//! A live session without its socket: what a desktop is told next.
//!
//! The hub hands it each commit that concerns its person. One that follows where the desktop stands is passed on as it is; for
//! everything else the session asks the database, which is the truth. One page is on its way at a time, and the one behind it is made
//! meanwhile.

use super::flash::{Flash, Mailed, Reading, Voice};
use super::hub::{Ring, Seat};
use crate::state::Market;
use axum::extract::ws::Message;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, MaybeDone};
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::pack::PackError;
use guildhall_protocol::sync::{Compare, Cursor, Delta, Pull};
use guildhall_storage::StoreError;
use guildhall_sync_core::planted;
use guildhall_sync_core::pull::Ask;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// What is said at once.
#[derive(Debug)]
pub enum Page {
    /// For this desktop alone.
    Pulled {
        /// What it is told.
        delta: Box<Delta>,
        /// The epoch that it knows.
        known: Option<Uuid>,
    },
    /// The same for many, from memory.
    Flash(Arc<Flash>),
}

impl Page {
    /// Where the desktop stands afterwards, if no page follows.
    pub fn cursor(&self) -> Cursor {
        match self {
            Self::Pulled { delta, .. } => delta.cursor,
            Self::Flash(flash) => flash.cursor(),
        }
    }

    /// What it tells.
    pub fn delta(&self) -> Option<&Delta> {
        match self {
            Self::Pulled { delta, .. } => Some(delta),
            Self::Flash(flash) => flash.delta(),
        }
    }

    /// The message that says it.
    ///
    /// # Errors
    /// [`PackError`] when it cannot be written.
    pub(super) fn say(self, voice: Voice) -> Result<Message, PackError> {
        match self {
            Self::Pulled { delta, known } => voice.say(*delta, known),
            Self::Flash(flash) => flash.say(voice),
        }
    }
}

/// Why a session cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Lapse {
    /// What was acknowledged is not what was said.
    #[error("an acknowledgement makes no sense")]
    Nonsense,
    /// The database could not be read.
    #[error("a live pull failed")]
    Store(#[from] StoreError),
}

/// A live session. Seated from the beginning, so that nothing that is committed before its first pull goes unnoticed.
pub struct Session {
    market: Arc<Market>,
    seat: Seat,
    account: AccountId,
    /// Where the desktop stands; none before it was greeted.
    cursor: Option<Cursor>,
    sent: Option<Sent>,
}

/// A page that is on its way.
struct Sent {
    cursor: Cursor,
    /// What follows it; none when it was the last of its pull.
    rest: Option<Box<Rest>>,
}

/// The next page of the same pull.
struct Rest {
    ask: Ask,
    page: MaybeDone<BoxFuture<'static, Result<Delta, StoreError>>>,
    /// True when it was begun before this one was acknowledged.
    is_ahead: bool,
}

impl Session {
    /// A session of somebody who has not said hello.
    pub fn open(market: Arc<Market>, account: AccountId, sign_in: Uuid) -> Self {
        Self {
            seat: market.hub.join(account, sign_in),
            market,
            account,
            cursor: None,
            sent: None,
        }
    }

    /// Waits until there may be something new, or the sign-in has ended.
    pub fn rung(&self) -> impl Future<Output = Ring> {
        self.seat.rung()
    }

    /// Where the desktop stands, as far as it has acknowledged.
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor
    }

    /// True while a page is on its way.
    pub fn is_waiting(&self) -> bool {
        self.sent.is_some()
    }

    /// The first page for a desktop that holds this. There is one even if nothing is new.
    ///
    /// # Errors
    /// [`Lapse`] when the database cannot be read.
    pub async fn greet(&mut self, pull: &Pull) -> Result<Page, Lapse> {
        let market = &self.market;
        market.alarms.hear(&market.store, self.account, pull).await;
        let ask = Ask::page(self.account, pull);
        let delta = match self.unchanged(&ask).await? {
            Some(delta) => delta,
            None => self.market.store.pull(&ask).await?,
        };
        Ok(self.send(ask, delta))
    }

    /// The answer when nothing is new to this person as far as this process knows, and nobody else has written.
    async fn unchanged(&mut self, ask: &Ask) -> Result<Option<Delta>, Lapse> {
        let is_plain = ask.after.is_none() && ask.refetch.is_empty();
        let head = ask
            .cursor
            .filter(|_| is_plain)
            .and_then(|cursor| self.market.hub.nothing_since(self.account, cursor));
        match head {
            Some(head) => Ok(self.market.store.unchanged(ask, head).await?),
            None => Ok(None),
        }
    }

    /// The next page of what is new; none when the desktop knows everything.
    ///
    /// # Errors
    /// [`Lapse`] when the database cannot be read.
    pub async fn news(&mut self) -> Result<Option<Page>, Lapse> {
        while let Some(cursor) = self.cursor {
            let reading = match self.seat.mail() {
                Mailed::Nothing => break,
                Mailed::Ask => Reading::Ask,
                Mailed::Flash(flash) => match flash.read(cursor) {
                    Reading::Say if planted!(CommitSkipped, sometimes) => Reading::Known,
                    Reading::Say => return Ok(Some(self.pass_on(flash))),
                    other => other,
                },
            };
            if reading == Reading::Ask {
                let ask = Ask::next(self.account, cursor);
                let delta = self.market.store.pull(&ask).await?;
                if !delta.is_empty() {
                    return Ok(Some(self.send(ask, delta)));
                }
                self.cursor = Some(delta.cursor);
            }
        }
        Ok(None)
    }

    /// What the device must hold, with all that is new; none before it was greeted.
    ///
    /// # Errors
    /// [`Lapse`] when the database cannot be read.
    pub async fn compare(&mut self) -> Result<Option<Page>, Lapse> {
        let Some(cursor) = self.cursor else {
            return Ok(None);
        };
        let mut ask = Ask::next(self.account, cursor);
        ask.compare = Some(Compare::Whole);
        let delta = self.market.store.pull(&ask).await?;
        Ok(Some(self.send(ask, delta)))
    }

    /// Makes the page behind the one that is on its way. May be given up and taken up again.
    pub async fn look_ahead(&mut self) {
        let rest = self.sent.as_mut().and_then(|sent| sent.rest.as_mut());
        if let Some(rest) = rest {
            rest.is_ahead = true;
            (&mut rest.page).await;
        }
    }

    /// The desktop has stored what was said; answers with the next page of the same pull.
    ///
    /// # Errors
    /// [`Lapse`] when that is not what was said, or the database cannot be read.
    pub async fn acknowledged(&mut self, heard: Cursor) -> Result<Option<Page>, Lapse> {
        let sent = self.sent.take().filter(|sent| sent.cursor == heard);
        let Some(mut rest) = sent.ok_or(Lapse::Nonsense)?.rest else {
            self.cursor = Some(heard);
            return Ok(None);
        };
        (&mut rest.page).await;
        let made = Pin::new(&mut rest.page).take_output().transpose()?;
        // What was made ahead of time must not show what somebody has lost since then.
        let is_fresh = |delta: &Delta| {
            let hub = &self.market.hub;
            !rest.is_ahead || hub.nothing_since(self.account, delta.cursor).is_some()
        };
        let delta = match made.filter(is_fresh) {
            Some(delta) => delta,
            None => self.market.store.pull(&rest.ask).await?,
        };
        Ok(Some(self.send(rest.ask, delta)))
    }

    fn send(&mut self, mut ask: Ask, delta: Delta) -> Page {
        let known = ask.cursor.map(|cursor| cursor.epoch);
        ask.after = delta.next;
        let is_last = delta.next.is_none() && !delta.restart;
        self.sent = Some(Sent {
            cursor: delta.cursor,
            rest: (!is_last).then(|| Box::new(Rest::of(&self.market, ask))),
        });
        Page::Pulled {
            delta: Box::new(delta),
            known,
        }
    }

    fn pass_on(&mut self, flash: Arc<Flash>) -> Page {
        self.sent = Some(Sent {
            cursor: flash.cursor(),
            rest: None,
        });
        Page::Flash(flash)
    }
}

impl Rest {
    fn of(market: &Arc<Market>, ask: Ask) -> Self {
        let market = Arc::clone(market);
        let asked = ask.clone();
        let page = async move { market.store.pull(&asked).await }.boxed();
        Self {
            ask,
            page: MaybeDone::Future(page),
            is_ahead: false,
        }
    }
}
