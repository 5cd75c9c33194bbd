//! The duty of the ports, once, on both databases.
use crate::{
    desk::{Desk, NOW, a_and_b, customer, id as number, parts},
    till::{MACHINE, id},
};
use kernel::{AttemptId, Currency, OrderId, Timestamp};
use payment::{
    MIGRATIONS,
    domain::{
        AskedBack, Back, CardToken, Claim, Errand, Event, GiftCardId, Moment, Opening, Payment, Payout, PayoutState,
        PayoutTold, Record, ReportedDispute, ReportedRefund, Status, Terms, Told, Windows,
        ledger::{
            Charge, DisputeState, PayoutTerms, RefundKind, Tenders, Transaction, Wanted, WantedPart, gift_card_sold,
            store_credit,
        },
    },
    ports::{Payments, Payouts, Statements},
    sql::{SqlPayments, SqlPayouts, SqlStatements},
};
use platform::{
    page::Page,
    store::{Change, Store, StoreError},
};
use platform_sql::{Batch, Db, Value, drift, params};
use platform_test::{BOTH, Engine, store};
use std::time::Duration;

struct Bench {
    db: Db,
    payments: SqlPayments,
    payouts: SqlPayouts,
    statements: SqlStatements,
    windows: Windows,
}

async fn bench(engine: Engine) -> Bench {
    let db = Db::open(&store(engine, "payment").await, MIGRATIONS).await.unwrap();
    Bench {
        payments: SqlPayments(db.clone()),
        payouts: SqlPayouts(db.clone()),
        statements: SqlStatements(db.clone()),
        windows: payment::Config::default().windows(),
        db,
    }
}

fn opening(order: OrderId, charge: Charge, gift_card: Option<GiftCardId>) -> Opening {
    let total = charge.total();
    let terms = Terms { fingerprint: [7; 32], client_reference: "ref".into(), gift_card, charge };
    Opening { id: id(), order, total, terms, attempt: id(), card: CardToken::new("tok_good") }
}

impl Bench {
    fn at(&self, seconds: u64) -> Moment<'_> {
        let span = Duration::from_secs(seconds);
        Moment { business: NOW + span, machine: MACHINE + span, windows: &self.windows }
    }
    async fn save(&self, payment: &Payment, events: Vec<Event>) -> Result<(), StoreError> {
        self.payments.save(Change::new(payment, events), NOW).await
    }
    async fn saved(&self, payment: &Payment, events: Vec<Event>) {
        self.save(payment, events).await.unwrap();
        let read = self.payments.find(payment.order).await.unwrap().unwrap();
        assert_eq!(read, *payment, "every field comes back");
    }
    /// The bank says this, and it is written.
    async fn hear(&self, p: &mut Payment, seconds: u64, change: impl FnOnce(&mut Record)) {
        let attempt = p.attempts.last().unwrap().id;
        let mut record = record(p, attempt);
        change(&mut record);
        let events = p.hear(&Errand::LookUp(attempt), &Told::Record(Box::new(record)), &self.at(seconds));
        self.saved(p, events).await;
    }
    async fn taken(&self, charge: Charge) -> Payment {
        let (mut p, events) = Payment::open(opening(id(), charge, None), &self.at(0)).unwrap();
        self.saved(&p, events).await;
        self.hear(&mut p, 1, |r| r.status = Status::Authorized).await;
        let events = p.take(&self.at(2)).unwrap();
        self.saved(&p, events).await;
        self.hear(&mut p, 3, |_| {}).await;
        p
    }
    async fn run(&self, sql: &'static str) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.push(sql, params![]);
        self.db.save(batch).await
    }
    async fn number(&self, sql: &'static str) -> i64 {
        self.db.read(sql, params![]).await.unwrap()[0].get("n").unwrap()
    }
    async fn clean(&self) {
        for check in payment::checks::all() {
            assert_eq!(self.db.check(&check, NOW).await.unwrap().wrong, 0, "{}: {}", check.id, check.says);
        }
    }
    /// A wallet with its entries, as a store credit would leave it.
    async fn wallet(&self, amount: i64) {
        let wallet = "INSERT INTO wallets (owner, currency, balance, held) VALUES ($1, 'EUR', $2, 0)";
        self.given(wallet, params![customer(), amount], store_credit(customer(), Currency::EUR, amount)).await;
    }
    /// A gift card with its entries, as its sale would leave it.
    async fn gift_card(&self, gift: GiftCardId, amount: i64) {
        let card = "INSERT INTO gift_cards (id, currency, balance, held) VALUES ($1, 'EUR', $2, 0)";
        self.given(card, params![gift, amount], gift_card_sold(Currency::EUR, amount)).await;
    }
    async fn given(&self, sql: &'static str, row: Vec<Value>, booked: Option<Transaction>) {
        let booked: Vec<Transaction> = booked.into_iter().collect();
        let mut batch = Batch::new();
        batch.push(sql, row);
        let tx: kernel::PaymentId = id();
        for (n, entry) in (0i64..).zip(&booked[0].entries) {
            let party = entry.account.user();
            let row = params![tx, n, entry.account.name(), party, entry.amount, NOW];
            let sql = "INSERT INTO entries (tx, n, account, party, currency, amount, kind, cause, at)
                VALUES ($1, $2, $3, $4, 'EUR', $5, 'store_credit', 'test', $6)";
            batch.push(sql, row);
        }
        self.db.save(batch).await.unwrap();
    }
}

