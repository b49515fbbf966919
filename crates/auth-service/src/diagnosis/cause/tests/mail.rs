//! Each reason a mail server can give, and what it comes to.

use latchkey_protocol::AddressProof;

use super::*;
use crate::clock::MINUTE;

fn after(fate: Happening) -> Diagnosis {
    let entries = [
        (9, AskedForLink),
        (9, MailQueued),
        (8, fate),
        (1, AskedForHelp),
    ];
    diagnose(&trace(CLIENT, &entries), NOW)
}

fn refused(code: u16, said: &str) -> Diagnosis {
    let reply = crate::mail::outcome::reply(code, said);
    after(Happening::MailRefused { reply })
}

fn deferred(code: u16, said: &str, minutes: i64) -> Diagnosis {
    let reply = crate::mail::outcome::reply(code, said);
    let next_at = UnixMillis(ago(8).0 + minutes * MINUTE);
    after(Happening::MailDeferred { reply, next_at })
}

#[test]
fn each_reason_of_a_refusal_has_a_cause_of_its_own_and_leads_to_a_call_or_another_address() {
    for (cause, code, said) in [
        (
            Cause::MailboxUnknown,
            550,
            "5.1.1 <a@b.example>: User unknown in virtual mailbox table",
        ),
        (
            Cause::DomainUnknown,
            550,
            "5.4.4 Name service error for name=b.example: Host not found",
        ),
        (
            Cause::AddressMalformed,
            501,
            "5.1.3 Bad recipient address syntax",
        ),
        (
            Cause::AddressMalformed,
            0,
            "5.1.3 No mail can be written to this address",
        ),
        (Cause::MailboxFull, 552, "5.2.2 Mailbox full"),
        (
            Cause::MailboxDisabled,
            550,
            "5.2.1 This account has been disabled",
        ),
        (
            Cause::MailUnwanted,
            554,
            "5.7.1 blocked using zen.spamhaus.org",
        ),
        (
            Cause::SenderCheckFailed,
            550,
            "5.7.26 not accepted due to domain's DMARC policy",
        ),
        (Cause::PracticeMailDown, 554, "5.7.1 Relay access denied"),
        (
            Cause::ServerUnreachable,
            0,
            "5.4.1 connect to mx.b.example: Connection timed out",
        ),
        (Cause::MailRefused, 501, "So it goes"),
    ] {
        let found = refused(code, said);
        assert_eq!(found.cause, cause, "{said}");
        let at_fault = matches!(
            cause,
            Cause::MailboxUnknown | Cause::DomainUnknown | Cause::AddressMalformed
        );
        let action = if at_fault {
            Action::CorrectAddress
        } else {
            Action::CallAndIssuePin
        };
        assert_eq!(found.action, action, "{said}");
        assert_eq!(found.confidence, Confidence::Certain);
        assert_eq!(found.evidence, [1, 2]);
        assert_eq!(found.facts.until, None);
        assert!(found.facts.reply.is_some());
    }
}

#[test]
fn each_reason_of_a_delay_has_a_cause_of_its_own_and_says_when_it_is_tried_again() {
    for (cause, code, said) in [
        (
            Cause::MailboxFull,
            452,
            "4.2.2 The email account that you tried to reach is over quota",
        ),
        (Cause::ServerUnreachable, 421, "4.3.2 Service shutting down"),
        (
            Cause::MailTooFast,
            450,
            "4.2.1 The user is receiving mail too quickly",
        ),
        (Cause::MailDeferred, 450, "So it goes"),
        (
            Cause::PracticeMailDown,
            0,
            "The mail server could not be reached",
        ),
    ] {
        let found = deferred(code, said, 5);
        assert_eq!(
            (found.cause, found.action),
            (cause, Action::CallAndIssuePin),
            "{said}"
        );
        assert_eq!(found.facts.until, Some(UnixMillis(ago(8).0 + 5 * MINUTE)));
    }
}

#[test]
fn a_greylisted_mail_is_worth_waiting_for_while_the_next_try_is_near() {
    let soon = deferred(451, "4.7.1 Greylisted, try again later", 10);
    assert_eq!((soon.cause, soon.action), (Cause::Greylisted, Action::Wait));
    let late = deferred(451, "4.7.1 Greylisted, try again later", 11);
    assert_eq!(
        (late.cause, late.action),
        (Cause::Greylisted, Action::CallAndIssuePin)
    );
}

