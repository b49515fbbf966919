//! Signing in and out.

use std::time::Duration;

use latchkey_view::{Command, Keychain, Session, SignedOut, View};
use serde_json::json;
use url::Url;

use crate::support::{Bench, FakeKeychain, is_offline, is_signed_in, is_signed_out, until};

fn why(view: &View) -> Option<SignedOut> {
    match view.session {
        Session::SignedOut { why, .. } => why,
        _ => None,
    }
}

// RULES D1
#[tokio::test]
async fn a_person_signs_in_through_the_browser() {
    let (bench, window) = Bench::signed_in().await;
    let view = window.sees("who", is_signed_in).await;
    let Session::SignedIn {
        staff, device_name, ..
    } = view.session
    else {
        panic!("not signed in");
    };
    assert_eq!(staff.name, "Rosa Rivera");
    assert_eq!(device_name, "Rosa's desk");
    assert_eq!(view.keychain, Keychain::Works);
    assert_eq!(bench.os.record().kept.len(), 1, "one key in the keychain");
}

// RULES D1
#[tokio::test]
async fn the_browser_is_asked_with_a_loopback_address_a_challenge_and_the_name_of_the_device() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    let asked = bench.browser_asked(&mut window).await;
    let said: std::collections::HashMap<_, _> = asked.query_pairs().into_owned().collect();
    assert_eq!(asked.path(), "/oauth/authorize");
    assert_eq!(said["response_type"], "code");
    assert_eq!(said["client_id"], "latchkey-desktop");
    assert_eq!(said["code_challenge_method"], "S256");
    assert_eq!(said["code_challenge"].len(), 43);
    assert_eq!(said["state"].len(), 43);
    assert_eq!(said["dpop_jkt"].len(), 43);
    assert_eq!(said["device_name"], "rosas-desk");
    assert_eq!(said["scope"], "desk");
    assert!(said["redirect_uri"].starts_with("http://127.0.0.1:"));
    assert!(said["redirect_uri"].ends_with("/callback"));
    // The port is open already: nobody else can take it.
    reqwest::get(said["redirect_uri"].replace("callback", "favicon.ico"))
        .await
        .unwrap();
}

// RULES D1
#[tokio::test]
async fn an_answer_with_another_state_is_refused() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    let asked = bench.browser_asked(&mut window).await;
    let page = bench.come_back(&asked, &[("state", "guessed")]).await;
    assert!(page.contains("does not belong"), "{page}");
    window
        .sees("refused", |view| why(view) == Some(SignedOut::Mismatch))
        .await;
    assert_eq!(bench.practice.script().grants, 0, "the code was not used");
}

// RULES D1
#[tokio::test]
async fn an_answer_from_another_issuer_is_refused() {
    for issuer in ["https://elsewhere.example", ""] {
        let bench = Bench::started().await;
        let mut window = bench.window().await;
        let asked = bench.browser_asked(&mut window).await;
        bench.come_back(&asked, &[("iss", issuer)]).await;
        window
            .sees("refused", |view| why(view) == Some(SignedOut::Mismatch))
            .await;
        assert_eq!(bench.practice.script().grants, 0);
    }
}

#[tokio::test]
async fn cancelling_in_the_browser_says_so_and_changes_nothing() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    let asked = bench.browser_asked(&mut window).await;
    let page = bench
        .come_back(&asked, &[("error", "access_denied"), ("code", "")])
        .await;
    assert!(page.contains("You chose not to connect"), "{page}");
    window
        .sees("denied", |view| why(view) == Some(SignedOut::Denied))
        .await;
}

#[tokio::test]
async fn cancelling_in_the_window_closes_the_port() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    let asked = bench.browser_asked(&mut window).await;
    window.act(Command::CancelSignIn).await;
    let view = window.sees("signed out", is_signed_out).await;
    assert_eq!(why(&view), None);
    let redirect = asked
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .unwrap()
        .1
        .into_owned();
    let mut closed = false;
    for _ in 0..200 {
        closed = reqwest::get(&redirect).await.is_err();
        if closed {
            break;
        }
    }
    assert!(closed);
}

#[tokio::test]
async fn a_browser_that_never_comes_back_is_waited_for_ten_minutes() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    bench.browser_asked(&mut window).await;
    bench.clock.advance(10 * 60 * 1000);
    window
        .sees("timed out", |view| why(view) == Some(SignedOut::TimedOut))
        .await;
}

#[tokio::test]
async fn an_address_that_is_no_practice_is_refused_in_words() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
    for typed in [
        "http://juniper.example",
        "file:///etc/passwd",
        "not an address",
    ] {
        window
            .act(Command::SignIn {
                practice: typed.to_owned(),
            })
            .await;
        window
            .sees("no practice", |view| {
                why(view) == Some(SignedOut::NotAPractice)
            })
            .await;
    }
    window
        .act(Command::SignIn {
            practice: "http://127.0.0.1:9".to_owned(),
        })
        .await;
    window
        .sees("unreachable", |view| {
            why(view) == Some(SignedOut::Unreachable)
        })
        .await;
}

