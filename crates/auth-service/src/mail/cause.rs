//! Why a mail did not arrive, from what a server said: its codes, and its words, which
//! `cause.txt` knows.

use std::sync::LazyLock;

use super::bounce::phrases;

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why a mail server did not take, or did not deliver, a mail.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MailCause { $($(#[$doc])* $name,)* }

        impl MailCause {
            /// As it is written in the log and in what the command prints.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Reads it back.
            #[must_use]
            pub fn read(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

causes! {
    /// There is no such mailbox.
    NoMailbox = "mailbox_unknown",
    /// There is no such domain, or it takes no mail.
    NoDomain = "domain_unknown",
    /// The address is badly written.
    BadAddress = "address_malformed",
    /// The mailbox is full.
    MailboxFull = "mailbox_full",
    /// The mailbox was switched off.
    MailboxDisabled = "mailbox_disabled",
    /// Come back later: they do so with everyone whom they do not know (greylisting).
    Greylisted = "greylisted",
    /// Their server cannot be reached, or has a fault.
    ServerUnreachable = "server_unreachable",
    /// They got too much mail at once.
    TooFast = "mail_too_fast",
    /// Taken for spam, or against their rules.
    SpamOrPolicy = "mail_unwanted",
    /// They could not check that it is we who wrote (SPF, DKIM, DMARC): that is true of every mail.
    SenderCheck = "sender_check_failed",
    /// The mail is too large.
    TooLarge = "too_large",
    /// Somebody marked it as junk.
    Complaint = "complaint",
    /// Nothing that explains it.
    CannotTell = "cannot_tell",
}

impl MailCause {
    /// Whether the address itself is at fault: writing there again reaches nobody.
    #[must_use]
    pub const fn is_of_the_address(self) -> bool {
        matches!(
            self,
            Self::NoMailbox | Self::NoDomain | Self::BadAddress | Self::MailboxDisabled
        )
    }
}

/// The cause. Words that can mean only one thing go before codes, which many servers pick
/// carelessly; then the code; then words that could mean several.
#[must_use]
pub fn of(enhanced: Option<&str>, reply: Option<u16>, words: &str) -> MailCause {
    let flat = words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    // Postfix writes this before whatever reason it has.
    let reason = flat.replace("recipient address rejected: ", "");
    by_certain(&flat)
        .or_else(|| enhanced.and_then(by_code))
        .or_else(|| by_words(&reason))
        .or_else(|| enhanced.and_then(by_vague_code))
        .or_else(|| by_words(&flat))
        .or_else(|| by_reply(reply?))
        .unwrap_or(MailCause::CannotTell)
}

fn by_code(code: &str) -> Option<MailCause> {
    use MailCause as C;
    let (class, rest) = code.split_once('.')?;
    Some(match rest {
        "1.1" | "1.6" | "1.10" => C::NoMailbox,
        "1.3" => C::BadAddress,
        "1.7" | "1.8" | "7.20" | "7.21" | "7.22" | "7.23" | "7.24" | "7.25" | "7.26" | "7.27"
        | "7.29" | "7.509" | "7.515" => C::SenderCheck,
        "2.1" if class == "5" => C::MailboxDisabled,
        "2.2" => C::MailboxFull,
        "2.3" | "3.4" => C::TooLarge,
        "4.2" | "4.5" | "4.6" | "4.7" | "4.9" | "3.1" | "3.2" | "3.5" => C::ServerUnreachable,
        "4.1" | "4.4" if class == "4" => C::ServerUnreachable,
        "1.2" | "4.4" => C::NoDomain,
        "7.13" | "7.14" => C::MailboxDisabled,
        "7.28" => C::TooFast,
        _ => return None,
    })
}

fn by_vague_code(code: &str) -> Option<MailCause> {
    use MailCause as C;
    let (class, rest) = code.split_once('.')?;
    Some(match rest.split_once('.')? {
        ("1", _) => C::NoMailbox,
        ("2", _) if class == "5" => C::MailboxDisabled,
        ("3" | "4", _) => C::ServerUnreachable,
        ("6" | "7", _) => C::SpamOrPolicy,
        _ => return None,
    })
}

fn by_reply(code: u16) -> Option<MailCause> {
    Some(match code {
        421 | 441 | 442 | 451 => MailCause::ServerUnreachable,
        452 | 552 => MailCause::MailboxFull,
        550 | 551 => MailCause::NoMailbox,
        553 => MailCause::BadAddress,
        // RFC 7504
        556 => MailCause::NoDomain,
        554 | 571 => MailCause::SpamOrPolicy,
        _ => return None,
    })
}

/// The cause that words tell, whatever the codes are. The text is in lower case.
#[must_use]
pub fn by_words(flat: &str) -> Option<MailCause> {
    by_certain(flat).or_else(|| look(flat, &LIKELY))
}

fn by_certain(flat: &str) -> Option<MailCause> {
    look(flat, &CERTAIN)
}

type Table = Vec<(MailCause, Vec<String>)>;

static CERTAIN: LazyLock<Table> = LazyLock::new(|| section("certain"));
static LIKELY: LazyLock<Table> = LazyLock::new(|| section("likely"));

fn look(flat: &str, table: &Table) -> Option<MailCause> {
    let mut fits = table
        .iter()
        .filter(|(_, words)| words.iter().any(|words| flat.contains(words)));
    fits.next().map(|(cause, _)| *cause)
}

fn section(name: &str) -> Table {
    let mut inside = false;
    let mut table = Table::new();
    for line in include_str!("cause.txt").lines() {
        if let Some(heading) = line.strip_prefix("= ") {
            inside = heading == name;
        } else if let Some(cause) = line.strip_prefix("@ ").filter(|_| inside) {
            table.extend(MailCause::read(cause).map(|cause| (cause, Vec::new())));
        } else if let Some((_, words)) = table.last_mut().filter(|_| inside) {
            words.extend(phrases(line));
        }
    }
    table
}

#[cfg(test)]
mod said;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_in_the_tables_is_one() {
        let headings = include_str!("cause.txt")
            .lines()
            .filter_map(|line| line.strip_prefix("@ "));
        let mut count = 0;
        for cause in headings {
            assert_eq!(MailCause::read(cause).map(MailCause::as_str), Some(cause));
            count += 1;
        }
        assert_eq!(CERTAIN.len() + LIKELY.len(), count);
        assert!(
            CERTAIN
                .iter()
                .chain(LIKELY.iter())
                .all(|(_, words)| !words.is_empty())
        );
    }

    #[test]
    fn words_that_mean_one_thing_go_before_codes_and_vague_ones_after() {
        let cause = |code, reply, words| of(code, reply, words).as_str();
        for (code, reply, words, expected) in [
            (Some("5.1.1"), Some(550), "User unknown", "mailbox_unknown"),
            (
                Some("5.1.1"),
                Some(550),
                "5.1.1 user over quota",
                "mailbox_full",
            ),
            (
                Some("5.2.2"),
                Some(552),
                "The recipient's inbox is out of storage space",
                "mailbox_full",
            ),
            (
                Some("4.7.1"),
                Some(451),
                "Greylisted, try again later",
                "greylisted",
            ),
            (
                Some("5.7.26"),
                Some(550),
                "Unauthenticated email is not accepted",
                "sender_check_failed",
            ),
            (
                Some("5.7.1"),
                Some(554),
                "Client host blocked using zen.example.net",
                "mail_unwanted",
            ),
            (
                Some("5.7.1"),
                Some(554),
                "<a@b>: Recipient address rejected: Message rejected due to local policy",
                "mail_unwanted",
            ),
            (
                Some("5.7.1"),
                Some(554),
                "<a@b>: Recipient address rejected: User unknown in virtual mailbox table",
                "mailbox_unknown",
            ),
            (
                None,
                Some(550),
                "<a@b>: Recipient address rejected: Nothing known",
                "mailbox_unknown",
            ),
            (Some("5.7.1"), Some(550), "No such user!", "mailbox_unknown"),
            (
                Some("4.2.1"),
                Some(450),
                "receiving mail at a rate that prevents additional messages",
                "mail_too_fast",
            ),
            (
                Some("5.2.1"),
                Some(550),
                "The email account is disabled",
                "mailbox_disabled",
            ),
            (
                Some("5.4.4"),
                None,
                "Host or domain name not found",
                "domain_unknown",
            ),
            (
                Some("4.4.1"),
                None,
                "connect to mx.example.org: Connection timed out",
                "server_unreachable",
            ),
            (
                Some("5.3.4"),
                Some(552),
                "Message size exceeds fixed limit",
                "too_large",
            ),
            (Some("5.1.3"), Some(501), "", "address_malformed"),
            (None, Some(550), "", "mailbox_unknown"),
            (None, None, "Empfänger unbekannt", "mailbox_unknown"),
            (None, None, "so it goes", "cannot_tell"),
        ] {
            assert_eq!(cause(code, reply, words), expected, "{code:?} {words}");
        }
    }
}
