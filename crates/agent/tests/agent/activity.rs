//! What the weeks looked like: from this computer for everybody, from the practice for
//! admins; and saved as a file.

use latchkey_protocol::ErrorCode;
use latchkey_view::{ActivityOf, Command};
use serde_json::{Value, json};

use crate::support::{Bench, document, is_offline, solved, until};

/// The clock of the bench stands there, a Tuesday.
const NOW: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

const HERE: Command = Command::ReadActivity {
    of: ActivityOf::Here,
};
const PRACTICE: Command = Command::ReadActivity {
    of: ActivityOf::Practice { weeks: 12 },
};

fn save(rows: &[&[&str]]) -> Command {
    let cells = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
    Command::SaveTable {
        rows: rows.iter().map(cells).collect(),
    }
}

/// A request of this age, opened a minute later.
fn asked(id: &str, position: i64, ago: i64, address: &str) -> Value {
    let mut document = document(id, position);
    document["created_at"] = json!(NOW - ago);
    document["state"] = json!("looking");
    document["seen"] = json!({"by": "Sam", "at": NOW - ago + MINUTE});
    document["who"]["typed"] = json!(address);
    document
}

// RULES D9
#[tokio::test]
async fn what_is_on_this_computer_is_counted_also_without_a_connection() {
    let (mut bench, mut window) = Bench::signed_in().await;
    let mut in_since = solved("r2", 2);
    in_since["created_at"] = json!(NOW - DAY);
    in_since["solved"]["at"] = json!(NOW - DAY + 5 * MINUTE);
    in_since["diagnosis"]["cause"] = json!("signed_in_since");
    in_since["cause_before"] = json!("link_damaged");
    let mut superseded = solved("r3", 3);
    superseded["solved"]["how"] = json!({"how": "asked_for_help"});
    for document in [
        asked("r1", 1, 2 * DAY, "Ada@Full.example"),
        in_since,
        superseded,
        asked("r4", 4, 8 * DAY, "ben@full.example"),
        // Before what is kept whole.
        asked("r5", 5, 20 * DAY, "jo@full.example"),
    ] {
        bench.practice.say(&document);
    }
    window
        .sees("all of them", |view| {
            view.inbox.counts.open == 3 && view.inbox.counts.solved == 2
        })
        .await;
    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    let activity = window.act(HERE).await;
    assert_eq!(activity["answer"], "activity");
    assert_eq!(activity["since"], NOW - 14 * DAY);
    let weeks = activity["weeks"].as_array().unwrap();
    assert_eq!(weeks.len(), 3);
    let causes = |week: &Value| -> Vec<(String, u64)> {
        let counts = week["causes"].as_array().unwrap().iter();
        counts
            .map(|count| {
                let cause = count["cause"].as_str().unwrap().to_owned();
                (cause, count["requests"].as_u64().unwrap())
            })
            .collect()
    };
    assert_eq!(causes(&weeks[0]), []);
    assert_eq!(causes(&weeks[1]), [("mail_refused".to_owned(), 2)]);
    // Not that they are in, but what kept them out.
    assert_eq!(causes(&weeks[2]), [("link_damaged".to_owned(), 1)]);
    assert_eq!(activity["reaction"]["median"], MINUTE);
    assert_eq!(
        activity["way_in"],
        json!({"of": 1, "median": 5 * MINUTE, "ninth": 5 * MINUTE})
    );
    // How often anybody signed in without help is the practice's to know.
    assert_eq!(weeks[2]["sign_ins"], Value::Null);
    // Two people's mailboxes are there.
    assert_eq!(
        activity["domains"],
        json!([{"domain": "full.example", "failed": 2, "late": 0}])
    );
}

#[tokio::test]
async fn admins_read_the_practices_weeks_and_others_are_told_no() {
    let (mut bench, mut window) = Bench::signed_in().await;
    let week = json!({"from": NOW - DAY, "causes": [{"cause": "from_tomorrow", "requests": 2}],
                      "sign_ins": 40, "helped": 2});
    let answer = json!({
        "since": NOW - DAY, "until": NOW, "weeks": vec![week; 90],
        "domains": [{"domain": "full\u{202e}.example\u{7}", "mails": 9, "failed": 3, "late": 0}],
        "domains_since": NOW - DAY, "from_tomorrow": {},
    });
    bench.practice.script().answers.push_back((200, answer));
    let activity = window.act(PRACTICE).await;
    assert_eq!(activity["weeks"].as_array().unwrap().len(), 54);
    assert_eq!(activity["weeks"][0]["causes"][0]["cause"], "unknown");
    assert_eq!(activity["domains"][0]["domain"], "full.example");
    assert_eq!(bench.practice.script().read, ["12 weeks"]);

    let problem = json!({"status": 403, "code": "not_allowed", "title": "x"});
    bench.practice.script().answers.push_back((403, problem));
    let refused = window.act(PRACTICE).await;
    assert_eq!(refused["code"], json!(ErrorCode::NotAllowed));

    bench.practice.close().await;
    window.sees("offline", is_offline).await;
    assert_eq!(window.act(PRACTICE).await["code"], "offline");
}

// RULES D4
#[tokio::test]
async fn locked_nothing_is_counted_saved_or_handed_out_late() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.script().slow = true;
    let asked = window.ask(PRACTICE).await;
    until("it was asked", || !bench.practice.script().read.is_empty()).await;
    window.act(Command::Lock).await;
    let answer = json!({"since": 1, "until": 2, "weeks": [], "domains": [], "domains_since": 1});
    bench.practice.script().answers.push_back((200, answer));
    bench.practice.script().slow = false;
    assert_eq!(window.answer(asked).await["code"], "locked");
    for command in [HERE, PRACTICE, save(&[&["a"]])] {
        assert_eq!(window.act(command).await["code"], "locked");
    }
}

// RULES A5
#[tokio::test]
async fn a_table_is_saved_under_the_day_and_nothing_in_it_is_reckoned_with() {
    let (bench, mut window) = Bench::signed_in().await;
    let folder = tempfile::tempdir().unwrap();
    let nowhere = window.act(save(&[&["a"]])).await;
    assert_eq!(nowhere, json!({"answer": "saved", "file": null}));
    bench.os.record().downloads = Some(folder.path().to_owned());
    let saved = window
        .act(save(&[&["Domain", "Failed"], &["=cmd()", "2"]]))
        .await;
    let file = saved["file"].as_str().unwrap();
    assert!(
        file.ends_with("/latchkey-activity-2023-11-14.csv"),
        "{file}"
    );
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(
        text,
        "\u{feff}\"Domain\",\"Failed\"\r\n\"'=cmd()\",\"2\"\r\n"
    );
    let again = window.act(save(&[&["a"]])).await;
    assert!(again["file"].as_str().unwrap().ends_with(" (2).csv"));
    let long = "x".repeat(10_000);
    assert_eq!(window.act(save(&[&[&long]])).await["code"], "bad_request");
}
