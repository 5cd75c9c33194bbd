//! The duty of the ports, once, on both databases.
use super::made::{self, NOW, answers, lamps_and_rug, parcel, placed, undone};
use kernel::{OrderId, Timestamp};
use order::{
    MIGRATIONS,
    app::subject,
    checks,
    domain::{Amount, CardToken, Happened, Order, Owner, Part, Party, Problem, Quote, State, VendorState, Waiting},
    ports::{Desk, Door, Due, Lists, Now, OrderBook, Saga, Shown, Trouble},
    sql::{SqlDesk, SqlLists, SqlOrders},
};
use platform::{
    ask::{Ask, Book, Key, Known, Said},
    feed::Seen,
    intents::Intents,
    page::Page,
    store::{Change, Intent, Store, StoreError},
};
use platform_sql::{Batch, Db, drift, params};
use platform_test::{BOTH, Engine, store};
use std::time::Duration;
use uuid::Uuid;

/// The machine stands on another day than business.
const LATER: Timestamp = Timestamp(1_800_000_000_654_321);
const CLOCKS: Now = Now { business: NOW, machine: LATER };

struct Bench {
    db: Db,
    book: SqlOrders,
    desk: SqlDesk,
    lists: SqlLists,
}

async fn bench(engine: Engine) -> Bench {
    let db = Db::open(&store(engine, "order").await, MIGRATIONS).await.unwrap();
    Bench { book: SqlOrders(db.clone()), desk: SqlDesk(db.clone()), lists: SqlLists(db.clone()), db }
}

fn saga() -> Saga {
    Saga {
        card: CardToken::new("tok_good".into()),
        decide_by: LATER + Duration::from_secs(720),
        wait_until: LATER + Duration::from_secs(600),
        due: LATER + Duration::from_secs(15),
        since: LATER,
    }
}

fn ask(text: &str) -> Ask<Shown> {
    let book = Book::Request { scope: "usr_1 POST /store/v1/orders".into() };
    let key = Key { book, text: text.into(), fingerprint: [3; 32] };
    Ask::new(Some(key), |outcome| {
        let status = if matches!(outcome, platform::ask::Outcome::ForNow(_)) { 202 } else { 201 };
        Said { status, head: vec![], body: "said".into() }
    })
}

fn party() -> Party {
    let text = |t: &str| t.to_string();
    Party {
        email: text("ben@example.org"),
        name: text("Ben Müller"),
        country: text("BR"),
        state: text("SP"),
        city: text("sp / sp"),
        postcode: text("04482255"),
        street: text("-"),
        phone: text("+55 11 5555"),
    }
}

impl Bench {
    async fn open(&self, quote: &Quote) -> Result<Order, StoreError> {
        let (order, events) = placed(quote);
        let shown = Shown::from(order);
        self.book.open(Change::new(&shown, events), (&saga(), &party()), CLOCKS).await?;
        Ok(shown.order)
    }
    async fn write(&self, order: &Order, events: Vec<Happened>, due: Due) -> Result<Order, StoreError> {
        let shown = Shown::from(order.then(&events));
        self.book.save(Change::new(&shown, events), due, CLOCKS).await?;
        Ok(shown.order)
    }
    async fn confirmed(&self, quote: &Quote) -> Order {
        let order = self.open(quote).await.unwrap();
        let events = order.confirm(&answers(quote), NOW).unwrap();
        self.write(&order, events, Due::Never).await.unwrap()
    }
    async fn find(&self, id: OrderId) -> Order {
        self.book.find(id).await.unwrap().unwrap()
    }
    async fn due(&self, id: OrderId) -> Option<Timestamp> {
        self.desk.saga(id).await.unwrap().map(|saga| saga.due)
    }
    async fn wrong(&self, id: &str) -> i64 {
        let check = checks::all().into_iter().find(|check| check.id == id).unwrap();
        self.db.check(&check, LATER).await.unwrap().wrong
    }
    async fn run(&self, sql: &'static str, values: Vec<platform_sql::Value>) {
        let mut batch = Batch::new();
        batch.push(sql, values);
        self.db.batch(batch).await.unwrap();
    }
    async fn clean(&self, engine: Engine) {
        for check in checks::all() {
            let found = self.db.check(&check, LATER).await.unwrap();
            assert_eq!(found.wrong, 0, "{engine:?} {} {}", check.id, check.says);
        }
        assert_eq!(checks::read_models(&self.db).await.unwrap().1, [], "{engine:?} O3");
    }
}

