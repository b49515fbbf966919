//! The API that desktops speak, over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test may panic"
)]

mod activity;
mod address;
mod aging;
mod appointments;
mod assign;
#[path = "../pages/browser.rs"]
mod browser;
mod client_pins;
mod clients;
mod contract;
mod cover;
mod desktop;
mod dialogue;
mod feed;
mod frozen;
mod guide;
mod input;
mod mail_fate;
mod messages;
mod near;
mod notes;
mod openapi;
mod outages;
mod presence;
mod repeated_pins;
mod replies;
mod rights;
mod scene;
mod session;
#[allow(dead_code, reason = "the pages use all of it")]
#[path = "../pages/smtp.rs"]
mod smtp;
mod stream;
mod suppression;
mod walks;
mod whereabouts;
mod writes;
