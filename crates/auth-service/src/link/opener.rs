//! A person or a mail scanner? Told from the request that opened a link, and used only
//! to explain: whoever it was, opening consumes nothing (RULES S2).

use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, USER_AGENT};
use axum::http::{HeaderMap, Method};
use latchkey_protocol::Opener;

use crate::clock::SECOND;

/// Who opens a mail that was sent this short a time ago was hardly told of it yet.
const AT_ONCE: i64 = 10 * SECOND;

/// Words in the names of programs that are no person's browser.
const PROGRAMS: &[&str] = &[
    // Not "bot" alone: there are telephones of that name.
    "bot/",
    "bot;",
    "bot)",
    "bot-",
    "robot",
    "crawler",
    "spider",
    "scanner",
    "preview",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "curl/",
    "wget/",
    "python",
    "java/",
    "okhttp",
    "go-http",
    "node-fetch",
    "node.js",
    "undici",
    "axios",
    "ruby",
    "libwww",
    "httpclient",
    "http-client",
    "barracuda",
    "proofpoint",
    "mimecast",
    "safelinks",
    "symantec",
    "trendmicro",
    "forcepoint",
    "fireeye",
    "urldefense",
    "virustotal",
    "facebookexternalhit",
    "ms-office",
    "googleimageproxy",
    "microsoft office",
];

/// What is known of a request for a link.
pub struct Opening<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Milliseconds since the link was made.
    pub age: i64,
    /// It comes from the browser that asked for the link.
    pub asked_here: bool,
}

impl Opening<'_> {
    /// Who that was. Signals are added up, since each alone has honest exceptions.
    #[must_use]
    pub fn by(&self) -> Opener {
        if self.asked_here {
            return Opener::Person;
        }
        if self.method != Method::GET {
            return Opener::Scanner;
        }
        let agent = self.header(USER_AGENT.as_str()).to_lowercase();
        let program = agent.is_empty() || PROGRAMS.iter().any(|word| agent.contains(word));
        let fetched_ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"]
            .iter()
            .any(|name| self.header(name).to_lowercase().contains("pre"));
        // Browsers say where a page is loaded to, on every safe connection; a program
        // that borrows a browser's name often forgets to.
        let modern = agent.contains("chrome/") || agent.contains("firefox/");
        let unsaid = modern && self.header("sec-fetch-mode").is_empty();
        let no_language = self.header(ACCEPT_LANGUAGE.as_str()).is_empty();
        let no_page = !self.header(ACCEPT.as_str()).contains("text/html");
        let score = [
            (program, 3),
            (fetched_ahead, 3),
            (unsaid, 2),
            (no_language, 2),
            (self.age < AT_ONCE, 1),
            (no_page, 1),
        ]
        .iter()
        .filter(|(seen, _)| *seen)
        .map(|(_, weight)| weight)
        .sum::<u8>();
        match score {
            0 | 1 => Opener::Person,
            2 => Opener::Unclear,
            _ => Opener::Scanner,
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 \
                          (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) \
                          AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";
    const PAGE: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

    fn by(method: &Method, age: i64, headers: &[(&str, &str)]) -> Opener {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        let (headers, asked_here) = (&headers, false);
        Opening {
            method,
            headers,
            age,
            asked_here,
        }
        .by()
    }

    #[test]
    fn peoples_browsers_are_people_on_any_device_and_however_soon_they_click() {
        let chrome = [
            ("user-agent", CHROME),
            ("accept", PAGE),
            ("accept-language", "en-US,en;q=0.9"),
            ("sec-fetch-mode", "navigate"),
        ];
        let phone = [
            ("user-agent", IPHONE),
            ("accept", PAGE),
            ("accept-language", "es-MX"),
        ];
        let cubot = [
            (
                "user-agent",
                "Mozilla/5.0 (Linux; Android 15; CUBOT X90 Build/AP3A) AppleWebKit/537.36 \
                 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
            ),
            ("accept", PAGE),
            ("accept-language", "es"),
            ("sec-fetch-mode", "navigate"),
        ];
        for headers in [chrome.as_slice(), phone.as_slice(), cubot.as_slice()] {
            for age in [2 * SECOND, 60 * SECOND, 3_600 * SECOND] {
                assert_eq!(by(&Method::GET, age, headers), Opener::Person);
            }
        }
    }

    #[test]
    fn programs_are_scanners_whatever_they_call_themselves() {
        let late = 600 * SECOND;
        let page = ("accept", PAGE);
        let language = ("accept-language", "en-US");
        assert_eq!(by(&Method::GET, late, &[]), Opener::Scanner);
        assert_eq!(
            by(
                &Method::GET,
                late,
                &[("user-agent", "curl/8.5"), page, language]
            ),
            Opener::Scanner
        );
        assert_eq!(
            by(
                &Method::HEAD,
                late,
                &[("user-agent", CHROME), page, language]
            ),
            Opener::Scanner
        );
        let borrowed = [("user-agent", CHROME), ("accept", "*/*")];
        assert_eq!(by(&Method::GET, late, &borrowed), Opener::Scanner);
        let headless = CHROME.replace("Chrome/", "HeadlessChrome/");
        let whole = [
            ("user-agent", headless.as_str()),
            page,
            language,
            ("sec-fetch-mode", "navigate"),
        ];
        assert_eq!(by(&Method::GET, late, &whole), Opener::Scanner);
        let ahead = [
            ("user-agent", IPHONE),
            page,
            language,
            ("sec-purpose", "prefetch;prerender"),
        ];
        assert_eq!(by(&Method::GET, late, &ahead), Opener::Scanner);
    }

    #[test]
    fn what_could_be_either_is_called_so() {
        let silent = [
            ("user-agent", CHROME),
            ("accept", PAGE),
            ("accept-language", "en"),
        ];
        assert_eq!(by(&Method::GET, 600 * SECOND, &silent), Opener::Unclear);
        assert_eq!(by(&Method::GET, 2 * SECOND, &silent), Opener::Scanner);
    }

    // RULES S2
    #[test]
    fn the_browser_that_asked_is_a_person_whatever_it_leaves_out() {
        let opening = Opening {
            method: &Method::GET,
            headers: &HeaderMap::new(),
            age: 0,
            asked_here: true,
        };
        assert_eq!(opening.by(), Opener::Person);
    }
}
