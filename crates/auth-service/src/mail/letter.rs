//! A mail before it has a form: what it is about, and for whom.

use latchkey_protocol::UnixMillis;

use crate::link::token::LinkToken;

/// What a mail is about.
pub enum About {
    /// A sign-in link that the client asked for.
    Link(LinkToken),
    /// A sign-in link that staff sent.
    StaffLink(LinkToken),
    /// The steps of how to sign in, sent by staff.
    Guide,
    /// To the old mailbox: another address is used from now on.
    AddressChanged,
    /// The practice wrote; what, is on the page alone.
    Message,
    /// A PIN was used.
    PinUsed,
    /// Somebody waits, and no desktop is on.
    NeedsHelp,
    /// A desktop was connected.
    DesktopConnected {
        /// The name of the staff member it signs in.
        owner: String,
        /// The name it was given.
        desktop: String,
    },
}

/// A mail to compose.
pub struct Letter {
    /// Its id.
    pub id: String,
    /// Its tag: the left half of its Message-ID.
    pub tag: String,
    /// The address on file, a client's or a staff member's.
    pub to: String,
    /// BCP 47 language of whoever reads it, where it is on file.
    pub language: Option<String>,
    /// When it was asked for.
    pub asked_at: UnixMillis,
    /// What it is about.
    pub about: About,
}
