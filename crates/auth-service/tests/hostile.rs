//! What the fuzzer found worth keeping, read again by the same functions (`fuzz/`).
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test may panic"
)]

use std::fs;
use std::path::PathBuf;

use latchkey_auth::testing::hostile::TARGETS;

// RULES V4
#[test]
fn whatever_strangers_send_is_read_rightly_or_refused() {
    let fuzz = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (name, target) in TARGETS {
        let mut count = 0;
        for folder in ["corpus", "found"] {
            let Ok(entries) = fs::read_dir(fuzz.join(folder).join(name)) else {
                continue;
            };
            for entry in entries {
                let path = entry.unwrap().path();
                // Said first: a panic is then next to its input.
                println!("{}", path.display());
                target(&fs::read(&path).unwrap());
                count += 1;
            }
        }
        assert!(count >= 10, "{name} has a corpus");
    }
}
