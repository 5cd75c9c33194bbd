//! The checkout's scenarios as payment sees them: their events are played, then the saga goes on, and the payment, its attempts and
//! the ledger end as the model says.
use crate::{
    bank::Loss,
    till::{Order, Till, all_of, order, till},
};
use contracts::payment::{self as pb, AuthorizeState};
use payment::domain::Status;
use platform::grpc::code_of;
use platform_test::BOTH;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    id: String,
    title: String,
    events: Vec<String>,
    ends: Vec<End>,
    postings: Vec<BTreeMap<String, i64>>,
}
/// `captured` and `refunded` count whole orders.
#[derive(Debug, PartialEq, Deserialize)]
struct End {
    attempts: [String; 2],
    captured: i64,
    refunded: i64,
    payment: String,
}

/// Who drives the order: what it knows is what payment told it.
struct Saga<'a> {
    till: &'a Till,
    case: &'a Case,
    order: Order,
    gives_up: bool,
    cancels: bool,
}

impl Saga<'_> {
    /// What the bank will say to the nth card: later events tell.
    fn card(&self, n: u32) -> (&'static str, Option<Loss>) {
        let about = format!("payment: psp.auth#{n}");
        match self.case.events.iter().find_map(|event| event.strip_prefix(about.as_str())) {
            Some(" declined -> answered") => ("tok_declined", None),
            Some(" 3ds -> answered") => ("tok_3ds", None),
            Some(": no answer, still under way") => ("tok_good", Some(Loss::Before)),
            _ => ("tok_good", None),
        }
    }
    fn loses_the_capture(&self) -> bool {
        self.case.events.iter().any(|event| event.contains("the answer is lost"))
    }

    async fn play(&mut self, event: &str) {
        let (t, id) = (self.till, self.order.id.clone());
        let what = format!("{} {}: {event}", self.case.id, self.case.title);
        match event {
            "customer places the order (written)" => self.order.card = self.card(1).0.into(),
            "worker: authorize -> pending" => {
                t.bank.lose(self.card(1).1.as_slice());
                t.authorize(&self.order.request()).await.expect(&what);
            }
            "worker: authorize -> done" => {
                let reply = t.authorize(&self.order.request()).await.expect(&what);
                assert_eq!(reply.state(), AuthorizeState::Done, "{what}");
            }
            "worker: authorize -> refused" | "late authorize arrives -> refused" => {
                let refused = t.authorize(&self.order.request()).await.expect_err(&what);
                assert_eq!(code_of(&refused), "payment.closed", "{what}");
            }
            "customer gives a second card (payment stores attempt 2)" => {
                t.add_card(&id, self.card(2).0, "second").await.expect(&what);
            }
            "issuer drops authorization 1" => t.bank.edit(|record| record.status = Status::Voided),
            "worker: take -> pending" => {
                t.bank.lose(if self.loses_the_capture() { &[Loss::After] } else { &[] });
                let _ = t.take(&id).await;
            }
            "late take arrives -> refused" => {
                assert_eq!(code_of(&t.take(&id).await.expect_err(&what)), "payment.closed", "{what}");
            }
            "worker: take -> taken" => assert!(t.take(&id).await.expect(&what), "{what}"),
            "customer cancels: void -> voided" | "worker: void -> voided" => {
                assert!(t.void(&id).await.expect(&what), "{what}");
                self.gives_up = true;
            }
            "worker: void -> taken" | "late void arrives -> taken" => {
                assert!(!t.void(&id).await.expect(&what), "{what}")
            }
            "customer cancels: void -> taken (409 order.in_progress)" => {
                assert!(!t.void(&id).await.expect(&what), "{what}");
            }
            // A void that is under way decides nothing yet; the worker that takes over starts anew.
            "worker: gives up (deadline), starts undoing" | "worker: commit -> refused" => self.gives_up = true,
            "worker: void: no answer, the message is still under way" => self.gives_up = false,
            "customer cancels after confirmation: CANCELLING written" => self.cancels = true,
            _ => {}
        }
    }

    /// Everything runs that still can.
    async fn goes_on(&mut self) {
        let (t, id) = (self.till, self.order.id.clone());
        t.settle().await;
        if self.gives_up {
            let _ = t.void(&id).await.expect("void always answers");
        }
        let authorized = t.authorize(&self.order.request()).await;
        if authorized.is_ok_and(|reply| reply.state() == AuthorizeState::Done) && t.take(&id).await.is_err() {
            t.void(&id).await.expect("void always answers");
        }
        if self.cancels {
            assert!(t.refund("cancel", all_of(&self.order)).await.expect("refunded").refunded);
        }
        t.settle().await;
    }

    async fn end(&self) -> End {
        let read: pb::Payment = self.till.read(&self.order.id).await;
        let rows = self.till.db.read("SELECT state FROM attempts ORDER BY number", vec![]).await.expect("attempts");
        let state = |n: usize| match rows.get(n).map(|row| row.get::<String>("state").expect("state")) {
            None => "none".to_string(),
            Some(state) if state != "authorized" => state,
            Some(_) if read.state != "taken" => "authorized".to_string(),
            Some(_) => if read.refunded == read.total { "refunded" } else { "captured" }.to_string(),
        };
        let whole = |amount: i64| amount / self.order.total;
        let attempts = [state(0), state(1)];
        End { attempts, captured: whole(read.captured), refunded: whole(read.refunded), payment: read.state.clone() }
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../data/checkout_cases.json")).expect("cases")
}

/// Accounts without vendors, as the till adds them up.
fn sums(postings: &[BTreeMap<String, i64>]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for (account, amount) in postings.iter().flatten() {
        let account = account.split(" A").next().unwrap().split(" B").next().unwrap().replace(' ', "_");
        *sums.entry(account).or_default() += amount;
    }
    sums.retain(|_, amount| *amount != 0);
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_ends_as_the_model_says() {
    let cases = cases();
    assert_eq!(cases.len(), 20);
    for engine in BOTH {
        for case in &cases {
            let till = till(engine).await;
            let mut saga = Saga { till: &till, case, order: order("tok_good"), gives_up: false, cancels: false };
            for event in &case.events {
                saga.play(event).await;
            }
            saga.goes_on().await;
            let end = saga.end().await;
            assert!(case.ends.contains(&end), "{engine:?} {}: {end:?}, wanted {:?}", case.id, case.ends);
            assert_eq!(till.balances().await, sums(&case.postings), "{engine:?} {}", case.id);
            assert_eq!(till.bank.captured(), end.captured * 10_000, "{engine:?} {}: M4", case.id);
            till.clean().await;
        }
    }
}
