//! Talking to the practice's auth service.

mod api;
mod document;
pub(crate) mod feed;
mod http;
mod patience;

pub use api::{Api, CallError};
pub use document::{
    tidy, tidy_announcement, tidy_covers, tidy_dialogue, tidy_outages, tidy_presence,
};
pub use feed::{Feed, FeedEvent};
pub use http::{Carried, Http, HttpError, Line, is_allowed, json, practice_url, same_origin};
pub use patience::{Elbow, Nudge};
