//! What the OpenAPI document says besides the routes.

use latchkey_protocol::{Gone, GoneReason};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, SecurityRequirement,
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
                // The other event of the feed: no body of a call names it.
                .schema_from::<Gone>()
                .schema_from::<GoneReason>()
                .build(),
        ))
        .security(Some([SecurityRequirement::new(
            "dpop",
            Vec::<String>::new(),
        )]))
        .build()
}
