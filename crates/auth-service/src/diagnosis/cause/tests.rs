//! Each cause from a trace as it really comes about.

use latchkey_protocol::{
    Evidence, LinkRefusal, LinkUse, NameFit, NearMiss, Opener, ServerReply, SignInMethod,
    TimelineEntry,
};
use proptest::prelude::*;

use super::*;

mod browser;
mod link;
mod mail;
mod passed;
mod pin;
mod shared;

const CLIENT: OnFile = OnFile::One {
    no_mail: false,
    disabled: false,
};

/// Minutes before now, in the order they happened.
fn trace(on_file: OnFile, entries: &[(i64, Happening)]) -> Timeline {
    let entries = entries
        .iter()
        .map(|(minutes_ago, what)| TimelineEntry {
            at: ago(*minutes_ago),
            what: what.clone(),
        })
        .collect();
    Timeline {
        on_file,
        near: None,
        suppressed_since: None,
        held_since: None,
        restored_at: None,
        entries,
    }
}

// RULES V6
#[test]
fn after_a_restore_held_mail_and_dead_links_are_named_until_a_new_link_is_queued() {
    let sent = [
        (50, Happening::AskedForLink),
        (50, Happening::MailQueued),
        (49, Happening::MailAccepted { reply: ok() }),
        (20, Happening::AskedForHelp),
    ];
    let mut timeline = trace(CLIENT, &sent);
    timeline.restored_at = Some(ago(30));
    timeline.held_since = Some(ago(30));
    let held = diagnose(&timeline, NOW);
    assert_eq!(
        (held.cause, held.action),
        (Cause::MailHeld, Action::CallAndIssuePin)
    );
    assert_eq!(held.facts.at, Some(ago(30)));
    // What no mail would change comes first.
    timeline.on_file = OnFile::Nobody;
    assert_eq!(diagnose(&timeline, NOW).cause, Cause::AddressUnknown);
    timeline.on_file = CLIENT;
    timeline.held_since = None;
    let ended = diagnose(&timeline, NOW);
    assert_eq!(
        (ended.cause, ended.action),
        (Cause::LinkEnded, Action::ResendLink)
    );
    assert_eq!(
        (ended.facts.at, ended.facts.other_at),
        (Some(ago(50)), Some(ago(30)))
    );
    assert_eq!(ended.evidence, [1]);
    timeline.entries.push(TimelineEntry {
        at: ago(1),
        what: Happening::MailQueued,
    });
    assert_eq!(diagnose(&timeline, NOW).cause, Cause::MailOnItsWay);
}

const NOW: UnixMillis = UnixMillis(1_780_000_000_000);

fn ago(minutes: i64) -> UnixMillis {
    UnixMillis(NOW.0 - minutes * 60_000)
}

fn words(code: u16, enhanced: &str, words: &str) -> ServerReply {
    ServerReply {
        code,
        enhanced: Some(enhanced.into()),
        words: words.into(),
    }
}

fn ok() -> ServerReply {
    words(250, "2.0.0", "Ok: queued as 4F1B2")
}

fn full() -> ServerReply {
    words(
        552,
        "5.2.2",
        "The recipient's inbox is out of storage space",
    )
}

fn dead(sent_minutes_ago: i64, why: LinkRefusal) -> Happening {
    Happening::LinkRefused {
        sent_at: ago(sent_minutes_ago),
        why,
        used: None,
    }
}

fn used(sent_minutes_ago: i64, used_minutes_ago: i64, here: bool) -> Happening {
    Happening::LinkRefused {
        sent_at: ago(sent_minutes_ago),
        why: LinkRefusal::Used,
        used: Some(LinkUse {
            at: ago(used_minutes_ago),
            here,
        }),
    }
}

fn opened(sent_minutes_ago: i64) -> Happening {
    Happening::LinkOpened {
        sent_at: ago(sent_minutes_ago),
        same_browser: true,
        opener: Opener::Person,
    }
}

use Happening::{AskHeldBack, AskedForHelp, AskedForLink, MailNotSent, MailQueued};

