//! `cargo xtask package`: the bundles for this system.

use std::{env::consts::EXE_SUFFIX, fs};

use crate::{
    install::{self, Need, Wanted},
    paths,
    run::{Outcome, command, make_folder, output, run, write_if_changed},
    words::Args,
};

/// Builds the service, the agent and the window, and puts the two desktop programs into
/// one bundle.
pub fn package(mut args: Args) -> Outcome {
    let yes = args.flag("--yes");
    args.end()?;
    install::install(&Wanted {
        packages: &[Need::Build],
        node: &["ui", "."],
        tools: &[],
        python: false,
        yes,
    })?;
    for program in ["latchkey-auth", "latchkey-agent"] {
        run(command("cargo").args(["build", "--release", "-p", program]))?;
    }
    let folder = paths::target().join("package");
    make_folder(&folder)?;
    let agent = folder.join(format!("latchkey-agent-{}{EXE_SUFFIX}", triple()?));
    fs::copy(paths::program("latchkey-agent", true), &agent)
        .map_err(|why| format!("{} could not be copied: {why}", agent.display()))?;
    // Only here: a sidecar in tauri.conf.json would have to be there at each `cargo check`.
    let config = folder.join("tauri.package.json");
    let sidecar = folder.join("latchkey-agent").display().to_string();
    let sidecar = sidecar.replace('\\', "/");
    write_if_changed(
        &config,
        format!(r#"{{"bundle":{{"active":true,"externalBin":["{sidecar}"]}}}}"#).as_bytes(),
    )?;
    let mut tauri = command("npx");
    tauri.args(["tauri", "build", "--config"]).arg(&config);
    if cfg!(target_os = "linux") {
        tauri.args(["--bundles", "deb"]);
    }
    run(&mut tauri)?;
    println!(
        "\nThe desktop's bundle is in {}.\nThe service is {}.",
        paths::target().join("release/bundle").display(),
        paths::program("latchkey-auth", true).display()
    );
    Ok(())
}

/// Names this machine as Rust does, which is how Tauri finds the sidecar.
fn triple() -> Outcome<String> {
    let said = output(command("rustc").arg("-vV"))?;
    String::from_utf8_lossy(&said)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc does not say for which machine it builds.".to_owned())
}
