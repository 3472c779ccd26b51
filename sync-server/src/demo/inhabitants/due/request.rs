//! A request of somebody real.

use super::{Deed, Town, caused, chance_of, name_of};
use crate::demo::inhabitants::pace::Kind;
use crate::demo::letters::{self, greeted};
use guildhall_domain::application::Application;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::Column;
use guildhall_storage::StoreError;
use guildhall_storage::server::ServerStore;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The best fitting inhabitants apply to somebody's request, two to four of them.
pub(super) async fn applications(
    store: &ServerStore,
    town: &Town,
    id: RequestId,
    refused: &BTreeSet<Uuid>,
) -> Result<Vec<Deed>, StoreError> {
    let Some(request) = store.find::<Request>(id).await? else {
        return Ok(Vec::new());
    };
    let is_ours = town.inhabitants.contains(&request.client) || request.published < town.founded;
    if is_ours || !request.is_open() {
        return Ok(Vec::new());
    }
    let applied: BTreeSet<AccountId> = store
        .list::<Application>(Column::Request, id)
        .await?
        .into_iter()
        .map(|application| application.freelancer)
        .filter(|freelancer| town.inhabitants.contains(freelancer))
        .collect();
    let wanted = 2 + chance_of(id.0).below(3);
    let mut pairs = store.list::<Recommendation>(Column::Request, id).await?;
    pairs.retain(|pair| {
        let said_no = refused.contains(&caused("apply", &[id.0, pair.freelancer.0]).0);
        pair.for_client
            && town.inhabitants.contains(&pair.freelancer)
            && !applied.contains(&pair.freelancer)
            && !said_no
    });
    pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.score), pair.id));
    let client = name_of(store, request.client).await?;
    let mut deeds = Vec::new();
    for pair in pairs.iter().take(wanted.saturating_sub(applied.len())) {
        if let Some(profile) = store.find::<Profile>(pair.freelancer).await? {
            deeds.extend(apply(&request, &profile, &client));
        }
    }
    Ok(deeds)
}

fn apply(request: &Request, profile: &Profile, client: &str) -> Option<Deed> {
    let cause = [request.id.0, profile.id.0];
    let id = caused("apply", &cause);
    let mut chance = chance_of(id.0);
    let price = letters::price(&mut chance, &request.text, &profile.text)?;
    let message = letters::application(
        &mut chance,
        &request.text,
        &profile.text,
        greeted(client, false),
        price,
    );
    Some(Deed {
        actor: profile.id,
        kind: Kind::Apply,
        acts: vec![
            (
                caused("look", &cause),
                Mutation::ViewRequest { id: request.id },
            ),
            (
                id,
                Mutation::SubmitApplication {
                    request: request.id,
                    message,
                    price,
                    terms_version: request.terms_version,
                },
            ),
        ],
    })
}
