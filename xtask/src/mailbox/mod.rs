//! The demo's mail: a real SMTP server on loopback that keeps what it is given, and a
//! web page that shows it. It refuses some mail, as real servers do.

mod message;
mod page;
mod smtp;
mod store;

use std::{net::SocketAddr, path::Path};

use crate::run::Outcome;

use store::Store;

/// Where the mailbox listens.
pub struct Mailbox {
    /// SMTP.
    pub smtp: SocketAddr,
    /// The page.
    pub page: SocketAddr,
}

/// Opens it on free ports (or the given one for the page); it serves until we end.
pub fn open(folder: &Path, page_port: u16) -> Outcome<Mailbox> {
    let store = Store::open(folder)?;
    let smtp = smtp::listen(store.clone())?;
    let page = page::listen(store, page_port)?;
    Ok(Mailbox { smtp, page })
}