// RULES S1
#[test]
fn an_ask_beyond_the_ten_of_a_day_is_told_with_when_links_go_out_again() {
    let asked = |count: i64| {
        let mut entries = Vec::new();
        for nth in (0..count).rev() {
            entries.push((100 + nth * 10, AskedForLink));
            entries.push((100 + nth * 10, MailQueued));
            entries.push((100 + nth * 10, Happening::MailAccepted { reply: ok() }));
        }
        entries.push((20, AskHeldBack));
        entries.push((1, AskedForHelp));
        entries
    };
    let found = diagnose(&trace(CLIENT, &asked(10)), NOW);
    assert_eq!(
        (found.cause, found.action),
        (Cause::HeldBack, Action::CallAndIssuePin)
    );
    assert_eq!(found.facts.count, Some(10));
    assert_eq!(found.facts.at, Some(ago(20)));
    assert_eq!(found.facts.until, Some(UnixMillis(ago(190).0 + DAY)));
    // Two in two minutes are one mail, and that mail explains more.
    assert_eq!(
        diagnose(&trace(CLIENT, &asked(9)), NOW).cause,
        Cause::AcceptedNotOpened
    );
    // What staff sent since is the newest.
    let mut entries = asked(10);
    entries.insert(entries.len() - 1, (5, MailQueued));
    assert_eq!(
        diagnose(&trace(CLIENT, &entries), NOW).cause,
        Cause::MailOnItsWay
    );
}

// RULES S3
#[test]
fn a_link_that_a_change_ended_is_told_as_that() {
    let entries = [
        (30, MailQueued),
        (4, dead(30, LinkRefusal::Voided)),
        (1, AskedForHelp),
    ];
    let found = diagnose(&trace(CLIENT, &entries), NOW);
    assert_eq!(
        (found.cause, found.action),
        (Cause::LinkVoided, Action::ResendLink)
    );
    assert_eq!(found.facts.at, Some(ago(30)));
}

// RULES S2
#[test]
fn a_link_that_only_a_scanner_opened_is_told_as_still_valid() {
    let scanned = |minutes| Happening::LinkOpened {
        sent_at: ago(minutes),
        same_browser: false,
        opener: Opener::Scanner,
    };
    let mut entries = vec![
        (20, AskedForLink),
        (20, MailQueued),
        (20, Happening::MailAccepted { reply: ok() }),
        (20, scanned(20)),
        (1, AskedForHelp),
    ];
    let found = diagnose(&trace(CLIENT, &entries), NOW);
    assert_eq!(
        (found.cause, found.confidence, found.action),
        (
            Cause::ScannerOpened,
            Confidence::Likely,
            Action::CallAndIssuePin
        )
    );
    assert_eq!(found.facts.at, Some(ago(20)));
    assert_eq!(found.evidence, [1, 2, 3]);
    // Who opens it by hand later tells more.
    entries.insert(4, (5, opened(20)));
    assert_eq!(
        diagnose(&trace(CLIENT, &entries), NOW).cause,
        Cause::CannotTell
    );
    // A scanner in a shared mailbox proves nothing.
    let shared = OnFile::Several { no_mail: false };
    entries.remove(4);
    assert_eq!(
        diagnose(&trace(shared, &entries), NOW).cause,
        Cause::ScannerOpened
    );
}

#[test]
fn a_closed_mailbox_is_opened_by_staff_and_then_needs_a_new_link() {
    let entries = [
        (9, AskedForLink),
        (9, Happening::MailSuppressed),
        (1, AskedForHelp),
    ];
    let closed = diagnose(&trace(CLIENT, &entries), NOW);
    assert_eq!(
        (closed.cause, closed.action, closed.evidence.as_slice()),
        (Cause::Suppressed, Action::LiftSuppression, [1].as_slice())
    );

    let lifted = Happening::SuppressionLifted { by: "Rosa".into() };
    let opened = diagnose(
        &trace(CLIENT, &[entries.as_slice(), &[(0, lifted)]].concat()),
        NOW,
    );
    assert_eq!(
        (opened.cause, opened.action, opened.evidence.as_slice()),
        (Cause::SuppressionLifted, Action::ResendLink, [3].as_slice())
    );
    assert_eq!(opened.facts.at, Some(ago(0)));
}

#[test]
fn an_address_that_was_corrected_needs_a_new_link() {
    let corrected = Happening::AddressCorrected {
        by: Some("Rosa".into()),
        how: AddressProof::Call,
    };
    let found = after(corrected);
    assert_eq!(
        (found.cause, found.action, found.facts.at),
        (Cause::AddressCorrected, Action::ResendLink, Some(ago(8)))
    );
}
