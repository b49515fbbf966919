//! What the practice's weeks looked like: counted right, for admins, naming nobody.

use latchkey_auth::clock::{DAY, MINUTE, SECOND};
use latchkey_auth::db::Unavailable;
use latchkey_auth::help::tally;
use latchkey_auth::session::client::{self, SignIn};
use latchkey_auth::testing::House;
use latchkey_protocol::{Activity, Cause, ErrorCode, RequestId, SignInMethod, UnixMillis};
use serde_json::json;

use crate::desktop::{Desktop, refused};
use crate::scene::{asks_for_help, stranger_asks};
use crate::writes::done;

const WEEK: i64 = 7 * DAY;

async fn read(house: &House, path: &str) -> Activity {
    let answer = Desktop::of(house, "Dana").await.search(path).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// A client of this first name signs in.
async fn signs_in(house: &House, first_name: &str) {
    let client = house.client(first_name).await;
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let (browser, now) = (tx.id(), tx.now().0);
                let secret = tx.random().token();
                sqlx::query(
                    "INSERT INTO browser (id, token_hash, created_at, last_seen_at)
                     VALUES ($1, $2, $3, $3)",
                )
                .bind(&browser)
                .bind(secret.as_bytes())
                .bind(now)
                .execute(tx.conn())
                .await?;
                let sign_in = SignIn {
                    client,
                    browser,
                    method: SignInMethod::Link,
                    kept: false,
                    link: None,
                    token: tx.random().bytes(),
                    before: None,
                };
                client::start(tx, &sign_in).await?;
                Ok::<_, Unavailable>(())
            })
        })
        .await
        .unwrap();
}

/// Until every request has its cause.
async fn counted(house: &House) {
    while tally::look(&house.app).await.unwrap() > 0 {}
}

/// A person at the practice opens it.
async fn opens(house: &House, request: &RequestId) {
    let dana = Desktop::of(house, "Dana").await;
    done(dana.act(request, "seen", json!({})).await).await;
}

#[tokio::test]
async fn requests_times_and_sign_ins_are_counted_in_the_week_they_fell_in() {
    let house = House::furnished().await;
    // A Tuesday; nothing goes wrong for Priya.
    let ada = asks_for_help(&house, "Ada").await;
    signs_in(&house, "Priya").await;
    house.clock.advance(4 * MINUTE);
    opens(&house, &ada).await;
    house.clock.advance(2 * MINUTE);
    signs_in(&house, "Ada").await;
    stranger_asks(&house).await;

    house.clock.advance(WEEK);
    let ben = asks_for_help(&house, "Ben").await;
    house.clock.advance(10 * SECOND);
    opens(&house, &ben).await;
    counted(&house).await;

    let activity = read(&house, "/api/v1/activity?weeks=3").await;
    let [empty, first, second] = activity.weeks.as_slice() else {
        panic!("{activity:?}");
    };
    // Monday in New York, which keeps summer time by the third week.
    assert_eq!(activity.since, UnixMillis(1_771_822_800_000));
    assert_eq!(first.from.0 - empty.from.0, WEEK);
    assert!(empty.causes.is_empty() && empty.reaction.is_none());
    assert_eq!((empty.sign_ins, empty.helped), (Some(0), 0));

    let causes = |week: &latchkey_protocol::Week| -> Vec<(Cause, u32)> {
        let counts = week.causes.iter();
        counts.map(|count| (count.cause, count.requests)).collect()
    };
    // Ada's is what kept her out, not that she is in.
    assert_eq!(
        causes(first),
        [(Cause::AddressUnknown, 1), (Cause::NothingAsked, 1)]
    );
    assert_eq!(causes(second), [(Cause::NothingAsked, 1)]);
    assert_eq!((first.sign_ins, first.helped), (Some(2), 1));
    let reaction = first.reaction.unwrap();
    assert_eq!((reaction.of, reaction.median), (1, 4 * MINUTE));
    assert_eq!(first.way_in.unwrap().median, 6 * MINUTE);
    assert_eq!(second.way_in, None);
    let reaction = activity.reaction.unwrap();
    assert_eq!((reaction.of, reaction.median), (2, 10 * SECOND));
    assert_eq!(reaction.ninth, 4 * MINUTE);
    assert_eq!(activity.way_in.unwrap().of, 1);
}

