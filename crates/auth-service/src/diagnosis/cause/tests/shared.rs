//! Several people on one address.

use super::*;

const SHARED: OnFile = OnFile::Several { no_mail: false };

#[test]
fn who_came_through_a_shared_mailbox_needs_a_pin() {
    let on_file = OnFile::Several { no_mail: false };
    let found = diagnose(
        &trace(
            on_file,
            &[
                (6, AskedForLink),
                (6, MailQueued),
                (6, Happening::MailAccepted { reply: ok() }),
                (4, opened(6)),
                (3, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.action),
        (Cause::SharedAddress, Action::CallAndIssuePin)
    );
    assert_eq!(found.evidence, [3]);
}

fn typed(fits: NameFit) -> Vec<(i64, Happening)> {
    vec![
        (6, AskedForLink),
        (6, MailQueued),
        (6, Happening::MailAccepted { reply: ok() }),
        (4, opened(6)),
        (3, AskedForHelp),
        (3, Happening::NameTyped { fits }),
    ]
}

// RULES C9
#[test]
fn a_name_that_is_not_of_the_people_who_share_the_address_is_told() {
    for (fits, cause, action) in [
        (NameFit::One, Cause::SharedAddress, Action::CallAndIssuePin),
        (
            NameFit::Nobody,
            Cause::SharedNameUnknown,
            Action::CheckAddress,
        ),
        (
            NameFit::Other,
            Cause::SharedOtherPerson,
            Action::CallAndIssuePin,
        ),
    ] {
        let found = diagnose(&trace(SHARED, &typed(fits)), NOW);
        assert_eq!((found.cause, found.action), (cause, action));
        assert_eq!(found.facts.at, Some(ago(3)));
        assert_eq!(found.evidence, [3, 5]);
    }
}

#[test]
fn the_name_that_was_typed_last_counts_and_a_new_ask_ends_it() {
    let mut entries = typed(NameFit::Nobody);
    entries.push((2, Happening::NameTyped { fits: NameFit::One }));
    assert_eq!(
        diagnose(&trace(SHARED, &entries), NOW).cause,
        Cause::SharedAddress
    );
    entries.extend([(1, AskedForLink), (1, MailQueued)]);
    assert_eq!(
        diagnose(&trace(SHARED, &entries), NOW).cause,
        Cause::MailOnItsWay
    );
}
