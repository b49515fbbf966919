//! What staff do with a help request.

pub(super) mod address;
pub(super) mod assign;
pub(super) mod dialogue;
pub(super) mod freeze;
pub(super) mod guide;
pub(super) mod lift;
pub(super) mod link;
pub(super) mod looking;
pub(super) mod message;
pub(super) mod note;
pub(super) mod pin;
pub(super) mod reply;
pub(super) mod revoke;
pub(super) mod seen;
pub(super) mod solve;
pub(super) mod unfreeze;
