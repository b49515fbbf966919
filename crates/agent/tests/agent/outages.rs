//! Outages of mail, told by the service, shown while it can be reached.

use latchkey_protocol::{Affected, Cause};
use latchkey_view::{Command, View};

use crate::support::{Bench, is_connected, is_locked, is_offline};

/// Longer than what a stream begins with takes to arrive.
const SETTLED: i64 = 1_500;

const DOWN: &str = "event: outages\ndata: [{\"whom\":{\"whom\":\"everyone\"},\
    \"cause\":\"practice_mail_down\",\"since\":1,\"failures\":3}]\n\n";
const OVER: &str = "event: outages\ndata: []\n\n";

fn is_out(view: &View) -> bool {
    is_connected(view) && view.outages.len() == 1
}

fn is_over(view: &View) -> bool {
    is_connected(view) && view.outages.is_empty()
}

#[tokio::test]
async fn an_outage_is_shown_until_the_service_says_that_it_is_over() {
    let (bench, window) = Bench::signed_in().await;
    window.sees("nothing", is_over).await;
    bench.practice.push(DOWN);
    let view = window.sees("the outage", is_out).await;
    assert_eq!(view.outages[0].whom, Affected::Everyone);
    assert_eq!(view.outages[0].cause, Cause::PracticeMailDown);
    bench.practice.push(OVER);
    window.sees("that it is over", is_over).await;
}

#[tokio::test]
async fn what_was_out_before_the_connection_broke_is_not_shown_once_the_service_knows_of_nothing() {
    let (mut bench, window) = Bench::signed_in().await;
    bench.practice.push(DOWN);
    window.sees("the outage", is_out).await;
    bench.practice.close().await;
    let view = window.sees("no connection", is_offline).await;
    assert!(view.outages.is_empty());
    bench.practice.reopen().await;
    bench
        .passing(window.sees("the connection", is_connected))
        .await;
    bench.pass(SETTLED).await;
    window.sees("that it is over", is_over).await;
}

// RULES D4
#[tokio::test]
async fn a_locked_window_knows_of_no_outage() {
    let (bench, mut window) = Bench::signed_in().await;
    bench.practice.push(DOWN);
    window.sees("the outage", is_out).await;
    window.ask(Command::Lock).await;
    let view = window.sees("the lock", is_locked).await;
    assert!(view.outages.is_empty());
}

// RULES X1, RULES A5
#[tokio::test]
async fn words_about_outages_that_nobody_understands_stop_nothing() {
    let (bench, window) = Bench::signed_in().await;
    for data in ["", "{}", "[{\"whom\":1}]", "nonsense"] {
        bench
            .practice
            .push(&format!("event: outages\ndata: {data}\n\n"));
    }
    bench.practice.push(
        "event: outages\ndata: [{\"whom\":{\"whom\":\"a_whole_county\"},\"cause\":\"a_storm\",\
         \"since\":1,\"failures\":3,\"more\":true},{\"whom\":{\"whom\":\"domain\",\
         \"domain\":\"x\\u202e.org\"},\"cause\":\"mail_unwanted\",\"since\":1,\"failures\":9}]\n\n",
    );
    let view = window
        .sees("both", |view| is_connected(view) && view.outages.len() == 2)
        .await;
    assert_eq!(view.outages[0].whom, Affected::Unknown);
    assert_eq!(view.outages[0].cause, Cause::Unknown);
    let domain = "x.org".to_owned();
    assert_eq!(view.outages[1].whom, Affected::Domain { domain });
    assert_eq!(bench.practice.streams(), 1);
}
