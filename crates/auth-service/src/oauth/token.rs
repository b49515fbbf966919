//! `POST /oauth/token`: a code or a refresh token for new tokens.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use latchkey_protocol::{StaffId, UnixMillis};
use serde::Serialize;
use sqlx::Row;

use super::answer::Problem;
use super::params::Params;
use super::rotation::{FAMILY, State as Life, Verdict, judge};
use super::{CLIENT_ID, SCOPE, dpop, pkce};
use crate::App;
use crate::clock::MINUTE;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::mail::notice;
use crate::secret::Token;
use crate::staff::revoke_device;

/// How long an access token works.
const ACCESS: i64 = 10 * MINUTE;

/// The tokens' one way out. Cannot be printed or cloned.
#[derive(Serialize)]
pub struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    scope: &'static str,
}

/// Refused, and what must be written all the same.
enum Outcome {
    Granted(Tokens),
    Refused(Problem),
}

/// Answers a token request.
pub async fn token(
    State(app): State<App>,
    headers: HeaderMap,
    params: Result<Params, Problem>,
) -> Result<Json<Tokens>, Problem> {
    let params = params?;
    if params.need("client_id")? != CLIENT_ID {
        return Err(Problem::new("invalid_client", "there is no such client"));
    }
    let grant = params.need("grant_type")?.to_owned();
    let unproved = |unproved: dpop::Unproved| Problem::new("invalid_dpop_proof", unproved.0);
    let proof =
        dpop::check(&app, &headers, &Method::POST, "/oauth/token", None).map_err(unproved)?;
    let shown = params.get("refresh_token").or(params.get("code"));
    let known = match shown.and_then(Token::parse) {
        Some(shown) => is_ours(&app, &shown).await?,
        None => false,
    };
    if !known && shown.is_some() {
        return Err(Problem::grant("the code or token is unknown"));
    }
    // Without one the call is refused below for what it lacks, and nothing is remembered.
    let thumbprint = if known {
        proof.once(&app).map_err(unproved)?
    } else {
        String::new()
    };
    let outcome = match grant.as_str() {
        "authorization_code" => {
            let given = Exchange {
                code: Token::parse(params.need("code")?),
                redirect_uri: params.need("redirect_uri")?.to_owned(),
                verifier: params.need("code_verifier")?.to_owned(),
                thumbprint,
            };
            app.writer
                .run(move |tx| Box::pin(async move { exchange(tx, given).await }))
                .await?
        }
        "refresh_token" => {
            let token = Token::parse(params.need("refresh_token")?);
            app.writer
                .run(move |tx| Box::pin(async move { refresh(tx, token, &thumbprint).await }))
                .await?
        }
        _ => {
            return Err(Problem::new(
                "unsupported_grant_type",
                "the grant_type must be authorization_code or refresh_token",
            ));
        }
    };
    match outcome {
        Outcome::Granted(tokens) => Ok(Json(tokens)),
        Outcome::Refused(problem) => Err(problem),
    }
}

/// Whether we ever gave this code or refresh token; whoever has neither is a stranger.
async fn is_ours(app: &App, shown: &Token) -> sqlx::Result<bool> {
    let hash = shown.hash();
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM refresh_token WHERE token_hash = $1
         UNION ALL SELECT 1 FROM authorization_code WHERE code_hash = $1",
    )
    .bind(hash.as_slice())
    .fetch_optional(&app.reader)
    .await?;
    Ok(found.is_some())
}

struct Exchange {
    code: Option<Token>,
    redirect_uri: String,
    verifier: String,
    thumbprint: String,
}

const NO_CODE: &str = "the code is unknown, used or too old";

async fn exchange(tx: &mut Tx, given: Exchange) -> Result<Outcome, Problem> {
    let now = tx.now();
    let code = given.code.ok_or_else(|| Problem::grant(NO_CODE))?;
    let row = sqlx::query(
        "SELECT c.*, s.disabled_at FROM authorization_code c JOIN staff s ON s.id = c.staff_id
         WHERE c.code_hash = $1",
    )
    .bind(code.hash().as_slice())
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Problem::grant(NO_CODE))?;
    if row.try_get::<Option<i64>, _>("used_at")?.is_some() {
        // Whoever shows it again may have stolen it: what it gave ends (RFC 6749 §4.1.2).
        if let Some(device) = row.try_get::<Option<String>, _>("device_id")? {
            revoke_device(tx, &device, Actor::Service, "code_reused").await?;
        }
        return Ok(Outcome::Refused(Problem::grant(NO_CODE)));
    }
    let fits = row.try_get::<i64, _>("expires_at")? > now.0
        && row.try_get::<Option<i64>, _>("disabled_at")?.is_none();
    if !fits {
        return Err(Problem::grant(NO_CODE));
    }
    let bound = row.try_get::<&str, _>("redirect_uri")? == given.redirect_uri
        && pkce::proves(&given.verifier, row.try_get("code_challenge")?)
        && row.try_get::<Option<&str>, _>("dpop_jkt")? == Some(given.thumbprint.as_str());
    if !bound {
        return Err(Problem::grant(
            "the code was made for another redirect_uri, verifier or key",
        ));
    }
    let staff = StaffId(row.try_get("staff_id")?);
    let device = tx.id();
    sqlx::query(
        "INSERT INTO device (id, staff_id, name, jkt, created_at, expires_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $5)",
    )
    .bind(&device)
    .bind(&staff.0)
    .bind(row.try_get::<&str, _>("device_name")?)
    .bind(&given.thumbprint)
    .bind(now.0)
    .bind(now.0 + FAMILY)
    .execute(tx.conn())
    .await?;
    sqlx::query("UPDATE authorization_code SET used_at = $2, device_id = $3 WHERE code_hash = $1")
        .bind(code.hash().as_slice())
        .bind(now.0)
        .bind(&device)
        .execute(tx.conn())
        .await?;
    notice::desktop_connected(tx, &device, &staff).await?;
    tx.append(Event::new(Kind::DeviceConnected, Actor::Staff(staff)).subject(&device))
        .await?;
    let tokens = issue(tx, &device, None, UnixMillis(now.0 + FAMILY)).await?;
    Ok(Outcome::Granted(tokens))
}

