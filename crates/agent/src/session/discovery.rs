//! Finding the practice's endpoints (RFC 9728, RFC 8414).

use latchkey_protocol::UnixMillis;
use latchkey_view::SignedOut;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::practice::{Http, HttpError, is_allowed, json, same_origin};

/// Where to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Who issues the tokens: must come back as `iss`.
    pub issuer: String,
    /// Where the browser goes.
    pub authorize: Url,
    /// Where tokens are had.
    pub token: Url,
    /// Where they are ended.
    pub revoke: Option<Url>,
}

#[derive(Deserialize)]
pub(crate) struct Resource {
    resource: Url,
    authorization_servers: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Server {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Option<Url>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    dpop_signing_alg_values_supported: Vec<String>,
}

/// Asks the practice's address where to sign in. Everything must be of one origin: a
/// practice's service issues its tokens itself (RULES S5).
///
/// # Errors
/// Why it is not one, or cannot be reached.
pub async fn discover(
    http: &Http,
    practice: &Url,
    now: UnixMillis,
) -> Result<Endpoints, SignedOut> {
    let resource: Resource = fetch(http, practice, "oauth-protected-resource", now).await?;
    let issuer = resource.issuer(practice).ok_or(SignedOut::NotAPractice)?;
    let server: Server = fetch(http, practice, "oauth-authorization-server", now).await?;
    server
        .endpoints(issuer, practice)
        .ok_or(SignedOut::NotAPractice)
}

/// Of the practice's own origin, and encrypted.
fn is_ours(url: &Url, practice: &Url) -> bool {
    is_allowed(url) && same_origin(url, practice)
}

impl Resource {
    /// Who issues the tokens for it: the practice itself.
    pub(crate) fn issuer(&self, practice: &Url) -> Option<&str> {
        let issuer = self.authorization_servers.first()?;
        let fits = is_ours(&self.resource, practice)
            && Url::parse(issuer).is_ok_and(|url| is_ours(&url, practice));
        fits.then_some(issuer)
    }
}

impl Server {
    /// Where to sign in, if this is the issuer's word and all of it is the practice's.
    pub(crate) fn endpoints(self, issuer: &str, practice: &Url) -> Option<Endpoints> {
        let speaks_ours = self
            .code_challenge_methods_supported
            .iter()
            .any(|method| method == "S256")
            && self
                .dpop_signing_alg_values_supported
                .iter()
                .any(|algorithm| algorithm == "ES256");
        let endpoints_are_ours = is_ours(&self.authorization_endpoint, practice)
            && is_ours(&self.token_endpoint, practice)
            && self
                .revocation_endpoint
                .as_ref()
                .is_none_or(|url| is_ours(url, practice));
        let fits = self.issuer == issuer && speaks_ours && endpoints_are_ours;
        fits.then_some(Endpoints {
            issuer: self.issuer,
            authorize: self.authorization_endpoint,
            token: self.token_endpoint,
            revoke: self.revocation_endpoint,
        })
    }
}

async fn fetch<T: serde::de::DeserializeOwned>(
    http: &Http,
    practice: &Url,
    name: &str,
    now: UnixMillis,
) -> Result<T, SignedOut> {
    let url = practice
        .join(&format!("/.well-known/{name}"))
        .map_err(|_| SignedOut::NotAPractice)?;
    let answer = http
        .send(http.get(url), now)
        .await
        .map_err(|error| match error {
            HttpError::NotSent | HttpError::Unreachable => SignedOut::Unreachable,
            HttpError::Unexpected => SignedOut::NotAPractice,
        })?;
    if answer.status().is_server_error() {
        return Err(SignedOut::Unreachable);
    }
    if !answer.status().is_success() {
        return Err(SignedOut::NotAPractice);
    }
    json(answer).await.map_err(|_| SignedOut::NotAPractice)
}