fn record(p: &Payment, attempt: AttemptId) -> Record {
    let amount = p.attempts.last().unwrap().amount;
    Record {
        bank_id: "bp_1".into(),
        reference: p.order.to_string(),
        attempt: attempt.to_string(),
        amount,
        currency: "EUR".into(),
        status: Status::Captured,
        problem: None,
        action_url: None,
        captured: if p.state == payment::domain::State::Open { 0 } else { amount },
        refunds: vec![],
        disputes: vec![],
    }
}

fn asked(key: &str, kind: RefundKind, wanted: Vec<WantedPart>) -> AskedBack {
    let (fingerprint, reason) = ([9; 32], "why".into());
    AskedBack { id: id(), kind, key: key.into(), fingerprint, back: Back::Parts(wanted), reason }
}

#[tokio::test]
async fn both_schemas_are_one() {
    let sqlite = drift::shape(&bench(Engine::Sqlite).await.db).await.unwrap();
    let postgres = drift::shape(&bench(Engine::Postgres).await.db).await.unwrap();
    let known = |line: &&String| !line.starts_with("feed_base") && !line.starts_with("outbox");
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).filter(known).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

/// One life that touches every table, read back whole after each write.
#[tokio::test]
async fn every_field_comes_back() {
    for engine in BOTH {
        let b = bench(engine).await;
        let mut charge = a_and_b();
        charge.components[0].frozen = parts(500, 600, 120, 958);
        charge.components[0].units = 3;
        charge.tenders = Tenders::by_card(charge.total());
        let (mut p, events) = Payment::open(opening(id(), charge, None), &b.at(0)).unwrap();
        b.saved(&p, events).await;
        b.hear(&mut p, 1, |r| (r.status, r.action_url) = (Status::NeedsAction, Some("https://bank.test/x".into())))
            .await;
        b.hear(&mut p, 2, |r| {
            (r.status, r.problem) = (Status::Declined, Some(payment::domain::Problem::InsufficientFunds))
        })
        .await;
        let events = p.add_attempt(id(), CardToken::new("tok_2").unwrap(), Some("step".into()), &b.at(3)).unwrap();
        b.saved(&p, events).await;
        b.hear(&mut p, 4, |r| r.status = Status::Authorized).await;
        let events = p.take(&b.at(5)).unwrap();
        b.saved(&p, events).await;
        b.hear(&mut p, 6, |_| {}).await;
        let (a, other) = (p.terms.as_ref().unwrap().charge.components[0].id, crate::desk::component_id("B"));
        let wanted = vec![
            WantedPart { component: a, wanted: Wanted::Units(1) },
            WantedPart { component: other, wanted: Wanted::Amount(17) },
        ];
        let events = p.refund(asked("r/1", RefundKind::Refund, wanted), &b.at(7)).unwrap();
        b.saved(&p, events).await;
        let good = vec![WantedPart { component: a, wanted: Wanted::Amount(100) }];
        let events = p.refund(asked("r/2", RefundKind::Goodwill, good), &b.at(8)).unwrap();
        b.saved(&p, events).await;
        let keys: Vec<_> =
            p.terms.as_ref().unwrap().charge.refunds.iter().map(|r| (p.refund_key(r.id), r.money.card)).collect();
        b.hear(&mut p, 9, |r| {
            let reported = keys.iter().zip(["rf_1", "rf_2"]).map(|((key, amount), bank_id)| ReportedRefund {
                id: id(),
                bank_id: bank_id.into(),
                key: key.clone(),
                amount: *amount,
                done: bank_id == "rf_1",
            });
            r.refunds.extend(reported);
            let foreign =
                ReportedRefund { id: id(), bank_id: "rf_x".into(), key: "theirs".into(), amount: 33, done: true };
            r.refunds.push(foreign);
            let dispute = |n: &str, amount, state| ReportedDispute { id: id(), bank_id: n.into(), amount, state };
            r.disputes.extend([dispute("dp_1", 50_000, DisputeState::Open), dispute("dp_2", 7, DisputeState::Lost)]);
        })
        .await;
        b.clean().await;
        b.hear(&mut p, 10, |r| {
            r.disputes.push(ReportedDispute {
                id: id(),
                bank_id: "dp_1".into(),
                amount: 50_000,
                state: DisputeState::Won,
            })
        })
        .await;
        assert_eq!(p.terms.as_ref().unwrap().charge.disputes.len(), 2, "{engine:?}");
        b.clean().await;
    }
}