// RULES D1
#[tokio::test]
async fn metadata_that_leads_elsewhere_is_refused() {
    for (member, value) in [
        ("issuer", "https://elsewhere.example"),
        ("token_endpoint", "https://elsewhere.example/token"),
        (
            "authorization_endpoint",
            "https://elsewhere.example/authorize",
        ),
        ("revocation_endpoint", "https://elsewhere.example/revoke"),
    ] {
        let bench = Bench::started().await;
        let url = bench.practice.url();
        let mut metadata = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/oauth/authorize"),
            "token_endpoint": format!("{url}/oauth/token"),
            "revocation_endpoint": format!("{url}/oauth/revoke"),
            "code_challenge_methods_supported": ["S256"],
            "dpop_signing_alg_values_supported": ["ES256"]
        });
        metadata[member] = json!(value);
        bench.practice.script().metadata = Some(metadata);
        let mut window = bench.window().await;
        window.sees("signed out", is_signed_out).await;
        window.act(Command::SignIn { practice: url }).await;
        window
            .sees(member, |view| why(view) == Some(SignedOut::NotAPractice))
            .await;
        assert!(bench.os.record().browsed.is_empty());
    }
}

// RULES S5, D2
#[tokio::test]
async fn the_next_start_is_signed_in_without_a_browser() {
    let (mut bench, window) = Bench::signed_in().await;
    drop(window);
    bench.restart().await;
    let window = bench.window().await;
    window.sees("signed in", is_signed_in).await;
    window.sees("connected", crate::support::is_connected).await;
    assert_eq!(bench.os.record().browsed.len(), 1);
}

// RULES S5
#[tokio::test]
async fn no_token_is_on_disk_in_clear() {
    let (mut bench, _window) = Bench::signed_in().await;
    bench.stop().await;
    let mut files = 0;
    for file in std::fs::read_dir(&bench.places.data).unwrap() {
        let Ok(bytes) = std::fs::read(file.unwrap().path()) else {
            // The cache's journal goes when the cache is closed, which nobody waits for.
            continue;
        };
        for secret in [&b"refresh-1"[..], b"access-1", b"Rosa Rivera"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
        files += 1;
    }
    assert!(files >= 2, "the session and the cache");
}

// RULES S5
#[tokio::test]
async fn tokens_are_renewed_ahead_of_their_end_and_a_lost_answer_is_asked_for_again() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.script().lost_answers = 1;
    bench.pass(9 * 60 * 1000 + 1).await;
    bench.practice.say(&crate::support::document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window
        .act(Command::Select {
            request: Some("r1".into()),
        })
        .await;
    until("the write", || !bench.practice.script().written.is_empty()).await;
    assert_eq!(
        bench.practice.script().grants,
        3,
        "one for the sign-in, one lost, one repeated"
    );
}

#[tokio::test]
async fn calls_at_the_same_time_renew_once() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&crate::support::document("r1", 1));
    bench.practice.say(&crate::support::document("r2", 2));
    window
        .sees("requests", |view| view.inbox.rows.len() == 2)
        .await;
    bench.pass(9 * 60 * 1000 + 1).await;
    let solve = |id: &str| Command::Solve { request: id.into() };
    let one = window.ask(solve("r1")).await;
    let other = window.ask(solve("r2")).await;
    window.answer(one).await;
    window.answer(other).await;
    assert_eq!(bench.practice.script().grants, 2);
}

