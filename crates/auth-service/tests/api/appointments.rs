//! Sessions of the practice's calendar: what is read, what is refused, and what a request tells.

use jiff::tz::TimeZone;
use latchkey_auth::appointment::{self, Imported, Timetable, TimetableError};
use latchkey_auth::clock::{DAY, HOUR, MINUTE};
use latchkey_auth::document::aging;
use latchkey_auth::help::stuck;
use latchkey_auth::retention::Retention;
use latchkey_auth::testing::{House, START};
use latchkey_protocol::{ClientSession, RequestId, UnixMillis};

use crate::assign::document;
use crate::browser::Browser;
use crate::desktop::Desktop;
use crate::scene::asks_for_help;

/// Tuesday 2026-03-03, 9:00 in New York: where the practice is.
const NINE: i64 = START.0;

fn read(file: &str) -> Timetable {
    let zone = TimeZone::get("America/New_York").unwrap();
    Timetable::read(file.as_bytes(), &zone, START).unwrap()
}

fn bad(file: &str) -> Vec<(u64, String)> {
    let bad = read(file).bad.into_iter();
    bad.map(|row| (row.line, row.reason)).collect()
}

async fn import(house: &House, file: &str) -> Imported {
    let zone = TimeZone::get("America/New_York").unwrap();
    let table = Timetable::read(file.as_bytes(), &zone, house.app.now()).unwrap();
    assert_eq!(table.bad, []);
    house
        .app
        .writer
        .run(|tx| Box::pin(async move { appointment::import(tx, table, false).await }))
        .await
        .unwrap()
}

fn counts(done: &Imported) -> [usize; 4] {
    [done.added, done.changed, done.removed, done.unchanged]
}

async fn session(house: &House, request: &RequestId) -> Option<(i64, i64)> {
    let session = document(house, request).await.session;
    session
        .map(|ClientSession { from, until }| ((from.0 - NINE) / MINUTE, (until.0 - NINE) / MINUTE))
}

/// A calendar of these events.
fn calendar(events: &[&str]) -> String {
    let events: Vec<String> = events
        .iter()
        .map(|lines| {
            format!(
                "BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n",
                lines.replace('\n', "\r\n")
            )
        })
        .collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n",
        events.concat()
    )
}

/// When the sessions of one event begin, as New York says it.
fn begins(event: &str) -> Vec<String> {
    let file = calendar(&[&format!("UID:1\nATTENDEE:mailto:ada@example.org\n{event}")]);
    let table = read(&file);
    assert_eq!(table.bad, [], "{event}");
    let zone = TimeZone::get("America/New_York").unwrap();
    let mut starts: Vec<UnixMillis> = table.wishes.iter().map(|wish| wish.start).collect();
    starts.sort();
    let at = |start: UnixMillis| {
        let at = jiff::Timestamp::from_millisecond(start.0).unwrap();
        at.to_zoned(zone.clone())
            .strftime("%m-%d %H:%M")
            .to_string()
    };
    starts.into_iter().map(at).collect()
}

const ROWS: &str = "external id,clinician email,start,end,notes\n\
    c1,rosa@juniper.example,2026-03-03 09:30,2026-03-03 10:20,secret\n\
    c1,rosa@juniper.example,2026-03-10 09:30,2026-03-10 10:20,\n\
    c2,,3/4/2026 2:00 PM,3/4/2026 2:50 PM,\n";

