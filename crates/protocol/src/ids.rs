//! Ids and times as they cross the wire.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// Ids are UUIDs; what is much longer is none, and is not kept a thousand times.
const LONGEST_ID: usize = 100;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let id = String::deserialize(from)?;
                if id.len() > LONGEST_ID {
                    return Err(D::Error::custom("an id is too long"));
                }
                Ok(Self(id))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    };
}

id!(
    /// A client of the practice.
    ClientId
);
id!(
    /// A cover period.
    CoverId
);
id!(
    /// A desktop that a staff member signed in from.
    DeviceId
);
id!(
    /// One issued PIN; never its digits.
    PinId
);
id!(
    /// A help request.
    RequestId
);
id!(
    /// A staff member.
    StaffId
);

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The first moment that has a date everywhere: year 1.
    pub const FIRST: Self = Self(-62_135_596_800_000);
    /// The last moment that has a date everywhere: year 9999, in every zone.
    pub const LAST: Self = Self(253_402_207_200_999);
}

/// A moment that no calendar has is read as the nearest that one has: a date that
/// cannot be drawn would break the window.
impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let millis = i64::deserialize(from)?;
        Ok(Self(millis.clamp(Self::FIRST.0, Self::LAST.0)))
    }
}

/// A place in the event log: what `Last-Event-ID` carries. Starts at 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
#[serde(transparent)]
pub struct Position(pub i64);
