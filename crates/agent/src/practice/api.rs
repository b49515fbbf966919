//! The calls under `/api/v1`.

use std::{sync::Arc, time::Duration};

use latchkey_protocol::{
    Activity, AddNote, Announcement, Assign, CancelCover, ClientFile, ClientId, ClientsFound,
    Colleagues, ConfirmAddress, CorrectAddress, CoverId, ErrorCode, Evidence, IDEMPOTENCY_KEY,
    InSession, IssueClientPin, IssuePin, IssuedPin, Look, MailDialogue, Me, Nothing, Phrase,
    Problem, RequestId, ResendLink, SendReply, SetCover, UnixMillis, WriteMessage,
};
use latchkey_view::{Language, Refusal};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::document::{
    tidy_activity, tidy_announcement, tidy_client, tidy_clients, tidy_colleagues, tidy_dialogue,
    tidy_name,
};
use super::http::{self, HttpError};
use crate::session::Tokens;

/// The service looks for nothing longer.
const LONGEST_SEARCH: usize = 200;
/// Before a cut call is repeated.
const BEFORE_REPEAT: Duration = Duration::from_millis(300);

/// Why a call was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// There is no connection: nothing was sent.
    #[error("the service cannot be reached")]
    NotSent,
    /// No answer, or a garbled one; whether it was done is not known.
    #[error("no answer came from the service")]
    Unreachable,
    /// The practice ended this session.
    #[error("the session has ended")]
    SessionEnded,
    /// Refused, and nothing was changed.
    #[error("refused: {:?}", .0.code)]
    Refused(Refusal),
}

impl From<HttpError> for CallError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotSent => Self::NotSent,
            HttpError::Unreachable | HttpError::Unexpected => Self::Unreachable,
        }
    }
}

impl CallError {
    /// What was to be sent makes no sense.
    #[must_use]
    pub const fn bad_request() -> Self {
        Self::Refused(refusal(ErrorCode::BadRequest))
    }

    /// As the window is told.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::NotSent => refusal(ErrorCode::Offline),
            Self::Unreachable => refusal(ErrorCode::NoAnswer),
            Self::SessionEnded => refusal(ErrorCode::NotSignedIn),
        }
    }
}

const fn refusal(code: ErrorCode) -> Refusal {
    Refusal {
        code,
        by: None,
        at: None,
        retry_at: None,
    }
}

/// The calls, by the session's tokens.
#[derive(Clone)]
pub struct Api {
    tokens: Arc<Tokens>,
}

