//! One desktop's walk through the feed.

use std::collections::VecDeque;

use axum::body::Bytes;
use latchkey_protocol::{
    Cover, FEED_EVENT_COVERS, FEED_EVENT_GONE, FEED_EVENT_OUTAGES, FEED_EVENT_PRESENCE,
    FEED_EVENT_RESET, Gone, GoneReason, Looking, MailOutage, Position, RequestId,
};
use sqlx::SqliteConnection;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::encoding::Document;
use super::seat::Seat;
use super::{KEPT, Start, presence};
use crate::App;
use crate::api::Desk;

/// How much a reader puts together in one transaction.
const AHEAD: i64 = 16;
/// After every id of a request at one position.
const LAST: &str = "~";

/// One open stream.
pub struct Reader {
    app: App,
    desk: Desk,
    seat: Seat,
    moved: watch::Receiver<Position>,
    outages: watch::Receiver<Vec<MailOutage>>,
    looked: watch::Receiver<()>,
    /// Who looks at what, as it was told on this stream.
    present: Vec<Looking>,
    covers: watch::Receiver<Vec<Cover>>,
    /// The cover periods that this staff member has part in, as they were told on this stream.
    covered: Vec<Cover>,
    breath: Interval,
    /// Everything up to here, in the order of position and id, is sent or not theirs.
    cursor: (i64, String),
    /// Up to here only what is open or was solved lately is sent: the whole state of a
    /// reader who knows nothing has no use for more.
    whole_until: i64,
    solved_after: i64,
    /// Put together in one transaction, and good until something is announced.
    planned: VecDeque<Planned>,
    /// Nothing lies beyond what is planned, until something is announced.
    is_all: bool,
    ready: VecDeque<Bytes>,
}

struct Planned {
    position: i64,
    request_id: String,
    /// What to send; nothing where it comes later, in another place.
    parts: Vec<Bytes>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Seen {
    position: i64,
    request_id: String,
    /// Also whose address was nearly typed there.
    near: i64,
    lost: i64,
}

enum Step {
    /// There is something to send.
    Planned,
    /// Everything is sent.
    Quiet,
    /// This desktop may not listen any more.
    Over,
}

impl Reader {
    /// Opens a stream.
    #[must_use]
    pub fn new(app: App, desk: Desk, start: Start) -> Self {
        let seat = app.feed.seats.take(&desk);
        let moved = app.writer.position();
        let mut outages = app.feed.outages.subscribe();
        if !outages.borrow().is_empty() {
            outages.mark_changed();
        }
        let looked = app.feed.presence.moved();
        let covers = app.feed.covers.subscribe();
        let mut breath = interval(app.feed.keep_alive);
        breath.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let head = moved.borrow().0;
        let (cursor, whole_until) = match start {
            Start::Whole | Start::Reset => (0, head),
            Start::After(position) => (position.0, 0),
        };
        let mut ready = VecDeque::new();
        if start == Start::Reset {
            ready.push_back(format!("event: {FEED_EVENT_RESET}\ndata:\n\n").into());
        }
        Self {
            solved_after: app.now().0 - KEPT,
            app,
            desk,
            seat,
            moved,
            outages,
            looked,
            present: Vec::new(),
            covers,
            covered: Vec::new(),
            breath,
            cursor: (cursor, LAST.to_owned()),
            whole_until,
            planned: VecDeque::new(),
            is_all: false,
            ready,
        }
    }

