//! Clients on file: who they are, whom they belong to, where mail reaches them.

mod addresses;
mod change;
pub(crate) mod correct;
pub(crate) mod directory;
mod import;
mod list;
pub(crate) mod names;
mod roster;

pub use change::{ClientError, disable, set_no_mail};
pub use correct::{
    confirm as confirm_address, confirm_signed_in as confirm_own_address,
    propose as propose_address,
};
pub use import::{Imported, import};
pub use list::{Card, Line, list, show};
pub use roster::{BadRow, Holder, Roster, RosterError, Row};