// RULES V2
#[tokio::test]
async fn a_request_tells_when_its_clients_next_session_is_and_goes_out_again_when_that_changes() {
    let house = House::furnished().await;
    let [ada, ben] = [
        asks_for_help(&house, "Ada").await,
        asks_for_help(&house, "Ben").await,
    ];
    let mut feed = Desktop::of(&house, "Rosa").await.feed(None).await;
    assert_eq!(session(&house, &ada).await, None);
    assert_eq!(counts(&import(&house, ROWS).await), [3, 0, 0, 0]);
    let told = feed.until(|it| it.id == ada && it.session.is_some()).await;
    assert_eq!(told.session.unwrap().from.0, NINE + 30 * MINUTE);
    feed.until(|it| it.id == ben && it.session.is_some()).await;
    let position = document(&house, &ada).await.position;

    // The same file once more changes nothing.
    assert_eq!(counts(&import(&house, ROWS).await), [0, 0, 0, 3]);
    assert_eq!(document(&house, &ada).await.position, position);
    // One is longer, one is gone; nobody else's is touched.
    let changed = ROWS.replace("10:20,secret", "10:30,").replace("c2,", "c4,");
    assert_eq!(counts(&import(&house, &changed).await), [1, 1, 1, 1]);
    assert_eq!(session(&house, &ada).await, Some((30, 90)));
    assert_eq!(session(&house, &ben).await, None);
    // Running, it is told still; over, the next one is.
    house.clock.advance(89 * MINUTE);
    assert_eq!(session(&house, &ada).await, Some((30, 90)));
    while aging::look(&house.app).await.unwrap() > 0 {}
    let position = document(&house, &ada).await.position;
    house.clock.advance(MINUTE);
    assert!(aging::look(&house.app).await.unwrap() > 0);
    assert!(document(&house, &ada).await.position > position);
    let week = 7 * DAY / MINUTE - 60;
    assert_eq!(session(&house, &ada).await, Some((week + 30, week + 80)));
}

#[tokio::test]
async fn a_file_speaks_for_its_clinicians_from_its_first_session_to_its_last() {
    let house = House::furnished().await;
    import(&house, ROWS).await;
    // Dana's file says nothing of Rosa's clients, and another week's nothing of this one.
    let danas = "email,start,end\npriya@example.org,2026-03-03 09:00,2026-03-03 09:50\n\
                 priya@example.org,2026-03-20 09:00,2026-03-20 09:50\n";
    assert_eq!(counts(&import(&house, danas).await), [2, 0, 0, 0]);
    let next = "external id,start,end\nc1,2026-03-17T13:30:00Z,2026-03-17T14:20:00Z\n";
    assert_eq!(counts(&import(&house, next).await), [1, 0, 0, 0]);
    // What was before counts for the range, too: tomorrow's is gone.
    house.clock.advance(2 * HOUR);
    let left = ROWS.replace("c2,,3/4/2026 2:00 PM,3/4/2026 2:50 PM,\n", "");
    let done = import(&house, &left).await;
    assert_eq!((counts(&done), done.out_of_time), ([0, 0, 1, 1], 1));
}

// RULES R1
#[tokio::test]
async fn nothing_but_who_and_when_is_kept_and_that_only_until_it_is_over() {
    let house = House::furnished().await;
    import(&house, ROWS).await;
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('appointment') ORDER BY name")
            .fetch_all(&house.app.reader)
            .await
            .unwrap();
    assert_eq!(columns, ["client_id", "ends_at", "staff_id", "starts_at"]);
    house.clock.advance(2 * DAY + 8 * HOUR);
    Retention::default().look(&house.app).await.unwrap();
    let left = "SELECT COUNT(*) FROM appointment";
    assert_eq!(house.count(left).await, 1);
}

// RULES A1
#[tokio::test]
async fn who_asked_for_a_link_and_has_a_session_soon_is_raised_sooner() {
    let house = House::furnished().await;
    import(&house, ROWS).await;
    let mut ada = Browser::new(&house);
    ada.ask("ada@example.org").await;
    let mut ben = Browser::new(&house);
    ben.ask("ben@full.example").await;
    house.clock.advance(3 * MINUTE - 1);
    assert_eq!(stuck::look(&house.app).await, Ok(0));
    house.clock.advance(1);
    assert_eq!(stuck::look(&house.app).await, Ok(1));
    let whose = "SELECT COUNT(*) FROM help_request r JOIN client c ON c.id = r.client_id
                 WHERE c.first_name = 'Ada'";
    assert_eq!(house.count(whose).await, 1);
}

