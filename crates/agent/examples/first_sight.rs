//! Measures for `cargo xtask bench desktop`: `first_sight PROGRAM …` starts a program and
//! looks at the middle of the screen until there is something to read on it. Prints the
//! program's process and how many milliseconds that took, and leaves the program running.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::zombie_processes,
    reason = "a tool of the bench: it may panic, talks to it, reads the clock, and leaves alone what it started"
)]

#[cfg(target_os = "linux")]
fn main() {
    use std::{
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    let words: Vec<String> = std::env::args().skip(1).collect();
    let (program, words) = words.split_first().unwrap();
    let screen = screen::Screen::open();
    assert!(!screen.has_words(), "there are words on the screen already");
    let watch = Instant::now();
    let child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !screen.has_words() {
        assert!(watch.elapsed() < Duration::from_secs(30), "nothing came");
        std::thread::sleep(Duration::from_millis(2));
    }
    let seen = watch.elapsed();
    println!("{} {:.1}", child.id(), seen.as_secs_f64() * 1_000.0);
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This is measured on Linux alone.");
}

#[cfg(target_os = "linux")]
mod screen {
    use x11rb::{
        connection::Connection as _,
        protocol::xproto::{ConnectionExt as _, ImageFormat},
        rust_connection::RustConnection,
    };

    /// A letter is drawn in ink that is as dark as this, in each of its colours.
    const INK: u8 = 90;
    /// Paper is as light as this.
    const PAPER: u8 = 200;
    /// So many dark points are words, not a line or a frame.
    const WORDS: usize = 300;

    pub struct Screen {
        connection: RustConnection,
        root: u32,
        width: u16,
        height: u16,
    }

    impl Screen {
        pub fn open() -> Self {
            let (connection, number) = x11rb::connect(None).unwrap();
            let screen = connection.setup().roots.get(number).unwrap();
            let (root, width, height) =
                (screen.root, screen.width_in_pixels, screen.height_in_pixels);
            Self {
                connection,
                root,
                width,
                height,
            }
        }

        /// In the middle half of the screen.
        pub fn has_words(&self) -> bool {
            let (width, height) = (self.width / 2, self.height / 2);
            let asked = self.connection.get_image(
                ImageFormat::Z_PIXMAP,
                self.root,
                i16::try_from(self.width / 4).unwrap(),
                i16::try_from(self.height / 4).unwrap(),
                width,
                height,
                u32::MAX,
            );
            let image = asked.unwrap().reply().unwrap();
            let points = || {
                image
                    .data
                    .chunks_exact(4)
                    .filter_map(|point| point.first_chunk::<3>())
            };
            let dark = points().filter(|point| point.iter().all(|colour| *colour < INK));
            let light = points().filter(|point| point.iter().all(|colour| *colour > PAPER));
            // A screen without a window may be black.
            dark.count() >= WORDS && light.count() > points().count() / 2
        }
    }
}
