//! The event stream of a practice that may be anybody.

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use latchkey_protocol::{HelpRequest, Position};
use serde_json::Value;
use sse_stream::SseByteStream;
use tokio_stream::Stream as _;

use crate::practice::{
    FeedEvent,
    feed::{Pulse, bounded, understand},
    tidy,
};

/// The first byte is the length of the parts in which the rest arrives. However it is
/// cut, the same is read; and what is read is clean, bounded, and the same when it is
/// read once more.
pub fn feed(data: &[u8]) {
    let Some((&length, stream)) = data.split_first() else {
        return;
    };
    let whole = read(&[stream]);
    let parts: Vec<&[u8]> = stream.chunks(usize::from(length).max(1)).collect();
    assert!(read(&parts) == whole);
    for (event, position) in whole {
        match event {
            FeedEvent::Request(request, at) => {
                assert_eq!(position, Some(at));
                clean(&request);
            }
            FeedEvent::Reset => assert_eq!(position, None),
            FeedEvent::Gone(_, at) => assert_eq!(position, at),
            other => panic!("the feed cannot say {other:?}"),
        }
    }
}

/// Everything up to the first thing that is not understood.
fn read(parts: &[&[u8]]) -> Vec<(FeedEvent, Option<Position>)> {
    let pulse = Pulse::default();
    let parts = tokio_stream::iter(parts.iter().copied().map(Ok::<_, Infallible>));
    let mut events = pin!(SseByteStream::new(bounded(parts, pulse)));
    let mut said = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match events.as_mut().poll_next(&mut context) {
            Poll::Ready(Some(Ok(event))) => match understand(&event) {
                Ok(event) => said.extend(event),
                Err(_) => return said,
            },
            Poll::Ready(_) => return said,
            // All parts are there already: it only lets others have their turn.
            Poll::Pending => {}
        }
    }
}

fn clean(request: &HelpRequest) {
    assert!(*request == tidy(request.clone()), "cleaning is done once");
    let mut plain = request.clone();
    // Names of things, never shown.
    plain.id.0.clear();
    plain.who.client = None;
    if let Some(pin) = &mut plain.pin {
        pin.id.0.clear();
    }
    texts(&serde_json::to_value(plain).unwrap());
    assert!(request.timeline.len() <= 500 && request.replies.len() <= 500);
    let json = serde_json::to_vec(request).unwrap();
    let again: HelpRequest = serde_json::from_slice(&json).unwrap();
    assert!(again == *request, "the cache keeps what it is given");
}

/// Every text in it is bounded, and holds nothing that could turn it around.
fn texts(value: &Value) {
    match value {
        Value::String(text) => {
            assert!(text.chars().count() <= 2_000);
            let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!text.contains(|c: char| turns(c) || (c.is_control() && c != '\n')));
        }
        Value::Array(items) => items.iter().for_each(texts),
        Value::Object(fields) => fields.values().for_each(texts),
        _ => {}
    }
}
