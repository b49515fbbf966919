//! A browser as small as can be: pages, cookies and forms, for playing a person on the
//! real pages. It presses what a person would press and knows no other way in.

mod form;
mod http;

use std::collections::BTreeMap;

pub use form::Form;
use http::{Answer, Request};

use crate::run::Outcome;

/// How many redirects a browser follows.
const MAX_REDIRECTS: usize = 10;

/// One browser with its cookies.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// What is shown after following redirects.
pub struct Page {
    /// Its address.
    pub url: String,
    /// HTML.
    pub body: String,
    /// 200 where all is well.
    pub status: u16,
}

impl Browser {
    /// Opens an address as if it was typed.
    pub fn open(&mut self, url: &str) -> Outcome<Page> {
        self.go("GET", url, None, "none")
    }

    /// Sends a form, each field as it is on the page or as it was filled in.
    pub fn submit(&mut self, page: &Page, form: &Form) -> Outcome<Page> {
        let url = resolve(&page.url, &form.action)?;
        if form.method == "post" {
            self.go("POST", &url, Some(&form.encoded()), "same-origin")
        } else {
            let question = form.encoded();
            self.go("GET", &format!("{url}?{question}"), None, "same-origin")
        }
    }

    fn go(&mut self, method: &str, url: &str, body: Option<&str>, site: &str) -> Outcome<Page> {
        let (mut method, mut url, mut body) = (method, url.to_owned(), body);
        for _ in 0..MAX_REDIRECTS {
            let answer = http::send(&Request {
                method,
                url: &url,
                body,
                cookies: &self.cookie_header(),
                site,
            })?;
            self.keep_cookies(&answer);
            match answer.header("location") {
                Some(to) if (300..400).contains(&answer.status) => {
                    url = resolve(&url, to)?;
                    if answer.status != 307 && answer.status != 308 {
                        (method, body) = ("GET", None);
                    }
                }
                _ => {
                    return Ok(Page {
                        url,
                        status: answer.status,
                        body: answer.body,
                    });
                }
            }
        }
        Err(format!("{url} redirects in circles."))
    }

    fn cookie_header(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            if let Some((name, value)) = pair.split_once('=') {
                if attributes.to_ascii_lowercase().contains("max-age=0") {
                    self.cookies.remove(name.trim());
                } else {
                    self.cookies
                        .insert(name.trim().to_owned(), value.trim().to_owned());
                }
            }
        }
    }
}

impl Page {
    /// Fails with the page's own words where it is not well.
    pub fn well(self) -> Outcome<Self> {
        if (200..300).contains(&self.status) {
            Ok(self)
        } else {
            Err(format!(
                "{} answered {}: {}",
                self.url,
                self.status,
                form::text(&self.body)
            ))
        }
    }

    /// Its address without what only the two sides may know.
    pub fn path(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// The form that has a field of this name.
    pub fn form_with(&self, field: &str) -> Outcome<Form> {
        Form::all(&self.body)
            .into_iter()
            .find(|form| form.has(field))
            .ok_or_else(|| format!("{} has no form with a field {field}.", self.url))
    }

    /// The form that is sent to this path.
    pub fn form_to(&self, path: &str) -> Outcome<Form> {
        Form::all(&self.body)
            .into_iter()
            .find(|form| form.action.split('?').next() == Some(path))
            .ok_or_else(|| format!("{} has no form that is sent to {path}.", self.url))
    }
}

/// An address as written on a page, made whole.
fn resolve(base: &str, to: &str) -> Outcome<String> {
    if to.contains("://") {
        return Ok(to.to_owned());
    }
    let after_scheme = base.find("://").map_or(0, |at| at + 3);
    let host_end = base[after_scheme..]
        .find(['/', '?'])
        .map_or(base.len(), |at| after_scheme + at);
    let path_end = base.find(['?', '#']).unwrap_or(base.len());
    match to.chars().next() {
        None => Ok(base.to_owned()),
        Some('/') => Ok(format!("{}{to}", &base[..host_end])),
        Some('?') => Ok(format!("{}{to}", &base[..path_end])),
        Some(_) => {
            let folder = base[..path_end]
                .rfind('/')
                .ok_or("An address without a slash.")?;
            Ok(format!("{}/{to}", &base[..folder]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn addresses_on_a_page_are_made_whole() {
        let base = "http://localhost:8080/a/b?x=/1";
        for (to, whole) in [
            ("", base),
            ("/help", "http://localhost:8080/help"),
            ("?y=2", "http://localhost:8080/a/b?y=2"),
            ("c", "http://localhost:8080/a/c"),
            ("http://127.0.0.1:9/z", "http://127.0.0.1:9/z"),
        ] {
            assert_eq!(resolve(base, to).unwrap(), whole, "{to}");
        }
    }
}
