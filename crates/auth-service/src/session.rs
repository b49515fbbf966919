//! Signed-in clients (RULES S6), and the cookies that say so.

pub mod address;
pub mod client;
pub mod cookie;
pub mod exit;
pub mod forward_auth;
pub mod me;
pub mod return_path;
