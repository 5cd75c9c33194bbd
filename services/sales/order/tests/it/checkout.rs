//! The order table of `checkout.md`, row by row, before and at the decision.
use super::{
    made::{self, wish},
    payment::Attempt,
    wire::Fate,
    world::{self, Process, World, ask, kept, world},
};
use kernel::{Clock, Coded, OrderId};
use order::{
    Config, Error,
    app::{Asker, CancelOrder, PlaceOrder},
    domain::{CardToken, Owner, Problem, Quote, State},
    ports::{Desk, Lists},
    sql::{SqlDesk, SqlLists},
};
use platform::{feed::Seen, page::Page, store::Store};
use std::time::Duration;
use uuid::Uuid;

fn code(got: &Result<order::ports::Shown, Error>) -> &'static str {
    got.as_ref().unwrap_err().code().text
}

async fn due(w: &World, id: OrderId) -> Option<kernel::Timestamp> {
    SqlDesk(w.db.clone()).saga(id).await.unwrap().map(|s| s.due)
}

fn seen() -> Seen {
    Seen::told_by("order.payment", "payment", Uuid::now_v7())
}

/// `order` writes twice on the happy path (checkout 1), and its share of the budget is small.
#[tokio::test(flavor = "multi_thread")]
async fn the_happy_path_is_two_batches_and_ends_confirmed() {
    let w = world().await;
    let before = w.db.counts();
    let (id, placed) = w.process().place(&w, "tok_good").await;
    let after = w.db.counts();
    assert_eq!(placed.unwrap().state, State::Confirmed);
    assert_eq!((after.batches - before.batches, after.reads - before.reads), (2, 0));
    assert!(after.statements - before.statements <= 16, "{}", after.statements - before.statements);
    let story = w.find(id).await.story.iter().map(|(_, name)| *name).collect::<Vec<_>>();
    assert_eq!(story, ["placed", "accepted", "held", "authorized", "committed", "taken", "confirmed"]);
    assert_eq!(due(&w, id).await, None);
    w.sound(id).await.unwrap();
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_replaces_the_202_of_its_request() {
    let w = world().await;
    let request = ask("place");
    w.net.rule("Take", Fate::LoseRequest, 30);
    let (id, placed) = w.process().place_on(&w.quote, "tok_good", &request).await;
    assert_eq!(placed.unwrap().state, State::Placed, "undecided when patience ended");
    let (said, for_now) = kept(&w.db, &request).await.unwrap();
    assert_eq!((said.status, for_now), (202, true));
    w.settle(id).await;
    let (said, for_now) = kept(&w.db, &request).await.unwrap();
    assert_eq!(
        (said.status, for_now, w.state(id).await),
        (201, false, State::Confirmed),
        "by a process that took over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_waits_and_another_one_pays() {
    let w = world().await;
    let request = ask("place");
    let (id, placed) = w.process().place_on(&w.quote, "tok_insufficient", &request).await;
    let waiting = placed.unwrap().waiting.clone().unwrap();
    assert_eq!((waiting.problem, waiting.attempts_left), (Problem::InsufficientFunds, 4));
    assert_eq!(due(&w, id).await, Some(waiting.until), "sleeps until the end of the wait");
    assert_eq!(waiting.until, w.machine.now() + Duration::from_secs(600));
    let declined = w.process().pay(&w, id, "tok_declined").await.unwrap();
    assert_eq!(declined.waiting.as_ref().map(|w| (w.problem, w.attempts_left)), Some((Problem::Declined, 3)));
    assert_eq!(w.process().pay(&w, id, "tok_good").await.unwrap().state, State::Confirmed);
    assert_eq!(kept(&w.db, &request).await.unwrap().0.status, 201);
    assert_eq!(code(&w.process().pay(&w, id, "tok_good").await), "payment.closed");
    w.sound(id).await.unwrap();
    w.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_not_decided_yet_lets_no_other_in() {
    let w = world().await;
    let (id, placed) = w.process().place(&w, "tok_slow").await;
    assert_eq!(placed.unwrap().state, State::Placed);
    let got = w.process().pay(&w, id, "tok_good").await;
    assert_eq!((code(&got), got.unwrap_err().retry_after()), ("payment.undecided", Some(Duration::from_secs(1))));
    w.payment.lock().unwrap().provider_says(&id.to_string(), Attempt::Authorized);
    w.settle(id).await;
    w.sound(id).await.unwrap();
}

/// Payment's event makes an order that waits due; one that is worked on hears payment itself.
#[tokio::test(flavor = "multi_thread")]
async fn payments_event_wakes_who_sleeps() {
    let w = world().await;
    let (id, placed) = w.process().place(&w, "tok_3ds").await;
    let waiting = placed.unwrap().waiting.clone().unwrap();
    assert_eq!(
        (waiting.problem, waiting.action_url.as_deref()),
        (Problem::NeedsCustomer, Some("https://bank.example/3ds"))
    );
    w.payment.lock().unwrap().provider_says(&id.to_string(), Attempt::Authorized);
    let heir = w.process();
    let fact = seen();
    heir.app.hear_of_payment(id, fact.clone()).await.unwrap();
    assert_eq!(due(&w, id).await, Some(w.machine.now()));
    assert!(heir.app.hear_of_payment(id, fact).await.is_err(), "a message has one effect (E3)");
    w.take_over(&heir, id).await;
    assert_eq!(w.state(id).await, State::Confirmed);
    heir.app.hear_of_payment(id, seen()).await.unwrap();
    assert_eq!(due(&w, id).await, None, "a decided order is not woken");
    heir.app.hear_of_payment(made::id(), seen()).await.unwrap();
    w.clean().await;
}

/// A worker that could not wait for the provider left; payment's event brings the next one at once.
#[tokio::test(flavor = "multi_thread")]
async fn payments_event_goes_on_with_what_was_left() {
    let w = world().await;
    let (id, placed) = w.process().place(&w, "tok_slow_capture").await;
    assert_eq!(placed.unwrap().state, State::Placed);
    w.payment.lock().unwrap().capture(&id.to_string());
    let heir = w.process();
    platform_test::until("it is left", async || {
        heir.app.hear_of_payment(id, seen()).await.unwrap();
        due(&w, id).await == Some(w.machine.now())
    })
    .await;
    w.take_over(&heir, id).await;
    assert_eq!(w.state(id).await, State::Confirmed);
    w.sound(id).await.unwrap();
}

/// The cancel and whoever works on the order meet: both hear that it is cancelled.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_beside_a_worker_is_answered_with_the_end() {
    for round in 0..20 {
        let w = world().await;
        let (id, placed) = w.process().place(&w, "tok_3ds").await;
        placed.unwrap();
        w.machine.turn(Duration::from_secs(if round % 2 == 0 { 1 } else { 601 }));
        let (customer, worker) = (w.process(), w.process());
        let (cancelled, worked) = tokio::join!(customer.cancel(&w, id), worker.app.work_on(id));
        worked.unwrap();
        match cancelled {
            Ok(shown) => assert!(matches!(shown.state, State::Cancelled | State::Placed), "200, or 202 on a slow day"),
            Err(no) => assert_eq!(no.code().text, "order.already_cancelled", "the wait ended before void was asked"),
        }
        platform_test::until("it is cancelled", async || w.state(id).await == State::Cancelled).await;
        w.sound(id).await.unwrap();
    }
}

/// What payment told before the wait was written woke nobody, so the steps are asked once more after it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_between_the_question_and_the_wait_is_not_lost() {
    let w = world().await;
    w.net.close_gate();
    let (worker, quote) = (w.process(), w.quote.clone());
    let placing = tokio::spawn(async move { worker.place_on(&quote, "tok_3ds", &ask("place")).await });
    let passed = &["GetQuote", "Accept", "PlaceHold"][..];
    w.net.let_pass("Authorize", Fate::Deliver, (passed, Fate::Deliver)).await;
    let id = loop {
        let key = w.payment.lock().unwrap().rows.keys().next().cloned();
        if let Some(key) = key {
            w.payment.lock().unwrap().provider_says(&key, Attempt::Authorized);
            break key.parse::<OrderId>().unwrap();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    w.net.let_pass("Authorize", Fate::Deliver, (passed, Fate::Deliver)).await;
    w.net.open_gate();
    assert_eq!(placing.await.unwrap().1.unwrap().state, State::Confirmed);
    assert!(
        w.find(id).await.story.iter().any(|(_, name)| *name == "awaiting_payment"),
        "it was written, and did not sleep"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_pay_in_time_is_cancelled_by_name() {
    for (card, reason) in [("tok_declined", "payment.declined"), ("tok_3ds", "payment.needs_customer")] {
        let w = world().await;
        let request = ask("place");
        let (id, _) = w.process().place_on(&w.quote, card, &request).await;
        w.machine.turn(Duration::from_secs(601));
        w.take_over(&w.process(), id).await;
        let order = w.find(id).await;
        assert_eq!((order.state, order.reason.as_deref()), (State::Cancelled, Some(reason)));
        let (said, for_now) = kept(&w.db, &request).await.unwrap();
        let said: serde_json::Value = serde_json::from_slice(&said.body).unwrap();
        assert_eq!((said["code"].as_str(), said["status"].as_u64(), for_now), (Some(reason), Some(422), false));
        w.sound(id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_what_it_refused_and_frees_the_cart() {
    let w = world().await;
    let offer = w.quote.lines[1].offer;
    w.stock.lock().unwrap().stock.insert(offer.to_string(), [0, 0]);
    let (id, placed) = w.process().place(&w, "tok_good").await;
    assert_eq!(placed.unwrap_err(), Error::Short(vec![(2, offer)]));
    let order = w.find(id).await;
    assert_eq!((order.state, order.reason.as_deref()), (State::Cancelled, Some("inventory.short")));
    w.sound(id).await.unwrap();
    w.offer(&w.quote.clone(), 0);
    let (again, placed) = w.process().place(&w, "tok_good").await;
    assert_eq!(placed.unwrap().state, State::Confirmed, "the cart is free when cancelled is written (checkout 7)");
    w.sound(again).await.unwrap();
    w.clean().await;
}

/// A saga that takes over hears `step_undone`; the reason of the first void is what everybody is told.
#[tokio::test(flavor = "multi_thread")]
async fn who_takes_over_an_undoing_keeps_its_reason() {
    let w = world().await;
    w.stock.lock().unwrap().stock.values_mut().for_each(|shelf| shelf[0] = 0);
    w.net.rule("UndoAccept", Fate::LoseAnswer, 30);
    let (id, placed) = w.process().place(&w, "tok_good").await;
    assert!(placed.is_ok(), "not decided yet");
    w.settle(id).await;
    assert_eq!(w.find(id).await.reason.as_deref(), Some("inventory.short"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_quote_is_answered_with_a_fresh_one() {
    for (dearer, wanted) in [(0, "quote.expired"), (100, "quote.price_changed")] {
        let w = world().await;
        w.clock.turn(Duration::from_secs(601));
        w.pricing.lock().unwrap().dearer = dearer;
        let (id, placed) = w.process().place(&w, "tok_good").await;
        let why = placed.unwrap_err();
        assert_eq!(why.code().text, wanted);
        let fresh = &why.members()["quote"];
        assert_eq!(fresh["total"]["amount"].as_i64(), Some(w.quote.total + dearer));
        assert!(fresh["lines"].as_array().is_some_and(|l| l.len() == 2) && fresh["expires"].is_string());
        assert_eq!(w.find(id).await.reason.as_deref(), Some("quote.expired"));
        w.sound(id).await.unwrap();
    }
    let w = world().await;
    w.clock.turn(Duration::from_secs(601));
    w.net.rule("MakeQuote", Fate::LoseRequest, 9);
    let (_, placed) = w.process().place(&w, "tok_good").await;
    assert_eq!(placed.unwrap_err(), Error::QuoteExpired(None), "the no stands without");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_and_a_quote_have_one_live_order() {
    let w = world().await;
    let (first, placed) = w.process().place(&w, "tok_declined").await;
    placed.unwrap();
    let (_, again) = w.process().place(&w, "tok_good").await;
    assert_eq!(again.unwrap_err(), Error::QuoteUsed(first));
    let other = Quote { id: made::id(), ..w.quote.clone() };
    w.pricing.lock().unwrap().quotes.insert(other.id.to_string(), other.clone());
    let (_, again) = w.process().place_on(&other, "tok_good", &ask("x")).await;
    let why = again.unwrap_err();
    assert_eq!(
        (&why, why.members()["order"].as_str()),
        (&Error::CartInCheckout(first), Some(first.to_string().as_str()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_quote_and_order_do_not_exist() {
    let w = world().await;
    let stranger = Asker { user: Some(made::id()), guest: Some([9; 32]) };
    let command = PlaceOrder {
        id: made::id(),
        asker: stranger,
        quote: w.quote.id,
        card: CardToken::new("tok_good".into()),
        client_reference: None,
        attributes: Default::default(),
    };
    assert_eq!(w.process().app.place_order(command, &ask("a")).await.unwrap_err(), Error::NoQuote);
    let (id, placed) = w.process().place(&w, "tok_good").await;
    placed.unwrap();
    let app = w.process().app;
    assert_eq!(app.read_order(id, stranger, None).await.err(), Some(Error::NoOrder));
    let cancel = CancelOrder { order: id, asker: stranger, vendor_orders: None };
    assert_eq!(app.cancel_order(cancel, &ask("b")).await.unwrap_err(), Error::NoOrder);
    let page = Page::first(10);
    assert!(app.list_orders(stranger, &page).await.unwrap().items.is_empty());
    assert!(app.list_orders(Asker { user: None, guest: None }, &page).await.unwrap().items.is_empty());
    assert_eq!(app.list_orders(w.asker(), &page).await.unwrap().items[0].id, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_token_opens_the_guests_order() {
    let w = world().await;
    let quote = Quote { owner: Some(Owner::Guest([5; 32])), ..made::lamps_and_rug() };
    w.offer(&quote, 0);
    let (id, placed) = w.process().place_on(&quote, "tok_good", &ask("a")).await;
    placed.unwrap();
    let app = w.process().app;
    let guest = Asker { user: None, guest: Some([5; 32]) };
    let found = app.read_order(id, guest, None).await.unwrap();
    assert_eq!((found.shown.id, found.party.unwrap().email.as_str()), (id, "anna@example.org"));
    let both = Asker { user: Some(made::id()), ..guest };
    assert_eq!(app.read_order(id, both, None).await.unwrap().shown.id, id, "who signed in since");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_nothing_needs_no_card_and_a_charge_needs_one() {
    let w = world().await;
    assert_eq!(code(&w.process().place_on(&w.quote, "", &ask("a")).await.1), "payment.card_missing");
    let mut free = wish(&[(1, 4000)], 0);
    free.lines[0].2 = 4000;
    let quote = made::quote(&[free]);
    w.offer(&quote, 0);
    let (id, placed) = w.process().place_on(&quote, "", &ask("b")).await;
    assert_eq!((placed.unwrap().state, w.find(id).await.total), (State::Confirmed, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_before_the_pivot_ends_cancelled_and_one_after_it_waits() {
    let w = world().await;
    w.net.rule("Take", Fate::LoseRequest, 30);
    let request = ask("place");
    let (id, _) = w.process().place_on(&w.quote, "tok_good", &request).await;
    let cancelled = w.process().cancel(&w, id).await.unwrap();
    assert_eq!((cancelled.state, cancelled.reason.as_deref()), (State::Cancelled, Some("customer")));
    let told: serde_json::Value = serde_json::from_slice(&kept(&w.db, &request).await.unwrap().0.body).unwrap();
    assert_eq!((told["code"].as_str(), told["reason"].as_str()), (Some("order.cancelled"), Some("customer")));
    assert_eq!(code(&w.process().cancel(&w, id).await), "order.already_cancelled");
    w.sound(id).await.unwrap();

    let w = world().await;
    let (id, placed) = w.process().place(&w, "tok_slow_capture").await;
    assert_eq!(placed.unwrap().state, State::Placed, "taking");
    let refused = w.process().cancel(&w, id).await;
    assert_eq!(
        (code(&refused), refused.unwrap_err().retry_after()),
        ("order.in_progress", Some(Duration::from_secs(1)))
    );
    let part = CancelOrder { order: id, asker: w.asker(), vendor_orders: Some(vec![made::id()]) };
    assert_eq!(code(&w.process().app.cancel_order(part, &ask("c")).await), "order.in_progress");
    w.settle(id).await;
    w.sound(id).await.unwrap();
    w.clean().await;
}

/// A cancel acknowledged always ends in cancelled, also when who took it in dies right after.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_was_heard_ends_cancelled_whoever_goes_on() {
    let w = world().await;
    let (id, placed) = w.process().place(&w, "tok_3ds").await;
    placed.unwrap();
    w.net.rule("UndoHold", Fate::CrashBefore, 1);
    let request = ask("cancel");
    let command = CancelOrder { order: id, asker: w.asker(), vendor_orders: None };
    let undoing = w.process().app.cancel_order(command, &request).await.unwrap();
    assert_eq!(
        (undoing.state, undoing.reason.as_deref()),
        (State::Placed, Some("customer")),
        "202: it is being undone"
    );
    w.payment.lock().unwrap().provider_says(&id.to_string(), Attempt::Authorized);
    w.settle(id).await;
    assert_eq!(w.find(id).await.reason.as_deref(), Some("customer"));
    assert!(!kept(&w.db, &request).await.unwrap().1, "the cancel's request heard the end");
    w.sound(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_decide_is_once_in_the_operators_queue() {
    let w = world().await;
    let (id, _) = w.process().place(&w, "tok_slow_capture").await;
    let queue = || async { SqlLists(w.db.clone()).troubles(&Page::first(10)).await.unwrap().items };
    w.machine.turn(Duration::from_secs(800));
    w.take_over(&w.process(), id).await;
    assert!(queue().await.is_empty(), "15 minutes");
    for _ in 0..2 {
        w.machine.turn(Duration::from_secs(120));
        w.take_over(&w.process(), id).await;
    }
    let queue = queue().await;
    assert_eq!((queue.len(), queue[0].kind.as_str(), queue[0].order), (1, "undecided", id));
    w.settle(id).await;
    w.sound(id).await.unwrap();
}

/// T6: the card lies in the order's row until the decision, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn the_card_is_in_no_event_answer_or_fact() {
    let w = world().await;
    let secret = "tok_3ds";
    let (id, _) = w.process().place(&w, secret).await;
    let places = [
        "SELECT count(*) AS n FROM events WHERE instr(payload, CAST($1 AS BLOB)) > 0",
        "SELECT count(*) AS n FROM outbox WHERE instr(payload, CAST($1 AS BLOB)) > 0",
        "SELECT count(*) AS n FROM requests WHERE instr(answer, CAST($1 AS BLOB)) > 0",
        "SELECT count(*) AS n FROM intents WHERE instr(payload, CAST($1 AS BLOB)) > 0",
    ];
    let count = |sql: &'static str| {
        let db = w.db.clone();
        async move { db.read(sql, platform_sql::params![secret]).await.unwrap()[0].get::<i64>("n").unwrap() }
    };
    for place in places {
        assert_eq!(count(place).await, 0, "{place}");
    }
    let kept = "SELECT count(*) AS n FROM orders WHERE card_token = $1";
    assert_eq!(count(kept).await, 1, "the worker that takes over sends the same contents (checkout 10)");
    w.machine.turn(Duration::from_secs(601));
    w.take_over(&w.process(), id).await;
    assert_eq!((w.state(id).await, count(kept).await), (State::Cancelled, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn time_travel_shows_the_whole_story() {
    let w = world().await;
    let (id, placed) = w.process().place(&w, "tok_good").await;
    placed.unwrap();
    let app = w.process().app;
    let at = |seconds: u64| Some(made::NOW + Duration::from_secs(seconds));
    let state = async |at| app.read_order(id, w.asker(), at).await.map(|found| found.shown.state);
    assert_eq!(state(Some(made::NOW - Duration::from_secs(1))).await, Err(Error::NoOrder), "not yet");
    let held = app.read_order(id, w.asker(), at(0)).await.unwrap().shown;
    assert_eq!((held.state, held.story.last().map(|(_, name)| *name)), (State::Placed, Some("held")));
    let authorized = app.read_order(id, w.asker(), at(1)).await.unwrap().shown;
    assert_eq!(authorized.story.last().map(|(_, name)| *name), Some("committed"));
    assert_eq!(state(at(2)).await, Ok(State::Confirmed));
}

/// The worker's loop: due orders are claimed, many at once, and each is worked on.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_due_is_taken_over() {
    let db = world::db().await;
    let w = world::over(db);
    w.pricing.lock().unwrap().limit = 100;
    let dying = Config { patience: Duration::from_millis(5), ..Config::default() };
    w.net.rule("Accept", Fate::CrashBefore, 20);
    let mut ids = vec![];
    for n in 0..20 {
        let quote = made::lamps_and_rug();
        w.offer(&quote, 0);
        let dying: Process = w.process_with(dying.clone());
        ids.push(dying.place_on(&quote, "tok_good", &ask(&n.to_string())).await.0);
    }
    let heir = w.process();
    assert_eq!(heir.app.decide_due(w.machine.now()).await.unwrap(), Some(w.machine.now() + Duration::from_secs(15)));
    w.machine.turn(Duration::from_secs(15));
    heir.app.decide_due(w.machine.now()).await.unwrap();
    for id in ids {
        for _ in 0..500 {
            if w.state(id).await == State::Confirmed {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(w.state(id).await, State::Confirmed);
    }
    w.clean().await;
}