#[tokio::test]
async fn a_tombstone_is_a_row_without_terms() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (p, events) = Payment::forestall(id(), id(), "deadline", &b.at(0));
        b.saved(&p, events).await;
        let (late, events) = Payment::open(opening(p.order, a_and_b(), None), &b.at(1)).unwrap();
        assert_eq!(b.save(&late, events).await, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(b.payments.find(id()).await.unwrap(), None);
        b.clean().await;
    }
}

#[tokio::test]
async fn an_outdated_write_is_refused_whole() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (p, events) = Payment::open(opening(id(), a_and_b(), None), &b.at(0)).unwrap();
        b.saved(&p, events).await;
        let (mut one, mut other) = (p.clone(), p);
        let (_, events) = one.void("customer", &b.at(1));
        b.saved(&one, events).await;
        let attempt = other.attempts[0].id;
        let record = Record { status: Status::Authorized, captured: 0, ..record(&other, attempt) };
        let events = other.hear(&Errand::LookUp(attempt), &Told::Record(Box::new(record)), &b.at(1));
        assert_eq!(b.save(&other, events).await, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(b.payments.find(one.order).await.unwrap(), Some(one));
        assert_eq!(b.number("SELECT count(*) AS n FROM outbox").await, 1, "nothing of it");
    }
}

