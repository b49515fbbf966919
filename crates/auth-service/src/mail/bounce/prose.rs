//! Free text: whom a report names, and what it says of each.

use super::found;
use super::place::{Sure, is_derived, sureness};
use super::{Fate, Recipient};

/// Lines that are looked at, and how much of one.
const MOST_LINES: usize = 600;
const LONGEST_LINE: usize = 1_000;
/// Recipients that are kept.
const MOST: usize = 100;
/// Mentions that are looked at, of all and of one.
const MOST_NAMED: usize = 400;
const TIMES: usize = 3;
/// Lines of a reason.
const REASON: usize = 8;

/// Addresses that speak for a server.
const ROLES: &[&str] = &[
    "postmaster",
    "mailer-daemon",
    "abuse",
    "hostmaster",
    "noreply",
    "no-reply",
    "mdaemon",
];

struct Named<'a> {
    line: usize,
    sure: Sure,
    address: &'a str,
}

/// Whether an address stands where systems list whom they did not reach.
pub fn lists(text: &str, own: &[String]) -> bool {
    let mut above = "";
    text.lines()
        .take(MOST_LINES)
        .map(|line| cut(line, LONGEST_LINE))
        .any(|line| {
            let above = std::mem::replace(&mut above, line);
            found::addresses(line).into_iter().any(|range| {
                let address = line[range.clone()].to_lowercase();
                !own.contains(&address) && sureness(above, line, &range) == Some(Sure::Listed)
            })
        })
}

/// Whom a text names. `own` are the addresses of whoever wrote and whoever is written to.
pub fn recipients(text: &str, own: &[String], fate: Fate) -> Vec<Recipient> {
    let lines: Vec<&str> = text
        .lines()
        .take(MOST_LINES)
        .map(|line| cut(line, LONGEST_LINE))
        .collect();
    let mut named: Vec<Named<'_>> = Vec::new();
    let mut derived: Vec<(usize, &str)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for range in found::addresses(line) {
            let address = &line[range.clone()];
            let lower = address.to_lowercase();
            let role = ROLES
                .iter()
                .any(|role| lower.split('@').next() == Some(role));
            if role || own.contains(&lower) {
                continue;
            }
            if is_derived(line, &range) {
                derived.push((at, address));
            } else if let Some(sure) = sureness(
                at.checked_sub(1).map_or("", |above| lines[above]),
                line,
                &range,
            ) {
                named.push(Named {
                    line: at,
                    sure,
                    address,
                });
            }
        }
    }
    let Some(best) = named.iter().map(|name| name.sure).max() else {
        let mut derived = derived.into_iter().map(|(_, address)| address.to_owned());
        return Vec::from_iter(
            derived
                .next()
                .map(|address| nobody(text, fate, Some(address))),
        );
    };
    named.retain(|name| name.sure == best);
    named.truncate(MOST_NAMED);
    let mut found: Vec<(Recipient, usize)> = Vec::new();
    for name in &named {
        let known = found.iter().position(|(known, _)| known.is(name.address));
        let place = known.unwrap_or(found.len());
        if place == found.len() && place < MOST {
            let recipient = Recipient::new(fate, Some(name.address.to_owned()));
            found.push((recipient, 0));
        }
        // What is said of somebody is said the first few times.
        let Some((recipient, times)) = found.get_mut(place).filter(|(_, times)| *times < TIMES)
        else {
            continue;
        };
        *times += 1;
        let others = named
            .iter()
            .filter(|other| !other.address.eq_ignore_ascii_case(name.address));
        let starts: Vec<usize> = others.map(|other| other.line).collect();
        for (at, address) in &derived {
            if (name.line..name.line + 3).contains(at) && !recipient.is(address) {
                recipient.also.push((*address).to_owned());
            }
        }
        recipient.learn(&reason(&lines, name.line, &starts));
    }
    let mut found: Vec<Recipient> = found.into_iter().map(|(recipient, _)| recipient).collect();
    explain(&mut found, text, &lines);
    found
}

/// Where nothing stands beside an address, the rest of the text may tell: lines that name
/// it, then, for a single recipient, all of it.
fn explain(found: &mut [Recipient], text: &str, lines: &[&str]) {
    let alone = found.len() == 1;
    for recipient in found {
        let address = recipient.address.clone().unwrap_or_default().to_lowercase();
        for (at, line) in lines.iter().enumerate() {
            if recipient.told() {
                break;
            }
            if line.to_lowercase().contains(&address) {
                recipient.learn(&lines[at..lines.len().min(at + 2)].join("\n"));
            }
        }
        if alone {
            recipient.learn(text);
        }
    }
}

/// A text that names nobody, read for its reason alone.
pub fn nobody(text: &str, fate: Fate, address: Option<String>) -> Recipient {
    let mut recipient = Recipient::new(fate, address);
    recipient.learn(text);
    recipient
}

/// Who got no mail, by a bare name under a heading: some systems leave their own domain out.
pub fn bare_name(text: &str, domain: &str) -> Option<String> {
    let mut heading = false;
    for line in text.lines().take(MOST_LINES) {
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        let (name, rest) = words.split_once("  ").unwrap_or((words, ""));
        let lone = (2..=64).contains(&name.len())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_+".contains(c));
        if heading
            && lone
            && !rest.contains('@')
            && line.starts_with([' ', '\t'])
            && domain.contains('.')
        {
            return Some(format!("{name}@{}", without_host(domain)));
        }
        heading = words.ends_with(':');
    }
    None
}

/// `mx1.example.com` writes for `example.com`, where one can tell.
fn without_host(domain: &str) -> &str {
    let Some((rest, top)) = domain.rsplit_once('.') else {
        return domain;
    };
    match rest.rsplit_once('.') {
        Some((host, _)) if ["com", "net", "org", "edu", "gov"].contains(&top) => {
            &domain[host.len() + 1..]
        }
        _ => domain,
    }
}

fn cut(line: &str, longest: usize) -> &str {
    let end = line
        .char_indices()
        .nth(longest)
        .map_or(line.len(), |(at, _)| at);
    &line[..end]
}

/// What stands beside and below an address, up to the next one or the second empty line.
fn reason(lines: &[&str], start: usize, starts: &[usize]) -> String {
    let mut said = vec![lines[start].trim()];
    let mut empty = 0;
    for (at, line) in lines.iter().enumerate().skip(start + 1).take(REASON) {
        let line = line.trim();
        if starts.contains(&at) || line.starts_with("---") || line.starts_with("===") {
            break;
        }
        if line.is_empty() {
            empty += 1;
            if empty > 1 || said.len() > 1 {
                break;
            }
            continue;
        }
        said.push(line);
    }
    said.join("\n")
}