#[tokio::test]
async fn a_row_that_names_nobody_or_several_is_named_and_nothing_is_imported() {
    let house = House::furnished().await;
    let file = "external id,email,first name,last name,clinician email,start,end\n\
        c9,,,,,2026-03-04 09:00,2026-03-04 09:50\n\
        ,lindqvist@example.org,,,,2026-03-04 10:00,2026-03-04 10:50\n\
        ,nobody@example.org,,,,2026-03-04 11:00,2026-03-04 11:50\n\
        ,,ADA,okafor,,2026-03-04 12:00,2026-03-04 12:50\n\
        ,,Eve,Okafor,,2026-03-04 12:00,2026-03-04 12:50\n";
    let table = || read(file);
    let run = |skip| {
        house
            .app
            .writer
            .run(move |tx| Box::pin(async move { appointment::import(tx, table(), skip).await }))
    };
    let done = run(false).await.unwrap();
    let lines: Vec<u64> = done.bad.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3, 4, 6]);
    assert_eq!(counts(&done), [0; 4]);
    assert_eq!(counts(&run(true).await.unwrap()), [1, 0, 0, 0]);
    // A client of nobody's, and a session that names none of the staff.
    house.sql("DELETE FROM caseload").await;
    let done = run(true).await.unwrap();
    assert_eq!((counts(&done), done.bad.len()), ([0; 4], 5));
}

// RULES V4
#[test]
fn what_a_sheet_says_badly_is_refused_by_line() {
    let row = |start: &str, end: &str| format!("email,start,end\na@b.example,{start},{end}\n");
    for (start, end, why) in [
        ("", "2026-03-04 10:00", "the start is missing"),
        ("2026-03-04", "2026-03-04 10:00", "the start must be like"),
        ("next week", "2026-03-04 10:00", "the start must be like"),
        (
            "2026-13-04 09:00",
            "2026-03-04 10:00",
            "the start must be like",
        ),
        (
            "2026-03-04 09:00",
            "2026-03-04 09:00",
            "it ends before it begins",
        ),
        (
            "2026-03-04 09:00",
            "2026-03-06 09:00",
            "it is longer than a day",
        ),
        (
            "2026-03-08 02:30",
            "2026-03-08 03:30",
            "the start is not there, or there twice",
        ),
        (
            "2026-11-01 01:30",
            "2026-11-01 03:30",
            "the start is not there, or there twice",
        ),
    ] {
        let told = bad(&row(start, end));
        assert!(told[0].0 == 2 && told[0].1.starts_with(why), "{told:?}");
    }
    let told = bad("start,end,time zone\n2026-03-04 09:00,2026-03-04 10:00,Mars/Olympus\n");
    assert!(told[0].1.starts_with("there is no such time zone"));
    let told = bad("start,end\n2026-03-04 09:00,2026-03-04 10:00\n");
    assert!(told[0].1.starts_with("it names no client"));
    let zone = TimeZone::UTC;
    let error = Timetable::read(b"name,start\n", &zone, START)
        .err()
        .unwrap();
    assert_eq!(error.to_string(), "the file has no column \"end\"");
    let broken = Timetable::read(b"BEGIN:VCALENDAR\n", &zone, START).err();
    assert_eq!(broken, Some(TimetableError::Calendar));
}

#[test]
fn a_series_stays_at_its_hour_when_the_clocks_change_and_ends_where_it_says() {
    let weekly = "DTSTART;TZID=America/New_York:20260303T170000\nDURATION:PT50M\nRRULE:FREQ=WEEKLY";
    let four = ["03-03 17:00", "03-10 17:00", "03-17 17:00", "03-24 17:00"];
    assert_eq!(begins(&format!("{weekly};COUNT=4")), four);
    // The last one is in, to the second, and so is a day as a whole.
    assert_eq!(begins(&format!("{weekly};UNTIL=20260324T210000Z")), four);
    assert_eq!(
        begins(&format!("{weekly};UNTIL=20260324T205959Z")),
        four[..3]
    );
    assert_eq!(begins(&format!("{weekly};UNTIL=20260324")), four);
    let east = "DTSTART;TZID=Europe/Berlin:20260303T180000\nDURATION:PT50M\n\
                RRULE:FREQ=WEEKLY;UNTIL=20260310T170000Z";
    assert_eq!(begins(east), ["03-03 12:00", "03-10 13:00"]);
    // Without end it is laid out for a year.
    assert_eq!(begins(weekly).len(), 53);
    let months = "DTSTART:20260331T130000Z\nDTEND:20260331T135000Z\n\
                  RRULE:FREQ=MONTHLY;BYDAY=-1TU;COUNT=3";
    assert_eq!(
        begins(months),
        ["03-31 09:00", "04-28 09:00", "05-26 09:00"]
    );
    // As Outlook names a zone, and without one: the practice's.
    let outlook = "DTSTART;TZID=Pacific Standard Time:20260303T100000\nDURATION:PT1H";
    assert_eq!(begins(outlook), ["03-03 13:00"]);
    assert_eq!(
        begins("DTSTART:20260303T100000\nDURATION:PT1H"),
        ["03-03 10:00"]
    );
}

