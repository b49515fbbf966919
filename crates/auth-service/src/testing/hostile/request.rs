//! The head and body of a request, before anybody is known by it.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use latchkey_protocol::{AddNote, IssuePin, Nothing, SendReply};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::api::act;
use crate::feed::start;
use crate::limit::nearest;
use crate::link::token::LinkToken;
use crate::oauth::{bearer, browser};
use crate::secret::Token;
use crate::session::{cookie, return_path};

const ISSUER: &str = "https://in.example.org";
const HOME: &str = "https://portal.example.org/start";

/// Reads `Name: value` lines as a head, and what follows an empty line as a body.
pub fn request(data: &[u8]) {
    let end = data.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    cookies(&headers);
    tokens(&headers);
    origin(&headers);
    for wanted in headers.get_all("return-to") {
        back(&String::from_utf8_lossy(wanted.as_bytes()));
    }
    if let Some(id) = headers.get("last-event-id") {
        let position = start::position(id.as_bytes());
        assert!(position.is_none_or(|position| position >= 0));
    }
    for_one::<IssuePin>(body);
    for_one::<SendReply>(body);
    for_one::<AddNote>(body);
    for_one::<Nothing>(body);
}

/// A value has no separator in it, and a cookie that is there twice is not believed.
fn cookies(headers: &HeaderMap) {
    for name in cookie::ALL {
        let Some(value) = cookie::read(headers, name) else {
            continue;
        };
        assert!(!value.contains(';') && value.trim_end() == value);
        let mut twice = headers.clone();
        let again = HeaderValue::from_str(&format!("{name}={value}")).unwrap();
        twice.append(header::COOKIE, again);
        assert_eq!(cookie::read(&twice, name), None);
        assert!(LinkToken::read(value).is_none_or(|token| token.reveal() == value));
    }
}

/// Only 256 bits in their one spelling are a token.
fn tokens(headers: &HeaderMap) {
    let one_spelling = |token: Token| {
        let text = token.reveal();
        assert_eq!(text.len(), 43);
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    };
    browser::token(headers).map(one_spelling);
    let given = bearer::credentials(headers);
    given.and_then(Token::parse).map(one_spelling);
    if let Ok(key) = act::key(headers) {
        assert_eq!(key.to_string().len(), 36);
    }
    if act::is_json(headers) {
        assert!(headers.contains_key(header::CONTENT_TYPE));
    }
}

/// The origin is the peer, or a hop behind nothing but proxies that are named (RULES V8).
fn origin(headers: &HeaderMap) {
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .collect();
    let [proxy, second, stranger] =
        ["192.0.2.80", "2001:db8::80", "198.51.100.7"].map(|text| text.parse::<IpAddr>().unwrap());
    let trusted = [proxy, second];
    assert_eq!(nearest(stranger, &hops, &trusted), stranger);
    assert_eq!(nearest(proxy, &hops, &[]), proxy);
    let found = nearest(proxy, &hops, &trusted);
    let read = |hop: &&str| {
        hop.trim()
            .parse::<IpAddr>()
            .ok()
            .map(|hop| hop.to_canonical())
    };
    let last_stranger = hops
        .iter()
        .rev()
        .map_while(read)
        .find(|hop| !trusted.contains(hop));
    match last_stranger {
        Some(stranger) => assert_eq!(found, stranger),
        None => assert!(trusted.contains(&found)),
    }
}

/// The way back leads here or to the portal, whoever reads the address.
fn back(wanted: &str) {
    let Some(to) = return_path::allowed(ISSUER, Some(HOME), wanted) else {
        return;
    };
    let url = Url::parse(&to).unwrap();
    assert_eq!(url.scheme(), "https");
    assert!(matches!(
        url.host_str(),
        Some("in.example.org" | "portal.example.org")
    ));
    assert!(url.username().is_empty() && url.password().is_none() && url.port().is_none());
    assert!(HeaderValue::from_str(&to).is_ok() && to.is_ascii());
    assert!(!to.contains(['\\', '\r', '\n']) || url.query().is_some() || url.fragment().is_some());
    assert_eq!(
        return_path::allowed(ISSUER, Some(HOME), &to).unwrap_or_else(|| to.clone()),
        to
    );
}

/// What is taken is an object of known fields: written anew it is read the same.
fn for_one<T: DeserializeOwned + Serialize>(body: &[u8]) {
    match act::body::<T>(body) {
        Ok(read) => {
            let written = serde_json::to_vec(&read).unwrap();
            let again = act::body::<T>(&written).unwrap_or_else(|_| panic!("not read again"));
            assert_eq!(serde_json::to_vec(&again).unwrap(), written);
        }
        Err(denied) => {
            let problem = denied.problem();
            assert_eq!(problem.status, 400);
            let detail = problem.detail.as_deref().unwrap_or_default();
            assert!(detail.chars().count() <= 200);
        }
    }
}
