//! A log's file, of bounded size and for its user's eyes only.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

const LONGEST: u64 = 2 * 1024 * 1024;

/// A file that is put aside when it is long enough; the one before it ends in `.1`.
pub struct Rolling {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Rolling {
    /// Goes on where it ended; its folder is made where it is missing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        let file = append_to(&path)?;
        let length = file.metadata()?.len();
        Ok(Self { path, file, length })
    }

    fn roll(&mut self) -> io::Result<()> {
        let mut aside = self.path.as_os_str().to_owned();
        aside.push(".1");
        std::fs::rename(&self.path, aside)?;
        self.file = append_to(&self.path)?;
        self.length = 0;
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Write for Rolling {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.length >= LONGEST {
            self.roll()?;
        }
        let written = self.file.write(line)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes a folder that only its user can open.
///
/// # Errors
/// When it cannot be made.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_grows_beyond_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Rolling::open(folder.path().join("some.log")).unwrap();
        let line = vec![b'x'; 64 * 1024];
        for _ in 0..100 {
            log.write_all(&line).unwrap();
        }
        let total: u64 = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        assert!(total <= 2 * (LONGEST + 64 * 1024), "{total}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
