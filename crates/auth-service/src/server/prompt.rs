//! A body that has to come to its end in time, however evenly it trickles (RULES V4).

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

pub struct Prompt {
    body: Incoming,
    ends: Pin<Box<Sleep>>,
}

impl Prompt {
    pub fn new(body: Incoming, within: Duration) -> Self {
        Self {
            body,
            ends: Box::pin(sleep(within)),
        }
    }
}

impl Body for Prompt {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        if self.ends.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(Error::from(ErrorKind::TimedOut).into())));
        }
        Pin::new(&mut self.body)
            .poll_frame(context)
            .map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
