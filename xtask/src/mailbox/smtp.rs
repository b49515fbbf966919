//! The server's side of SMTP (RFC 5321), with bounds on everything.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::Store;
use crate::run::Outcome;

const MAX_LINE: u64 = 4096;
const MAX_MAIL: usize = 1024 * 1024;
const MAX_RECIPIENTS: usize = 100;
const MAX_CONNECTIONS: usize = 32;
const PATIENCE: Duration = Duration::from_mins(5);

/// Domains whose mailboxes are full, or whose server wants to be asked again.
const FULL: &str = "full.example";
const SLOW: &str = "slow.example";

/// Listens on a free port of the loopback interface.
pub fn listen(store: Store) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .map_err(|why| format!("The mailbox cannot listen: {why}"))?;
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    let open = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (store, open) = (store.clone(), Arc::clone(&open));
            thread::spawn(move || {
                if open.fetch_add(1, Ordering::SeqCst) < MAX_CONNECTIONS {
                    // A peer that goes away in the middle is its own affair.
                    let _ = serve(stream, &store);
                }
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    Ok(address)
}

/// What a transaction has so far.
#[derive(Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

fn serve(stream: TcpStream, store: &Store) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let mut envelope = Envelope::default();
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes());
    say("220 mailbox.example ESMTP of the Latchkey demo")?;
    while let Some(line) = line(&mut lines)? {
        let upper = line.to_ascii_uppercase();
        match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => {
                envelope = Envelope::default();
                say("250-mailbox.example")?;
                say("250-8BITMIME")?;
                say("250-SMTPUTF8")?;
                say("250-ENHANCEDSTATUSCODES")?;
                say(&format!("250 SIZE {MAX_MAIL}"))?;
            }
            "HELO" => say("250 mailbox.example")?,
            "MAIL" => match path(&line) {
                Some(from) => {
                    envelope = Envelope {
                        from: Some(from),
                        to: Vec::new(),
                    };
                    say("250 2.1.0 Sender ok")?;
                }
                None => say("501 5.5.4 MAIL FROM:<address>, please")?,
            },
            "RCPT" => say(&recipient(&mut envelope, &line))?,
            "DATA" if envelope.from.is_none() || envelope.to.is_empty() => {
                say("503 5.5.1 MAIL and RCPT come first")?;
            }
            "DATA" => {
                say("354 Go on; end with a dot on a line of its own")?;
                match data(&mut lines)? {
                    Some(mail) => match store.keep(&mail) {
                        Ok(number) => say(&format!("250 2.0.0 Kept as {number}"))?,
                        Err(_) => say("451 4.3.0 Could not be kept, try again later")?,
                    },
                    None => say("552 5.3.4 Too large")?,
                }
                envelope = Envelope::default();
            }
            "RSET" => {
                envelope = Envelope::default();
                say("250 2.0.0 Forgotten")?;
            }
            "NOOP" => say("250 2.0.0 Still here")?,
            "VRFY" => say("252 2.1.5 Send it and see")?,
            "QUIT" => return say("221 2.0.0 Good bye"),
            _ => say("502 5.5.2 Not understood")?,
        }
    }
    Ok(())
}

/// Answers a RCPT: some mailboxes are full, some servers slow.
fn recipient(envelope: &mut Envelope, line: &str) -> String {
    if envelope.from.is_none() {
        return "503 5.5.1 MAIL comes first".to_owned();
    }
    let Some(to) = path(line).filter(|to| to.contains('@')) else {
        return "501 5.1.3 RCPT TO:<address>, please".to_owned();
    };
    if envelope.to.len() >= MAX_RECIPIENTS {
        return "452 4.5.3 Too many recipients".to_owned();
    }
    match to.rsplit('@').next().unwrap_or_default() {
        FULL => "552 5.2.2 The recipient's inbox is out of storage space".to_owned(),
        SLOW => "451 4.7.1 Greylisted, try again later".to_owned(),
        _ => {
            envelope.to.push(to);
            "250 2.1.5 Recipient ok".to_owned()
        }
    }
}

/// What stands between the angle brackets.
fn path(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('<')?;
    let (path, _) = rest.split_once('>')?;
    Some(path.to_ascii_lowercase())
}

/// A line without its end; none at the end, an error where it is too long.
fn line(from: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    Ok(raw_line(from)?.map(|line| String::from_utf8_lossy(&line).trim_end().to_owned()))
}

fn raw_line(from: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    from.take(MAX_LINE).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) => Err(io::Error::other("a line is too long or was cut")),
    }
}

/// The mail up to the dot; none where it is too large (and read to its end all the same).
fn data(from: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut mail = Vec::new();
    let mut fits = true;
    loop {
        let Some(line) = raw_line(from)? else {
            return Err(io::Error::other("cut in the middle of a mail"));
        };
        if line == b".\r\n" || line == b".\n" {
            return Ok(fits.then_some(mail));
        }
        fits &= mail.len() + line.len() <= MAX_MAIL;
        if fits {
            mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    use super::{Store, listen};

    fn talk(words: &str, folder: &str) -> (String, Store) {
        let folder = std::env::temp_dir().join(format!("latchkey-{folder}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let store = Store::open(&folder).unwrap();
        let address = listen(store.clone()).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(words.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        std::fs::remove_dir_all(folder).ok();
        (said, store)
    }

    #[test]
    fn a_mail_is_kept_and_a_full_mailbox_refuses() {
        let (said, _) = talk(
            "EHLO a\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<ada@full.example>\r\n\
             RCPT TO:<b@slow.example>\r\nRCPT TO:<ben@example.org>\r\nDATA\r\n\
             Subject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
            "kept",
        );
        assert!(
            said.contains("552 5.2.2 The recipient's inbox is out of storage space"),
            "{said}"
        );
        assert!(said.contains("451 4.7.1"), "{said}");
        assert!(said.contains("250 2.0.0 Kept as 1"), "{said}");
    }

    #[test]
    fn words_out_of_order_are_refused() {
        let (said, store) = talk(
            "DATA\r\nRCPT TO:<x@example.org>\r\nMAIL nonsense\r\nHUH\r\nQUIT\r\n",
            "order",
        );
        for refusal in [
            "503 5.5.1 MAIL and RCPT",
            "503 5.5.1 MAIL comes",
            "501 5.5.4",
            "502 5.5.2",
        ] {
            assert!(said.contains(refusal), "{refusal} is missing in {said}");
        }
        assert!(store.numbers().is_empty());
    }
}
