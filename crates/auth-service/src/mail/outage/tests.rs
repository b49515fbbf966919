//! Which failures in a row are an outage.

use latchkey_protocol::{Affected, Cause, UnixMillis};

use super::outages;
use super::tried::{Failure, Tried, Went};
use crate::clock::{MINUTE, SECOND};

const NOW: UnixMillis = UnixMillis(100 * MINUTE);

/// `ago` seconds ago.
fn mail(to: &str, ago: i64, went: Went) -> Tried {
    let at = NOW.0 - ago * SECOND;
    Tried {
        whose: to.to_owned(),
        domain: to.rsplit_once('@').unwrap().1.to_owned(),
        written_at: UnixMillis(at - SECOND),
        at: UnixMillis(at),
        went,
    }
}

fn failed(cause: Option<Cause>, tries: u32) -> Went {
    Went::Failed(Failure {
        cause,
        in_a_report: false,
        tries,
        code: Some(550),
        enhanced: None,
    })
}

fn came_back(cause: Cause) -> Went {
    Went::Failed(Failure {
        cause: Some(cause),
        in_a_report: true,
        tries: 1,
        code: None,
        enhanced: Some("5.7.26".to_owned()),
    })
}

/// Who is out, and why.
fn out(tried: &[Tried]) -> Vec<(String, Cause)> {
    outages(tried, NOW)
        .into_iter()
        .map(|outage| {
            let whom = match outage.whom {
                Affected::Domain { domain } => domain,
                _ => "everyone".to_owned(),
            };
            (whom, outage.cause)
        })
        .collect()
}

fn one(whom: &str, cause: Cause) -> Vec<(String, Cause)> {
    vec![(whom.to_owned(), cause)]
}

#[test]
fn two_failures_are_an_accident_and_three_are_an_outage() {
    let silent = || failed(Some(Cause::PracticeMailDown), 1);
    let mut tried = vec![mail("a@x.org", 1, silent()), mail("b@y.org", 2, silent())];
    assert_eq!(out(&tried), []);
    tried.push(mail("c@z.org", 60, silent()));
    assert_eq!(out(&tried), one("everyone", Cause::PracticeMailDown));
    let found = &outages(&tried, NOW)[0];
    assert_eq!(found.failures, 3);
    assert_eq!(found.since, tried[2].written_at);
}

#[test]
fn each_try_of_a_mail_that_waits_is_a_failure() {
    let tried = [mail("a@x.org", 1, failed(Some(Cause::PracticeMailDown), 3))];
    assert_eq!(out(&tried), one("everyone", Cause::PracticeMailDown));
}

#[test]
fn a_mail_that_gets_through_ends_it() {
    let tried = [
        mail("d@x.org", 1, Went::Accepted),
        mail("a@x.org", 9, failed(Some(Cause::PracticeMailDown), 4)),
    ];
    assert_eq!(out(&tried), []);
}

#[test]
fn a_mail_that_was_just_taken_may_come_back_yet() {
    let back = || came_back(Cause::SenderCheckFailed);
    let mut tried = vec![
        mail("d@x.org", 5, Went::Accepted),
        mail("a@x.org", 9, back()),
        mail("b@x.org", 19, back()),
        mail("c@x.org", 29, back()),
    ];
    assert_eq!(out(&tried), one("everyone", Cause::SenderCheckFailed));
    tried[0].at = UnixMillis(NOW.0 - 3 * MINUTE);
    assert_eq!(out(&tried), []);
}

#[test]
fn what_one_domain_alone_refuses_is_that_domains() {
    let refused = || failed(Some(Cause::SenderCheckFailed), 1);
    let tried = [
        mail("a@strict.org", 1, refused()),
        mail("z@easy.org", 200, Went::Accepted),
        mail("b@strict.org", 201, refused()),
        mail("a@strict.org", 202, refused()),
    ];
    assert_eq!(out(&tried), one("strict.org", Cause::SenderCheckFailed));
}

#[test]
fn full_mailboxes_and_unknown_people_are_nobodys_outage() {
    for cause in [
        Cause::MailboxFull,
        Cause::MailboxUnknown,
        Cause::MailboxDisabled,
        Cause::Greylisted,
        Cause::AddressMalformed,
    ] {
        let tried: Vec<Tried> = (1..9)
            .map(|ago| mail(&format!("{ago}@x.org"), ago, failed(Some(cause), 1)))
            .collect();
        assert_eq!(out(&tried), [], "{cause:?}");
    }
}

#[test]
fn a_reason_without_a_name_counts_once_it_met_several_people() {
    let mut tried = vec![
        mail("a@x.org", 1, failed(None, 1)),
        mail("a@x.org", 2, failed(None, 1)),
        mail("a@x.org", 3, failed(None, 1)),
    ];
    assert_eq!(out(&tried), []);
    tried.push(mail("b@x.org", 4, failed(None, 1)));
    assert_eq!(out(&tried), one("x.org", Cause::MailRefused));
}

#[test]
fn a_server_that_answered_since_is_there() {
    let silent = || failed(Some(Cause::ServerUnreachable), 2);
    let mut tried = vec![mail("a@x.org", 5, silent()), mail("b@x.org", 9, silent())];
    assert_eq!(out(&tried), one("x.org", Cause::ServerUnreachable));
    tried.insert(0, mail("c@x.org", 1, failed(Some(Cause::MailboxFull), 1)));
    assert_eq!(out(&tried), []);
}

#[test]
fn while_nobody_gets_mail_no_domain_is_blamed() {
    let mut tried: Vec<Tried> = (1..5)
        .map(|ago| mail("a@x.org", ago, failed(Some(Cause::PracticeMailDown), 1)))
        .collect();
    tried.extend((5..9).map(|ago| mail("a@x.org", ago, failed(Some(Cause::MailUnwanted), 1))));
    assert_eq!(out(&tried), one("everyone", Cause::PracticeMailDown));
}
