//! The files beside the pages: one style sheet, one script, fonts, a neutral icon.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::problem::{Problem, drawn};
use crate::App;

const CSS: &[u8] = include_bytes!("../../assets/page.css");
const JS: &[u8] = include_bytes!("../../assets/page.js");
const ICON: &[u8] = include_bytes!("../../assets/icon.svg");

macro_rules! font {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../assets/", $name)))
    };
}

const FONTS: [(&str, &[u8]); 4] = [
    font!("fonts/source-serif-4-latin.woff2"),
    font!("fonts/source-serif-4-latin-ext.woff2"),
    font!("fonts/atkinson-hyperlegible-next-latin.woff2"),
    font!("fonts/atkinson-hyperlegible-next-latin-ext.woff2"),
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::new().chain_update(CSS).chain_update(JS).finalize();
    URL_SAFE_NO_PAD.encode(&digest[..6])
});

/// Changes when the style sheet or the script does, so that both may be kept for a year.
#[must_use]
pub fn version() -> &'static str {
    &VERSION
}

/// Serves one of them.
pub async fn serve(
    State(app): State<App>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Response {
    let (kind, body) = match name.as_str() {
        "page.css" => ("text/css; charset=utf-8", CSS),
        "page.js" => ("text/javascript; charset=utf-8", JS),
        "icon.svg" => ("image/svg+xml", ICON),
        other => match FONTS.iter().find(|(font, _)| *font == other) {
            Some((_, body)) => ("font/woff2", *body),
            None => return drawn(&app, &headers, Problem::NotFound).await,
        },
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    response
}
