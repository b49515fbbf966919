//! The anonymous browser behind a request, known by a cookie of 256 random bits.

use axum::extract::FromRequestParts;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sqlx::Row;
use std::convert::Infallible;

use crate::App;
use crate::db::Tx;
use crate::keys::{Keys, Purpose};
use crate::random::Random;
use crate::secret::Token;
use crate::session::cookie;

/// How long a browser keeps its name.
const KEPT_S: i64 = 30 * 24 * 60 * 60;

/// A browser: the one of the cookie, or a new one.
pub struct Visitor {
    token: Token,
    came_with: bool,
    headers: HeaderMap,
}

/// A browser's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser(pub String);

impl Visitor {
    fn of(headers: &HeaderMap, random: &dyn Random) -> Self {
        let token = brought(headers);
        Self {
            came_with: token.is_some(),
            token: token.unwrap_or_else(|| Token::draw(random)),
            headers: headers.clone(),
        }
    }

    /// The headers of the request.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the browser brought the cookie that names it.
    #[must_use]
    pub const fn came_with_a_cookie(&self) -> bool {
        self.came_with
    }

    /// What the browser's row is found by.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.token.hash()
    }

    /// The browser's row, where it has done anything before.
    pub async fn browser(&self, app: &App) -> sqlx::Result<Option<Browser>> {
        find(&app.reader, &self.hash()).await
    }

    /// Proves that a form was rendered for this browser.
    #[must_use]
    pub fn form_token(&self, keys: &Keys) -> String {
        URL_SAFE_NO_PAD.encode(keys.mac(Purpose::Form, &self.hash()))
    }

    /// Whether a form was rendered for this browser.
    #[must_use]
    pub fn form_is_ours(&self, keys: &Keys, token: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(token)
            .is_ok_and(|mac| keys.is_mac(Purpose::Form, &self.hash(), &mac))
    }

    /// Gives the browser its name, the same way whether it had one or not.
    #[must_use]
    pub fn named(&self, mut response: Response) -> Response {
        let value = cookie::set(cookie::BROWSER, self.token.reveal(), Some(KEPT_S));
        response.headers_mut().append(SET_COOKIE, value);
        response
    }
}

/// Adds a cookie to an answer.
pub fn with_cookie(mut response: Response, value: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, value);
    response
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &*app.random))
    }
}

/// The value of the cookie that names a browser.
fn brought(headers: &HeaderMap) -> Option<Token> {
    cookie::read(headers, cookie::BROWSER).and_then(Token::parse)
}

/// What the row of a browser that brought its cookie is found by.
pub(super) fn known_by(headers: &HeaderMap) -> Option<[u8; 32]> {
    brought(headers).map(|token| token.hash())
}

async fn find<'c>(
    conn: impl sqlx::SqliteExecutor<'c>,
    hash: &[u8; 32],
) -> sqlx::Result<Option<Browser>> {
    sqlx::query("SELECT id FROM browser WHERE token_hash = $1")
        .bind(hash.as_slice())
        .fetch_optional(conn)
        .await?
        .map(|row| row.try_get("id").map(Browser))
        .transpose()
}

/// The browser's row, made where there is none.
pub async fn settle(tx: &mut Tx, hash: [u8; 32]) -> sqlx::Result<Browser> {
    let id = tx.id();
    let now = tx.now().0;
    let row = sqlx::query(
        "INSERT INTO browser (id, token_hash, created_at, last_seen_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (token_hash) DO UPDATE SET last_seen_at = $3
         RETURNING id",
    )
    .bind(id)
    .bind(hash.as_slice())
    .bind(now)
    .fetch_one(tx.conn())
    .await?;
    row.try_get("id").map(Browser)
}
