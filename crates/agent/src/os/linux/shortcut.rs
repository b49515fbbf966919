//! The keys that show the window from anywhere, taken from the X server. A Wayland desktop
//! gives no program keys in this way; its own settings can run `latchkey` for some.

use std::{io, os::fd::AsFd};

use latchkey_view::{Shortcut, ShortcutKey, ShortcutTrouble};
use tokio::{io::Interest, net::UnixStream, sync::watch};
use x11rb::{
    connection::Connection as _,
    errors::ReplyError,
    protocol::{
        ErrorKind, Event,
        xproto::{ConnectionExt as _, GrabMode, ModMask},
    },
    rust_connection::RustConnection,
};

use crate::os::{OsEvent, OsEvents};

/// Takes what is wanted last, until nobody wants anything any more.
pub(super) async fn run(mut wanted: watch::Receiver<Option<Shortcut>>, events: OsEvents) {
    while wanted.changed().await.is_ok() {
        loop {
            let keys = *wanted.borrow_and_update();
            let ended = tokio::select! {
                // Leaving lets go of the connection, and with it of the keys.
                changed = wanted.changed() => changed.map_err(|_| ()).map(|()| true),
                over = listen(keys, &events) => match over {
                    Over::Anew => Ok(true),
                    Over::Failed(trouble) => {
                        let _ = events.send(OsEvent::KeysTaken(Some(trouble)));
                        Ok(false)
                    }
                },
            };
            match ended {
                Ok(true) => {}
                Ok(false) => break,
                Err(()) => return,
            }
        }
    }
}

/// Why nothing is listened for any more.
enum Over {
    /// The keyboard is another one by now.
    Anew,
    Failed(ShortcutTrouble),
}

async fn listen(keys: Option<Shortcut>, events: &OsEvents) -> Over {
    let Some(keys) = keys else {
        let _ = events.send(OsEvent::KeysTaken(None));
        return std::future::pending().await;
    };
    // The library's calls block until the server answers.
    let taking = tokio::task::spawn_blocking(move || take(keys));
    let taken = match taking.await {
        Ok(Ok(taken)) => taken,
        Ok(Err(trouble)) => return Over::Failed(trouble),
        Err(_) => return Over::Failed(ShortcutTrouble::NotHere),
    };
    let _ = events.send(OsEvent::KeysTaken(None));
    wait(&taken, keys, events)
        .await
        .unwrap_or(Over::Failed(ShortcutTrouble::NotHere))
}

/// Until the server ends, or says that the keyboard is another one.
async fn wait(taken: &Taken, keys: Shortcut, events: &OsEvents) -> io::Result<Over> {
    let connection = &taken.connection;
    let watched = connection.stream().as_fd().try_clone_to_owned()?;
    let watched = UnixStream::from_std(watched.into())?;
    loop {
        while let Some(event) = connection.poll_for_event().map_err(io::Error::other)? {
            match event {
                Event::KeyPress(_) => {
                    let _ = events.send(OsEvent::KeysPressed);
                }
                // Said also where a second keyboard is used that has the same keys.
                Event::MappingNotify(_) => {
                    let found = tokio::task::spawn_blocking(move || find(keys).ok());
                    let found = found.await.ok().flatten();
                    if found.is_some_and(|found| found.codes != taken.codes) {
                        return Ok(Over::Anew);
                    }
                }
                _ => {}
            }
        }
        watched.readable().await?;
        // The connection reads all there is; from then on it is waited for anew.
        let all_read = || Err(io::ErrorKind::WouldBlock.into());
        let _ = watched.try_io::<()>(Interest::READABLE, all_read);
    }
}

/// A connection, and where on the keyboard the key is; what it took is given back with it.
struct Taken {
    connection: RustConnection,
    root: u32,
    codes: Vec<u8>,
}

fn find(keys: Shortcut) -> Result<Taken, ShortcutTrouble> {
    // What an X server for old programs gives there is no key of the desktop's.
    if std::env::var_os("WAYLAND_DISPLAY").is_some() || std::env::var_os("DISPLAY").is_none() {
        return Err(ShortcutTrouble::NotHere);
    }
    let (connection, number) = x11rb::connect(None).map_err(|_| ShortcutTrouble::NotHere)?;
    let screen = connection.setup().roots.get(number);
    let root = screen.ok_or(ShortcutTrouble::NotHere)?.root;
    let codes = codes(&connection, sign(keys.key)).map_err(|_| ShortcutTrouble::NotHere)?;
    if codes.is_empty() {
        return Err(ShortcutTrouble::NoSuchKey);
    }
    Ok(Taken {
        connection,
        root,
        codes,
    })
}

