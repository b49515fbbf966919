//! The only way out of the service besides mail: to Amazon, for what has passed the pins.

use std::time::Duration;

use url::Url;

/// Amazon answers in well under a second.
const PATIENCE: Duration = Duration::from_secs(10);
/// A certificate has some two thousand bytes.
const LONGEST: usize = 64 * 1_024;

/// How Amazon is reached.
#[derive(Default)]
pub(super) enum Door {
    /// Over TLS.
    #[default]
    Https,
    /// A test's own.
    #[cfg(any(test, feature = "testing"))]
    Loopback(std::net::SocketAddr),
}

impl Door {
    /// What lies there, where anything does. No redirect is followed.
    pub(super) async fn get(&self, address: &Url) -> Option<Vec<u8>> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .ok()?;
        let mut answer = client.get(self.to(address)?).send().await.ok()?;
        if answer.status() != reqwest::StatusCode::OK {
            return None;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.ok()? {
            if bytes.len() + chunk.len() > LONGEST {
                return None;
            }
            bytes.extend_from_slice(&chunk);
        }
        Some(bytes)
    }

    fn to(&self, address: &Url) -> Option<Url> {
        match self {
            Self::Https => Some(address.clone()),
            #[cfg(any(test, feature = "testing"))]
            Self::Loopback(at) => {
                let mut here = address.clone();
                here.set_scheme("http").ok()?;
                here.set_ip_host(at.ip()).ok()?;
                here.set_port(Some(at.port())).ok()?;
                Some(here)
            }
        }
    }
}
