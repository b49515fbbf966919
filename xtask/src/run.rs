//! Runs other programs, and says in words what failed.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// Done, or a sentence that says what failed and what to do.
pub type Outcome<T = ()> = Result<T, String>;

/// A command in the repository's root, its output shown.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::paths::root());
    command.stdin(Stdio::null());
    // What `cargo run` says of this program would make cargo build others anew.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name == "CARGO" || OURS.iter().any(|ours| name.starts_with(ours)) {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Beginnings of the variables that `cargo run` sets for the program it runs.
const OURS: [&str; 4] = [
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
];

/// Runs it and wants success.
pub fn run(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|why| format!("{} could not be started: {why}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed ({status}).", shown(command)))
    }
}

/// Runs it, wants success, and hands over what it printed.
pub fn output(command: &mut Command) -> Outcome<Vec<u8>> {
    let done = command
        .output()
        .map_err(|why| format!("{} could not be started: {why}", shown(command)))?;
    if done.status.success() {
        Ok(done.stdout)
    } else {
        Err(format!(
            "{} failed ({}).\n{}",
            shown(command),
            done.status,
            String::from_utf8_lossy(&done.stderr)
        ))
    }
}

/// True where it can be started and succeeds; it prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Writes a file only if its content changed, and says whether it did.
pub fn write_if_changed(path: &Path, content: &[u8]) -> Outcome<bool> {
    if std::fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut file = std::fs::File::create(path)
        .map_err(|why| format!("{} could not be written: {why}", path.display()))?;
    file.write_all(content)
        .map_err(|why| format!("{} could not be written: {why}", path.display()))?;
    Ok(true)
}

/// Reads a text file.
pub fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path)
        .map_err(|why| format!("{} could not be read: {why}", path.display()))
}

/// Makes a folder and those above it.
pub fn make_folder(path: &Path) -> Outcome {
    std::fs::create_dir_all(path)
        .map_err(|why| format!("{} could not be made: {why}", path.display()))
}
