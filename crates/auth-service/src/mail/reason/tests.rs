//! What real servers say.

use super::*;
use crate::mail::outcome::reply;

/// Codes and words as they were seen, or as the servers' own manuals give them.
const SAID: &[(Reason, u16, &str)] = &[
    // Postfix
    (
        Reason::NoMailbox,
        550,
        "5.1.1 <a@b.example>: Recipient address rejected: User unknown in local recipient table",
    ),
    (
        Reason::NoMailbox,
        550,
        "5.1.1 <a@b.example>: Recipient address rejected: b.example",
    ),
    (
        Reason::NoMailbox,
        450,
        "4.1.1 <a@b.example>: Recipient address rejected: unverified address: host said: 550 No such user",
    ),
    (
        Reason::Greylisted,
        450,
        "4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/b.example.html",
    ),
    (
        Reason::Greylisted,
        451,
        "4.7.1 Greylisting in action, please come back later",
    ),
    (
        Reason::Full,
        552,
        "5.2.2 <a@b.example>: Quota exceeded (mailbox for user is full)",
    ),
    (
        Reason::Full,
        452,
        "4.2.2 <a@b.example> Mailbox is full / Blocks limit exceeded / Inode limit exceeded",
    ),
    (
        Reason::Ours,
        554,
        "5.7.1 <a@b.example>: Relay access denied",
    ),
    (
        Reason::Unwanted,
        554,
        "5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7",
    ),
    (
        Reason::SenderCheck,
        550,
        "5.7.23 <a@b.example>: Recipient address rejected: Message rejected due to: SPF fail - not authorized.",
    ),
    (
        Reason::NoDomain,
        550,
        "5.4.4 Host or domain name not found. Name service error for name=nowhere.example type=AAAA: Host not found",
    ),
    (
        Reason::Unreachable,
        450,
        "4.4.3 Host or domain name not found. Name service error for name=b.example type=MX: Host not found, try again",
    ),
    (
        Reason::Unreachable,
        0,
        "4.4.1 connect to mx.b.example[192.0.2.1]:25: Connection timed out",
    ),
    (
        Reason::Unreachable,
        0,
        "4.4.2 lost connection with mx.b.example[192.0.2.1] while receiving the initial server greeting",
    ),
    (
        Reason::NoDomain,
        556,
        "5.1.10 Recipient address has null MX",
    ),
    (
        Reason::BadAddress,
        501,
        "5.1.3 Bad recipient address syntax",
    ),
    (
        Reason::TooFast,
        450,
        "4.7.1 Error: too much mail from 192.0.2.7",
    ),
    // Gmail and Google Workspace
    (
        Reason::NoMailbox,
        550,
        "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.",
    ),
    (
        Reason::Full,
        552,
        "5.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaPerm",
    ),
    (
        Reason::Full,
        452,
        "4.2.2 The email account that you tried to reach is over quota. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp",
    ),
    (
        Reason::Disabled,
        550,
        "5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser",
    ),
    (
        Reason::Disabled,
        550,
        "5.2.1 The email account that you tried to reach is inactive. Learn more at https://support.google.com/mail/?p=InactiveUser",
    ),
    (
        Reason::TooFast,
        450,
        "4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.",
    ),
    (
        Reason::TooFast,
        450,
        "4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
    ),
    (
        Reason::TooFast,
        421,
        "4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily rate limited.",
    ),
    (
        Reason::SenderCheck,
        550,
        "5.7.26 Unauthenticated email from practice.example is not accepted due to domain's DMARC policy.",
    ),
    (
        Reason::SenderCheck,
        550,
        "5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
    ),
    (
        Reason::SenderCheck,
        550,
        "5.7.25 The IP address sending this message does not have a PTR record setup",
    ),
    (
        Reason::Unwanted,
        550,
        "5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.",
    ),
    (
        Reason::Unreachable,
        421,
        "4.3.0 Temporary System Problem. Try again later",
    ),
    // Outlook.com and Exchange
    (
        Reason::NoMailbox,
        550,
        "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient a@b.example not found by SMTP address lookup",
    ),
    (
        Reason::NoMailbox,
        550,
        "5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    ),
    (
        Reason::NoMailbox,
        550,
        "5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
    ),
    (Reason::NoMailbox, 550, "5.1.1 User unknown"),
    (
        Reason::Full,
        554,
        "5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
    ),
    (
        Reason::Unwanted,
        550,
        "5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
    ),
    (
        Reason::Unwanted,
        550,
        "5.7.606 Access denied, banned sending IP [192.0.2.7]. To request removal from this list please visit https://sender.office.com/",
    ),
    (
        Reason::SenderCheck,
        550,
        "5.7.515 Access denied, sending domain practice.example does not meet the required authentication level. The sender's domain didn't pass DKIM, SPF and DMARC verification",
    ),
    (
        Reason::SenderCheck,
        550,
        "5.7.509 Access denied, sending domain practice.example does not pass DMARC verification and has a DMARC policy of reject.",
    ),
    (
        Reason::Greylisted,
        451,
        "4.7.500 Server busy. Please try again later - greylisted",
    ),
    (
        Reason::Unreachable,
        451,
        "4.7.500 Server busy. Please try again later from [192.0.2.7]. (S77719)",
    ),
    (
        Reason::Unreachable,
        452,
        "4.3.1 Insufficient system resources",
    ),
    // Yahoo and AOL
    (
        Reason::NoMailbox,
        554,
        "delivery error: dd This user doesn't have a yahoo.com account (a@yahoo.example) [0] - mta1.example",
    ),
    (
        Reason::NoMailbox,
        554,
        "delivery error: dd Requested mail action aborted, mailbox not found",
    ),
    (
        Reason::Disabled,
        554,
        "30 Sorry, your message to a@yahoo.example cannot be delivered. This mailbox is disabled (554.30).",
    ),
    (
        Reason::Full,
        552,
        "1 Requested mail action aborted, exceeded storage allocation: mailbox full",
    ),
    (
        Reason::TooFast,
        421,
        "4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints",
    ),
    (
        Reason::SenderCheck,
        554,
        "5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes - failed DMARC",
    ),
    // iCloud, GMX, web.de, others
    (
        Reason::Full,
        552,
        "5.2.2 <a@icloud.example>: user is over quota",
    ),
    (
        Reason::NoMailbox,
        550,
        "5.1.1 <a@icloud.example>: user does not exist",
    ),
    (
        Reason::NoMailbox,
        550,
        "Requested action not taken: mailbox unavailable. For explanation visit https://postmaster.gmx.example",
    ),
    (
        Reason::Unwanted,
        554,
        "Transaction failed. Reject due to policy restrictions. For explanation visit https://postmaster.gmx.example",
    ),
    (
        Reason::SenderCheck,
        554,
        "Bad DNS PTR resource record. No SMTP service",
    ),
    (Reason::NoMailbox, 550, "Unrouteable address"),
    (Reason::NoMailbox, 550, "#5.1.0 Address rejected."),
    (
        Reason::NoMailbox,
        550,
        "#5.1.0 Address rejected a@b.example",
    ),
    (
        Reason::NoMailbox,
        550,
        "sorry, no mailbox here by that name (#5.1.1 - chkuser)",
    ),
    (Reason::NoMailbox, 550, "Benutzer unbekannt"),
    (Reason::NoMailbox, 550, "El usuario no existe"),
    (Reason::Full, 552, "Postfach voll"),
    (Reason::Full, 552, "Buzón lleno"),
    (Reason::Unwanted, 571, "Message Refused"),
    (
        Reason::Unwanted,
        550,
        "5.7.1 Message contains spam or virus.",
    ),
    (
        Reason::Unwanted,
        550,
        "permanent failure for one or more recipients (a@b.example:blocked)",
    ),
    (Reason::TooFast, 452, "4.5.3 Too many messages, throttled"),
    (
        Reason::Disabled,
        550,
        "5.2.1 This account has been deactivated",
    ),
    (Reason::Disabled, 550, "a@b.example Account is suspended"),
    (
        Reason::NoDomain,
        550,
        "5.1.2 Bad destination host 'DNS Hard Error looking up nowhere.example (MX): NXDomain'",
    ),
    // Codes alone
    (Reason::Full, 552, ""),
    (Reason::Full, 550, "5.2.2"),
    (Reason::NoMailbox, 550, "5.1.1"),
    (Reason::NoMailbox, 550, "5.1.6 "),
    (Reason::Disabled, 550, "5.2.1"),
    (Reason::NoDomain, 550, "5.1.2"),
    (Reason::NoDomain, 556, ""),
    (Reason::BadAddress, 553, ""),
    (Reason::Unreachable, 421, ""),
    (Reason::Unwanted, 550, "5.7.1"),
    (Reason::SenderCheck, 550, "5.7.20 "),
    (Reason::Other, 550, ""),
    (Reason::Other, 554, "Transaction failed"),
    (
        Reason::Other,
        451,
        "Requested action aborted: local error in processing",
    ),
];

#[test]
fn what_real_servers_say_is_read_as_what_they_mean() {
    let wrong: Vec<String> = SAID
        .iter()
        .filter_map(|(meant, code, words)| {
            let read = reason(&reply(*code, words));
            (read != *meant).then(|| format!("{code} {words}: {read:?}, not {meant:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn where_no_server_answered_it_is_the_practices_own() {
    assert_eq!(
        reason(&reply(0, "The mail server could not be reached")),
        Reason::Ours
    );
}

// RULES A5
#[test]
fn a_servers_words_may_be_anything() {
    proptest::proptest!(|(code in 0u16..1000, words in ".{0,400}")| {
        let _ = reason(&reply(code, &words));
    });
}
