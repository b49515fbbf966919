//! How any call may be refused, for the OpenAPI document.

use std::collections::BTreeMap;

use latchkey_protocol::Problem;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// What a call that only reads is refused with.
const READS: [(u16, &str); 3] = [
    (400, "A header is not what this call takes"),
    (401, "No, or no longer, a valid access token"),
    (503, "Not now; nothing was changed"),
];

const TOO_OFTEN: (u16, &str) = (429, "Too often; `retry_at` says when again");

const NOT_ALLOWED: (u16, &str) = (403, "Not this staff member's to do");

const NOT_THEIRS: (u16, &str) = (404, "No such request or client, or not theirs to see");

/// What a write is refused with besides; nothing was changed by any of them, save that
/// `second_person_needed` keeps the first statement.
const WRITES: [(u16, &str); 7] = [
    NOT_ALLOWED,
    NOT_THEIRS,
    (409, "It stands otherwise by now"),
    (413, "The body is too long"),
    (415, "The body is not application/json"),
    (422, "The key came with another body before"),
    TOO_OFTEN,
];

/// How any call may be refused.
pub(super) struct Refused;

/// How a call that reads a request may be refused.
pub(super) struct ReadRefused;

/// How a search may be refused.
pub(super) struct FindRefused;

/// How a call that is for admins may be refused.
pub(super) struct AdminRefused;

/// How a write may be refused.
pub(super) struct WriteRefused;

/// How a write about oneself may be refused.
pub(super) struct OwnWriteRefused;

impl IntoResponses for OwnWriteRefused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let theirs = |(status, _): &(u16, &str)| matches!(status, 413 | 415 | 422);
        READS
            .into_iter()
            .chain(WRITES.into_iter().filter(theirs))
            .map(described)
            .collect()
    }
}

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        READS.into_iter().map(described).collect()
    }
}

impl IntoResponses for ReadRefused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        READS
            .into_iter()
            .chain([NOT_THEIRS])
            .map(described)
            .collect()
    }
}

impl IntoResponses for FindRefused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        READS
            .into_iter()
            .chain([TOO_OFTEN])
            .map(described)
            .collect()
    }
}

impl IntoResponses for AdminRefused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        READS
            .into_iter()
            .chain([NOT_ALLOWED])
            .map(described)
            .collect()
    }
}

impl IntoResponses for WriteRefused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        READS.into_iter().chain(WRITES).map(described).collect()
    }
}

fn described((status, why): (u16, &str)) -> (String, RefOr<Response>) {
    let body = Content::new(Some(Ref::from_schema_name(Problem::name())));
    let response = ResponseBuilder::new()
        .description(why)
        .content("application/problem+json", body)
        .build();
    (status.to_string(), response.into())
}
