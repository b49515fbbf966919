//! Every kind of event there is.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What happened. The text is in the hash chain: never rename one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As it is written in the log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Reads it back; `None` for a kind of a newer version.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// The practice was set up.
    PracticeCreated = "practice_created",
    /// A staff member was added.
    StaffAdded = "staff_added",
    /// A one-time address was made for a staff member.
    StaffInvited = "staff_invited",
    /// It was used: a browser now speaks for the staff member.
    StaffInviteUsed = "staff_invite_used",
    /// A staff member was disabled.
    StaffDisabled = "staff_disabled",
    /// A desktop was connected.
    DeviceConnected = "device_connected",
    /// A desktop can do nothing more; the body says why.
    DeviceRevoked = "device_revoked",
    /// A refresh token that was used already came again: its family ended.
    RefreshReused = "refresh_reused",
    /// A roster file was imported.
    RosterImported = "roster_imported",
    /// A file of sessions was imported; the body counts what changed.
    AppointmentsImported = "appointments_imported",
    /// A client came on file.
    ClientAdded = "client_added",
    /// A client's details changed; the body names the fields.
    ClientChanged = "client_changed",
    /// Staff put a new address on file; it is a personal value, and gets nothing yet.
    AddressProposed = "address_proposed",
    /// It was confirmed and takes the old one's place; the body says how.
    AddressCorrected = "address_corrected",
    /// A client's access was disabled.
    ClientDisabled = "client_disabled",
    /// From now on nothing is sent to this client's mailbox.
    NoMailSet = "no_mail_set",
    /// Mail to this client's mailbox is allowed again.
    NoMailLifted = "no_mail_lifted",
    /// Who may see which requests changed.
    ViewChanged = "view_changed",
    /// A sign-in link was asked for.
    LinkAsked = "link_asked",
    /// An ask was held back: one had just been sent, or ten today.
    AskHeldBack = "ask_held_back",
    /// A link was made and its mail queued.
    MailQueued = "mail_queued",
    /// No mail was sent, by agreement with the client.
    MailNotSent = "mail_not_sent",
    /// The mail server took the mail.
    MailAccepted = "mail_accepted",
    /// The mail server asked to try again.
    MailDeferred = "mail_deferred",
    /// The mail server refused for good.
    MailRefused = "mail_refused",
    /// The mail came back: it did not arrive.
    MailBounced = "mail_bounced",
    /// A mail server on the way says that the mail waits there.
    MailDelayed = "mail_delayed",
    /// The mail was marked as junk where it arrived.
    MailComplained = "mail_complained",
    /// An address gets no mail any more, since a bounce or a complaint.
    AddressSuppressed = "address_suppressed",
    /// Staff let mail go there again.
    SuppressionLifted = "suppression_lifted",
    /// A link was opened; that consumes nothing.
    LinkOpened = "link_opened",
    /// Somebody tried to continue with a dead link.
    LinkRefused = "link_refused",
    /// Something was opened that had been a link before a mail program changed it.
    LinkDamaged = "link_damaged",
    /// A browser came that keeps no cookies; the body says whether by a link or by a form.
    CookiesBlocked = "cookies_blocked",
    /// A form told that the clock of its device is wrong; the body says by how much.
    ClockOff = "clock_off",
    /// Somebody at a shared mailbox typed a name; the body says whom it fits.
    NameTyped = "name_typed",
    /// A link's mailbox was proved, but several people share it: a name must be typed.
    LinkShared = "link_shared",
    /// A client signed in.
    SignedIn = "signed_in",
    /// A client signed out, here or everywhere.
    SignedOut = "signed_out",
    /// A client asked for help.
    HelpAsked = "help_asked",
    /// The service raised a request for a client who seems stuck.
    HelpRaised = "help_raised",
    /// What was typed is one slip away from one client's address on file, or no longer so.
    NearMiss = "near_miss",
    /// Staff said by the match words that a browser is a client's.
    BrowserPicked = "browser_picked",
    /// A person at the practice opened the request.
    HelpSeen = "help_seen",
    /// A request became somebody's, its subject, or nobody's.
    HelpAssigned = "help_assigned",
    /// Nobody had reacted to a request for too long.
    HelpEscalated = "help_escalated",
    /// No desktop could ring for a request: so many staff were written to.
    HelpCopied = "help_copied",
    /// A staff member, the subject, is in a session until the moment in the body, or not any more.
    StaffInSession = "staff_in_session",
    /// A colleague is to cover for somebody, both in the body; the subject names the period.
    CoverSet = "cover_set",
    /// It began: the colleague answers for that caseload.
    CoverBegan = "cover_began",
    /// It is over.
    CoverEnded = "cover_ended",
    /// Staff ended it before its time.
    CoverCancelled = "cover_cancelled",
    /// Staff stated how they know; a second person must, too.
    SecondPersonAsked = "second_person_asked",
    /// A PIN was issued.
    PinIssued = "pin_issued",
    /// A wrong PIN was typed.
    PinWrong = "pin_wrong",
    /// A PIN was typed in a browser it was not issued for.
    PinInOtherBrowser = "pin_in_other_browser",
    /// Staff revoked a PIN, or a newer one voided it.
    PinRevoked = "pin_revoked",
    /// A PIN ran out.
    PinExpired = "pin_expired",
    /// Too many wrong tries closed a PIN.
    PinLocked = "pin_locked",
    /// A PIN was used.
    PinUsed = "pin_used",
    /// Staff sent a new link.
    LinkResent = "link_resent",
    /// Staff sent the steps of how to sign in, by mail.
    GuideSent = "guide_sent",
    /// Staff sent a fixed phrase to the waiting page.
    ReplySent = "reply_sent",
    /// Staff said that this is not their client: the request and its browser are frozen.
    HelpFrozen = "help_frozen",
    /// An admin lifted that.
    FreezeLifted = "freeze_lifted",
    /// Staff wrote to the signed-in client; the text is a personal value.
    MessageSent = "message_sent",
    /// The client has read what staff wrote until then.
    MessageRead = "message_read",
    /// The signed-in client wrote; the text is a personal value.
    ClientWrote = "client_wrote",
    /// Staff wrote a note for each other; its text is a personal value.
    NoteAdded = "note_added",
    /// The client's waiting page was opened, or opened again.
    WaitingPageOpened = "waiting_page_opened",
    /// The client's waiting page has not asked for half a minute.
    WaitingPageClosed = "waiting_page_closed",
    /// The browser of a request that staff have opened is on another of our pages.
    PageMoved = "page_moved",
    /// Time alone changed what a request says: a limit is over, a mail lies unread.
    TimePassed = "time_passed",
    /// The log was exported; the body says from when on.
    AuditExported = "audit_exported",
    /// What was kept for its time was erased; the body says how much of what.
    Erased = "erased",
    /// The database was found to be an older copy of itself: all that was live ended.
    EpochBegan = "epoch_began",
    /// An admin has looked whose mailbox must get none; mail to clients goes out again.
    ContactPlansConfirmed = "contact_plans_confirmed",
    /// A copy of the database was made.
    BackedUp = "backed_up",
    /// A person opened what is told about a client's sign-in: a request after somebody else
    /// had, or a client without one.
    TimelineRead = "timeline_read",
    /// A request ended.
    HelpSolved = "help_solved",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_itself() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::parse("from_a_newer_version"), None);
    }
}
