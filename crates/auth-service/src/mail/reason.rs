//! Why a mail did not arrive, from what a mail server said: the same few reasons,
//! whichever server it was and however it puts it.
//!
//! Words that can mean one thing only come first, since many servers give a general
//! code with an exact sentence; then the enhanced code (RFC 3463 and its registry),
//! then words that mean it mostly, then the plain code.

use latchkey_protocol::ServerReply;

/// What keeps a mail from arriving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// There is no such mailbox.
    NoMailbox,
    /// There is no such domain, or it takes no mail.
    NoDomain,
    /// The address is not written as an address is.
    BadAddress,
    /// The mailbox has no room.
    Full,
    /// The mailbox is there, but closed.
    Disabled,
    /// The server takes a first mail on the second try only.
    Greylisted,
    /// Their server does not answer, or cannot take mail just now.
    Unreachable,
    /// Too many mails came too fast.
    TooFast,
    /// Taken for unwanted mail, or forbidden by a policy.
    Unwanted,
    /// The practice's own sender check failed (SPF, DKIM, DMARC, reverse DNS).
    SenderCheck,
    /// The practice's own mail server does not answer, or will not pass mails on.
    Ours,
    /// Something else.
    Other,
}

/// Reads a server's reply.
#[must_use]
pub fn reason(reply: &ServerReply) -> Reason {
    if reply.code == 0 && reply.enhanced.is_none() {
        return Reason::Ours;
    }
    let words = plain(&reply.words);
    let among = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    let first_match = |table: &[(Reason, &[&str])]| {
        table
            .iter()
            .find(|(_, phrases)| among(phrases))
            .map(|(reason, _)| *reason)
    };
    first_match(EXACT)
        .or_else(|| by_enhanced(reply.enhanced.as_deref()?))
        .or_else(|| first_match(MOSTLY))
        .or_else(|| by_code(reply.code))
        .unwrap_or(Reason::Other)
}