fn take(keys: Shortcut) -> Result<Taken, ShortcutTrouble> {
    let found = find(keys)?;
    for code in &found.codes {
        // Whatever else is locked: the server tells these combinations apart.
        for locked in [
            ModMask::from(0_u8),
            ModMask::LOCK,
            ModMask::M2,
            ModMask::LOCK | ModMask::M2,
        ] {
            let grab = found.connection.grab_key(
                false,
                found.root,
                held(keys) | locked,
                *code,
                GrabMode::ASYNC,
                GrabMode::ASYNC,
            );
            match grab.map_err(|_| ShortcutTrouble::NotHere)?.check() {
                Ok(()) => {}
                Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Access => {
                    return Err(ShortcutTrouble::Taken);
                }
                Err(_) => return Err(ShortcutTrouble::NotHere),
            }
        }
    }
    Ok(found)
}

fn held(keys: Shortcut) -> ModMask {
    let mut held = ModMask::from(0_u8);
    for (wanted, mask) in [
        (keys.control, ModMask::CONTROL),
        (keys.alt, ModMask::M1),
        (keys.shift, ModMask::SHIFT),
        (keys.logo, ModMask::M4),
    ] {
        if wanted {
            held |= mask;
        }
    }
    held
}

/// The sign on the key, as X numbers them.
fn sign(key: ShortcutKey) -> u32 {
    match key {
        ShortcutKey::Letter(letter) => u32::from(letter.to_ascii_lowercase()),
        ShortcutKey::Digit(digit) => u32::from(digit),
        ShortcutKey::Function(number) => 0xffbd + u32::from(number),
        ShortcutKey::Space => 0x20,
    }
}

/// The keys that have this sign on this keyboard, pressed alone or with Shift: on some,
/// digits are above the line.
fn codes(connection: &RustConnection, sign: u32) -> Result<Vec<u8>, ReplyError> {
    let (first, last) = (
        connection.setup().min_keycode,
        connection.setup().max_keycode,
    );
    let count = last.saturating_sub(first).saturating_add(1);
    let mapping = connection.get_keyboard_mapping(first, count)?.reply()?;
    let each = usize::from(mapping.keysyms_per_keycode).max(1);
    let having = |levels: usize| -> Vec<u8> {
        (first..=last)
            .zip(mapping.keysyms.chunks(each))
            .filter(|(_, signs)| signs.iter().take(levels).any(|one| *one == sign))
            .map(|(code, _)| code)
            .collect()
    };
    // Who writes in another alphabet has ours as a second one.
    let found = having(2);
    Ok(if found.is_empty() {
        having(each)
    } else {
        found
    })
}

#[cfg(test)]
mod tests {
    use std::{process::Command, time::Duration};

    use tokio::sync::mpsc;

    use super::*;

    const LETTER: Shortcut = Shortcut {
        control: true,
        alt: true,
        shift: false,
        logo: false,
        key: ShortcutKey::Letter(b'L'),
    };

    type Heard = mpsc::UnboundedReceiver<OsEvent>;

    async fn next(heard: &mut Heard) -> OsEvent {
        tokio::time::timeout(Duration::from_secs(10), heard.recv())
            .await
            .expect("something is said")
            .expect("it goes on")
    }

    /// One who takes keys, and what is heard of it.
    fn one() -> (watch::Sender<Option<Shortcut>>, Heard) {
        let (wish, wanted) = watch::channel(None);
        let (events, heard) = mpsc::unbounded_channel();
        tokio::spawn(run(wanted, events));
        (wish, heard)
    }

    fn press(keys: &str) {
        let pressed = Command::new("xdotool").args(["key", keys]).status();
        assert!(pressed.expect("xdotool is installed").success());
    }

    #[tokio::test]
    async fn keys_are_taken_given_back_and_refused_where_another_has_them() {
        if std::env::var_os("LATCHKEY_TEST_DESKTOP").is_none() {
            println!("skipped: set LATCHKEY_TEST_DESKTOP where an X server and xdotool are");
            return;
        }
        let (first, mut heard) = one();
        first.send_replace(Some(LETTER));
        assert_eq!(next(&mut heard).await, OsEvent::KeysTaken(None));
        press("ctrl+alt+l");
        assert_eq!(next(&mut heard).await, OsEvent::KeysPressed);

        let (second, mut refused) = one();
        second.send_replace(Some(LETTER));
        let taken = OsEvent::KeysTaken(Some(ShortcutTrouble::Taken));
        assert_eq!(next(&mut refused).await, taken);

        // Given back: the other one has them from then on, and other keys were others'.
        let other = Shortcut {
            key: ShortcutKey::Function(9),
            alt: false,
            ..LETTER
        };
        first.send_replace(Some(other));
        assert_eq!(next(&mut heard).await, OsEvent::KeysTaken(None));
        second.send_replace(Some(LETTER));
        assert_eq!(next(&mut refused).await, OsEvent::KeysTaken(None));
        press("ctrl+alt+l");
        press("ctrl+F9");
        assert_eq!(next(&mut refused).await, OsEvent::KeysPressed);
        assert_eq!(next(&mut heard).await, OsEvent::KeysPressed);
        first.send_replace(None);
        assert_eq!(next(&mut heard).await, OsEvent::KeysTaken(None));
        press("ctrl+F9");
        press("ctrl+alt+l");
        assert_eq!(next(&mut refused).await, OsEvent::KeysPressed);
        assert!(heard.try_recv().is_err());
    }
}
