//! The audit log: what happened to accounts and roles. It is only added to, and shows when it was tampered with.
//!
//! What admins do is written in the transaction that does it; the rest is written by whoever sees it happen.

mod chain;

pub use chain::{AuditBroken, AuditCheck, AuditHead, AuditLine, NoHead};

use super::pool::{Pool, Transaction, on_pool};
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::row::Row;
use sqlx::{PgConnection, SqliteConnection};
use uuid::Uuid;

/// How many lines are read at once.
const PAGE: i64 = 1_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditKind {
    /// Somebody signed in.
    SignedIn,
    /// Somebody showed anew who they are, to keep order for some minutes.
    OversightBegun,
    /// Sign-ins failed; the note says how many.
    SignInsFailed,
    /// All sign-ins of an account were ended.
    SignedOut,
    /// One sign-in of an account was ended.
    SignInEnded,
    /// Somebody got another password.
    PasswordSet,
    /// Somebody is asked for a second factor from now on.
    SecondFactorOn,
    /// Somebody is asked for none any more.
    SecondFactorOff,
    /// Somebody got other recovery codes.
    RecoveryCodesRenewed,
    /// Somebody may sign in with another passkey.
    PasskeyAdded,
    /// Somebody may sign in with a passkey no more.
    PasskeyRemoved,
    /// Somebody made a token for their own programs.
    TokenMade,
    /// Somebody revoked one.
    TokenRevoked,
    /// An account got another way to sign in, through a provider.
    IdentityLinked,
    /// An account lost one.
    IdentityUnlinked,
    /// What a provider, or somebody in its name, said of a person could not be trusted.
    ProviderRefused,
    /// Somebody took along what is held about them.
    Exported,
    /// Somebody asked to be deleted.
    LeaveAsked,
    /// Somebody took that back.
    LeaveTakenBack,
    /// Somebody was deleted.
    Erased,
    /// A person got a role.
    RoleChanged,
    /// A person lost a role.
    RoleTaken,
    /// A person was suspended.
    Suspended,
    /// A suspension was lifted.
    Restored,
    /// A request was taken down.
    RequestRemoved,
    /// Somebody was invited, or an invitation was taken back.
    Invited,
    /// The market was set up otherwise.
    SettingChanged,
}

impl AuditKind {
    /// Every kind.
    pub const ALL: [Self; 27] = [
        Self::SignedIn,
        Self::OversightBegun,
        Self::SignInsFailed,
        Self::SignedOut,
        Self::SignInEnded,
        Self::PasswordSet,
        Self::SecondFactorOn,
        Self::SecondFactorOff,
        Self::RecoveryCodesRenewed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::TokenMade,
        Self::TokenRevoked,
        Self::IdentityLinked,
        Self::IdentityUnlinked,
        Self::ProviderRefused,
        Self::Exported,
        Self::LeaveAsked,
        Self::LeaveTakenBack,
        Self::Erased,
        Self::RoleChanged,
        Self::RoleTaken,
        Self::Suspended,
        Self::Restored,
        Self::RequestRemoved,
        Self::Invited,
        Self::SettingChanged,
    ];

    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::OversightBegun => "oversight_begun",
            Self::SignInsFailed => "sign_ins_failed",
            Self::SignedOut => "signed_out",
            Self::SignInEnded => "sign_in_ended",
            Self::PasswordSet => "password_set",
            Self::SecondFactorOn => "second_factor_on",
            Self::SecondFactorOff => "second_factor_off",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::TokenMade => "token_made",
            Self::TokenRevoked => "token_revoked",
            Self::IdentityLinked => "identity_linked",
            Self::IdentityUnlinked => "identity_unlinked",
            Self::ProviderRefused => "provider_refused",
            Self::Exported => "exported",
            Self::LeaveAsked => "leave_asked",
            Self::LeaveTakenBack => "leave_taken_back",
            Self::Erased => "erased",
            Self::RoleChanged => "role_changed",
            Self::RoleTaken => "role_taken",
            Self::Suspended => "suspended",
            Self::Restored => "restored",
            Self::RequestRemoved => "request_removed",
            Self::Invited => "invited",
            Self::SettingChanged => "setting_changed",
        }
    }
}

