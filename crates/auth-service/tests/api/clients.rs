//! The clients directory, and one client read from it.

use latchkey_auth::clock::{HOUR, MINUTE};
use latchkey_auth::testing::House;
use latchkey_protocol::{
    Cause, ClientFile, ClientsFound, ErrorCode, Happening, Holder, Tier, TierReason,
};

use crate::browser::Browser;
use crate::desktop::{Desktop, refused};

async fn names(desk: &Desktop, typed: &str) -> Vec<String> {
    let found = found(desk, typed).await;
    found
        .clients
        .into_iter()
        .map(|client| client.name)
        .collect()
}

async fn found(desk: &Desktop, typed: &str) -> ClientsFound {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", typed)
        .finish();
    let path = format!("/api/v1/clients?{query}");
    let answer = desk.search(&path).await;
    assert_eq!(answer.status(), 200, "{typed:?}");
    answer.json().await.unwrap()
}

async fn file(house: &House, desk: &Desktop, first_name: &str) -> ClientFile {
    let client = house.client(first_name).await;
    let answer = desk.get(&format!("/api/v1/clients/{client}")).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn three_letters_of_any_name_part_find_a_client_in_any_order_and_spelling() {
    let house = House::furnished().await;
    house
        .import(
            "first name,last name,preferred name,email,phone,clinician email,external id\n\
             Jos\u{e9},Mu\u{f1}oz Garc\u{ed}a,Pepe,pepe@example.org,555 0120,dana@juniper.example,c20\n\
             Sin\u{e9}ad,O'Brien,,sinead@example.org,555 0121,dana@juniper.example,c21\n\
             Li,Wu,,li@example.org,555 0122,dana@juniper.example,c22\n",
        )
        .await;
    let sam = Desktop::of(&house, "Sam").await;
    for (typed, name) in [
        ("ada", "Ada Okafor"),
        ("OKA", "Ada Okafor"),
        ("oka ad", "Ada Okafor"),
        ("  okafor,  ada ", "Ada Okafor"),
        ("jose", "Jos\u{e9} Mu\u{f1}oz Garc\u{ed}a"),
        ("gar mun jos", "Jos\u{e9} Mu\u{f1}oz Garc\u{ed}a"),
        ("pepe", "Jos\u{e9} Mu\u{f1}oz Garc\u{ed}a"),
        ("Jose\u{301}", "Jos\u{e9} Mu\u{f1}oz Garc\u{ed}a"),
        ("obrien", "Sin\u{e9}ad O'Brien"),
        ("o\u{2019}br", "Sin\u{e9}ad O'Brien"),
        // Two letters are a whole name here.
        ("Li", "Li Wu"),
        ("wu", "Li Wu"),
    ] {
        assert_eq!(names(&sam, typed).await, [name], "{typed:?}");
    }
    assert_eq!(
        names(&sam, "lindq").await,
        ["Jo Lindqvist", "Mika Lindqvist"]
    );
    for nothing in [
        "",
        "  ",
        "ad",
        "da",
        "dad",
        "ada nair",
        "%",
        "_____",
        "' OR 1=1 --",
        "\0\u{202e}",
    ] {
        assert_eq!(names(&sam, nothing).await, [""; 0], "{nothing:?}");
    }
    let pepe = found(&sam, "pepe").await.clients.remove(0);
    assert_eq!(pepe.called.as_deref(), Some("Pepe"));
    assert_eq!(pepe.clinician.as_deref(), Some("Dana Whitfield"));
    assert_eq!(pepe.holders, [Holder::OneSelf]);
    let noor = found(&sam, "noor").await.clients.remove(0);
    assert_eq!(noor.holders, [Holder::Parent]);
}

#[tokio::test]
async fn at_most_twenty_are_told_with_whole_names_first_and_those_without_access_last() {
    let house = House::furnished().await;
    let rows: Vec<String> = (0..25)
        .map(|number| {
            format!(
                "Adan,Quill{number:02},q{number}@example.org,555,rosa@juniper.example,q{number}"
            )
        })
        .collect();
    let csv = format!(
        "first name,last name,email,phone,clinician email,external id\n{}\n",
        rows.join("\n")
    );
    house.import(&csv).await;
    house
        .sql("UPDATE client SET disabled_at = 1 WHERE last_name = 'Quill00'")
        .await;
    let sam = Desktop::of(&house, "Sam").await;
    let told = found(&sam, "ada").await;
    assert_eq!((told.clients.len(), told.more), (20, true));
    assert_eq!(told.clients[0].name, "Ada Okafor");
    assert_eq!(told.clients[1].name, "Adan Quill01");
    let told = found(&sam, "quill00").await;
    assert_eq!((told.clients.len(), told.more), (1, false));
    assert!(told.clients[0].disabled);
}

// RULES V2
#[tokio::test]
async fn clinicians_find_and_read_their_caseload_the_front_desk_and_admins_everybody() {
    let house = House::furnished().await;
    let priya = house.client("Priya").await;
    let path = format!("/api/v1/clients/{priya}");
    for name in ["Sam", "Dana"] {
        let desk = Desktop::of(&house, name).await;
        assert_eq!(names(&desk, "priya").await, ["Priya Nair"], "{name}");
        assert_eq!(desk.get(&path).await.status(), 200, "{name}");
    }
    let rosa = Desktop::of(&house, "Rosa").await;
    assert_eq!(names(&rosa, "priya").await, [""; 0]);
    assert_eq!(names(&rosa, "ada").await, ["Ada Okafor"]);
    let before = house.count("SELECT COUNT(*) FROM event").await;
    assert_eq!(
        refused(rosa.get(&path).await).await,
        (404, ErrorCode::NotFound)
    );
    let nobody = "/api/v1/clients/01890000-0000-7000-8000-000000000000";
    assert_eq!(
        refused(rosa.get(nobody).await).await,
        (404, ErrorCode::NotFound)
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, before);
    // A client who moves to a colleague is gone from the directory at once.
    house
        .sql("DELETE FROM caseload WHERE staff_id = (SELECT id FROM staff WHERE name LIKE 'Rosa%')")
        .await;
    assert_eq!(names(&rosa, "ada").await, [""; 0]);
}

// RULES V5
#[tokio::test]
async fn opening_a_client_is_an_event_and_typing_in_the_directory_is_none() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let rosa = Desktop::of(&house, "Rosa").await;
    let read = "SELECT COUNT(*) FROM event WHERE kind = 'timeline_read' AND client_id IS NOT NULL";
    let all = "SELECT COUNT(*) FROM event";
    let before = house.count(all).await;
    for typed in ["a", "ad", "ada"] {
        found(&sam, typed).await;
    }
    assert_eq!(house.count(all).await, before);
    file(&house, &sam, "Ada").await;
    file(&house, &sam, "Ada").await;
    assert_eq!(
        house.count(read).await,
        1,
        "within the hour it is one reading"
    );
    file(&house, &rosa, "Ada").await;
    assert_eq!(house.count(read).await, 2);
    house.clock.advance(HOUR + 1);
    file(&house, &Desktop::of(&house, "Sam").await, "Ada").await;
    assert_eq!(house.count(read).await, 3);
}