#[test]
fn an_address_nobody_on_file_has_is_named_as_the_cause() {
    let found = diagnose(
        &trace(
            OnFile::Nobody,
            &[(4, AskedForLink), (4, MailNotSent), (1, AskedForHelp)],
        ),
        NOW,
    );
    assert_eq!(found.cause, Cause::AddressUnknown);
    assert_eq!(found.confidence, Confidence::Certain);
    assert_eq!(found.action, Action::CheckAddress);
    assert_eq!(found.evidence, [2]);
}

// RULES A2
#[test]
fn an_address_that_was_nearly_typed_is_told_masked_and_never_mailed() {
    let near = NearMiss {
        initials: "A. O.".to_owned(),
        clinician: Some("Rosa Rivera".to_owned()),
    };
    let mut timeline = trace(OnFile::Nobody, &[(4, AskedForLink), (1, AskedForHelp)]);
    timeline.near = Some(near.clone());
    let found = diagnose(&timeline, NOW);
    assert_eq!(
        (found.cause, found.confidence, found.action),
        (
            Cause::AddressNearMiss,
            Confidence::Likely,
            Action::CheckAddress
        )
    );
    assert_eq!(found.facts.near, Some(near));
    assert_eq!(found.evidence, [1]);
    // An address that is somebody's is that somebody's.
    timeline.on_file = CLIENT;
    assert_eq!(diagnose(&timeline, NOW).cause, Cause::CannotTell);
}

#[test]
fn who_never_asked_for_a_link_is_sent_one() {
    let found = diagnose(&trace(CLIENT, &[(1, AskedForHelp)]), NOW);
    assert_eq!(
        (found.cause, found.action),
        (Cause::NothingAsked, Action::ResendLink)
    );
    let old = diagnose(
        &trace(
            CLIENT,
            &[
                (26 * 60, AskedForLink),
                (26 * 60, MailQueued),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(
        old.cause,
        Cause::NothingAsked,
        "an ask of yesterday is no ask of today"
    );
}

#[test]
fn a_refused_mail_is_told_with_the_servers_own_words() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (9, AskedForLink),
                (9, MailQueued),
                (9, Happening::MailRefused { reply: full() }),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(found.cause, Cause::MailboxFull);
    assert_eq!(found.action, Action::CallAndIssuePin);
    assert_eq!(found.facts.reply, Some(full()));
    assert_eq!(found.facts.at, Some(ago(9)));
    assert_eq!(found.evidence, [1, 2]);
}

#[test]
fn a_deferred_mail_is_told_with_the_next_try() {
    let reply = words(451, "4.7.1", "Greylisted, try again later");
    let next_at = UnixMillis(NOW.0 + 60_000);
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (3, AskedForLink),
                (3, MailQueued),
                (
                    2,
                    Happening::MailDeferred {
                        reply: reply.clone(),
                        next_at,
                    },
                ),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.action),
        (Cause::Greylisted, Action::Wait)
    );
    assert_eq!(found.facts.until, Some(next_at));
    assert_eq!(found.facts.reply, Some(reply));
}

#[test]
fn a_mail_that_has_not_left_is_worth_waiting_for() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[(1, AskedForLink), (1, MailQueued), (0, AskedForHelp)],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.action),
        (Cause::MailOnItsWay, Action::Wait)
    );
}

#[test]
fn a_mail_that_was_accepted_and_never_opened_leads_to_a_call() {
    let entries = [
        (22, AskedForLink),
        (22, MailQueued),
        (22, Happening::MailAccepted { reply: ok() }),
        (15, AskHeldBack),
        (2, AskedForHelp),
    ];
    let found = diagnose(&trace(CLIENT, &entries), NOW);
    assert_eq!(found.cause, Cause::AcceptedNotOpened);
    assert_eq!(found.confidence, Confidence::Likely);
    assert_eq!(found.action, Action::CallAndIssuePin);
    assert_eq!(found.facts.at, Some(ago(22)));
    assert_eq!(found.evidence, [1, 2]);
    let fresh = diagnose(&trace(CLIENT, &entries), ago(20));
    assert_eq!(
        (fresh.confidence, fresh.action),
        (Confidence::Possible, Action::Wait)
    );
}

// RULES C2
#[test]
fn a_mailbox_that_gets_no_mail_leads_to_a_call() {
    let on_file = OnFile::One {
        no_mail: true,
        disabled: false,
    };
    let found = diagnose(
        &trace(
            on_file,
            &[(3, AskedForLink), (3, MailNotSent), (1, AskedForHelp)],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.action),
        (Cause::NoMail, Action::CallAndIssuePin)
    );
    assert_eq!(found.evidence, [1]);
}

