//! A desktop's connection to the real program.

use latchkey_auth::clock::{Clock, SystemClock};
use latchkey_auth::testing::Key;

use crate::place::Place;

/// A desktop that signed in through the real pages: its key and access token.
pub async fn sign_in(place: &Place) -> (Key, String) {
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

/// What the desktop is answered.
pub async fn get(place: &Place, key: &Key, access: &str, path: &str) -> reqwest::Response {
    let url = place.url(path);
    reqwest::Client::new()
        .get(&url)
        .header("authorization", format!("DPoP {access}"))
        .header(
            "dpop",
            key.proof(SystemClock.now(), "GET", &url, Some(access)),
        )
        .send()
        .await
        .unwrap()
}
