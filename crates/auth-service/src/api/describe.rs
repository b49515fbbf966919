//! What the OpenAPI document says besides the routes.

use latchkey_protocol::{
    Affected, Cover, FEED_EVENT_COVERS, FEED_EVENT_GONE, FEED_EVENT_OUTAGES, FEED_EVENT_PRESENCE,
    FEED_EVENT_REQUEST, FEED_EVENT_RESET, Gone, GoneReason, HelpRequest, Looking, MailOutage,
    Problem,
};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, RefOr, Schema,
    SecurityRequirement,
};

const ABOUT: &str = "What a desktop asks of the practice's auth service. Every call carries a \
    sender-constrained access token (RFC 9449: `Authorization: DPoP` and a `DPoP` proof). Every \
    write carries an `Idempotency-Key`: the same key with the same body is the same act. \
    Refusals are problem details (RFC 9457) whose `code` is stable.";

/// The document before the routes are in it.
pub fn frame() -> OpenApi {
    let scheme = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
        "Authorization",
        "`DPoP TOKEN`, together with a `DPoP` proof of the key the token is bound to (RFC 9449)",
    )));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Latchkey auth service")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .build(),
        )
        .paths(Paths::new())
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("dpop", scheme)
                // What the feed's `data` holds: no body of a call names these.
                .schemas_from_iter(of_a_request())
                .schema_from::<HelpRequest>()
                .schema_from::<Gone>()
                .schema_from::<GoneReason>()
                .schema_from::<MailOutage>()
                .schema_from::<Affected>()
                .schema_from::<Looking>()
                .schema_from::<Cover>()
                // Refusals name it without a type of their own.
                .schema_from::<Problem>()
                .schema("FeedEvent", feed_event())
                .build(),
        ))
        .security(Some([SecurityRequirement::new(
            "dpop",
            Vec::<String>::new(),
        )]))
        .build()
}

/// Everything that a help request is made of.
fn of_a_request() -> Vec<(String, RefOr<Schema>)> {
    let mut parts = Vec::new();
    HelpRequest::schemas(&mut parts);
    parts
}

/// One event of the feed, as a reader of event streams hands it over.
fn feed_event() -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    ObjectBuilder::new()
        .property(
            "event",
            text().enum_values(Some([
                FEED_EVENT_REQUEST,
                FEED_EVENT_GONE,
                FEED_EVENT_RESET,
                FEED_EVENT_OUTAGES,
                FEED_EVENT_PRESENCE,
                FEED_EVENT_COVERS,
            ])),
        )
        .property(
            "id",
            text()
                .pattern(Some("^[0-9]+$"))
                .description(Some("The position to resume from")),
        )
        .property(
            "data",
            text()
                .content_media_type("application/json")
                .description(Some(
                    "`HelpRequest` of a `request`, `Gone` of a `gone`, nothing of a `reset`, \
                     an array of `MailOutage` of `outages`, \
                     an array of `Looking` of `presence`, an array of `Cover` of `covers`",
                )),
        )
        .required("event")
        .build()
        .into()
}
