//! Where a desktop finds everything, from the practice's address alone.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::SCOPE;
use crate::App;

/// RFC 8414.
pub async fn authorization_server(State(app): State<App>) -> Json<Value> {
    let config = &app.config;
    Json(json!({
        "issuer": config.issuer(),
        "authorization_endpoint": config.public("/oauth/authorize"),
        "token_endpoint": config.public("/oauth/token"),
        "revocation_endpoint": config.public("/oauth/revoke"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "scopes_supported": [SCOPE],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// RFC 9728.
pub async fn protected_resource(State(app): State<App>) -> Json<Value> {
    let config = &app.config;
    Json(json!({
        "resource": config.issuer(),
        "authorization_servers": [config.issuer()],
        "scopes_supported": [SCOPE],
        "bearer_methods_supported": ["header"],
        "dpop_bound_access_tokens_required": true,
        "dpop_signing_alg_values_supported": ["ES256"],
    }))
}