// RULES D3
#[tokio::test]
async fn a_session_that_the_practice_ended_is_said_and_the_cache_wiped() {
    let (mut bench, window) = Bench::signed_in().await;
    bench.practice.say(&crate::support::document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    bench.practice.script().ended = true;
    bench.pass(9 * 60 * 1000 + 1).await;
    bench.practice.cut();
    let ended = window.sees("ended", |view| why(view) == Some(SignedOut::SessionEnded));
    let view = bench.passing(ended).await;
    assert!(view.inbox.rows.is_empty());
    bench.restart().await;
    let window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
}

// RULES D3
#[tokio::test]
async fn an_outage_signs_nobody_out() {
    let (mut bench, window) = Bench::signed_in().await;
    bench.practice.script().feed_status = Some(502);
    bench.practice.cut();
    let offline = window.sees("offline", is_offline);
    bench.passing(offline).await;
    bench.practice.close().await;
    bench.restart().await;
    let window = bench.window().await;
    window.sees("still signed in", is_signed_in).await;
}

#[tokio::test]
async fn signing_out_revokes_and_wipes() {
    let (mut bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&crate::support::document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    window.act(Command::SignOut).await;
    let view = window.sees("signed out", is_signed_out).await;
    assert!(view.inbox.rows.is_empty());
    until("revoked", || {
        bench.practice.script().revoked == ["refresh-1"]
    })
    .await;
    bench.restart().await;
    let window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
}

// RULES D2
#[tokio::test]
async fn without_a_keychain_the_session_works_for_this_run_and_nothing_is_written() {
    for (behaviour, said) in [
        (FakeKeychain::Absent, Keychain::Absent),
        (FakeKeychain::Locked, Keychain::Locked),
        (FakeKeychain::Forgets, Keychain::Losing),
        (FakeKeychain::Full, Keychain::Full),
    ] {
        let mut bench = Bench::set_up().await;
        bench.os.record().keychain = behaviour;
        bench.start();
        let mut window = bench.window().await;
        bench.sign_in(&mut window).await;
        window.sees("said", |view| view.keychain == said).await;
        bench.practice.say(&crate::support::document("r1", 1));
        window
            .sees("the request", |view| view.inbox.rows.len() == 1)
            .await;
        bench.stop().await;
        assert!(!bench.places.data.exists(), "nothing was written");
    }
}

// RULES D2
#[tokio::test]
async fn a_keychain_that_hangs_is_given_up_after_five_seconds() {
    let mut bench = Bench::set_up().await;
    bench.os.record().keychain = FakeKeychain::Hangs;
    bench.start();
    let window = bench.window().await;
    window
        .sees("starting", |view| view.session == Session::Starting)
        .await;
    let view = window.sees("given up", is_signed_out).await;
    assert_eq!(view.keychain, Keychain::Slow);
}

// RULES D3
#[tokio::test]
async fn a_keychain_that_cannot_be_read_wipes_nothing() {
    for state in [
        FakeKeychain::Absent,
        FakeKeychain::Locked,
        FakeKeychain::Hangs,
    ] {
        let (mut bench, mut window) = Bench::signed_in().await;
        let draft = Command::DraftNote {
            request: "r1".into(),
            text: "She ri".to_owned(),
        };
        window.act(draft).await;
        bench.stop().await;
        let kept = |name: &str| std::fs::read(bench.places.data.join(name)).unwrap();
        let before = (kept("session.sealed"), kept("outbox.sealed"));
        bench.os.record().keychain = state;
        bench.start();
        let mut window = bench.window().await;
        window.sees("signed out", is_signed_out).await;
        bench.sign_in(&mut window).await;
        let kept = |name: &str| std::fs::read(bench.places.data.join(name)).unwrap();
        assert_eq!((kept("session.sealed"), kept("outbox.sealed")), before);
        assert!(bench.places.data.join("cache.db").exists());
    }
}

// RULES D3
#[tokio::test]
async fn a_locked_keychain_wipes_nothing() {
    let (mut bench, _window) = Bench::signed_in().await;
    bench.stop().await;
    bench.os.record().keychain = FakeKeychain::Locked;
    bench.start();
    let window = bench.window().await;
    window
        .sees("locked", |view| {
            view.keychain == Keychain::Locked && is_signed_out(view)
        })
        .await;
    // It is unlocked, and the window opened once more: that is enough.
    drop(window);
    bench.os.record().keychain = FakeKeychain::Works;
    let window = bench.window().await;
    let view = window.sees("signed in again", is_signed_in).await;
    assert_eq!(view.keychain, Keychain::Works);
    assert_eq!(bench.os.record().browsed.len(), 1);
}

// RULES D3
#[tokio::test]
async fn an_unlocked_keychain_without_the_key_wipes_what_can_never_be_opened() {
    let (mut bench, _window) = Bench::signed_in().await;
    bench.stop().await;
    bench.os.record().kept.clear();
    bench.start();
    let window = bench.window().await;
    window.sees("signed out", is_signed_out).await;
    assert!(!bench.places.data.join("session.sealed").exists());
}

#[tokio::test]
async fn connections_that_a_browser_opens_ahead_hold_nothing_up() {
    let bench = Bench::started().await;
    let mut window = bench.window().await;
    let asked = bench.browser_asked(&mut window).await;
    let redirect = asked
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .unwrap()
        .1
        .into_owned();
    let port = Url::parse(&redirect).unwrap().port().unwrap();
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .unwrap(),
        );
    }
    let answered = tokio::time::timeout(Duration::from_secs(4), bench.come_back(&asked, &[]));
    assert!(answered.await.is_ok(), "before the idle ones are given up");
    window.sees("signed in", is_signed_in).await;
}

// RULES S5
#[tokio::test]
async fn an_access_token_that_is_not_taken_is_replaced_and_the_call_repeated() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.say(&crate::support::document("r1", 1));
    window
        .sees("the request", |view| view.inbox.rows.len() == 1)
        .await;
    // As after a restart of the service that lost it: `access-1` is no longer known.
    bench.practice.script().grants = 7;
    let answer = window
        .act(Command::Solve {
            request: "r1".into(),
        })
        .await;
    assert_eq!(answer["answer"], "done");
    assert_eq!(bench.practice.script().grants, 8);
}
