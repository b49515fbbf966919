//! What `latchkey` was started with.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use latchkey_protocol::RequestId;
use latchkey_view::request_of_link;

/// How to call it.
pub const USAGE: &str = "\
latchkey [--practice URL] [--data-dir DIR] [latchkey://request/ID]

Shows Latchkey's window; starts latchkey-agent if none runs.

  --practice URL         the practice's address, to offer at sign-in
  --data-dir DIR         keep everything in this folder
  latchkey://request/ID  show this help request
  --version, --help
";

/// Says that a window has failed; the window that failed starts it so.
pub const CRASHED: &str = "--crashed";

/// A start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// `--practice URL`.
    pub practice: Option<String>,
    /// `--data-dir DIR`, made absolute.
    pub data_dir: Option<PathBuf>,
    /// From `latchkey://request/ID`.
    pub request: Option<RequestId>,
}

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// Show the window.
    Window(Args),
    /// Say that it failed.
    Crashed(Args),
    /// Print how to call it.
    Usage,
    /// Print the version.
    Version,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// One sentence about the argument that is wrong.
pub fn read(args: impl IntoIterator<Item = OsString>, here: &Path) -> Result<Asked, String> {
    let mut read = Args::default();
    let mut crashed = false;
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let word = arg.to_string_lossy();
        match word.as_ref() {
            "--help" | "-h" => return Ok(Asked::Usage),
            "--version" | "-V" => return Ok(Asked::Version),
            CRASHED => crashed = true,
            "--practice" => {
                let url = args.next().ok_or("--practice needs an address")?;
                let url = url.into_string().map_err(|_| "--practice is not text")?;
                read.practice = Some(url);
            }
            "--data-dir" => {
                let folder = args.next().ok_or("--data-dir needs a folder")?;
                read.data_dir = Some(here.join(folder));
            }
            link if link.starts_with("latchkey:") => {
                let request =
                    request_of_link(link).ok_or("this latchkey: address names no request")?;
                read.request = Some(request);
            }
            other => return Err(format!("{other} is not understood")),
        }
    }
    Ok(if crashed {
        Asked::Crashed(read)
    } else {
        Asked::Window(read)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Result<Asked, String> {
        read(args.iter().map(OsString::from), Path::new("/home/rosa"))
    }

    #[test]
    fn everything_may_be_left_out() {
        assert_eq!(asked(&[]), Ok(Asked::Window(Args::default())));
    }

    #[test]
    fn a_practice_a_folder_and_a_request_are_read_in_any_order() {
        let read = asked(&[
            "latchkey://request/0198c2f0-7a1b-7000-8000-000000000001",
            "--data-dir",
            "data",
            "--practice",
            "https://sign-in.example",
        ]);
        let wanted = Args {
            practice: Some("https://sign-in.example".to_owned()),
            data_dir: Some(PathBuf::from("/home/rosa/data")),
            request: Some("0198c2f0-7a1b-7000-8000-000000000001".into()),
        };
        assert_eq!(read, Ok(Asked::Window(wanted)));
    }

    // RULES D7
    #[test]
    fn a_latchkey_address_can_only_select_a_request() {
        for link in [
            "latchkey://pin/1",
            "latchkey://request/",
            "latchkey://request/1?issue=pin",
            "latchkey://request/1/pin",
            "latchkey://request/../1",
            "latchkey:request/1",
        ] {
            assert!(asked(&[link]).is_err(), "{link}");
        }
    }

    // RULES D7
    #[test]
    fn the_package_hands_latchkey_addresses_to_the_window_as_one_argument() {
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        let template = &config["bundle"]["linux"]["deb"]["desktopTemplate"];
        assert_eq!(template, "packaging/latchkey.desktop");
        let entry = include_str!("../../packaging/latchkey.desktop");
        assert!(entry.contains("\nExec={{exec}} %u\n"));
        assert!(entry.contains("\nMimeType=x-scheme-handler/latchkey;\n"));
    }

    #[test]
    fn what_is_not_understood_is_refused_and_named() {
        let said = asked(&["--pin"]).unwrap_err();
        assert!(said.contains("--pin"));
        assert!(asked(&["--practice"]).is_err());
        assert!(asked(&["--data-dir"]).is_err());
    }
}
