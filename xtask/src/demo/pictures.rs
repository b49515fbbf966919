//! Pictures of the demo without a screen.

use std::{path::Path, process::Command, thread, time::Duration};

use crate::{
    child::until,
    desktop::Session,
    run::{Outcome, output, run},
};

/// Patience with anything to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A moment for fonts, images and movement to come to rest.
const REST: Duration = Duration::from_millis(1500);

/// Where the pictures go.
pub struct Album<'a> {
    pub session: &'a Session,
    pub folder: &'a Path,
}

impl Album<'_> {
    /// The window before anything happened.
    pub fn inbox(&self) -> Outcome {
        self.wait_for_window("--name", "Latchkey")?;
        self.take("inbox.png")
    }

    /// The notification over the window.
    pub fn notification(&self) -> Outcome {
        self.wait_for_window("--class", "xfce4-notifyd")?;
        self.take("notification.png")
    }

    /// The request, opened by pressing on the notification.
    pub fn request(&self) -> Outcome {
        let window = self.wait_for_window("--class", "xfce4-notifyd")?;
        let size = output(self.session.command("xdotool").args([
            "getwindowgeometry",
            "--shell",
            &window,
        ]))?;
        let size = String::from_utf8_lossy(&size);
        let measure = |name: &str| -> Outcome<i32> {
            size.lines()
                .find_map(|line| line.strip_prefix(name)?.parse().ok())
                .ok_or_else(|| format!("The notification has no {name}"))
        };
        // The daemon puts its button at the lower right.
        let x = (measure("WIDTH=")? - 56).to_string();
        let y = (measure("HEIGHT=")? - 30).to_string();
        run(self.session.command("xdotool").args([
            "mousemove",
            "--window",
            &window,
            &x,
            &y,
            "click",
            "1",
        ]))?;
        self.take("request.png")
    }

    fn take(&self, name: &str) -> Outcome {
        thread::sleep(REST);
        self.session.screenshot(&self.folder.join(name))
    }

    fn wait_for_window(&self, by: &str, what: &str) -> Outcome<String> {
        let mut found = String::new();
        let search = || -> Command {
            let mut search = self.session.command("xdotool");
            search.args(["search", "--onlyvisible", by, what]);
            search.stderr(std::process::Stdio::null());
            search
        };
        let seen = until(PATIENCE, || {
            if let Ok(ids) = output(&mut search()) {
                let ids = String::from_utf8_lossy(&ids);
                ids.lines()
                    .last()
                    .unwrap_or_default()
                    .clone_into(&mut found);
            }
            !found.is_empty()
        });
        if seen {
            Ok(found)
        } else {
            Err(format!("No window of {what} appeared within 30 s."))
        }
    }
}
