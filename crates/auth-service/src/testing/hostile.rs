//! What strangers send, one function a parser: each feeds bytes to it and asserts what
//! must hold whatever they are. The fuzzer (`fuzz/`) and the tests call the same ones.

mod bounce;
mod mail;
mod oauth;
mod request;
mod roster;
mod session;
mod typed;

pub use bounce::bounce;
pub use mail::mail;
pub use oauth::oauth;
pub use request::request;
pub use roster::roster;
pub use session::session;
pub use typed::typed;

/// Feeds bytes to one parser; panics where what must hold does not.
pub type Target = fn(&[u8]);

/// Every target of this crate: its name is that of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 7] = [
    ("bounce", bounce),
    ("mail", mail),
    ("oauth", oauth),
    ("request", request),
    ("roster", roster),
    ("session", session),
    ("typed", typed),
];

/// The first line, and what follows it.
fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}