impl Api {
    /// With the session's tokens.
    #[must_use]
    pub const fn new(tokens: Arc<Tokens>) -> Self {
        Self { tokens }
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn me(&self) -> Result<Me, CallError> {
        let url = self.url(&["me"])?;
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(http::json(answer).await?)
    }

    /// A person opened the request.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn seen(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(
            request,
            &["seen"],
            key,
            &Value::Object(serde_json::Map::default()),
        )
        .await
    }

    /// Takes a request, hands it over, or gives it back.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn assign(
        &self,
        request: &RequestId,
        body: &Assign,
        key: Uuid,
    ) -> Result<(), CallError> {
        self.act(request, &["assign"], key, body).await
    }

    /// A request is shown here, or not any more.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn look(&self, request: &RequestId, away: bool, key: Uuid) -> Result<(), CallError> {
        self.act(request, &["looking"], key, &Look { away }).await
    }

    /// In a session until then, or not any more.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn set_session(&self, until: Option<UnixMillis>, key: Uuid) -> Result<(), CallError> {
        let url = self.url(&["me", "session"])?;
        let body = InSession { until };
        self.post::<_, Value>(&url, key, &body).await.map(drop)
    }

    /// Has a colleague cover for somebody.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn set_cover(&self, wish: &SetCover, key: Uuid) -> Result<(), CallError> {
        let url = self.url(&["covers"])?;
        self.post::<_, Value>(&url, key, wish).await.map(drop)
    }

    /// Ends a cover period.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn cancel_cover(&self, cover: CoverId, key: Uuid) -> Result<(), CallError> {
        let url = self.url(&["covers", "cancel"])?;
        let body = CancelCover { cover };
        self.post::<_, Value>(&url, key, &body).await.map(drop)
    }

    /// Who there is.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn colleagues(&self) -> Result<Colleagues, CallError> {
        let url = self.url(&["staff"])?;
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(tidy_colleagues(http::json(answer).await?))
    }

    /// Issues a PIN. Repeated with its key it is the same act (RULES S4).
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn issue_pin(
        &self,
        request: &RequestId,
        evidence: Evidence,
        key: Uuid,
    ) -> Result<IssuedPin, CallError> {
        self.write(request, &["pin"], key, &IssuePin { evidence })
            .await
    }

    /// Makes the live PIN unusable.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn revoke_pin(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(
            request,
            &["pin", "revoke"],
            key,
            &Value::Object(serde_json::Map::default()),
        )
        .await
    }

    /// Sends a new link.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn resend_link(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(request, &["link"], key, &ResendLink {}).await
    }

    /// Lets mail go to the client's mailbox again.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn lift_suppression(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(request, &["lift-suppression"], key, &Nothing {})
            .await
    }

    /// Puts a new mail address on file.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn correct_address(
        &self,
        request: &RequestId,
        body: &CorrectAddress,
        key: Uuid,
    ) -> Result<(), CallError> {
        self.act(request, &["address"], key, body).await
    }

    /// Confirms the mail address that waits.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn confirm_address(
        &self,
        request: &RequestId,
        body: &ConfirmAddress,
        key: Uuid,
    ) -> Result<(), CallError> {
        self.act(request, &["address", "confirm"], key, body).await
    }

    /// Sends the steps of how to sign in.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn send_guide(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(request, &["guide"], key, &Nothing {}).await
    }

    /// The texts that tell clients how to sign in.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn announcement(&self, language: Language) -> Result<Announcement, CallError> {
        let mut url = self.url(&["announcement"])?;
        url.query_pairs_mut().append_pair(
            "language",
            match language {
                Language::En => "en",
                Language::Es => "es",
            },
        );
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(tidy_announcement(http::json(answer).await?))
    }

    /// Clients by the beginnings of their names.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn find_clients(&self, typed: &str) -> Result<ClientsFound, CallError> {
        let mut url = self.url(&["clients"])?;
        let typed: String = typed.chars().take(LONGEST_SEARCH).collect();
        url.query_pairs_mut().append_pair("q", &typed);
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(tidy_clients(http::json(answer).await?))
    }

    /// What the practice's weeks looked like; for admins.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn activity(&self, weeks: u8) -> Result<Activity, CallError> {
        let mut url = self.url(&["activity"])?;
        url.query_pairs_mut()
            .append_pair("weeks", &weeks.to_string());
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(tidy_activity(http::json(answer).await?))
    }

    /// One client.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn client(&self, client: &ClientId) -> Result<ClientFile, CallError> {
        let url = self.url(&["clients", &client.0])?;
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(tidy_client(http::json(answer).await?))
    }

    /// Issues a PIN to the browser that shows a match word. Repeated with its key it is the
    /// same act (RULES S4).
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn issue_client_pin(
        &self,
        client: &ClientId,
        body: &IssueClientPin,
        key: Uuid,
    ) -> Result<IssuedPin, CallError> {
        let url = self.url(&["clients", &client.0, "pin"])?;
        self.post(&url, key, body).await
    }

    /// What was said to the mail server about a request.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn mail_dialogue(&self, request: &RequestId) -> Result<MailDialogue, CallError> {
        let url = self.url(&["requests", &request.0, "mail-dialogue"])?;
        let answer = self
            .authorized(&Method::GET, &url, || self.tokens.http().get(url.clone()))
            .await?;
        Ok(tidy_dialogue(http::json(answer).await?))
    }

    /// Sends a fixed phrase.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn reply(
        &self,
        request: &RequestId,
        phrase: Phrase,
        key: Uuid,
    ) -> Result<(), CallError> {
        self.act(request, &["reply"], key, &SendReply { phrase })
            .await
    }

    /// Closes the request.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn solve(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(
            request,
            &["solve"],
            key,
            &Value::Object(serde_json::Map::default()),
        )
        .await
    }

    /// Adds a note that staff alone see; the key is its id.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn add_note(
        &self,
        request: &RequestId,
        text: String,
        key: Uuid,
    ) -> Result<(), CallError> {
        self.act(request, &["note"], key, &AddNote { text }).await
    }

    /// Says that this is not their client.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn freeze(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(request, &["freeze"], key, &Nothing {}).await
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn unfreeze(&self, request: &RequestId, key: Uuid) -> Result<(), CallError> {
        self.act(request, &["unfreeze"], key, &Nothing {}).await
    }

    /// Writes to the client who is in; `key` is the message's id.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn write_message(
        &self,
        request: &RequestId,
        text: String,
        key: Uuid,
    ) -> Result<(), CallError> {
        let body = WriteMessage { text };
        self.act(request, &["message"], key, &body).await
    }

    /// The feed's answer, to be read as it comes.
    ///
    /// # Errors
    /// [`CallError`]
    pub async fn feed(&self, since: Option<i64>) -> Result<Response, CallError> {
        let url = self.url(&["feed"])?;
        self.authorized(&Method::GET, &url, || {
            let request = self
                .tokens
                .http()
                .stream(url.clone())
                .header("accept", "text/event-stream");
            match since {
                Some(position) => request.header("last-event-id", position.to_string()),
                None => request,
            }
        })
        .await
    }

    /// A write whose answer says nothing.
    async fn act<B: Serialize + Sync>(
        &self,
        request: &RequestId,
        path: &[&str],
        key: Uuid,
        body: &B,
    ) -> Result<(), CallError> {
        self.write::<B, Value>(request, path, key, body)
            .await
            .map(drop)
    }

    /// A write, repeated once with the same key where the answer was lost.
    async fn write<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        request: &RequestId,
        path: &[&str],
        key: Uuid,
        body: &B,
    ) -> Result<A, CallError> {
        let url = self.url(&[&["requests", &request.0], path].concat())?;
        self.post(&url, key, body).await
    }

    async fn post<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        url: &Url,
        key: Uuid,
        body: &B,
    ) -> Result<A, CallError> {
        let once = || async {
            let answer = self
                .authorized(&Method::POST, url, || {
                    self.tokens
                        .http()
                        .post(url.clone())
                        .header(IDEMPOTENCY_KEY, key.to_string())
                        .json(body)
                })
                .await?;
            Ok(http::json(answer).await?)
        };
        let first = once().await;
        if !matches!(first, Err(CallError::NotSent | CallError::Unreachable)) {
            return first;
        }
        tokio::time::sleep(BEFORE_REPEAT).await;
        match once().await {
            // The first one went out, and nobody knows what became of it.
            Err(CallError::NotSent) => first,
            second => second,
        }
    }

    /// Sends a request with the access token, and with a new one where the service
    /// does not take it.
    async fn authorized(
        &self,
        method: &Method,
        url: &Url,
        make: impl Fn() -> RequestBuilder + Sync,
    ) -> Result<Response, CallError> {
        let token = self.tokens.access().await.map_err(not_yet_sent)?;
        let answer = self.tokens.send(make(), method, url, &token).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return checked(answer).await;
        }
        let instead = self.tokens.access_instead_of(&token).await;
        let token = instead.map_err(not_yet_sent)?;
        let answer = self.tokens.send(make(), method, url, &token).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            // A fresh token of a living session is taken, unless a proxy in between
            // is confused: only what the token endpoint says ends a session.
            return Err(CallError::NotSent);
        }
        checked(answer).await
    }

    fn url(&self, path: &[&str]) -> Result<Url, CallError> {
        let mut url = self.tokens.practice().clone();
        url.path_segments_mut()
            .map_err(|()| CallError::Unreachable)?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(path);
        Ok(url)
    }
}

/// Without a token the call itself never went out.
fn not_yet_sent(error: CallError) -> CallError {
    match error {
        CallError::Unreachable => CallError::NotSent,
        other => other,
    }
}

async fn checked(answer: Response) -> Result<Response, CallError> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    // A bare 502 of a proxy is as good as no answer; a problem is the service's word.
    match http::json::<Problem>(answer).await {
        Ok(problem) => Err(CallError::Refused(Refusal {
            code: problem.code,
            by: problem.by.map(tidy_name),
            at: problem.at,
            retry_at: problem.retry_at,
        })),
        Err(_) => Err(CallError::Unreachable),
    }
}