#[test]
fn what_is_left_out_of_a_series_moved_or_cancelled_is_not_there() {
    let people = "ATTENDEE;CN=Ada:MAILTO:ada@example.org\nORGANIZER:mailto:rosa@juniper.example";
    let series = format!(
        "UID:1\n{people}\nSEQUENCE:0\nSUMMARY:Therapy\\, every week, a very long title that \n is folded\n\
         DTSTART;TZID=America/New_York:20260303T170000\nDTEND;TZID=America/New_York:20260303T175000\n\
         RRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=America/New_York:20260310T170000"
    );
    let moved = format!(
        "UID:1\n{people}\nSEQUENCE:3\nRECURRENCE-ID;TZID=America/New_York:20260317T170000\n\
         DTSTART;TZID=America/New_York:20260318T080000\nDURATION:PT50M"
    );
    let cancelled = format!(
        "UID:1\n{people}\nSTATUS:CANCELLED\nRECURRENCE-ID:20260324T210000Z\n\
         DTSTART:20260324T210000Z\nDURATION:PT50M"
    );
    let other = format!("UID:2\n{people}\nDTSTART:20260317T210000Z\nDURATION:PT50M");
    let holiday = "UID:3\nSUMMARY:Holiday\nDTSTART;VALUE=DATE:20260310";
    let table = read(&calendar(&[&series, &moved, &cancelled, &other, holiday]));
    assert_eq!((table.bad.as_slice(), table.nobodys), ([].as_slice(), 1));
    let mut starts: Vec<i64> = table.wishes.iter().map(|wish| wish.start.0).collect();
    starts.sort_unstable();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(
        starts,
        [
            at("2026-03-03T22:00:00Z"),
            at("2026-03-17T21:00:00Z"),
            at("2026-03-18T12:00:00Z"),
            at("2026-03-31T21:00:00Z"),
        ]
    );
}

// RULES V4
#[test]
fn what_a_calendar_says_badly_is_refused_by_the_line_of_its_event() {
    let good = "UID:0\nATTENDEE:mailto:a@b.example\nDTSTART:20260303T100000\nDURATION:PT1H";
    for event in [
        "DTSTART;VALUE=DATE:20260310",
        "DURATION:PT50M",
        "DTSTART:20260303T100000",
        "DTSTART:20260303T100000\nDTEND:20260303T090000",
        "DTSTART:20260303T100000\nDURATION:P3D",
        "DTSTART;TZID=Mars/Olympus:20260303T100000\nDURATION:PT1H",
        "DTSTART:20260303T990000\nDURATION:PT1H",
        "DTSTART:20260303T100000\nDURATION:PT1H\nRRULE:FREQ=NEVER",
        "DTSTART:20260303T100000\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "DTSTART:20260303T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20250101T000000Z",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T100000\nDTSTART:20260303T100000\nDURATION:PT1H",
    ] {
        let event = format!("UID:1\nATTENDEE:mailto:a@b.example\n{event}");
        let told = bad(&calendar(&[good, &event]));
        let lines: Vec<u64> = told.iter().map(|row| row.0).collect();
        assert_eq!(lines, [9], "{event}: {told:?}");
    }
}
