//! What the pages look like: a style sheet, a font, an icon and the script for passkeys, cached for ever.
//!
//! The name of each file holds a hash of what is in it, so a change is a new address.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest as _, Sha256};

use crate::oauth::OAuth;

/// A file that never changes under its address.
pub(super) struct Asset {
    /// Where it is found.
    pub(super) path: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, bytes: &[u8]) -> Self {
        let hash = Sha256::digest(bytes);
        let path = format!("/assets/{name}-{hash:.12x}.{extension}");
        Self {
            path,
            kind,
            bytes: bytes.to_vec(),
        }
    }

    fn respond(&'static self) -> impl IntoResponse {
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, self.bytes.as_slice())
    }
}

static FONT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "inter",
        "woff2",
        "font/woff2",
        include_bytes!("assets/inter.woff2"),
    )
});

pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "guildhall",
        "svg",
        "image/svg+xml",
        include_bytes!("assets/guildhall.svg"),
    )
});

pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let style = include_str!("assets/pages.css").replace("inter.woff2", &FONT.path);
    Asset::new("pages", "css", "text/css; charset=utf-8", style.as_bytes())
});

/// The only script there is: it asks the device for a passkey.
pub(super) static PASSKEY: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "passkey",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/passkey.js"),
    )
});

pub(super) fn routes() -> Router<Arc<OAuth>> {
    let mut routes = Router::new();
    for asset in [&FONT, &ICON, &STYLE, &PASSKEY] {
        routes = routes.route(&asset.path, get(|| async { asset.respond() }));
    }
    routes
}
