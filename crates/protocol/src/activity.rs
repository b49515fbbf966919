//! What a practice's weeks looked like: counts and times, nobody's name.

use serde::{Deserialize, Serialize};

use crate::{Cause, UnixMillis};

/// Answer of `GET /api/v1/activity`: whole weeks, the last one as far as it has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct Activity {
    /// What is counted began then.
    pub since: UnixMillis,
    /// It was counted then.
    pub until: UnixMillis,
    /// Week by week, oldest first.
    pub weeks: Vec<Week>,
    /// From asking to a person's first look, over all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Spread>,
    /// From asking to being signed in, over all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_in: Option<Spread>,
    /// Mail domains that made trouble, those with the most mails that did not arrive first.
    pub domains: Vec<DomainTrouble>,
    /// The mails that are counted for the domains were written after that.
    pub domains_since: UnixMillis,
}

/// One week of it, by when clients asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct Week {
    /// It began then, on a Monday.
    pub from: UnixMillis,
    /// Requests by what kept the client out, most first.
    pub causes: Vec<CauseCount>,
    /// From asking to a person's first look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Spread>,
    /// From asking to being signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_in: Option<Spread>,
    /// How often clients signed in; nothing where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_ins: Option<u32>,
    /// How often that ended a help request.
    pub helped: u32,
}

/// So many requests had this cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CauseCount {
    /// The cause.
    pub cause: Cause,
    /// How many.
    pub requests: u32,
}

/// How long something took, over several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Spread {
    /// How often.
    pub of: u32,
    /// Half of them took no longer, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub median: i64,
    /// Nine of ten took no longer, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub ninth: i64,
}

impl Spread {
    /// Of all these times, in milliseconds, in any order; nothing of none. A clock that was set
    /// back makes no time shorter than none.
    #[must_use]
    pub fn of(mut times: Vec<i64>) -> Option<Self> {
        times.sort_unstable();
        let rank = |tenths: usize| {
            let at = (times.len() * tenths).div_ceil(10).saturating_sub(1);
            times.get(at).map(|time| (*time).max(0))
        };
        Some(Self {
            of: u32::try_from(times.len()).unwrap_or(u32::MAX),
            median: rank(5)?,
            ninth: rank(9)?,
        })
    }
}

/// Mails to one domain that did not arrive, or late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct DomainTrouble {
    /// Which.
    pub domain: String,
    /// Mails that were sent there; nothing where only those are known that made trouble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mails: Option<u32>,
    /// Those that did not arrive.
    pub failed: u32,
    /// Those that were put off at first, or still are.
    pub late: u32,
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_median_and_the_ninth_of_ten_are_times_that_were_there() {
        let spread = |times: &[i64]| Spread::of(times.to_vec()).map(|s| (s.of, s.median, s.ninth));
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7]), Some((1, 7, 7)));
        assert_eq!(spread(&[9, 1]), Some((2, 1, 9)));
        assert_eq!(spread(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), Some((10, 5, 9)));
        assert_eq!(spread(&[-5]), Some((1, 0, 0)));
    }
}
