//! The demo's practice: made with the commands that a real one is made with.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Command,
    time::Duration,
};

use super::{Demo, keep};
use crate::{
    browser::Browser,
    child::{Running, until},
    paths,
    run::{Outcome, output},
};

/// Who is signed in at the demo's desktop.
pub const CLINICIAN: &str = "Rosa Rivera";

/// Their address: nothing is mailed to it, staff are invited by hand.
const CLINICIAN_EMAIL: &str = "rosa@juniper.example";

/// Port of the clients' page, if it is free.
const PORT: u16 = 8080;

/// Patience with the service.
const READY: Duration = Duration::from_secs(30);

/// The running service.
pub struct Service {
    pub process: Running,
    /// Its public address, without a slash at the end.
    pub url: String,
}

/// Makes the practice and starts its service.
pub fn open(demo: &Demo, smtp: SocketAddr) -> Outcome<Service> {
    let url = make(demo, smtp, &paths::root().join("demo/roster.csv"))?;
    serve(demo, url)
}

/// Makes the practice, with these clients; gives its public address.
pub fn make(demo: &Demo, smtp: SocketAddr, roster: &Path) -> Outcome<String> {
    let port = free_port()?;
    let url = format!("http://localhost:{port}");
    let listen = format!("127.0.0.1:{port}");
    println!("Making the demo practice.");
    output(
        auth(demo, &["init"])
            .args(["--practice-name", "Juniper Lane Practice"])
            .args(["--practice-short-name", "Juniper Lane"])
            .args(["--practice-phone", "555 0100"])
            .args(["--practice-hours", "Monday to Friday, 9 to 5"])
            .args(["--time-zone", "America/New_York"])
            .args(["--mail-from", "sign-in@juniper.example"])
            .args(["--admin-name", "Dana Whitfield"])
            .args(["--admin-email", "dana@juniper.example"])
            .args(["--exit-url", "https://www.weather.gov/"])
            .args(["--public-url", &url, "--listen", &listen])
            .args(["--smtp", &format!("smtp://{smtp}")]),
    )?;
    for (name, email, role) in [
        (CLINICIAN, CLINICIAN_EMAIL, "clinician"),
        ("Sam Park", "sam@juniper.example", "front-desk"),
    ] {
        output(
            auth(demo, &["staff", "add"]).args(["--name", name, "--email", email, "--role", role]),
        )?;
    }
    output(auth(demo, &["client", "import"]).arg(roster))?;
    Ok(url)
}

/// Starts its service.
pub fn serve(demo: &Demo, url: String) -> Outcome<Service> {
    // Everything else stands in the settings file that `init` left beside the keys.
    let mut serve = auth(demo, &["serve"]);
    let mut process = keep(demo, &mut serve, "service.log")?;
    let ready = until(READY, || {
        process.lives().is_err()
            || Browser::default()
                .open(&format!("{url}/readyz"))
                .is_ok_and(|page| page.status == 200)
    });
    process.lives()?;
    if !ready {
        return Err(format!("The service at {url} is not ready after 30 s."));
    }
    Ok(Service { process, url })
}

/// A one-time address for the clinician's first proof.
pub fn invite(demo: &Demo, service: &Service) -> Outcome<String> {
    let said = output(&mut auth(demo, &["staff", "invite", CLINICIAN_EMAIL]))?;
    let said = String::from_utf8_lossy(&said);
    said.split_whitespace()
        .find(|word| word.starts_with(&service.url))
        .map(str::to_owned)
        .ok_or_else(|| format!("No one-time address in what the service said:\n{said}"))
}

fn auth(demo: &Demo, words: &[&str]) -> Command {
    let mut command = demo.command("latchkey-auth");
    command
        .args(words)
        .arg("--data-dir")
        .arg(demo.folder.join("service"))
        .arg("--keys-dir")
        .arg(demo.folder.join("keys"));
    command
}

/// The usual port, or any that is free.
fn free_port() -> Outcome<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, PORT))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|why| format!("No port is free on this computer: {why}"))
}
