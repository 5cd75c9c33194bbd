//! The cases of the model, played by their ids: `checkout.md` says how to read them.
use super::{
    made::{self, wish},
    payment::{Attempt, State as Payment},
    stock::State as Hold,
    wire::{Fate, Heard},
    world::{self, Process, World},
};
use kernel::{Clock, Coded, OrderId};
use order::{
    Config, Error,
    app::{CancelUnits, ShipUnits},
    domain::{Count, State, VendorState},
    ports::Shown,
};
use platform_test::HandClock;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tonic::Code;

const CASES: &str = include_str!("../data/scenarios.json");
/// What a worker asks again on its way back to where it was.
const FORWARD: [&str; 7] = ["Accept", "PlaceHold", "Authorize", "CommitHold", "Take", "GetQuote", "MakeQuote"];

fn cases(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    all.into_iter().filter(|case| case["kind"] == kind).collect()
}

/// One case on its stage.
struct Player {
    w: World,
    at: OrderId,
    worker: Process,
    /// The worker's own, which runs ahead when it gives up: every clock may fire at any moment.
    watch: Arc<HandClock>,
    /// What is asked again passes by, or gets no answer once the worker gives up.
    passed: Vec<&'static str>,
    gave_up: bool,
    cancelling: Option<JoinHandle<Result<Shown, Error>>>,
}

impl Player {
    async fn new() -> Player {
        let w = world::world().await;
        w.payment.lock().unwrap().by_hand = true;
        w.net.close_gate();
        let (worker, watch) = with_watch(&w);
        Player { w, at: made::id(), worker, watch, passed: vec![], gave_up: false, cancelling: None }
    }

    fn key(&self) -> String {
        self.at.to_string()
    }

    async fn place(&mut self) -> OrderId {
        let (worker, quote) = (self.worker.clone(), self.w.quote.clone());
        let placing =
            tokio::spawn(async move { worker.place_on(&quote, "tok_good", &world::ask(&worker_key())).await });
        self.pass("GetQuote", Fate::Deliver).await;
        placing.await.unwrap().0
    }

