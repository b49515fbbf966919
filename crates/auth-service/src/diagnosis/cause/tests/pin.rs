//! What a PIN came to.

use super::*;

fn issued() -> Happening {
    Happening::PinIssued {
        by: "Rosa Rivera".into(),
        evidence: Evidence::WithMe,
    }
}

fn found(entries: &[(i64, Happening)]) -> Diagnosis {
    diagnose(&trace(CLIENT, entries), NOW)
}

#[test]
fn a_pin_that_ran_out_unused_is_told_with_both_times() {
    let entries = [
        (30, AskedForHelp),
        (20, issued()),
        (10, Happening::PinExpired),
    ];
    let ran_out = found(&entries);
    assert_eq!(
        (ran_out.cause, ran_out.action),
        (Cause::PinExpired, Action::CallAndIssuePin)
    );
    assert_eq!(ran_out.facts.at, Some(ago(20)));
    assert_eq!(ran_out.facts.other_at, Some(ago(10)));
    assert_eq!(ran_out.evidence, [1, 2]);
}

#[test]
fn a_pin_that_ran_out_explains_nothing_once_a_link_is_asked_for() {
    let entries = [
        (20, issued()),
        (10, Happening::PinExpired),
        (5, AskedForLink),
        (5, MailQueued),
    ];
    assert_eq!(found(&entries).cause, Cause::MailOnItsWay);
}

// RULES P2
#[test]
fn a_pin_typed_in_another_browser_is_told_as_that_and_not_as_wrong() {
    let entries = [
        (30, AskedForHelp),
        (20, issued()),
        (18, Happening::PinInOtherBrowser),
    ];
    let other = found(&entries);
    assert_eq!(
        (other.cause, other.action),
        (Cause::PinInOtherBrowser, Action::CallAndIssuePin)
    );
    assert_eq!(other.facts.at, Some(ago(18)));
    assert_eq!(other.evidence, [2]);
    // The newest counts.
    let entries = [
        (20, issued()),
        (18, Happening::PinInOtherBrowser),
        (17, Happening::PinWrong { tries_left: 4 }),
    ];
    assert_eq!(found(&entries).cause, Cause::PinWrong);
}

#[test]
fn a_new_pin_makes_what_came_of_the_last_one_history() {
    let entries = [
        (20, issued()),
        (18, Happening::PinInOtherBrowser),
        (10, Happening::PinExpired),
        (5, issued()),
    ];
    assert_eq!(found(&entries).cause, Cause::NothingAsked);
}

#[test]
fn wrong_pins_are_counted() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (9, AskedForHelp),
                (
                    5,
                    Happening::PinIssued {
                        by: "Rosa Rivera".into(),
                        evidence: Evidence::WithMe,
                    },
                ),
                (4, Happening::PinWrong { tries_left: 4 }),
                (3, Happening::PinWrong { tries_left: 3 }),
            ],
        ),
        NOW,
    );
    assert_eq!(found.cause, Cause::PinWrong);
    assert_eq!(found.facts.count, Some(2));
    assert_eq!(found.evidence, [2, 3]);
}
