//! One attempt to sign in through the system browser (RFC 8252, RULES D1).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_protocol::Me;
use latchkey_view::SignedOut;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    CLIENT_ID, DpopKey, Endpoints, KeptSession, SCOPE, Tokens,
    callback::{Callback, Page, Returned},
    discover,
    tokens::{TokenParts, post_form, understand},
};
use crate::{
    clock::{Clock, later},
    practice::{Api, CallError, Http},
    random::{self, Random},
    store::Store,
};

/// How long the browser is waited for.
const LIMIT: i64 = 10 * 60 * 1000;

/// How it goes.
pub enum Progress {
    /// Send the browser there.
    OpenBrowser(String),
    /// Signed in.
    Done(Box<KeptSession>, Arc<Tokens>),
    /// Not signed in; `None` when the person stopped it.
    Failed(Option<SignedOut>),
}

/// An attempt.
pub struct Attempt {
    /// The practice's address.
    pub practice: Url,
    /// The name to offer for this desktop.
    pub device_name: String,
    /// The client.
    pub http: Arc<Http>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Where the session is sealed.
    pub store: Store,
    /// Stops it.
    pub stop: CancellationToken,
    /// Where its progress goes.
    pub progress: mpsc::Sender<Progress>,
}

/// What only this attempt knows.
struct Question {
    state: String,
    verifier: String,
    redirect_uri: String,
    issuer: String,
}

impl Attempt {
    /// Runs to its end.
    pub async fn run(self) {
        let until = later(self.clock.now(), LIMIT);
        let end = tokio::select! {
            end = self.sign_in() => end,
            () = self.stop.cancelled() => Err(None),
            () = self.clock.sleep_until(until) => Err(Some(SignedOut::TimedOut)),
        };
        let last = match end {
            Ok((session, tokens)) => Progress::Done(Box::new(session), tokens),
            Err(why) => Progress::Failed(why),
        };
        let _ = self.progress.send(last).await;
    }

    async fn sign_in(&self) -> Result<(KeptSession, Arc<Tokens>), Option<SignedOut>> {
        let endpoints = discover(&self.http, &self.practice, self.clock.now()).await?;
        // Bound before the browser opens: nobody else can take the port meanwhile.
        let callback = Callback::bind().await.map_err(|error| {
            tracing::error!(%error, "no port on this computer for the browser's answer");
            SignedOut::Failed
        })?;
        let key = DpopKey::draw(&*self.random).ok_or(SignedOut::Failed)?;
        let question = Question {
            state: random::token(&*self.random),
            verifier: random::token(&*self.random),
            redirect_uri: callback.redirect_uri(),
            issuer: endpoints.issuer.clone(),
        };
        let url = self.authorize_url(&endpoints, &question, &key);
        let _ = self.progress.send(Progress::OpenBrowser(url.into())).await;
        let returned = callback
            .wait(|returned| match question.judge(returned) {
                Ok(_) => Page::Done,
                Err(SignedOut::Denied) => Page::Denied,
                Err(_) => Page::Failed,
            })
            .await;
        let code = question.judge(&returned)?;
        self.redeem(endpoints, key, &question, code).await
    }

    fn authorize_url(&self, endpoints: &Endpoints, question: &Question, key: &DpopKey) -> Url {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&question.verifier));
        let mut url = endpoints.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("redirect_uri", &question.redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", &question.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("dpop_jkt", key.thumbprint())
            .append_pair("device_name", &self.device_name);
        url
    }

    async fn redeem(
        &self,
        endpoints: Endpoints,
        key: DpopKey,
        question: &Question,
        code: &str,
    ) -> Result<(KeptSession, Arc<Tokens>), Option<SignedOut>> {
        let session = Arc::new(std::sync::OnceLock::<KeptSession>::new());
        let parts = TokenParts {
            http: self.http.clone(),
            practice: self.practice.clone(),
            endpoints: endpoints.clone(),
            key,
            clock: self.clock.clone(),
            random: self.random.clone(),
            keep: keep_in(self.store.clone(), session.clone()),
        };
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &question.redirect_uri),
            ("client_id", CLIENT_ID),
            ("code_verifier", &question.verifier),
        ];
        let answer = post_form(&parts, endpoints.token.clone(), &form)
            .await
            .map_err(|_| SignedOut::Unreachable)?;
        let granted = understand(answer).await.map_err(|error| why(&error))?;
        let tokens = Arc::new(Tokens::granted(parts, granted));
        let Me {
            staff,
            practice,
            device_name,
            ..
        } = Api::new(tokens.clone())
            .me()
            .await
            .map_err(|error| why(&error))?;
        let signed_in = KeptSession {
            url: self.practice.clone(),
            endpoints,
            staff,
            practice,
            device_name,
        };
        // Set once, here; the tokens seal it from now on with each renewal.
        let _ = session.set(signed_in.clone());
        tokens.keep().await;
        Ok((signed_in, tokens))
    }
}

fn why(error: &CallError) -> SignedOut {
    match error {
        CallError::NotSent | CallError::Unreachable => SignedOut::Unreachable,
        CallError::SessionEnded | CallError::Refused(_) => SignedOut::Failed,
    }
}

/// Seals the session with each renewed token.
pub fn keep_in(store: Store, session: Arc<std::sync::OnceLock<KeptSession>>) -> super::KeepSession {
    Box::new(move |key, refresh| {
        let sealed = session
            .get()
            .map(|session| session.with_secrets(key, refresh));
        let store = store.clone();
        Box::pin(async move {
            if let Some(sealed) = sealed {
                store.keep_session(sealed).await;
            }
        })
    })
}

impl Question {
    /// The code, if this is the answer to our question.
    fn judge<'a>(&self, returned: &'a Returned) -> Result<&'a str, SignedOut> {
        let ours = returned.state.as_deref() == Some(&self.state)
            && returned.issuer.as_deref() == Some(&self.issuer);
        if !ours {
            return Err(SignedOut::Mismatch);
        }
        match (&returned.error, &returned.code) {
            (Some(error), _) if error == "access_denied" => Err(SignedOut::Denied),
            (None, Some(code)) if !code.is_empty() => Ok(code),
            _ => Err(SignedOut::Failed),
        }
    }
}