    async fn pass(&self, method: &str, fate: Fate) -> Heard {
        let before = self.w.net.log.lock().unwrap().len();
        let others = if self.gave_up { Fate::LoseRequest } else { Fate::Deliver };
        self.w.net.let_pass(method, fate.clone(), (&self.passed, others)).await;
        if matches!(fate, Fate::Delay) {
            return Heard { method: method.into(), code: Code::Ok };
        }
        for _ in 0..2000 {
            if let Some(heard) = self.w.net.log.lock().unwrap()[before..].iter().rfind(|h| h.method == method) {
                return heard.clone();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("{method} was not answered");
    }

    async fn done(&mut self, method: &'static str) {
        assert_eq!(self.pass(method, Fate::Deliver).await.code, Code::Ok, "{method}");
        self.passed.push(method);
    }

    async fn refused(&mut self, method: &'static str) {
        assert_ne!(self.pass(method, Fate::Deliver).await.code, Code::Ok, "{method}");
    }

    async fn late(&mut self, method: &str) -> Code {
        let landed = self.w.net.land().await;
        landed.iter().find(|h| h.method == method).expect("it was under way").code
    }

    async fn until(&self, wanted: State) {
        for _ in 0..2000 {
            if self.w.state(self.at).await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("never {wanted:?}: {:?}", self.w.find(self.at).await.story);
    }

    fn cancel(&mut self) {
        let (customer, quote, at) = (worker(&self.w), self.w.quote.clone(), self.at);
        self.cancelling = Some(tokio::spawn(async move {
            let command = order::app::CancelOrder { order: at, asker: world::asker(&quote), vendor_orders: None };
            customer.app.cancel_order(command, &world::ask(&worker_key())).await
        }));
    }

    async fn take_over(&mut self) {
        self.w.machine.turn(Duration::from_secs(16));
        (self.worker, self.watch) = with_watch(&self.w);
        (self.passed, self.gave_up) = (vec![], false);
        let (heir, at, now) = (self.worker.clone(), self.at, self.w.machine.now());
        assert!(heir.app.desk.claim(at, now, now + Duration::from_secs(15)).await.unwrap());
        tokio::spawn(async move { heir.app.work_on(at).await });
    }

    async fn play(&mut self, event: &str) {
        let key = self.key();
        match event {
            "customer places the order (written)" => self.at = self.place().await,
            "customer orders the same cart again" => {
                self.w.offer(&self.w.quote.clone(), 0);
                let second = self.place().await;
                assert_ne!(second, self.at);
            }
            "the second order accepts the quote" => self.done("Accept").await,
            "worker: accept -> done" => self.done("Accept").await,
            "worker: hold -> done" => self.done("PlaceHold").await,
            "worker: authorize -> done" => self.done("Authorize").await,
            "worker: commit -> done" => self.done("CommitHold").await,
            "worker: take -> taken" => self.done("Take").await,
            "worker: authorize -> pending" => drop(self.pass("Authorize", Fate::Deliver).await),
            "worker: take -> pending" => drop(self.pass("Take", Fate::Deliver).await),
            "worker: authorize -> refused" => self.refused("Authorize").await,
            "worker: commit -> refused" => self.refused("CommitHold").await,
            "worker: undo_hold -> done" => self.done("UndoHold").await,
            "worker: undo_accept -> done" => self.done("UndoAccept").await,
            "worker: writes CONFIRMED" => self.until(State::Confirmed).await,
            "worker: writes CANCELLED" => self.until(State::Cancelled).await,
            "worker: accept: no answer, the message is still under way" => drop(self.pass("Accept", Fate::Delay).await),
            "worker: authorize: no answer, the message is still under way" => {
                drop(self.pass("Authorize", Fate::Delay).await)
            }
            "worker: take: no answer, the message is still under way" => drop(self.pass("Take", Fate::Delay).await),
            "worker: void: no answer, the message is still under way" => drop(self.pass("Void", Fate::Delay).await),
            "worker: gives up (deadline), starts undoing" => {
                self.watch.turn(Duration::from_secs(721));
                (self.passed, self.gave_up) = (FORWARD.to_vec(), true);
            }
            "worker: void -> voided" => {
                self.done("Void").await;
                assert!(matches!(self.payment(), Payment::Closed(_)));
            }
            "worker: void -> taken" => {
                self.done("Void").await;
                assert!(matches!(self.payment(), Payment::Taking | Payment::Taken));
            }
            "worker: crashes" => {
                self.worker.life.end();
                self.w.net.crash();
            }
            "takeover: a new worker loads the order" => self.take_over().await,
            "lease lapses: a second worker loads the order (the first is alive)" => self.take_over().await,
            "customer cancels: void -> voided" => {
                self.cancel();
                self.pass("Void", Fate::Deliver).await;
                assert!(matches!(self.payment(), Payment::Closed(_)));
            }
            "customer cancels: void -> taken (409 order.in_progress)" => {
                self.cancel();
                self.pass("Void", Fate::Deliver).await;
                let told = self.cancelling.take().unwrap().await.unwrap();
                assert_eq!(told.unwrap_err().code().text, "order.in_progress");
            }
            "customer cancels after confirmation: CANCELLING written" => {
                self.cancel();
                self.until(State::Cancelling).await;
            }
            "customer gives a second card (payment stores attempt 2)" => {
                let (customer, quote, at) = (worker(&self.w), self.w.quote.clone(), self.at);
                let paying = tokio::spawn(async move {
                    let card = order::domain::CardToken::new("tok_good".into());
                    let command = order::app::PayOrder { order: at, asker: world::asker(&quote), card };
                    customer.app.pay_order(command, &world::ask(&worker_key())).await
                });
                self.pass("AddAttempt", Fate::Deliver).await;
                paying.await.unwrap().unwrap();
            }
            "late accept arrives -> refused" => assert_ne!(self.late("Accept").await, Code::Ok),
            "late authorize arrives -> refused" => assert_ne!(self.late("Authorize").await, Code::Ok),
            "late take arrives -> refused" => assert_ne!(self.late("Take").await, Code::Ok),
            "late void arrives -> taken" => {
                self.late("Void").await;
                assert!(matches!(self.payment(), Payment::Taking | Payment::Taken));
            }
            "payment: psp.auth#1 authorized -> answered" | "payment: psp.auth#2 authorized -> answered" => {
                self.w.payment.lock().unwrap().provider_says(&key, Attempt::Authorized)
            }
            "payment: psp.auth#1 declined -> answered" => {
                self.w.payment.lock().unwrap().provider_says(&key, Attempt::Declined)
            }
            "payment: psp.auth#1 3ds -> answered" => {
                self.w.payment.lock().unwrap().provider_says(&key, Attempt::NeedsCustomer)
            }
            "payment: psp.auth#1: no answer, still under way" => {}
            "payment: psp.capture#1 -> answered" | "payment: psp.capture#2 -> answered" => {
                self.w.payment.lock().unwrap().capture(&key)
            }
            "payment: psp.capture#1 : done there, the answer is lost" => {
                self.w.payment.lock().unwrap().capture_unheard(&key)
            }
            "issuer drops authorization 1" => self.w.payment.lock().unwrap().issuer_drops(&key),
            "hold expires" => {
                self.w.clock.turn(Duration::from_secs(901));
                self.w.stock.lock().unwrap().expire(self.w.clock.now());
            }
            "quote expires" => self.w.clock.turn(Duration::from_secs(601)),
            "vendor ships" => ship(&self.w, self.at, 0, u32::MAX).await.map(drop).unwrap(),
            other => panic!("no such event: {other}"),
        }
    }

    fn payment(&self) -> Payment {
        self.w.payment.lock().unwrap().rows[&self.key()].state.clone()
    }

    /// What still can runs: what is asked is answered, and workers come until nothing is due.
    async fn rest(&mut self) {
        let key = self.key();
        self.w.net.open_gate();
        {
            let mut payment = self.w.payment.lock().unwrap();
            payment.by_hand = false;
            if payment.rows.get(&key).is_some_and(|r| r.attempts.iter().any(|(_, a)| *a == Attempt::Asked)) {
                payment.provider_says(&key, Attempt::Authorized);
            }
        }
        self.w.settle(self.at).await;
        if let Some(cancelling) = self.cancelling.take() {
            let _ = cancelling.await.unwrap();
        }
        self.w.net.land().await;
    }

    async fn observed(&self) -> Value {
        let (order, key) = (self.w.find(self.at).await, self.key());
        let shipped = order.vendor_orders.iter().any(|v| v.state == VendorState::Shipped);
        let state = if shipped { "shipped".into() } else { format!("{:?}", order.state).to_lowercase() };
        let (stock, payment) = (self.w.stock.lock().unwrap(), self.w.payment.lock().unwrap());
        let hold = match stock.holds.get(&key).map(|h| h.state) {
            None | Some(Hold::Released) => "released",
            Some(Hold::Expired) => "expired",
            Some(Hold::Committed | Hold::Ended) => "committed",
            Some(Hold::Held) => "held",
        };
        let row = payment.rows.get(&key).expect("every order has one");
        let attempt = |at: usize| match row.attempts.get(at) {
            None => "none".to_string(),
            Some((_, Attempt::Captured)) if row.refunded > 0 => "refunded".into(),
            Some((_, attempt)) => format!("{attempt:?}").to_lowercase(),
        };
        let paid = match row.state {
            Payment::Closed(_) => "closed".to_string(),
            ref state => format!("{state:?}").to_lowercase(),
        };
        let coupon = i32::from(self.w.pricing.lock().unwrap().accepted.get(&key).is_some_and(Option::is_some));
        json!({ "order": state, "hold": hold, "coupon": coupon, "attempts": [attempt(0), attempt(1)],
                "captured": row.captures, "refunded": row.refunds, "payment": paid })
    }
}

fn worker_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn worker(w: &World) -> Process {
    let config =
        Config { patience: Duration::from_millis(5), pause: Duration::from_millis(1), tries: 40, ..Config::default() };
    w.process_with(config)
}

fn with_watch(w: &World) -> (Process, Arc<HandClock>) {
    let watch = Arc::new(HandClock::at(w.machine.now()));
    let mut worker = worker(w);
    worker.app.machine = watch.clone();
    (worker, watch)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checkouts_of_the_model() {
    let cases = cases("checkout");
    assert_eq!(cases.len(), 20);
    for case in cases {
        let mut player = Player::new().await;
        for event in case["events"].as_array().unwrap() {
            println!("{} {event}", case["id"]);
            player.play(event.as_str().unwrap()).await;
        }
        player.rest().await;
        let end = player.observed().await;
        let may = [&case["expect_any_of"], &case["also_possible_if_the_hold_expires_meanwhile"]];
        let fits = may.iter().flat_map(|list| list.as_array().unwrap()).any(|expected| *expected == end);
        assert!(fits, "{} {}: {end} is none of {}", case["id"], case["title"], case["expect_any_of"]);
        player.w.clean().await;
    }
}

/// A parcel of at most so many units of one vendor order, and inventory hears of it.
async fn ship(w: &World, id: OrderId, part: usize, most: u32) -> Result<Shown, Error> {
    let order = w.find(id).await;
    let part = &order.vendor_orders[part];
    let lines: Vec<Count> = part.lines.iter().map(|l| Count { line: l.id, quantity: l.ordered.min(most) }).collect();
    let command = ShipUnits {
        vendor: part.vendor,
        vendor_order: part.id,
        shipment: made::id(),
        lines: lines.clone(),
        carrier: "post".into(),
        tracking: None,
    };
    let shipped = worker(w).app.ship_units(command, &world::ask(&worker_key())).await?;
    let units = part.units(&lines).into_iter().map(|u| (u.offer.to_string(), i64::from(u.quantity)));
    w.stock.lock().unwrap().ship(&id.to_string(), &units.collect::<Vec<_>>());
    Ok(shipped)
}

async fn cancel(w: &World, id: OrderId, units: u32) -> Result<Shown, Error> {
    let order = w.find(id).await;
    let part = &order.vendor_orders[0];
    let command = CancelUnits {
        vendor: part.vendor,
        vendor_order: part.id,
        lines: Some(vec![Count { line: part.lines[0].id, quantity: units }]),
        reason: "out_of_stock".into(),
    };
    let worker = worker(w);
    let cancelled = worker.app.cancel_units(command, &world::ask(&worker_key())).await?;
    worker.app.pay_back(id).await.unwrap();
    Ok(cancelled)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipments_of_the_model() {
    let cases = cases("shipment");
    assert_eq!(cases.len(), 5);
    for case in cases {
        let w = world::world().await;
        let (ordered, on_hand) =
            (case["given"]["line_ordered"].as_u64().unwrap(), case["given"]["on_hand"].as_i64().unwrap());
        let quote = made::quote(&[wish(&[(ordered as u32, 9000)], 0)]);
        w.offer(&quote, on_hand - ordered as i64);
        let (id, placed) = worker(&w).place_on(&quote, "tok_good", &world::ask(&worker_key())).await;
        placed.unwrap();
        w.settle(id).await;
        let offer = quote.lines[0].offer.to_string();
        let mut refused = Value::Null;
        for event in case["events"].as_array().unwrap() {
            let (verb, n) = event.as_str().unwrap().split_once(' ').unwrap();
            let n: u32 = n.parse().unwrap();
            let done = match verb {
                "ship" => ship(&w, id, 0, n).await.map(drop),
                "cancel" => cancel(&w, id, n).await.map(drop),
                "recount" => {
                    w.stock.lock().unwrap().stock.get_mut(&offer).unwrap()[0] = n.into();
                    Ok(())
                }
                other => panic!("{other}"),
            };
            if let Err(no) = done {
                refused = json!(no.code().text);
            }
        }
        let order = w.find(id).await;
        let line = &order.vendor_orders[0].lines[0];
        let ([on_hand, held], part) = {
            let stock = w.stock.lock().unwrap();
            (stock.stock[&offer], stock.holds[&id.to_string()].parts[&offer])
        };
        let units: i64 = w.payment.lock().unwrap().rows[&id.to_string()].parts.values().map(|p| p[3]).sum();
        let seen = json!({ "shipped": line.shipped, "released": part[2], "open": part[0] - part[1] - part[2],
            "on_hand": on_hand, "held": held, "cancelled": line.cancelled, "refunded_units": units,
            "refused": refused, "shortage": (held - on_hand).max(0), "next_hold": if held > on_hand { "short" } else { "" } });
        for (name, expected) in case["expect"].as_object().unwrap() {
            assert_eq!(seen[name], *expected, "{} {}: {name}", case["id"], case["title"]);
        }
        assert_eq!(
            (i64::from(line.shipped), i64::from(line.cancelled)),
            (part[1], part[2]),
            "stock follows the stream"
        );
        w.clean().await;
    }
}
