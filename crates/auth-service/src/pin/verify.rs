//! A try at a PIN: judged, counted and committed before anything is hashed (RULES S4).

use latchkey_protocol::{ClientId, RequestId, SignInMethod};
use sqlx::Row;

use super::digits::Pin;
use super::hash::Hashed;
use super::history;
use super::state::Try;
use crate::App;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::help::staff::advance;
use crate::help::state::Act;
use crate::keys::Purpose;
use crate::mail;
use crate::session::client::{SignIn, start};

/// Who types, and what the session is made from.
pub struct Entry {
    /// The browser.
    pub browser: String,
    /// Hash of the new session's token.
    pub session: [u8; 32],
    /// Hash of the session the browser came with.
    pub before: Option<[u8; 32]>,
    /// "Keep me signed in on this device".
    pub kept: bool,
}

struct Counted {
    failure: String,
    pin: String,
    client: ClientId,
    request: RequestId,
    kept: Option<Hashed>,
}

/// True where the PIN signed the client in. Every refusal looks the same.
pub async fn try_pin(app: &App, typed: Pin, entry: Entry) -> Result<bool, Unavailable> {
    let browser = entry.browser.clone();
    let counted = app
        .writer
        .run(|tx| Box::pin(async move { Ok::<_, Unavailable>(count(tx, &browser).await?) }))
        .await?;
    // Hashed whether there is something to compare or not: both take as long.
    let kept = counted.as_ref().and_then(|counted| counted.kept.as_ref());
    let right = app.hasher.is_same(typed, kept).await?;
    let Some(counted) = counted else {
        return Ok(false);
    };
    app.writer
        .run(move |tx| {
            Box::pin(async move {
                Ok::<_, Unavailable>(if right {
                    accept(tx, &counted, entry).await?
                } else {
                    refuse(tx, &counted).await?;
                    false
                })
            })
        })
        .await
}

/// Judges and counts the try. `None`: refused, and not counted.
async fn count(tx: &mut Tx, browser: &str) -> sqlx::Result<Option<Counted>> {
    let now = tx.now();
    let bound = sqlx::query(
        "SELECT id, client_id, request_id, sealed_hash FROM pin
         WHERE browser_id = $1 AND state = 'live' AND expires_at > $2
         ORDER BY issued_at DESC, id DESC LIMIT 1",
    )
    .bind(browser)
    .bind(now.0)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = bound else {
        note_other_browser(tx, browser).await?;
        return Ok(None);
    };
    let pin: String = row.try_get("id")?;
    let client = ClientId(row.try_get("client_id")?);
    let history = history::of_client(tx.conn(), &client.0, now).await?;
    if history.judge(browser, now) != Try::Compare {
        return Ok(None);
    }
    let sealed: Option<Vec<u8>> = row.try_get("sealed_hash")?;
    let kept = sealed
        .and_then(|sealed| tx.keys().open(Purpose::Pin, pin.as_bytes(), &sealed).ok())
        .and_then(|bytes| Hashed::from_bytes(&bytes));
    let failure = tx.id();
    sqlx::query(
        "INSERT INTO pin_failure (id, client_id, at, pin_id, browser_id) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&failure)
    .bind(&client.0)
    .bind(now.0)
    .bind(&pin)
    .bind(browser)
    .execute(tx.conn())
    .await?;
    Ok(Some(Counted {
        failure,
        pin,
        client,
        request: RequestId(row.try_get("request_id")?),
        kept,
    }))
}

/// The client's PIN is live, but bound to another browser: staff are told, once a PIN.
async fn note_other_browser(tx: &mut Tx, browser: &str) -> sqlx::Result<()> {
    let now = tx.now().0;
    let other = sqlx::query(
        "SELECT p.id, p.client_id, p.request_id FROM help_request r
         JOIN pin p ON p.client_id = r.client_id AND p.state = 'live' AND p.expires_at > $2
         WHERE r.browser_id = $1 AND r.state <> 'solved' AND p.browser_id <> $1
           AND NOT EXISTS (SELECT 1 FROM event e
                           WHERE e.request_id = p.request_id AND e.subject_id = p.id
                             AND e.kind = 'pin_in_other_browser')
         LIMIT 1",
    )
    .bind(browser)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    if let Some(row) = other {
        let event = Event::new(Kind::PinInOtherBrowser, Actor::Stranger)
            .client(&ClientId(row.try_get("client_id")?))
            .request(&RequestId(row.try_get("request_id")?))
            .browser(browser)
            .subject(row.try_get::<String, _>("id")?);
        tx.append(event).await?;
    }
    Ok(())
}

async fn accept(tx: &mut Tx, counted: &Counted, entry: Entry) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let used = sqlx::query(
        "UPDATE pin SET state = 'used', ended_at = $2, sealed_hash = NULL
         WHERE id = $1 AND state = 'live' AND expires_at > $2",
    )
    .bind(&counted.pin)
    .bind(now)
    .execute(tx.conn())
    .await?;
    if used.rows_affected() == 0 {
        // Used, revoked or run out while the digits were compared.
        return Ok(false);
    }
    sqlx::query("DELETE FROM pin_failure WHERE id = $1")
        .bind(&counted.failure)
        .execute(tx.conn())
        .await?;
    let event = Event::new(Kind::PinUsed, Actor::Client(counted.client.clone()))
        .client(&counted.client)
        .request(&counted.request)
        .browser(&entry.browser)
        .subject(&counted.pin);
    tx.append(event).await?;
    let sign_in = SignIn {
        client: counted.client.clone(),
        browser: entry.browser,
        method: SignInMethod::Pin,
        kept: entry.kept,
        link: None,
        token: entry.session,
        before: entry.before,
    };
    start(tx, &sign_in).await?;
    mail::notice::pin_used(tx, &counted.client).await?;
    Ok(true)
}

async fn refuse(tx: &mut Tx, counted: &Counted) -> sqlx::Result<()> {
    let now = tx.now();
    let history = history::of_client(tx.conn(), &counted.client.0, now).await?;
    let left = history.tries_left(now);
    let event = Event::new(Kind::PinWrong, Actor::Stranger)
        .client(&counted.client)
        .request(&counted.request)
        .subject(&counted.pin)
        .with("tries_left", left);
    tx.append(event).await?;
    if left > 0 {
        return Ok(());
    }
    let locked = sqlx::query(
        "UPDATE pin SET state = 'locked', ended_at = $2, sealed_hash = NULL
         WHERE id = $1 AND state = 'live'",
    )
    .bind(&counted.pin)
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    if locked.rows_affected() == 1 {
        let event = Event::new(Kind::PinLocked, Actor::Service)
            .client(&counted.client)
            .request(&counted.request)
            .subject(&counted.pin);
        tx.append(event).await?;
        advance(tx, &counted.request, Act::AnswerEnded).await?;
    }
    Ok(())
}
