//! The OpenAPI document is a promise: schemathesis makes up calls from it, good and bad
//! ones, and looks whether each answer is one that is described (RULES V4).

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::TRANSFER_ENCODING;
use axum::http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::response::Response;
use latchkey_auth::clock::MINUTE;
use latchkey_auth::testing::House;
use latchkey_protocol::RequestId;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::desktop::Desktop;
use crate::scene::asks_for_help;

/// Where `cargo xtask test` has put schemathesis.
const PROGRAM: &str = "LATCHKEY_SCHEMATHESIS";
/// What stands for "signed in" between schemathesis and [`sign`].
const SIGNED_IN: &str = "a desktop that is signed in";
/// The feed has no end; this much of it is looked at.
const GLANCE: Duration = Duration::from_millis(150);

/// Stands between schemathesis and the service, since each call needs a proof of its own.
struct Desk {
    house: House,
    rosa: Desktop,
    http: reqwest::Client,
    requests: Vec<RequestId>,
}

// RULES V4
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_one_that_the_openapi_document_describes() {
    let Some(program) = std::env::var_os(PROGRAM) else {
        println!("not run: {PROGRAM} does not say where schemathesis is");
        return;
    };
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    house
        .sql("UPDATE access_token SET expires_at = 9000000000000; UPDATE device SET expires_at = 9000000000000")
        .await;
    let mut requests = Vec::new();
    for _ in 0..8 {
        for first_name in ["Ada", "Ben", "Jo"] {
            requests.push(asks_for_help(&house, first_name).await);
        }
    }
    let desk = Desk {
        house,
        rosa,
        http: reqwest::Client::new(),
        requests,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .fallback(sign)
        .with_state(Arc::new(Mutex::new(desk)));
    tokio::spawn(axum::serve(listener, router).into_future());
    let done = tokio::task::spawn_blocking(move || {
        // Started elsewhere: it leaves its notes where it stands.
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        Command::new(program)
            .current_dir(folder)
            .args(["run", &format!("{url}/openapi.json"), "--url", &url])
            .args(["--header", &format!("Authorization: {SIGNED_IN}")])
            .args(["--phases", "examples,coverage,fuzzing,stateful"])
            .args(["--workers", "1", "--seed", "20260303", "--max-examples", "20"])
            .args(["--max-time", "60", "--request-timeout", "20"])
            .args(["--generation-database", "none", "--no-color"])
            // A good body may still be refused: the request is solved, the PINs used up.
            .args(["--exclude-checks", "positive_data_acceptance"])
            .args(["--continue-on-failure", "--warnings", "off"])
            .status()
    });
    assert!(done.await.unwrap().unwrap().success());
}

/// Hands a call on as the desktop's, and its answer back.
async fn sign(State(desk): State<Arc<Mutex<Desk>>>, request: Request) -> Response {
    let mut desk = desk.lock().await;
    let (parts, body) = request.into_parts();
    // So that limits of time are met now and then, and not always.
    desk.house.clock.advance(5 * MINUTE);
    let (path, at) = desk.real(parts.uri.path());
    let query = parts
        .uri
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    let signed_in = parts
        .headers
        .get(AUTHORIZATION)
        .is_some_and(|value| value == SIGNED_IN);
    let mut call = if signed_in {
        desk.rosa.call(parts.method, &format!("{path}{query}"))
    } else {
        let url = desk.house.url(&format!("{path}{query}"));
        desk.http.request(parts.method, url)
    };
    for (name, value) in &parts.headers {
        let ours = [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name);
        if !(ours || signed_in && name == AUTHORIZATION) {
            call = call.header(name, value);
        }
    }
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let mut answer = call.body(body).send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name) {
            response = response.header(name, value);
        }
    }
    let mut read = Vec::new();
    let endless = answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "text/event-stream");
    if endless {
        while let Ok(Ok(Some(part))) = tokio::time::timeout(GLANCE, answer.chunk()).await {
            read.extend_from_slice(&part);
        }
    } else {
        let solved = path.ends_with("/solve") && answer.status().is_success();
        read = answer.bytes().await.unwrap().to_vec();
        if let (true, Some(at)) = (solved, at) {
            desk.requests[at] = asks_for_help(&desk.house, "Ada").await;
        }
    }
    response.body(Body::from(read)).unwrap()
}

impl Desk {
    /// Three of four ids that are made up stand for a request that is there.
    fn real(&self, path: &str) -> (String, Option<usize>) {
        let given = path
            .split('/')
            .nth(4)
            .filter(|_| path.starts_with("/api/v1/requests/"))
            .and_then(|id| Some((id, Uuid::try_parse(id).ok()?)));
        match given {
            Some((id, uuid)) if uuid.as_u128() % 4 != 0 => {
                let at = usize::try_from(uuid.as_u128() % 23).unwrap();
                (path.replace(id, &self.requests[at].0), Some(at))
            }
            _ => (path.to_owned(), None),
        }
    }
}
