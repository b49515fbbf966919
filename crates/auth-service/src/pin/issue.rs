//! Issues a PIN: one act that says how staff know who it is.

use latchkey_protocol::{
    ClientId, ErrorCode, Evidence, PinId, PinState, RequestId, Seen, StaffId, UnixMillis,
};
use sqlx::Row;
use uuid::Uuid;

use super::hash::Hashed;
use super::history;
use super::revoke;
use super::state::{LIFETIME_MS, state_word};
use crate::clock::{DAY, MINUTE};
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::help::freeze::{is_frozen, workable};
use crate::help::pick::guarded_by_pick;
use crate::help::staff::{OpenRequest, advance};
use crate::help::state::Act;
use crate::keys::Purpose;
use crate::refusal::Refusal;

/// A change of contact details makes PINs guarded this long (RULES P1).
pub const CHANGED_MS: i64 = 7 * DAY;
/// A first statement waits this long for a second person's.
pub const SECOND_MS: i64 = 10 * MINUTE;

/// What a PIN is issued for.
pub struct PinFor {
    /// The request whose browser it is bound to.
    pub request: RequestId,
    /// Who issues it.
    pub by: StaffId,
    /// How they know who it is.
    pub evidence: Evidence,
    /// The call's idempotency key.
    pub key: Option<Uuid>,
    /// The digits, hashed.
    pub hashed: Hashed,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// The digits may be shown.
    Issued {
        /// The PIN's id.
        id: PinId,
        /// When.
        issued_at: UnixMillis,
        /// When it ends by itself.
        expires_at: UnixMillis,
    },
    /// The statement is recorded; a different person has to state how they know, too.
    SecondPersonNeeded {
        /// The first statement.
        first: Seen,
    },
}

/// Issues it, after every rule; voids the PIN before it.
pub async fn issue(tx: &mut Tx, mut wanted: PinFor) -> Result<Issue, Refusal> {
    let open = workable(tx, &wanted.request).await?;
    // Another request may have frozen it.
    if is_frozen(tx.conn(), &open.browser).await? {
        return Err(Refusal::of(ErrorCode::Frozen));
    }
    let client = open
        .client
        .clone()
        .ok_or(Refusal::of(ErrorCode::NoClient))?;
    let evidence = word(wanted.evidence)?;
    let now = tx.now();
    let row = sqlx::query("SELECT disabled_at, contact_changed_at FROM client WHERE id = $1")
        .bind(&client.0)
        .fetch_one(tx.conn())
        .await?;
    if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
        return Err(Refusal::of(ErrorCode::ClientDisabled));
    }
    let changed: Option<i64> = row.try_get("contact_changed_at")?;
    let again = match earlier(tx, &client, wanted.key).await? {
        Earlier::None => false,
        Earlier::Unread => true,
        // It would void what a colleague may be reading out: this is another PIN, and counts.
        Earlier::Replaced => {
            wanted.key = None;
            false
        }
        Earlier::Revoked { by } => return Err(Refusal::of(ErrorCode::PinRevoked).by(by)),
    };
    allowed(tx, &client, again).await?;
    let guarded = changed.is_some_and(|at| now.0 - at < CHANGED_MS)
        || guarded_by_pick(tx.conn(), &wanted.request).await?;
    if guarded && !again {
        let first = first_statement(tx, &wanted.request).await?;
        match first {
            Some((id, _)) if id != wanted.by.0 => {}
            // The same person again, or nobody yet: this is the first statement.
            _ => {
                let first = state_first(tx, &wanted, &open, evidence).await?;
                return Ok(Issue::SecondPersonNeeded { first });
            }
        }
    }
    revoke::of_client(tx, &client).await?;
    let id = insert(tx, &wanted, &open, &client, evidence).await?;
    let event = Event::new(Kind::PinIssued, Actor::Staff(wanted.by.clone()))
        .client(&client)
        .request(&wanted.request)
        .subject(&id.0)
        .with("evidence", evidence);
    tx.append(event).await?;
    advance(tx, &wanted.request, Act::Answered).await?;
    Ok(Issue::Issued {
        id,
        issued_at: now,
        expires_at: UnixMillis(now.0 + LIFETIME_MS),
    })
}

/// The evidence as it is written; a voice word does not exist yet, so nobody can have heard one.
fn word(evidence: Evidence) -> Result<&'static str, Refusal> {
    match evidence {
        Evidence::CalledNumberOnFile => Ok("called_number_on_file"),
        Evidence::WithMe => Ok("with_me"),
        Evidence::VoiceWord => Err(Refusal::of(ErrorCode::NotAllowed)),
        Evidence::Unknown => Err(Refusal::bad("evidence")),
    }
}

/// What became of the PIN that the same call made before.
enum Earlier {
    /// It made none, or the client is in with it.
    None,
    /// It was read by nobody.
    Unread,
    /// Another call's PIN is live by now.
    Replaced,
    /// Staff have revoked it: it does not come back by itself.
    Revoked { by: String },
}