#[tokio::test]
async fn who_searches_all_day_is_held_back_for_a_minute_and_colleagues_are_not() {
    let house = House::furnished().await;
    let rosa = Desktop::of(&house, "Rosa").await;
    for _ in 0..120 {
        assert_eq!(rosa.search("/api/v1/clients?q=ada").await.status(), 200);
    }
    let answer = rosa.search("/api/v1/clients?q=ada").await;
    assert_eq!(refused(answer).await, (429, ErrorCode::TooMany));
    let sam = Desktop::of(&house, "Sam").await;
    assert_eq!(names(&sam, "ada").await, ["Ada Okafor"]);
    house.clock.advance(MINUTE);
    assert_eq!(names(&rosa, "ada").await, ["Ada Okafor"]);
}

// RULES V4
#[tokio::test]
async fn what_is_no_search_and_no_client_is_refused_in_words() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let long = format!("/api/v1/clients?q={}", "a".repeat(201));
    for path in [
        "/api/v1/clients",
        "/api/v1/clients?q=a&q=b",
        "/api/v1/clients/ada",
        &long,
    ] {
        let answer = refused(sam.search(path).await).await;
        assert_eq!(answer, (400, ErrorCode::BadRequest), "{path}");
    }
}

// RULES P1
#[tokio::test]
async fn a_client_is_read_with_the_number_on_file_and_what_the_service_saw() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    let quiet = file(&house, &sam, "Ada").await;
    assert_eq!(quiet.call_back.phone.as_deref(), Some("555 0111"));
    assert_eq!(quiet.call_back.ask_for, "Ada");
    assert_eq!(quiet.diagnosis, None, "nothing was tried");
    assert!(
        matches!(quiet.tier, Tier::Normal { .. }),
        "{:?}",
        quiet.tier
    );
    assert_eq!((quiet.devices, quiet.signed_in_at), (0, None));
    assert_eq!((quiet.waiting.len(), quiet.pin.is_none()), (0, true));

    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    browser.post("/pin", &[("email", "ada@example.org")]).await;
    browser.open("/pin").await;
    let stuck = file(&house, &sam, "Ada").await;
    assert!(stuck.diagnosis.is_some());
    assert_eq!(stuck.waiting.len(), 1);
    assert!(stuck.waiting[0].here);
    let [first, second] = &stuck.waiting[0].match_words;
    let page = browser.open("/pin").await.body;
    assert!(page.contains(first.as_str()) && page.contains(second.as_str()));
    assert!(
        stuck
            .timeline
            .iter()
            .any(|entry| entry.what == Happening::AskedForLink)
    );
    let evidence = stuck.diagnosis.unwrap().evidence;
    for place in evidence {
        assert!(usize::try_from(place).unwrap() < stuck.timeline.len());
    }
}

