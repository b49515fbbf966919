//! The clients' side over real HTTP: links, PINs, help requests, mails, leaving.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod amazon;
mod bounces;
mod browser;
mod scene;
mod smtp;

mod aging;
mod answers;
mod bad_input;
mod copies;
mod edges;
mod entering;
mod escalate;
mod frozen;
mod help;
mod hooks;
mod hostile;
mod languages;
mod leaving;
mod links;
mod mail_faults;
mod mails;
mod mended;
mod messages;
mod new_address;
mod pins;
mod routes;
mod scanners;
mod ses;
mod stuck;
mod symptoms;
mod traces;
