//! What can go wrong with a store.

use guildhall_domain::row::Table;
use uuid::Uuid;

/// A store's failure.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
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
        // SQLITE_FULL 13, SQLITE_IOERR 10 and its extended codes.
        self.sqlite_code()
            .is_some_and(|code| code & 0xff == 13 || code & 0xff == 10)
    }

    /// True when the file is not a database or is damaged.
    pub fn is_damaged(&self) -> bool {
        // SQLITE_CORRUPT 11, SQLITE_NOTADB 26.
        match self {
            Self::Database(_) | Self::Migration(_) => self
                .sqlite_code()
                .is_some_and(|code| code & 0xff == 11 || code & 0xff == 26),
            Self::Row { .. } | Self::Corrupt { .. } => true,
            Self::Encode(_) | Self::Restless(_) => false,
            #[cfg(feature = "simulation")]
            Self::Injected(_) => false,
        }
    }

    /// True when a constraint of the schema was about to be broken.
    pub fn is_constraint(&self) -> bool {
        #[cfg(feature = "simulation")]
        if let Self::Injected(injected) = self {
            return injected.fault == guildhall_sync_core::simulation::Fault::Constraint;
        }
        self.sqlite_code().is_some_and(|code| code & 0xff == 19)
    }

    fn sqlite_code(&self) -> Option<i64> {
        let error = match self {
            Self::Database(error)
            | Self::Migration(sqlx::migrate::MigrateError::Execute(error)) => error,
            Self::Migration(_)
            | Self::Row { .. }
            | Self::Corrupt { .. }
            | Self::Encode(_)
            | Self::Restless(_) => return None,
            #[cfg(feature = "simulation")]
            Self::Injected(_) => return None,
        };
        error.as_database_error()?.code()?.parse().ok()
    }
}
