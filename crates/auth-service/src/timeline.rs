//! From the event log to a timeline.
//!
//! What an event must carry to be told here (everything else it may carry is kept,
//! not shown). Links, mails and asks name their `address`, their `browser` where
//! there is one, and the `client` where the address has exactly one.
//!
//! | kind | actor | body |
//! |---|---|---|
//! | `mail_accepted`, `mail_deferred`, `mail_refused` | service | `code`, `enhanced`, `next_at`; personal `words` |
//! | `mail_bounced`, `mail_delayed`, `mail_complained` | service | `code`, `enhanced`, `cause`, `way`; personal `words` |
//! | `mail_not_sent` | stranger, staff, service | `why`: the outcome of the ask |
//! | `link_opened` | stranger | `sent_at`, `same_browser`, `opener` (person, scanner, unclear) |
//! | `link_refused` | stranger | `sent_at`, `why` (used, replaced, too_old, voided); `used_at`, `used_here` |
//! | `link_damaged` | stranger | |
//! | `cookies_blocked` | stranger | `on_link` |
//! | `clock_off` | stranger | `minutes` |
//! | `name_typed` | stranger | `fits` (one, nobody, other) |
//! | `signed_in` | client | `method` (link, pin) |
//! | `second_person_asked`, `pin_issued` | staff | `evidence` |
//! | `pin_wrong` | stranger | `tries_left` |
//! | `reply_sent` | staff | `phrase`, and `at` for `after_my_session` |
//! | `message_sent`, `client_wrote` | staff, client | personal `said` |
//! | `message_read` | client | |
//! | `help_frozen`, `freeze_lifted` | staff | |
//! | `note_added` | staff | personal `note` |
//! | `help_raised` | service | `asks`, `since` |
//! | `help_solved` | staff, client, service | `how` (by_staff, signed_in, asked_for_help) |
//! | `address_proposed` | staff, operator | |
//! | `address_corrected` | staff, client | `how` (call, second_person, client) |
//! | `help_escalated` | service | |
//! | `help_assigned` | staff, service, operator | the subject is whose it is |
//! | `help_seen`, `browser_picked`, `pin_revoked`, `link_resent`, `guide_sent`, `suppression_lifted` | staff | |

use std::collections::HashMap;

