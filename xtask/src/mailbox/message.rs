//! Just enough of mail (RFC 5322, MIME) to show what the service sent.

/// A mail as a person reads it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Message {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub date: String,
    pub text: String,
}

/// Reads a mail; what is not understood stays as it is.
pub fn parse(mail: &[u8]) -> Message {
    let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let headers = Headers::parse(head);
    Message {
        from: words(headers.get("from")),
        to: words(headers.get("to")),
        subject: words(headers.get("subject")),
        date: headers.get("date").to_owned(),
        text: plain_text(&headers, body),
    }
}

/// Header lines, unfolded.
struct Headers(Vec<(String, String)>);

impl Headers {
    fn parse(head: &str) -> Self {
        let mut lines: Vec<(String, String)> = Vec::new();
        for line in head.lines() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = lines.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                lines.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self(lines)
    }

    fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value)
    }
}

/// The text of the first part that is plain text.
fn plain_text(headers: &Headers, body: &str) -> String {
    let kind = headers.get("content-type");
    if let Some(boundary) = boundary(kind) {
        return body
            .split(&format!("--{boundary}"))
            .skip(1)
            .filter_map(|part| part.trim_start_matches('\n').split_once("\n\n"))
            .map(|(head, body)| (Headers::parse(head), body))
            .find(|(headers, _)| {
                let kind = headers.get("content-type").to_ascii_lowercase();
                kind.starts_with("text/plain") || kind.starts_with("multipart/")
            })
            .map(|(headers, body)| plain_text(&headers, body))
            .unwrap_or_default();
    }
    let bytes = match headers
        .get("content-transfer-encoding")
        .to_ascii_lowercase()
        .as_str()
    {
        "quoted-printable" => quoted_printable(body),
        "base64" => base64(body),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

fn boundary(kind: &str) -> Option<String> {
    if !kind.to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let at = kind.to_ascii_lowercase().find("boundary=")?;
    let rest = &kind[at + "boundary=".len()..];
    let end = rest.trim_start_matches('"').find(['"', ';']);
    let rest = rest.trim_start_matches('"');
    Some(rest[..end.unwrap_or(rest.len())].trim().to_owned())
}

/// Encoded words of a header (RFC 2047), in UTF-8 as the service writes them.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut parts = after.splitn(4, '?');
        let (Some(_), Some(how), Some(text), Some(tail)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            break;
        };
        let Some(tail) = tail.strip_prefix('=') else {
            break;
        };
        // White space between two encoded words is not part of the text.
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(before);
        }
        let bytes = if how.eq_ignore_ascii_case("b") {
            base64(text)
        } else {
            quoted_printable(&text.replace('_', " "))
        };
        out.push_str(&String::from_utf8_lossy(&bytes));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\n", "");
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'=')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    out
}

fn base64(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            // Shifted down, the byte that is complete is the lowest.
            out.push((held >> bits).to_le_bytes()[0]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_mail_with_two_forms_shows_its_plain_one() {
        let mail = concat!(
            "From: =?utf-8?q?Juniper_Lane?= <in@example.org>\r\n",
            "To: ben@example.org\r\nSubject: =?utf-8?b?WW91ciBsaW5rIOKAkyA=?=\r\n",
            " =?utf-8?q?9:05?=\r\n",
            "Content-Type: multipart/alternative; boundary=\"x;y\"\r\n\r\n",
            "--x;y\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n",
            "--x;y\r\nContent-Type: text/plain; charset=utf-8\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            "Caf=C3=A9 http://localhost/link/a=\r\nbc\r\n--x;y--\r\n",
        );
        let message = parse(mail.replace("x;y", "x-y").as_bytes());
        assert_eq!(message.from, "Juniper Lane <in@example.org>");
        assert_eq!(message.subject, "Your link – 9:05");
        assert_eq!(message.text.trim(), "Café http://localhost/link/abc");
    }

    #[test]
    fn base64_is_read_to_its_last_byte() {
        assert_eq!(super::base64("TGF0Y2hrZXk="), b"Latchkey");
        assert_eq!(super::base64("YQ=="), b"a");
        assert_eq!(super::base64("YWI="), b"ab");
    }
}
