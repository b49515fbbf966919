//! The practice's auth service: links, PINs, help requests, and the pages clients see.

pub mod activity;
pub mod address;
pub mod announcement;
pub mod api;
pub mod app;
pub mod appointment;
pub mod backup;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod cover;
pub mod db;
pub mod diagnosis;
pub mod doctor;
pub mod document;
pub mod epoch;
pub mod event;
pub mod feed;
pub mod help;
pub mod keys;
pub mod limit;
pub mod link;
pub mod mail;
pub mod message;
pub mod oauth;
pub mod pages;
pub mod pin;
pub mod practice;
pub mod random;
pub mod refusal;
pub mod retention;
pub mod rights;
pub mod secret;
pub mod server;
pub mod session;
pub mod sheet;
pub mod staff;
pub mod team;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timeline;
pub mod work;

pub use app::App;
