//! What it takes to issue a PIN for this request (RULES, "Issuing a PIN").

use latchkey_protocol::{
    ClientId, ErrorCode, Evidence, RequestId, RequestState, Seen, Tier, TierReason, UnixMillis,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::person::Person;
use crate::help::pick::guarded_by_pick;
use crate::help::state;
use crate::pin::history;
use crate::pin::issue::{CHANGED_MS, SECOND_MS};

/// Of a request.
pub(super) async fn load(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
    person: &Person,
    now: UnixMillis,
) -> sqlx::Result<Tier> {
    if state::read(request.try_get("state")?) == RequestState::Solved {
        return Ok(Tier::Closed {
            code: ErrorCode::AlreadySolved,
        });
    }
    if request.try_get::<Option<i64>, _>("frozen_at")?.is_some() {
        return Ok(Tier::Closed {
            code: ErrorCode::Frozen,
        });
    }
    let Some(client) = &person.who.client else {
        return Ok(Tier::Closed {
            code: ErrorCode::NoClient,
        });
    };
    let has_pins = request.try_get("has_pins")?;
    let picked = guarded_by_pick(conn, &RequestId(request.try_get("id")?)).await?;
    let first = super::seen(request, "second_name", "second_at")?;
    of_client(
        conn,
        client,
        person,
        Told {
            has_pins,
            picked,
            first,
        },
        now,
    )
    .await
}

/// What is known beside the person.
pub(super) struct Told {
    /// There may be PINs to count.
    pub has_pins: bool,
    /// Staff picked the browser, and no address of the client was typed in it.
    pub picked: bool,
    /// Who has stated how they know.
    pub first: Option<Seen>,
}

/// Of a client and a browser.
pub(super) async fn of_client(
    conn: &mut SqliteConnection,
    client: &ClientId,
    person: &Person,
    told: Told,
    now: UnixMillis,
) -> sqlx::Result<Tier> {
    if let Some(code) = closed(conn, client, person, told.has_pins, now).await? {
        return Ok(Tier::Closed { code });
    }
    let has_number = person
        .call_back
        .as_ref()
        .is_some_and(|call_back| call_back.phone.is_some());
    let evidence = if has_number {
        vec![Evidence::CalledNumberOnFile, Evidence::WithMe]
    } else {
        vec![Evidence::WithMe]
    };
    let changed = person
        .contact_changed_at
        .is_some_and(|at| now.0 - at < CHANGED_MS);
    let reason = match (changed, told.picked) {
        (false, false) => return Ok(Tier::Normal { evidence }),
        (true, _) => TierReason::ContactChanged,
        (false, true) => TierReason::BrowserPicked,
    };
    Ok(Tier::Guarded {
        evidence,
        reason,
        first: told
            .first
            .filter(|first: &Seen| now.0 - first.at.0 < SECOND_MS),
    })
}

/// Why no PIN can be issued now, where none can.
async fn closed(
    conn: &mut SqliteConnection,
    client: &ClientId,
    person: &Person,
    has_pins: bool,
    now: UnixMillis,
) -> sqlx::Result<Option<ErrorCode>> {
    if person.disabled {
        return Ok(Some(ErrorCode::ClientDisabled));
    }
    if !has_pins {
        return Ok(None);
    }
    let pins = history::of_client(conn, &client.0, now).await?;
    Ok(match pins.may_issue(false, now) {
        // A minute is over before anybody would read that it is closed.
        Ok(()) | Err((ErrorCode::JustIssued, _)) => None,
        Err((code, _)) => Some(code),
    })
}
