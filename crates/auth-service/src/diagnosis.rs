//! Why a client is not in: the most likely cause, how sure that is, what led to
//! it, and the one act that helps. Pure: no clock, no database, no network.

mod cause;
mod timeline;

pub use cause::{TIME_TO_READ_MS, cause_before, diagnose};
pub(crate) use cause::{said_here, said_in_a_report};
pub use timeline::{OnFile, Timeline};
