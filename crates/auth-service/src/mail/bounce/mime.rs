//! Takes a raw message apart, as far as reports need it: bounded in depth, number and
//! length, and forgiving, since those who write reports seldom test what they write.

use mail_parser::ContentType;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::head::{Head, line};
use super::html;

/// What lies further down has nothing to say about the fate of a mail.
const DEEPEST: usize = 8;
const MOST_PARTS: usize = 100;
/// What is read of one part.
const LONGEST_PART: usize = 64 * 1024;
/// A message: its header, and what it is made of.
pub struct Message {
    /// Its header.
    pub head: Head,
    /// Its own type, lower case: `multipart/report`.
    pub media: String,
    /// The parameter `report-type`, lower case.
    pub report_type: Option<String>,
    /// Its parts in their order, those of nested multiparts among them.
    pub parts: Vec<Part>,
}

/// A part that is no multipart.
pub enum Part {
    /// Words: HTML has been made plain.
    Text {
        /// The type, lower case.
        media: String,
        /// What it says, with the fields that wrongly stand in its header.
        text: String,
    },
    /// A message in the message.
    Message(Box<Message>),
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Message {
    message(bytes.trim_ascii_start(), DEEPEST, &mut { MOST_PARTS })
}

fn message(bytes: &[u8], depth: usize, room: &mut usize) -> Message {
    let (head, body) = Head::read(bytes);
    let kind = head.content_type();
    let mut read = Message {
        media: media(kind.as_ref()),
        report_type: kind
            .as_ref()
            .and_then(|kind| kind.attribute("report-type"))
            .map(str::to_ascii_lowercase),
        parts: Vec::new(),
        head,
    };
    entity(&read.head, body, depth, room, &mut read.parts);
    read
}

fn media(kind: Option<&ContentType<'_>>) -> String {
    kind.map_or_else(
        || "text/plain".to_owned(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()),
    )
    .to_ascii_lowercase()
}

fn entity(head: &Head, body: &[u8], depth: usize, room: &mut usize, parts: &mut Vec<Part>) {
    if *room == 0 || depth == 0 {
        return;
    }
    let kind = head.content_type();
    let media = media(kind.as_ref());
    let boundary = kind.as_ref().and_then(|kind| kind.attribute("boundary"));
    if media.starts_with("multipart/") {
        let pieces = split(body, boundary.map(str::as_bytes));
        if !pieces.is_empty() {
            for piece in pieces {
                let (head, body) = Head::read(piece);
                entity(&head, body, depth - 1, room, parts);
            }
            return;
        }
    }
    *room -= 1;
    let bytes = transferred(head, body);
    if matches!(media.as_str(), "message/rfc822" | "message/global") {
        let inner = message(bytes.trim_ascii_start(), depth - 1, room);
        parts.push(Part::Message(Box::new(inner)));
        return;
    }
    let charset = kind.as_ref().and_then(|kind| kind.attribute("charset"));
    let cut = &bytes[..bytes.len().min(LONGEST_PART)];
    let text = worded(cut, charset);
    let text = match media.as_str() {
        "text/html" | "application/xhtml+xml" => html::plain(&text),
        "message/delivery-status" | "message/global-delivery-status" => {
            // Some forget the empty line between the part's header and its first field.
            let mut strays = String::new();
            for name in ["reporting-mta", "final-recipient", "action", "status"] {
                if let Some(value) = head.get(name) {
                    strays.extend([name, ": ", &value, "\n"]);
                }
            }
            strays + &text
        }
        _ => text,
    };
    parts.push(Part::Text { media, text });
}

/// The pieces between lines of the boundary. Where it is not given, or not kept to, the
/// first line that looks like one and comes again.
fn split<'a>(body: &'a [u8], boundary: Option<&[u8]>) -> Vec<&'a [u8]> {
    let given = boundary.map(|boundary| [b"--", boundary.trim_ascii_end()].concat());
    let pieces = given.map_or_else(Vec::new, |mark| pieces(body, &mark));
    if !pieces.is_empty() {
        return pieces;
    }
    let mut rest = body;
    while let Some((line, after)) = line(rest) {
        let line = line.trim_ascii_end();
        let ending = [line, b"--"].concat();
        let again = |line: &[u8]| {
            let mut rest = after;
            while let Some((next, after)) = self::line(rest) {
                if next.trim_ascii_end() == line || next.trim_ascii_end() == ending {
                    return true;
                }
                rest = after;
            }
            false
        };
        if line.starts_with(b"--") && line.len() > 8 && !line.contains(&b' ') {
            // Only the first is tried: a hostile body is read twice, not as often as it has lines.
            return if again(line) {
                self::pieces(body, line)
            } else {
                Vec::new()
            };
        }
        rest = after;
    }
    Vec::new()
}

fn pieces<'a>(body: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut began: Option<usize> = None;
    let mut at = 0;
    while let Some((line, rest)) = line(&body[at..]) {
        let next = body.len() - rest.len();
        let ended = line.trim_ascii_end().strip_prefix(mark);
        if let Some(tail @ (b"" | b"--")) = ended {
            if let Some(began) = began.take() {
                found.push(&body[began..at]);
            }
            if tail.is_empty() && found.len() < MOST_PARTS {
                began = Some(next);
            }
        }
        at = next;
    }
    // Cut off before its last line.
    found.extend(began.map(|began| &body[began..]));
    found
}

fn transferred(head: &Head, body: &[u8]) -> Vec<u8> {
    let how = head.get("content-transfer-encoding").unwrap_or_default();
    let decoded = match how.trim().to_ascii_lowercase().as_str() {
        "base64" => base64_decode(body),
        "quoted-printable" => quoted_printable_decode(body),
        _ => None,
    };
    decoded.unwrap_or_else(|| body.to_vec())
}

fn worded(bytes: &[u8], charset: Option<&str>) -> String {
    if let Some(decode) = charset.and_then(|name| charset_decoder(name.as_bytes())) {
        return decode(bytes);
    }
    match (std::str::from_utf8(bytes), charset_decoder(b"windows-1252")) {
        (Err(error), Some(decode)) if error.error_len().is_some() => decode(bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
