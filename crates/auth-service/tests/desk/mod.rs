//! A desktop as the service sees it: a browser that presses, a key that signs.
#![allow(dead_code, reason = "each test file uses its part")]

use latchkey_auth::staff;
use latchkey_auth::testing::House;
pub use latchkey_auth::testing::Key;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT: &str = "http://127.0.0.1:49152/callback";

pub fn http() -> Client {
    Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

/// The parameters of a good authorization request.
pub fn authorization(key: &Key) -> Vec<(&'static str, String)> {
    [
        ("response_type", "code"),
        ("client_id", "latchkey-desktop"),
        ("redirect_uri", REDIRECT),
        ("state", "the state"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "desk"),
        ("device_name", "Rosa's laptop"),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.to_owned()))
    .chain([("dpop_jkt", key.thumbprint())])
    .collect()
}

/// The same with one parameter changed, or taken away.
pub fn changed(
    mut parameters: Vec<(&'static str, String)>,
    name: &'static str,
    value: Option<&str>,
) -> Vec<(&'static str, String)> {
    parameters.retain(|(known, _)| *known != name);
    parameters.extend(value.map(|value| (name, value.to_owned())));
    parameters
}

/// A browser that a staff member proved to be theirs: the cookie's line.
pub async fn browser(house: &House, first_name: &str) -> String {
    let token = invite(house, first_name).await;
    let answer = http()
        .post(house.url(&format!("/staff/invite/{token}")))
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    cookie(&answer)
}

pub async fn invite(house: &House, first_name: &str) -> String {
    let id = house.staff(first_name).await;
    house
        .app
        .writer
        .run(|tx| Box::pin(async move { staff::invite(tx, &id).await }))
        .await
        .map(|token| token.reveal().to_owned())
        .unwrap()
}

pub fn cookie(answer: &Response) -> String {
    let line = answer.headers()["set-cookie"].to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}

/// Presses a button on the page that names the device; gives the callback's parameters.
pub async fn press(
    house: &House,
    cookie: &str,
    parameters: Vec<(&'static str, String)>,
    act: &str,
) -> Vec<(String, String)> {
    let mut form = parameters;
    form.push(("act", act.to_owned()));
    let answer = http()
        .post(house.url("/oauth/authorize"))
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    callback(&answer)
}

pub fn callback(answer: &Response) -> Vec<(String, String)> {
    let to = answer.headers()["location"].to_str().unwrap();
    assert!(to.starts_with(&format!("{REDIRECT}?")), "{to}");
    url::Url::parse(to)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

pub fn get<'a>(parameters: &'a [(String, String)], name: &str) -> &'a str {
    parameters
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value)
}

/// A token request; the proof is a good one.
pub async fn token(house: &House, key: &Key, form: &[(&str, &str)]) -> (StatusCode, Value) {
    let url = house.url("/oauth/token");
    let answer = http()
        .post(&url)
        .header("dpop", key.proof(house.app.now(), "POST", &url, None))
        .form(form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status(), answer.json().await.unwrap())
}

pub async fn exchange(house: &House, key: &Key, code: &str) -> (StatusCode, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "latchkey-desktop"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    token(house, key, &form).await
}

pub async fn refresh(house: &House, key: &Key, refresh_token: &str) -> (StatusCode, Value) {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "latchkey-desktop"),
        ("refresh_token", refresh_token),
    ];
    token(house, key, &form).await
}

/// A desktop that is signed in.
pub struct Desk<'a> {
    pub house: &'a House,
    pub key: Key,
    pub access: String,
    pub refresh: String,
}

impl<'a> Desk<'a> {
    pub async fn of(house: &'a House, first_name: &str) -> Self {
        let key = Key::new(first_name.bytes().fold(1, u8::wrapping_add).max(1));
        let cookie = browser(house, first_name).await;
        let back = press(house, &cookie, authorization(&key), "connect").await;
        let (status, tokens) = exchange(house, &key, get(&back, "code")).await;
        assert_eq!(status, 200, "{tokens}");
        Self {
            house,
            key,
            access: tokens["access_token"].as_str().unwrap().to_owned(),
            refresh: tokens["refresh_token"].as_str().unwrap().to_owned(),
        }
    }

    /// A call with token and proof.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.house.url(path);
        let proof = self.key.proof(
            self.house.app.now(),
            method.as_str(),
            &url,
            Some(&self.access),
        );
        http()
            .request(method, url)
            .header("authorization", format!("DPoP {}", self.access))
            .header("dpop", proof)
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let answer = self.call(Method::GET, path).send().await.unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }

    pub async fn post(&self, path: &str, key: &str, body: Value) -> (StatusCode, Value) {
        let answer = self
            .call(Method::POST, path)
            .header("idempotency-key", key)
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }

    /// A new pair of tokens.
    pub async fn renew(&mut self) {
        let (status, tokens) = refresh(self.house, &self.key, &self.refresh).await;
        assert_eq!(status, 200, "{tokens}");
        tokens["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.access);
        tokens["refresh_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.refresh);
    }
}
