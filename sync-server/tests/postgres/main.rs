//! The stories of the HTTP interface once more, over PostgreSQL, and those that need several processes.

#[path = "../http/account.rs"]
mod account;
#[path = "../http/admin.rs"]
mod admin;
#[path = "../http/crowd.rs"]
mod crowd;
#[path = "../http/deeds.rs"]
mod deeds;
#[path = "../http/delivery.rs"]
mod delivery;
#[path = "../http/desk.rs"]
mod desk;
#[path = "../http/digest.rs"]
mod digest;
#[path = "../http/doors.rs"]
mod doors;
#[path = "../http/export.rs"]
mod export;
#[path = "../http/files.rs"]
mod files;
#[path = "../http/forged_provider.rs"]
#[expect(
    dead_code,
    reason = "most of its lies are told in the stories over files"
)]
mod forged_provider;
#[path = "../http/housekeeping.rs"]
mod housekeeping;
#[path = "../http/joining.rs"]
mod joining;
#[path = "../http/leaving.rs"]
mod leaving;
#[path = "../http/live.rs"]
mod live;
#[path = "../http/memory.rs"]
mod memory;
#[path = "../http/oracle.rs"]
mod oracle;
#[path = "../http/passkeys.rs"]
mod passkeys;
#[path = "../http/privacy.rs"]
mod privacy;
mod processes;
#[path = "../http/providers.rs"]
mod providers;
#[path = "../http/race.rs"]
mod race;
#[path = "../http/refusals.rs"]
mod refusals;
#[path = "../http/road.rs"]
mod road;
#[path = "../http/roles.rs"]
mod roles;
#[path = "../http/saved.rs"]
mod saved;
#[path = "../http/second_factor.rs"]
mod second_factor;
#[path = "../http/server.rs"]
mod server;
#[path = "../http/slow.rs"]
mod slow;
#[path = "../http/strangers.rs"]
mod strangers;
#[path = "../http/texts.rs"]
mod texts;
#[path = "../http/tokens.rs"]
mod tokens;
#[path = "../http/walker.rs"]
mod walker;

use guildhall_postgres_ground::Ground;

/// Each of these stories has a PostgreSQL database of its own.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same stories over files have none"
)]
fn database() -> Option<String> {
    Some(Ground::shared().database().expect("is made"))
}
