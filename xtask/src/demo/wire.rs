//! The window's side of the local socket, just enough to press *Sign in*: frames of a
//! length and JSON, as `crates/view` says.

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use crate::{clock::Stopwatch, run::Outcome};

const MAX_FRAME: usize = 8 * 1024 * 1024;

/// A connection to the agent.
pub struct Wire(UnixStream);

impl Wire {
    /// Connects and says hello, as a window does.
    pub fn open(socket: &Path) -> Outcome<Self> {
        let stream =
            UnixStream::connect(socket).map_err(|why| format!("{}: {why}", socket.display()))?;
        let mut wire = Self(stream);
        wire.say(r#"{"kind":"hello","version":1}"#)?;
        wire.say(r#"{"kind":"launch","practice":null,"request":null}"#)?;
        Ok(wire)
    }

    /// Presses *Sign in* once the window shows it, and waits until somebody is.
    pub fn sign_in(&mut self, practice: &str, limit: Duration) -> Outcome {
        let watch = Stopwatch::start();
        let mut pressed = false;
        loop {
            let left = limit.saturating_sub(watch.read());
            if left.is_zero() {
                return Err("Nobody was signed in in time.".to_owned());
            }
            self.0
                .set_read_timeout(Some(left))
                .map_err(|why| why.to_string())?;
            let frame = self.hear()?;
            if frame.contains(r#""session":"signed_in""#) {
                return Ok(());
            }
            if frame.contains(r#""answer":"refused""#) {
                return Err(format!("The agent refused to sign in: {frame}"));
            }
            if frame.contains(r#""session":"signed_out""#) {
                if let Some((_, why)) = frame.split_once(r#""why":""#) {
                    let why = why.split('"').next().unwrap_or_default();
                    return Err(format!("The sign-in ended: {why}."));
                }
                if !pressed {
                    pressed = true;
                    self.say(&format!(
                        r#"{{"kind":"command","id":1,"command":{{"command":"sign_in","practice":"{practice}"}}}}"#
                    ))?;
                }
            }
        }
    }

    fn say(&mut self, json: &str) -> Outcome {
        let length = u32::try_from(json.len()).map_err(|why| why.to_string())?;
        let mut frame = length.to_be_bytes().to_vec();
        frame.extend_from_slice(json.as_bytes());
        self.0
            .write_all(&frame)
            .map_err(|why| format!("The agent does not listen: {why}"))
    }

    fn hear(&mut self) -> Outcome<String> {
        let gone = |why: std::io::Error| format!("The agent says nothing: {why}");
        let mut length = [0; 4];
        self.0.read_exact(&mut length).map_err(gone)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|why| why.to_string())?;
        if length > MAX_FRAME {
            return Err("The agent sent a frame that is too long.".to_owned());
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).map_err(gone)?;
        String::from_utf8(body).map_err(|why| why.to_string())
    }
}
