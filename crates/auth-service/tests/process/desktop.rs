//! A desktop that is connected to the real program.

use latchkey_auth::testing::Key;

use crate::connected::{get, sign_in};
use crate::place::Place;

async fn feed(place: &Place, key: &Key, access: &str) -> reqwest::Response {
    let answer = get(place, key, access, "/api/v1/feed").await;
    assert_eq!(answer.status(), 200);
    answer
}

/// Waits until the stream ends; the test's own limit is the rule's.
async fn ends(mut stream: reqwest::Response) {
    let end = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(std::time::Duration::from_secs(15), end)
        .await
        .unwrap();
}

// RULES S5
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_the_command_line_revokes_loses_its_stream_and_its_calls() {
    let place = Place::set_up();
    let serving = place.serve();
    let (key, access) = sign_in(&place).await;
    let stream = feed(&place, &key, &access).await;
    assert_eq!(
        place.ok(&["staff", "revoke-devices", "dana@juniper.example"]),
        "1 desktops ended.\n"
    );
    ends(stream).await;
    let answer = get(&place, &key, &access, "/api/v1/me").await;
    assert_eq!(answer.status(), 401);
    assert_eq!(serving.stop().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_told_to_stop_ends_its_streams_and_leaves() {
    let place = Place::set_up();
    let serving = place.serve();
    let (key, access) = sign_in(&place).await;
    let stream = feed(&place, &key, &access).await;
    let stopped = tokio::task::spawn_blocking(move || serving.stop());
    ends(stream).await;
    assert_eq!(stopped.await.unwrap().0, Some(0));
    place.verify().await;
}
