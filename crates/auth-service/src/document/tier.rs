//! What it takes to issue a PIN for this request (RULES, "Issuing a PIN").

use latchkey_protocol::{ErrorCode, Evidence, RequestState, Seen, Tier, TierReason, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::person::Person;
use crate::clock::{DAY, MINUTE};
use crate::help::state;
use crate::pin::state::{PINS, TRIES};

/// Contact details that changed this recently make a PIN guarded (RULES P1).
pub(super) const FRESH_CONTACT: i64 = 7 * DAY;
/// The second staff member must follow the first within this time.
pub(super) const SECOND_PERSON: i64 = 10 * MINUTE;

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
        .is_some_and(|at| now.0 - at < FRESH_CONTACT);
    if !changed {
        return Ok(Tier::Normal { evidence });
    }
    Ok(Tier::Guarded {
        evidence,
        reason: TierReason::ContactChanged,
        first: super::seen(request, "second_name", "second_at")?
            .filter(|first: &Seen| now.0 - first.at.0 < SECOND_PERSON),
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
    let (failures, pins): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM pin_failure WHERE client_id = $1 AND at > $2),
                (SELECT COUNT(*) FROM pin WHERE client_id = $1 AND issued_at > $2)",
    )
    .bind(&client.0)
    .bind(now.0 - DAY)
    .fetch_one(conn)
    .await?;
    let reached = |count: i64, most: usize| usize::try_from(count).is_ok_and(|count| count >= most);
    Ok(if reached(failures, TRIES) {
        Some(ErrorCode::TriesUsedUp)
    } else if reached(pins, PINS) {
        Some(ErrorCode::TooManyPins)
    } else {
        None
    })
}
