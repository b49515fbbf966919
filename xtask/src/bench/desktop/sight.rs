//! How long it takes until a window can be read.

use std::{ffi::OsStr, path::Path, process::Command, time::Duration};

use super::example;
use crate::{
    child::until,
    demo::{Demo, desk},
    paths,
    run::{Outcome, output, run, succeeds},
};

/// Patience with a program that is to end.
const ENDED: Duration = Duration::from_secs(10);
/// After a window is gone, for the screen to be empty.
const CLEARED: Duration = Duration::from_millis(700);

/// A program that was started, and when its window could be read.
pub struct Sight {
    pub process: u32,
    pub millis: f64,
}

impl Sight {
    /// The window with a static page.
    pub fn of_bare(demo: &Demo) -> Outcome<Self> {
        Self::of(demo, &example("bare", demo.release()), &[])
    }

    /// Latchkey's, with the agent running.
    pub fn of_latchkey(demo: &Demo) -> Outcome<Self> {
        let data = desk::data(demo);
        let program = paths::program("latchkey", demo.release());
        Self::of(
            demo,
            &program,
            &[OsStr::new("--data-dir"), data.as_os_str()],
        )
    }

    /// Any program's.
    pub fn of(demo: &Demo, program: &Path, words: &[&OsStr]) -> Outcome<Self> {
        let mut looking = demo.command("examples/first_sight");
        // As Latchkey's window starts itself; the other one is to have no other renderer.
        looking.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        let said = output(looking.arg(program).args(words))?;
        let said = String::from_utf8_lossy(&said);
        let mut words = said.split_whitespace();
        let mut next = || words.next().unwrap_or_default();
        match (next().parse(), next().parse()) {
            (Ok(process), Ok(millis)) => Ok(Self { process, millis }),
            _ => Err(format!("Nothing was measured: {said}")),
        }
    }
}

/// Ends a window's process, and waits until the screen is empty.
pub fn end(process: u32) -> Outcome {
    run(Command::new("kill").arg(process.to_string()))?;
    let gone = until(ENDED, || {
        !Path::new(&format!("/proc/{process}/stat")).exists()
    });
    std::thread::sleep(CLEARED);
    if gone {
        Ok(())
    } else {
        Err("A window did not end.".to_owned())
    }
}

/// How long the window that was closed takes to be back, by a second launch.
pub fn again(demo: &Demo, times: usize) -> Outcome<Vec<f64>> {
    let first = Sight::of_latchkey(demo)?;
    let mut all = Vec::new();
    for _ in 0..times {
        let closed = succeeds(
            demo.command_of("xdotool")
                .args(["search", "--onlyvisible", "--name", "^Latchkey$"])
                .arg("windowquit"),
        );
        if !closed {
            return Err("The window could not be closed.".to_owned());
        }
        std::thread::sleep(CLEARED);
        all.push(Sight::of_latchkey(demo)?.millis);
    }
    end(first.process)?;
    Ok(all)
}
