//! How the API says no: RFC 9457 problem details with a stable code.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use latchkey_protocol::{ErrorCode, Problem};

use crate::App;
use crate::db::Unavailable;
use crate::refusal::Refusal;

/// An answer that says no.
#[derive(Debug)]
pub struct Denied {
    problem: Box<Problem>,
    challenge: Option<HeaderValue>,
}

impl Denied {
    /// Not signed in: where a desktop learns how to (RFC 9728, RFC 9449).
    #[must_use]
    pub fn to_sign_in(mut self, app: &App) -> Self {
        if self.problem.code == ErrorCode::NotSignedIn {
            let metadata = app.config.public("/.well-known/oauth-protected-resource");
            let challenge = format!(
                "DPoP error=\"invalid_token\", algs=\"ES256\", resource_metadata=\"{metadata}\""
            );
            self.challenge = HeaderValue::from_str(&challenge).ok();
        }
        self
    }

    /// Says it with another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.problem.status = status.as_u16();
        self
    }

    /// What it says.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for Denied {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            challenge: None,
        }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = words(refusal.code);
        Self::from(Problem {
            status: status.as_u16(),
            code: refusal.code,
            title: title.to_owned(),
            detail: refusal.detail.map(str::to_owned),
            by: refusal.by,
            at: refusal.at,
            retry_at: refusal.retry_at,
        })
    }
}

impl From<Unavailable> for Denied {
    fn from(error: Unavailable) -> Self {
        Refusal::from(error).into()
    }
}

impl From<sqlx::Error> for Denied {
    fn from(error: sqlx::Error) -> Self {
        Refusal::from(error).into()
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

/// Status and developer's sentence of a code.
const fn words(code: ErrorCode) -> (StatusCode, &'static str) {
    match code {
        ErrorCode::BadRequest => (
            StatusCode::BAD_REQUEST,
            "The request is not what this endpoint takes; nothing was changed.",
        ),
        ErrorCode::NotSignedIn => (
            StatusCode::UNAUTHORIZED,
            "No, or no longer, a valid access token; sign in again.",
        ),
        ErrorCode::NotAllowed => (
            StatusCode::FORBIDDEN,
            "This staff member may not do that; nothing was changed.",
        ),
        ErrorCode::NotFound => (
            StatusCode::NOT_FOUND,
            "There is nothing of that name, or nothing this staff member may see.",
        ),
        ErrorCode::KeyReused => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This idempotency key was used for another call; nothing was changed.",
        ),
        ErrorCode::JustIssued
        | ErrorCode::Taken
        | ErrorCode::ColleagueGone
        | ErrorCode::CoverOverlaps
        | ErrorCode::ColleagueAway
        | ErrorCode::PinRevoked => (StatusCode::CONFLICT, colleague_words(code)),
        ErrorCode::SecondPersonNeeded | ErrorCode::NobodyWaiting | ErrorCode::SeveralWaiting => {
            (StatusCode::CONFLICT, pin_words(code))
        }
        ErrorCode::TooManyPins => (
            StatusCode::TOO_MANY_REQUESTS,
            "Three PINs were issued for this client within 24 hours.",
        ),
        ErrorCode::TriesUsedUp => (
            StatusCode::TOO_MANY_REQUESTS,
            "Five wrong tries within 24 hours closed PINs for this client.",
        ),
        ErrorCode::NoClient => (
            StatusCode::CONFLICT,
            "The request is not matched to a client on file.",
        ),
        ErrorCode::ClientDisabled => (StatusCode::CONFLICT, "The client's access is disabled."),
        ErrorCode::MailHeld => (
            StatusCode::CONFLICT,
            "Mail to clients is held back until an admin has confirmed the contact plans; nothing was sent.",
        ),
        ErrorCode::NoMail => (
            StatusCode::CONFLICT,
            "No mail goes to this client's mailbox.",
        ),
        ErrorCode::Suppressed => (
            StatusCode::CONFLICT,
            "A bounce or a complaint has closed the client's mailbox; lift that first.",
        ),
        ErrorCode::NoAddress => (
            StatusCode::CONFLICT,
            "There is no address on file to send to.",
        ),
        ErrorCode::HeldBack => (
            StatusCode::TOO_MANY_REQUESTS,
            "A link was sent less than two minutes ago, or ten today.",
        ),
        ErrorCode::AddressMalformed
        | ErrorCode::AddressSame
        | ErrorCode::AddressTaken
        | ErrorCode::AddressSeveral
        | ErrorCode::AddressUnproven
        | ErrorCode::AddressNotWaiting => (address_status(code), address_words(code)),
        ErrorCode::GuideSentToday => (
            StatusCode::TOO_MANY_REQUESTS,
            "The guide was sent to this mailbox within the last day.",
        ),
        ErrorCode::AlreadySolved => (StatusCode::CONFLICT, "The request is solved already."),
        ErrorCode::TooLong | ErrorCode::TooManyNotes | ErrorCode::ConversationFull => {
            (StatusCode::UNPROCESSABLE_ENTITY, text_words(code))
        }
        ErrorCode::Frozen => (
            StatusCode::CONFLICT,
            "Staff said that this is not their client; an admin can lift that.",
        ),
        ErrorCode::ClientNotIn => (
            StatusCode::CONFLICT,
            "The client has not signed in since; only fixed phrases can be sent.",
        ),
        ErrorCode::TooMany => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many calls; try again later.",
        ),
        ErrorCode::Unavailable
        | ErrorCode::Offline
        | ErrorCode::NotKept
        | ErrorCode::Locked
        | ErrorCode::NoAnswer
        | ErrorCode::Unknown => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The service could not do it now; nothing was changed.",
        ),
    }
}

