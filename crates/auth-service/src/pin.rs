//! PINs: six digits that staff issue and read out, the last resort (RULES S4).

pub mod digits;
pub mod enter;
pub mod expire;
pub mod hash;
pub mod history;
pub mod issue;
pub mod phone;
pub mod revoke;
pub mod state;
pub mod verify;

pub use digits::Pin;
pub use hash::{Hashed, Hasher};
pub use issue::{Issue, PinFor, issue};
pub use revoke::revoke;