/// The cap stands in the statement: a plan made on what was read before is refused by the row.
#[tokio::test]
async fn the_cap_is_a_conditional_write() {
    for engine in BOTH {
        let b = bench(engine).await;
        let p = b.taken(a_and_b()).await;
        b.run("UPDATE components SET refunding = 5999 WHERE price = 6000").await.unwrap();
        let mut planned = p.clone();
        let all = vec![WantedPart { component: crate::desk::component_id("A"), wanted: Wanted::Amount(2) }];
        let events = planned.refund(asked("r/1", RefundKind::Refund, all), &b.at(9)).unwrap();
        assert_eq!(b.save(&planned, events).await, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(b.number("SELECT count(*) AS n FROM refunds").await, 0);
    }
}

/// M10: whoever holds a connection can append, and nothing else.
#[tokio::test]
async fn the_ledger_only_grows() {
    for engine in BOTH {
        let b = bench(engine).await;
        b.taken(a_and_b()).await;
        let before = b.number("SELECT count(*) AS n FROM entries").await;
        for sql in ["UPDATE entries SET amount = 1", "DELETE FROM entries", "UPDATE entries SET cause = cause"] {
            assert!(b.run(sql).await.is_err(), "{engine:?}: {sql}");
        }
        assert_eq!(b.number("SELECT count(*) AS n FROM entries").await, before);
        b.clean().await;
    }
}

#[tokio::test]
async fn never_two_live_attempts() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (mut p, events) = Payment::open(opening(id(), a_and_b(), None), &b.at(0)).unwrap();
        b.saved(&p, events).await;
        let second = payment::domain::Attempt { id: id(), number: 2, ..p.attempts[0].clone() };
        p.attempts.push(second.clone());
        p.version += 1;
        let refused = b.save(&p, vec![Event::Asked(second.id)]).await;
        assert_eq!(refused, Err(StoreError::Stale), "{engine:?}");
    }
}

/// Held with the payment, spent when it is taken, free when it closes, and refunds come back to it.
#[tokio::test]
async fn wallets_have_a_floor() {
    for engine in BOTH {
        let b = bench(engine).await;
        b.wallet(12_000).await;
        let by_wallet = Charge { tenders: Tenders { card: 0, wallet: 10_000, gift_card: 0 }, ..a_and_b() };
        let (mut p, events) = Payment::open(opening(id(), by_wallet.clone(), None), &b.at(0)).unwrap();
        b.saved(&p, events).await;
        let (other, events) = Payment::open(opening(id(), by_wallet, None), &b.at(0)).unwrap();
        assert_eq!(b.save(&other, events).await, Err(StoreError::Stale), "{engine:?}: held already");
        assert_eq!(b.payments.find(other.order).await.unwrap(), None);
        let events = p.take(&b.at(1)).unwrap();
        b.saved(&p, events).await;
        assert_eq!(b.number("SELECT balance + held AS n FROM wallets").await, 2000);
        b.clean().await;
        let back = AskedBack { back: Back::All, ..asked("r/1", RefundKind::Refund, vec![]) };
        let events = p.refund(back, &b.at(2)).unwrap();
        b.saved(&p, events).await;
        assert_eq!(b.number("SELECT balance AS n FROM wallets").await, 12_000);
        let small = Charge { tenders: Tenders { card: 0, wallet: 10_000, gift_card: 0 }, ..a_and_b() };
        let (mut closed, events) = Payment::open(opening(id(), small, None), &b.at(3)).unwrap();
        b.saved(&closed, events).await;
        let (_, events) = closed.void("customer", &b.at(4));
        b.saved(&closed, events).await;
        assert_eq!(b.number("SELECT held AS n FROM wallets").await, 0);
        assert!(b.run("UPDATE wallets SET balance = -1").await.is_err(), "M9");
        b.clean().await;
    }
}

#[tokio::test]
async fn gift_cards_have_a_floor() {
    for engine in BOTH {
        let b = bench(engine).await;
        let gift: GiftCardId = id();
        b.gift_card(gift, 7000).await;
        let charge = Charge { tenders: Tenders { card: 4000, wallet: 0, gift_card: 6000 }, ..a_and_b() };
        let (mut p, events) = Payment::open(opening(id(), charge.clone(), Some(gift)), &b.at(0)).unwrap();
        b.saved(&p, events).await;
        let (other, events) = Payment::open(opening(id(), charge, Some(gift)), &b.at(0)).unwrap();
        assert_eq!(b.save(&other, events).await, Err(StoreError::Stale), "{engine:?}");
        b.hear(&mut p, 1, |r| r.status = Status::Authorized).await;
        let events = p.take(&b.at(2)).unwrap();
        b.saved(&p, events).await;
        b.hear(&mut p, 3, |_| {}).await;
        assert_eq!(b.number("SELECT balance AS n FROM gift_cards").await, 1000);
        b.clean().await;
    }
}

