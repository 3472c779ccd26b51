//! `GET /v1/admin/audit`: the newest lines of the audit log, with names in place of ids.

use crate::api::answers::{Missing, Stranger, Unread};
use crate::extract::Call;
use crate::problem::{Problem, Query};
use crate::state::Market;
use axum::Json;
use axum::extract::State;
use guildhall_domain::person::Person;
use guildhall_domain::request::Request;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::admin::AdminAudit;
use guildhall_protocol::path;
use guildhall_storage::StoreError;
use guildhall_storage::server::AuditLine;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

use super::overview::{LINES, Search};

/// How many lines are looked at for one answer; what is older is read with `guildhall-server audit list`.
const LOOKED_AT: usize = 20_000;

/// Lines in which every word of the search occurs: a name, a kind, a day or a part of the note.
#[utoipa::path(get, path = path::ADMIN_AUDIT, tag = "admin", security(("desktop" = [])), operation_id = "admin_audit", params(Search),
    responses((status = 200, body = [AdminAudit]), Unread, Stranger, Missing))]
pub(super) async fn audit(
    State(market): State<Arc<Market>>,
    _: Call,
    Query(search): Query<Search>,
) -> Result<Json<Vec<AdminAudit>>, Problem> {
    let words = search.words();
    let mut names = Names::default();
    let mut found = Vec::new();
    let (mut before, mut looked_at) = (u64::MAX, 0);
    while looked_at < LOOKED_AT {
        let lines = market.store.audit().before(before).await;
        let lines = lines.map_err(|error| Problem::internal(&error))?;
        let Some(last) = lines.last() else { break };
        before = last.seq;
        looked_at += lines.len();
        for line in lines {
            let line = names.told(&market, line).await;
            let line = line.map_err(|error| Problem::internal(&error))?;
            if matches(&line, &words) {
                found.push(line);
            }
            if found.len() == LINES as usize {
                return Ok(Json(found));
            }
        }
    }
    Ok(Json(found))
}

fn matches(line: &AdminAudit, words: &[String]) -> bool {
    let who = line.who.as_deref().unwrap_or_default();
    let whom = line.whom.as_deref().unwrap_or_default();
    let (kind, note) = (line.kind.replace('_', " "), &line.note);
    let text = format!("{who} {whom} {kind} {note} {}", line.at.day()).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// What people and requests are called, each looked up once.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, Option<String>>);

impl Names {
    async fn told(&mut self, market: &Market, line: AuditLine) -> Result<AdminAudit, StoreError> {
        Ok(AdminAudit {
            number: line.seq,
            at: Timestamp(line.at),
            who: self.of(market, line.who).await?,
            whom: self.of(market, line.whom).await?,
            kind: line.kind,
            note: line.note,
        })
    }

    async fn of(&mut self, market: &Market, id: String) -> Result<Option<String>, StoreError> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let name = match id.parse::<Uuid>() {
            Err(_) => None,
            Ok(found) => Some(name_of(market, found).await?),
        };
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

/// Whoever is gone keeps a number, so that their lines stay together.
async fn name_of(market: &Market, id: Uuid) -> Result<String, StoreError> {
    if let Some(person) = market.store.find::<Person>(id).await? {
        return Ok(person.name);
    }
    let request = market.store.find::<Request>(id).await?;
    Ok(request.map_or_else(|| id.to_string(), |request| request.text.title))
}
