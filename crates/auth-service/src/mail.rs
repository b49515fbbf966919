//! Mails: a durable queue, sent once, each fate known (RULES V3).

pub mod bounce;
pub mod cause;
pub mod compose;
pub mod deliver;
mod dialogue;
pub mod fate;
pub mod guide;
pub mod letter;
pub mod notice;
pub mod outage;
pub mod outcome;
pub mod post;
pub mod postmark;
pub mod queue;
pub mod ses;
mod settle;
mod smtp;
pub mod sns;
pub mod status;
pub mod suppression;
pub mod tag;
pub mod tries;
mod veil;

pub use deliver::{deliver_due, release, run};
pub use post::Post;
