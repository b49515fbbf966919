//! Measures for `cargo xtask bench desktop`: `bell AGENT` runs the agent's program on a
//! message bus and a practice of its own, and prints two figures on each of two lines. How
//! long it takes from an event of the feed to the notification on the bus, at the 99th
//! percentile, beside a call on that bus alone, in milliseconds; and what the agent takes
//! after 50,000 more events, beside what it took before, in MB.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the bench: it may panic, talks to it, and reads the clock"
)]

#[cfg(target_os = "linux")]
#[allow(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../tests/agent/support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
#[path = "bell/scene.rs"]
mod scene;

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() {
    let agent = std::env::args_os().nth(1).unwrap();
    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap();
    let mut scene = scene::Scene::set(agent.into()).await;
    let (bell, floor) = scene.bell().await;
    println!("{bell} {floor}");
    let (before, after) = scene.growth().await;
    println!("{after} {before}");
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This is measured on Linux alone.");
}
