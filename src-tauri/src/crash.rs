//! When the window fails: a line in the log, and a few words on the screen, by a process of
//! their own, since nothing in the one that failed can be relied on.

use std::{path::Path, process::ExitCode};

use latchkey_view::{
    Places, WINDOW_LOG_FILE,
    connect::WINDOW_PROGRAM,
    start::{beside, command},
};

use crate::args::CRASHED;

/// As the language's own end after a panic.
const PANICKED: i32 = 101;

/// From here on a panic anywhere ends the window in words.
pub fn watch(data_dir: Option<&Path>) {
    let data_dir = data_dir.map(Path::to_owned);
    std::panic::set_hook(Box::new(move |panic| {
        // Where, not what: a panic's words may quote what was being drawn.
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        end(&place, data_dir.as_deref());
    }));
}

/// Says what failed, and ends the process.
pub fn end(place: &str, data_dir: Option<&Path>) -> ! {
    tracing::error!(place, "the window failed, and so it ends");
    let said =
        beside(WINDOW_PROGRAM).and_then(|program| command(&program, data_dir).arg(CRASHED).spawn());
    if let Err(why) = said {
        tracing::error!(kind = ?why.kind(), "nobody could be told");
    }
    std::process::exit(PANICKED)
}

/// What stands on the screen, with the log's place.
fn words(places: &Places) -> (&'static str, String) {
    let log = places.state.join(WINDOW_LOG_FILE);
    (
        "Latchkey’s window has stopped",
        format!(
            "Something in the window failed. Nothing is lost: the inbox, your notes and the \
             notifications are kept by Latchkey’s background part, which goes on. A PIN that \
             was on the screen is not shown again: if it was not read out, revoke it.\n\n\
             Where it failed is noted here, without anything about a client:\n{}",
            log.display()
        ),
    )
}

const AGAIN: &str = "Open Latchkey again";
const CLOSE: &str = "Close";

/// `latchkey --crashed`: says it, and opens the window anew where that is wanted.
#[cfg(target_os = "linux")]
pub fn tell(places: &Places, data_dir: Option<&Path>) -> ExitCode {
    use gtk::prelude::*;

    if gtk::init().is_err() {
        return ExitCode::FAILURE;
    }
    let (title, text) = words(places);
    let dialog = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::empty(),
        gtk::MessageType::Error,
        gtk::ButtonsType::None,
        title,
    );
    dialog.set_title("Latchkey");
    dialog.set_secondary_text(Some(&text));
    dialog.add_button(CLOSE, gtk::ResponseType::Close);
    dialog.add_button(AGAIN, gtk::ResponseType::Accept);
    dialog.set_default_response(gtk::ResponseType::Accept);
    if dialog.run() != gtk::ResponseType::Accept {
        return ExitCode::SUCCESS;
    }
    match beside(WINDOW_PROGRAM).and_then(|program| command(&program, data_dir).spawn()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Where there is no such dialog, the words go to the terminal and the log.
#[cfg(not(target_os = "linux"))]
pub fn tell(places: &Places, _data_dir: Option<&Path>) -> ExitCode {
    let (title, text) = words(places);
    tracing::error!("{title}. {text} ({AGAIN}, {CLOSE})");
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_is_lost_and_where_the_log_lies() {
        let places = Places::find(Some(Path::new("/home/rosa/latchkey")));
        // Without a runtime folder there is nothing to try.
        let Ok(places) = places else { return };
        let (title, text) = words(&places);
        assert!(title.contains("has stopped"));
        assert!(text.contains("Nothing is lost"));
        assert!(text.ends_with("/home/rosa/latchkey/state/latchkey-window.log"));
    }
}
