//! What the last weeks looked like, counted from the requests on this computer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{Timestamp, ToSpan, Zoned, civil::Weekday, tz::TimeZone};
use latchkey_protocol::{
    Activity, Cause, CauseCount, DomainTrouble, SolvedHow, Spread, UnixMillis, Week,
};

use crate::summary::Summary;

/// A domain is named only where so many people have their mailbox, as the service does.
const CROWD: usize = 2;
/// More domains than these are not told one by one.
const MOST_DOMAINS: usize = 10;

/// Counts what was asked since then. How often clients signed in without help, only the
/// practice knows.
pub fn counted<'a>(
    requests: impl Iterator<Item = &'a Summary>,
    since: UnixMillis,
    until: UnixMillis,
    zone: &TimeZone,
) -> Activity {
    let mut weeks: Vec<Counting> = mondays(since, until, zone)
        .into_iter()
        .map(Counting::of_week)
        .collect();
    let (mut reactions, mut arrivals) = (Vec::new(), Vec::new());
    let mut domains = BTreeMap::new();
    let asked_since = requests.filter(|request| (since..=until).contains(&request.at));
    for request in asked_since.filter(|request| !is_asked_again(request)) {
        let Some(week) = weeks.iter_mut().rfind(|week| week.from <= request.at) else {
            continue;
        };
        let after = |then: UnixMillis| then.0 - request.at.0;
        *week.causes.entry(request.kept_out).or_default() += 1;
        if let Some(seen_at) = request.seen_at {
            week.reactions.push(after(seen_at));
            reactions.push(after(seen_at));
        }
        if let Some(in_at) = in_at(request) {
            week.ways_in.push(after(in_at));
            arrivals.push(after(in_at));
        }
        note_domain(&mut domains, request);
    }
    Activity {
        since,
        until,
        weeks: weeks.into_iter().map(Counting::counted).collect(),
        reaction: Spread::of(reactions),
        way_in: Spread::of(arrivals),
        domains: worst(domains),
        domains_since: since,
    }
}

#[derive(Default)]
struct Counting {
    from: UnixMillis,
    causes: HashMap<Cause, u32>,
    reactions: Vec<i64>,
    ways_in: Vec<i64>,
}

impl Counting {
    fn of_week(from: UnixMillis) -> Self {
        Self {
            from,
            ..Self::default()
        }
    }

    fn counted(self) -> Week {
        let helped = u32::try_from(self.ways_in.len()).unwrap_or(u32::MAX);
        Week {
            from: self.from,
            causes: most_first(self.causes),
            reaction: Spread::of(self.reactions),
            way_in: Spread::of(self.ways_in),
            sign_ins: None,
            helped,
        }
    }
}

/// When each week began that has a part of it, oldest first.
fn mondays(since: UnixMillis, until: UnixMillis, zone: &TimeZone) -> Vec<UnixMillis> {
    let Ok(now) = Timestamp::from_millisecond(until.0) else {
        return Vec::new();
    };
    let today = now.to_zoned(zone.clone()).date();
    let monday = today.saturating_sub(i64::from(today.weekday().since(Weekday::Monday)).days());
    let mut begins = Vec::new();
    for ago in 0_i64.. {
        let begin = monday
            .checked_sub(ago.weeks())
            .and_then(|day| day.to_zoned(zone.clone()));
        let Ok(begin) = begin.map(|begin: Zoned| UnixMillis(begin.timestamp().as_millisecond()))
        else {
            break;
        };
        begins.push(begin);
        if begin <= since {
            break;
        }
    }
    begins.reverse();
    begins
}

/// What the service raised by itself is not counted where the client asked, too.
fn is_asked_again(request: &Summary) -> bool {
    matches!(
        request.solved.as_ref().map(|solved| &solved.how),
        Some(SolvedHow::AskedForHelp)
    )
}

/// When a sign-in ended it, where one did.
fn in_at(request: &Summary) -> Option<UnixMillis> {
    let solved = request.solved.as_ref()?;
    matches!(solved.how, SolvedHow::SignedIn { .. }).then_some(solved.at)
}

fn most_first(causes: HashMap<Cause, u32>) -> Vec<CauseCount> {
    let mut counts: Vec<CauseCount> = causes
        .into_iter()
        .map(|(cause, requests)| CauseCount { cause, requests })
        .collect();
    counts.sort_by_key(|count| {
        (
            std::cmp::Reverse(count.requests),
            format!("{:?}", count.cause),
        )
    });
    counts
}

#[derive(Default)]
struct OfDomain {
    people: BTreeSet<String>,
    failed: u32,
    late: u32,
}

fn note_domain(domains: &mut BTreeMap<String, OfDomain>, request: &Summary) {
    let (failed, late) = match request.kept_out {
        Cause::MailRefused
        | Cause::MailboxUnknown
        | Cause::MailboxFull
        | Cause::MailboxDisabled
        | Cause::DomainUnknown
        | Cause::ServerUnreachable
        | Cause::MailUnwanted
        | Cause::SenderCheckFailed
        | Cause::Suppressed => (1, 0),
        Cause::MailDeferred | Cause::Greylisted | Cause::MailTooFast => (0, 1),
        _ => return,
    };
    // Of a stranger the domain may be anything.
    let Some(address) = request.address().filter(|_| request.matched) else {
        return;
    };
    let Some((_, domain)) = address
        .rsplit_once('@')
        .filter(|(_, domain)| !domain.is_empty())
    else {
        return;
    };
    let one = domains.entry(domain.to_owned()).or_default();
    one.people.insert(address.to_owned());
    one.failed += failed;
    one.late += late;
}

fn worst(domains: BTreeMap<String, OfDomain>) -> Vec<DomainTrouble> {
    let mut troubles: Vec<DomainTrouble> = domains
        .into_iter()
        .filter(|(_, one)| one.people.len() >= CROWD)
        .map(|(domain, one)| DomainTrouble {
            domain,
            mails: None,
            failed: one.failed,
            late: one.late,
        })
        .collect();
    troubles.sort_by_key(|one| std::cmp::Reverse((one.failed, one.late)));
    troubles.truncate(MOST_DOMAINS);
    troubles
}
