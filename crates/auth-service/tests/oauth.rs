//! How a desktop signs in, stays signed in, and is thrown out.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod desk;

use desk::{
    CHALLENGE, Desk, Key, REDIRECT, VERIFIER, authorization, browser, callback, changed, cookie,
    exchange, get, http, invite, press, refresh, token,
};
use latchkey_auth::clock::{DAY, HOUR, MINUTE, SECOND};
use latchkey_auth::mail::{self, Post};
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

// RULES S5, D1
#[tokio::test]
async fn a_press_that_names_the_device_gives_tokens_bound_to_its_key() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let cookie = browser(&house, "Rosa").await;
    let page = http()
        .get(house.url("/oauth/authorize"))
        .query(&authorization(&key))
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("Rosa Rivera") && page.contains("Rosa&#39;s laptop"),
        "{page}"
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM device").await, 0);
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    assert_eq!(get(&back, "state"), "the state");
    assert_eq!(get(&back, "iss"), house.url(""));
    let (status, tokens) = exchange(&house, &key, get(&back, "code")).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(tokens["token_type"], "DPoP");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM device WHERE name = 'Rosa''s laptop'")
            .await,
        1
    );
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM event WHERE kind = 'device_connected'")
            .await,
        1
    );
}

// RULES S5
#[tokio::test]
async fn without_a_proved_browser_nobody_is_connected() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let page = http()
        .get(house.url("/oauth/authorize"))
        .query(&authorization(&key))
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("one-time address"));
    let mut form = authorization(&key);
    form.push(("act", "connect".to_owned()));
    let answer = http()
        .post(house.url("/oauth/authorize"))
        .header("sec-fetch-site", "same-origin")
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM authorization_code").await,
        0
    );
}

#[tokio::test]
async fn cancel_goes_back_to_the_desktop_without_a_code() {
    let house = House::furnished().await;
    let cookie = browser(&house, "Rosa").await;
    let back = press(&house, &cookie, authorization(&Key::new(7)), "cancel").await;
    assert_eq!(get(&back, "error"), "access_denied");
    assert_eq!(get(&back, "state"), "the state");
    assert_eq!(get(&back, "iss"), house.url(""));
    assert_eq!(get(&back, "code"), "");
}

#[tokio::test]
async fn opening_the_one_time_address_consumes_nothing_and_pressing_it_works_once() {
    let house = House::furnished().await;
    let address = house.url(&format!("/staff/invite/{}", invite(&house, "Rosa").await));
    for _ in 0..3 {
        assert_eq!(http().get(&address).send().await.unwrap().status(), 200);
        assert_eq!(http().head(&address).send().await.unwrap().status(), 200);
    }
    let press = async || {
        http()
            .post(&address)
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap()
    };
    let first = press().await;
    assert_eq!(first.status(), 200);
    let line = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in [
        "__Host-latchkey_staff=",
        "Secure",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
    ] {
        assert!(line.contains(part), "{line}");
    }
    let second = press().await;
    assert_eq!(second.status(), 404);
    assert!(second.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn a_one_time_address_ends_after_an_hour_with_a_newer_one_and_with_the_person() {
    let house = House::furnished().await;
    let press = async |token: &str| {
        http()
            .post(house.url(&format!("/staff/invite/{token}")))
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap()
            .status()
    };
    let old = invite(&house, "Rosa").await;
    let newer = invite(&house, "Rosa").await;
    assert_eq!(press(&old).await, 404);
    house.clock.advance(HOUR);
    assert_eq!(press(&newer).await, 404);
    let disabled = invite(&house, "Sam").await;
    house
        .sql("UPDATE staff SET disabled_at = 1 WHERE name = 'Sam Park'")
        .await;
    assert_eq!(press(&disabled).await, 404);
    assert_eq!(press("nonsense").await, 404);
    assert_eq!(house.count("SELECT COUNT(*) FROM staff_browser").await, 0);
}

#[tokio::test]
async fn pasting_the_address_goes_on_where_the_desktop_waits() {
    let house = House::furnished().await;
    let address = house.url(&format!("/staff/invite/{}", invite(&house, "Rosa").await));
    let paste = async |address: &str| {
        http()
            .post(house.url("/staff/invite"))
            .header("sec-fetch-site", "same-origin")
            .form(&[("address", address), ("then", "response_type=code&state=x")])
            .send()
            .await
            .unwrap()
    };
    let answer = paste(&format!(" {address} ")).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(
        answer.headers()["location"],
        "/oauth/authorize?response_type=code&state=x"
    );
    assert!(cookie(&answer).starts_with("__Host-latchkey_staff="));
    let again = paste(&address).await;
    assert_eq!(again.status(), 400);
    assert!(again.text().await.unwrap().contains("does not work"));
}

// RULES V9
#[tokio::test]
async fn a_form_from_another_site_connects_nothing() {
    let house = House::furnished().await;
    let cookie = browser(&house, "Rosa").await;
    let mut form = authorization(&Key::new(7));
    form.push(("act", "connect".to_owned()));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-nothing", "said"),
    ] {
        let answer = http()
            .post(house.url("/oauth/authorize"))
            .header("cookie", &cookie)
            .header(name, value)
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{name}: {value}");
    }
    assert_eq!(
        house.count("SELECT COUNT(*) FROM authorization_code").await,
        0
    );
}

// RULES D1, V4
#[tokio::test]
async fn a_request_from_an_unknown_program_is_never_redirected() {
    let house = House::furnished().await;
    let good = || authorization(&Key::new(7));
    let long = "x".repeat(3_000);
    for parameters in [
        changed(good(), "client_id", Some("another")),
        changed(good(), "client_id", None),
        changed(
            good(),
            "redirect_uri",
            Some("https://evil.example/callback"),
        ),
        changed(
            good(),
            "redirect_uri",
            Some("http://localhost:49152/callback"),
        ),
        changed(good(), "redirect_uri", None),
        changed(good(), "device_name", Some(&long)),
        [good(), vec![("state", "again".to_owned())]].concat(),
    ] {
        let answer = http()
            .get(house.url("/oauth/authorize"))
            .query(&parameters)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400);
        assert!(answer.headers().get("location").is_none());
    }
    let not_utf8 = house.url("/oauth/authorize?client_id=%ff");
    assert_eq!(reqwest::get(not_utf8).await.unwrap().status(), 400);
}

