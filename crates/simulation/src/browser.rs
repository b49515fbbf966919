//! A client's browser: cookies and forms, without a script.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{self, HeaderMap, HeaderValue, Method, header},
};
use latchkey_auth::{secret::Token, session::cookie};

/// A browser.
pub struct Browser {
    /// Whose mailbox its owner reads.
    pub mailbox: &'static str,
    jar: BTreeMap<String, String>,
}

/// What a page came to.
pub struct Page {
    /// Status.
    pub status: u16,
    /// It set a cookie for a session.
    pub signed_in: bool,
}

impl Browser {
    /// A new one.
    #[must_use]
    pub fn new(mailbox: &'static str) -> Self {
        Self {
            mailbox,
            jar: BTreeMap::new(),
        }
    }

    /// Opens a page, or sends a form.
    #[must_use]
    pub fn request(
        &self,
        method: &Method,
        path: &str,
        fields: &[(&str, &str)],
    ) -> http::Request<Body> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let is_form = *method == Method::POST;
        let mut request =
            http::Request::new(Body::from(if is_form { form } else { String::new() }));
        *request.method_mut() = method.clone();
        *request.uri_mut() = path.parse().unwrap_or_default();
        let headers = request.headers_mut();
        let cookies: Vec<_> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        if let Ok(line) = HeaderValue::from_str(&cookies.join("; "))
            && !cookies.is_empty()
        {
            headers.insert(header::COOKIE, line);
        }
        if is_form {
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(header::CONTENT_TYPE, kind);
            headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        }
        request
    }

    /// Takes the cookies of an answer.
    pub fn keep(&mut self, headers: &HeaderMap) -> bool {
        let mut signed_in = false;
        for line in headers.get_all(header::SET_COOKIE) {
            let Some((name, rest)) = line.to_str().ok().and_then(|line| line.split_once('='))
            else {
                continue;
            };
            let value = rest.split(';').next().unwrap_or_default();
            if rest.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                signed_in |= name == cookie::SESSION;
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        signed_in
    }

    /// What the service knows this browser by.
    #[must_use]
    pub fn hash(&self) -> Option<[u8; 32]> {
        self.token(cookie::BROWSER)
    }

    /// What the service knows its session by.
    #[must_use]
    pub fn session(&self) -> Option<[u8; 32]> {
        self.token(cookie::SESSION)
    }

    /// Whether it holds a link's cookie.
    #[must_use]
    pub fn has_link(&self) -> bool {
        self.jar.contains_key(cookie::LINK)
    }

    fn token(&self, name: &str) -> Option<[u8; 32]> {
        let token = Token::parse(self.jar.get(name)?)?;
        Some(token.hash())
    }
}
