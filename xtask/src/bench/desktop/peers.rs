//! A mail program and a browser, to see what the other figures mean.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    thread,
};

use super::{
    SETTLED, median,
    sight::{Sight, end},
};
use crate::{
    bench::{
        memory,
        result::{Figure, Target},
    },
    demo::Demo,
    paths,
    run::{Outcome, make_folder},
};

/// Each is started so often; they are only beside the point.
const TIMES: usize = 3;

/// Start and memory of each, beside the bare window.
pub fn beside(demo: &Demo, bare: f64, bare_pss: f64) -> Outcome<Vec<Figure>> {
    let page = paths::root().join("src-tauri/examples/bare/page/index.html");
    let chromium = measure(demo, Path::new("/usr/bin/chromium"), |profile| {
        vec![
            // Who measures may be root.
            "--no-sandbox".into(),
            "--no-first-run".into(),
            "--window-size=1180,780".into(),
            option("--user-data-dir=", profile),
            option("--app=file://", &page),
        ]
    })?;
    let thunderbird = measure(demo, Path::new("/usr/bin/thunderbird"), |profile| {
        vec!["--no-remote".into(), "--profile".into(), profile.into()]
    })?;
    let figures = [
        ("chromium-start", chromium.0, "ms", bare),
        ("chromium-open", chromium.1, "MiB", bare_pss),
        ("thunderbird-start", thunderbird.0, "ms", bare),
        ("thunderbird-open", thunderbird.1, "MiB", bare_pss),
    ];
    Ok(figures
        .map(|(name, value, unit, beside)| Figure {
            name,
            value,
            unit,
            beside_what: "a bare window",
            beside,
            target: Target::None,
        })
        .into())
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// Milliseconds until it can be read, and MiB of all its processes.
fn measure(
    demo: &Demo,
    program: &Path,
    words: impl Fn(&Path) -> Vec<OsString>,
) -> Outcome<(f64, f64)> {
    let profile = demo.folder.join("peer");
    make_folder(&profile)?;
    let words = words(&profile);
    let words: Vec<&OsStr> = words.iter().map(OsString::as_os_str).collect();
    let (mut millis, mut mebibytes) = (Vec::new(), f64::NAN);
    // The first one makes its profile.
    for turn in 0..=TIMES {
        let sight = Sight::of(demo, program, &words)?;
        if turn == TIMES {
            thread::sleep(SETTLED);
            mebibytes = memory::tree(sight.process)?;
        }
        if turn > 0 {
            millis.push(sight.millis);
        }
        end(sight.process)?;
    }
    std::fs::remove_dir_all(&profile).map_err(|why| why.to_string())?;
    Ok((median(millis), mebibytes))
}
