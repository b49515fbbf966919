//! A help request as one document, whole, as it stands now: what the feed carries.

pub mod aging;
mod answer;
pub(crate) mod client;
mod new_address;
mod person;
mod subject;
mod tier;

use latchkey_protocol::{
    Assigned, Browser, Cause, ClientSession, Confidence, HelpRequest, PageSeen, Position, RaisedBy,
    RequestId, RequestState, Seen, SignInMethod, Solved, SolvedHow, StaffId, UnixMillis,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::clock::SECOND;
use crate::diagnosis::{Timeline, cause_before, diagnose};
use crate::help::state;
use crate::message;
use crate::pages::whereabouts;
use crate::timeline;

pub use answer::LATELY;
pub(crate) use person::clinician as clinician_of;

/// The waiting page asks every few seconds; silent for this long, it is closed.
pub const AWAY: i64 = 30 * SECOND;

/// A request with what its parts are looked for by.
const REQUEST: &str = "SELECT r.*, b.last_waiting_at, s.name AS seen_name, d.name AS solved_name,
                w.name AS second_name, g.name AS assigned_name, z.name AS frozen_name,
                EXISTS (SELECT 1 FROM client_session k
                        WHERE k.browser_id = r.browser_id AND k.created_at < r.created_at) AS known,
                EXISTS (SELECT 1 FROM pin p
                        WHERE p.client_id = r.client_id OR p.request_id = r.id) AS has_pins,
                EXISTS (SELECT 1 FROM address_change g
                        WHERE g.client_id = r.client_id AND g.ended_at IS NULL) AS has_new_address,
                EXISTS (SELECT 1 FROM request_reply y WHERE y.request_id = r.id) AS has_replies,
                (SELECT COUNT(*) FROM client_address t
                 WHERE t.address_id = r.address_id) AS people,
                (SELECT MAX(c.no_mail) FROM client_address t JOIN client c ON c.id = t.client_id
                 WHERE t.address_id = r.address_id) AS people_no_mail,
                (SELECT u.since FROM suppression u
                 WHERE u.address_id = r.address_id AND u.lifted_at IS NULL) AS suppressed_since,
                (SELECT h.began_at FROM epoch h WHERE h.confirmed_at IS NULL
                 ORDER BY h.number DESC LIMIT 1) AS held_since,
                (SELECT MAX(h.began_at) FROM epoch h WHERE h.why <> 'first') AS restored_at,
                (COALESCE(r.solved_how, '') = 'signed_in'
                 OR EXISTS (SELECT 1 FROM client_session i
                            WHERE i.client_id = r.client_id)) AS was_in,
                (SELECT a.starts_at FROM appointment a
                 WHERE a.client_id = r.client_id AND a.ends_at > $2
                 ORDER BY a.starts_at, a.staff_id LIMIT 1) AS session_from,
                (SELECT a.ends_at FROM appointment a
                 WHERE a.client_id = r.client_id AND a.ends_at > $2
                 ORDER BY a.starts_at, a.staff_id LIMIT 1) AS session_until
         FROM help_request r
         JOIN browser b ON b.id = r.browser_id
         LEFT JOIN staff s ON s.id = r.seen_by
         LEFT JOIN staff d ON d.id = r.solved_by
         LEFT JOIN staff w ON w.id = r.second_by
         LEFT JOIN staff g ON g.id = r.assigned_to
         LEFT JOIN staff z ON z.id = r.frozen_by
         WHERE r.id = $1";

/// Puts the document together. Every part is read in the caller's transaction, so
/// that they belong to one moment. What most requests do not have is only looked for
/// where the first query saw it: a desktop that comes back asks for thousands of these.
pub async fn load(
    conn: &mut SqliteConnection,
    id: &RequestId,
    now: UnixMillis,
) -> sqlx::Result<Option<HelpRequest>> {
    let row = sqlx::query(REQUEST)
        .bind(&id.0)
        .bind(now.0)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let entries = timeline::entries(conn, id).await?;
    let person = person::load(conn, &row, now).await?;
    let state = state::read(row.try_get("state")?);
    let tier = tier::load(conn, &row, &person, now).await?;
    let new_address = if row.try_get("has_new_address")? {
        new_address::load(conn, &person).await?
    } else {
        None
    };
    let mail = answer::mail(conn, &row).await?;
    let pin = if row.try_get("has_pins")? {
        answer::pin(conn, id).await?
    } else {
        None
    };
    let replies = if row.try_get("has_replies")? {
        answer::replies(conn, id).await?
    } else {
        Vec::new()
    };
    let page = if row.try_get::<Option<i64>, _>("seen_at")?.is_some() {
        whereabouts::of_request(conn, id).await?
    } else {
        None
    };
    let waits_since = moment(&row, "waits_since")?;
    let frozen = seen(&row, "frozen_name", "frozen_at")?;
    let rings = match &frozen {
        Some(_) => admins(conn).await?,
        None => rings(conn, id, state, waits_since).await?,
    };
    let was_in: bool = row.try_get("was_in")?;
    let timeline = Timeline {
        on_file: person.on_file,
        near: person.near,
        suppressed_since: moment(&row, "suppressed_since")?,
        held_since: moment(&row, "held_since")?,
        restored_at: moment(&row, "restored_at")?,
        entries,
    };
    // What explains a request that is over is what explained it when it ended.
    let solved = solved(&row)?;
    let mut diagnosis = diagnose(&timeline, solved.as_ref().map_or(now, |end| end.at));
    let cause_before = cause_before(&timeline, &diagnosis);
    subject::fill(conn, &row, &mut diagnosis).await?;
    Ok(Some(HelpRequest {
        id: id.clone(),
        position: Position(row.try_get("position")?),
        state,
        created_at: UnixMillis(row.try_get("created_at")?),
        raised_by: raised_by(&row)?,
        message: row.try_get("message")?,
        match_words: [row.try_get("word1")?, row.try_get("word2")?],
        browser: browser(&row, page, now)?,
        seen: seen(&row, "seen_name", "seen_at")?,
        assigned: assigned(&row)?,
        rings,
        escalated_at: moment(&row, "escalated_at")?,
        waits_since,
        frozen,
        can_write: was_in && message::may_write(conn, id, now).await?.is_ok(),
        session: session(&row)?.filter(|_| solved.is_none()),
        call_back: person.call_back,
        who: person.who,
        tier,
        new_address: new_address.filter(|_| solved.is_none()),
        diagnosis,
        cause_before,
        mail,
        pin,
        replies,
        solved,
        timeline: timeline.entries,
    }))
}

/// The client's next session, or the one that runs.
fn session(row: &SqliteRow) -> sqlx::Result<Option<ClientSession>> {
    let (from, until) = (moment(row, "session_from")?, moment(row, "session_until")?);
    Ok(from
        .zip(until)
        .map(|(from, until)| ClientSession { from, until }))
}

fn moment(row: &SqliteRow, column: &str) -> sqlx::Result<Option<UnixMillis>> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(UnixMillis))
}

