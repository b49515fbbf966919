//! Speaking on the command line: results on stdout (a script reads them), the rest on stderr.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};

use super::Failure;

/// A result.
pub fn say(words: impl Display) {
    // A reader that went away (`| head`) is no failure of ours.
    let _ = writeln!(io::stdout(), "{words}");
}

/// A remark.
pub fn aside(words: impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// What was given, else what is typed at the terminal, else the default.
pub fn ask(
    given: Option<String>,
    question: &str,
    flag: &str,
    default: Option<&str>,
) -> Result<String, Failure> {
    if let Some(answer) = given {
        return Ok(answer);
    }
    if !io::stdin().is_terminal() {
        return default.map(str::to_owned).ok_or_else(|| {
            Failure::Usage(format!(
                "{flag} is missing, and there is no terminal to ask at"
            ))
        });
    }
    loop {
        let hint = default.map(|text| format!(" [{text}]")).unwrap_or_default();
        let _ = write!(io::stderr(), "{question}{hint}: ");
        let _ = io::stderr().flush();
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        if !matches!(read, Ok(1..)) {
            return Err(Failure::Usage(
                "no answer was given; nothing was changed".to_owned(),
            ));
        }
        match (line.trim(), default) {
            ("", Some(default)) => return Ok(default.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}
