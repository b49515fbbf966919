//! A write: who, on which request, client or themselves, under which key, and what it says.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use latchkey_protocol::{ClientId, ErrorCode, IDEMPOTENCY_KEY, RequestId};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Denied, Desk};
use crate::App;
use crate::refusal::Refusal;

/// One call of a write, checked for form only.
#[derive(Debug)]
pub struct Act<T> {
    /// Who, on what, under which key.
    pub call: Call,
    /// The body.
    pub body: T,
}

/// A call without what it says.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub desk: Desk,
    /// The request it is about.
    pub request: RequestId,
    /// The idempotency key.
    pub key: Uuid,
    /// Path and body, hashed: what makes two calls the same.
    pub hash: [u8; 32],
}

/// The same about a client.
#[derive(Debug)]
pub struct ClientAct<T> {
    /// Who, on whom, under which key.
    pub call: ClientCall,
    /// The body.
    pub body: T,
}

/// A call about a client, without what it says.
#[derive(Clone, Debug)]
pub struct ClientCall {
    /// Who calls.
    pub desk: Desk,
    /// The client it is about.
    pub client: ClientId,
    /// The idempotency key.
    pub key: Uuid,
    /// Path and body, hashed.
    pub hash: [u8; 32],
}

/// The same about the caller.
#[derive(Debug)]
pub struct OwnAct<T> {
    /// Who, under which key.
    pub call: OwnCall,
    /// The body.
    pub body: T,
}

/// A call about the caller, without what it says.
#[derive(Clone, Debug)]
pub struct OwnCall {
    /// Who calls.
    pub desk: Desk,
    /// The idempotency key.
    pub key: Uuid,
    /// Path and body, hashed.
    pub hash: [u8; 32],
}

impl<T: DeserializeOwned> FromRequest<App> for Act<T> {
    type Rejection = Denied;

    async fn from_request(request: Request, app: &App) -> Result<Self, Denied> {
        let (read, id) = Read::with_id(request, app).await?;
        let call = Call {
            desk: read.desk,
            request: RequestId(id),
            key: read.key,
            hash: read.hash,
        };
        Ok(Self {
            call,
            body: read.body,
        })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for ClientAct<T> {
    type Rejection = Denied;

    async fn from_request(request: Request, app: &App) -> Result<Self, Denied> {
        let (read, id) = Read::with_id(request, app).await?;
        let call = ClientCall {
            desk: read.desk,
            client: ClientId(id),
            key: read.key,
            hash: read.hash,
        };
        Ok(Self {
            call,
            body: read.body,
        })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for OwnAct<T> {
    type Rejection = Denied;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Denied> {
        let desk = request.extract_parts_with_state::<Desk, _>(app).await?;
        let read = Read::from_request(request, desk, app).await?;
        let call = OwnCall {
            desk: read.desk,
            key: read.key,
            hash: read.hash,
        };
        Ok(Self {
            call,
            body: read.body,
        })
    }
}

/// A write as it came.
struct Read<T> {
    desk: Desk,
    key: Uuid,
    hash: [u8; 32],
    body: T,
}

impl<T: DeserializeOwned> Read<T> {
    /// One whose path names what it is about.
    async fn with_id(mut request: Request, app: &App) -> Result<(Self, String), Denied> {
        let desk = request.extract_parts_with_state::<Desk, _>(app).await?;
        let Path(id) = request
            .extract_parts::<Path<String>>()
            .await
            .map_err(|_| Refusal::bad("the id in the path is not text"))?;
        let id = uuid(&id)?;
        Ok((Self::from_request(request, desk, app).await?, id))
    }

    async fn from_request(request: Request, desk: Desk, app: &App) -> Result<Self, Denied> {
        let key = key(request.headers())?;
        if !is_json(request.headers()) {
            let refusal = Refusal::bad("content-type: must be application/json");
            return Err(Denied::from(refusal).status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let path = request.uri().path().to_owned();
        let bytes = Bytes::from_request(request, app).await.map_err(|refused| {
            let refusal = Refusal::bad("the body could not be read whole, or is too long");
            Denied::from(refusal).status(refused.status())
        })?;
        Ok(Self {
            desk,
            key,
            body: body(&bytes)?,
            hash: Sha256::new()
                .chain_update((path.len() as u64).to_be_bytes())
                .chain_update(path)
                .chain_update(&bytes)
                .finalize()
                .into(),
        })
    }
}

/// An id of a path, as the database writes it.
pub(super) fn uuid(id: &str) -> Result<String, Refusal> {
    Uuid::try_parse(id)
        .map(|id| id.to_string())
        .map_err(|_| Refusal::bad("the id in the path is not a UUID"))
}

pub(crate) fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Denied> {
    // serde would take a list of the fields' values for the object, too.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::bad("body: must be a JSON object").into());
    }
    serde_json::from_slice(bytes).map_err(|error| unreadable(&error))
}

pub(crate) fn key(headers: &HeaderMap) -> Result<Uuid, Refusal> {
    let mut given = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (Some(key), None) = (given.next(), given.next()) else {
        return Err(Refusal::bad("idempotency-key: must be given once"));
    };
    key.to_str()
        .ok()
        .and_then(|key| Uuid::try_parse(key).ok())
        .ok_or(Refusal::bad("idempotency-key: must be a UUID"))
}

pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Names the field and the place, to the caller alone: it may quote what was sent.
fn unreadable(error: &serde_json::Error) -> Denied {
    let mut problem = Denied::from(Refusal::of(ErrorCode::BadRequest))
        .problem()
        .clone();
    problem.detail = Some(format!("body: {error}").chars().take(200).collect());
    problem.into()
}