// RULES D1, V4
#[tokio::test]
async fn a_wrong_request_of_the_desktop_is_told_to_the_desktop() {
    let house = House::furnished().await;
    let good = || authorization(&Key::new(7));
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("scope", Some("everything"), "invalid_scope"),
        ("state", None, "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("dpop_jkt", None, "invalid_request"),
        ("dpop_jkt", Some("short"), "invalid_request"),
    ] {
        let answer = http()
            .get(house.url("/oauth/authorize"))
            .query(&changed(good(), name, value))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "{name}");
        let back = callback(&answer);
        assert_eq!(get(&back, "error"), error, "{name}");
        assert_eq!(get(&back, "iss"), house.url(""));
    }
}

// RULES S5
#[tokio::test]
async fn a_code_is_bound_to_verifier_redirect_and_key() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let cookie = browser(&house, "Rosa").await;
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    let code = get(&back, "code");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "latchkey-desktop"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let with = |name: &str, value: &'static str| {
        form.map(|(known, old)| (known, if known == name { value } else { old }))
    };
    for (form, error) in [
        (with("code_verifier", CHALLENGE), "invalid_grant"),
        (
            with("redirect_uri", "http://127.0.0.1:1/callback"),
            "invalid_grant",
        ),
        (with("code", "nonsense"), "invalid_grant"),
        (with("client_id", "another"), "invalid_client"),
        (with("grant_type", "password"), "unsupported_grant_type"),
        (with("code", ""), "invalid_request"),
    ] {
        let (status, body) = token(&house, &key, &form).await;
        assert_eq!(
            (status.as_u16(), body["error"].as_str().unwrap()),
            (400, error)
        );
    }
    let (status, body) = token(&house, &Key::new(8), &form).await;
    assert_eq!(
        (status.as_u16(), body["error"].as_str().unwrap()),
        (400, "invalid_grant")
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM device").await, 0);
    let (status, _) = token(&house, &key, &form).await;
    assert_eq!(status, 200);
}

// RULES S5
#[tokio::test]
async fn a_code_works_once_for_two_minutes_and_a_second_use_ends_what_it_gave() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let cookie = browser(&house, "Rosa").await;
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    let (_, tokens) = exchange(&house, &key, get(&back, "code")).await;
    let (status, _) = exchange(&house, &key, get(&back, "code")).await;
    assert_eq!(status, 400);
    let (status, _) = refresh(&house, &key, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 400, "the family ended");
    let back = press(&house, &cookie, authorization(&key), "connect").await;
    house.clock.advance(2 * MINUTE);
    let (status, _) = exchange(&house, &key, get(&back, "code")).await;
    assert_eq!(status, 400);
}

