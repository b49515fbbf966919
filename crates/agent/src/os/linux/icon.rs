//! The app's icon as a file: notifications name it by path where no icon theme has it.

use std::{fs, path::Path};

use latchkey_view::Places;

use crate::os::ICON_FILE;

/// Its name in an icon theme, once Latchkey is installed as a package.
pub(super) const NAME: &str = "latchkey";

const PICTURE: &[u8] = include_bytes!("../../../../../icons/128x128.png");

/// Writes it into the runtime folder and says where; the name where that fails.
pub(super) fn place(data_dir: Option<&Path>) -> String {
    Places::find(data_dir)
        .ok()
        .map(|places| places.runtime.join(ICON_FILE))
        .filter(|file| fs::write(file, PICTURE).is_ok())
        .map_or_else(|| NAME.to_owned(), |file| file.display().to_string())
}
