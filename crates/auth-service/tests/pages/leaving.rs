//! Quick exit, and what every page has (RULES C6, W1).

use std::time::Duration;

use latchkey_auth::testing::House;
use tokio::time::timeout;

use crate::browser::Browser;
use crate::scene::{newest_link, text};

async fn signed_in() -> (House, Browser) {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    let link = newest_link(&house, "ada@example.org").await;
    browser.open(&link).await;
    browser.post("/link", &[("keep", "yes")]).await;
    (house, browser)
}

// RULES C6
#[tokio::test]
async fn leaving_ends_the_session_on_our_side_and_deletes_every_cookie() {
    for method in ["GET", "POST"] {
        let (house, mut browser) = signed_in().await;
        let before = browser.jar.clone();
        // A script's beacon may come from a page that is gone already.
        browser.site = None;
        let answer = browser.send(method, "/exit", "text/plain", b"").await;
        if method == "GET" {
            assert_eq!(
                (answer.status, answer.location()),
                (303, "https://www.weather.gov")
            );
        } else {
            assert_eq!(answer.status, 204);
        }
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert!(browser.jar.is_empty(), "{:?}", browser.jar);
        browser.jar = before;
        assert!(!browser.signed_in().await, "the old cookie opens nothing");
        assert_eq!(
            house
                .count("SELECT COUNT(*) FROM client_session WHERE ended_at IS NULL")
                .await,
            0
        );
        assert_eq!(
            browser.get("/me").await.location(),
            "/",
            "Back shows a signed-out page"
        );
    }
}

// RULES C6, W1, V9
#[tokio::test]
async fn every_page_can_be_left_is_never_stored_and_has_a_neutral_title() {
    let (house, mut browser) = signed_in().await;
    let mut stranger = Browser::new(&house);
    let mut pages = vec![browser.get("/me").await];
    for path in [
        "/", "/help", "/waiting", "/pin", "/link", "/nowhere", "/forward",
    ] {
        pages.push(stranger.get(path).await);
    }
    pages.push(stranger.post("/", &[("email", "x@example.org")]).await);
    pages.push(stranger.post("/", &[("email", "x")]).await);
    pages.push(stranger.post("/help", &[("who", "x"), ("what", "y")]).await);
    pages.pop();
    pages.push(stranger.get("/waiting").await);
    pages.push(stranger.post("/me", &[]).await);
    for page in &pages {
        assert!(page.body.contains("id=\"exit\""), "{}", page.body);
        assert!(page.body.contains("href=\"/exit\""));
        assert!(page.body.contains("Leave this page"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        let title = page
            .body
            .split("<title>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap();
        for word in ["Juniper", "therap", "clinic", "help"] {
            assert!(!title.contains(word), "{title}");
        }
        assert!(page.body.contains("<html lang=\"en\">"));
        assert!(
            !page.body.contains("style=") && !page.body.contains("<style"),
            "no inline style"
        );
        assert!(!page.body.contains("onclick") && page.body.matches("<script").count() == 1);
    }
}

// RULES W1
#[tokio::test]
async fn every_field_has_a_label_and_the_heading_is_the_only_first_level_one() {
    let (house, _) = signed_in().await;
    let mut browser = Browser::new(&house);
    browser.post("/help", &[("who", "x"), ("what", "y")]).await;
    for path in ["/", "/help", "/waiting", "/pin"] {
        let page = browser.get(path).await.body;
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        for tag in page
            .split('<')
            .filter(|tag| tag.starts_with("input") || tag.starts_with("textarea"))
        {
            if tag.contains("type=\"hidden\"") {
                continue;
            }
            let id = tag
                .split("id=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert!(
                page.contains(&format!("<label for=\"{id}\"")),
                "{id} on {path}"
            );
        }
    }
}

// RULES W1
#[tokio::test]
async fn every_word_of_a_page_is_in_a_landmark_but_for_the_way_past_them() {
    let (house, mut signed_in) = signed_in().await;
    let mut browser = Browser::new(&house);
    browser.post("/help", &[("who", "x"), ("what", "y")]).await;
    let mut pages = vec![signed_in.get("/me").await.body];
    for path in ["/", "/help", "/waiting", "/pin", "/link", "/nowhere"] {
        pages.push(browser.get(path).await.body);
    }
    for page in pages {
        let (_, body) = page.split_once("<body>").unwrap();
        let (skip, body) = body.split_once("<header").unwrap();
        assert_eq!(
            skip.matches('<').count(),
            2,
            "the way past them alone: {skip}"
        );
        let (_, body) = body.split_once("</header>").unwrap();
        let (between, body) = body.split_once("<main").unwrap();
        let (_, body) = body.rsplit_once("</main>").unwrap();
        let (beneath, body) = body.split_once("<footer>").unwrap();
        let (_, after) = body.rsplit_once("</footer>").unwrap();
        let (after, _) = after.split_once("</body>").unwrap();
        for outside in [between, beneath, after] {
            assert_eq!(outside.trim(), "", "{page}");
        }
    }
}

#[tokio::test]
async fn the_files_beside_the_pages_are_kept_and_nothing_else_is_served() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    for (name, kind) in [
        ("page.css", "text/css"),
        ("page.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let answer = browser.get(&format!("/assets/{name}")).await;
        assert_eq!(answer.status, 200, "{name}");
        assert!(answer.header("content-type").unwrap().starts_with(kind));
        assert!(
            answer
                .header("cache-control")
                .unwrap()
                .contains("immutable")
        );
    }
    for name in ["..%2FCargo.toml", "fonts/", "page.css.map", "icon.svg%00"] {
        assert_eq!(
            browser.get(&format!("/assets/{name}")).await.status,
            404,
            "{name}"
        );
    }
    assert_eq!(
        text(&house, "SELECT COUNT(*) || '' FROM browser").await,
        "0"
    );
}

// RULES C6
#[tokio::test]
async fn leaving_waits_for_nobody_and_ends_the_session_once_the_disk_is_free() {
    let (house, mut browser) = signed_in().await;
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let writer = house.app.writer.clone();
    let busy = tokio::spawn(async move {
        writer
            .run(|_| {
                Box::pin(async move {
                    let _ = released.await;
                    Ok::<_, latchkey_auth::db::Unavailable>(())
                })
            })
            .await
    });
    let open = "SELECT COUNT(*) FROM client_session WHERE ended_at IS NULL";
    let answer = timeout(Duration::from_secs(10), browser.get("/exit"))
        .await
        .expect("it waits for the writer");
    assert_eq!((answer.status, house.count(open).await), (303, 1));
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    release.send(()).unwrap();
    busy.await.unwrap().unwrap();
    let ended = async {
        while house.count(open).await > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), ended).await.unwrap();
}
