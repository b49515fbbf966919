//! The proof that the caller holds the key.

use latchkey_auth::clock::{MINUTE, SECOND};
use latchkey_auth::testing::{House, START};
use latchkey_protocol::UnixMillis;
use serde_json::Value;

use crate::desk::{Desk, Key, http};
use crate::scene::{refresh_of, signed_in};

// RULES S5
#[tokio::test]
async fn a_proof_of_possession_is_fresh_for_this_call_and_signed_by_its_own_key() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let url = house.url("/oauth/token");
    let claims = || Key::claims(house.app.now(), "POST", &url, None);
    let edit = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        key.sign(&key.header(), &claims)
    };
    let with_header = |name: &str, value: Value| {
        let mut header = key.header();
        header[name] = value;
        key.sign(&header, &claims())
    };
    let mut private = key.header();
    private["jwk"]["d"] = "AAAA".into();
    // So that an old proof is not refused for being older than the service's start.
    house.clock.advance(10 * MINUTE);
    let now = house.app.now().0 / 1_000;
    let good = key.proof(house.app.now(), "POST", &url, None);
    let mut tampered = good.clone();
    tampered.replace_range(good.len() - 4.., "AAAA");
    for (what, proof) in [
        ("another method", edit("htm", "GET".into())),
        (
            "another address",
            edit("htu", house.url("/oauth/revoke").into()),
        ),
        (
            "another host",
            edit("htu", "https://evil.example/oauth/token".into()),
        ),
        ("too old", edit("iat", (now - 301).into())),
        ("from the future", edit("iat", (now + 6).into())),
        ("no id", edit("jti", "".into())),
        ("a number for an id", edit("jti", 7.into())),
        ("another type", with_header("typ", "JWT".into())),
        ("another algorithm", with_header("alg", "HS256".into())),
        ("no signature wanted", with_header("alg", "none".into())),
        ("somebody else's key", with_header("jwk", Key::new(8).jwk())),
        ("a private key", key.sign(&private, &claims())),
        ("tampered", tampered),
        ("nonsense", "nonsense".to_owned()),
        ("far too long", "x".repeat(5_000)),
    ] {
        let answer = http()
            .post(&url)
            .header("dpop", proof)
            .form(&[
                ("grant_type", "refresh_token"),
                ("client_id", "latchkey-desktop"),
            ])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{what}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"], "invalid_dpop_proof", "{what}");
    }
    let tokens = signed_in(&house, &key).await;
    let send = async |refresh_token: &str| {
        let answer = http()
            .post(&url)
            .header("dpop", &good)
            .form(&[
                ("grant_type", "refresh_token"),
                ("client_id", "latchkey-desktop"),
                ("refresh_token", refresh_token),
            ])
            .send()
            .await
            .unwrap();
        answer.json::<Value>().await.unwrap()["error"].clone()
    };
    let unknown = "A".repeat(43);
    assert_eq!(send(&unknown).await, "invalid_grant");
    assert_eq!(
        send(&unknown).await,
        "invalid_grant",
        "of strangers nothing is remembered"
    );
    let refresh = refresh_of(&tokens);
    assert_eq!(send(refresh).await, Value::Null, "the proof is good");
    assert_eq!(send(refresh).await, "invalid_dpop_proof", "and counts once");
}

// RULES S5
#[tokio::test]
async fn an_access_token_alone_is_worth_nothing() {
    let house = House::furnished().await;
    let mut desk = Desk::of(&house, "Rosa").await;
    assert_eq!(desk.get("/api/v1/me").await.0, 200);
    let url = house.url("/api/v1/me");
    let call = async |scheme: &str, proof: Option<String>| {
        let mut call = http()
            .get(&url)
            .header("authorization", format!("{scheme} {}", desk.access));
        if let Some(proof) = proof {
            call = call.header("dpop", proof);
        }
        let answer = call.send().await.unwrap();
        let challenge = answer.headers().get("www-authenticate").cloned();
        (answer.status().as_u16(), challenge)
    };
    let now = house.app.now();
    let proof = |key: &Key, token: &str| Some(key.proof(now, "GET", &url, Some(token)));
    let own = || proof(&desk.key, &desk.access);
    for (what, scheme, proof) in [
        ("no proof", "DPoP", None),
        ("as a bearer token", "Bearer", own()),
        ("another key", "DPoP", proof(&Key::new(9), &desk.access)),
        ("another token", "DPoP", proof(&desk.key, &desk.refresh)),
        (
            "no token named",
            "DPoP",
            Some(desk.key.proof(now, "GET", &url, None)),
        ),
        (
            "another method",
            "DPoP",
            Some(desk.key.proof(now, "POST", &url, Some(&desk.access))),
        ),
    ] {
        let (status, challenge) = call(scheme, proof).await;
        assert_eq!(status, 401, "{what}");
        let challenge = challenge.unwrap().to_str().unwrap().to_owned();
        assert!(challenge.starts_with("DPoP ") && challenge.contains("resource_metadata"));
    }
    let once = own();
    assert_eq!(call("DPoP", once.clone()).await.0, 200);
    assert_eq!(call("DPoP", once).await.0, 401, "a proof counts once");
    house.clock.advance(10 * MINUTE);
    assert_eq!(desk.get("/api/v1/me").await.0, 401, "ten minutes are over");
    desk.renew().await;
    assert_eq!(desk.get("/api/v1/me").await.0, 200);
}

// RULES S5
#[tokio::test]
async fn a_proof_from_before_the_start_of_the_service_counts_no_more() {
    let house = House::furnished().await;
    let desk = Desk::of(&house, "Rosa").await;
    let url = house.url("/api/v1/me");
    let call = async |made_at: i64| {
        let now = UnixMillis(made_at);
        let proof = desk.key.proof(now, "GET", &url, Some(&desk.access));
        http()
            .get(&url)
            .header("authorization", format!("DPoP {}", desk.access))
            .header("dpop", proof)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    // Whoever caught a proof of the run before this one would try it now.
    assert_eq!(call(START.0 - SECOND).await, 401);
    assert_eq!(call(START.0).await, 200, "a proof tells whole seconds");
    house.clock.advance(4 * MINUTE);
    assert_eq!(call(START.0).await, 200, "a slow clock is forgiven");
    assert_eq!(call(START.0 - SECOND).await, 401);
}