/// Developer's sentence of what a colleague came before in.
const fn colleague_words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::JustIssued => "A PIN or link was issued for this client less than a minute ago.",
        ErrorCode::Taken => "A colleague has the request by now; nothing was changed.",
        ErrorCode::ColleagueGone => {
            "There is no such colleague, or not any more; nothing was changed."
        }
        ErrorCode::CoverOverlaps => {
            "Somebody covers for them in that time already; nothing was changed."
        }
        ErrorCode::ColleagueAway => {
            "The colleague is away in that time, and covered; nothing was changed."
        }
        _ => "The PIN of this call was revoked by staff before it was repeated.",
    }
}

/// Developer's sentence of a PIN that is not issued as things stand.
const fn pin_words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::SecondPersonNeeded => {
            "The statement is recorded; a second staff member has to state how they know, too."
        }
        ErrorCode::NobodyWaiting => {
            "No browser that could be this client's waits under that match word."
        }
        _ => "More than one browser shows that match word; both words tell them apart.",
    }
}

/// Developer's sentence of a text that is not taken.
const fn text_words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::TooLong => {
            "A note or message has at most 2,000 characters; nothing was changed."
        }
        ErrorCode::TooManyNotes => {
            "The request has as many notes as it may have; nothing was changed."
        }
        _ => "The conversation has as many messages as it may have; nothing was changed.",
    }
}

/// Status of a refused change of an address.
const fn address_status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::AddressMalformed => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

/// Developer's sentence of one.
const fn address_words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::AddressMalformed => "What was typed is no mail address; nothing was changed.",
        ErrorCode::AddressSame => {
            "It is this client's address on file already; nothing was changed."
        }
        ErrorCode::AddressTaken => "It is on file for somebody else; nothing was changed.",
        ErrorCode::AddressSeveral => {
            "The client has several addresses, and the request names none of them; nothing was changed."
        }
        ErrorCode::AddressUnproven => {
            "A second staff member, or a call to a number on file for more than 7 days, has to confirm it."
        }
        _ => "That change of an address is not waiting any more; nothing was changed.",
    }
}
