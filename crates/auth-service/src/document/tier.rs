//! What it takes to issue a PIN for this request (RULES, "Issuing a PIN").

use latchkey_protocol::{ErrorCode, Evidence, RequestState, Seen, Tier, TierReason, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::person::Person;
use crate::help::state;
use crate::pin::history;
use crate::pin::issue::{CHANGED_MS, SECOND_MS};

pub(super) async fn load(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
    person: &Person,
    now: UnixMillis,
) -> sqlx::Result<Tier> {
    if let Some(code) = closed(conn, request, person, now).await? {
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
    if !changed {
        return Ok(Tier::Normal { evidence });
    }
    Ok(Tier::Guarded {
        evidence,
        reason: TierReason::ContactChanged,
        first: super::seen(request, "second_name", "second_at")?
            .filter(|first: &Seen| now.0 - first.at.0 < SECOND_MS),
    })
}

/// Why no PIN can be issued now, where none can.
async fn closed(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
    person: &Person,
    now: UnixMillis,
) -> sqlx::Result<Option<ErrorCode>> {
    if state::read(request.try_get("state")?) == RequestState::Solved {
        return Ok(Some(ErrorCode::AlreadySolved));
    }
    let Some(client) = &person.who.client else {
        return Ok(Some(ErrorCode::NoClient));
    };
    if person.disabled {
        return Ok(Some(ErrorCode::ClientDisabled));
    }
    if !request.try_get::<bool, _>("has_pins")? {
        return Ok(None);
    }
    let pins = history::of_client(conn, &client.0, now).await?;
    Ok(match pins.may_issue(false, now) {
        // A minute is over before anybody would read that it is closed.
        Ok(()) | Err((ErrorCode::JustIssued, _)) => None,
        Err((code, _)) => Some(code),
    })
}
