//! A document is put together and encoded once for all streams that send it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use latchkey_protocol::{FEED_EVENT_REQUEST, Position, RequestId, UnixMillis};
use sqlx::SqliteConnection;

use crate::clock::SECOND;
use crate::document;

/// Parts of a document change with the time alone, so an encoding is shared by those
/// who send it now, not kept for those who come later.
const FRESH: i64 = 2 * SECOND;
/// More than this many are cleared out.
const MANY: usize = 256;

/// A document as it goes over the wire, without its id line.
#[derive(Clone)]
pub(super) struct Encoded {
    /// The position it stands at.
    pub position: Position,
    /// `event:` and `data:` lines.
    pub lines: Bytes,
    made_at: UnixMillis,
}

impl Encoded {
    fn is_fresh(&self, now: UnixMillis) -> bool {
        (0..FRESH).contains(&(now.0 - self.made_at.0))
    }
}

/// The place of one document's encoding. Whoever makes it holds the lock, so that the
/// others wait for it instead of making it, too; other requests are made meanwhile.
type Slot = Arc<tokio::sync::Mutex<Option<Encoded>>>;

#[derive(Default)]
pub(super) struct Encodings(Mutex<HashMap<Document, Slot>>);

/// A document as one kind of reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Document {
    /// Which.
    pub request: RequestId,
    /// Also whose address was nearly typed (RULES A2).
    pub near: bool,
}

impl Encodings {
    /// The document at this position, if that is where it stands now.
    pub async fn at(
        &self,
        conn: &mut SqliteConnection,
        wanted: &Document,
        position: Position,
        now: UnixMillis,
    ) -> sqlx::Result<Option<Encoded>> {
        let slot = self.slot(wanted, now);
        let mut slot = slot.lock().await;
        if let Some(encoded) = slot.as_ref()
            && encoded.position == position
            && encoded.is_fresh(now)
        {
            return Ok(Some(encoded.clone()));
        }
        let Some(mut document) = document::load(conn, &wanted.request, now).await? else {
            return Ok(None);
        };
        if !wanted.near {
            document = document::without_near_miss(document);
        }
        let json = serde_json::to_string(&document)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let encoded = Encoded {
            position: document.position,
            // JSON has no line break outside its strings, and none inside them.
            lines: format!("event: {FEED_EVENT_REQUEST}\ndata: {json}\n").into(),
            made_at: now,
        };
        // A reader whose transaction began earlier must not put an older one in its place.
        if slot
            .as_ref()
            .is_none_or(|kept| kept.position <= encoded.position)
        {
            *slot = Some(encoded.clone());
        }
        Ok(Some(encoded).filter(|encoded| encoded.position == position))
    }

    fn slot(&self, wanted: &Document, now: UnixMillis) -> Slot {
        let mut slots = self.lock();
        if slots.len() >= MANY && !slots.contains_key(wanted) {
            // One that is being made is in use, and so is kept.
            slots.retain(|_, slot| {
                Arc::strong_count(slot) > 1
                    || slot
                        .try_lock()
                        .is_ok_and(|kept| kept.as_ref().is_some_and(|kept| kept.is_fresh(now)))
            });
        }
        slots.entry(wanted.clone()).or_default().clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Document, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
