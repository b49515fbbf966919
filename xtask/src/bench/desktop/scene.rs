//! A practice with many requests, and a desktop that has all of them.

use std::{fmt::Write as _, fs, time::Duration};

use super::example;
use crate::{
    child::until,
    demo::{Demo, desk, practice},
    mailbox,
    run::{Outcome, command, output, run},
};

/// So many are in the cache.
pub const REQUESTS: usize = 10_000;

/// Patience with the feed.
const ARRIVED: Duration = Duration::from_mins(2);

/// The running service, for as long as it is measured.
pub struct Scene {
    _service: practice::Service,
}

impl Scene {
    /// Every client asks for help once, and the desktop hears of it.
    pub fn set(demo: &Demo) -> Outcome<Self> {
        let mailbox = mailbox::open(&demo.folder.join("mail"), 0)?;
        let roster = demo.folder.join("roster.csv");
        let mut rows = "first name,last name,email,phone,clinician email,external id\n".to_owned();
        for n in 0..REQUESTS {
            // Writing to a String cannot fail.
            let _ = writeln!(
                rows,
                "Client,Number {n},client{n}@example.org,555 0111,rosa@juniper.example,c{n}"
            );
        }
        fs::write(&roster, rows).map_err(|why| why.to_string())?;
        let url = practice::make(demo, mailbox.smtp, &roster)?;
        run(command(example("weekend", false))
            .arg(demo.folder.join("service"))
            .arg(demo.folder.join("keys"))
            .arg("ask"))?;
        let service = practice::serve(demo, url)?;
        desk::sign_in(demo, &service)?;
        arrived(demo)?;
        Ok(Self { _service: service })
    }
}

/// Returns once the agent has all of them and its stream is open.
pub fn arrived(demo: &Demo) -> Outcome {
    let all = format!("\"unread\":{REQUESTS}");
    let there = until(ARRIVED, || {
        output(desk::agent(demo).args(["status", "--json"])).is_ok_and(|said| {
            let said = String::from_utf8_lossy(&said).replace([' ', '\n'], "");
            said.contains(&all) && !said.contains("\"connected_since\":null")
        })
    });
    if there {
        Ok(())
    } else {
        Err("The requests did not arrive at the desktop.".to_owned())
    }
}
