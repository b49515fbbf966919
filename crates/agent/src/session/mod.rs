//! The staff session: signing in through the browser, and the tokens that follow.

pub(crate) mod callback;
pub(crate) mod discovery;
mod dpop;
mod kept;
mod sign_in;
mod tokens;

pub use discovery::{Endpoints, discover};
pub use dpop::DpopKey;
pub use kept::KeptSession;
pub use sign_in::{Attempt, Progress, keep_in};
pub use tokens::{KeepSession, TokenParts, Tokens};

/// This program's name at the token endpoint: a public client, so no secret.
const CLIENT_ID: &str = "latchkey-desktop";
/// What it asks for.
const SCOPE: &str = "desk";
