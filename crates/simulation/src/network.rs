//! What becomes of what lies in the air.

use axum::{
    body::{Body, to_bytes},
    http::{StatusCode, header},
    response::Response,
};
use latchkey_protocol::{IDEMPOTENCY_KEY, IssuedPin};

use crate::{
    air::{Answered, Asked, Parcel},
    ledger::{Act, KnownPin},
    quiet::lock,
    world::{Step, World, broken},
};

/// Longest answer of the service but for the feed.
const LONGEST: usize = 1 << 20;
/// So long a request may be on its way.
const UNDER_WAY: i64 = 10 * 60_000;

impl World {
    /// Takes a parcel out of the air, for good or to be put back.
    fn take(&self, at: usize) -> Option<Parcel> {
        let mut air = lock(&self.air);
        (at < air.len()).then(|| air.remove(at))
    }

    /// How many parcels lie in the air.
    #[must_use]
    pub fn parcels(&self) -> usize {
        lock(&self.air).len()
    }

    /// A write arrives once more some time, whoever waits for it.
    pub(crate) fn copy(&mut self, parcel: &Parcel) {
        self.ledger.fault("request arrives late as well");
        let until = self.time.now().saturating_add(UNDER_WAY);
        lock(&self.air).push(parcel.copy(until));
    }

    /// Something happens to something that lies in the air.
    pub async fn something_in_the_air(&mut self) -> Step {
        let parcels = self.parcels();
        let at = self.dice.below(parcels + self.flows.len());
        if at >= parcels {
            return self.something_in_a_stream(at - parcels).await;
        }
        let answered = lock(&self.air)
            .get(at)
            .is_some_and(|parcel| parcel.answered.is_some());
        if answered {
            self.something_with_an_answer(at).await;
            return Ok(());
        }
        match self.dice.below(12) {
            0 | 1 => self.lose(at, "a request is lost").await,
            2 => {
                self.ledger.fault("request doubled");
                self.deliver(at, 2).await?;
            }
            3 => {
                let nth = u32::try_from(1 + self.dice.below(14)).unwrap_or(1);
                self.service.steps.kill_at(nth);
                self.note(format!("the service will die at its step {nth}"));
                self.deliver(at, 1).await?;
                self.service.steps.spare();
            }
            fate => {
                if fate == 4 {
                    self.send_twice(at);
                }
                self.deliver(at, 1).await?;
                // What was asked last is answered last; often its fate is decided at once.
                let last = self.parcels().saturating_sub(1);
                let answered = lock(&self.air)
                    .get(last)
                    .is_some_and(|parcel| parcel.answered.is_some());
                if answered && self.dice.percent(70) {
                    self.something_with_an_answer(last).await;
                }
            }
        }
        Ok(())
    }

    async fn something_with_an_answer(&mut self, at: usize) {
        match self.dice.below(8) {
            0..=2 => self.lose(at, "an answer is lost").await,
            3 | 4 => {
                self.ledger.fault("answer cut");
                self.hand_over(at, false).await;
            }
            _ => self.hand_over(at, true).await,
        }
    }

    fn send_twice(&mut self, at: usize) {
        let parcel = self.take(at);
        if let Some(parcel) = parcel {
            if !parcel.is_copy && parcel.is_write() {
                self.copy(&parcel);
            }
            lock(&self.air).insert(at, parcel);
        }
    }

    async fn something_in_a_stream(&mut self, at: usize) -> Step {
        let fate = self.dice.below(12);
        let Some(flow) = self.flows.get(at) else {
            return Ok(());
        };
        let (desk, waiting) = (flow.desk, flow.waiting());
        match fate {
            0 => {
                drop(self.flows.remove(at));
                self.ledger.fault("stream cut");
                self.note(format!("desk {desk}: the stream is cut"));
            }
            1 if waiting > 0 => {
                self.flows.remove(at).cut_within();
                self.ledger.fault("stream cut within a piece");
                self.note(format!("desk {desk}: the stream is cut within a piece"));
            }
            2..=5 if waiting > 1 => {
                let some = 1 + self.dice.below(waiting);
                if let Some(flow) = self.flows.get(at) {
                    flow.pass(some);
                }
                self.note(format!("desk {desk}: {some} of {waiting} pieces arrive"));
            }
            _ => {
                flow.pass(waiting);
                self.note(format!("desk {desk}: {waiting} pieces arrive"));
            }
        }
        self.still().await;
        Ok(())
    }

    async fn lose(&mut self, at: usize, what: &'static str) {
        if let Some(parcel) = self.take(at) {
            self.ledger.fault(what);
            self.note(format!(
                "desk {}: {what}: {}",
                parcel.desk, parcel.asked.path
            ));
            if parcel.answered.is_none() && self.dice.percent(50) {
                parcel.refuse();
            } else {
                parcel.lose();
            }
            self.still().await;
        }
    }

    /// Hands an answer over.
    pub async fn hand_over(&mut self, at: usize, whole: bool) {
        if let Some(parcel) = self.take(at) {
            let how = if whole { "" } else { ", cut" };
            self.note(format!(
                "desk {}: answer{how}: {}",
                parcel.desk, parcel.asked.path
            ));
            parcel.hand_over(whole);
            self.still().await;
        }
    }