async fn signed_in(house: &House, key: &Key) -> Value {
    let cookie = browser(house, "Rosa").await;
    let back = press(house, &cookie, authorization(key), "connect").await;
    exchange(house, key, get(&back, "code")).await.1
}

fn refresh_of(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

// RULES S5
#[tokio::test]
async fn a_refresh_token_is_rotated_and_its_reuse_ends_the_family() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let first = signed_in(&house, &key).await;
    let (status, second) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(status, 200);
    assert_ne!(refresh_of(&first), refresh_of(&second));
    house.clock.advance(31 * SECOND);
    let (status, body) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(
        (status.as_u16(), body["error"].as_str().unwrap()),
        (400, "invalid_grant")
    );
    let (status, _) = refresh(&house, &key, refresh_of(&second)).await;
    assert_eq!(status, 400, "the family ended");
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM event WHERE kind = 'refresh_reused'")
            .await,
        1
    );
    assert_eq!(
        house
            .count("SELECT COUNT(*) FROM device WHERE revoked_why = 'refresh_reused'")
            .await,
        1
    );
}

// RULES S5
#[tokio::test]
async fn a_lost_answer_is_given_again_once_within_30_seconds() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let first = signed_in(&house, &key).await;
    let (_, lost) = refresh(&house, &key, refresh_of(&first)).await;
    house.clock.advance(30 * SECOND);
    let (status, again) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(status, 200);
    let (status, third) = refresh(&house, &key, refresh_of(&again)).await;
    assert_eq!(status, 200, "what was given again works");
    let (status, _) = refresh(&house, &key, refresh_of(&lost)).await;
    assert_eq!(status, 400, "what was lost does not");
    let (status, _) = refresh(&house, &key, refresh_of(&third)).await;
    assert_eq!(status, 200, "and showing it ended nothing");
}

// RULES S5
#[tokio::test]
async fn another_key_gets_nothing_and_ends_nothing() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let first = signed_in(&house, &key).await;
    let (status, _) = refresh(&house, &Key::new(8), refresh_of(&first)).await;
    assert_eq!(status, 400);
    let (status, _) = refresh(&house, &key, refresh_of(&first)).await;
    assert_eq!(status, 200);
}

