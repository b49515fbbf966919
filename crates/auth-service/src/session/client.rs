//! A client's session: opaque, kept on our side, made anew at each sign-in.

use axum::http::{HeaderMap, HeaderValue};
use latchkey_protocol::{ClientId, SignInMethod, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor};

use super::cookie;
use crate::clock::{DAY, HOUR};
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help;
use crate::secret::Token;

/// A kept device stays signed in this long, whatever happens in between.
pub const KEPT_MS: i64 = 30 * DAY;
/// Any other session ends with the browser's own, and at the latest then.
pub const SESSION_MS: i64 = 12 * HOUR;

/// A living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub client: ClientId,
    /// Kept on this device.
    pub kept: bool,
    /// When it ends.
    pub expires_at: UnixMillis,
}

/// What a new session is made from.
pub struct SignIn {
    /// Who.
    pub client: ClientId,
    /// Which browser.
    pub browser: String,
    /// How.
    pub method: SignInMethod,
    /// "Keep me signed in on this device".
    pub kept: bool,
    /// By which link.
    pub link: Option<String>,
    /// Hash of the session's new token.
    pub token: [u8; 32],
    /// Hash of the token the browser came with; that session ends.
    pub before: Option<[u8; 32]>,
}

/// The hash of the session cookie.
#[must_use]
pub fn token_of(headers: &HeaderMap) -> Option<[u8; 32]> {
    cookie::read(headers, cookie::SESSION)
        .and_then(Token::parse)
        .map(|token| token.hash())
}

/// The cookie of a new session.
#[must_use]
pub fn cookie_for(token: &Token, kept: bool) -> HeaderValue {
    cookie::set(
        cookie::SESSION,
        token.reveal(),
        kept.then_some(KEPT_MS / 1000),
    )
}

/// The living session of these headers.
pub async fn find<'c>(
    conn: impl SqliteExecutor<'c>,
    headers: &HeaderMap,
    now: UnixMillis,
) -> sqlx::Result<Option<Session>> {
    let Some(hash) = token_of(headers) else {
        return Ok(None);
    };
    sqlx::query(
        "SELECT s.client_id, s.kept, s.expires_at
         FROM client_session s JOIN client c ON c.id = s.client_id
         WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
           AND c.disabled_at IS NULL",
    )
    .bind(hash.as_slice())
    .bind(now.0)
    .fetch_optional(conn)
    .await?
    .map(|row| read(&row))
    .transpose()
}

fn read(row: &SqliteRow) -> sqlx::Result<Session> {
    Ok(Session {
        client: ClientId(row.try_get("client_id")?),
        kept: row.try_get::<i64, _>("kept")? != 0,
        expires_at: UnixMillis(row.try_get("expires_at")?),
    })
}

/// Whether this session came from this link.
pub async fn is_of_link<'c>(
    conn: impl SqliteExecutor<'c>,
    headers: &HeaderMap,
    link: &str,
    now: UnixMillis,
) -> sqlx::Result<bool> {
    let Some(hash) = token_of(headers) else {
        return Ok(false);
    };
    let found = sqlx::query(
        "SELECT 1 AS one FROM client_session
         WHERE token_hash = $1 AND link_id = $2 AND ended_at IS NULL AND expires_at > $3",
    )
    .bind(hash.as_slice())
    .bind(link)
    .bind(now.0)
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// Signs a client in: a new token, the old one's session ended, the open help
/// requests solved.
pub async fn start(tx: &mut Tx, sign_in: &SignIn) -> sqlx::Result<()> {
    let now = tx.now();
    if let Some(before) = sign_in.before {
        end(tx, &before).await?;
    }
    let lifetime = if sign_in.kept { KEPT_MS } else { SESSION_MS };
    sqlx::query(
        "INSERT INTO client_session
             (token_hash, client_id, browser_id, method, kept, link_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(sign_in.token.as_slice())
    .bind(&sign_in.client.0)
    .bind(&sign_in.browser)
    .bind(method_word(sign_in.method))
    .bind(i64::from(sign_in.kept))
    .bind(&sign_in.link)
    .bind(now.0)
    .bind(now.0 + lifetime)
    .execute(tx.conn())
    .await?;
    let mut event = Event::new(Kind::SignedIn, Actor::Client(sign_in.client.clone()))
        .client(&sign_in.client)
        .browser(&sign_in.browser)
        .with("method", method_word(sign_in.method))
        .with("kept", sign_in.kept);
    if let Some(link) = &sign_in.link {
        event = event.subject(link);
    }
    tx.append(event).await?;
    help::staff::solve_signed_in(tx, &sign_in.client, &sign_in.browser, sign_in.method).await
}

/// The word for a method in the database and the log.
#[must_use]
pub const fn method_word(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Link => "link",
        SignInMethod::Pin => "pin",
        SignInMethod::Unknown => "unknown",
    }
}

/// Ends one session. True where it was living.
pub async fn end(tx: &mut Tx, token: &[u8; 32]) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let ended = sqlx::query(
        "UPDATE client_session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL
         RETURNING client_id, browser_id",
    )
    .bind(token.as_slice())
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = ended else {
        return Ok(false);
    };
    let client = ClientId(row.try_get("client_id")?);
    let browser: String = row.try_get("browser_id")?;
    let event = Event::new(Kind::SignedOut, Actor::Client(client.clone()))
        .client(&client)
        .browser(browser)
        .with("where", "here");
    tx.append(event).await?;
    Ok(true)
}

/// Ends every session of a client. Gives how many.
pub async fn end_everywhere(tx: &mut Tx, client: &ClientId) -> sqlx::Result<u64> {
    let now = tx.now().0;
    let ended = sqlx::query(
        "UPDATE client_session SET ended_at = $2
         WHERE client_id = $1 AND ended_at IS NULL AND expires_at > $2",
    )
    .bind(&client.0)
    .bind(now)
    .execute(tx.conn())
    .await?
    .rows_affected();
    let event = Event::new(Kind::SignedOut, Actor::Client(client.clone()))
        .client(client)
        .with("where", "everywhere")
        .with("count", ended);
    tx.append(event).await?;
    Ok(ended)
}
