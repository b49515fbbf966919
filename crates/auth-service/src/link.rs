//! Sign-in links: asked for, mailed, opened, used once (RULES S1–S3).

pub mod state;
pub mod token;
