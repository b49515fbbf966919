//! What the auth service and the agent say to each other: documents, codes, ids.
//!
//! Every enum that crosses the wire has an `Unknown` member, so that a desktop
//! of the previous minor version shows a generic sentence instead of failing
//! (RULES X1). Unknown fields are ignored for the same reason.

mod activity;
mod api;
mod client;
mod diagnosis;
mod dialogue;
mod error;
mod feed;
mod ids;
mod outage;
mod request;
mod team;
mod timeline;

pub use activity::{Activity, CauseCount, DomainTrouble, Spread, Week};
pub use api::{
    AddNote, Announcement, ConfirmAddress, CorrectAddress, Done, IDEMPOTENCY_KEY, IssuePin,
    IssuedPin, LONGEST_MESSAGE, LONGEST_NOTE, Me, Nothing, Practice, ResendLink, Role, SendReply,
    Staff, WriteMessage,
};
pub use client::{ClientFile, ClientFound, ClientsFound, Holder, IssueClientPin, OpenRequest};
pub use diagnosis::{Action, Cause, Confidence, Diagnosis, Facts, NearMiss};
pub use dialogue::{DialogueLine, MailDialogue, MailTry, Speaker};
pub use error::{ErrorCode, Problem};
pub use feed::{
    FEED_EVENT_COVERS, FEED_EVENT_GONE, FEED_EVENT_OUTAGES, FEED_EVENT_PRESENCE,
    FEED_EVENT_REQUEST, FEED_EVENT_RESET, Gone, GoneReason,
};
pub use ids::{ClientId, CoverId, DeviceId, PinId, Position, RequestId, StaffId, UnixMillis};
pub use outage::{Affected, MailOutage};
pub use request::{
    Browser, CallBack, ClientPage, ClientSession, Evidence, HelpRequest, MailFate, MailStatus,
    NewAddress, PageSeen, Phrase, PinState, PinStatus, RaisedBy, ReplySent, RequestState, Seen,
    ServerReply, Solved, SolvedHow, Tier, TierReason, Who,
};
pub use team::{
    Assign, Assigned, CancelCover, Colleague, Colleagues, Cover, InSession, Look, Looking, SetCover,
};
pub use timeline::{
    AddressProof, Happening, LinkRefusal, LinkUse, NameFit, Opener, SignInMethod, TimelineEntry,
};