#[tokio::test]
async fn a_cause_follows_its_request_and_is_looked_at_once_for_each_change() {
    let house = House::furnished().await;
    let ada = asks_for_help(&house, "Ada").await;
    assert_eq!(tally::look(&house.app).await.unwrap(), 1);
    assert_eq!(tally::look(&house.app).await.unwrap(), 0);
    opens(&house, &ada).await;
    assert_eq!(tally::look(&house.app).await.unwrap(), 1);
    assert_eq!(tally::look(&house.app).await.unwrap(), 0);
    // One that was never looked at is counted all the same.
    stranger_asks(&house).await;
    let activity = read(&house, "/api/v1/activity").await;
    assert_eq!(activity.weeks.len(), 12);
    let this = &activity.weeks[11].causes;
    assert_eq!(this.len(), 2);
    assert!(this.iter().any(|count| count.cause == Cause::CannotTell));
}

#[tokio::test]
async fn what_the_service_raised_and_the_client_then_asked_is_one_request() {
    let house = House::furnished().await;
    let raised = asks_for_help(&house, "Ada").await;
    asks_for_help(&house, "Ada").await;
    house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE help_request SET state = 'solved', solved_how = 'asked_for_help',
                                             solved_at = created_at WHERE id = $1",
                )
                .bind(&raised.0)
                .execute(tx.conn())
                .await?;
                Ok::<_, Unavailable>(())
            })
        })
        .await
        .unwrap();
    counted(&house).await;
    let activity = read(&house, "/api/v1/activity?weeks=1").await;
    let requests: u32 = activity.weeks[0].causes.iter().map(|c| c.requests).sum();
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_domain_with_trouble_is_named_only_where_two_people_have_a_mailbox() {
    let house = House::furnished().await;
    house
        .sql(
            "INSERT INTO mail (id, kind, address_id, state, attempts, key_id, message_id,
                               created_at, changed_at)
             SELECT 'm' || a.id || s.state, 'link', a.id, s.state, s.attempts, 'k', 'x',
                    p.created_at, p.created_at
             FROM address a, practice p,
                  (SELECT 'bounced' AS state, 1 AS attempts UNION ALL SELECT 'accepted', 3
                   UNION ALL SELECT 'accepted', 1) AS s
             WHERE a.address LIKE '%@full.example' OR a.address LIKE 'priya@%'
             ON CONFLICT DO NOTHING",
        )
        .await;
    let domains = read(&house, "/api/v1/activity").await.domains;
    let told: Vec<_> = domains
        .iter()
        .map(|d| (d.domain.as_str(), d.mails, d.failed, d.late))
        .collect();
    // Nobody else is at full.example.
    assert_eq!(told, [("example.org", Some(2), 1, 1)]);

    // Mails of long ago may be erased by now: they are not counted as if all were there.
    house.clock.advance(31 * DAY);
    let later = read(&house, "/api/v1/activity").await;
    assert_eq!(later.domains, []);
    assert_eq!(later.domains_since.0, later.until.0 - 30 * DAY);
}

#[tokio::test]
async fn it_is_for_admins_and_for_a_number_of_weeks_that_makes_sense() {
    let house = House::furnished().await;
    for first_name in ["Rosa", "Sam"] {
        let desk = Desktop::of(&house, first_name).await;
        let answer = desk.get("/api/v1/activity").await;
        assert_eq!(refused(answer).await, (403, ErrorCode::NotAllowed));
    }
    let dana = Desktop::of(&house, "Dana").await;
    for weeks in ["0", "54", "-1", "300", "many", "1&weeks=2"] {
        let answer = dana
            .search(&format!("/api/v1/activity?weeks={weeks}"))
            .await;
        assert_eq!(
            refused(answer).await,
            (400, ErrorCode::BadRequest),
            "{weeks}"
        );
    }
    assert_eq!(
        read(&house, "/api/v1/activity?weeks=53").await.weeks.len(),
        53
    );
    let stranger = reqwest::get(house.url("/api/v1/activity")).await.unwrap();
    assert_eq!(stranger.status(), 401);
    assert_eq!(tally::look(&house.app).await.unwrap(), 0);
}
