//! The page that shows what the demo's mailbox holds, newest first.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use super::{
    Store,
    message::{Message, parse},
};
use crate::run::Outcome;

const MAX_HEAD: u64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

const STYLE: &str = "\
:root{--paper:#fbf9f4;--paper2:#f4f0e8;--line:#e2dbcd;--ink:#22201c;--ink2:#5c564b;--accent:#17645a}\
@media(prefers-color-scheme:dark){:root{--paper:#1a1917;--paper2:#211f1c;--line:#37342f;--ink:#efeae0;--ink2:#b9b1a3;--accent:#7cc9b8}}\
body{margin:0 auto;max-width:44rem;padding:2rem 1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
h1{font:500 1.75rem/1.25 Georgia,serif}p.say{color:var(--ink2)}a{color:var(--accent)}\
article{margin:1.25rem 0;padding:1.25rem 1.5rem;background:var(--paper2);border:1px solid var(--line);border-radius:1rem}\
h2{font-size:1.0625rem;margin:0}dl{margin:.25rem 0 0;color:var(--ink2);font-size:.875rem}dt,dd{display:inline;margin:0}\
pre{margin:1rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}";

/// Listens on the given port of the loopback interface (0 is a free one).
pub fn listen(store: Store, port: u16) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .map_err(|why| format!("The mailbox's page cannot listen: {why}"))?;
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let store = store.clone();
            thread::spawn(move || answer(stream, &store));
        }
    });
    Ok(address)
}

fn answer(stream: TcpStream, store: &Store) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream.take(MAX_HEAD)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, kind, body) = match request.split(' ').collect::<Vec<_>>()[..] {
        ["GET", "/", _] => ("200 OK", "html", list(store)),
        ["GET", "/style.css", _] => ("200 OK", "css", STYLE.to_owned()),
        ["GET", ..] => (
            "404 Not Found",
            "plain",
            "There is only one page here: /".to_owned(),
        ),
        _ => (
            "405 Method Not Allowed",
            "plain",
            "This page is only read.".to_owned(),
        ),
    };
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'self'\r\n\
         Referrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn list(store: &Store) -> String {
    let mut page = "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=width=device-width><meta http-equiv=refresh content=3>\
         <title>Demo mailbox</title><link rel=stylesheet href=/style.css><h1>Demo mailbox</h1>\
         <p class=say>Every mail that the demo practice sends lands here, whoever it is for. \
         This page looks again every 3 seconds.</p>"
        .to_owned();
    let numbers = store.numbers();
    if numbers.is_empty() {
        page.push_str("<p>No mail yet. Ask for a sign-in link on the clients’ page.</p>");
    }
    for mail in numbers.into_iter().filter_map(|number| store.read(number)) {
        let Message {
            from,
            to,
            subject,
            date,
            text,
        } = parse(&mail);
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "<article><h2>{}</h2><dl><dt>To </dt><dd>{}</dd><dt> · from </dt><dd>{}</dd><dt> · </dt><dd>{}</dd></dl><pre>{}</pre></article>",
            escape(&subject),
            escape(&to),
            escape(&from),
            escape(&date),
            with_links(text.trim()),
        );
    }
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The text, with its addresses to press on.
fn with_links(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let address = word.trim_end();
            let escaped = escape(address);
            if address.starts_with("http://") || address.starts_with("https://") {
                let space = &word[address.len()..];
                format!("<a href=\"{escaped}\" target=_blank rel=noreferrer>{escaped}</a>{space}")
            } else {
                escape(word)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::with_links;

    #[test]
    fn an_address_can_be_pressed_and_nothing_else_is_markup() {
        assert_eq!(
            with_links("a <b> http://localhost/x?a=1&b=2\nend"),
            "a &lt;b&gt; <a href=\"http://localhost/x?a=1&amp;b=2\" target=_blank rel=noreferrer>http://localhost/x?a=1&amp;b=2</a>\nend"
        );
    }
}
