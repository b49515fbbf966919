//! A policy service as Postfix asks one: who comes for the first time is to come again.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Listens; gives its port. It greylists what goes to this domain.
pub fn listen(domain: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(HashSet::new()));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let seen = seen.clone();
            thread::spawn(move || answer(stream, domain, &seen));
        }
    });
    port
}

fn answer(stream: TcpStream, domain: &str, seen: &Mutex<HashSet<String>>) {
    let mut out = stream.try_clone().unwrap();
    let mut recipient = String::new();
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if let Some(given) = line.strip_prefix("recipient=") {
            given.clone_into(&mut recipient);
        }
        if !line.is_empty() {
            continue;
        }
        let new = recipient.ends_with(domain) && seen.lock().unwrap().insert(recipient.clone());
        let action = if new {
            "451 4.7.1 Greylisted, please try again later"
        } else {
            "DUNNO"
        };
        if out
            .write_all(format!("action={action}\n\n").as_bytes())
            .is_err()
        {
            return;
        }
    }
}
