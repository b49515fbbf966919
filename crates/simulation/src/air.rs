//! The network between the desktops and the service: every request, every answer and
//! every piece of a stream lies in the air until the schedule says what becomes of it.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    body::{Body, Bytes},
    http::{self, HeaderMap, Method, StatusCode},
};
use latchkey_agent::practice::{Carried, HttpError, Line};
use latchkey_protocol::IDEMPOTENCY_KEY;
use reqwest::Response;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::{StreamExt, wrappers::UnboundedReceiverStream};

use crate::quiet::lock;

/// What a desktop asked.
#[derive(Clone)]
pub struct Asked {
    /// How.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The header lines.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Asked {
    /// As the service gets it.
    #[must_use]
    pub fn to_request(&self) -> http::Request<Body> {
        let mut request = http::Request::new(Body::from(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.path.parse().unwrap_or_default();
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// A header's text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What the service answered.
pub struct Answered {
    /// Status.
    pub status: StatusCode,
    /// The header lines.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

/// A request in the air, or its answer.
pub struct Parcel {
    /// Whose.
    pub desk: usize,
    /// What was asked.
    pub asked: Asked,
    /// The answer, once the service gave it.
    pub answered: Option<Answered>,
    /// When the desktop gives up, in the world's time.
    pub until: i64,
    /// Nobody waits for it: it was sent twice, or its sender has given up.
    pub is_copy: bool,
    back: oneshot::Sender<Result<Response, HttpError>>,
}

impl Parcel {
    /// Whether it is lost by then: nobody waits for it still.
    #[must_use]
    pub fn is_over(&self, now: i64) -> bool {
        self.until <= now || (!self.is_copy && self.back.is_closed())
    }

    /// Whether it changes something under a key of its own and has not arrived.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.answered.is_none() && self.asked.header(IDEMPOTENCY_KEY).is_some()
    }

    /// The same request once more, which may arrive until then.
    #[must_use]
    pub fn copy(&self, until: i64) -> Self {
        Self {
            desk: self.desk,
            asked: self.asked.clone(),
            answered: None,
            until,
            is_copy: true,
            back: oneshot::channel().0,
        }
    }

    /// The connection breaks.
    pub fn lose(self) {
        let _ = self.back.send(Err(HttpError::Unreachable));
    }

    /// There is no connection at all.
    pub fn refuse(self) {
        let _ = self.back.send(Err(HttpError::NotSent));
    }

    /// Hands the answer over; `whole` says whether all of it arrives.
    pub fn hand_over(self, whole: bool) {
        let Some(answered) = self.answered else {
            return;
        };
        let mut response = http::Response::new(if whole {
            reqwest::Body::from(answered.body)
        } else {
            let half = answered.body.slice(..answered.body.len() / 2);
            let cut = io::Error::from(io::ErrorKind::ConnectionReset);
            reqwest::Body::wrap_stream(tokio_stream::iter([Ok(half), Err(cut)]))
        });
        *response.status_mut() = answered.status;
        *response.headers_mut() = answered.headers;
        let _ = self.back.send(Ok(response.into()));
    }

    /// Opens the stream that answers it.
    pub fn open_stream(self, headers: HeaderMap, body: Body) -> Flow {
        let (to_desk, from_service) = mpsc::unbounded_channel::<io::Result<Bytes>>();
        let stream = UnboundedReceiverStream::new(from_service);
        let mut response = http::Response::new(reqwest::Body::wrap_stream(stream));
        *response.headers_mut() = headers;
        let _ = self.back.send(Ok(response.into()));
        let pipe = Arc::new(Pipe::default());
        let filled = pipe.clone();
        let mut pieces = body.into_data_stream();
        let pump = tokio::spawn(async move {
            while let Some(Ok(piece)) = pieces.next().await {
                lock(&filled.pieces).push_back(piece);
            }
            filled.ended.store(true, Ordering::SeqCst);
        });
        Flow {
            desk: self.desk,
            pipe,
            to_desk,
            pump,
        }
    }
}

#[derive(Default)]
struct Pipe {
    pieces: Mutex<VecDeque<Bytes>>,
    ended: AtomicBool,
}

/// An open stream.
pub struct Flow {
    /// Whose.
    pub desk: usize,
    pipe: Arc<Pipe>,
    to_desk: mpsc::UnboundedSender<io::Result<Bytes>>,
    pump: tokio::task::JoinHandle<()>,
}

impl Flow {
    /// How many pieces lie in the air.
    #[must_use]
    pub fn waiting(&self) -> usize {
        lock(&self.pipe.pieces).len()
    }

    /// Whether either end has closed it, with nothing left to arrive.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.to_desk.is_closed() || (self.waiting() == 0 && self.pipe.ended.load(Ordering::SeqCst))
    }

    /// Lets so many pieces arrive.
    pub fn pass(&self, count: usize) {
        for _ in 0..count {
            let Some(piece) = lock(&self.pipe.pieces).pop_front() else {
                return;
            };
            let _ = self.to_desk.send(Ok(piece));
        }
    }

    /// Half a piece arrives, and then nothing any more.
    pub fn cut_within(self) {
        let piece = lock(&self.pipe.pieces).pop_front();
        if let Some(piece) = piece {
            let _ = self.to_desk.send(Ok(piece.slice(..piece.len() / 2)));
        }
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.pump.abort();
        let cut = io::Error::from(io::ErrorKind::ConnectionReset);
        let _ = self.to_desk.send(Err(cut));
    }
}

/// What lies in the air between desktops and service.
pub type Parcels = Arc<Mutex<Vec<Parcel>>>;

/// One life of a desktop's way to the service.
pub struct Wire {
    /// Whose.
    pub desk: usize,
    /// Where requests go.
    pub air: Parcels,
    /// False once that life is over: what is left of it reaches nobody.
    pub alive: Arc<AtomicBool>,
    /// The world's time.
    pub time: Arc<crate::chance::Time>,
}

/// A call without a limit of its own.
const NO_LIMIT: i64 = i64::MAX / 2;

impl Line for Wire {
    fn carry(&self, request: reqwest::Request) -> Carried<'_> {
        Box::pin(async move {
            if !self.alive.load(Ordering::SeqCst) {
                return Err(HttpError::Unreachable);
            }
            let path = match request.url().query() {
                Some(query) => format!("{}?{query}", request.url().path()),
                None => request.url().path().to_owned(),
            };
            let body = request.body().and_then(reqwest::Body::as_bytes);
            let limit = request.timeout().map_or(NO_LIMIT, |limit| {
                i64::try_from(limit.as_millis()).unwrap_or(NO_LIMIT)
            });
            let (back, answer) = oneshot::channel();
            lock(&self.air).push(Parcel {
                desk: self.desk,
                asked: Asked {
                    method: request.method().clone(),
                    path,
                    headers: request.headers().clone(),
                    body: body.map(Bytes::copy_from_slice).unwrap_or_default(),
                },
                answered: None,
                until: self.time.now().saturating_add(limit),
                is_copy: false,
                back,
            });
            answer.await.unwrap_or(Err(HttpError::Unreachable))
        })
    }
}
