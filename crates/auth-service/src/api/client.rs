//! Clients without a request: the directory, one client, and a PIN for who is on the phone.

pub(super) mod find;
pub(super) mod pin;
pub(super) mod read;
