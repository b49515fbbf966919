//! Installs what is missing, and says so first.

mod packages;
mod python;
mod tools;

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
};

use crate::run::{Outcome, command, succeeds};

pub use packages::{Need, POSTFIX_PROGRAMS};
pub use python::program as python_program;
pub use tools::{CARGO_FUZZ, CARGO_MUTANTS, tool};

/// What a chore needs.
pub struct Wanted<'a> {
    /// Debian packages.
    pub packages: &'a [Need],
    /// Folders with a package.json.
    pub node: &'a [&'a str],
    /// Programs that cargo installs.
    pub tools: &'a [tools::Tool],
    /// What tests/contract/requirements.txt names.
    pub python: bool,
    /// `--yes`: do not ask.
    pub yes: bool,
}

/// Everything the tests use.
pub const TEST_TOOLS: &[tools::Tool] = &[tools::TAURI_DRIVER, tools::CARGO_DENY];

/// Finds what is missing, says what it will install, asks, and installs it.
pub fn install(wanted: &Wanted<'_>) -> Outcome {
    node_is_new_enough()?;
    let packages = packages::missing(wanted.packages);
    let node: Vec<_> = wanted
        .node
        .iter()
        .copied()
        .filter(|folder| tools::node_is_stale(folder))
        .collect();
    let tools: Vec<_> = wanted.tools.iter().filter(|tool| tool.missing()).collect();
    let python = wanted.python && python::is_stale();
    if packages.is_empty() && node.is_empty() && tools.is_empty() && !python {
        return Ok(());
    }
    println!("Missing here, and to be installed now:");
    if !packages.is_empty() {
        println!("  by apt-get: {}", packages.join(" "));
    }
    for folder in &node {
        println!("  by npm, inside {folder}/: what {folder}/package-lock.json names");
    }
    for tool in &tools {
        println!(
            "  by cargo, into target/tools: {} {}",
            tool.name, tool.version
        );
    }
    if python {
        println!(
            "  by pip, into target/tools/python: what {} names",
            python::NAMED
        );
    }
    if !wanted.yes && env::var_os("CI").is_none() && io::stdin().is_terminal() {
        agree()?;
    }
    if !packages.is_empty() {
        packages::install(&packages)?;
    }
    for folder in node {
        tools::node_install(folder)?;
    }
    for tool in tools {
        tool.install()?;
    }
    if python {
        python::install()?;
    }
    Ok(())
}

/// Asks at the terminal.
fn agree() -> Outcome {
    print!("Go on? [Y/n] ");
    io::stdout().flush().map_err(|why| why.to_string())?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|why| why.to_string())?;
    match answer.trim().to_lowercase().as_str() {
        "" | "y" | "yes" => Ok(()),
        _ => Err("Nothing was installed.".to_owned()),
    }
}

/// Vite 8 asks for Node 20.19.
fn node_is_new_enough() -> Outcome {
    let new_enough = "const [a, b] = process.versions.node.split('.').map(Number); \
         process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)";
    if !succeeds(command("npm").arg("--version")) {
        return Err(
            "Node.js with npm is needed, and not found: install Node 20.19 or newer.".into(),
        );
    }
    if succeeds(command("node").args(["-e", new_enough])) {
        Ok(())
    } else {
        Err("This Node.js is too old: install Node 20.19 or newer.".to_owned())
    }
}

/// The search path with our own tools before the machine's.
pub fn path_with_tools() -> std::ffi::OsString {
    let mut path = crate::paths::tools().join("bin").into_os_string();
    if let Some(rest) = env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}
