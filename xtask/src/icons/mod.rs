//! Every size of the icons, from the drawings in `icons/source`.

mod tray;

use std::path::Path;

use crate::{
    install::{self, Need, Wanted},
    paths,
    run::{Outcome, command, make_folder, output, run, write_if_changed},
};

/// Debian's `convert`: the name alone may be another program's.
const CONVERT: &str = "/usr/bin/convert";

/// Up to this size the drawing on the pixel grid is sharper.
const LARGEST_SMALL: u32 = 32;

/// File names Tauri's bundler and the window ask for, with their sizes.
const SIZES: [(&str, u32); 8] = [
    ("16x16.png", 16),
    ("32x32.png", 32),
    ("48x48.png", 48),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("256x256.png", 256),
    ("icon.png", 512),
];

/// Makes them all; the results are committed, so that a build needs no drawing tool.
pub fn make() -> Outcome {
    install::install(&Wanted {
        packages: &[Need::Draw],
        node: &[],
        tools: &[],
        python: false,
        yes: false,
    })?;
    let icons = paths::root().join("icons");
    let source = icons.join("source");
    let mut changed = 0_usize;
    for (name, size) in SIZES {
        let drawing = if size <= LARGEST_SMALL {
            "app-small.svg"
        } else {
            "app.svg"
        };
        let png = rasterise(&source.join(drawing), size)?;
        changed += usize::from(write_if_changed(&icons.join(name), &png)?);
    }
    windows(&icons)?;
    macos(&icons)?;
    changed += tray::make(&source, &icons.join("tray"))?;
    println!("{changed} of the icons changed.");
    Ok(())
}

/// One drawing as PNG.
fn rasterise(drawing: &Path, size: u32) -> Outcome<Vec<u8>> {
    let size = size.to_string();
    output(
        command("rsvg-convert")
            .args(["--format", "png", "--width", &size, "--height", &size])
            .arg(drawing),
    )
}

/// `icon.ico`, with the sizes that Windows asks for.
fn windows(icons: &Path) -> Outcome {
    let mut convert = command(CONVERT);
    for name in [
        "16x16.png",
        "32x32.png",
        "48x48.png",
        "64x64.png",
        "256x256.png",
    ] {
        convert.arg(icons.join(name));
    }
    run(convert.arg(icons.join("icon.ico")))
}

/// `icon.icns`: a header, then PNG files as they are, each under its four letters.
fn macos(icons: &Path) -> Outcome {
    let mut body = Vec::new();
    for (kind, name) in [
        (b"ic07", "128x128.png"),
        (b"ic08", "256x256.png"),
        (b"ic09", "icon.png"),
        (b"ic11", "32x32.png"),
        (b"ic12", "64x64.png"),
        (b"ic13", "128x128@2x.png"),
    ] {
        let path = icons.join(name);
        let png = std::fs::read(&path)
            .map_err(|why| format!("{} could not be read: {why}", path.display()))?;
        body.extend_from_slice(kind);
        body.extend_from_slice(&length(png.len() + 8)?);
        body.extend_from_slice(&png);
    }
    let mut file = b"icns".to_vec();
    file.extend_from_slice(&length(body.len() + 8)?);
    file.extend_from_slice(&body);
    write_if_changed(&icons.join("icon.icns"), &file)?;
    Ok(())
}

fn length(bytes: usize) -> Outcome<[u8; 4]> {
    u32::try_from(bytes)
        .map(u32::to_be_bytes)
        .map_err(|_| "An icon is too large for its container.".to_owned())
}

/// Raw pixels of a drawing, as the tray's protocol wants them: ARGB, 8 bits each.
fn pixels(svg: &str, size: u32, scratch: &Path) -> Outcome<Vec<u8>> {
    make_folder(scratch)?;
    let drawing = scratch.join("tray.svg");
    let png = scratch.join("tray.png");
    write_if_changed(&drawing, svg.as_bytes())?;
    write_if_changed(&png, &rasterise(&drawing, size)?)?;
    let mut bytes =
        output(
            command(CONVERT)
                .arg(&png)
                .args(["-depth", "8", "-colorspace", "sRGB", "RGBA:-"]),
        )?;
    for pixel in bytes.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    Ok(bytes)
}