#[tokio::test]
async fn errands_are_found_and_claimed_once() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (p, events) = Payment::open(opening(id(), a_and_b(), None), &b.at(0)).unwrap();
        b.saved(&p, events).await;
        let due = p.due.unwrap();
        assert_eq!(b.payments.next_due().await.unwrap(), Some(due), "{engine:?}");
        assert!(b.payments.due(Timestamp(due.0 - 1)).await.unwrap().is_empty());
        assert_eq!(b.payments.due(due).await.unwrap(), [p.order]);
        let until = due + Duration::from_secs(45);
        assert!(b.payments.claim(p.order, due, until).await.unwrap());
        assert!(!b.payments.claim(p.order, due, until).await.unwrap());
        assert_eq!(b.payments.order_of(p.attempts[0].id).await.unwrap(), Some(p.order));
        assert_eq!(b.payments.order_of(id()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn payouts_come_back_whole_and_claim_to_the_cent() {
    for engine in BOTH {
        let b = bench(engine).await;
        b.taken(a_and_b()).await;
        let (vendor, currency) = (crate::desk::vendor('A'), Currency::EUR);
        let owed = b.payouts.unclaimed(vendor, currency).await.unwrap();
        assert_eq!(owed, 5400, "{engine:?}");
        let claim = |owed| Claim { id: id(), vendor, currency, owed };
        let (stale, events) = Payout::claim(claim(5399), PayoutTerms::default(), &b.at(0)).unwrap();
        assert_eq!(
            b.payouts.save(Change::new(&stale, events), NOW).await,
            Err(StoreError::Stale),
            "something was posted since"
        );
        let (mut payout, events) =
            Payout::claim(claim(owed), PayoutTerms { fee: 5, reserve_bp: 100 }, &b.at(0)).unwrap();
        b.payouts.save(Change::new(&payout, events), NOW).await.unwrap();
        assert_eq!(b.payouts.find(payout.id).await.unwrap().as_ref(), Some(&payout));
        assert_eq!(b.payouts.unclaimed(vendor, currency).await.unwrap(), 0);
        let due = payout.due.unwrap();
        assert_eq!(
            (b.payouts.next_due().await.unwrap(), b.payouts.due(due).await.unwrap()),
            (Some(due), vec![payout.id])
        );
        assert!(b.payouts.claim(payout.id, due, due + Duration::from_secs(9)).await.unwrap());
        assert!(!b.payouts.claim(payout.id, due, due).await.unwrap());
        let mut outdated = payout.clone();
        for state in [PayoutState::Pending, PayoutState::Bounced] {
            let events = payout.hear(&PayoutTold::Is(state, "po_1".into()), &b.at(1));
            b.payouts.save(Change::new(&payout, events), NOW).await.unwrap();
            assert_eq!(b.payouts.find(payout.id).await.unwrap().as_ref(), Some(&payout), "{engine:?}");
            assert_eq!(b.payouts.named("po_1").await.unwrap().as_ref(), Some(&payout));
        }
        let events = outdated.hear(&PayoutTold::Unknown("?".into()), &b.at(1));
        assert_eq!(b.payouts.save(Change::new(&outdated, events), NOW).await, Err(StoreError::Stale));
        assert_eq!(b.payouts.unclaimed(vendor, currency).await.unwrap(), payout.amount);
        b.clean().await;
    }
}

#[tokio::test]
async fn statements_in_pages() {
    for engine in BOTH {
        let b = bench(engine).await;
        for _ in 0..3 {
            b.taken(a_and_b()).await;
        }
        let vendor = crate::desk::vendor('A');
        let balances = b.statements.balances(vendor).await.unwrap();
        assert_eq!((balances.len(), balances[0].payable), (1, 16_200), "{engine:?}");
        let first = b.statements.entries(vendor, &Page::first(2)).await.unwrap();
        let rest = b.statements.entries(vendor, &Page { limit: 2, after: first.next }).await.unwrap();
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (2, 1, None));
        let entry = &first.items[0];
        assert_eq!((entry.account.as_str(), entry.kind.as_str(), entry.amount), ("payable", "capture", 5400));
        assert!(entry.cause.starts_with("ord_") && first.items[0].transaction > rest.items[0].transaction);
        for order in 0..3 {
            let (mut p, events) = Payment::open(opening(id(), a_and_b(), None), &b.at(order)).unwrap();
            b.saved(&p, events).await;
            let attempt = p.attempts[0].id;
            let record = Record { amount: 1, ..record(&p, attempt) };
            for _ in 0..2 {
                let events = p.hear(&Errand::LookUp(attempt), &Told::Record(Box::new(record.clone())), &b.at(order));
                b.payments.save(Change::new(&p, events), NOW + Duration::from_secs(order)).await.unwrap();
            }
        }
        let queue = b.statements.queue(&Page::first(2)).await.unwrap();
        let rest = b.statements.queue(&Page { limit: 2, after: queue.next.clone() }).await.unwrap();
        assert_eq!((queue.items.len(), rest.items.len(), rest.next), (2, 1, None));
        assert!(queue.items[0].at < queue.items[1].at && queue.items[0].kind == "record_differs");
        assert!(b.statements.balances(number(4711)).await.unwrap().is_empty());
    }
}

/// A check that never finds anything proves nothing.
#[tokio::test]
async fn checks_see_what_is_wrong() {
    for engine in BOTH {
        let b = bench(engine).await;
        let p = b.taken(a_and_b()).await;
        let wrong = async |id: &str| {
            let check = payment::checks::all().into_iter().find(|c| c.id == id).unwrap();
            b.db.check(&check, NOW).await.unwrap().wrong
        };
        let entry = "INSERT INTO entries (tx, n, account, currency, amount, kind, cause, payment, at)
            VALUES ($1, 0, 'bank', 'USD', 5, 'capture', 'x', $2, $3)";
        let mut batch = Batch::new();
        let tx: kernel::PaymentId = id();
        batch.push(entry, params![tx, p.id, NOW]);
        b.db.save(batch).await.unwrap();
        assert_eq!((wrong("M1").await, wrong("M2").await, wrong("M8").await), (1, 1, 1), "{engine:?}");
        b.run("UPDATE components SET back = measure WHERE price = 6000").await.unwrap();
        assert_eq!((wrong("M12").await, wrong("M3").await), (1, 0));
        b.run("UPDATE components SET refunding = 1 WHERE price = 6000").await.unwrap();
        assert_eq!(wrong("M3").await, 1);
        b.run("UPDATE components SET price = 6001, measure = 6001 WHERE price = 6000").await.unwrap();
        assert_eq!(wrong("M7").await, 1);
        b.wallet(5).await;
        assert_eq!(wrong("M9").await, 0);
        b.run("UPDATE wallets SET balance = 6").await.unwrap();
        assert_eq!(wrong("M9").await, 1);
        assert!(
            b.run("UPDATE components SET back = measure + 1 WHERE price = 4000").await.is_err(),
            "M3 is a constraint"
        );
    }
}

/// The helper of the ledger tests settles what it reserves.
#[test]
fn the_desk_is_sound() {
    let mut charge = a_and_b();
    charge.part("A", 5);
    assert_eq!((charge.components[0].back, charge.components[0].refunding), (5, 0));
}
