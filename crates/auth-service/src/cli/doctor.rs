//! `latchkey-auth doctor`

use super::words::say;
use super::{Failure, Flags};
use crate::clock::SystemClock;
use crate::doctor::{Level, examine};

/// Ends with 1 where anything is to be mended.
pub async fn run(flags: &Flags) -> Result<(), Failure> {
    let config = flags.config()?;
    let findings = examine(&config, &SystemClock).await;
    for finding in &findings {
        let mark = match finding.level {
            Level::Good => "good ",
            Level::Look => "look ",
            Level::Mend => "mend ",
        };
        say(format_args!("{mark} {}", finding.words));
    }
    let mend = findings
        .iter()
        .filter(|finding| finding.level == Level::Mend)
        .count();
    match mend {
        0 => {
            say("Nothing is to be mended.");
            Ok(())
        }
        1 => Err(Failure::Failed("one thing is to be mended".to_owned())),
        more => Err(Failure::Failed(format!("{more} things are to be mended"))),
    }
}
