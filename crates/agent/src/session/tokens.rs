//! The session's tokens: renewed ahead of their end, by one call at a time.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use latchkey_protocol::UnixMillis;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::{CLIENT_ID, DpopKey, Endpoints};
use crate::{
    clock::{Clock, later},
    practice::{CallError, Http, HttpError, json},
    random::Random,
};

/// Renewed this long before it ends.
const AHEAD: i64 = 60_000;
/// A lost answer may be asked for again within 30 s by the same key (RULES S5).
const BEFORE_REPEAT: Duration = Duration::from_millis(500);

/// Seals a renewed refresh token; the future ends once it is on disk.
pub type KeepSession =
    Box<dyn Fn(&DpopKey, &SecretString) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What the tokens need of the rest.
pub struct TokenParts {
    /// The client.
    pub http: Arc<Http>,
    /// The practice's address.
    pub practice: Url,
    /// Where tokens are had.
    pub endpoints: Endpoints,
    /// The desktop's key.
    pub key: DpopKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Keeps what is renewed.
    pub keep: KeepSession,
}

/// The tokens of one session.
pub struct Tokens {
    parts: TokenParts,
    held: Mutex<Held>,
    ended: AtomicBool,
}

struct Held {
    access: Option<(Arc<SecretString>, UnixMillis)>,
    refresh: SecretString,
}

/// The token endpoint's answer.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub(super) access_token: SecretString,
    pub(super) refresh_token: SecretString,
    pub(super) token_type: String,
    pub(super) expires_in: i64,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
}

impl Tokens {
    /// From a kept session: the first call renews.
    #[must_use]
    pub fn kept(parts: TokenParts, refresh: SecretString) -> Self {
        Self {
            parts,
            held: Mutex::new(Held {
                access: None,
                refresh,
            }),
            ended: AtomicBool::new(false),
        }
    }

    /// From a sign-in.
    pub(super) fn granted(parts: TokenParts, granted: Granted) -> Self {
        let ends = later(parts.clock.now(), granted.expires_in.saturating_mul(1000));
        Self {
            parts,
            held: Mutex::new(Held {
                access: Some((Arc::new(granted.access_token), ends)),
                refresh: granted.refresh_token,
            }),
            ended: AtomicBool::new(false),
        }
    }