/// Whose desktops ring for it, while nobody has opened it or the client has written.
async fn rings(
    conn: &mut SqliteConnection,
    id: &RequestId,
    state: RequestState,
    waits_since: Option<UnixMillis>,
) -> sqlx::Result<Option<Vec<StaffId>>> {
    if state != RequestState::New && waits_since.is_none() {
        return Ok(None);
    }
    let staff: Vec<String> =
        sqlx::query_scalar("SELECT staff_id FROM bell WHERE request_id = $1 ORDER BY staff_id")
            .bind(&id.0)
            .fetch_all(conn)
            .await?;
    Ok(Some(staff.into_iter().map(StaffId).collect()))
}

/// A frozen request is for admins to look at.
async fn admins(conn: &mut SqliteConnection) -> sqlx::Result<Option<Vec<StaffId>>> {
    let staff: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM staff WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id",
    )
    .fetch_all(conn)
    .await?;
    Ok(Some(staff.into_iter().map(StaffId).collect()))
}

/// The same document for staff who may not know whose address was nearly typed: to them it
/// is an address that nobody has (RULES A2).
#[must_use]
pub fn without_near_miss(mut request: HelpRequest) -> HelpRequest {
    let diagnosis = &mut request.diagnosis;
    if diagnosis.cause == Cause::AddressNearMiss {
        diagnosis.cause = Cause::AddressUnknown;
        diagnosis.confidence = Confidence::Certain;
        diagnosis.facts.near = None;
    }
    if request.cause_before == Some(Cause::AddressNearMiss) {
        request.cause_before = Some(Cause::AddressUnknown);
    }
    request
}

fn raised_by(row: &SqliteRow) -> sqlx::Result<RaisedBy> {
    let word: String = row.try_get("raised_by")?;
    Ok(serde_json::from_value(word.into()).unwrap_or_default())
}

fn browser(row: &SqliteRow, page: Option<PageSeen>, now: UnixMillis) -> sqlx::Result<Browser> {
    let last: Option<i64> = row.try_get("last_waiting_at")?;
    Ok(Browser {
        waiting: last.is_some_and(|at| now.0 - at < AWAY),
        last_seen_at: UnixMillis(last.map_or_else(|| row.try_get("created_at"), Ok)?),
        known: row.try_get("known")?,
        page,
    })
}

/// Who did it and when, where anybody did.
fn seen(row: &SqliteRow, name: &str, at: &str) -> sqlx::Result<Option<Seen>> {
    let by: Option<String> = row.try_get(name)?;
    let at: Option<i64> = row.try_get(at)?;
    Ok(by.zip(at).map(|(by, at)| Seen {
        by,
        at: UnixMillis(at),
    }))
}

fn assigned(row: &SqliteRow) -> sqlx::Result<Option<Assigned>> {
    let Some(staff) = row.try_get::<Option<String>, _>("assigned_to")? else {
        return Ok(None);
    };
    Ok(Some(Assigned {
        staff: StaffId(staff),
        name: row.try_get("assigned_name")?,
        at: UnixMillis(row.try_get("assigned_at")?),
    }))
}

fn solved(row: &SqliteRow) -> sqlx::Result<Option<Solved>> {
    let Some(at) = row.try_get::<Option<i64>, _>("solved_at")? else {
        return Ok(None);
    };
    let how = match row.try_get::<Option<String>, _>("solved_how")?.as_deref() {
        Some("by_staff") => SolvedHow::ByStaff {
            by: row
                .try_get::<Option<String>, _>("solved_name")?
                .unwrap_or_default(),
        },
        Some("signed_in") => SolvedHow::SignedIn {
            method: row
                .try_get::<Option<String>, _>("solved_by")?
                .and_then(|method| serde_json::from_value(method.into()).ok())
                .unwrap_or(SignInMethod::Unknown),
        },
        Some("asked_for_help") => SolvedHow::AskedForHelp,
        _ => SolvedHow::Unknown,
    };
    Ok(Some(Solved {
        at: UnixMillis(at),
        how,
    }))
}
