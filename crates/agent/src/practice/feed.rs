//! The feed: one open stream, resumed where it was cut.

use std::{pin::Pin, sync::Arc};

use latchkey_protocol::{
    Cover, FEED_EVENT_COVERS, FEED_EVENT_GONE, FEED_EVENT_OUTAGES, FEED_EVENT_PRESENCE,
    FEED_EVENT_REQUEST, FEED_EVENT_RESET, Gone, HelpRequest, Looking, MailOutage, Position,
    RequestId, UnixMillis,
};
use reqwest::Response;
use sse_stream::{Sse, SseByteStream};
use tokio::sync::{Notify, mpsc};
use tokio_stream::{Stream, StreamExt};

use super::{
    Api, CallError,
    http::HttpError,
    patience::{Elbow, Nudge, Waits},
    tidy, tidy_covers, tidy_outages, tidy_presence,
};
use crate::{
    clock::{Clock, later},
    random::Random,
};

/// A comment comes every 15 s: this long a silence is a dead connection.
const IDLE_LIMIT: i64 = 45_000;
/// Longest event, with its comments before it.
const LONGEST_EVENT: usize = 512 * 1024;
/// After this long one of them was missed.
const BEAT_MISSED: i64 = 20_000;
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
    /// Every outage of mail there is now.
    Outages(Vec<MailOutage>),
    /// Every cover period that this person has part in.
    Covers(Vec<Cover>),
    /// What colleagues look at now.
    Presence(Vec<Looking>),
    /// Nothing but a sign of life: who looks at something from time to time looks now, so
    /// that the computer is woken up once.
    Breath,
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
    /// Where it is told not to wait.
    pub elbow: Arc<Elbow>,
    /// Where the events go.
    pub events: mpsc::Sender<FeedEvent>,
}

enum End {
    NotOpened,
    /// It had opened then.
    Cut(UnixMillis),
    /// Somebody doubts that it is alive.
    Doubted,
    SessionEnded,
    NobodyListens,
}

impl Feed {
    /// Runs until the session ends or nobody listens.
    pub async fn run(self, mut since: Option<Position>) {
        let mut waits = Waits::new(self.random.clone());
        loop {
            let opened = match self.once(&mut since).await {
                End::NotOpened => None,
                End::Cut(opened) => Some(opened),
                End::Doubted => {
                    waits.restart();
                    continue;
                }
                End::SessionEnded => {
                    let _ = self.events.send(FeedEvent::SessionEnded).await;
                    return;
                }
                End::NobodyListens => return,
            };
            let retry_at = waits.after(opened, self.clock.now());
            if !self.wait(retry_at, &mut waits).await {
                return;
            }
        }
    }

    /// Until then, or until it is nudged; false where nobody listens any more.
    async fn wait(&self, mut retry_at: UnixMillis, waits: &mut Waits) -> bool {
        let lost = FeedEvent::Lost { retry_at };
        if self.events.send(lost).await.is_err() {
            return false;
        }
        loop {
            let nudge = tokio::select! {
                biased;
                () = self.clock.sleep_until(retry_at) => return true,
                nudge = self.elbow.nudged() => nudge,
                () = self.events.closed() => return false,
            };
            if nudge == Nudge::Now {
                waits.restart();
                return true;
            }
            if let Some(sooner) = waits.sooner(retry_at, self.clock.now()) {
                retry_at = sooner;
                let lost = FeedEvent::Lost { retry_at };
                if self.events.send(lost).await.is_err() {
                    return false;
                }
            }
        }
    }

    async fn once(&self, since: &mut Option<Position>) -> End {
        if self.events.send(FeedEvent::Connecting).await.is_err() {
            return End::NobodyListens;
        }
        let answer = tokio::select! {
            biased;
            answer = self.api.feed(since.map(|position| position.0)) => answer,
            () = self.clock.sleep_until(later(self.clock.now(), IDLE_LIMIT)) => return End::NotOpened,
            () = self.events.closed() => return End::NobodyListens,
        };
        let answer = match answer {
            Ok(answer) if is_event_stream(&answer) => answer,
            Ok(_) => return End::NotOpened,
            Err(CallError::SessionEnded) => return End::SessionEnded,
            Err(error) => {
                tracing::info!(%error, "the feed did not open");
                return End::NotOpened;
            }
        };
        if self.events.send(FeedEvent::Connected).await.is_err() {
            return End::NobodyListens;
        }
        self.elbow.forget().await;
        self.read(answer, since).await
    }

    async fn read(&self, answer: Response, since: &mut Option<Position>) -> End {
        let pulse = Pulse::default();
        let mut events = std::pin::pin!(SseByteStream::new(bounded(
            answer.bytes_stream(),
            pulse.clone()
        )));
        let opened = self.clock.now();
        let mut heard_at = opened;
        loop {
            let next = tokio::select! {
                biased;
                next = events.next() => next,
                // A comment is no event, but a sign of life: look at the deadline anew.
                () = pulse.beat() => {
                    heard_at = self.clock.now();
                    // Where there is much to say, nobody waits for this.
                    let _ = self.events.try_send(FeedEvent::Breath);
                    continue;
                }
                () = self.clock.sleep_until(later(heard_at, IDLE_LIMIT)) => {
                    tracing::info!("the feed fell silent");
                    return End::Cut(opened);
                }
                nudge = self.elbow.nudged() => match nudge {
                    Nudge::Now => return End::Doubted,
                    Nudge::Soon if later(heard_at, BEAT_MISSED) <= self.clock.now() => {
                        return End::Cut(opened);
                    }
                    Nudge::Soon => continue,
                },
                () = self.events.closed() => return End::NobodyListens,
            };
            heard_at = self.clock.now();
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
                return End::Cut(opened);
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
        Some(FEED_EVENT_OUTAGES) => {
            // No document: the requests go on without it.
            let outages = serde_json::from_str(data).ok();
            outages.map(|outages| (FeedEvent::Outages(tidy_outages(outages)), None))
        }
        Some(FEED_EVENT_COVERS) => {
            let covers = serde_json::from_str(data).ok();
            covers.map(|covers| (FeedEvent::Covers(tidy_covers(covers)), None))
        }
        Some(FEED_EVENT_PRESENCE) => {
            let looking = serde_json::from_str(data).ok();
            looking.map(|looking| (FeedEvent::Presence(tidy_presence(looking)), None))
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