/// Something to be written into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNote {
    /// What.
    pub kind: AuditKind,
    /// The account that did it, if somebody was signed in.
    pub who: Option<Uuid>,
    /// The account or thing it was done to.
    pub whom: Option<Uuid>,
    /// A reason, a role, a count. Never a secret, and never words that two people write to each other.
    pub note: String,
}

impl AuditNote {
    /// What a changed row means for the log, if anything.
    pub(super) fn of(row: &Row) -> Option<Self> {
        let Row::Activity(activity) = row else {
            return None;
        };
        Some(Self {
            kind: kind_of(activity.kind)?,
            who: Some(activity.actor.0),
            whom: whom(activity),
            note: activity.note.clone(),
        })
    }
}

fn kind_of(kind: ActivityKind) -> Option<AuditKind> {
    match kind {
        ActivityKind::PersonSuspended => Some(AuditKind::Suspended),
        ActivityKind::PersonRestored => Some(AuditKind::Restored),
        ActivityKind::RequestRemoved => Some(AuditKind::RequestRemoved),
        ActivityKind::RoleChanged => Some(AuditKind::RoleChanged),
        ActivityKind::RoleTaken => Some(AuditKind::RoleTaken),
        ActivityKind::Joined
        | ActivityKind::ProfileSaved
        | ActivityKind::RequestPublished
        | ActivityKind::RequestEdited
        | ActivityKind::RequestPaused
        | ActivityKind::RequestResumed
        | ActivityKind::RequestCancelled
        | ActivityKind::RequestExpired
        | ActivityKind::RequestViewed
        | ActivityKind::ProfileViewed
        | ActivityKind::ApplicationViewed
        | ActivityKind::Applied
        | ActivityKind::ApplicationWithdrawn
        | ActivityKind::ApplicationShortlisted
        | ActivityKind::ApplicationDeclined
        | ActivityKind::OfferMade
        | ActivityKind::OfferRevoked
        | ActivityKind::OfferAccepted
        | ActivityKind::OfferDeclined
        | ActivityKind::MessageSent
        | ActivityKind::Delivered
        | ActivityKind::ChangesRequested
        | ActivityKind::DeliveryAccepted
        | ActivityKind::ContractCancelled
        | ActivityKind::Reviewed => None,
    }
}

fn whom(activity: &Activity) -> Option<Uuid> {
    let request = activity.request.map(|request| request.0);
    request.or(activity.other.map(|other| other.0))
}

/// Adds lines to the log inside a transaction of this database.
macro_rules! append {
    ($name:ident, $connection:ty) => {
        pub(super) async fn $name(
            connection: &mut $connection,
            notes: &[AuditNote],
            at: i64,
        ) -> Result<(), StoreError> {
            if notes.is_empty() {
                return Ok(());
            }
            let last: Option<(i64, Vec<u8>)> =
                sqlx::query_as("select seq, hash from audit order by seq desc limit 1")
                    .fetch_optional(&mut *connection)
                    .await?;
            let mut head = read_head(last)?;
            for note in notes {
                let id = |id: Option<Uuid>| id.map_or_else(String::new, |id| id.to_string());
                let mut line = AuditLine {
                    seq: head.seq + 1,
                    at,
                    kind: note.kind.name().to_owned(),
                    who: id(note.who),
                    whom: id(note.whom),
                    note: note.note.clone(),
                    hash: [0; 32],
                };
                line.hash = line.hash_after(&head.hash);
                head = AuditHead {
                    seq: line.seq,
                    hash: line.hash,
                };
                sqlx::query(
                    "insert into audit (seq, at, kind, who, whom, note, hash) values ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(signed(line.seq))
                .bind(line.at)
                .bind(line.kind)
                .bind(line.who)
                .bind(line.whom)
                .bind(line.note)
                .bind(line.hash.to_vec())
                .execute(&mut *connection)
                .await?;
            }
            Ok(())
        }
    };
}

append!(append_sqlite, SqliteConnection);
append!(append_rows, PgConnection);

/// The same on PostgreSQL, where two transactions could add at once: the second waits for the first.
pub(super) async fn append_postgres(
    connection: &mut PgConnection,
    notes: &[AuditNote],
    at: i64,
) -> Result<(), StoreError> {
    if notes.is_empty() {
        return Ok(());
    }
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('guildhall audit', 0))")
        .execute(&mut *connection)
        .await?;
    append_rows(connection, notes, at).await
}

