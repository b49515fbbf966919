//! What the client's own browser and device get wrong.

use super::*;

const BLOCKED_ON_LINK: Happening = Happening::CookiesBlocked { on_link: true };
const BLOCKED_ON_FORM: Happening = Happening::CookiesBlocked { on_link: false };

/// A mail that arrived, and what came after it.
fn mailed(then: &[(i64, Happening)]) -> Timeline {
    let mut entries = vec![
        (30, AskedForLink),
        (30, MailQueued),
        (30, Happening::MailAccepted { reply: ok() }),
    ];
    entries.extend_from_slice(then);
    trace(CLIENT, &entries)
}

fn cause(timeline: &Timeline) -> Cause {
    diagnose(timeline, NOW).cause
}

#[test]
fn a_browser_without_cookies_is_named_before_the_mail_that_it_could_not_use() {
    let found = diagnose(&mailed(&[(20, BLOCKED_ON_LINK), (2, AskedForHelp)]), NOW);
    assert_eq!(
        (found.cause, found.confidence, found.action),
        (Cause::CookiesBlocked, Confidence::Likely, Action::Call)
    );
    assert_eq!(found.facts.at, Some(ago(20)));
    assert_eq!(found.evidence, [3]);
}

#[test]
fn a_form_that_came_without_a_cookie_counts_until_one_comes_with_it() {
    let entries = [(30, AskedForLink), (30, MailQueued), (30, BLOCKED_ON_FORM)];
    assert_eq!(cause(&trace(CLIENT, &entries)), Cause::CookiesBlocked);
    let later = [&entries[..], &[(2, AskedForHelp)]].concat();
    assert_eq!(cause(&trace(CLIENT, &later)), Cause::MailOnItsWay);
    let again = [&later[..], &[(2, BLOCKED_ON_FORM)]].concat();
    assert_eq!(cause(&trace(CLIENT, &again)), Cause::CookiesBlocked);
}

#[test]
fn what_only_a_browser_with_cookies_can_do_ends_it() {
    for kept in [
        opened(30),
        dead(30, LinkRefusal::TooOld),
        Happening::PinWrong { tries_left: 4 },
    ] {
        let timeline = mailed(&[(20, BLOCKED_ON_LINK), (2, kept)]);
        assert_ne!(cause(&timeline), Cause::CookiesBlocked);
    }
    let scanner = Happening::LinkOpened {
        sent_at: ago(30),
        same_browser: false,
        opener: Opener::Scanner,
    };
    let timeline = mailed(&[(20, BLOCKED_ON_LINK), (2, scanner)]);
    assert_eq!(cause(&timeline), Cause::CookiesBlocked);
    let yesterday = [(25 * 60, BLOCKED_ON_LINK), (2, AskedForHelp)];
    assert_eq!(cause(&trace(CLIENT, &yesterday)), Cause::NothingAsked);
}

// RULES C2
#[test]
fn what_the_file_says_comes_before_the_browser() {
    let no_mail = OnFile::One {
        no_mail: true,
        disabled: false,
    };
    let entries = [(3, AskedForLink), (3, MailNotSent), (3, BLOCKED_ON_FORM)];
    assert_eq!(cause(&trace(no_mail, &entries)), Cause::NoMail);
    assert_eq!(
        cause(&trace(OnFile::Nobody, &entries)),
        Cause::AddressUnknown
    );
}

#[test]
fn a_link_that_a_mail_program_damaged_is_named_until_a_whole_one_is_opened() {
    let damaged = (20, Happening::LinkDamaged);
    let found = diagnose(&mailed(&[damaged.clone(), (2, AskedForHelp)]), NOW);
    assert_eq!(
        (found.cause, found.action),
        (Cause::LinkDamaged, Action::CallAndIssuePin)
    );
    assert_eq!(found.facts.at, Some(ago(20)));
    assert_eq!(found.evidence, [3]);
    let sent = [damaged.clone(), (10, MailQueued)];
    assert_eq!(cause(&mailed(&sent)), Cause::MailOnItsWay);
    let whole = [damaged.clone(), (10, opened(30))];
    assert_eq!(cause(&mailed(&whole)), Cause::CannotTell);
    let dead_since = [damaged, (10, dead(30, LinkRefusal::Voided))];
    assert_eq!(cause(&mailed(&dead_since)), Cause::LinkVoided);
}

#[test]
fn a_clock_that_is_wrong_explains_a_mail_that_nobody_found() {
    let off = Happening::ClockOff { minutes: -180 };
    let found = diagnose(&mailed(&[(30, off.clone())]), NOW);
    assert_eq!(
        (found.cause, found.confidence, found.action),
        (
            Cause::ClockWrong,
            Confidence::Possible,
            Action::CallAndIssuePin
        )
    );
    assert_eq!(found.facts.minutes, Some(-180));
    assert_eq!(found.evidence, [1, 2, 3]);
    let opened = mailed(&[(30, off.clone()), (20, opened(30))]);
    assert_eq!(cause(&opened), Cause::ClockWrong);
    // Nothing else that is known is explained by a clock.
    let refused = mailed(&[
        (30, off.clone()),
        (9, Happening::MailRefused { reply: full() }),
    ]);
    assert_eq!(cause(&refused), Cause::MailboxFull);
    let right_since = mailed(&[(30, off), (2, AskedForHelp)]);
    assert_eq!(cause(&right_since), Cause::AcceptedNotOpened);
}
