//! Help requests: a client who cannot sign in, and the browser that waits.

pub mod state;
pub mod words;
