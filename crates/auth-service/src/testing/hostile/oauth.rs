//! The parameters and proofs of signing in.

use latchkey_protocol::UnixMillis;
use serde_json::Value;
use url::Url;

use super::split_line;
use crate::oauth::authorize::Request;
use crate::oauth::dpop::Expected;
use crate::oauth::params::Params;
use crate::oauth::{pkce, redirect};
use crate::testing::{Key, START};

const TOKEN_URL: &str = "https://in.example.org/oauth/token";
const ACCESS: &str = "an access token";

/// The first byte says what it is: a `q`uery, a `r`edirect address, a `p`roof key for the
/// code, a proof of possession as it stan`d`s, or the header and claims of one that is `s`igned.
pub fn oauth(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    match kind {
        b'q' => query(bytes),
        b'r' => address(&text),
        b'p' => code_key(&text),
        b'd' => assert!(proof(&text).is_none_or(|key| key == Key::new(7).thumbprint())),
        b's' => signed(&text),
        _ => {}
    }
}

/// Nobody is led anywhere but to this computer, and what is led there arrives as it was.
fn query(bytes: &[u8]) {
    let Ok(params) = Params::read(bytes) else {
        return;
    };
    for (name, value) in &params.0 {
        assert!(name.len() <= 2_048 && value.len() <= 2_048);
        assert!(!name.contains(char::is_control) && !value.contains(char::is_control));
    }
    let Ok(request) = Request::read(&params) else {
        return;
    };
    address(&request.redirect_uri);
    assert!(request.state.len() <= 512 && !request.state.is_empty());
    assert!(pkce::is_challenge(&request.challenge) && pkce::is_challenge(&request.thumbprint));
    let answer = redirect::with(
        &request.redirect_uri,
        &[("code", "c"), ("state", &request.state)],
    );
    assert!(answer.bytes().all(|byte| byte.is_ascii_graphic()));
    let answer = Url::parse(&answer).unwrap();
    assert_eq!(
        (answer.host_str(), answer.path()),
        (Some("127.0.0.1"), "/callback")
    );
    let pairs: Vec<_> = answer.query_pairs().into_owned().collect();
    assert_eq!(pairs[1].1, request.state);
    assert_eq!(pairs.len(), 2);
}

fn address(text: &str) {
    if !redirect::is_desktop(text) {
        return;
    }
    let url = Url::parse(text).unwrap();
    assert_eq!((url.scheme(), url.host_str()), ("http", Some("127.0.0.1")));
    assert_eq!(
        (url.path(), url.query(), url.fragment()),
        ("/callback", None, None)
    );
    assert!(url.as_str() == text && url.port().is_some_and(|port| port != 80));
}

fn code_key(text: &str) {
    let (verifier, challenge) = split_line(text);
    if pkce::proves(verifier, challenge) {
        assert!(pkce::is_challenge(challenge) && (43..=128).contains(&verifier.len()));
        assert!(!pkce::proves(&format!("{verifier}x"), challenge));
    }
}

fn proof(text: &str) -> Option<String> {
    let expected = Expected {
        method: "POST",
        url: TOKEN_URL,
        token: Some(ACCESS),
        now: START,
        since: UnixMillis(START.0 - 600_000),
    };
    expected.check(text).ok().map(|(thumbprint, _)| thumbprint)
}

/// A signature alone proves nothing: header and claims must be those of this very call.
fn signed(text: &str) {
    let (header, claims) = split_line(text);
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(mut header), Some(claims)) = (read(header), read(claims)) else {
        return;
    };
    let key = Key::new(7);
    if header["jwk"] == "ours" {
        header["jwk"] = key.jwk();
    }
    let Some(thumbprint) = proof(&key.sign(&header, &claims)) else {
        return;
    };
    assert_eq!(thumbprint, key.thumbprint());
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&"dpop+jwt".into(), &"ES256".into())
    );
    assert!(header.get("crit").is_none_or(Value::is_null) && header["jwk"].get("d").is_none());
    assert_eq!(claims["htm"], "POST");
    let mut about = Url::parse(claims["htu"].as_str().unwrap()).unwrap();
    about.set_query(None);
    about.set_fragment(None);
    assert_eq!(about.as_str(), TOKEN_URL);
    let age = START.0 - UnixMillis(claims["iat"].as_i64().unwrap() * 1_000).0;
    assert!(age.abs() <= 300_000);
    assert!((1..=256).contains(&claims["jti"].as_str().unwrap().len()));
    assert_eq!(
        claims["ath"],
        Key::claims(START, "", "", Some(ACCESS))["ath"]
    );
}