/// Small letters, one space between words, nothing but letters, digits and dots.
fn plain(words: &str) -> String {
    let mut plain = String::with_capacity(words.len() + 2);
    plain.push(' ');
    for letter in words.chars().flat_map(char::to_lowercase) {
        match letter {
            '\'' | '’' | '`' => {}
            '.' if !plain.ends_with(' ') => plain.push('.'),
            letter if letter.is_alphanumeric() => plain.push(letter),
            _ if plain.ends_with(' ') => {}
            _ => plain.push(' '),
        }
    }
    // A full stop ends a sentence; within a number it stays.
    let mut plain = plain.replace(". ", " ");
    if plain.ends_with('.') {
        plain.pop();
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

type Phrases = &'static [(Reason, &'static [&'static str])];

/// Words that mean one thing, whatever the code says.
const EXACT: Phrases = &[
    (
        Reason::Greylisted,
        &[
            "greylist",
            "graylist",
            "grey list",
            "gray list",
            "greypolicy",
            "postgrey",
        ],
    ),
    (
        Reason::SenderCheck,
        &[
            "dmarc",
            " spf ",
            " spf.",
            "sender policy framework",
            "dkim",
            "domainkeys",
            "unauthenticated email",
            "unauthenticated mail",
            "is unauthenticated",
            "not pass authentication",
            "authentication requirements",
            "reverse dns",
            "reverse hostname",
            "ptr record",
            "ptr resource record",
            "no ptr",
            "rdns",
            "forward confirmed",
            "sender authentication",
            "not authenticated sender",
        ],
    ),
    (
        Reason::Full,
        &[
            "mailbox full",
            "mailbox is full",
            "mailbox over quota",
            "over quota",
            "overquota",
            "quota exceeded",
            "exceeded quota",
            "exceeds quota",
            "exceeded storage",
            "quotaexceeded",
            "exceeds allowed quota",
            "out of storage",
            "storage quota",
            "insufficient disk quota",
            "mail quota",
            "quota violation",
            "disk quota",
            "inbox is full",
            "inbox full",
            "mailfolder is full",
            "mail folder is full",
            "user is over",
            "exceeded its quota",
            "exceeded the quota",
            "mailbox size limit",
            "mailbox has exceeded",
            "account is full",
            "not enough storage",
            "buzón lleno",
            "buzon lleno",
            "cuota",
            "postfach voll",
            "postfach ist voll",
            "postfach des",
            "boite pleine",
            "boîte pleine",
            "boîte aux lettres pleine",
            "maildir over",
            "maildir delivery failed domaindisk",
            "storage limit",
            "no space left for user",
            "is full",
            "mailbox space",
            "space quota",
        ],
    ),
    (
        Reason::TooFast,
        &[
            "too fast",
            "too quickly",
            "rate limit",
            "ratelimit",
            "rate exceeded",
            "throttl",
            "too many messages",
            "too many emails",
            "too many mails",
            "too many connections",
            "too many recipients this",
            "unusual rate",
            "unsolicited mail rate",
            "sending rate",
            "receiving mail at a rate",
            "unexpected volume",
            "exceeded the rate",
            "exceeded rate",
            "message rate",
            "connection rate",
            "recipient rate",
            "limit exceeded per hour",
            "per hour limit",
            "too much mail",
            "mail flood",
            "hourly limit",
            "daily limit",
        ],
    ),
    (
        Reason::Disabled,
        &[
            "mailbox disabled",
            "mailbox is disabled",
            "account disabled",
            "account is disabled",
            " is disabled",
            "account has been disabled",
            "user disabled",
            "user is disabled",
            "account inactive",
            "is inactive",
            "inactive user",
            "inactive account",
            "inactive mailbox",
            "mailbox inactive",
            "user inactive",
            "account suspended",
            "is suspended",
            "account has been suspended",
            "mailbox is blocked",
            "account blocked",
            "account is locked",
            "account locked",
            "mailbox locked",
            "no longer active",
            "not active",
            "is closed",
            "account closed",
            "account expired",
            "has been closed",
            "deactivated",
            "cuenta desactivada",
            "cuenta suspendida",
            "dormant",
            "mailbox is not accepting",
            "not accepting messages at this time account",
            "temporarily disabled",
            "has been deactivated",
            "expired mailbox",
        ],
    ),
    (
        Reason::Unreachable,
        &[
            "host not found try again",
            "temporary lookup failure",
            "temporary dns",
        ],
    ),
    (
        Reason::NoDomain,
        &[
            "host not found",
            "host unknown",
            "unknown host",
            "domain not found",
            "domain does not exist",
            "domain doesnt exist",
            "no such domain",
            "unknown domain",
            "name or service not known",
            "unrouteable mail domain",
            "unroutable domain",
            "bad destination host",
            "no mx",
            "null mx",
            "nullmx",
            "does not accept mail nullmx",
            "domain does not accept mail",
            "dns lookup failed",
            "name service error",
            "couldnt find any host",
            "could not find any host",
            "nxdomain",
            "dns error",
            "not a valid domain",
            "cannot find your hostname recipient",
            "no mail server for",
            "no mail exchanger",
            "illegal host",
            "badly formed host",
            "non existent domain",
            "nonexistent domain",
            "domain is not hosted",
            "there are no mx",
            "no valid mx",
            "has no dns record",
            "dns server returned answer with no data",
            "the domain name could not be resolved",
            "domain isnt in my list",
        ],
    ),
    (
        Reason::NoMailbox,
        &[
            "user unknown",
            "unknown user",
            "no such user",
            "no such mailbox",
            "no such account",
            "no such recipient",
            "no such address",
            "no such person",
            "unknown recipient",
            "unknown mailbox",
            "unknown account",
            "unknown address",
            "recipient unknown",
            "mailbox unknown",
            "user not found",
            "user notfound",
            "recipient not found",
            "recipientnotfound",
            "mailbox not found",
            "account not found",
            "address not found",
            "email not found",
            "mailbox does not exist",
            "mailbox doesnt exist",
            "user does not exist",
            "user doesnt exist",
            "account does not exist",
            "account doesnt exist",
            "account that you tried to reach does not",
            "address does not exist",
            "address doesnt exist",
            "recipient does not exist",
            "recipient doesnt exist",
            "does not exist here",
            "does not have an account",
            "doesnt have an account",
            "doesnt have a",
            "no mailbox here",
            "no mailbox by that name",
            "mailbox unavailable or not local",
            "not our customer",
            "isnt a user",
            "not a known user",
            "not a valid mailbox",
            "not a valid user",
            "invalid mailbox",
            "invalid user",
            "invalid recipient",
            "invalid address",
            "not a valid recipient",
            "not listed in",
            "user not known",
            "unrouteable address",
            "unroutable address",
            "undeliverable address",
            "is not a valid",
            "not known here",
            "no longer available",
            "no longer valid",
            "no longer in use",
            "no longer exists",
            "no longer working here",
            "has left",
            "not in directory",
            "not in the recipient table",
            "unknown in local recipient",
            "unknown in virtual",
            "unknown in relay recipient",
            "address unknown",
            "recipient address rejected access denied",
            "resolver.adr",
            "nosuchuser",
            "usuario desconocido",
            "no existe",
            "destinatario desconocido",
            "buzón no encontrado",
            "utilisateur inconnu",
            "adresse inconnue",
            "nexiste pas",
            "unbekannter empfänger",
            "empfänger unbekannt",
            "existiert nicht",
            "benutzer unbekannt",
            "utente sconosciuto",
            "non esiste",
            "não existe",
            "nao existe",
            "onbekende gebruiker",
            "doesnt live here",
            "mailbox name not found",
            "unknown or illegal alias",
            "unknown local part",
            "this user doesnt",
            "bad destination mailbox",
            "no account by that name",
            "doesnt match any",
            "not registered here",
        ],
    ),
    (
        Reason::Unwanted,
        &[
            " spam",
            "spamhaus",
            "spamcop",
            "blacklist",
            "black list",
            "blocklist",
            "block list",
            "blocked using",
            "denylist",
            "dnsbl",
            " rbl ",
            "barracuda",
            "proofpoint",
            "poor reputation",
            "bad reputation",
            "low reputation",
            "reputation",
            "unsolicited",
            "bulk mail",
            "junk",
            "content rejected",
            "message content",
            "content filter",
            "suspicious",
            "phish",
            "malicious",
            "virus",
            "malware",
            "sorbs",
            "cloudmark",
            "senderbase",
            "listed at",
            "listed by",
            "is banned",
            "banned sending",
            "not allowed to send",
            "refused by policy",
            "policy violation",
            "policy reasons",
            "policy rejection",
            "rejected due to policy",
            "against policy",
            "violates policy",
            "local policy",
            "administratively prohibited",
            "administrative prohibition",
            "sender denied",
            "sender is blocked",
            "blocked sender",
            "not in allowed",
            "recipient only accepts mail from",
            "restricted",
            "unacceptable content",
            "part of their network is on our block list",
        ],
    ),
    (
        Reason::Unreachable,
        &[
            "connection timed out",
            "connection refused",
            "no route to host",
            "network is unreachable",
            "network unreachable",
            "host unreachable",
            "could not connect",
            "couldnt connect",
            "cannot connect",
            "unable to connect",
            "failed to connect",
            "lost connection",
            "conversation with",
            "not respond",
            "no answer from host",
            "operation timed out",
            "connection dropped",
            "connection reset",
            "server busy",
            "host is down",
            "all relevant mx",
            "could not be reached",
            "mail server is down",
            "didnt respond",
            "not responding",
            "retry timeout exceeded",
            "retry time not reached",
            "timeout exceeded",
            "temporarily unable to connect",
            "no hosts available",
        ],
    ),
    (
        Reason::Ours,
        &[
            "relay access denied",
            "relaying denied",
            "relay denied",
            "not permitted to relay",
            "unable to relay",
            "we do not relay",
            "relaying not allowed",
            "authentication required",
            "must issue a starttls",
            "sender address rejected",
            "sender verify failed",
            "sender domain",
            "credentials",
        ],
    ),
    (
        Reason::BadAddress,
        &[
            "bad address syntax",
            "bad recipient address syntax",
            "malformed address",
            "syntax error in",
            "address syntax",
            "invalid address syntax",
            "domain missing",
            "malformed recipient",
            "not rfc compliant",
        ],
    ),
];

/// Words that leave room for doubt: the enhanced code knows better.
const MOSTLY: Phrases = &[
    (Reason::Full, &[" quota ", " full ", "insufficient storage"]),
    (
        Reason::NoMailbox,
        &[
            "recipient rejected",
            "address rejected",
            "mailbox unavailable",
            "unknown",
            "mailbox not available",
            "not found",
            "invalid",
        ],
    ),
    (
        Reason::Unwanted,
        &[
            "blocked",
            "rejected",
            "denied",
            "refused",
            "not allowed",
            "prohibited",
            "policy",
            "not permitted",
        ],
    ),
    (Reason::Disabled, &["disabled", "suspended", "inactive"]),
    (
        Reason::Unreachable,
        &["timeout", "timed out", "expired", "unreachable"],
    ),
];

/// RFC 3463 and the registry of enhanced codes (RFC 5248), without the class.
fn by_enhanced(code: &str) -> Option<Reason> {
    let mut parts = code.split('.').skip(1).map(str::parse::<u16>);
    let (subject, detail) = (parts.next()?.ok()?, parts.next()?.ok()?);
    Some(match (subject, detail) {
        (1, 1 | 6) => Reason::NoMailbox,
        // RFC 7505: the domain says that it takes no mail.
        (1, 2 | 10) | (4, 4) => Reason::NoDomain,
        (1, 3 | 5) => Reason::BadAddress,
        // RFC 7504: the sender's domain takes no mail.
        (1, 7 | 8) | (7, 8 | 9 | 11..=14) => Reason::Ours,
        (2, 1) => Reason::Disabled,
        (2, 2) => Reason::Full,
        (3, 0..=2) | (4, 0..=3 | 5 | 7) => Reason::Unreachable,
        (7, 28) => Reason::TooFast,
        // RFC 7372 and what the large providers made of it.
        (7, 20..=27 | 29..=32 | 40 | 509 | 515) => Reason::SenderCheck,
        (7, _) => Reason::Unwanted,
        _ => return None,
    })
}

fn by_code(code: u16) -> Option<Reason> {
    Some(match code {
        // RFC 5321 §4.2.3; RFC 7504 for 521 and 556.
        421 | 452 | 521 => Reason::Unreachable,
        552 => Reason::Full,
        553 => Reason::BadAddress,
        530 | 535 => Reason::Ours,
        551 => Reason::NoMailbox,
        556 => Reason::NoDomain,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
