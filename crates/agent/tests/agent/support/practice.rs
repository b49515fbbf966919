use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Form, Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use tokio_stream::wrappers::UnboundedReceiverStream;

/// A write that arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub path: String,
    pub key: String,
    pub body: Value,
}

/// What the practice does, and what was asked of it.
#[derive(Default)]
pub struct Script {
    pub url: String,
    /// Metadata in place of the true one.
    pub metadata: Option<Value>,
    /// The same of the resource.
    pub resource: Option<Value>,
    /// The code that the browser got, with the challenge it belongs to.
    pub codes: HashMap<String, String>,
    pub refresh: String,
    pub last_refresh: Option<String>,
    pub grants: u32,
    /// Refresh tokens are no longer taken.
    pub ended: bool,
    /// So many answers of the token endpoint are lost after it did its work.
    pub lost_answers: u32,
    pub revoked: Vec<String>,
    /// Answers to writes, in order; `{}` when there are none left.
    pub answers: VecDeque<(u16, Value)>,
    /// So many writes are cut before they are answered.
    pub cut_writes: u32,
    /// So many writes get an answer without an end.
    pub endless_answers: u32,
    pub written: Vec<Written>,
    /// In which languages the texts for clients were asked for.
    pub announced: Vec<String>,
    /// What was read of requests, by path.
    pub read: Vec<String>,
    /// Until when sessions were told to last.
    pub sessions: Vec<Option<i64>>,
    /// Which requests were told to be shown, and whether they are not any more.
    pub looked: Vec<(String, bool)>,
    /// The answers to that wait while this is set.
    pub slow: bool,
    pub feeds: Vec<Option<String>>,
    /// What a new stream begins with.
    pub backlog: Vec<String>,
    /// A new stream repeats this without an end.
    pub endless: Option<String>,
    /// So many bytes of it were taken.
    pub taken: Arc<AtomicUsize>,
    /// So many asked for the feed, and get no answer while this is set.
    pub asked: usize,
    pub held: bool,
    /// Status of the feed in place of the stream.
    pub feed_status: Option<u16>,
    streams: Vec<mpsc::UnboundedSender<Result<Bytes, Infallible>>>,
}

type Shared = Arc<Mutex<Script>>;

/// The practice, on a port of this computer.
pub struct ScriptedPractice {
    script: Shared,
    server: JoinHandle<()>,
}

impl Drop for ScriptedPractice {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl ScriptedPractice {
    pub async fn open() -> Self {
        let script = Shared::default();
        let server = serve(&script, "127.0.0.1:0").await;
        Self { script, server }
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub fn url(&self) -> String {
        self.script().url.clone()
    }

    /// The network is gone.
    pub async fn close(&mut self) {
        self.cut();
        self.server.abort();
        let _ = (&mut self.server).await;
    }

    /// And back.
    pub async fn reopen(&mut self) {
        let address = self.url().replace("http://", "");
        self.server = serve(&self.script, &address).await;
    }

    /// Sends text on every open stream.
    pub fn push(&self, text: &str) {
        let bytes = Bytes::from(text.to_owned());
        self.script()
            .streams
            .retain(|stream| stream.send(Ok(bytes.clone())).is_ok());
    }

    /// Sends a request on the feed.
    pub fn say(&self, document: &Value) {
        self.push(&event(document));
    }

    /// Ends every open stream.
    pub fn cut(&self) {
        self.script().streams.clear();
    }

    pub fn streams(&self) -> usize {
        let mut script = self.script();
        script.streams.retain(|stream| !stream.is_closed());
        script.streams.len()
    }
}

/// A request as an event of the feed.
pub fn event(document: &Value) -> String {
    format!(
        "id: {}\nevent: request\ndata: {document}\n\n",
        document["position"]
    )
}

async fn serve(script: &Shared, address: &str) -> JoinHandle<()> {
    let listener = TcpListener::bind(address).await.unwrap();
    script.lock().unwrap().url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/.well-known/oauth-protected-resource", get(resource))
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .route("/oauth/token", post(token))
        .route("/oauth/revoke", post(revoke))
        .route("/api/v1/me", get(me))
        .route("/api/v1/me/session", post(session))
        .route("/api/v1/activity", get(activity))
        .route("/api/v1/announcement", get(announcement))
        .route("/api/v1/staff", get(staff))
        .route("/api/v1/covers", post(set_cover))
        .route("/api/v1/covers/cancel", post(end_cover))
        .route("/api/v1/feed", get(feed))
        .route("/api/v1/clients", get(search))
        .route("/api/v1/clients/{*rest}", get(dialogue).post(write))
        .route("/api/v1/requests/{*rest}", get(dialogue).post(write))
        .with_state(script.clone());
    tokio::spawn(async move {
        axum::serve(listener, router).await.unwrap();
    })
}

async fn resource(State(script): State<Shared>) -> Json<Value> {
    let script = script.lock().unwrap();
    let url = &script.url;
    let own = || json!({"resource": url, "authorization_servers": [url]});
    Json(script.resource.clone().unwrap_or_else(own))
}

async fn metadata(State(script): State<Shared>) -> Json<Value> {
    let script = script.lock().unwrap();
    let url = &script.url;
    Json(script.metadata.clone().unwrap_or_else(|| {
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/oauth/authorize"),
            "token_endpoint": format!("{url}/oauth/token"),
            "revocation_endpoint": format!("{url}/oauth/revoke"),
            "code_challenge_methods_supported": ["S256"],
            "dpop_signing_alg_values_supported": ["ES256"]
        })
    }))
}