use latchkey_protocol::{
    AddressProof, ClientId, Evidence, Happening, LinkRefusal, LinkUse, NameFit, Phrase, RequestId,
    ServerReply, SignInMethod, TimelineEntry, UnixMillis,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::clock::DAY;
use crate::event::Kind;

/// What led to a request is told from this long before it.
const BEFORE: i64 = 2 * DAY;
/// A client's own timeline goes back this far.
const OF_A_CLIENT: i64 = 90 * DAY;
/// A timeline that is longer is told from its newest entries.
const LONGEST: i64 = 200;

/// Everything the service saw about the request, its client, its address and its
/// browser, oldest first.
pub async fn entries(
    conn: &mut SqliteConnection,
    request: &RequestId,
) -> sqlx::Result<Vec<TimelineEntry>> {
    let rows = sqlx::query(
        "SELECT e.position, e.at, e.kind, e.body, s.name AS staff, p.value AS words,
                t.name AS assignee
         FROM help_request r
         JOIN event e
           ON e.at >= r.created_at - $2
          AND e.position <= r.position
          AND (e.request_id = r.id
               OR (e.request_id IS NULL AND e.client_id = r.client_id)
               OR (e.request_id IS NULL AND e.address_id = r.address_id
                   AND (e.client_id IS NULL OR r.client_id IS NULL))
               OR (e.request_id IS NULL AND (r.client_id IS NULL OR r.picked_at IS NOT NULL)
                   AND e.browser_id = r.browser_id))
          AND e.kind NOT IN ('waiting_page_opened', 'waiting_page_closed', 'time_passed', 'timeline_read', 'page_moved')
         LEFT JOIN staff s ON e.actor_kind = 'staff' AND s.id = e.actor_id
         LEFT JOIN staff t ON e.kind = 'help_assigned' AND t.id = e.subject_id
         LEFT JOIN event_personal p ON p.position = e.position AND p.name IN ('words', 'note', 'said')
         WHERE r.id = $1
         ORDER BY e.position DESC
         LIMIT $3",
    )
    .bind(&request.0)
    .bind(BEFORE)
    .bind(LONGEST)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .rev()
        .filter_map(|row| entry(row).transpose())
        .collect()
}

/// Everything the service saw about a client's sign-in, oldest first.
pub async fn of_client(
    conn: &mut SqliteConnection,
    client: &ClientId,
    now: UnixMillis,
) -> sqlx::Result<Vec<TimelineEntry>> {
    let rows = sqlx::query(
        "SELECT e.position, e.at, e.kind, e.body, s.name AS staff, p.value AS words,
                t.name AS assignee
         FROM event e
         LEFT JOIN staff s ON e.actor_kind = 'staff' AND s.id = e.actor_id
         LEFT JOIN staff t ON e.kind = 'help_assigned' AND t.id = e.subject_id
         LEFT JOIN event_personal p ON p.position = e.position AND p.name IN ('words', 'note', 'said')
         WHERE (e.client_id = $1
                OR e.request_id IN (SELECT id FROM help_request WHERE client_id = $1)
                OR (e.client_id IS NULL AND e.request_id IS NULL
                    AND e.address_id IN (SELECT address_id FROM client_address
                                         WHERE client_id = $1)))
           AND e.at >= $2
           AND e.kind NOT IN ('waiting_page_opened', 'waiting_page_closed', 'time_passed', 'timeline_read', 'page_moved')
         ORDER BY e.position DESC
         LIMIT $3",
    )
    .bind(&client.0)
    .bind(now.0 - OF_A_CLIENT)
    .bind(LONGEST)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .rev()
        .filter_map(|row| entry(row).transpose())
        .collect()
}

fn entry(row: &SqliteRow) -> sqlx::Result<Option<TimelineEntry>> {
    let Some(kind) = Kind::parse(row.try_get("kind")?) else {
        return Ok(None);
    };
    let body = serde_json::from_str(row.try_get("body")?).unwrap_or_default();
    let told = Told {
        body,
        staff: row.try_get("staff")?,
        words: row.try_get("words")?,
        assignee: row.try_get("assignee")?,
    };
    let at = UnixMillis(row.try_get("at")?);
    Ok(told.what(kind).map(|what| TimelineEntry { at, what }))
}

struct Told {
    body: HashMap<String, Value>,
    staff: Option<String>,
    words: Option<String>,
    assignee: Option<String>,
}

impl Told {
    fn what(self, kind: Kind) -> Option<Happening> {
        Some(match kind {
            Kind::LinkAsked => Happening::AskedForLink,
            Kind::AskHeldBack => Happening::AskHeldBack,
            Kind::MailQueued => Happening::MailQueued,
            Kind::MailNotSent if self.text("why") == "suppressed" => Happening::MailSuppressed,
            Kind::MailNotSent => Happening::MailNotSent,
            Kind::MailAccepted => Happening::MailAccepted {
                reply: self.reply(),
            },
            Kind::MailDeferred => Happening::MailDeferred {
                next_at: UnixMillis(self.number("next_at")),
                reply: self.reply(),
            },
            Kind::MailRefused => Happening::MailRefused {
                reply: self.reply(),
            },
            Kind::MailBounced => Happening::MailBounced {
                reply: self.reply(),
            },
            Kind::MailDelayed => Happening::MailDelayed {
                reply: self.reply(),
            },
            Kind::MailComplained => Happening::MailComplained,
            Kind::SuppressionLifted => Happening::SuppressionLifted { by: self.by() },
            Kind::LinkOpened => Happening::LinkOpened {
                sent_at: UnixMillis(self.number("sent_at")),
                same_browser: self.value("same_browser").unwrap_or_default(),
                opener: self.value("opener").unwrap_or_default(),
            },
            Kind::LinkRefused => Happening::LinkRefused {
                sent_at: UnixMillis(self.number("sent_at")),
                why: self.value("why").unwrap_or(LinkRefusal::Unknown),
                used: self.value("used_at").and_then(|at| {
                    let here = self.value("used_here")?;
                    Some(LinkUse { at, here })
                }),
            },
            Kind::LinkDamaged => Happening::LinkDamaged,
            Kind::CookiesBlocked => Happening::CookiesBlocked {
                on_link: self.value("on_link").unwrap_or_default(),
            },
            Kind::ClockOff => Happening::ClockOff {
                minutes: self.value("minutes").unwrap_or_default(),
            },
            Kind::NameTyped => Happening::NameTyped {
                fits: self.value("fits").unwrap_or(NameFit::Unknown),
            },
            Kind::SignedIn => Happening::SignedIn {
                method: self.value("method").unwrap_or(SignInMethod::Unknown),
            },
            Kind::HelpAsked => Happening::AskedForHelp,
            Kind::HelpRaised => Happening::SeemsStuck {
                asks: u32::try_from(self.number("asks")).unwrap_or_default(),
            },
            Kind::HelpSeen => Happening::Seen { by: self.by() },
            Kind::HelpAssigned => Happening::Assigned {
                by: self.staff,
                to: self.assignee,
            },
            Kind::BrowserPicked => Happening::BrowserPicked { by: self.by() },
            Kind::HelpEscalated => Happening::Escalated,
            Kind::SecondPersonAsked => Happening::SecondPersonAsked { by: self.by() },
            Kind::PinIssued => Happening::PinIssued {
                evidence: self.value("evidence").unwrap_or(Evidence::Unknown),
                by: self.by(),
            },
            Kind::PinWrong => Happening::PinWrong {
                tries_left: u32::try_from(self.number("tries_left")).unwrap_or_default(),
            },
            Kind::PinInOtherBrowser => Happening::PinInOtherBrowser,
            // Voided by a newer one, or by the client's sign-in: nobody did that.
            Kind::PinRevoked => Happening::PinRevoked { by: self.staff? },
            Kind::PinExpired => Happening::PinExpired,
            Kind::AddressProposed => Happening::AddressProposed { by: self.staff },
            Kind::AddressCorrected => Happening::AddressCorrected {
                how: self.value("how").unwrap_or(AddressProof::Unknown),
                by: self.staff,
            },
            Kind::GuideSent => Happening::GuideSent { by: self.by() },
            Kind::LinkResent => Happening::LinkResent { by: self.by() },
            Kind::ReplySent => Happening::ReplySent {
                phrase: self.phrase(),
                by: self.by(),
            },
            Kind::HelpFrozen => Happening::NotMyClient { by: self.by() },
            Kind::FreezeLifted => Happening::FreezeLifted { by: self.by() },
            Kind::MessageSent => Happening::MessageSent {
                text: self.words.clone(),
                by: self.by(),
            },
            Kind::MessageRead => Happening::MessageRead,
            Kind::ClientWrote => Happening::ClientWrote { text: self.words },
            Kind::NoteAdded => Happening::NoteAdded {
                text: self.words.clone(),
                by: self.by(),
            },
            Kind::HelpSolved if self.text("how") == "by_staff" => {
                Happening::ClosedByStaff { by: self.by() }
            }
            _ => return None,
        })
    }

    fn value<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.body.get(name)?.clone()).ok()
    }

    fn number(&self, name: &str) -> i64 {
        self.value(name).unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        self.value(name).unwrap_or_default()
    }

    fn by(self) -> String {
        self.staff.unwrap_or_default()
    }

    fn phrase(&self) -> Phrase {
        serde_json::to_value(&self.body)
            .and_then(serde_json::from_value)
            .unwrap_or(Phrase::Unknown)
    }

    fn reply(self) -> ServerReply {
        ServerReply {
            code: u16::try_from(self.number("code")).unwrap_or_default(),
            enhanced: self.value("enhanced"),
            words: self.words.unwrap_or_default(),
        }
    }
}
