//! The header of a message, or of a part.

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

/// Fields of one header.
const MOST_FIELDS: usize = 400;
/// What is read of one field.
const LONGEST_FIELD: usize = 8 * 1024;

/// The fields of a header, in their order.
#[derive(Default)]
pub struct Head(Vec<(String, Vec<u8>)>);

impl Head {
    /// The first field of this name, decoded (RFC 2047).
    pub fn get(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// Every field of this name, decoded.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        let fields = self.0.iter().filter(move |(known, _)| known == name);
        fields.map(|(_, raw)| decoded(raw))
    }

    /// Whether there is such a field.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Reads lines up to the first empty one, or the first that is no field. Gives the rest.
    pub fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let mut head = Self::default();
        let mut rest = bytes;
        while let Some((line, after)) = line(rest) {
            let blank = line.iter().all(u8::is_ascii_whitespace);
            if blank {
                return (head, after);
            }
            if line[0].is_ascii_whitespace() {
                if let Some((_, value)) = head.0.last_mut() {
                    let room = LONGEST_FIELD.saturating_sub(value.len());
                    let more = std::iter::once(&b' ').chain(line.trim_ascii());
                    value.extend(more.take(room));
                }
            } else if let Some((name, value)) = field(line) {
                if head.0.len() < MOST_FIELDS {
                    let value = value.trim_ascii();
                    let value = &value[..value.len().min(LONGEST_FIELD)];
                    head.0.push((name, value.to_vec()));
                }
            } else if !line.starts_with(b"From ") && !line.starts_with(b">From ") {
                return (head, rest);
            }
            rest = after;
        }
        (head, rest)
    }

    /// The field `Content-Type`, taken apart.
    pub fn content_type(&self) -> Option<ContentType<'static>> {
        let (_, raw) = self.0.iter().find(|(name, _)| name == "content-type")?;
        let line = [raw.as_slice(), b"\n"].concat();
        match MessageStream::new(&line).parse_content_type().into_owned() {
            HeaderValue::ContentType(found) => Some(found),
            _ => None,
        }
    }
}

fn decoded(raw: &[u8]) -> String {
    let line = [raw, b"\n"].concat();
    match MessageStream::new(&line).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        _ => String::new(),
    }
}

/// The first line without its end, and what follows it.
pub fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, rest) = end.map_or((bytes, &bytes[bytes.len()..]), |end| {
        (&bytes[..end], &bytes[end + 1..])
    });
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

fn field(line: &[u8]) -> Option<(String, &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let fits = !name.is_empty() && name.len() <= 80 && name.iter().all(u8::is_ascii_graphic);
    let name = std::str::from_utf8(name).ok().filter(|_| fits)?;
    Some((name.to_ascii_lowercase(), &line[colon + 1..]))
}
