//! Links that no longer work.

use super::*;

#[test]
fn an_older_link_opened_after_a_newer_one_names_both_times() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (40, AskedForLink),
                (40, MailQueued),
                (40, Happening::MailAccepted { reply: ok() }),
                (10, AskedForLink),
                (10, MailQueued),
                (10, Happening::MailAccepted { reply: ok() }),
                (5, opened(40)),
                (5, dead(40, LinkRefusal::Replaced)),
                (2, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(found.cause, Cause::OlderLinkOpened);
    assert_eq!(found.action, Action::ResendLink);
    assert_eq!(
        (found.facts.at, found.facts.other_at),
        (Some(ago(40)), Some(ago(10)))
    );
    assert_eq!(found.evidence, [4, 7]);
}

#[test]
fn a_used_link_names_when_it_was_used() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (90, AskedForLink),
                (90, MailQueued),
                (90, Happening::MailAccepted { reply: ok() }),
                (88, opened(90)),
                (
                    88,
                    Happening::SignedIn {
                        method: SignInMethod::Link,
                    },
                ),
                (3, dead(90, LinkRefusal::Used)),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(found.cause, Cause::LinkUsed);
    assert_eq!(found.facts.at, Some(ago(88)));
    assert_eq!(found.evidence, [4, 5]);
}

#[test]
fn a_link_of_yesterday_is_too_old() {
    let sent = 30 * 60;
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (sent, AskedForLink),
                (sent, MailQueued),
                (sent, Happening::MailAccepted { reply: ok() }),
                (4, dead(sent, LinkRefusal::TooOld)),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.action),
        (Cause::LinkTooOld, Action::ResendLink)
    );
    assert_eq!(found.facts.at, Some(ago(sent)));
}

#[test]
fn a_newer_link_makes_the_dead_one_history() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (30, dead(90, LinkRefusal::Used)),
                (29, AskedForLink),
                (29, MailQueued),
                (29, Happening::MailRefused { reply: full() }),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(found.cause, Cause::MailboxFull);
}

/// Used a while ago, and tried again now.
fn tried_again(here: bool) -> Diagnosis {
    let entered = Happening::SignedIn {
        method: SignInMethod::Link,
    };
    let entries = [
        (90, AskedForLink),
        (90, MailQueued),
        (90, Happening::MailAccepted { reply: ok() }),
        (88, opened(90)),
        (88, entered.clone()),
        (40, entered),
        (3, used(90, 88, here)),
        (1, AskedForHelp),
    ];
    diagnose(&trace(CLIENT, &entries), NOW)
}

#[test]
fn a_link_used_before_in_the_same_browser_needs_only_a_new_one() {
    let found = tried_again(true);
    assert_eq!(
        (found.cause, found.confidence, found.action),
        (Cause::LinkUsedHere, Confidence::Certain, Action::ResendLink)
    );
    assert_eq!(found.facts.at, Some(ago(88)), "not of the sign-in since");
    assert_eq!(found.evidence, [6]);
}

#[test]
fn a_link_used_before_in_another_browser_is_worth_a_question() {
    let found = tried_again(false);
    assert_eq!(
        (found.cause, found.confidence, found.action),
        (
            Cause::LinkUsedElsewhere,
            Confidence::Likely,
            Action::CallAndIssuePin
        )
    );
    assert_eq!(found.facts.at, Some(ago(88)));
}
