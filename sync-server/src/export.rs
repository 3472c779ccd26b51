//! Everything that the server holds about one person, as one JSON document that is written while it is read.
//!
//! What somebody has to do with lies in scopes, and only what lies in theirs is written: their own, what others see of them, their
//! requests, and their threads. So nothing gets into the file that their desktop would not be shown.

use crate::state::Market;
use axum::body::{Body, Bytes};
use futures_util::stream;
use guildhall_domain::application::Application;
use guildhall_domain::id::AccountId;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Column, Table};
use guildhall_domain::scope::Scope;
use guildhall_storage::StoreError;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc;
use uuid::Uuid;

/// How many pieces may wait to be sent.
const WAITING: usize = 8;

/// The document of an account, on its way.
pub(crate) fn of(market: &Arc<Market>, account: Uuid) -> Body {
    let (sender, receiver) = mpsc::channel(WAITING);
    let market = Arc::clone(market);
    tokio::spawn(async move {
        let mut sheet = Sheet(sender);
        match write(&market, account, &mut sheet).await {
            Ok(()) | Err(Broken::Gone) => {}
            Err(Broken::Failed(error)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "somebody's data was not handed over whole"
                );
                // Ends the answer in the middle, so that nobody takes it for whole.
                let broken = io::Error::other("the server failed");
                let _ = sheet.0.send(Err(broken)).await;
            }
        }
    });
    Body::from_stream(stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|piece| (piece, receiver))
    }))
}

/// Why a document was not written whole.
enum Broken {
    /// Nobody waits for it any more.
    Gone,
    /// The server failed.
    Failed(StoreError),
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Where the document goes.
struct Sheet(mpsc::Sender<io::Result<Bytes>>);

impl Sheet {
    async fn put(&mut self, text: impl Into<Bytes>) -> Result<(), Broken> {
        let sent = self.0.send(Ok(text.into())).await;
        sent.map_err(|_| Broken::Gone)
    }

    async fn field(&mut self, name: &str, value: &Value) -> Result<(), Broken> {
        self.put(format!(",\n\"{name}\":{value}")).await
    }
}

async fn write(market: &Market, account: Uuid, sheet: &mut Sheet) -> Result<(), Broken> {
    let now = (market.clock)().0;
    let about = json!({
        "market": market.oauth.config().market_name,
        "account": account,
        "written_at": now,
        "times": "milliseconds since 1970-01-01 UTC",
    });
    sheet.put(format!("{{\n\"about\":{about}")).await?;
    let accounts = market.store.accounts();
    let agreed = accounts.agreed(account).await?;
    let own = json!({
        "email": accounts.email(account).await?,
        "email_confirmed_at": accounts.verified_at(account).await?,
        "created_at": accounts.created_at(account).await?,
        "providers": accounts.identities(account).await?.iter().map(|identity| json!({
            "issuer": identity.issuer, "subject": identity.subject, "linked_at": identity.linked_at,
        })).collect::<Vec<_>>(),
        "second_factor": accounts.second_factor(account).await?.and_then(|factor| factor.confirmed_at),
        "terms_and_privacy": agreed.map(|(version, at)| json!({ "version": version, "agreed_at": at })),
    });
    sheet.field("sign_in", &own).await?;
    let scopes = scopes(market, AccountId(account)).await?;
    for table in Table::ALL {
        rows(market, &scopes, *table, sheet).await?;
    }
    let devices = accounts.sign_ins(account, now).await?;
    let devices = devices.into_iter().map(|device| {
        json!({
            "device": device.name, "system": device.system,
            "began_at": device.began_at, "began_network": device.began_network,
            "seen_at": device.seen_at, "seen_network": device.seen_network,
        })
    });
    sheet.field("devices", &devices.collect()).await?;
    let browsers = accounts.browser_sessions(account).await?;
    let browsers = browsers
        .into_iter()
        .map(|(began, seen)| json!({ "began_at": began, "seen_at": seen }));
    sheet.field("browsers", &browsers.collect()).await?;
    let passkeys = accounts.passkeys(account).await?;
    let passkeys = passkeys.into_iter().map(|passkey| {
        json!({ "name": passkey.name, "made_at": passkey.created_at, "used_at": passkey.used_at })
    });
    sheet.field("passkeys", &passkeys.collect()).await?;
    let tokens = accounts.personal_tokens(account, now).await?;
    let tokens = tokens.into_iter().map(|token| {
        json!({
            "name": token.name, "scopes": token.scopes, "made_at": token.created_at,
            "used_at": token.used_at, "expires_at": token.expires_at,
        })
    });
    sheet.field("tokens", &tokens.collect()).await?;
    let files = market.store.files_of(AccountId(account)).await?;
    let files = files
        .into_iter()
        .map(|(hash, size)| json!({ "sha256": hash, "size": size }));
    sheet.field("files", &files.collect()).await?;
    let seen = market.store.impressions_of(AccountId(account)).await?;
    // Whose list it was is not theirs to know.
    let seen = seen.into_iter().map(|one| {
        json!({
            "day": one.day, "place": one.rank, "newcomer": one.newcomer, "drawn": one.drawn,
            "propensity": one.propensity, "score_version": one.score_version, "parts": one.parts,
        })
    });
    sheet.field("shown_to_clients", &seen.collect()).await?;
    audit(market, account, sheet).await?;
    sheet.put("\n}\n").await
}

/// The scopes of what somebody has to do with.
async fn scopes(market: &Market, account: AccountId) -> Result<BTreeSet<Scope>, StoreError> {
    let mut scopes = BTreeSet::from([Scope::own(account), Scope::person(account)]);
    let requests = market.store.list::<Request>(Column::Client, account);
    scopes.extend(requests.await?.iter().map(|it| Scope::request(it.id)));
    for side in [Column::Client, Column::Freelancer] {
        let threads = market.store.list::<Application>(side, account);
        scopes.extend(threads.await?.iter().map(|it| Scope::thread(it.id)));
    }
    Ok(scopes)
}

async fn rows(
    market: &Market,
    scopes: &BTreeSet<Scope>,
    table: Table,
    sheet: &mut Sheet,
) -> Result<(), Broken> {
    sheet.put(format!(",\n\"{}\":[", table.name())).await?;
    // A review lies in the scope of both: each row is written once.
    let mut written = BTreeSet::new();
    for scope in scopes {
        let mut after = Uuid::nil();
        loop {
            let page = market.store.in_scope(*scope, table, after).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (id, body) in page {
                let comma = if written.is_empty() { "" } else { "," };
                if written.insert(id) {
                    sheet.put(format!("{comma}\n{body}")).await?;
                }
            }
        }
    }
    sheet.put("]").await
}

/// What the audit log says of somebody. Who else had a hand in it is not theirs to know.
async fn audit(market: &Market, account: Uuid, sheet: &mut Sheet) -> Result<(), Broken> {
    sheet.put(",\n\"log\":[").await?;
    let (mut reached, mut comma) = (0, "");
    let me = account.to_string();
    loop {
        let lines = market.store.audit().of(account, reached).await?;
        let Some(last) = lines.last() else { break };
        reached = last.seq;
        for line in lines {
            let by_me = line.who == me;
            let line =
                json!({ "at": line.at, "what": line.kind, "by_you": by_me, "note": line.note });
            sheet.put(format!("{comma}\n{line}")).await?;
            comma = ",";
        }
    }
    sheet.put("]").await
}
