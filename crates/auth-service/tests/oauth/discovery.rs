//! Where everything is.

use latchkey_auth::testing::House;
use serde_json::Value;

// RULES D1
#[tokio::test]
async fn everything_is_found_from_the_practices_address_alone() {
    let house = House::furnished().await;
    let fetch = async |path: &str| -> Value {
        reqwest::get(house.url(path))
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let resource = fetch("/.well-known/oauth-protected-resource").await;
    assert_eq!(resource["authorization_servers"][0], house.url(""));
    assert_eq!(resource["dpop_bound_access_tokens_required"], true);
    let server = fetch("/.well-known/oauth-authorization-server").await;
    assert_eq!(server["issuer"], house.url(""));
    assert_eq!(server["code_challenge_methods_supported"][0], "S256");
    assert_eq!(
        server["authorization_response_iss_parameter_supported"],
        true
    );
    assert_eq!(server["token_endpoint"], house.url("/oauth/token"));
}
