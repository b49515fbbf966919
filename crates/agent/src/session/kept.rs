//! What is sealed so that the next start is signed in without a browser.

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_protocol::{Practice, Staff};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

use super::{DpopKey, Endpoints};

/// A session, apart from its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// The practice's address.
    pub url: Url,
    /// Where its tokens are had.
    pub endpoints: Endpoints,
    /// Who is signed in.
    pub staff: Staff,
    /// Where.
    pub practice: Practice,
    /// This desktop's name.
    pub device_name: String,
}

/// With its secrets: only ever on its way to be sealed.
#[derive(Serialize)]
struct Sealed<'a> {
    session: &'a KeptSession,
    key: &'a str,
    refresh: &'a str,
}

#[derive(Deserialize)]
struct Opened {
    session: KeptSession,
    key: SecretString,
    refresh: SecretString,
}

impl KeptSession {
    /// To be sealed.
    #[must_use]
    pub fn with_secrets(&self, key: &DpopKey, refresh: &SecretString) -> Zeroizing<Vec<u8>> {
        let key = Zeroizing::new(STANDARD.encode(key.to_keep()));
        let sealed = Sealed {
            session: self,
            key: &key,
            refresh: refresh.expose_secret(),
        };
        // Types of this crate that serialize into memory cannot fail.
        Zeroizing::new(serde_json::to_vec(&sealed).unwrap_or_default())
    }

    /// As it was sealed.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, DpopKey, SecretString)> {
        let opened: Opened = serde_json::from_slice(bytes).ok()?;
        let key = Zeroizing::new(STANDARD.decode(opened.key.expose_secret()).ok()?);
        Some((opened.session, DpopKey::from_kept(&key)?, opened.refresh))
    }
}
