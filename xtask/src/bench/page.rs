//! The clients' first page, beside the smallest answer of the same service.

use super::result::{Figure, Target, median};
use crate::{
    browser::Browser,
    clock::Stopwatch,
    demo::{Demo, practice},
    mailbox,
    run::Outcome,
};

const TIMES: usize = 400;

/// Both are asked in turn, so that whatever else the machine does meets both.
pub fn sign_in(demo: &Demo) -> Outcome<Figure> {
    let mailbox = mailbox::open(&demo.folder.join("mail"), 0)?;
    let service = practice::open(demo, mailbox.smtp)?;
    let mut browser = Browser::default();
    let (mut page, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        page.push(millis(&mut browser, &format!("{}/", service.url))?);
        floor.push(millis(&mut browser, &format!("{}/healthz", service.url))?);
    }
    Ok(Figure {
        name: "sign-in-page",
        value: median(page),
        unit: "ms",
        beside_what: "/healthz",
        beside: median(floor),
        target: Target::Times(3.0),
    })
}

fn millis(browser: &mut Browser, url: &str) -> Outcome<f64> {
    let watch = Stopwatch::start();
    browser.open(url)?.well()?;
    Ok(watch.read().as_secs_f64() * 1000.0)
}
