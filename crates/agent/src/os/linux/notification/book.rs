//! What is on the screen, by the server's numbers, in a file: a run that was killed leaves
//! its notifications there, and the next one takes them back.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::files::write_private;

/// Where the numbers are written, and what an earlier run left.
pub(super) struct Book {
    file: Option<PathBuf>,
    left: Option<Page>,
    written: Page,
}

/// Numbers mean something to one server on one bus.
#[derive(Default, PartialEq, Eq, Serialize, Deserialize)]
struct Page {
    server: String,
    numbers: Vec<u32>,
}

impl Book {
    pub(super) fn open(file: Option<PathBuf>) -> Self {
        let left = file
            .as_ref()
            .and_then(|file| std::fs::read(file).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self {
            file,
            left,
            written: Page::default(),
        }
    }

    /// The numbers that an earlier run left with this server; said once.
    pub(super) fn left_with(&mut self, server: Option<&str>) -> Vec<u32> {
        let Some(server) = server else {
            return Vec::new();
        };
        let left = self.left.take().filter(|page| page.server == server);
        left.map(|page| page.numbers).unwrap_or_default()
    }

    /// Without a file, or where it cannot be written, a killed run leaves them on the screen.
    pub(super) fn write(&mut self, server: Option<&str>, numbers: Vec<u32>) {
        let page = Page {
            server: server.unwrap_or_default().to_owned(),
            numbers,
        };
        if page == self.written {
            return;
        }
        if let Some(file) = &self.file
            && let Ok(bytes) = serde_json::to_vec(&page)
            && let Err(error) = write_private(file, &bytes)
        {
            tracing::warn!(kind = ?error.kind(), "what is on the screen could not be written down");
        }
        self.written = page;
    }
}