#[test]
fn a_disabled_client_is_told_apart_from_an_unknown_address() {
    let on_file = OnFile::One {
        no_mail: false,
        disabled: true,
    };
    let found = diagnose(&trace(on_file, &[(1, AskedForHelp)]), NOW);
    assert_eq!(
        (found.cause, found.action),
        (Cause::AccessDisabled, Action::Wait)
    );
}

#[test]
fn who_is_in_since_needs_nothing() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (9, AskedForHelp),
                (
                    2,
                    Happening::SignedIn {
                        method: SignInMethod::Pin,
                    },
                ),
            ],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.action),
        (Cause::SignedInSince, Action::Nothing)
    );
    assert_eq!(found.facts.at, Some(ago(2)));
}

#[test]
fn what_kept_somebody_out_is_known_after_they_are_in() {
    let signed_in = |method| Happening::SignedIn { method };
    let mut before = vec![
        (30, AskedForLink),
        (30, MailQueued),
        (30, Happening::LinkDamaged),
        (9, AskedForHelp),
        (2, signed_in(SignInMethod::Pin)),
        (1, signed_in(SignInMethod::Link)),
    ];
    let before_it = |entries: &[(i64, Happening)]| {
        let timeline = trace(CLIENT, entries);
        cause_before(&timeline, &diagnose(&timeline, NOW))
    };
    assert_eq!(before_it(&before), Some(Cause::LinkDamaged));
    before.truncate(4);
    assert_eq!(before_it(&before), None, "nobody is in yet");
}

#[test]
fn an_opened_link_that_led_nowhere_is_told_as_not_known() {
    let found = diagnose(
        &trace(
            CLIENT,
            &[
                (20, AskedForLink),
                (20, MailQueued),
                (20, Happening::MailAccepted { reply: ok() }),
                (12, opened(20)),
                (1, AskedForHelp),
            ],
        ),
        NOW,
    );
    assert_eq!(
        (found.cause, found.confidence),
        (Cause::CannotTell, Confidence::Possible)
    );
    assert_eq!(found.evidence, [1, 2, 3]);
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(AskedForLink),
        Just(AskHeldBack),
        Just(MailQueued),
        Just(MailNotSent),
        Just(AskedForHelp),
        Just(Happening::MailAccepted { reply: ok() }),
        Just(Happening::MailRefused { reply: full() }),
        Just(opened(5)),
        Just(dead(5, LinkRefusal::Replaced)),
        Just(dead(5, LinkRefusal::Unknown)),
        Just(Happening::PinWrong { tries_left: 1 }),
        Just(Happening::PinInOtherBrowser),
        Just(Happening::PinExpired),
        Just(dead(5, LinkRefusal::Voided)),
        Just(Happening::MailDeferred {
            reply: full(),
            next_at: NOW
        }),
        Just(Happening::SignedIn {
            method: SignInMethod::Unknown
        }),
        any::<bool>().prop_map(|on_link| Happening::CookiesBlocked { on_link }),
        (-600..600_i32).prop_map(|minutes| Happening::ClockOff { minutes }),
        Just(Happening::LinkDamaged),
        any::<bool>().prop_map(|here| used(5, 4, here)),
        prop_oneof![
            Just(NameFit::One),
            Just(NameFit::Nobody),
            Just(NameFit::Other)
        ]
        .prop_map(|fits| Happening::NameTyped { fits }),
        Just(Happening::Unknown),
    ]
}

proptest! {
    // RULES X1
    #[test]
    fn any_timeline_has_a_diagnosis_whose_evidence_is_in_it(
        mut entries in proptest::collection::vec((0..3_000_i64, happening()), 0..25)
    ) {
        entries.sort_by_key(|(minutes, _)| -minutes);
        for on_file in [OnFile::Nobody, CLIENT, OnFile::Several { no_mail: false }] {
            let found = diagnose(&trace(on_file, &entries), NOW);
            prop_assert!(found.evidence.iter().all(|place| (*place as usize) < entries.len()));
            prop_assert!(found.evidence.is_sorted());
            prop_assert!(found.cause != Cause::Unknown && found.action != Action::Unknown);
        }
    }
}
