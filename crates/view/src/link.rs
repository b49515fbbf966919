//! Addresses that other programs may open.

use latchkey_protocol::RequestId;

/// The request that a `latchkey://request/ID` selects. Anybody can make such an
/// address, so it selects and never acts, and takes nothing but an id (RULES D7).
#[must_use]
pub fn request_of_link(link: &str) -> Option<RequestId> {
    let id = link.strip_prefix("latchkey://request/")?;
    let id = id.strip_suffix('/').unwrap_or(id);
    let fits = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| RequestId(id.to_owned()))
}
