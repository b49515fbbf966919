//! `GET /api/v1/feed`: every change of a help request, as it happens.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONNECTION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::refusals::Refused;
use super::{Denied, Desk};
use crate::App;
use crate::feed::{Reader, Start};
use crate::refusal::Refusal;
use crate::server::Place;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[utoipa::path(
    get,
    path = "/api/v1/feed",
    tag = "feed",
    summary = "Every change of a help request, as it happens",
    description = "An event stream (HTML's format). `request` carries a whole help request as it \
        now stands, `gone` a request that left this reader's view, `reset` says that everything \
        is to be dropped because the whole state follows, `outages` every outage of mail there is \
        now, `presence` every colleague who looks at one of this reader's requests; those two have no `id`. `id` is the position to resume from. \
        Without `Last-Event-ID` everything in view comes first: what is open, and what was solved \
        within 14 days. A comment comes every 15 seconds.",
    params(("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was read")),
    responses(
        (status = 200, body = ref("#/components/schemas/FeedEvent"),
         content_type = "text/event-stream", description = "Events, one after the other"),
        Refused,
    )
)]
pub(super) async fn feed(
    State(app): State<App>,
    desk: Desk,
    place: Option<Extension<Arc<Place>>>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let mut given = headers.get_all(LAST_EVENT_ID).iter();
    let last = given.next().map(HeaderValue::as_bytes);
    if given.next().is_some() {
        return Err(Refusal::bad("last-event-id: must be given once").into());
    }
    let mut conn = app.reader.acquire().await?;
    let start = Start::read(&mut conn, last, app.now()).await?;
    drop(conn);
    if let Some(Extension(place)) = place {
        place.becomes_stream();
    }
    let reader = Reader::new(app, desk, start);
    let bytes = stream::unfold(reader, async |mut reader| {
        let bytes = reader.next().await?;
        Some((Ok::<_, Infallible>(bytes), reader))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        // Whoever held a stream is not counted by origin: the next request is a newcomer's.
        (CONNECTION, "close"),
        // A proxy that collects before it hands on would make minutes of a second.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}
