//! Clients read in their own language, as far as we speak it.

use latchkey_auth::client;
use latchkey_auth::clock::MINUTE;
use latchkey_auth::testing::{House, ROSTER};

use crate::browser::Browser;
use crate::scene::{mails, newest_link};
use crate::write;

const SPANISH: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
                       Accept: text/html\r\nAccept-Language: es-MX,es;q=0.9,en;q=0.5\r\nSec-Fetch-Mode: navigate\r\n";

// RULES W1
#[tokio::test]
async fn a_browser_that_asks_for_spanish_gets_it_on_every_page_and_for_every_problem() {
    let house = House::furnished().await;
    let mut browser = Browser::new(&house);
    browser.about = SPANISH;
    let looked = browser.ask("ada@example.org").await.body;
    assert!(looked.contains("lo pidió (9:00 a. m.)."), "{looked}");
    for path in ["/", "/help", "/pin", "/waiting", "/link", "/nowhere"] {
        let page = browser.get(path).await;
        assert!(
            page.body.contains("<html lang=\"es\">"),
            "{path}: {}",
            page.body
        );
        assert_eq!(page.header("vary"), Some("Accept-Language"));
    }
    let help = browser.get("/help").await.body;
    assert!(help.contains("llame al 911"), "{help}");
    let cry = [("who", "ada@example.org"), ("what", "")];
    browser.post("/help", &cry).await;
    let waiting = browser.get("/waiting").await.body;
    assert!(waiting.contains("Enviado (9:00 a. m.)."), "{waiting}");
    // Said by an English voice, whatever the page speaks.
    assert!(
        waiting.contains("<p class=\"words\" lang=\"en\">"),
        "{waiting}"
    );
    house.clock.advance(11 * MINUTE);
    let unseen = browser.get("/waiting").await.body;
    for page in [looked, waiting, unseen] {
        // A time of day ends with a full stop of its own.
        assert!(!page.contains("m.."), "{page}");
    }
    let wrong = browser.post("/", &[("email", "no")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("Esto no parece un correo"),
        "{}",
        wrong.body
    );
    assert!(
        Browser::new(&house)
            .get("/")
            .await
            .body
            .contains("<html lang=\"en\">")
    );
}

// RULES W1, A1
#[tokio::test]
async fn a_mail_is_written_in_the_language_on_file_whatever_the_browser_speaks() {
    let house = House::furnished().await;
    let csv = ROSTER
        .replace(",holder\n", ",holder,language\n")
        .replace(",c1,self\n", ",c1,self,es\n")
        .replace("self\n", "self,\n")
        .replace("parent\n", "parent,\n");
    let roster = client::Roster::read(csv.as_bytes()).unwrap();
    write!(house, |tx| client::import(tx, roster, false)).unwrap();
    let mut browser = Browser::new(&house);
    browser.ask("ada@example.org").await;
    newest_link(&house, "ada@example.org").await;
    assert!(
        mails(&house)[0].contains("Subject: Su enlace (9:00 a. m.)"),
        "{:?}",
        mails(&house)
    );
    house.clock.advance(3 * MINUTE);
    browser.about = SPANISH;
    browser.ask("ben@full.example").await;
    newest_link(&house, "ben@full.example").await;
    assert!(
        mails(&house)[1].contains("Subject: Your link from"),
        "{:?}",
        mails(&house)
    );
}
