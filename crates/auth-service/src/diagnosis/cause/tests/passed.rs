//! What is past, or was overtaken, is no cause any more.

use super::*;

const SHARED: OnFile = OnFile::Several { no_mail: false };

fn issued() -> Happening {
    Happening::PinIssued {
        by: "Rosa Rivera".into(),
        evidence: Evidence::WithMe,
    }
}

fn wrong(tries_left: u32) -> Happening {
    Happening::PinWrong { tries_left }
}

fn cause(on_file: OnFile, entries: &[(i64, Happening)]) -> Cause {
    diagnose(&trace(on_file, entries), NOW).cause
}

#[test]
fn a_mail_counts_for_a_day() {
    let mail = |minutes| {
        [
            (minutes, AskedForLink),
            (minutes, MailQueued),
            (minutes, Happening::MailAccepted { reply: ok() }),
            (1, AskedForHelp),
        ]
    };
    assert_eq!(cause(CLIENT, &mail(24 * 60)), Cause::AcceptedNotOpened);
    assert_eq!(cause(CLIENT, &mail(24 * 60 + 1)), Cause::NothingAsked);
}

#[test]
fn a_mail_is_given_five_minutes_to_be_read() {
    let mail = |minutes| {
        let reply = ok();
        let entries = [(minutes, Happening::MailAccepted { reply })];
        diagnose(&trace(CLIENT, &entries), NOW).action
    };
    assert_eq!(mail(4), Action::Wait);
    assert_eq!(mail(5), Action::CallAndIssuePin);
}

#[test]
fn a_wrong_pin_counts_for_a_day_or_until_a_new_pin_is_issued() {
    let tries = |minutes| [(minutes, issued()), (minutes, wrong(4)), (1, AskedForHelp)];
    assert_eq!(cause(CLIENT, &tries(24 * 60)), Cause::PinWrong);
    assert_ne!(cause(CLIENT, &tries(24 * 60 + 1)), Cause::PinWrong);
    let entries = [(9, issued()), (8, wrong(4)), (7, issued())];
    assert_ne!(cause(CLIENT, &entries), Cause::PinWrong);
}

#[test]
fn a_shared_mailbox_explains_nothing_once_a_newer_link_is_asked_for_or_dead() {
    let asked = [(9, opened(9)), (8, AskedForLink), (8, MailQueued)];
    assert_eq!(cause(SHARED, &asked), Cause::MailOnItsWay);
    let refused = [(9, opened(9)), (8, dead(9, LinkRefusal::TooOld))];
    assert_eq!(cause(SHARED, &refused), Cause::LinkTooOld);
}

#[test]
fn a_mail_held_back_by_a_flag_that_is_gone_since_still_tells_why_none_came() {
    let entries = [(9, AskedForLink), (9, MailNotSent), (1, AskedForHelp)];
    let found = diagnose(&trace(CLIENT, &entries), NOW);
    assert_eq!(
        (found.cause, found.action),
        (Cause::NoMail, Action::CallAndIssuePin)
    );
    assert_eq!(found.evidence, [1]);
}

#[test]
fn a_link_opened_in_the_millisecond_before_the_mail_was_accepted_is_another_mails() {
    let entries = [
        (9, opened(20)),
        (9, MailQueued),
        (9, Happening::MailAccepted { reply: ok() }),
    ];
    let found = diagnose(&trace(CLIENT, &entries), NOW);
    assert_eq!(found.cause, Cause::AcceptedNotOpened);
    assert_eq!(found.evidence, [1, 2]);
}

#[test]
fn an_ask_of_today_without_a_mail_is_told_as_not_known() {
    let ask = |minutes| [(minutes, AskHeldBack), (1, AskedForHelp)];
    assert_eq!(cause(CLIENT, &ask(24 * 60)), Cause::CannotTell);
    assert_eq!(cause(CLIENT, &ask(24 * 60 + 1)), Cause::NothingAsked);
}

#[test]
fn what_led_to_a_refusal_of_today_is_not_looked_for_before_it() {
    let refused = || Happening::MailRefused { reply: full() };
    let found = |queued| {
        let entries = [(queued, MailQueued), (9, refused())];
        diagnose(&trace(CLIENT, &entries), NOW).evidence
    };
    assert_eq!(found(24 * 60), [0, 1]);
    assert_eq!(found(24 * 60 + 1), [1]);
}
