//! Sign-in links: asked for, mailed, opened, used once (RULES S1–S3).

pub mod arrival;
pub mod arrive;
pub mod ask;
pub mod consume;
mod dead;
pub mod mend;
pub mod note;
pub mod on_file;
pub mod open;
pub mod opener;
pub mod queue;
pub mod resend;
pub mod row;
pub mod sign_in;
pub mod state;
pub mod token;
pub mod who;

pub use ask::ask;
pub use queue::{LinkFor, Queued, queue_link};
pub use resend::resend;