    /// The next bytes; `None` ends the stream, and the reader comes back with its position.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.app.stopping.is_cancelled() || self.seat.ended.is_cancelled() {
                return None;
            }
            if let Some(bytes) = self.ready.pop_front() {
                return Some(bytes);
            }
            // Rights are decided when a document is sent: what was put together before
            // the last event may be somebody else's now.
            if self.moved.has_changed().unwrap_or(true) {
                self.planned.clear();
                self.is_all = false;
            }
            if self.send_planned() {
                continue;
            }
            if !self.is_all {
                // Before the look: what is announced after it wakes us again.
                self.moved.borrow_and_update();
                match self.step().await {
                    Ok(Step::Planned) => {
                        self.send_planned();
                        continue;
                    }
                    Ok(Step::Quiet) => {}
                    Ok(Step::Over) => return None,
                    Err(error) => {
                        tracing::error!(%error, "a stream could not be read on");
                        return None;
                    }
                }
            }
            // Here everything they may see is sent, and that they may was just looked up.
            if self.outages.has_changed().unwrap_or(false) {
                let json = serde_json::to_string(&*self.outages.borrow_and_update()).ok()?;
                let text = format!("event: {FEED_EVENT_OUTAGES}\ndata: {json}\n\n");
                self.ready.push_back(text.into());
                continue;
            }
            if let Some(event) = self.covers() {
                self.ready.push_back(event);
                continue;
            }
            self.looked.mark_unchanged();
            match self.presence().await {
                Ok(None) => {}
                Ok(Some(event)) => {
                    self.ready.push_back(event);
                    continue;
                }
                Err(error) => {
                    tracing::error!(%error, "a stream could not be read on");
                    return None;
                }
            }
            let (stopping, ended) = (self.app.stopping.clone(), self.seat.ended.clone());
            tokio::select! {
                biased;
                () = stopping.cancelled() => return None,
                () = ended.cancelled() => return None,
                moved = self.moved.changed() => moved.ok()?,
                // Left as changed: it is told after the look.
                told = self.outages.changed() => {
                    told.ok()?;
                    self.outages.mark_changed();
                }
                looked = self.looked.changed() => looked.ok()?,
                covered = self.covers.changed() => covered.ok()?,
                _ = self.breath.tick() => self.ready.push_back(Bytes::from_static(b":\n\n")),
            }
            self.is_all = false;
        }
    }

    /// Hands over the next thing that is planned, if there is one.
    fn send_planned(&mut self) -> bool {
        let Some(next) = self.planned.pop_front() else {
            return false;
        };
        self.ready.extend(next.parts);
        self.cursor = (next.position, next.request_id);
        true
    }

    /// The cover periods of this staff member, where that is news.
    fn covers(&mut self) -> Option<Bytes> {
        let mut mine = self.covers.borrow_and_update().clone();
        let staff = &self.desk.staff;
        mine.retain(|cover| cover.away == *staff || cover.covered_by == *staff);
        if mine == self.covered {
            return None;
        }
        let json = serde_json::to_string(&mine).ok()?;
        self.covered = mine;
        Some(format!("event: {FEED_EVENT_COVERS}\ndata: {json}\n\n").into())
    }

    /// Who looks at what now, where that is news. Rights are looked up each time: what was told
    /// may be about a request that is gone from here.
    async fn presence(&mut self) -> sqlx::Result<Option<Bytes>> {
        let app = self.app.clone();
        let staff = &self.desk.staff;
        let mut present = app.feed.presence.of_colleagues(staff, app.now());
        if !present.is_empty()
            && let Ok(_turn) = app.feed.turns.acquire().await
        {
            let mut conn = app.reader.acquire().await?;
            present = presence::seen_by(staff, present, &mut conn).await?;
        }
        if present == self.present {
            return Ok(None);
        }
        let json = serde_json::to_string(&present)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        self.present = present;
        let text = format!("event: {FEED_EVENT_PRESENCE}\ndata: {json}\n\n");
        Ok(Some(text.into()))
    }

    /// Puts together what comes after the cursor, all of it as at one moment.
    async fn step(&mut self) -> sqlx::Result<Step> {
        let app = self.app.clone();
        let Ok(_turn) = app.feed.turns.acquire().await else {
            return Ok(Step::Over);
        };
        let mut snapshot = app.reader.begin().await?;
        if !self.desk.stands(&mut snapshot, app.now().0).await? {
            return Ok(Step::Over);
        }
        let mut seen = self.see(&mut snapshot).await?;
        let ahead = usize::try_from(AHEAD).unwrap_or(usize::MAX);
        self.is_all = seen.len() <= ahead;
        for index in 0..seen.len().min(ahead) {
            // Whoever resumes between two of one position gets both again rather than
            // neither, so only the last one carries it.
            let followed = seen
                .get(index + 1)
                .is_some_and(|next| next.position == seen[index].position);
            let id = seen[index].position - i64::from(followed);
            let parts = self.parts(&mut snapshot, &seen[index], id).await?;
            self.planned.push_back(Planned {
                position: seen[index].position,
                request_id: std::mem::take(&mut seen[index].request_id),
                parts,
            });
        }
        Ok(if self.planned.is_empty() {
            Step::Quiet
        } else {
            Step::Planned
        })
    }

    /// A document, or that it is gone.
    async fn parts(
        &self,
        snapshot: &mut SqliteConnection,
        seen: &Seen,
        id: i64,
    ) -> sqlx::Result<Vec<Bytes>> {
        let request = RequestId(seen.request_id.clone());
        if seen.lost != 0 {
            let gone = Gone {
                request,
                reason: GoneReason::NotYours,
            };
            let json = serde_json::to_string(&gone)
                .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
            let text = format!("event: {FEED_EVENT_GONE}\ndata: {json}\nid: {id}\n\n");
            return Ok(vec![text.into()]);
        }
        let position = Position(seen.position);
        let encodings = &self.app.feed.encodings;
        let wanted = Document {
            request,
            near: seen.near != 0,
        };
        let encoded = encodings
            .at(snapshot, &wanted, position, self.app.now())
            .await?;
        Ok(encoded.map_or_else(Vec::new, |encoded| {
            vec![encoded.lines, format!("id: {id}\n\n").into()]
        }))
    }

    /// Looks what comes after the cursor, and one further, for its position.
    async fn see(&self, snapshot: &mut SqliteConnection) -> sqlx::Result<Vec<Seen>> {
        sqlx::query_as(
            "SELECT position, request_id, near, lost FROM (
                 SELECT v.position, v.request_id, v.near, 0 AS lost
                 FROM sight v JOIN help_request r ON r.id = v.request_id
                 WHERE v.staff_id = $1 AND v.position >= $2
                   AND (v.position > $4 OR r.state <> 'solved' OR r.solved_at > $5)
                 UNION ALL
                 SELECT l.position, l.request_id, 0 AS near, 1 AS lost
                 FROM request_lost l
                 WHERE l.staff_id = $1 AND l.position >= $2 AND l.position > $4
                   AND NOT EXISTS (SELECT 1 FROM sight v
                                   WHERE v.staff_id = $1 AND v.request_id = l.request_id)
             ) AS seen
             WHERE (position, request_id) > ($2, $3)
             ORDER BY position, request_id
             LIMIT $6",
        )
        .bind(&self.desk.staff.0)
        .bind(self.cursor.0)
        .bind(&self.cursor.1)
        .bind(self.whole_until)
        .bind(self.solved_after)
        .bind(AHEAD + 1)
        .fetch_all(snapshot)
        .await
    }
}