fn refusal(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

async fn token(
    State(script): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut script = script.lock().unwrap();
    if !headers.contains_key("dpop") || form["client_id"] != "latchkey-desktop" {
        return refusal("invalid_dpop_proof");
    }
    match form["grant_type"].as_str() {
        "authorization_code" => {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
            if script.codes.remove(&form["code"]) != Some(challenge) {
                return refusal("invalid_grant");
            }
        }
        "refresh_token" => {
            let given = &form["refresh_token"];
            let repeated = script.last_refresh.as_ref() == Some(given);
            if script.ended || !(repeated || script.refresh == *given) {
                return refusal("invalid_grant");
            }
            script.last_refresh = Some(given.clone());
        }
        _ => return refusal("unsupported_grant_type"),
    }
    script.grants += 1;
    script.refresh = format!("refresh-{}", script.grants);
    if script.lost_answers > 0 {
        script.lost_answers -= 1;
        return cut_off();
    }
    Json(json!({
        "access_token": format!("access-{}", script.grants),
        "refresh_token": script.refresh, "token_type": "DPoP", "expires_in": 600, "scope": "desk"
    }))
    .into_response()
}

/// An answer that never comes whole.
fn cut_off() -> Response {
    let broken = tokio_stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
    Response::new(Body::from_stream(broken))
}

async fn revoke(
    State(script): State<Shared>,
    Form(form): Form<HashMap<String, String>>,
) -> StatusCode {
    script.lock().unwrap().revoked.push(form["token"].clone());
    StatusCode::OK
}

fn is_signed_in(script: &Script, headers: &HeaderMap) -> bool {
    let expected = format!("DPoP access-{}", script.grants);
    headers
        .get("authorization")
        .is_some_and(|given| given == expected.as_str())
        && headers.contains_key("dpop")
        && !script.ended
}

async fn me(State(script): State<Shared>, headers: HeaderMap) -> Response {
    if !is_signed_in(&script.lock().unwrap(), &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(json!({
        "staff": {"id": "s1", "name": "Rosa Rivera", "role": "clinician"},
        "practice": {"name": "Juniper Lane Practice", "time_zone": "America/New_York"},
        "device": "d1", "device_name": "Rosa's desk", "now": 1_700_000_000_000_i64, "service_version": "0.1.7"
    }))
    .into_response()
}

async fn announcement(
    State(script): State<Shared>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut script = script.lock().unwrap();
    if !is_signed_in(&script, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let language = asked["language"].clone();
    script.announced.push(language.clone());
    let (status, answer) = script.answers.pop_front().unwrap_or_else(|| {
        let texts = json!({
            "language": language, "mail_subject": "s", "mail": format!("mail {language}"),
            "letter": "l", "phone_script": "p", "guide": "g"
        });
        (200, texts)
    });
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}

async fn dialogue(
    State(script): State<Shared>,
    Path(rest): Path<String>,
    headers: HeaderMap,
) -> Response {
    script.lock().unwrap().read.push(rest);
    while script.lock().unwrap().slow {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut script = script.lock().unwrap();
    if !is_signed_in(&script, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (status, answer) = script
        .answers
        .pop_front()
        .unwrap_or_else(|| (200, json!({"tries": []})));
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}

/// A search, kept as what was looked for.
async fn search(
    state: State<Shared>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    dialogue(state, Path(asked["q"].clone()), headers).await
}

/// What the weeks looked like, kept as how many were asked for.
async fn activity(
    state: State<Shared>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    dialogue(state, Path(format!("{} weeks", asked["weeks"])), headers).await
}

async fn session(
    State(script): State<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let mut script = script.lock().unwrap();
    if !is_signed_in(&script, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    script.sessions.push(body["until"].as_i64());
    let (status, answer) = script.answers.pop_front().unwrap_or((200, json!({})));
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}

async fn staff(State(script): State<Shared>, headers: HeaderMap) -> Response {
    while script.lock().unwrap().slow {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut script = script.lock().unwrap();
    if !is_signed_in(&script, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (status, answer) = script
        .answers
        .pop_front()
        .unwrap_or_else(|| (200, json!({"colleagues": []})));
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}

async fn feed(State(script): State<Shared>, headers: HeaderMap) -> Response {
    script.lock().unwrap().asked += 1;
    while script.lock().unwrap().held {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut script = script.lock().unwrap();
    let since = headers
        .get("last-event-id")
        .map(|id| id.to_str().unwrap().to_owned());
    if !is_signed_in(&script, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    script.feeds.push(since);
    if let Some(status) = script.feed_status {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    if let Some(part) = script.endless.clone().map(Bytes::from) {
        let taken = script.taken.clone();
        let parts = std::iter::repeat_with(move || {
            taken.fetch_add(part.len(), Ordering::SeqCst);
            Ok::<_, Infallible>(part.clone())
        });
        let body = Body::from_stream(tokio_stream::iter(parts));
        return ([("content-type", "text/event-stream")], body).into_response();
    }
    let (stream, events) = mpsc::unbounded_channel();
    stream.send(Ok(Bytes::from_static(b": hello\n\n"))).unwrap();
    for text in &script.backlog {
        stream.send(Ok(Bytes::from(text.clone()))).unwrap();
    }
    script.streams.push(stream);
    (
        [("content-type", "text/event-stream")],
        Body::from_stream(UnboundedReceiverStream::new(events)),
    )
        .into_response()
}

async fn set_cover(state: State<Shared>, headers: HeaderMap, body: Json<Value>) -> Response {
    write(state, Path("covers".to_owned()), headers, body).await
}

async fn end_cover(state: State<Shared>, headers: HeaderMap, body: Json<Value>) -> Response {
    write(state, Path("covers/cancel".to_owned()), headers, body).await
}

async fn write(
    State(script): State<Shared>,
    Path(rest): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let mut script = script.lock().unwrap();
    if !is_signed_in(&script, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if let Some(request) = rest.strip_suffix("/looking") {
        let looked = (request.to_owned(), body["away"] == true);
        script.looked.push(looked);
        return Json(json!({})).into_response();
    }
    script.written.push(Written {
        path: rest,
        key: headers["idempotency-key"].to_str().unwrap().to_owned(),
        body,
    });
    if script.cut_writes > 0 {
        script.cut_writes -= 1;
        return cut_off();
    }
    if script.endless_answers > 0 {
        script.endless_answers -= 1;
        let part =
            std::iter::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b' '; 8_192])));
        return Response::new(Body::from_stream(tokio_stream::iter(part)));
    }
    let (status, answer) = script.answers.pop_front().unwrap_or((200, json!({})));
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}