    /// The client.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.parts.http
    }

    /// The practice's address.
    #[must_use]
    pub const fn practice(&self) -> &Url {
        &self.parts.practice
    }

    /// Keeps the session as it is now.
    pub async fn keep(&self) {
        self.seal(&*self.held.lock().await).await;
    }

    /// From now on nothing of this session is kept or renewed.
    pub fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    async fn seal(&self, held: &Held) {
        if !self.ended.load(Ordering::SeqCst) {
            (self.parts.keep)(&self.parts.key, &held.refresh).await;
        }
    }

    /// An access token that will last for a call.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn access(&self) -> Result<Arc<SecretString>, CallError> {
        let mut held = self.held.lock().await;
        if let Some((access, ends)) = &held.access
            && ends.0 - AHEAD > self.parts.clock.now().0
        {
            return Ok(access.clone());
        }
        self.renew(&mut held).await
    }

    /// Another one than that, which the service did not take.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn access_instead_of(
        &self,
        refused: &Arc<SecretString>,
    ) -> Result<Arc<SecretString>, CallError> {
        let mut held = self.held.lock().await;
        // Whoever waited for the lock finds it renewed already.
        if let Some((access, _)) = &held.access
            && !Arc::ptr_eq(access, refused)
        {
            return Ok(access.clone());
        }
        self.renew(&mut held).await
    }

    /// Sends a request with a token and its proof.
    ///
    /// # Errors
    /// [`HttpError`]
    pub async fn send(
        &self,
        request: RequestBuilder,
        method: &Method,
        url: &Url,
        token: &SecretString,
    ) -> Result<Response, HttpError> {
        let now = self.parts.clock.now();
        let token = token.expose_secret();
        let proof = self
            .parts
            .key
            .proof(
                method,
                url,
                self.parts.http.service_time(now),
                Some(token),
                &*self.parts.random,
            )
            .ok_or(HttpError::Unexpected)?;
        let mut bearer = reqwest::header::HeaderValue::try_from(format!("DPoP {token}"))
            .map_err(|_| HttpError::Unexpected)?;
        bearer.set_sensitive(true);
        let request = request
            .header("authorization", bearer)
            .header("dpop", proof);
        self.parts.http.send(request, now).await
    }

    /// Ends the session at the service; false where it could not be told.
    pub async fn revoke(&self) -> bool {
        self.end();
        let held = self.held.lock().await;
        let Some(revoke) = self.parts.endpoints.revoke.clone() else {
            return false;
        };
        let form = [
            ("token", held.refresh.expose_secret()),
            ("token_type_hint", "refresh_token"),
            ("client_id", CLIENT_ID),
        ];
        let outcome = post_form(&self.parts, revoke, &form).await;
        outcome.is_ok_and(|answer| answer.status().is_success())
    }

    async fn renew(&self, held: &mut Held) -> Result<Arc<SecretString>, CallError> {
        if self.ended.load(Ordering::SeqCst) {
            return Err(CallError::SessionEnded);
        }
        let granted = match self.ask(&held.refresh).await {
            // The same token once more: the service repeats a lost answer.
            Err(CallError::NotSent | CallError::Unreachable) => {
                tokio::time::sleep(BEFORE_REPEAT).await;
                self.ask(&held.refresh).await
            }
            other => other,
        };
        let granted = match granted {
            Err(CallError::SessionEnded) => {
                self.end();
                held.access = None;
                return Err(CallError::SessionEnded);
            }
            other => other?,
        };
        let ends = later(
            self.parts.clock.now(),
            granted.expires_in.saturating_mul(1000),
        );
        let access = Arc::new(granted.access_token);
        held.access = Some((access.clone(), ends));
        held.refresh = granted.refresh_token;
        // On disk before it is used: a crash now must not sign anybody out.
        self.seal(held).await;
        Ok(access)
    }

    async fn ask(&self, refresh: &SecretString) -> Result<Granted, CallError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
            ("client_id", CLIENT_ID),
        ];
        let answer = post_form(&self.parts, self.parts.endpoints.token.clone(), &form).await?;
        understand(answer).await
    }
}

/// Posts a form with a proof to the token or revocation endpoint.
pub(super) async fn post_form(
    parts: &TokenParts,
    url: Url,
    form: &[(&str, &str)],
) -> Result<Response, HttpError> {
    let now = parts.clock.now();
    let proof = parts
        .key
        .proof(
            &Method::POST,
            &url,
            parts.http.service_time(now),
            None,
            &*parts.random,
        )
        .ok_or(HttpError::Unexpected)?;
    let request = parts.http.post(url).header("dpop", proof).form(form);
    parts.http.send(request, now).await
}

/// Only the word `invalid_grant` ends a session; anything else is a bad day.
pub(super) async fn understand(answer: Response) -> Result<Granted, CallError> {
    let status = answer.status();
    if status.is_success() {
        let granted: Granted = json(answer).await?;
        if !granted.token_type.eq_ignore_ascii_case("DPoP") {
            return Err(CallError::Unreachable);
        }
        return Ok(granted);
    }
    let asked_wrongly = status == StatusCode::BAD_REQUEST || status == StatusCode::UNAUTHORIZED;
    match json::<TokenRefusal>(answer).await {
        Ok(refusal) if asked_wrongly && refusal.error == "invalid_grant" => {
            Err(CallError::SessionEnded)
        }
        Ok(refusal) => {
            tracing::warn!(error = known(&refusal.error), "no token was granted");
            Err(CallError::Unreachable)
        }
        Err(_) => Err(CallError::Unreachable),
    }
}

/// Only words of the standards are logged: nothing that a stranger could choose.
fn known(error: &str) -> &'static str {
    [
        "invalid_request",
        "invalid_client",
        "unauthorized_client",
        "invalid_dpop_proof",
        "use_dpop_nonce",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
    ]
    .into_iter()
    .find(|word| *word == error)
    .unwrap_or("another")
}
