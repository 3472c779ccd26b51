//! The synced rows: one descriptor for every table, used by rules, storage, sync and export alike.

use crate::activity::{Activity, Tally};
use crate::application::Application;
use crate::attachment::Attachment;
use crate::bookmark::Bookmark;
use crate::contract::Contract;
use crate::id::AccountId;
use crate::message::{Message, ReadMark};
use crate::offer::Offer;
use crate::person::Person;
use crate::profile::Profile;
use crate::recommendation::Recommendation;
use crate::request::Request;
use crate::review::Review;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A noun that is kept as a synced row.
pub trait Noun: Sized + Clone {
    /// Its table.
    const TABLE: Table;
    /// Takes the noun out of a row of its table.
    fn from_row(row: Row) -> Option<Self>;
    /// Looks at the noun in a row of its table.
    fn in_row(row: &Row) -> Option<&Self>;
    /// Makes a row of it.
    fn into_row(self) -> Row;
}

macro_rules! tables {
    ($($variant:ident($noun:ty) = $name:literal, $number:literal),+ $(,)?) => {
        /// A synced table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Table {$(
            #[doc = concat!("Rows of `", $name, "`.")]
            $variant = $number,
        )+}

        impl Table {
            /// Every synced table, parents before children.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in SQL and on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Its stable number in the sync tables.
            pub fn number(self) -> i64 {
                self as i64
            }

            /// The table of a stable number.
            pub fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }

            /// The table of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }

        /// A row of a synced table.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Row {$(
            #[doc = concat!("A row of `", $name, "`.")]
            $variant($noun),
        )+}

        impl Row {
            /// Its table.
            pub fn table(&self) -> Table {
                match self { $(Self::$variant(_) => Table::$variant),+ }
            }

            /// Its id.
            pub fn id(&self) -> Uuid {
                match self { $(Self::$variant(noun) => noun.id.into()),+ }
            }

            /// Writes it as JSON.
            pub fn encode(&self) -> serde_json::Result<String> {
                match self { $(Self::$variant(noun) => serde_json::to_string(noun)),+ }
            }

            /// Reads it back; fields that this version does not know are passed over.
            pub fn decode(table: Table, body: &str) -> serde_json::Result<Self> {
                match table { $(Table::$variant => serde_json::from_str(body).map(Self::$variant)),+ }
            }
        }

        $(impl Noun for $noun {
            const TABLE: Table = Table::$variant;

            fn from_row(row: Row) -> Option<Self> {
                match row { Row::$variant(noun) => Some(noun), _ => None }
            }

            fn in_row(row: &Row) -> Option<&Self> {
                match row {
                    Row::$variant(noun) => Some(noun),
                    _ => None,
                }
            }

            fn into_row(self) -> Row {
                Row::$variant(self)
            }
        })+
    };
}

tables! {
    Person(Person) = "person", 1,
    Profile(Profile) = "profile", 2,
    Request(Request) = "request", 3,
    Application(Application) = "application", 4,
    Offer(Offer) = "offer", 5,
    Contract(Contract) = "contract", 6,
    Message(Message) = "message", 7,
    ReadMark(ReadMark) = "read_mark", 8,
    Review(Review) = "review", 9,
    Recommendation(Recommendation) = "recommendation", 10,
    Activity(Activity) = "activity", 11,
    Tally(Tally) = "tally", 12,
    Bookmark(Bookmark) = "bookmark", 13,
}

/// Names one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// Its table.
    pub table: Table,
    /// Its id.
    pub id: Uuid,
}

impl Key {
    /// The key of a noun.
    pub fn of<N: Noun>(id: impl Into<Uuid>) -> Self {
        Self {
            table: N::TABLE,
            id: id.into(),
        }
    }
}

/// A column by which rows are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The request it belongs to.
    Request,
    /// The application it belongs to.
    Application,
    /// The contract it belongs to.
    Contract,
    /// The client in it.
    Client,
    /// The freelancer in it.
    Freelancer,
    /// Who did it.
    Actor,
    /// Whose it is.
    Owner,
}

impl Column {
    /// Every column.
    const ALL: [Self; 7] = [
        Self::Request,
        Self::Application,
        Self::Contract,
        Self::Client,
        Self::Freelancer,
        Self::Actor,
        Self::Owner,
    ];

    /// Its name in SQL and in the row's JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Application => "application",
            Self::Contract => "contract",
            Self::Client => "client",
            Self::Freelancer => "freelancer",
            Self::Actor => "actor",
            Self::Owner => "owner",
        }
    }
}

/// All rows of a table with this value in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lookup {
    /// Which table.
    pub table: Table,
    /// Which column.
    pub column: Column,
    /// Which value.
    pub value: Uuid,
}

impl Lookup {
    /// All rows of a noun with this value in a column.
    pub fn of<N: Noun>(column: Column, value: impl Into<Uuid>) -> Self {
        Self {
            table: N::TABLE,
            column,
            value: value.into(),
        }
    }

    /// True when the row is one of them.
    pub fn matches(&self, row: &Row) -> bool {
        row.table() == self.table && row.column(self.column) == Some(self.value)
    }
}

impl Row {
    /// The key of the row.
    pub fn key(&self) -> Key {
        Key {
            table: self.table(),
            id: self.id(),
        }
    }

    /// The files that the row names: who sees the row may have their bytes.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Message(message) => &message.attachments,
            Self::Person(_)
            | Self::Profile(_)
            | Self::Request(_)
            | Self::Application(_)
            | Self::Offer(_)
            | Self::Contract(_)
            | Self::ReadMark(_)
            | Self::Review(_)
            | Self::Recommendation(_)
            | Self::Activity(_)
            | Self::Tally(_)
            | Self::Bookmark(_) => &[],
        }
    }

    /// The lookups that find the row.
    pub fn lookups(&self) -> impl Iterator<Item = Lookup> {
        let table = self.table();
        Column::ALL.into_iter().filter_map(move |column| {
            Some(Lookup {
                table,
                column,
                value: self.column(column)?,
            })
        })
    }

    /// The row's value in a lookup column, if its table has that column.
    pub fn column(&self, column: Column) -> Option<Uuid> {
        let account = |id: AccountId| Some(id.0);
        match (self, column) {
            (Self::Request(row), Column::Client) => account(row.client),
            (Self::Application(row), Column::Request) => Some(row.request.0),
            (Self::Application(row), Column::Client) => account(row.client),
            (Self::Application(row), Column::Freelancer) => account(row.freelancer),
            (Self::Offer(row), Column::Application) => Some(row.application.0),
            (Self::Offer(row), Column::Request) => Some(row.request.0),
            (Self::Contract(row), Column::Request) => Some(row.request.0),
            (Self::Contract(row), Column::Application) => Some(row.application.0),
            (Self::Contract(row), Column::Client) => account(row.client),
            (Self::Contract(row), Column::Freelancer) => account(row.freelancer),
            (Self::Message(row), Column::Application) => Some(row.application.0),
            (Self::Review(row), Column::Contract) => Some(row.contract.0),
            (Self::Activity(row), Column::Actor) => account(row.actor),
            (Self::Activity(row), Column::Request) => row.request.map(|request| request.0),
            (Self::Recommendation(row), Column::Request) => Some(row.request.0),
            (Self::Recommendation(row), Column::Freelancer) => account(row.freelancer),
            (Self::Bookmark(row), Column::Owner) => account(row.owner),
            _ => None,
        }
    }
}
