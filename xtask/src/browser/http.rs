//! HTTP/1.1 as a browser speaks it, to a server on this machine.

use std::{
    io::{Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use crate::run::Outcome;

const PATIENCE: Duration = Duration::from_secs(30);
const MAX_ANSWER: u64 = 4 * 1024 * 1024;

/// What a browser asks.
pub struct Request<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub body: Option<&'a str>,
    pub cookies: &'a str,
    /// `Sec-Fetch-Site`: where the wish came from.
    pub site: &'a str,
}

/// What a server answers.
pub struct Answer {
    pub status: u16,
    pub body: String,
    head: Vec<(String, String)>,
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// All headers of this name.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Sends a request and reads the answer to its end.
pub fn send(request: &Request<'_>) -> Outcome<Answer> {
    let rest = request
        .url
        .strip_prefix("http://")
        .ok_or_else(|| format!("{} is not on this machine.", request.url))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let failed = |why: std::io::Error| format!("http://{host} cannot be reached: {why}");
    let address = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let mut last = std::io::Error::other("no address");
    let mut open = None;
    // `localhost` is two addresses, and the service may listen on one of them.
    for address in address.to_socket_addrs().map_err(failed)? {
        if !address.ip().is_loopback() {
            return Err(format!("{} is not on this machine.", request.url));
        }
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                open = Some(stream);
                break;
            }
            Err(why) => last = why,
        }
    }
    let mut stream = open.ok_or_else(|| failed(last))?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let path = path.split('#').next().unwrap_or_default();
    let mut text = format!(
        "{} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         User-Agent: Mozilla/5.0 (the demo's own browser)\r\n\
         Accept: text/html\r\nAccept-Language: en\r\n\
         Sec-Fetch-Site: {}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
        request.method, request.site
    );
    if !request.cookies.is_empty() {
        text.extend(["Cookie: ", request.cookies, "\r\n"]);
    }
    if let Some(body) = request.body {
        let length = body.len().to_string();
        text.extend(["Origin: http://", host, "\r\nContent-Length: ", &length]);
        text += "\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    }
    text += "\r\n";
    text += request.body.unwrap_or_default();
    stream.write_all(text.as_bytes()).map_err(failed)?;
    let mut bytes = Vec::new();
    stream
        .take(MAX_ANSWER)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    parse(&bytes).ok_or_else(|| format!("http://{host} did not answer in HTTP."))
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head_text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head_text.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let head: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let in_chunks = head
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value.contains("chunked"));
    let body = if in_chunks {
        unchunk(body)?
    } else {
        body.to_vec()
    };
    Some(Answer {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
        head,
    })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_answer_in_chunks_is_put_together() {
        let answer = parse(
            b"HTTP/1.1 303 See Other\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
        )
        .unwrap();
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), Some("/x"));
        assert_eq!(answer.body, "abcde");
    }
}
