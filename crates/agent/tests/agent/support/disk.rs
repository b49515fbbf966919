use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// A file system of its own that is soon full. Let go of it before its folder.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where one may not mount.
    /// Of so many KiB.
    pub fn mount(folder: &Path, size: u32) -> Option<Self> {
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={size}k,mode=700"),
                "tmpfs",
            ])
            .arg(folder)
            .output()
            .is_ok_and(|done| done.status.success());
        if !mounted {
            println!("skipped: mounting a small disk takes root");
        }
        mounted.then(|| Self(folder.to_owned()))
    }

    pub fn fill(&self) {
        let mut filler = std::fs::File::create(self.0.join("filler")).unwrap();
        while filler.write_all(&[1; 4096]).is_ok() {}
    }

    pub fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