const NO_TOKEN: &str = "the refresh token is unknown or over; sign in again";

async fn refresh(tx: &mut Tx, token: Option<Token>, thumbprint: &str) -> Result<Outcome, Problem> {
    let now = tx.now();
    let token = token.ok_or_else(|| Problem::grant(NO_TOKEN))?;
    let hash = token.hash();
    let row = sqlx::query(
        "SELECT t.*, d.jkt, d.revoked_at, d.expires_at AS family_ends, s.disabled_at,
                (SELECT COUNT(*) FROM refresh_token n
                 WHERE n.parent_hash = t.token_hash AND n.used_at IS NOT NULL) AS successors_used
         FROM refresh_token t JOIN device d ON d.id = t.device_id JOIN staff s ON s.id = d.staff_id
         WHERE t.token_hash = $1",
    )
    .bind(hash.as_slice())
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Problem::grant(NO_TOKEN))?;
    let device: String = row.try_get("device_id")?;
    let over = row.try_get::<Option<i64>, _>("revoked_at")?.is_some()
        || row.try_get::<Option<i64>, _>("disabled_at")?.is_some();
    // Without the desktop's key the token is worth nothing, so this is no reuse yet.
    if over || row.try_get::<&str, _>("jkt")? != thumbprint {
        return Err(Problem::grant(NO_TOKEN));
    }
    let family_ends = UnixMillis(row.try_get("family_ends")?);
    let life = match (
        row.try_get("state")?,
        row.try_get::<Option<i64>, _>("used_at")?,
    ) {
        ("live", None) => Life::Live,
        ("used", Some(at)) => Life::Used {
            at: UnixMillis(at),
            repeated: row.try_get::<Option<i64>, _>("repeated_at")?.is_some(),
        },
        _ => Life::Revoked,
    };
    let successor_used = row.try_get::<i64, _>("successors_used")? > 0;
    match judge(life, family_ends, successor_used, now) {
        Verdict::Over => return Err(Problem::grant(NO_TOKEN)),
        Verdict::Reuse => {
            tx.append(Event::new(Kind::RefreshReused, Actor::Service).subject(&device))
                .await?;
            revoke_device(tx, &device, Actor::Service, "refresh_reused").await?;
            return Ok(Outcome::Refused(Problem::grant(NO_TOKEN)));
        }
        Verdict::Rotate => {
            sqlx::query(
                "UPDATE refresh_token SET state = 'used', used_at = $2 WHERE token_hash = $1",
            )
            .bind(hash.as_slice())
            .bind(now.0)
            .execute(tx.conn())
            .await?;
        }
        Verdict::Repeat => {
            sqlx::query("UPDATE refresh_token SET repeated_at = $2 WHERE token_hash = $1")
                .bind(hash.as_slice())
                .bind(now.0)
                .execute(tx.conn())
                .await?;
            sqlx::query("UPDATE refresh_token SET state = 'revoked' WHERE parent_hash = $1")
                .bind(hash.as_slice())
                .execute(tx.conn())
                .await?;
        }
    }
    sqlx::query("UPDATE device SET last_seen_at = $2 WHERE id = $1")
        .bind(&device)
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    let tokens = issue(tx, &device, Some(&hash), family_ends).await?;
    Ok(Outcome::Granted(tokens))
}

/// A new pair. Older access tokens of the desktop run out by themselves.
async fn issue(
    tx: &mut Tx,
    device: &str,
    parent: Option<&[u8; 32]>,
    family_ends: UnixMillis,
) -> sqlx::Result<Tokens> {
    let now = tx.now();
    let access = Token::draw(tx.random());
    let refresh = Token::draw(tx.random());
    let expires = family_ends.0.min(now.0 + ACCESS);
    sqlx::query("DELETE FROM access_token WHERE device_id = $1 AND expires_at <= $2")
        .bind(device)
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO access_token (token_hash, device_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(access.hash().as_slice())
    .bind(device)
    .bind(now.0)
    .bind(expires)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO refresh_token (token_hash, device_id, parent_hash, state, created_at, expires_at)
         VALUES ($1, $2, $3, 'live', $4, $5)",
    )
    .bind(refresh.hash().as_slice())
    .bind(device)
    .bind(parent.map(<[u8; 32]>::as_slice))
    .bind(now.0)
    .bind(family_ends.0)
    .execute(tx.conn())
    .await?;
    Ok(Tokens {
        access_token: access.reveal().to_owned(),
        token_type: "DPoP",
        expires_in: (expires - now.0) / 1_000,
        refresh_token: refresh.reveal().to_owned(),
        scope: SCOPE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES S7
    #[test]
    fn tokens_on_their_way_out_cannot_be_printed_or_copied() {
        static_assertions::assert_not_impl_any!(Tokens: std::fmt::Debug, std::fmt::Display, Clone);
    }
}
