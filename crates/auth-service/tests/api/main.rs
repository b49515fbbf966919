//! The API that desktops speak, over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test may panic"
)]

mod aging;
mod desktop;
mod feed;
mod input;
mod notes;
mod openapi;
mod rights;
mod scene;
mod stream;
mod writes;
