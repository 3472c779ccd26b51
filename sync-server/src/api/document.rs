//! `GET /api/openapi.json`: what programs can ask of this server, and what it answers. Sync is described in `docs/SYNC.md`.

use crate::{admin, blob, find, me, oauth};
use axum::Json;
use std::sync::LazyLock;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, OpenApi as Document};
use utoipa::{Modify, OpenApi};

/// The scheme of tokens that people make for their own programs.
pub(crate) const PROGRAM: &str = "program";
/// The scheme of access tokens of a desktop.
pub(crate) const DESKTOP: &str = "desktop";

#[derive(OpenApi)]
#[openapi(
    info(title = "Guildhall", description = "Everything that this server answers to programs, but sync."),
    paths(
        show,
        super::me,
        super::profile,
        super::rows::requests,
        super::rows::request,
        super::rows::applications,
        super::rows::application,
        super::rows::contracts,
        super::rows::contract
    ),
    modifiers(&Schemes)
)]
struct Described;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let parts = document.components.get_or_insert_with(Components::new);
        for (name, about) in [
            (PROGRAM, "A token made at /account/tokens."),
            (DESKTOP, "An access token of a desktop that is signed in."),
        ] {
            let mut scheme = Http::new(HttpAuthScheme::Bearer);
            scheme.description = Some(about.to_owned());
            parts.add_security_scheme(name, SecurityScheme::Http(scheme));
        }
    }
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let mut document = Described::openapi();
    for part in [
        admin::described(),
        blob::described(),
        find::described(),
        me::described(),
        oauth::described(),
    ] {
        document.merge(part);
    }
    document
});

/// What there is to ask.
#[utoipa::path(get, path = guildhall_protocol::path::API_DOCUMENT, tag = "api",
    responses((status = 200, description = "This document", content_type = "application/json", body = serde_json::Value)))]
pub(super) async fn show() -> Json<&'static Document> {
    Json(&DOCUMENT)
}
