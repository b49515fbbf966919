//! Cover periods: while somebody is away, a colleague answers for their clients, too.
//!
//! The colleague sees that caseload and may act on it as on their own, and is rung in place of
//! whoever is away. Nobody hands on what they only cover: a cover of a cover gives nothing.
//! When a cover begins and when it ends is written by the service, so that the feed moves and
//! what was lost is told "gone" (RULES V2); the view `load` says in SQL who answers for whom.

mod running;

use std::time::Duration;

use latchkey_protocol::{Cover, CoverId, ErrorCode, Role, SetCover, StaffId, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::App;
use crate::clock::DAY;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::refusal::Refusal;
use crate::staff::role_of;

pub use running::end_all_by;
use running::{begin, end};

/// How often it is looked whether one begins or is over.
pub const LOOK: Duration = Duration::from_secs(2);
/// Nobody plans further, and one that is forgotten ends.
const LONGEST: i64 = 366 * DAY;

/// A colleague covers for somebody from then on; at once where that moment has come. One is set
/// by whoever is away, or by an admin.
pub async fn set(tx: &mut Tx, by: &StaffId, wish: &SetCover) -> Result<(), Refusal> {
    let now = tx.now();
    let away = wish.away.as_ref().unwrap_or(by);
    may(tx, by, away).await?;
    let begins = wish.from.map_or(now, |from| from.max(now));
    if wish.until <= begins {
        return Err(Refusal::bad("until: must be later than now and than from"));
    }
    if wish.until.0 > now.0 + LONGEST {
        return Err(Refusal::bad("until: must be within a year from now"));
    }
    if away == &wish.covered_by {
        return Err(Refusal::bad("covered_by: nobody covers for themselves"));
    }
    if role(tx, away).await? == Role::FrontDesk {
        return Err(Refusal::bad("away: a front desk has no caseload"));
    }
    role(tx, &wish.covered_by).await?;
    if let Some(other) = away_then(tx, away, begins, wish.until).await? {
        return Err(Refusal::of(ErrorCode::CoverOverlaps).by(other.covered_by_name));
    }
    if let Some(other) = away_then(tx, &wish.covered_by, begins, wish.until).await? {
        return Err(Refusal::of(ErrorCode::ColleagueAway).by(other.away_name));
    }
    let id = CoverId(tx.id());
    sqlx::query(
        "INSERT INTO cover (id, staff_id, covered_by, begins_at, ends_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&id.0)
    .bind(&away.0)
    .bind(&wish.covered_by.0)
    .bind(begins.0)
    .bind(wish.until.0)
    .execute(tx.conn())
    .await?;
    let cover = find(tx, &id).await?.ok_or(ErrorCode::Unavailable)?;
    let by = Actor::Staff(by.clone());
    tx.append(event(Kind::CoverSet, by.clone(), &cover)).await?;
    if begins == now {
        begin(tx, &cover, by).await?;
    }
    Ok(())
}

/// Ends one before its time, or before it has begun. One that is over is left as it is.
pub async fn cancel(tx: &mut Tx, by: &StaffId, id: &CoverId) -> Result<(), Refusal> {
    let away: Option<String> = sqlx::query_scalar("SELECT staff_id FROM cover WHERE id = $1")
        .bind(&id.0)
        .fetch_optional(tx.conn())
        .await?;
    let away = StaffId(away.ok_or(ErrorCode::NotFound)?);
    may(tx, by, &away).await?;
    if let Some(cover) = find(tx, id).await? {
        end(tx, &cover, Kind::CoverCancelled, Actor::Staff(by.clone())).await?;
    }
    Ok(())
}

/// Begins those whose time has come and ends those that are over, and tells the desktops. Gives
/// how many.
pub async fn look(app: &App) -> Result<usize, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    let is_any = is_due(&all(&mut conn).await?, app.now());
    drop(conn);
    let turned = if is_any {
        app.writer.run(|tx| Box::pin(turn(tx))).await?
    } else {
        0
    };
    tell(app).await?;
    Ok(turned)
}

/// Tells the desktops of those that run and that are to come.
pub async fn tell(app: &App) -> sqlx::Result<()> {
    let mut conn = app.reader.acquire().await?;
    app.feed.tell_covers(all(&mut conn).await?);
    Ok(())
}

/// All that run or are to come, in the order of their beginning.
pub async fn all(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Cover>> {
    let rows = sqlx::query(
        "SELECT v.*, s.name AS away_name, k.name AS covered_by_name FROM cover v
         JOIN staff s ON s.id = v.staff_id
         JOIN staff k ON k.id = v.covered_by
         WHERE v.ended_at IS NULL ORDER BY v.begins_at, v.id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

fn is_due(covers: &[Cover], now: UnixMillis) -> bool {
    covers
        .iter()
        .any(|cover| cover.until <= now || (!cover.running && cover.from <= now))
}

/// The ends first: the clients of one who is away twice in a row pass from hand to hand.
async fn turn(tx: &mut Tx) -> Result<usize, Unavailable> {
    let now = tx.now();
    let mut turned = 0;
    let covers = all(tx.conn()).await?;
    let (over, left): (Vec<_>, Vec<_>) = covers.iter().partition(|cover| cover.until <= now);
    for cover in over {
        end(tx, cover, Kind::CoverEnded, Actor::Service).await?;
        turned += 1;
    }
    for cover in left {
        if !cover.running && cover.from <= now {
            begin(tx, cover, Actor::Service).await?;
            turned += 1;
        }
    }
    Ok(turned)
}

/// For oneself, or an admin for anybody.
async fn may(tx: &mut Tx, by: &StaffId, away: &StaffId) -> Result<(), Refusal> {
    if by == away || role(tx, by).await? == Role::Admin {
        return Ok(());
    }
    Err(Refusal::of(ErrorCode::NotAllowed))
}

/// Of somebody who may act.
async fn role(tx: &mut Tx, staff: &StaffId) -> Result<Role, Refusal> {
    let role: Option<String> =
        sqlx::query_scalar("SELECT role FROM staff WHERE id = $1 AND disabled_at IS NULL")
            .bind(&staff.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(role_of(&role.ok_or(ErrorCode::ColleagueGone)?))
}

/// The cover of somebody that falls into a time.
async fn away_then(
    tx: &mut Tx,
    staff: &StaffId,
    from: UnixMillis,
    until: UnixMillis,
) -> sqlx::Result<Option<Cover>> {
    let covers = all(tx.conn()).await?;
    Ok(covers
        .into_iter()
        .find(|cover| cover.away == *staff && cover.from < until && from < cover.until))
}

async fn find(tx: &mut Tx, id: &CoverId) -> sqlx::Result<Option<Cover>> {
    let covers = all(tx.conn()).await?;
    Ok(covers.into_iter().find(|cover| cover.id == *id))
}

fn event(kind: Kind, by: Actor, cover: &Cover) -> Event {
    Event::new(kind, by)
        .subject(&cover.id.0)
        .with("away", cover.away.0.as_str())
        .with("covered_by", cover.covered_by.0.as_str())
        .with("from", cover.from.0)
        .with("until", cover.until.0)
}

fn read(row: &SqliteRow) -> sqlx::Result<Cover> {
    Ok(Cover {
        id: CoverId(row.try_get("id")?),
        away: StaffId(row.try_get("staff_id")?),
        away_name: row.try_get("away_name")?,
        covered_by: StaffId(row.try_get("covered_by")?),
        covered_by_name: row.try_get("covered_by_name")?,
        from: UnixMillis(row.try_get("begins_at")?),
        until: UnixMillis(row.try_get("ends_at")?),
        running: row.try_get::<Option<i64>, _>("begun_at")?.is_some(),
    })
}