async fn earlier(tx: &mut Tx, client: &ClientId, key: Option<Uuid>) -> sqlx::Result<Earlier> {
    let Some(key) = key.map(|key| key.to_string()) else {
        return Ok(Earlier::None);
    };
    let made = sqlx::query(
        "SELECT 1 AS one FROM pin WHERE client_id = $1 AND idempotency_key = $2 AND state <> 'used' LIMIT 1",
    )
    .bind(&client.0)
    .bind(&key)
    .fetch_optional(tx.conn())
    .await?;
    if made.is_none() {
        return Ok(Earlier::None);
    }
    let revoked: Option<String> = sqlx::query_scalar(
        "SELECT s.name FROM event e
         JOIN pin p ON p.id = e.subject_id
         JOIN staff s ON s.id = e.actor_id
         WHERE e.client_id = $1 AND e.kind = 'pin_revoked' AND e.actor_kind = 'staff'
           AND p.idempotency_key = $2
         ORDER BY e.position DESC LIMIT 1",
    )
    .bind(&client.0)
    .bind(&key)
    .fetch_optional(tx.conn())
    .await?;
    if let Some(by) = revoked {
        return Ok(Earlier::Revoked { by });
    }
    let replaced = sqlx::query(
        "SELECT 1 AS one FROM pin
         WHERE client_id = $1 AND state = 'live'
           AND (idempotency_key IS NULL OR idempotency_key <> $2) LIMIT 1",
    )
    .bind(&client.0)
    .bind(&key)
    .fetch_optional(tx.conn())
    .await?;
    Ok(replaced.map_or(Earlier::Unread, |_| Earlier::Replaced))
}

/// The limits of S4 and P4.
async fn allowed(tx: &mut Tx, client: &ClientId, again: bool) -> Result<(), Refusal> {
    let now = tx.now();
    let history = history::of_client(tx.conn(), &client.0, now).await?;
    let Err((code, retry_at)) = history.may_issue(again, now) else {
        return Ok(());
    };
    let mut refusal = Refusal::of(code);
    refusal.retry_at = retry_at;
    if code == ErrorCode::JustIssued {
        let name: Option<String> = sqlx::query_scalar(
            "SELECT s.name FROM pin p JOIN staff s ON s.id = p.issued_by
             WHERE p.client_id = $1 ORDER BY p.issued_at DESC, p.id DESC LIMIT 1",
        )
        .bind(&client.0)
        .fetch_optional(tx.conn())
        .await?;
        refusal.by = name;
    }
    Err(refusal)
}

/// Who stated it within the last ten minutes.
async fn first_statement(
    tx: &mut Tx,
    request: &RequestId,
) -> sqlx::Result<Option<(String, UnixMillis)>> {
    let since = tx.now().0 - SECOND_MS;
    sqlx::query(
        "SELECT second_by, second_at FROM help_request
         WHERE id = $1 AND second_by IS NOT NULL AND second_at > $2",
    )
    .bind(&request.0)
    .bind(since)
    .fetch_optional(tx.conn())
    .await?
    .map(|row| {
        Ok((
            row.try_get("second_by")?,
            UnixMillis(row.try_get("second_at")?),
        ))
    })
    .transpose()
}

async fn state_first(
    tx: &mut Tx,
    wanted: &PinFor,
    open: &OpenRequest,
    evidence: &str,
) -> sqlx::Result<Seen> {
    let now = tx.now();
    sqlx::query(
        "UPDATE help_request SET second_by = $2, second_at = $3, second_evidence = $4 WHERE id = $1",
    )
    .bind(&wanted.request.0)
    .bind(&wanted.by.0)
    .bind(now.0)
    .bind(evidence)
    .execute(tx.conn())
    .await?;
    let mut event = Event::new(Kind::SecondPersonAsked, Actor::Staff(wanted.by.clone()))
        .request(&wanted.request)
        .with("evidence", evidence);
    if let Some(client) = &open.client {
        event = event.client(client);
    }
    tx.append(event).await?;
    let by: String = sqlx::query_scalar("SELECT name FROM staff WHERE id = $1")
        .bind(&wanted.by.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(Seen { by, at: now })
}

async fn insert(
    tx: &mut Tx,
    wanted: &PinFor,
    open: &OpenRequest,
    client: &ClientId,
    evidence: &str,
) -> sqlx::Result<PinId> {
    let (id, now) = (tx.id(), tx.now().0);
    let keys = tx.keys().clone();
    let sealed = keys.seal(
        Purpose::Pin,
        id.as_bytes(),
        &wanted.hashed.to_bytes(),
        tx.random(),
    );
    sqlx::query(
        "INSERT INTO pin (id, client_id, request_id, browser_id, sealed_hash, key_id, state,
                          issued_by, evidence, issued_at, expires_at, idempotency_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&id)
    .bind(&client.0)
    .bind(&wanted.request.0)
    .bind(&open.browser)
    .bind(sealed)
    .bind(keys.id())
    .bind(state_word(PinState::Live))
    .bind(&wanted.by.0)
    .bind(evidence)
    .bind(now)
    .bind(now + LIFETIME_MS)
    .bind(wanted.key.map(|key| key.to_string()))
    .execute(tx.conn())
    .await?;
    // The statement of the first person is spent.
    sqlx::query("UPDATE help_request SET second_by = NULL, second_at = NULL, second_evidence = NULL WHERE id = $1")
        .bind(&wanted.request.0)
        .execute(tx.conn())
        .await?;
    Ok(PinId(id))
}
