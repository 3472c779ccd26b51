//! What can go wrong with a store.

use guildhall_domain::row::Table;
use sqlx::migrate::MigrateError;
use uuid::Uuid;

/// A store's failure.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date")]
    Migration(#[from] MigrateError),
    /// A stored row makes no sense.
    #[error("row {id} of {table:?} cannot be read")]
    Row {
        /// Which table.
        table: Table,
        /// Which row.
        id: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Something stored outside the rows makes no sense.
    #[error("stored {what} cannot be read")]
    Corrupt {
        /// What.
        what: &'static str,
    },
    /// A value could not be written as JSON.
    #[error("a value cannot be written")]
    Encode(#[from] serde_json::Error),
    /// What several had done together was not kept.
    #[error("what was written was not kept")]
    Uncommitted,
    /// A rule came to an end that it must not come to.
    #[error("mutation {0} made a rule panic")]
    Panicked(Uuid),
    /// The rules asked for rows again and again.
    #[error("mutation {0} asks for rows without end")]
    Restless(Uuid),
    /// A fault of the simulator.
    #[cfg(feature = "simulation")]
    #[error(transparent)]
    Injected(#[from] guildhall_sync_core::simulation::Injected),
}

impl StoreError {
    /// True when the disk is full or cannot be written.
    pub fn is_full(&self) -> bool {
        #[cfg(feature = "simulation")]
        if let Self::Injected(injected) = self {
            use guildhall_sync_core::simulation::Fault;
            return matches!(injected.fault, Fault::Full | Fault::Io);
        }
        match self.code() {
            // SQLITE_FULL, SQLITE_IOERR and its extended codes.
            Some(Code::Sqlite(code)) => matches!(code & 0xff, 13 | 10),
            // disk_full, io_error.
            Some(Code::Postgres(state)) => matches!(state.as_str(), "53100" | "58030"),
            None => false,
        }
    }

    /// True when the fault lies in what is stored: the file is no database, is damaged, or has a form that this version cannot read.
    /// False when its cause lies outside, such as a full disk, a locked file or one that may not be opened.
    pub fn is_damaged(&self) -> bool {
        match self {
            Self::Database(_) | Self::Migration(_) => match self.code() {
                // What SQLite says of the world around the file: SQLITE_PERM to SQLITE_INTERRUPT, SQLITE_IOERR, SQLITE_FULL,
                // SQLITE_CANTOPEN, SQLITE_PROTOCOL, SQLITE_NOLFS and SQLITE_AUTH.
                Some(Code::Sqlite(code)) => !matches!(code & 0xff, 3..=10 | 13 | 14 | 15 | 22 | 23),
                // Class XX: internal error, among them data_corrupted and index_corrupted.
                Some(Code::Postgres(state)) => state.starts_with("XX"),
                None => match self.database() {
                    Some(error) => matches!(
                        error,
                        sqlx::Error::ColumnDecode { .. }
                            | sqlx::Error::Decode(_)
                            | sqlx::Error::ColumnNotFound(_)
                            | sqlx::Error::RowNotFound
                    ),
                    // The list of migrations in the file is not ours.
                    None => true,
                },
            },
            Self::Row { .. } | Self::Corrupt { .. } => true,
            Self::Uncommitted | Self::Encode(_) | Self::Restless(_) | Self::Panicked(_) => false,
            #[cfg(feature = "simulation")]
            Self::Injected(_) => false,
        }
    }

    /// True for a fault of the server itself, which trying again will hardly mend.
    pub fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::Row { .. }
                | Self::Corrupt { .. }
                | Self::Encode(_)
                | Self::Restless(_)
                | Self::Panicked(_)
        )
    }

    /// True when a constraint of the schema was about to be broken.
    pub fn is_constraint(&self) -> bool {
        #[cfg(feature = "simulation")]
        if let Self::Injected(injected) = self {
            return injected.fault == guildhall_sync_core::simulation::Fault::Constraint;
        }
        match self.code() {
            Some(Code::Sqlite(code)) => code & 0xff == 19,
            // Class 23: a constraint; class 22: a value that no column takes; P0001: a trigger says no.
            Some(Code::Postgres(state)) => {
                state.starts_with("23") || state.starts_with("22") || state == "P0001"
            }
            None => false,
        }
    }

    /// True when another transaction got in the way and the same may succeed when tried again.
    pub fn is_conflict(&self) -> bool {
        match self.code() {
            // SQLITE_BUSY: somebody else wrote all the while that is waited for a turn.
            Some(Code::Sqlite(code)) => code & 0xff == 5,
            // serialization_failure, deadlock_detected.
            Some(Code::Postgres(state)) => matches!(state.as_str(), "40001" | "40P01"),
            None => false,
        }
    }

    /// True when something that must be the only one of its kind was there already.
    pub fn is_taken(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        error
            .as_database_error()
            .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    /// What the database said, also while it was brought up to date.
    fn database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(error)
            | Self::Migration(
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
            ) => Some(error),
            _ => None,
        }
    }

    fn code(&self) -> Option<Code> {
        let error = self.database()?.as_database_error()?;
        let code = error.code()?;
        if error
            .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
            .is_some()
        {
            return Some(Code::Postgres(code.into_owned()));
        }
        code.parse().ok().map(Code::Sqlite)
    }
}

/// A database's own code for what went wrong.
enum Code {
    /// SQLite's extended result code.
    Sqlite(i64),
    /// The SQLSTATE.
    Postgres(String),
}
