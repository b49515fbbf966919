//! A document is put together and encoded once for all streams that send it.

use std::collections::HashMap;

use axum::body::Bytes;
use latchkey_protocol::{FEED_EVENT_REQUEST, Position, RequestId, UnixMillis};
use sqlx::SqliteConnection;
use tokio::sync::Mutex;

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

#[derive(Default)]
pub(super) struct Encodings(Mutex<HashMap<RequestId, Encoded>>);

impl Encodings {
    /// The document of this request at this position, if that is where it stands now.
    pub async fn at(
        &self,
        conn: &mut SqliteConnection,
        request: &RequestId,
        position: Position,
        now: UnixMillis,
    ) -> sqlx::Result<Option<Encoded>> {
        // Held while the document is made, so that the others wait for it instead of
        // making it, too.
        let mut encodings = self.0.lock().await;
        if let Some(encoded) = encodings.get(request)
            && encoded.position == position
            && (0..FRESH).contains(&(now.0 - encoded.made_at.0))
        {
            return Ok(Some(encoded.clone()));
        }
        let Some(document) = document::load(conn, request, now).await? else {
            return Ok(None);
        };
        let json = serde_json::to_string(&document)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let encoded = Encoded {
            position: document.position,
            // JSON has no line break outside its strings, and none inside them.
            lines: format!("event: {FEED_EVENT_REQUEST}\ndata: {json}\n").into(),
            made_at: now,
        };
        if encodings.len() >= MANY {
            encodings.retain(|_, old| now.0 - old.made_at.0 < FRESH);
        }
        encodings.insert(request.clone(), encoded.clone());
        Ok(Some(encoded).filter(|encoded| encoded.position == position))
    }
}
