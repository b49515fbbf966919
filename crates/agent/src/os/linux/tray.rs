//! The tray as a `StatusNotifierItem`, without GTK. Where no panel shows such items it
//! waits for one; everything in it is in the window, too.

use std::time::Duration;

use ksni::{Icon, MenuItem, ToolTip, TrayMethods, menu::StandardItem};
use tokio::sync::watch;

use crate::{
    os::{OsEvent, OsEvents, TrayState},
    words,
};

/// Where there is no session bus at all.
const TRY_AGAIN: Duration = Duration::from_mins(1);

pub(super) async fn run(mut states: watch::Receiver<TrayState>, events: OsEvents) {
    loop {
        let tray = Tray {
            state: *states.borrow_and_update(),
            events: events.clone(),
        };
        // A panel that is missing now may come later.
        match tray.assume_sni_available(true).spawn().await {
            Ok(handle) => {
                while !handle.is_closed() {
                    if states.changed().await.is_err() {
                        handle.shutdown().await;
                        return;
                    }
                    let state = *states.borrow_and_update();
                    handle.update(|tray: &mut Tray| tray.state = state).await;
                }
            }
            Err(error) => tracing::info!(%error, "no tray"),
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

struct Tray {
    state: TrayState,
    events: OsEvents,
}

impl Tray {
    fn choose(&self, event: OsEvent) {
        let _ = self.events.send(event);
    }

    /// What holds notifications back comes first: it explains the silence.
    fn line(&self) -> String {
        let count = self.count();
        let quiet = self.state.quiet;
        let (words, until) = match (quiet.in_session, quiet.by_hand.or(quiet.hours)) {
            (Some(until), _) => ("tray-session-line", until),
            (None, Some(until)) => ("tray-quiet-line", until),
            (None, None) => return count,
        };
        format!("{} {count}", words::until(words, &time_of(until)))
    }

    fn count(&self) -> String {
        match self.state {
            TrayState {
                signed_in: false, ..
            } => words::say("tray-signed-out"),
            TrayState {
                locked: true,
                unread,
                ..
            } => words::count("tray-locked", unread),
            TrayState { unread: 0, .. } => words::say("tray-none"),
            TrayState { unread, .. } => words::count("tray-unread", unread),
        }
    }
}

impl ksni::Tray for Tray {
    fn id(&self) -> String {
        "latchkey".to_owned()
    }

    fn title(&self) -> String {
        words::say("app-name")
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        icons(self.state)
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: words::say("app-name"),
            description: self.line(),
            ..ToolTip::default()
        }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.choose(OsEvent::OpenChosen);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let line = StandardItem {
            label: self.line(),
            enabled: false,
            ..StandardItem::default()
        };
        let mut items = vec![
            line.into(),
            MenuItem::Separator,
            item("tray-open", OsEvent::OpenChosen),
        ];
        if self.state.signed_in {
            items.extend(self.quiet_items());
            if !self.state.locked {
                items.push(item("tray-lock", OsEvent::LockChosen));
            }
            items.push(item("tray-sign-out", OsEvent::SignOutChosen));
        }
        items.push(item("tray-quit", OsEvent::QuitChosen));
        items
    }
}

impl Tray {
    /// *In session* and quiet, or their ends.
    fn quiet_items(&self) -> Vec<MenuItem<Self>> {
        let quiet = self.state.quiet;
        let mut items = vec![MenuItem::Separator];
        items.push(match quiet.in_session {
            None => item("tray-in-session", OsEvent::InSessionChosen(true)),
            Some(until) => labelled(
                words::until("tray-end-session", &time_of(until)),
                OsEvent::InSessionChosen(false),
            ),
        });
        items.push(match quiet.by_hand {
            None => item("tray-quiet", OsEvent::QuietChosen(true)),
            Some(until) => labelled(
                words::until("tray-end-quiet", &time_of(until)),
                OsEvent::QuietChosen(false),
            ),
        });
        if let Some(until) = quiet.hours {
            let line = StandardItem {
                label: words::until("tray-hours", &time_of(until)),
                enabled: false,
                ..StandardItem::default()
            };
            items.push(line.into());
        }
        items.push(MenuItem::Separator);
        items
    }
}

fn time_of(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

fn item(words: &str, event: OsEvent) -> MenuItem<Tray> {
    labelled(words::say(words), event)
}

fn labelled(label: String, event: OsEvent) -> MenuItem<Tray> {
    StandardItem {
        label,
        activate: Box::new(move |tray: &mut Tray| tray.choose(event.clone())),
        ..StandardItem::default()
    }
    .into()
}

/// Both sizes of one state; made by `cargo xtask icons`.
macro_rules! pixmaps {
    ($name:literal) => {
        [
            include_bytes!(concat!("../../../../../icons/tray/", $name, "-22.argb")).as_slice(),
            include_bytes!(concat!("../../../../../icons/tray/", $name, "-44.argb")).as_slice(),
        ]
    };
}

const SIGNED_OUT: [&[u8]; 2] = pixmaps!("signed-out");
const MANY: [&[u8]; 2] = pixmaps!("many");
const COUNTED: [[&[u8]; 2]; 10] = [
    pixmaps!("0"),
    pixmaps!("1"),
    pixmaps!("2"),
    pixmaps!("3"),
    pixmaps!("4"),
    pixmaps!("5"),
    pixmaps!("6"),
    pixmaps!("7"),
    pixmaps!("8"),
    pixmaps!("9"),
];

fn icons(state: TrayState) -> Vec<Icon> {
    let pixmaps = if state.signed_in {
        COUNTED
            .get(usize::try_from(state.unread).unwrap_or(usize::MAX))
            .unwrap_or(&MANY)
    } else {
        &SIGNED_OUT
    };
    [22, 44]
        .into_iter()
        .zip(pixmaps)
        .map(|(size, data)| Icon {
            width: size,
            height: size,
            data: data.to_vec(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_icons_of_the_right_size() {
        for (signed_in, unread) in [
            (false, 0),
            (true, 0),
            (true, 9),
            (true, 10),
            (true, u32::MAX),
        ] {
            for icon in icons(TrayState {
                signed_in,
                unread,
                ..TrayState::default()
            }) {
                let pixels = usize::try_from(icon.width * icon.height).unwrap();
                assert_eq!(icon.data.len(), 4 * pixels);
            }
        }
    }
}
