//! Programs that run beside us, and end when we do.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::run::{Outcome, shown, succeeds};

/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// A running program; dropping it ends the program.
pub struct Running {
    child: Child,
    name: String,
    left: bool,
}

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command) -> Outcome<Self> {
        let child = command
            .spawn()
            .map_err(|why| format!("{} could not be started: {why}", shown(command)))?;
        let name = command
            .get_args()
            .chain([command.get_program()])
            .map(|word| word.to_string_lossy())
            .find(|word| word.starts_with('/'))
            .map_or_else(|| shown(command), std::borrow::Cow::into_owned);
        Ok(Self {
            child,
            name,
            left: false,
        })
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it prints, where that was piped.
    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// What it reads, where that was piped.
    pub fn stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// Fails where it has ended.
    pub fn lives(&mut self) -> Outcome {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("{} ended early ({status}).", self.name)),
            Err(why) => Err(format!("{} cannot be watched: {why}", self.name)),
        }
    }

    /// Lets it run on when this is dropped; the system still ends it with us.
    pub fn leave(mut self) {
        self.left = true;
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> Outcome {
        self.child
            .wait()
            .map(drop)
            .map_err(|why| format!("{} cannot be watched: {why}", self.name))
    }

    /// Asks it to end, and insists after 5 s.
    pub fn end(&mut self) {
        let id = self.child.id().to_string();
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        succeeds(Command::new("kill").args(["-TERM", &id]));
        let ended = until(Duration::from_secs(5), || {
            matches!(self.child.try_wait(), Ok(Some(_)))
        });
        if !ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.left {
            self.end();
        }
    }
}

/// A command whose process is ended by the system when ours ends, however that happens.
pub fn tied(program: impl AsRef<OsStr>) -> Command {
    let mut command = if Path::new("/usr/bin/setpriv").exists() {
        let mut command = Command::new("/usr/bin/setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .current_dir(crate::paths::root())
        .stdin(Stdio::null());
    command
}

/// Looks until it is so, or the time is over.
pub fn until(limit: Duration, mut so: impl FnMut() -> bool) -> bool {
    let watch = crate::clock::Stopwatch::start();
    loop {
        if so() {
            return true;
        }
        if watch.read() > limit {
            return false;
        }
        thread::sleep(GLANCE);
    }
}
