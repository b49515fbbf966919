//! A desktop that is connected to the real program.

use latchkey_auth::clock::{Clock, SystemClock};
use latchkey_auth::testing::Key;

use crate::place::Place;

/// A desktop that signed in through the real pages: its key and access token.
async fn sign_in(place: &Place) -> (Key, String) {
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const REDIRECT: &str = "http://127.0.0.1:49152/callback";
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let key = Key::new(7);
    let invite = place.ok(&["staff", "invite", "dana@juniper.example"]);
    let post = |url: &str| http.post(url).header("sec-fetch-site", "same-origin");
    let answer = post(invite.trim()).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    let answer = post(&place.url("/oauth/authorize"))
        .header("cookie", cookie.split(';').next().unwrap())
        .form(&[
            ("response_type", "code"),
            ("client_id", "latchkey-desktop"),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("dpop_jkt", &key.thumbprint()),
            ("device_name", "Dana's desktop"),
            ("act", "connect"),
        ])
        .send()
        .await
        .unwrap();
    let back = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    let url = place.url("/oauth/token");
    let tokens: serde_json::Value = http
        .post(&url)
        .header("dpop", key.proof(SystemClock.now(), "POST", &url, None))
        .form(&[
            ("grant_type", "authorization_code"),
            ("client_id", "latchkey-desktop"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    (key, tokens["access_token"].as_str().unwrap().to_owned())
}

async fn feed(place: &Place, key: &Key, access: &str) -> reqwest::Response {
    let url = place.url("/api/v1/feed");
    let answer = reqwest::Client::new()
        .get(&url)
        .header("authorization", format!("DPoP {access}"))
        .header(
            "dpop",
            key.proof(SystemClock.now(), "GET", &url, Some(access)),
        )
        .send()
        .await
        .unwrap();
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
    let url = place.url("/api/v1/me");
    let answer = reqwest::Client::new()
        .get(&url)
        .header("authorization", format!("DPoP {access}"))
        .header(
            "dpop",
            key.proof(SystemClock.now(), "GET", &url, Some(&access)),
        )
        .send()
        .await
        .unwrap();
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