    /// The service handles a request, so many times.
    pub async fn deliver(&mut self, at: usize, times: usize) -> Step {
        let Some(mut parcel) = self.take(at) else {
            return Ok(());
        };
        let mut last = None;
        for _ in 0..times {
            let Some(response) = self.service.call(parcel.asked.to_request()).await else {
                self.note(format!(
                    "desk {}: killed within {}",
                    parcel.desk, parcel.asked.path
                ));
                self.expect(&parcel);
                parcel.lose();
                return self.kill_service().await;
            };
            let (head, body) = response.into_parts();
            let is_stream = head
                .headers
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind == "text/event-stream");
            if is_stream {
                self.note(format!("desk {}: the stream opens", parcel.desk));
                let flow = parcel.open_stream(head.headers, body);
                self.flows.push(flow);
                self.still().await;
                return self.check_step();
            }
            let answered = Answered {
                status: head.status,
                headers: head.headers,
                body: to_bytes(body, LONGEST).await?,
            };
            self.note(format!(
                "desk {}: {} {} → {}",
                parcel.desk, parcel.asked.method, parcel.asked.path, answered.status
            ));
            self.still().await;
            // It may have been killed after it answered and before it was done.
            self.acknowledged(&parcel, &answered)?;
            if self.service.steps.is_dead() {
                parcel.lose();
                return self.kill_service().await;
            }
            last = Some(answered);
        }
        self.check_step()?;
        if !parcel.is_copy {
            parcel.answered = last;
            lock(&self.air).push(parcel);
        }
        Ok(())
    }

    /// A write that may have been done, or not.
    fn expect(&mut self, parcel: &Parcel) {
        if let Some((key, act)) = self.act_of(parcel.desk, &parcel.asked) {
            self.ledger.acts.entry(key).or_insert(act);
        }
    }

    /// Enters into the books what the service has just said.
    fn acknowledged(&mut self, parcel: &Parcel, answered: &Answered) -> Step {
        let Some((key, act)) = self.act_of(parcel.desk, &parcel.asked) else {
            return Ok(());
        };
        let entry = self.ledger.acts.entry(key).or_insert(act);
        let act = entry.clone();
        if answered.status == StatusCode::NOT_FOUND {
            // It is not this person's any more: nobody waits for them to have seen it.
            self.ledger.opened.remove(&(act.desk, act.request));
            return Ok(());
        }
        if answered.status != StatusCode::OK {
            return Ok(());
        }
        entry.done = true;
        match act.what.as_str() {
            "revoke" => self.ledger.revoke_pins(&act),
            "solve" => self
                .ledger
                .kill_pins("its request was solved", |pin| pin.request == act.request),
            "pin" => {
                let issued: IssuedPin = serde_json::from_slice(&answered.body)?;
                return self.pin_issued(&act, issued);
            }
            _ => {}
        }
        Ok(())
    }

    fn pin_issued(&mut self, act: &Act, issued: IssuedPin) -> Step {
        let found = self.service.look.query_row(
            "SELECT client_id FROM pin WHERE id = ?1",
            [&issued.id.0],
            |row| row.get::<_, String>(0),
        );
        let Ok(client) = found else {
            return broken("nothing acknowledged lost: an issued PIN is not in the database");
        };
        self.ledger
            .kill_pins("a newer one was issued", |pin| pin.client == client);
        self.ledger.pins.push(KnownPin {
            id: issued.id.0,
            digits: issued.digits,
            request: act.request.clone(),
            client,
            dead: None,
        });
        Ok(())
    }

    /// A calm network: everything arrives, in order, until nothing is under way.
    pub async fn calm(&mut self) -> Step {
        for _ in 0..200 {
            self.disks().await;
            let first = lock(&self.air)
                .iter()
                .enumerate()
                .find(|(_, parcel)| !parcel.is_copy)
                .map(|(at, parcel)| (at, parcel.answered.is_some()));
            if let Some((at, answered)) = first {
                if answered {
                    self.hand_over(at, true).await;
                } else {
                    self.deliver(at, 1).await?;
                }
                continue;
            }
            let pieces: usize = self.flows.iter().map(crate::air::Flow::waiting).sum();
            if pieces == 0 {
                return Ok(());
            }
            self.flows.iter().for_each(|flow| flow.pass(usize::MAX));
            self.still().await;
        }
        broken("it comes to rest: the desktops ask and ask")
    }

    /// A page of the service, opened by a browser. `None`: the service died.
    pub(crate) async fn page(&mut self, request: axum::http::Request<Body>) -> Option<Response> {
        let response = self.service.call(request).await;
        self.still().await;
        response
    }

    /// What a write of a desktop is about.
    fn act_of(&self, desk: usize, asked: &Asked) -> Option<(String, Act)> {
        let key = asked.header(IDEMPOTENCY_KEY)?.to_owned();
        let mut parts = asked.path.strip_prefix("/api/v1/requests/")?.split('/');
        // What is shown somewhere is no act.
        if asked.path.ends_with("/looking") {
            return None;
        }
        let act = Act {
            desk,
            request: parts.next()?.to_owned(),
            what: parts.next_back()?.to_owned(),
            done: false,
            pins: self.ledger.pins.len(),
        };
        Some((key, act))
    }
}
