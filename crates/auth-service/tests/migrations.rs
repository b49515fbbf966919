//! Databases of every schema that has landed, kept as SQL text: each is brought up to
//! date with nothing lost.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "pages/browser.rs"]
mod browser;
mod desk;
mod fixture;
#[path = "pages/scene.rs"]
mod scene;

// How the fixture of a new schema is made (CONTRIBUTING, "A new migration").
#[tokio::test]
#[ignore = "writes the fixture of the newest schema"]
async fn make_the_fixture_of_the_newest_schema() {
    let house = fixture::lived_in().await;
    let newest = *fixture::schemas().last().unwrap();
    let dump = fixture::dump(&house).await;
    std::fs::write(fixture::path(newest), dump).unwrap();
}
