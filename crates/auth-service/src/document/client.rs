//! A client without a request, as it stands now: what staff read who have the client on the
//! phone.

use latchkey_protocol::{
    CallBack, ClientFile, ClientId, Diagnosis, Happening, OpenRequest, RequestId, Seen, Tier,
    TimelineEntry, UnixMillis,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::person::{Person, Shared};
use super::tier::Told;
use super::{AWAY, LATELY, answer, person, raised_by, seen, tier};
use crate::client::directory;
use crate::clock::DAY;
use crate::diagnosis::{OnFile, Timeline, diagnose};
use crate::timeline;

/// A client who has more open ones than this asks from many browsers.
const MOST_OPEN: i64 = 10;

/// Puts it together, in the caller's transaction.
pub(crate) async fn load(
    conn: &mut SqliteConnection,
    id: &ClientId,
    now: UnixMillis,
) -> sqlx::Result<Option<ClientFile>> {
    let Some(client) = directory::one(conn, id).await? else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT (SELECT COUNT(DISTINCT o.client_id) FROM client_address t
                 JOIN client_address o ON o.address_id = t.address_id
                 WHERE t.client_id = c.id) AS people,
                (SELECT MAX(p.no_mail) FROM client_address t
                 JOIN client_address o ON o.address_id = t.address_id
                 JOIN client p ON p.id = o.client_id
                 WHERE t.client_id = c.id) AS people_no_mail,
                (SELECT MIN(u.since) FROM client_address t
                 JOIN suppression u ON u.address_id = t.address_id AND u.lifted_at IS NULL
                 WHERE t.client_id = c.id) AS suppressed_since,
                (SELECT h.began_at FROM epoch h WHERE h.confirmed_at IS NULL
                 ORDER BY h.number DESC LIMIT 1) AS held_since,
                (SELECT MAX(h.began_at) FROM epoch h WHERE h.why <> 'first') AS restored_at,
                (SELECT COUNT(*) FROM client_session k
                 WHERE k.client_id = c.id AND k.kept <> 0 AND k.ended_at IS NULL
                   AND k.expires_at > $2) AS devices,
                (SELECT MAX(k.created_at) FROM client_session k
                 WHERE k.client_id = c.id) AS signed_in_at
         FROM client c WHERE c.id = $1",
    )
    .bind(&id.0)
    .bind(now.0)
    .fetch_one(&mut *conn)
    .await?;
    let shared = Shared::read(&row)?;
    let person = person::of_client(conn, id.0.clone(), &shared, String::new(), now).await?;
    let (waiting, first) = open_requests(conn, id, now).await?;
    let tier = tier_of(conn, id, &person, first, now).await?;
    let timeline = timeline::of_client(conn, id, now).await?;
    let moment = |column: &str| row.try_get::<Option<i64>, _>(column).map(at);
    let (timeline, diagnosis) = diagnosed(
        Timeline {
            on_file: person.on_file,
            near: None,
            suppressed_since: moment("suppressed_since")?,
            held_since: moment("held_since")?,
            restored_at: moment("restored_at")?,
            entries: Vec::new(),
        },
        timeline,
        now,
    );
    Ok(Some(ClientFile {
        client,
        call_back: person.call_back.unwrap_or(CallBack {
            phone: None,
            phone_is_new: false,
            ask_for: String::new(),
            language: None,
        }),
        as_of: now,
        devices: u32::try_from(row.try_get::<i64, _>("devices")?).unwrap_or_default(),
        signed_in_at: moment("signed_in_at")?,
        tier,
        diagnosis,
        waiting,
        pin: answer::pin_of_client(conn, id, now.0 - DAY).await?,
        timeline,
    }))
}

fn at(millis: Option<i64>) -> Option<UnixMillis> {
    millis.map(UnixMillis)
}

async fn tier_of(
    conn: &mut SqliteConnection,
    client: &ClientId,
    person: &Person,
    first: Option<Seen>,
    now: UnixMillis,
) -> sqlx::Result<Tier> {
    // A browser that is picked guards its own PIN; which one it will be is not known yet.
    let told = Told {
        has_pins: true,
        picked: false,
        first,
    };
    tier::of_client(conn, client, person, told, now).await
}

/// The open requests, newest first, and who has stated for one how they know who it is.
async fn open_requests(
    conn: &mut SqliteConnection,
    client: &ClientId,
    now: UnixMillis,
) -> sqlx::Result<(Vec<OpenRequest>, Option<Seen>)> {
    let rows = sqlx::query(
        "SELECT r.*, b.last_waiting_at, w.name AS second_name
         FROM help_request r JOIN browser b ON b.id = r.browser_id
         LEFT JOIN staff w ON w.id = r.second_by
         WHERE r.client_id = $1 AND r.state <> 'solved'
         ORDER BY r.created_at DESC, r.id DESC LIMIT $2",
    )
    .bind(&client.0)
    .bind(MOST_OPEN)
    .fetch_all(conn)
    .await?;
    let mut first = None;
    let mut open = Vec::with_capacity(rows.len());
    for row in &rows {
        first = first.or(seen(row, "second_name", "second_at")?);
        open.push(open_request(row, now)?);
    }
    Ok((open, first))
}

fn open_request(row: &SqliteRow, now: UnixMillis) -> sqlx::Result<OpenRequest> {
    let last: Option<i64> = row.try_get("last_waiting_at")?;
    Ok(OpenRequest {
        id: RequestId(row.try_get("id")?),
        raised_by: raised_by(row)?,
        match_words: [row.try_get("word1")?, row.try_get("word2")?],
        created_at: UnixMillis(row.try_get("created_at")?),
        here: last.is_some_and(|at| now.0 - at < AWAY),
    })
}

/// A cause, where there is anything to explain: the client tried these days, or the file
/// itself keeps them out.
fn diagnosed(
    mut lately: Timeline,
    entries: Vec<TimelineEntry>,
    now: UnixMillis,
) -> (Vec<TimelineEntry>, Option<Diagnosis>) {
    let older = entries.partition_point(|entry| entry.at.0 < now.0 - LATELY);
    lately.entries = entries.get(older..).unwrap_or_default().to_vec();
    let plain = matches!(
        lately.on_file,
        OnFile::One {
            no_mail: false,
            disabled: false
        } | OnFile::Several { no_mail: false }
    );
    if plain && !lately.entries.iter().any(|entry| is_a_try(&entry.what)) {
        return (entries, None);
    }
    let mut diagnosis = diagnose(&lately, now);
    let older = u32::try_from(older).unwrap_or_default();
    for place in &mut diagnosis.evidence {
        *place += older;
    }
    (entries, Some(diagnosis))
}

const fn is_a_try(what: &Happening) -> bool {
    matches!(
        what,
        Happening::AskedForLink
            | Happening::AskHeldBack
            | Happening::LinkOpened { .. }
            | Happening::LinkRefused { .. }
            | Happening::LinkDamaged
            | Happening::PinWrong { .. }
            | Happening::AskedForHelp
            | Happening::SeemsStuck { .. }
            | Happening::SignedIn { .. }
    )
}
