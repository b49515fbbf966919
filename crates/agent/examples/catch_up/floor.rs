//! The floor: the same documents as bytes from a server that knows nothing else, put into
//! an ordinary database.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, routing::get};
use latchkey_protocol::HelpRequest;
use rusqlite::Connection;
use tokio::net::TcpListener;

pub async fn measure(requests: &[HelpRequest], folder: &Path) -> Duration {
    let text = requests.iter().fold(String::new(), |text, request| {
        let json = serde_json::to_string(request).unwrap();
        text + "event: request\ndata: " + &json + "\nid: 1\n\n"
    });
    let bytes = Bytes::from(text);
    let router = Router::new().route("/", get(async move || bytes.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });

    let database = Connection::open(folder.join("floor.db")).unwrap();
    database
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             CREATE TABLE request (id TEXT PRIMARY KEY, document TEXT NOT NULL);",
        )
        .unwrap();
    let watch = Instant::now();
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    database.execute_batch("BEGIN").unwrap();
    {
        let mut put = database
            .prepare("INSERT INTO request VALUES (?1, ?2)")
            .unwrap();
        for (number, event) in text
            .split("\n\n")
            .filter(|event| !event.is_empty())
            .enumerate()
        {
            put.execute((number.to_string(), event)).unwrap();
        }
    }
    database.execute_batch("COMMIT").unwrap();
    watch.elapsed()
}
