//! A desktop that has just signed in.

use latchkey_auth::testing::House;
use serde_json::Value;

use crate::desk::{Key, authorization, browser, exchange, get, press};

pub async fn signed_in(house: &House, key: &Key) -> Value {
    let cookie = browser(house, "Rosa").await;
    let back = press(house, &cookie, authorization(key), "connect").await;
    exchange(house, key, get(&back, "code")).await.1
}

pub fn refresh_of(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}
