//! The fields of a form, read strictly: bounded, UTF-8, each once (RULES V4).

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

use super::problem::Problem;
use crate::App;

/// No form of ours is longer.
pub const LONGEST: usize = 16 * 1024;
/// No form of ours has as many fields.
const MOST: usize = 32;

/// The fields of a posted form.
pub struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// Reads a form's body.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for pair in body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            let many = fields.len() >= MOST;
            if many || fields.iter().any(|(known, _)| *known == name) {
                return Err(Problem::BadRequest);
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// A field, trimmed; a missing one is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.trim())
    }
}

fn decode(text: &[u8]) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || {
                    let digit = char::from(rest.next()?).to_digit(16)?;
                    u8::try_from(digit).ok()
                };
                match (digit(), digit()) {
                    (Some(high), Some(low)) => high * 16 + low,
                    _ => return Err(Problem::BadRequest),
                }
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Problem::BadRequest)
}

/// Reads the body of a request that must be a form.
pub async fn body_of(request: Request) -> Result<Bytes, Problem> {
    let is_form = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    let bytes = to_bytes(request.into_body(), LONGEST)
        .await
        .map_err(|_| Problem::TooLarge)?;
    if is_form || bytes.is_empty() {
        Ok(bytes)
    } else {
        Err(Problem::NotAForm)
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        Self::read(&body_of(request).await?)
    }
}

/// One line that a stranger typed: controls and bidi marks stripped, trimmed,
/// runs of space made one (RULES A5).
#[must_use]
pub fn line(text: &str) -> String {
    let plain: String = plain(text).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text that a stranger typed: as a line, but its line ends stay.
#[must_use]
pub fn text(text: &str) -> String {
    let plain: String = plain(&text.replace("\r\n", "\n").replace('\r', "\n")).collect();
    plain.trim().to_owned()
}

fn plain(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| {
        let bidi = matches!(
            c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        );
        !bidi && (*c == '\n' || *c == '\t' || !c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES V4
    #[test]
    fn a_form_that_is_not_utf8_or_repeats_a_field_is_refused() {
        for bad in ["a=1&a=2", "a=%ff", "a=%zz", "a=%2", "%ff=1"] {
            assert!(Fields::read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Fields::read(b"a=\xff").is_err());
        let many: Vec<String> = (0..=MOST).map(|number| number.to_string()).collect();
        assert!(Fields::read(many.join("&").as_bytes()).is_err());
        let fields = Fields::read("email=+ada%40example.org+&keep=yes".as_bytes())
            .unwrap_or_else(|_| panic!());
        assert_eq!(fields.get("email"), "ada@example.org");
        assert_eq!(fields.get("missing"), "");
    }

    // RULES A5
    #[test]
    fn controls_and_bidi_marks_of_strangers_are_stripped() {
        assert_eq!(line(" Ada\u{202e}\u{0}  Okafor\r\n\tX "), "Ada Okafor X");
        assert_eq!(text("one\r\ntwo\u{7}\u{2066}\nthree\n"), "one\ntwo\nthree");
    }
}
