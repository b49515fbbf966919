//! The feed: one open stream, resumed where it was cut.

use std::{pin::Pin, sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use latchkey_protocol::{
    FEED_EVENT_GONE, FEED_EVENT_REQUEST, FEED_EVENT_RESET, Gone, HelpRequest, Position, RequestId,
    UnixMillis,
};
use reqwest::Response;
use sse_stream::{Sse, SseByteStream};
use tokio::sync::{Notify, mpsc};
use tokio_stream::{Stream, StreamExt};

use super::{Api, CallError, http::HttpError, tidy};
use crate::{
    clock::{Clock, later},
    random::Random,
};

/// A comment comes every 15 s: this long a silence is a dead connection.
const IDLE_LIMIT: i64 = 45_000;
/// Longest event, with its comments before it.
const LONGEST_EVENT: usize = 512 * 1024;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// A stream that lasted this long was a good one: the next waits start small again. It is
/// short, since the end of a stream may be the end of the session, which is to be known
/// within 30 s (RULES S5).
const GOOD: i64 = 5_000;
/// What came at once is handed over at once, so that a burst is drawn once.
const AT_ONCE: usize = 64;

/// What the feed says.
#[derive(Clone, Debug, PartialEq)]
pub enum FeedEvent {
    /// On the way.
    Connecting,
    /// The stream is open.
    Connected,
    /// A request as it now stands.
    Request(Box<HelpRequest>, Position),
    /// A request left this person's view.
    Gone(RequestId, Option<Position>),
    /// Drop everything; what follows is the whole.
    Reset,
    /// Not reachable; tried again then.
    Lost {
        /// When.
        retry_at: UnixMillis,
    },
    /// The practice ended this session.
    SessionEnded,
}

/// The task that keeps the stream open.
pub struct Feed {
    /// The calls.
    pub api: Api,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For the jitter.
    pub random: Arc<dyn Random>,
    /// Ends a wait at once.
    pub now: Arc<Notify>,
    /// Where the events go.
    pub events: mpsc::Sender<FeedEvent>,
}

enum End {
    Cut,
    SessionEnded,
    NobodyListens,
}

impl Feed {
    /// Runs until the session ends or nobody listens.
    pub async fn run(self, mut since: Option<Position>) {
        let mut waits = self.waits();
        loop {
            let began = self.clock.now();
            match self.once(&mut since).await {
                End::Cut => {}
                End::SessionEnded => {
                    let _ = self.events.send(FeedEvent::SessionEnded).await;
                    return;
                }
                End::NobodyListens => return,
            }
            if self.clock.now().0 - began.0 >= GOOD {
                waits = self.waits();
            }
            let wait = waits.next().unwrap_or(LONGEST_WAIT);
            let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
            let retry_at = later(self.clock.now(), millis);
            if self
                .events
                .send(FeedEvent::Lost { retry_at })
                .await
                .is_err()
            {
                return;
            }
            tokio::select! {
                biased;
                () = self.clock.sleep_until(retry_at) => {}
                () = self.now.notified() => waits = self.waits(),
                () = self.events.closed() => return,
            }
        }
    }

    fn waits(&self) -> backon::ExponentialBackoff {
        let mut seed = [0; 8];
        self.random.fill(&mut seed);
        ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .without_max_times()
            .with_jitter()
            .with_jitter_seed(u64::from_ne_bytes(seed))
            .build()
    }

    async fn once(&self, since: &mut Option<Position>) -> End {
        if self.events.send(FeedEvent::Connecting).await.is_err() {
            return End::NobodyListens;
        }
        let answer = tokio::select! {
            biased;
            answer = self.api.feed(since.map(|position| position.0)) => answer,
            () = self.clock.sleep_until(later(self.clock.now(), IDLE_LIMIT)) => return End::Cut,
            () = self.events.closed() => return End::NobodyListens,
        };
        let answer = match answer {
            Ok(answer) if is_event_stream(&answer) => answer,
            Ok(_) => return End::Cut,
            Err(CallError::SessionEnded) => return End::SessionEnded,
            Err(error) => {
                tracing::info!(%error, "the feed did not open");
                return End::Cut;
            }
        };
        if self.events.send(FeedEvent::Connected).await.is_err() {
            return End::NobodyListens;
        }
        self.read(answer, since).await
    }

    async fn read(&self, answer: Response, since: &mut Option<Position>) -> End {
        let pulse = Pulse::default();
        let mut events = std::pin::pin!(SseByteStream::new(bounded(
            answer.bytes_stream(),
            pulse.clone()
        )));
        loop {
            let silent_at = later(self.clock.now(), IDLE_LIMIT);
            let next = tokio::select! {
                biased;
                next = events.next() => next,
                // A comment is no event, but a sign of life: look at the deadline anew.
                () = pulse.beat() => continue,
                () = self.clock.sleep_until(silent_at) => {
                    tracing::info!("the feed fell silent");
                    return End::Cut;
                }
                // Somebody doubts that the service is there.
                () = self.now.notified() => return End::Cut,
                () = self.events.closed() => return End::NobodyListens,
            };
            let (came, ended) = gather(next, events.as_mut(), &pulse).await;
            for (event, position) in &came {
                if *event == FeedEvent::Reset {
                    *since = None;
                }
                if position.is_some() {
                    *since = *position;
                }
            }
            let Ok(places) = self.events.reserve_many(came.len()).await else {
                return End::NobodyListens;
            };
            for (place, (event, _)) in places.zip(came) {
                place.send(event);
            }
            if ended {
                return End::Cut;
            }
        }
    }
}

/// What was said, and what came right behind it; true where that was the end.
async fn gather<E>(
    first: Option<Result<Sse, E>>,
    mut events: Pin<&mut impl Stream<Item = Result<Sse, E>>>,
    pulse: &Pulse,
) -> (Vec<(FeedEvent, Option<Position>)>, bool) {
    let mut came = Vec::new();
    let mut next = first;
    loop {
        let Some(Ok(event)) = next else {
            return (came, true);
        };
        pulse.event_ended();
        let Ok(event) = understand(&event) else {
            tracing::warn!("the feed said something that is not understood");
            return (came, true);
        };
        came.extend(event);
        if came.len() == AT_ONCE {
            return (came, false);
        }
        next = tokio::select! {
            biased;
            next = events.next() => next,
            () = std::future::ready(()) => return (came, false),
        };
    }
}

fn is_event_stream(answer: &Response) -> bool {
    answer
        .headers()
        .get(reqwest::header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/event-stream"))
}

/// Turns an event into what it says. Kinds of a newer service say nothing (RULES X1);
/// a document that cannot be read is an error, so that it is never skipped unseen.
pub(crate) fn understand(
    event: &Sse,
) -> Result<Option<(FeedEvent, Option<Position>)>, serde_json::Error> {
    let position = event
        .id
        .as_deref()
        .and_then(|id| id.parse().ok())
        .map(Position);
    let data = event.data.as_deref().unwrap_or_default();
    Ok(match event.event.as_deref() {
        Some(FEED_EVENT_REQUEST) => {
            let request: HelpRequest = serde_json::from_str(data)?;
            let position = position.unwrap_or(request.position);
            Some((
                FeedEvent::Request(Box::new(tidy(request)), position),
                Some(position),
            ))
        }
        Some(FEED_EVENT_GONE) => {
            let gone: Gone = serde_json::from_str(data)?;
            Some((FeedEvent::Gone(gone.request, position), position))
        }
        Some(FEED_EVENT_RESET) => Some((FeedEvent::Reset, None)),
        _ => None,
    })
}

/// Bytes since the last event, and a beat for each part that came.
#[derive(Clone, Default)]
pub(crate) struct Pulse(Arc<(std::sync::atomic::AtomicUsize, Notify)>);

impl Pulse {
    /// False when the event is too long.
    fn bytes(&self, count: usize) -> bool {
        let before = self
            .0
            .0
            .fetch_add(count, std::sync::atomic::Ordering::Relaxed);
        self.0.1.notify_one();
        before.saturating_add(count) <= LONGEST_EVENT
    }

    fn event_ended(&self) {
        self.0.0.store(0, std::sync::atomic::Ordering::Relaxed);
    }

    async fn beat(&self) {
        self.0.1.notified().await;
    }
}

/// Ends the stream with an error when an event has no end. Comments count, too: what
/// sends nothing but comments for half a megabyte is opened anew.
pub(crate) fn bounded<B: AsRef<[u8]>, E>(
    bytes: impl Stream<Item = Result<B, E>>,
    pulse: Pulse,
) -> impl Stream<Item = Result<B, HttpError>> {
    bytes.map(move |part| {
        let part = part.map_err(|_| HttpError::Unreachable)?;
        if pulse.bytes(part.as_ref().len()) {
            Ok(part)
        } else {
            Err(HttpError::Unexpected)
        }
    })
}
