//! A client who cannot sign in, played on the real pages.

use crate::{browser::Browser, run::Outcome};

/// Whose mailbox is full (the demo's mail server refuses it).
const ADDRESS: &str = "ada@full.example";

/// What Ada writes.
const WORDS: &str = "I tried twice this morning and nothing comes. My form is due today.";

/// Asks for a link, waits for a mail that cannot come, asks for help.
pub fn cannot_sign_in(service: &str) -> Outcome {
    let mut browser = Browser::default();
    let page = browser.open(&format!("{service}/"))?.well()?;
    let ask = page.form_with("email")?.fill("email", ADDRESS);
    browser.submit(&page, &ask)?.well()?;
    // The mail server's refusal is part of the story: a moment for the queue.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let page = browser.open(&format!("{service}/help"))?.well()?;
    let form = page.form_to("/help")?;
    let (who, what) = form
        .two_open_fields()
        .ok_or("The help page does not have two fields.")?;
    let form = form.fill(&who, ADDRESS).fill(&what, WORDS);
    let page = browser.submit(&page, &form)?.well()?;
    if page.url.ends_with("/waiting") {
        Ok(())
    } else {
        Err(format!("After asking for help one lands on {}.", page.url))
    }
}
