//! The folder for downloads, as the desktop names it (xdg-user-dirs).

use std::path::{Path, PathBuf};

/// It, or the home folder where there is none.
pub(super) fn for_saving() -> Option<PathBuf> {
    let home = PathBuf::from(std::env::var_os("HOME")?);
    let config = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .unwrap_or_else(|| home.join(".config"));
    let named = std::fs::read_to_string(config.join("user-dirs.dirs"))
        .ok()
        .and_then(|text| named(&text, &home));
    [named, Some(home.join("Downloads")), Some(home)]
        .into_iter()
        .flatten()
        .find(|folder| folder.is_dir())
}

/// Of the lines in the file, the last one counts, as in the shell that it is written for.
fn named(text: &str, home: &Path) -> Option<PathBuf> {
    let value = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("XDG_DOWNLOAD_DIR="))
        .next_back()?
        .trim()
        .trim_matches('"');
    match value.strip_prefix("$HOME") {
        Some(below) => Some(home.join(below.trim_start_matches('/'))),
        None => Some(PathBuf::from(value)).filter(|folder| folder.is_absolute()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_where_the_desktop_says_it_is() {
        let home = Path::new("/home/rosa");
        let said = |line: &str| named(line, home);
        assert_eq!(
            said("# comment\nXDG_DOWNLOAD_DIR=\"$HOME/Descargas\"\n"),
            Some("/home/rosa/Descargas".into())
        );
        assert_eq!(said("XDG_DOWNLOAD_DIR=\"/srv/in\""), Some("/srv/in".into()));
        assert_eq!(said("XDG_DOWNLOAD_DIR=\"elsewhere\""), None);
        assert_eq!(said("XDG_MUSIC_DIR=\"$HOME/Music\""), None);
    }
}
