//! `cargo xtask screenshots`: the pictures in `docs/`, from the real app and pages. They are
//! those that the whole-system journey leaves behind, so they cannot show what is not so.

use std::fs;

use crate::{
    install, paths,
    run::{Outcome, make_folder},
    test,
};

/// From the journey's pictures to those of the documents.
const PICTURES: [(&str, &str); 6] = [
    ("22-request.png", "inbox-light.png"),
    ("30-pin.png", "pin.png"),
    ("21-notification.png", "notification.png"),
    ("23-waiting-seen.png", "waiting.png"),
    ("10-client-sign-in.png", "client-sign-in.png"),
    ("51-offline.png", "offline.png"),
];

/// Walks the journey and copies its pictures.
pub fn take() -> Outcome {
    install::install(&test::wanted())?;
    test::programs()?;
    test::end_to_end()?;
    let folder = paths::root().join("docs/screenshots");
    make_folder(&folder)?;
    for (from, to) in PICTURES {
        let from = paths::target().join("e2e").join(from);
        fs::copy(&from, folder.join(to))
            .map_err(|why| format!("{} could not be copied: {why}", from.display()))?;
    }
    println!("The pictures are in {}. Look at them.", folder.display());
    Ok(())
}
