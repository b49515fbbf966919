//! What comes from this computer: frames on the socket, addresses, the sealed session.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use latchkey_view::{FrameError, ToAgent, ToWindow, read_frame, request_of_link, write_frame};
use serde::{Serialize, de::DeserializeOwned};

use crate::random::Random;
use crate::secret::RootKey;
use crate::session::KeptSession;

/// The first byte says which: `f`rames to the agent, frames to the `w`indow, a `l`ink, a
/// `s`ealed file, or the `k`ept session in it.
pub fn local(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else {
        return;
    };
    match kind {
        b'f' => frames::<ToAgent>(bytes),
        b'w' => frames::<ToWindow>(bytes),
        b'l' => link(&String::from_utf8_lossy(bytes)),
        b's' => sealed(bytes),
        b'k' => kept(bytes),
        _ => {}
    }
}

/// What is read from a frame is written as a frame that is read the same.
fn frames<T: DeserializeOwned + Serialize>(mut bytes: &[u8]) {
    while let Ok(frame) = now(read_frame::<T>(&mut bytes)) {
        let mut written = Vec::new();
        now(write_frame(&mut written, &frame)).unwrap();
        let again: T = now(read_frame(&mut &written[..])).unwrap();
        let json = |frame: &T| serde_json::to_value(frame).unwrap();
        assert_eq!(json(&again), json(&frame));
    }
}

/// Memory is always there to read and to write, so nothing here ever waits.
fn now<T>(work: impl Future<Output = Result<T, FrameError>>) -> Result<T, FrameError> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("memory kept somebody waiting"),
    }
}

/// A link selects a request and says nothing more (RULES D7).
fn link(text: &str) {
    let Some(request) = request_of_link(text) else {
        return;
    };
    let id = &request.0;
    assert!((1..=64).contains(&id.len()));
    assert!(
        id.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    );
    let plain = format!("latchkey://request/{id}");
    assert!(text == plain || text == format!("{plain}/"));
    assert_eq!(request_of_link(&plain), Some(request));
}

struct Zeros;

impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

/// Nothing opens but what was sealed, for the purpose it was sealed for.
fn sealed(bytes: &[u8]) {
    let key = RootKey::draw(&Zeros);
    assert!(key.open("a purpose", bytes).is_none());
    let sealed = key.seal("a purpose", bytes, &Zeros).unwrap();
    assert_eq!(key.open("a purpose", &sealed).unwrap()[..], *bytes);
    assert!(key.open("another", &sealed).is_none());
    assert!(key.open("a purpose", &sealed[..sealed.len() - 1]).is_none());
}

fn kept(bytes: &[u8]) {
    if let Some((session, key, refresh)) = KeptSession::read(bytes) {
        let written = session.with_secrets(&key, &refresh);
        let (again, same_key, _) = KeptSession::read(&written).unwrap();
        assert_eq!(again, session);
        assert_eq!(same_key.thumbprint(), key.thumbprint());
    }
}
