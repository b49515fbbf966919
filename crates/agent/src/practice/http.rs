//! The HTTP client: no redirects, bounded answers, encrypted except to this computer.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use latchkey_protocol::UnixMillis;
use reqwest::{Client, Request, RequestBuilder, Response, header, redirect::Policy};
use serde::de::DeserializeOwned;
use url::{Host, Url};
use zeroize::Zeroizing;

/// Longest answer that is read, except of the feed.
const LONGEST_ANSWER: usize = 1024 * 1024;
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// With one repetition a person waits twice that for a word.
const CALL_LIMIT: Duration = Duration::from_secs(6);
/// A difference below this is the network's.
const SKEW: i64 = 2_000;

/// What went wrong before an answer could be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// No connection was made, so nothing was sent.
    #[error("the service cannot be reached")]
    NotSent,
    /// The connection ended, or the time, before the answer was whole.
    #[error("no answer came from the service")]
    Unreachable,
    /// An answer that is too long, of the wrong type, or leads elsewhere.
    #[error("the service answered with something unexpected")]
    Unexpected,
}

/// An answer on its way.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<Response, HttpError>> + Send + 'a>>;

/// What carries a request to the service, and its answer back.
pub trait Line: Send + Sync + 'static {
    /// Carries one.
    fn carry(&self, request: Request) -> Carried<'_>;
}

/// The network.
impl Line for Client {
    fn carry(&self, request: Request) -> Carried<'_> {
        Box::pin(async {
            self.execute(request).await.map_err(|error| {
                if error.is_connect() {
                    HttpError::NotSent
                } else {
                    HttpError::Unreachable
                }
            })
        })
    }
}

/// The client, and how far the service's clock is ahead of ours.
pub struct Http {
    client: Client,
    line: Arc<dyn Line>,
    ahead: AtomicI64,
}

impl Http {
    /// A client.
    ///
    /// # Errors
    /// When the system's certificates cannot be used.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("Latchkey/", env!("CARGO_PKG_VERSION")))
            // A service does not lead its desktops elsewhere; whoever does is none.
            .redirect(Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .tcp_keepalive(Duration::from_secs(15))
            .build()?;
        Ok(Self::over(client.clone(), Arc::new(client)))
    }

    /// With requests as `client` makes them, over a line that is given.
    #[must_use]
    pub fn over(client: Client, line: Arc<dyn Line>) -> Self {
        Self {
            client,
            line,
            ahead: AtomicI64::new(0),
        }
    }

    /// A GET with the limit of a call.
    pub fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url).timeout(CALL_LIMIT)
    }

    /// A POST with the limit of a call.
    pub fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url).timeout(CALL_LIMIT)
    }

    /// A GET that stays open.
    pub fn stream(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    /// Sends it, and learns the service's time from the answer.
    ///
    /// # Errors
    /// [`HttpError`]
    pub async fn send(
        &self,
        request: RequestBuilder,
        now: UnixMillis,
    ) -> Result<Response, HttpError> {
        let request = request.build().map_err(|_| HttpError::Unexpected)?;
        let answer = self.line.carry(request).await?;
        if let Some(theirs) = date_of(&answer) {
            let ahead = theirs - now.0;
            let ahead = if ahead.abs() < SKEW { 0 } else { ahead };
            self.ahead.store(ahead, Ordering::Relaxed);
        }
        if answer.status().is_redirection() {
            return Err(HttpError::Unexpected);
        }
        Ok(answer)
    }

    /// The service's time, as far as it is known: proofs are dated by it, so that a
    /// desktop whose clock is off can still sign in.
    #[must_use]
    pub fn service_time(&self, now: UnixMillis) -> UnixMillis {
        UnixMillis(now.0 + self.ahead.load(Ordering::Relaxed))
    }
}

fn date_of(answer: &Response) -> Option<i64> {
    let date = answer.headers().get(header::DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(date.timestamp().as_millisecond())
}

/// Reads a body of bounded length.
///
/// # Errors
/// [`HttpError`]
pub async fn body(mut answer: Response) -> Result<Zeroizing<Vec<u8>>, HttpError> {
    let mut read = Zeroizing::new(Vec::new());
    while let Some(part) = answer.chunk().await.map_err(|_| HttpError::Unreachable)? {
        if read.len() + part.len() > LONGEST_ANSWER {
            return Err(HttpError::Unexpected);
        }
        read.extend_from_slice(&part);
    }
    Ok(read)
}

/// Reads JSON of bounded length.
///
/// # Errors
/// [`HttpError`]
pub async fn json<T: DeserializeOwned>(answer: Response) -> Result<T, HttpError> {
    serde_json::from_slice(&body(answer).await?).map_err(|_| HttpError::Unexpected)
}

/// The practice's address as a person types it: `https` where no scheme is given, and
/// in clear only to this computer.
#[must_use]
pub fn practice_url(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    let with_scheme = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let mut url = Url::parse(&with_scheme).ok()?;
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    is_allowed(&url).then_some(url)
}

/// Encrypted, or to this computer; and without a name and password in it.
#[must_use]
pub fn is_allowed(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    plain && (url.scheme() == "https" || (url.scheme() == "http" && here))
}

/// Same scheme, host and port.
#[must_use]
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_type_it() {
        let read = |typed| practice_url(typed).map(String::from);
        assert_eq!(
            read(" juniper.example ").unwrap(),
            "https://juniper.example/"
        );
        assert_eq!(
            read("https://juniper.example/staff?x#y").unwrap(),
            "https://juniper.example/"
        );
        assert_eq!(
            read("http://localhost:8088").unwrap(),
            "http://localhost:8088/"
        );
    }

    #[test]
    fn an_address_in_clear_or_of_another_kind_is_refused() {
        for typed in [
            "http://juniper.example",
            "ftp://juniper.example",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://rosa:secret@juniper.example",
            "",
            "https://",
            "two words",
        ] {
            assert!(practice_url(typed).is_none(), "{typed}");
        }
    }
}
