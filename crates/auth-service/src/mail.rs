//! Mails: a durable queue, sent once, each fate known (RULES V3).

pub mod bounce;
pub mod cause;
pub mod compose;
pub mod deliver;
pub mod fate;
pub mod guide;
pub mod letter;
pub mod notice;
pub mod outage;
pub mod outcome;
pub mod post;
pub mod postmark;
pub mod queue;
mod smtp;
pub mod suppression;
pub mod tag;

pub use deliver::{deliver_due, run};
pub use post::Post;
