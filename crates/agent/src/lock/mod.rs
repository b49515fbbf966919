//! What the lock keeps between two runs of the agent, and the passphrase of those
//! computers that cannot tell when they are locked (RULES D4).

mod mark;
mod passphrase;

pub use mark::{LockMark, MARK_FILE};
pub use passphrase::{PASSPHRASE_FILE, PassphraseHash};