/// What is done to an order next.
type Step<'a> = Box<dyn Fn(&Order) -> Vec<Happened> + 'a>;

#[tokio::test]
async fn both_schemas_are_one() {
    let (sqlite, postgres) = (bench(Engine::Sqlite).await.db, bench(Engine::Postgres).await.db);
    assert_eq!(drift::between(&sqlite, &postgres).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn every_field_comes_back() {
    for engine in BOTH {
        let b = bench(engine).await;
        let mut quote = lamps_and_rug();
        quote.owner = Some(Owner::Guest([0xAB; 32]));
        quote.lines[0].funded = 250;
        quote.total -= 250;
        quote.deliveries[1].promised = None;
        let order = b.open(&quote).await.unwrap();
        assert_eq!(b.find(order.id).await, order, "{engine:?}");
        assert_eq!(b.desk.saga(order.id).await.unwrap(), Some(saga()));
        assert_eq!(b.book.party(order.party).await.unwrap(), Some(party()));
        let waiting = Waiting {
            problem: Problem::NeedsCustomer,
            action_url: Some("https://bank.example/3ds?x=ü".into()),
            attempts_left: 4,
            until: saga().wait_until,
        };
        let events = order.wait(waiting, &answers(&quote)[..2], NOW).unwrap();
        let order = b.write(&order, events, Due::Asleep(saga().wait_until)).await.unwrap();
        assert_eq!(b.find(order.id).await, order);
        let events = order.confirm(&answers(&quote), NOW).unwrap();
        let mut order = b.write(&order, events, Due::Never).await.unwrap();
        let (a, c) = (order.vendor_orders[0].id, order.vendor_orders[1].id);
        let (lamps, rug) = if order.vendor_orders[0].lines[0].ordered == 3 { (a, c) } else { (c, a) };
        let part = order.vendor_order(lamps).unwrap().clone();
        let one = |n| vec![order::domain::Count { line: part.lines[0].id, quantity: n }];
        let (sent, came_back) = (parcel(one(1)), parcel(one(1)));
        let amount = Part { component: order.components[0].id, amount: Amount::Minor(7) };
        let steps: Vec<Step<'_>> = vec![
            Box::new(|o| o.ship(lamps, sent.clone()).unwrap()),
            Box::new(|o| o.ship(lamps, came_back.clone()).unwrap()),
            Box::new(|o| o.deliver(sent.id, NOW + Duration::from_secs(5)).unwrap()),
            Box::new(|o| o.send_back(came_back.id, NOW).unwrap()),
            Box::new(|o| o.cancel_units(lamps, &one(1), "out_of_stock", NOW).unwrap()),
            Box::new(|o| o.cancel_vendor_orders(&[rug], "customer", NOW).unwrap()),
            Box::new(|o| o.ask_refund(&[amount], "late", NOW).unwrap()),
            Box::new(|o| o.refunded(1, vec![(o.components[0].id, 1234)], NOW)),
            Box::new(|o| o.refund_refused(2, "refund.refused", NOW)),
            Box::new(|o| o.complete(lamps, NOW).unwrap()),
        ];
        for step in steps {
            order = b.write(&order, step(&order), Due::AsItIs).await.unwrap();
            assert_eq!(b.find(order.id).await, order, "{engine:?} {:?}", order.story.last());
            assert_eq!(checks::read_models(&b.db).await.unwrap().1.len(), 0, "{engine:?} {:?}", order.story.last());
        }
        assert_eq!((order.state, order.vendor_order(lamps).unwrap().state), (State::Completed, VendorState::Completed));
        assert_eq!(b.book.of(lamps).await.unwrap(), Some(order.clone()));
        assert_eq!(b.book.of(made::id()).await.unwrap(), None);
        b.clean(engine).await;
    }
}

#[tokio::test]
async fn a_stream_goes_on_from_where_it_was_read_or_not_at_all() {
    for engine in BOTH {
        let b = bench(engine).await;
        let quote = lamps_and_rug();
        let order = b.open(&quote).await.unwrap();
        let (confirm, cancel) =
            (order.confirm(&answers(&quote), NOW).unwrap(), order.cancel_undecided("x", &undone("x"), NOW).unwrap());
        let (one, other) =
            tokio::join!(b.write(&order, confirm.clone(), Due::Never), b.write(&order, cancel, Due::Never));
        assert_ne!(one.is_ok(), other.is_ok(), "{engine:?}: {one:?} {other:?}");
        assert_eq!(one.err().or(other.err()), Some(StoreError::Stale));
        let gone = b.open(&lamps_and_rug()).await.unwrap();
        let events = gone.cancel_undecided("x", &undone("x"), NOW).unwrap();
        b.write(&gone, events, Due::Never).await.unwrap();
        let late = gone.confirm(&answers(&lamps_and_rug()), NOW).unwrap();
        assert_eq!(b.write(&gone, late, Due::Never).await, Err(StoreError::Stale), "confirmed over cancelled");
        assert_eq!(b.find(gone.id).await.state, State::Cancelled);
        b.clean(engine).await;
    }
}

/// Checkout 7: one cart and one quote have at most one order that is not cancelled.
#[tokio::test]
async fn a_cart_and_a_quote_are_taken_until_their_order_is_cancelled() {
    for engine in BOTH {
        let b = bench(engine).await;
        let quote = lamps_and_rug();
        let first = b.open(&quote).await.unwrap();
        let same_cart = Quote { id: made::id(), ..quote.clone() };
        let same_quote = Quote { cart: made::id(), ..quote.clone() };
        for (again, used) in [(&quote, quote.id), (&same_cart, quote.id), (&same_quote, quote.id)] {
            assert_eq!(b.open(again).await, Err(StoreError::Stale), "{engine:?}");
            let live = b.book.live(&placed(again).0).await.unwrap();
            assert_eq!(live, Some((first.id, used)));
        }
        let (one, two) = (lamps_and_rug(), Quote { id: made::id(), ..lamps_and_rug() });
        let raced = Quote { cart: one.cart, ..two };
        let (a, c) = tokio::join!(b.open(&one), b.open(&raced));
        assert_ne!(a.is_ok(), c.is_ok(), "{engine:?}");
        let events = first.cancel_undecided("x", &undone("x"), NOW).unwrap();
        b.write(&first, events, Due::Never).await.unwrap();
        assert_eq!(b.book.live(&placed(&quote).0).await.unwrap(), None);
        b.open(&quote).await.unwrap();
        b.clean(engine).await;
    }
}

#[tokio::test]
async fn a_claim_is_had_by_one_and_lapses() {
    for engine in BOTH {
        let b = bench(engine).await;
        let order = b.open(&lamps_and_rug()).await.unwrap();
        let (early, due) = (LATER + Duration::from_secs(14), LATER + Duration::from_secs(15));
        assert_eq!(
            (b.desk.due(early).await.unwrap(), b.desk.next_due().await.unwrap()),
            (vec![], Some(due)),
            "{engine:?}"
        );
        assert!(!b.desk.claim(order.id, early, due).await.unwrap(), "not due yet");
        assert_eq!(b.desk.due(due).await.unwrap(), [order.id]);
        let until = due + Duration::from_secs(15);
        let (one, two) = tokio::join!(b.desk.claim(order.id, due, until), b.desk.claim(order.id, due, until));
        assert_ne!(one.unwrap(), two.unwrap(), "{engine:?}: the whole lease");
        b.desk.stay(order.id, due).await.unwrap();
        assert_eq!(b.due(order.id).await, Some(due));
        let quote = lamps_and_rug();
        let done = b.confirmed(&quote).await;
        assert!(!b.desk.claim(done.id, until, until).await.unwrap(), "a decided order is nobody's");
        b.desk.stay(done.id, due).await.unwrap();
        assert_eq!((b.due(done.id).await, b.desk.due(until).await.unwrap()), (None, vec![order.id]));
        b.run("UPDATE orders SET due = NULL WHERE id = $1", params![order.id]).await;
        assert_eq!(b.desk.next_due().await.unwrap(), None);
    }
}

#[tokio::test]
async fn payments_message_wakes_only_who_sleeps_and_only_once() {
    for engine in BOTH {
        let b = bench(engine).await;
        let order = b.open(&lamps_and_rug()).await.unwrap();
        let seen = || Seen::told_by("order.payment", "payment", Uuid::now_v7());
        let wake = async |at| b.desk.wake(order.id, at, seen()).await.unwrap();
        assert!(!wake(LATER).await, "{engine:?}: who is worked on is not disturbed");
        assert_eq!(b.due(order.id).await, Some(saga().due));
        b.desk.sleep(order.id, None).await.unwrap();
        assert_eq!(b.due(order.id).await, Some(saga().due), "{engine:?}: left, and due as it was");
        assert!(wake(LATER).await);
        assert_eq!(b.due(order.id).await, Some(LATER), "{engine:?}");
        assert!(b.desk.claim(order.id, LATER, saga().due).await.unwrap());
        assert!(!wake(LATER).await, "{engine:?}: claimed");
        let until = saga().wait_until;
        let waiting = Waiting { problem: Problem::Declined, action_url: None, attempts_left: 4, until };
        let events = order.wait(waiting, &[], NOW).unwrap();
        b.write(&order, events, Due::Asleep(until)).await.unwrap();
        assert!(wake(LATER).await, "{engine:?}: waits for its customer");
        b.desk.stay(order.id, until).await.unwrap();
        assert!(!wake(LATER).await, "{engine:?}");
        b.desk.sleep(order.id, Some(until)).await.unwrap();
        let message = seen();
        assert!(b.desk.wake(order.id, LATER, message.clone()).await.unwrap());
        assert_eq!(b.desk.wake(order.id, LATER, message).await, Err(StoreError::Handled), "{engine:?}");
        assert!(!b.desk.wake(made::id(), LATER, seen()).await.unwrap());
    }
}

#[tokio::test]
async fn requests_wait_for_the_decision_and_get_it_in_its_batch() {
    for engine in BOTH {
        let b = bench(engine).await;
        let quote = lamps_and_rug();
        let (order, events) = placed(&quote);
        let shown = Shown::from(order.clone());
        let (place, pay) = (ask("a"), ask("b"));
        let change = Change::new(&shown, events.clone()).claiming(&place, subject(order.id, Door::Place));
        b.book.open(change, (&saga(), &party()), CLOCKS).await.unwrap();
        let again = Change::new(&shown, events).claiming(&place, subject(order.id, Door::Place));
        assert_eq!(b.book.open(again, (&saga(), &party()), CLOCKS).await, Err(StoreError::Answered), "{engine:?}");
        let events = order.another_card(NOW).unwrap();
        let shown = Shown::from(order.then(&events));
        let change = Change::new(&shown, events).claiming(&pay, subject(order.id, Door::Pay));
        b.book.save(change, Due::AsItIs, CLOCKS).await.unwrap();
        let asked = b.desk.asked(order.id).await.unwrap();
        assert_eq!(
            asked.iter().map(|c| (c.from, c.key.text.as_str())).collect::<Vec<_>>(),
            [(Door::Place, "a"), (Door::Pay, "b")]
        );
        assert_eq!(&asked[0].key, place.key().unwrap());
        let order = shown.order;
        let events = order.confirm(&answers(&quote), NOW).unwrap();
        let shown = Shown::from(order.then(&events));
        let change = Change::new(&shown, events).answering(&place).answering(&pay);
        b.book.save(change, Due::Never, CLOCKS).await.unwrap();
        assert!(b.desk.asked(order.id).await.unwrap().is_empty());
        for request in [&place, &pay] {
            let Some(Known::Answered(kept)) = b.db.known(request.key().unwrap()).await.unwrap() else { panic!() };
            assert_eq!((kept.said.status, kept.for_now), (201, false), "{engine:?}");
        }
        let marks = Change::new(&shown, vec![]).answering(&ask("c"));
        b.book.save(marks, Due::AsItIs, CLOCKS).await.unwrap();
        assert!(b.db.known(ask("c").key().unwrap()).await.unwrap().is_some(), "marks alone");
        b.clean(engine).await;
    }
}

#[tokio::test]
async fn the_batch_that_decides_empties_the_card_and_the_row_refuses_to_keep_it() {
    for engine in BOTH {
        let b = bench(engine).await;
        let quote = lamps_and_rug();
        let order = b.open(&quote).await.unwrap();
        assert_eq!(b.desk.saga(order.id).await.unwrap().unwrap().card.expose(), "tok_good");
        let events = order.confirm(&answers(&quote), NOW).unwrap();
        b.write(&order, events, Due::Never).await.unwrap();
        let rows = b.db.read("SELECT card_token FROM orders", vec![]).await.unwrap();
        assert_eq!(rows[0].get::<String>("card_token").unwrap(), "", "{engine:?}");
        let mut batch = Batch::new();
        batch.push("UPDATE orders SET card_token = 'tok_good' WHERE id = $1", params![order.id]);
        assert!(b.db.batch(batch).await.is_err(), "{engine:?}: checkout 10");
    }
}

/// O11 stands in the schema too: money and stock rest on it.
#[tokio::test]
async fn the_schema_refuses_quantities_that_do_not_add_up() {
    for engine in BOTH {
        let b = bench(engine).await;
        b.confirmed(&lamps_and_rug()).await;
        for wrong in [
            "UPDATE lines SET cancelled = 1, shipped = ordered",
            "UPDATE lines SET delivered = 1",
            "UPDATE lines SET shipped = ordered, delivered = ordered, sent_back = 1",
            "UPDATE lines SET returned = 1",
            "UPDATE orders SET state = 'shipped'",
            "UPDATE orders SET owner_guest = NULL, owner_user = NULL",
        ] {
            let mut batch = Batch::new();
            batch.push(wrong, vec![]);
            assert!(b.db.batch(batch).await.is_err(), "{engine:?}: {wrong}");
        }
    }
}

#[tokio::test]
async fn an_intent_is_written_with_its_cause_and_ended_with_its_outcome() {
    for engine in BOTH {
        let b = bench(engine).await;
        let order = b.confirmed(&lamps_and_rug()).await;
        let events =
            order.cancel_units(order.vendor_orders[0].id, &order.vendor_orders[0].open(), "damaged", NOW).unwrap();
        let shown = Shown::from(order.then(&events));
        let key = format!("{}/refund/1", order.id);
        let intent = Intent { key: key.clone(), kind: order::app::REFUND, payload: order.id.to_string().into() };
        b.book.save(Change::new(&shown, events).intending(intent), Due::AsItIs, CLOCKS).await.unwrap();
        let due = b.db.due(order::app::REFUND, LATER).await.unwrap();
        assert_eq!(due.iter().map(|d| &d.key).collect::<Vec<_>>(), [&key], "{engine:?}: by machine time");
        let events = shown.refunded(1, vec![(shown.components[0].id, 5)], NOW);
        let shown = Shown::from(shown.then(&events));
        b.book.save(Change::new(&shown, events).ending(&key), Due::AsItIs, CLOCKS).await.unwrap();
        assert!(b.db.intents().await.unwrap().is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn lists_are_of_their_owner_newest_first_in_pages() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (anna, vendor) = (Owner::User(made::id()), made::id());
        let mut ids = vec![];
        for n in 0..5 {
            let mut quote = lamps_and_rug();
            quote.owner = Some(anna);
            let old = quote.deliveries[0].vendor;
            quote.lines.iter_mut().filter(|l| l.vendor == old).for_each(|l| l.vendor = vendor);
            quote.deliveries[0].vendor = vendor;
            let order = if n < 4 { b.confirmed(&quote).await } else { b.open(&quote).await.unwrap() };
            ids.insert(0, order.id);
        }
        b.confirmed(&lamps_and_rug()).await;
        let first = b.lists.of_owner(anna, &Page::first(3)).await.unwrap();
        assert_eq!(first.items.iter().map(|o| o.id).collect::<Vec<_>>(), ids[..3], "{engine:?}");
        let next = Page { limit: 3, after: first.next };
        let rest = b.lists.of_owner(anna, &next).await.unwrap();
        assert_eq!((rest.items.iter().map(|o| o.id).collect::<Vec<_>>(), rest.next), (ids[3..].to_vec(), None));
        assert_eq!((first.items[0].state.as_str(), first.items[1].state.as_str()), ("placed", "confirmed"));
        assert_eq!(first.items[1].client_reference.as_deref(), Some("cart 7"));
        assert!(b.lists.of_owner(Owner::Guest([1; 32]), &Page::first(3)).await.unwrap().items.is_empty());
        assert_eq!(b.lists.all(Some("cart 7"), &Page::first(100)).await.unwrap().items.len(), 6);
        assert_eq!(b.lists.all(Some("cart 8"), &Page::first(100)).await.unwrap().items.len(), 0);
        assert_eq!(b.lists.all(None, &Page::first(2)).await.unwrap().items.len(), 2);
        let own = b.lists.of_vendor(vendor, None, &Page::first(3)).await.unwrap();
        assert_eq!(
            (own.items.len(), own.next.is_some()),
            (3, true),
            "{engine:?}: what is placed only is no vendor's business"
        );
        let more = b.lists.of_vendor(vendor, None, &Page { limit: 3, after: own.next }).await.unwrap();
        assert_eq!((more.items.len(), more.items[0].order), (1, ids[4]));
        assert_eq!(own.items[0].state, VendorState::Confirmed);
        let shipped = VendorState::Shipped;
        assert!(b.lists.of_vendor(vendor, Some(shipped), &Page::first(9)).await.unwrap().items.is_empty());
    }
}

#[tokio::test]
async fn deliveries_and_troubles_are_found_when_they_are_due() {
    for engine in BOTH {
        let b = bench(engine).await;
        let mut order = b.confirmed(&lamps_and_rug()).await;
        let part = order.vendor_orders[0].clone();
        let sent = parcel(part.open());
        let events = order.ship(part.id, sent.clone()).unwrap();
        order = b.write(&order, events, Due::AsItIs).await.unwrap();
        assert_eq!(b.desk.first_delivery().await.unwrap(), None, "{engine:?}");
        let at = NOW + Duration::from_secs(60);
        let events = order.deliver(sent.id, at).unwrap();
        b.write(&order, events, Due::AsItIs).await.unwrap();
        assert_eq!(b.desk.first_delivery().await.unwrap(), Some(at), "{engine:?}");
        assert_eq!(b.desk.delivered(at - Duration::from_secs(1)).await.unwrap(), vec![]);
        assert_eq!(b.desk.delivered(at).await.unwrap(), [part.id]);
        let key = format!("{}/undecided", order.id);
        let trouble =
            Trouble { key, order: order.id, kind: "undecided".into(), detail: "can't be taken".into(), at: LATER };
        for _ in 0..2 {
            b.desk.report(&trouble).await.unwrap();
        }
        assert_eq!(b.lists.troubles(&Page::first(5)).await.unwrap().items, [trouble]);
    }
}

/// A check that can't fail proves nothing.
#[tokio::test]
async fn every_check_finds_what_it_is_there_for() {
    for engine in BOTH {
        let b = bench(engine).await;
        let order = b.confirmed(&lamps_and_rug()).await;
        b.clean(engine).await;
        let open = b.open(&lamps_and_rug()).await.unwrap();
        b.run("UPDATE orders SET due = $2 WHERE id = $1", params![open.id, LATER - Duration::from_secs(61)]).await;
        assert_eq!(b.wrong("O1").await, 1, "{engine:?}");
        b.run("UPDATE vendor_orders SET total = total + 1 WHERE order_id = $1", params![order.id]).await;
        assert_eq!(b.wrong("O10").await, 1, "{engine:?}");
        b.run("UPDATE vendor_orders SET total = total - 1 WHERE order_id = $1", params![order.id]).await;
        assert_eq!((b.wrong("O10").await, checks::read_models(&b.db).await.unwrap().1.len()), (0, 0));
        b.run("UPDATE vendor_orders SET state = 'delivered' WHERE order_id = $1", params![order.id]).await;
        assert_eq!(checks::read_models(&b.db).await.unwrap().1.len(), 1, "{engine:?} O3");
        b.run("UPDATE vendor_orders SET state = 'confirmed' WHERE order_id = $1", params![order.id]).await;
        b.run("UPDATE events SET type = 'cancelled' WHERE stream = $1 AND version = 5", params![order.id]).await;
        assert!(b.wrong("O2").await > 0, "{engine:?}");
        b.run("UPDATE events SET type = 'committed' WHERE stream = $1 AND version = 5", params![order.id]).await;
        assert_eq!(b.wrong("O2").await, 0);
        b.run("DELETE FROM events WHERE stream = $1 AND version = 5", params![order.id]).await;
        assert_eq!(b.wrong("O4").await, 1, "{engine:?}");
        b.run("DELETE FROM events WHERE stream = $1", params![order.id]).await;
        assert_eq!((b.wrong("O4").await, checks::read_models(&b.db).await.unwrap().1.len()), (1, 1), "{engine:?}");
    }
}