// RULES S5
#[tokio::test]
async fn a_desktop_signs_in_again_after_30_days_at_most() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let mut tokens = signed_in(&house, &key).await;
    for _ in 0..29 {
        house.clock.advance(DAY);
        let (status, next) = refresh(&house, &key, refresh_of(&tokens)).await;
        assert_eq!(status, 200);
        tokens = next;
    }
    house.clock.advance(DAY);
    let (status, _) = refresh(&house, &key, refresh_of(&tokens)).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn signing_out_ends_the_desktop_and_tells_nothing_about_unknown_tokens() {
    let house = House::furnished().await;
    let key = Key::new(7);
    let tokens = signed_in(&house, &key).await;
    let revoke = async |token: &str| {
        http()
            .post(house.url("/oauth/revoke"))
            .form(&[("token", token)])
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(revoke("nonsense").await, 200);
    assert_eq!(refresh(&house, &key, refresh_of(&tokens)).await.0, 200);
    assert_eq!(revoke(tokens["access_token"].as_str().unwrap()).await, 200);
    assert_eq!(refresh(&house, &key, refresh_of(&tokens)).await.0, 400);
}

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
        ("from the future", edit("iat", (now + 301).into())),
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

// RULES V4
#[tokio::test]
async fn the_token_endpoint_refuses_what_is_no_form() {
    let house = House::furnished().await;
    let post = |body: Vec<u8>, kind: &'static str| {
        http()
            .post(house.url("/oauth/token"))
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let form = "application/x-www-form-urlencoded";
    for (body, kind, status) in [
        (b"{}".to_vec(), "application/json", 400),
        (
            b"grant_type=refresh_token&grant_type=refresh_token".to_vec(),
            form,
            400,
        ),
        (b"grant_type=%ff".to_vec(), form, 400),
        (b"\xff\xfe".to_vec(), form, 400),
        (Vec::new(), form, 400),
        (vec![b'a'; 20_000], form, 413),
    ] {
        assert_eq!(post(body, kind).await.unwrap().status(), status);
    }
}

// RULES S5
#[tokio::test]
async fn an_access_token_alone_is_worth_nothing() {
    let house = House::furnished().await;
    let mut desk = desk::Desk::of(&house, "Rosa").await;
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
async fn a_revoked_desktop_and_a_disabled_person_can_do_nothing_more() {
    let house = House::furnished().await;
    let rosa = desk::Desk::of(&house, "Rosa").await;
    let sam = desk::Desk::of(&house, "Sam").await;
    let id = house.staff("Rosa").await;
    let ended = house
        .app
        .writer
        .run(|tx| {
            Box::pin(
                async move { latchkey_auth::staff::revoke_devices(tx, &id, "by_operator").await },
            )
        })
        .await
        .unwrap();
    assert_eq!(ended, 1);
    let id = house.staff("Sam").await;
    house
        .app
        .writer
        .run(|tx| Box::pin(async move { latchkey_auth::staff::disable(tx, &id).await }))
        .await
        .unwrap();
    for gone in [&rosa, &sam] {
        assert_eq!(gone.get("/api/v1/me").await.0, 401);
        assert_eq!(refresh(&house, &gone.key, &gone.refresh).await.0, 400);
    }
}

// RULES V4
#[tokio::test]
async fn the_staff_pages_answer_bad_input_in_words_and_change_nothing() {
    let house = House::furnished().await;
    let long = "x".repeat(20_000);
    let post = |path: &str, body: String| {
        http()
            .post(house.url(path))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    for (path, body) in [
        ("/staff/invite", String::new()),
        ("/staff/invite", "address=a&address=b".to_owned()),
        ("/staff/invite", "address=%ff".to_owned()),
        ("/staff/invite", format!("address={long}")),
        ("/staff/invite/short", String::new()),
        ("/staff/invite/%ff", String::new()),
        ("/oauth/authorize", String::new()),
        ("/oauth/authorize", "act=connect&act=connect".to_owned()),
        ("/oauth/authorize", format!("state={long}")),
    ] {
        let answer = post(path, body).await.unwrap();
        assert!(answer.status().is_client_error(), "{path}");
        assert!(answer.headers().get("set-cookie").is_none());
    }
    let mut form = authorization(&Key::new(7));
    let cookie = browser(&house, "Rosa").await;
    for (act, name) in [
        ("", "laptop"),
        ("erase", "laptop"),
        ("connect", " "),
        ("connect", &long[..61]),
    ] {
        form = changed(form, "device_name", Some(name));
        form = changed(form, "act", Some(act));
        let answer = http()
            .post(house.url("/oauth/authorize"))
            .header("cookie", &cookie)
            .header("sec-fetch-site", "same-origin")
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{act}");
    }
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE] {
        let answer = http()
            .request(method, house.url("/oauth/token"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 405);
    }
    assert_eq!(
        house.count("SELECT COUNT(*) FROM authorization_code").await,
        0
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM device").await, 0);
}

// RULES A5
#[tokio::test]
async fn what_the_address_says_is_text_on_the_page() {
    let house = House::furnished().await;
    let cookie = browser(&house, "Rosa").await;
    let name = "<script>alert(1)</script>\"><i>";
    let page = http()
        .get(house.url("/oauth/authorize"))
        .query(&changed(
            authorization(&Key::new(7)),
            "device_name",
            Some(name),
        ))
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:*"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    let page = page.text().await.unwrap();
    assert!(
        !page.contains("<script>") && !page.contains("\"><i>"),
        "{page}"
    );
}

// RULES S5
#[tokio::test]
async fn a_new_desktop_is_announced_to_its_owner_and_the_admins() {
    let house = House::furnished().await;
    Desk::of(&house, "Rosa").await;
    let post = Post::open(&house.app.config).unwrap();
    mail::deliver_due(&house.app, &post).await.unwrap();

    let folder = house.folder.path().join("mail/new");
    let mails: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let mut told: Vec<&str> = mails
        .iter()
        .filter_map(|mail| mail.lines().find_map(|line| line.strip_prefix("To: ")))
        .collect();
    told.sort_unstable();
    assert_eq!(told, ["dana@juniper.example", "rosa@juniper.example"]);
    for mail in &mails {
        let mail = mail.replace("=\r\n", "");
        assert!(mail.contains("Subject: A computer was connected"), "{mail}");
        assert!(
            mail.contains("Rosa Rivera") && mail.contains("laptop"),
            "{mail}"
        );
    }
}