/// Adds lines within a transaction that does more.
pub(super) async fn append(
    transaction: &mut Transaction,
    notes: &[AuditNote],
    at: i64,
) -> Result<(), StoreError> {
    match transaction {
        Transaction::Sqlite(connection) => append_sqlite(connection, notes, at).await,
        Transaction::Shared(turn) => append_sqlite(turn.connection()?, notes, at).await,
        Transaction::Postgres(connection) => append_postgres(connection, notes, at).await,
    }
}

fn read_head(last: Option<(i64, Vec<u8>)>) -> Result<AuditHead, StoreError> {
    let Some((seq, hash)) = last else {
        return Ok(AuditHead::START);
    };
    let hash = hash
        .try_into()
        .map_err(|_| StoreError::Corrupt { what: "audit log" })?;
    Ok(AuditHead {
        seq: unsigned(seq),
        hash,
    })
}

/// A line as the database gives it.
type Stored = (i64, i64, String, String, String, String, Vec<u8>);

fn read((seq, at, kind, who, whom, note, hash): Stored) -> AuditLine {
    AuditLine {
        seq: unsigned(seq),
        at,
        kind,
        who,
        whom,
        note,
        // A hash of another length is no hash of anything: the check finds it.
        hash: hash.try_into().unwrap_or_default(),
    }
}

/// The log of a database.
#[derive(Debug, Clone)]
pub struct Audit {
    pool: Pool,
}

impl Audit {
    /// The log in this database.
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Adds lines; when this returns, they are on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn add(&self, notes: &[AuditNote], at: i64) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        append(&mut transaction, notes, at).await?;
        transaction.commit().await
    }

    /// Where the log ends.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn head(&self) -> Result<AuditHead, StoreError> {
        let last: Option<(i64, Vec<u8>)> = on_pool!(&self.pool, pool => {
            sqlx::query_as("select seq, hash from audit order by seq desc limit 1")
                .fetch_optional(pool)
                .await?
        });
        read_head(last)
    }

    /// The lines after a number, oldest first, as many as are read at once.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn after(&self, seq: u64) -> Result<Vec<AuditLine>, StoreError> {
        let lines: Vec<Stored> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select seq, at, kind, who, whom, note, hash from audit where seq > $1 order by seq limit $2",
            )
            .bind(signed(seq))
            .bind(PAGE)
            .fetch_all(pool)
            .await?
        });
        Ok(lines.into_iter().map(read).collect())
    }

    /// The lines by or about an account after a number, oldest first, as many as are read at once.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn of(&self, account: Uuid, seq: u64) -> Result<Vec<AuditLine>, StoreError> {
        let lines: Vec<Stored> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select seq, at, kind, who, whom, note, hash from audit where seq > $1 and (who = $2 or whom = $2) \
                 order by seq limit $3",
            )
            .bind(signed(seq))
            .bind(account.to_string())
            .bind(PAGE)
            .fetch_all(pool)
            .await?
        });
        Ok(lines.into_iter().map(read).collect())
    }

    /// The lines before a number, newest first, as many as are read at once.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn before(&self, seq: u64) -> Result<Vec<AuditLine>, StoreError> {
        let lines: Vec<Stored> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select seq, at, kind, who, whom, note, hash from audit where seq < $1 order by seq desc limit $2",
            )
            .bind(signed(seq))
            .bind(PAGE)
            .fetch_all(pool)
            .await?
        });
        Ok(lines.into_iter().map(read).collect())
    }

    /// Checks the whole log, and that it leads through a head that was kept elsewhere.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read. Inside, the first line that is not as it was written.
    pub async fn verify(
        &self,
        kept: Option<AuditHead>,
    ) -> Result<Result<AuditHead, AuditBroken>, StoreError> {
        let mut check = AuditCheck::begin(kept);
        let mut reached = 0;
        loop {
            let lines = self.after(reached).await?;
            let Some(last) = lines.last() else {
                return Ok(check.end());
            };
            reached = last.seq;
            for line in &lines {
                if let Err(broken) = check.take(line) {
                    return Ok(Err(broken));
                }
            }
        }
    }
}
