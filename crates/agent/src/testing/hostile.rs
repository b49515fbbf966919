//! What comes from outside this computer or this program, one function a parser: each
//! feeds bytes to it and asserts what must hold whatever they are. The fuzzer (`fuzz/`)
//! and the tests call the same ones.

mod feed;
mod local;
mod practice;

pub use feed::feed;
pub use local::local;
pub use practice::practice;

/// Feeds bytes to one parser; panics where what must hold does not.
pub type Target = fn(&[u8]);

/// Every target of this crate: its name is that of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 3] = [("feed", feed), ("local", local), ("practice", practice)];