#[tokio::test]
async fn an_old_story_is_told_and_explains_nothing_any_more() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    house.clock.advance(72 * HOUR);
    let sam = Desktop::of(&house, "Sam").await;
    let later = file(&house, &sam, "Ada").await;
    assert!(!later.timeline.is_empty());
    assert_eq!(later.diagnosis, None);
    // What is newer is explained by its own entries, at their places in the whole story.
    browser.ask("ada@example.org").await;
    let again = file(&house, &sam, "Ada").await;
    let why = again.diagnosis.unwrap();
    assert!(
        why.evidence.iter().all(|place| *place >= 2),
        "{:?}",
        why.evidence
    );
}

// RULES P1
#[tokio::test]
async fn changed_contact_details_and_a_disabled_client_are_told_before_anybody_tries() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    house
        .sql("UPDATE client SET contact_changed_at = (SELECT MAX(at) FROM event), phone = NULL WHERE first_name = 'Ada'")
        .await;
    let Tier::Guarded { reason, .. } = file(&house, &sam, "Ada").await.tier else {
        panic!("not guarded");
    };
    assert_eq!(reason, TierReason::ContactChanged);
    house
        .sql("UPDATE client SET disabled_at = 1 WHERE first_name = 'Ada'")
        .await;
    let closed = file(&house, &sam, "Ada").await;
    assert_eq!(
        closed.tier,
        Tier::Closed {
            code: ErrorCode::ClientDisabled
        }
    );
    assert_eq!(closed.diagnosis.unwrap().cause, Cause::AccessDisabled);
    assert_eq!(closed.call_back.phone, None);
}

#[tokio::test]
async fn devices_that_are_kept_signed_in_are_counted_and_named_by_nothing() {
    let house = House::furnished().await;
    let sam = Desktop::of(&house, "Sam").await;
    house
        .sql(
            "INSERT INTO browser (id, token_hash, created_at, last_seen_at) VALUES ('b', x'01', 1, 1);
             INSERT INTO client_session (token_hash, client_id, browser_id, method, kept, created_at, expires_at)
             SELECT x'02', id, 'b', 'link', 1, 1000, 9000000000000 FROM client WHERE first_name = 'Ada';
             INSERT INTO client_session (token_hash, client_id, browser_id, method, kept, created_at, expires_at, ended_at)
             SELECT x'03', id, 'b', 'link', 1, 2000, 9000000000000, 2500 FROM client WHERE first_name = 'Ada';
             INSERT INTO client_session (token_hash, client_id, browser_id, method, kept, created_at, expires_at)
             SELECT x'04', id, 'b', 'link', 0, 1500, 9000000000000 FROM client WHERE first_name = 'Ada'",
        )
        .await;
    let ada = file(&house, &sam, "Ada").await;
    assert_eq!(ada.devices, 1);
    assert_eq!(ada.signed_in_at.map(|at| at.0), Some(2000));
}
