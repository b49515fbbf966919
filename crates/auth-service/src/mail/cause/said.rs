//! What real servers say.

use super::*;
use crate::mail::outcome::reply;

/// Codes and words as they were seen, or as the servers' own manuals give them.
const SAID: &[(MailCause, u16, &str)] = &[
    // Postfix
    (
        MailCause::NoMailbox,
        550,
        "5.1.1 <a@b.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    (
        MailCause::NoMailbox,
        550,
        "5.1.1 <a@b.example>: Recipient address rejected: b.example",
    ),
    (
        MailCause::NoMailbox,
        450,
        "4.1.1 <a@b.example>: Recipient address rejected: unverified address: host said: 550 No such user",
    ),
    (
        MailCause::Greylisted,
        450,
        "4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/b.example.html",
    ),
    (
        MailCause::Greylisted,
        451,
        "4.7.1 Greylisting in action, please come back later",
    ),
    (
        MailCause::MailboxFull,
        552,
        "5.2.2 <a@b.example>: Quota exceeded (mailbox for user is full)",
    ),
    (
        MailCause::MailboxFull,
        452,
        "4.2.2 <a@b.example> Mailbox is full / Blocks limit exceeded / Inode limit exceeded",
    ),
    (
        MailCause::SpamOrPolicy,
        554,
        "5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7",
    ),
    (
        MailCause::SenderCheck,
        550,
        "5.7.23 <a@b.example>: Recipient address rejected: Message rejected due to: SPF fail - not authorized.",
    ),
    (
        MailCause::NoDomain,
        550,
        "5.4.4 Host or domain name not found. Name service error for name=nowhere.example type=AAAA: Host not found",
    ),
    (
        MailCause::ServerUnreachable,
        450,
        "4.4.3 Host or domain name not found. Name service error for name=b.example type=MX: Host not found, try again",
    ),
    (
        MailCause::ServerUnreachable,
        0,
        "4.4.1 connect to mx.b.example[192.0.2.1]:25: Connection timed out",
    ),
    (
        MailCause::ServerUnreachable,
        0,
        "4.4.2 lost connection with mx.b.example[192.0.2.1] while receiving the initial server greeting",
    ),
    (
        MailCause::NoDomain,
        556,
        "5.1.10 Recipient address has null MX",
    ),
    (
        MailCause::BadAddress,
        501,
        "5.1.3 Bad recipient address syntax",
    ),
    (
        MailCause::TooFast,
        450,
        "4.7.1 Error: too much mail from 192.0.2.7",
    ),
    // Gmail and Google Workspace
    (
        MailCause::NoMailbox,
        550,
        "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.",
    ),
    (
        MailCause::MailboxFull,
        552,
        "5.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaPerm",
    ),
    (
        MailCause::MailboxFull,
        452,
        "4.2.2 The email account that you tried to reach is over quota. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp",
    ),
    (
        MailCause::MailboxDisabled,
        550,
        "5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser",
    ),
    (
        MailCause::MailboxDisabled,
        550,
        "5.2.1 The email account that you tried to reach is inactive. Learn more at https://support.google.com/mail/?p=InactiveUser",
    ),
    (
        MailCause::TooFast,
        450,
        "4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.",
    ),
    (
        MailCause::TooFast,
        450,
        "4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
    ),
    (
        MailCause::TooFast,
        421,
        "4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily rate limited.",
    ),
    (
        MailCause::SenderCheck,
        550,
        "5.7.26 Unauthenticated email from practice.example is not accepted due to domain's DMARC policy.",
    ),
    (
        MailCause::SenderCheck,
        550,
        "5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
    ),
    (
        MailCause::SenderCheck,
        550,
        "5.7.25 The IP address sending this message does not have a PTR record setup",
    ),
    (
        MailCause::SpamOrPolicy,
        550,
        "5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.",
    ),
    (
        MailCause::ServerUnreachable,
        421,
        "4.3.0 Temporary System Problem. Try again later",
    ),
    // Outlook.com and Exchange
    (
        MailCause::NoMailbox,
        550,
        "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient a@b.example not found by SMTP address lookup",
    ),
    (
        MailCause::NoMailbox,
        550,
        "5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    ),
    (
        MailCause::NoMailbox,
        550,
        "5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
    ),
    (MailCause::NoMailbox, 550, "5.1.1 User unknown"),
    (
        MailCause::MailboxFull,
        554,
        "5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
    ),
    (
        MailCause::SpamOrPolicy,
        550,
        "5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
    ),
    (
        MailCause::SpamOrPolicy,
        550,
        "5.7.606 Access denied, banned sending IP [192.0.2.7]. To request removal from this list please visit https://sender.office.com/",
    ),
    (
        MailCause::SenderCheck,
        550,
        "5.7.515 Access denied, sending domain practice.example does not meet the required authentication level. The sender's domain didn't pass DKIM, SPF and DMARC verification",
    ),
    (
        MailCause::SenderCheck,
        550,
        "5.7.509 Access denied, sending domain practice.example does not pass DMARC verification and has a DMARC policy of reject.",
    ),
    (
        MailCause::Greylisted,
        451,
        "4.7.500 Server busy. Please try again later - greylisted",
    ),
    (
        MailCause::ServerUnreachable,
        451,
        "4.7.500 Server busy. Please try again later from [192.0.2.7]. (S77719)",
    ),
    (
        MailCause::ServerUnreachable,
        452,
        "4.3.1 Insufficient system resources",
    ),
    // Yahoo and AOL
    (
        MailCause::NoMailbox,
        554,
        "delivery error: dd This user doesn't have a yahoo.com account (a@yahoo.example) [0] - mta1.example",
    ),
    (
        MailCause::NoMailbox,
        554,
        "delivery error: dd Requested mail action aborted, mailbox not found",
    ),
    (
        MailCause::MailboxDisabled,
        554,
        "30 Sorry, your message to a@yahoo.example cannot be delivered. This mailbox is disabled (554.30).",
    ),
    (
        MailCause::MailboxFull,
        552,
        "1 Requested mail action aborted, exceeded storage allocation: mailbox full",
    ),
    (
        MailCause::TooFast,
        421,
        "4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints",
    ),
    (
        MailCause::SenderCheck,
        554,
        "5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes - failed DMARC",
    ),
    // iCloud, GMX, web.de, others
    (
        MailCause::MailboxFull,
        552,
        "5.2.2 <a@icloud.example>: user is over quota",
    ),
    (
        MailCause::NoMailbox,
        550,
        "5.1.1 <a@icloud.example>: user does not exist",
    ),
    (
        MailCause::NoMailbox,
        550,
        "Requested action not taken: mailbox unavailable. For explanation visit https://postmaster.gmx.example",
    ),
    (
        MailCause::SpamOrPolicy,
        554,
        "Transaction failed. Reject due to policy restrictions. For explanation visit https://postmaster.gmx.example",
    ),
    (
        MailCause::SenderCheck,
        554,
        "Bad DNS PTR resource record. No SMTP service",
    ),
    (MailCause::NoMailbox, 550, "#5.1.0 Address rejected."),
    (
        MailCause::NoMailbox,
        550,
        "#5.1.0 Address rejected a@b.example",
    ),
    (
        MailCause::NoMailbox,
        550,
        "sorry, no mailbox here by that name (#5.1.1 - chkuser)",
    ),
    (MailCause::NoMailbox, 550, "Benutzer unbekannt"),
    (MailCause::NoMailbox, 550, "El usuario no existe"),
    (MailCause::MailboxFull, 552, "Postfach voll"),
    (MailCause::MailboxFull, 552, "Buzón lleno"),
    (MailCause::SpamOrPolicy, 571, "Message Refused"),
    (
        MailCause::SpamOrPolicy,
        550,
        "5.7.1 Message contains spam or virus.",
    ),
    (
        MailCause::SpamOrPolicy,
        550,
        "permanent failure for one or more recipients (a@b.example:blocked)",
    ),
    (
        MailCause::TooFast,
        452,
        "4.5.3 Too many messages, throttled",
    ),
    (
        MailCause::MailboxDisabled,
        550,
        "5.2.1 This account has been deactivated",
    ),
    (
        MailCause::MailboxDisabled,
        550,
        "a@b.example Account is suspended",
    ),
    (
        MailCause::NoDomain,
        550,
        "5.1.2 Bad destination host 'DNS Hard Error looking up nowhere.example (MX): NXDomain'",
    ),
    // Codes alone
    (MailCause::MailboxFull, 552, ""),
    (MailCause::MailboxFull, 550, "5.2.2"),
    (MailCause::NoMailbox, 550, "5.1.1"),
    (MailCause::NoMailbox, 550, "5.1.6 "),
    (MailCause::MailboxDisabled, 550, "5.2.1"),
    (MailCause::NoDomain, 550, "5.1.2"),
    (MailCause::NoDomain, 556, ""),
    (MailCause::BadAddress, 553, ""),
    (MailCause::ServerUnreachable, 421, ""),
    (MailCause::SpamOrPolicy, 550, "5.7.1"),
    (MailCause::SenderCheck, 550, "5.7.20 "),
    (MailCause::NoMailbox, 550, ""),
    (MailCause::SpamOrPolicy, 554, "Transaction failed"),
    (
        MailCause::ServerUnreachable,
        451,
        "Requested action aborted: local error in processing",
    ),
];

#[test]
fn what_real_servers_say_is_read_as_what_they_mean() {
    let wrong: Vec<String> = SAID
        .iter()
        .filter_map(|(meant, code, words)| {
            let said = reply(*code, words);
            let code = (said.code != 0).then_some(said.code);
            let read = of(said.enhanced.as_deref(), code, &said.words);
            (read != *meant).then(|| format!("{code:?} {words}: {read:?}, not {meant:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// RULES A5
#[test]
fn a_servers_words_may_be_anything() {
    proptest::proptest!(|(code in 0u16..1000, words in ".{0,400}")| {
        let said = reply(code, &words);
        let _ = of(said.enhanced.as_deref(), Some(code), &said.words);
    });
}
