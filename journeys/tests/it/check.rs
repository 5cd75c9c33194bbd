//! A check that can't fail proves nothing: each finds what was planted for it, and nothing else does.
use crate::sql;
use journeys::{Guest, Here, Market, SECRET, Stall, text};
use kernel::{Clock, Timestamp};
use platform::{clock::SystemClock, module::Opening};
use platform_test::{BOTH, Engine, admin, folder};
use serde_json::json;
use souk::{
    check::{self, Line},
    settings::Settings,
};
use std::{
    collections::BTreeSet,
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// What is wrong with a market, and who must say so.
struct Planted {
    /// Whose store, or the bank's book.
    at: &'static str,
    /// `{new}` is an id nobody has.
    sql: &'static str,
    found: &'static [&'static str],
}

const fn planted(at: &'static str, sql: &'static str, found: &'static [&'static str]) -> Planted {
    Planted { at, sql, found }
}

/// A balanced transaction that nothing caused.
const OWED: &str = "INSERT INTO entries (tx, n, account, party, currency, amount, kind, cause, at)
    SELECT {new}, 0, 'payable', party, currency, -100, 'goodwill', 'planted', at FROM entries
        WHERE account = 'payable' LIMIT 1;
    INSERT INTO entries (tx, n, account, currency, amount, kind, cause, at)
    SELECT {new}, 1, 'goodwill_expense', currency, 100, 'goodwill', 'planted', at FROM entries
        WHERE account = 'payable' LIMIT 1";
const TAKEN_BACK: &str = "UPDATE acceptances SET state = 'done' WHERE state = 'undone'";
const UNTOLD: &str = "INSERT INTO inbox (consumer, message, at) SELECT consumer, {new}, at FROM inbox LIMIT 1";

/// On both databases.
const ANYWHERE: [Planted; 3] =
    [planted("payment", OWED, &["M5"]), planted("pricing", TAKEN_BACK, &["O5"]), planted("catalog", UNTOLD, &["E2"])];

const PLANTED: [Planted; 29] = [
    planted("bank", "UPDATE captures SET amount = amount - 1", &["M4", "O6"]),
    planted("bank", "UPDATE refunds SET status = 'failed'", &["M4"]),
    planted("bank", "UPDATE payments SET status = 'voided' WHERE status = 'declined'", &["M4"]),
    planted("bank", "UPDATE payments SET status = 'authorized' WHERE status = 'voided'", &["M4", "O5"]),
    planted("bank", "UPDATE payments SET amount = amount + 1 WHERE status = 'captured'", &["M4"]),
    planted(
        "bank",
        "INSERT INTO payments (id, attempt, reference, amount, currency, card, status, arrived, version, at)
            SELECT 'bp_x', 'att_x', 'somebody', 100, 'EUR', 'tok_good', 'captured', 1, 1, at FROM payments LIMIT 1",
        &["M4"],
    ),
    planted(
        "bank",
        "INSERT INTO refunds (payment, id, key, amount, status)
            SELECT id, 'br_x', '', 1, 'done' FROM payments WHERE status = 'captured' LIMIT 1",
        &["M4"],
    ),
    planted(
        "bank",
        "INSERT INTO disputes (payment, id, amount, status)
            SELECT id, 'bd_x', 1, 'open' FROM payments WHERE status = 'captured' LIMIT 1",
        &["M4"],
    ),
    planted(
        "payment",
        "INSERT INTO entries (tx, n, account, currency, amount, kind, cause, payment, at)
            SELECT {new}, 0, 'provider_clearing', currency, 1, 'refund', cause, payment, at FROM entries
            WHERE account = 'provider_clearing' LIMIT 1;
        INSERT INTO entries (tx, n, account, currency, amount, kind, cause, payment, at)
            SELECT {new}, 1, 'goodwill_expense', currency, -1, 'refund', cause, payment, at FROM entries
            WHERE account = 'provider_clearing' LIMIT 1",
        &["M4"],
    ),
    planted("payment", OWED, &["M5"]),
    planted(
        "payment",
        "INSERT INTO entries (tx, n, account, party, currency, amount, kind, cause, at)
            SELECT {new}, 0, 'payouts_in_transit', vendor, currency, 7, 'payout_paid', 'planted', asked_at FROM payouts;
        INSERT INTO entries (tx, n, account, currency, amount, kind, cause, at)
            SELECT {new}, 1, 'bank', currency, -7, 'payout_paid', 'planted', asked_at FROM payouts",
        &["M6"],
    ),
    planted("bank", "DELETE FROM payouts", &["M6"]),
    planted("bank", "UPDATE payouts SET amount = amount + 1", &["M6"]),
    planted(
        "bank",
        "INSERT INTO payouts (id, key, vendor, amount, currency, status, version, at)
            SELECT 'po_x', 'payout/x', vendor, amount, currency, status, version, at FROM payouts",
        &["M6"],
    ),
    planted("order", "UPDATE components SET commission_tax = commission_tax + 1", &["M7"]),
    planted("order", "UPDATE vendor_orders SET reason = 'planted' WHERE state = 'confirmed'", &["O3"]),
    planted("catalog", "UPDATE seen_prices SET price = price + 1", &["O3"]),
    planted("catalog", "UPDATE seen_vendors SET active = NOT active", &["O3"]),
    planted("catalog", "DELETE FROM seen_stock", &["O3"]),
    planted("pricing", TAKEN_BACK, &["O5"]),
    planted("inventory", "UPDATE holds SET state = 'held' WHERE state = 'released'", &["I5", "O5"]),
    planted(
        "inventory",
        "UPDATE stock SET held = 0;
        UPDATE allocations SET released = quantity - shipped;
        UPDATE holds SET state = 'released'",
        &["O6"],
    ),
    planted("order", "UPDATE lines SET offer = {new}", &["O6"]),
    planted(
        "inventory",
        "INSERT INTO holds (id, order_id, state, expires, version)
            SELECT {new}, {new}, 'committed', expires, 1 FROM holds LIMIT 1;
        INSERT INTO allocations (hold, offer, location, quantity, shipped, released, returned)
            SELECT {new}, offer, location, 1, 0, 0, 0 FROM stock LIMIT 1;
        UPDATE stock SET held = held + 1 WHERE (offer, location) IN (
            SELECT offer, location FROM allocations WHERE hold = {new})",
        &["I5"],
    ),
    planted("catalog", "DELETE FROM inbox WHERE consumer = 'catalog.prices'", &["E1"]),
    planted(
        "pricing",
        "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
            SELECT {new}, aggregatetype, aggregateid, 99, type, payload, traceparent, at FROM outbox
            WHERE type = 'souk.pricing.v1.PriceChanged' LIMIT 1",
        &["E1"],
    ),
    planted("cart", UNTOLD, &["E2"]),
    planted("vendor", "DELETE FROM outbox", &["E2", "O3"]),
    planted(
        "catalog",
        "INSERT INTO parked (consumer, source, position, message, aggregateid, version, type, payload, tries, error, at)
            SELECT consumer, 'pricing', 1, message, 'off_x', 1, 'x', x'00', 5, 'planted', at FROM inbox
            WHERE consumer = 'catalog.prices' LIMIT 1",
        &["E3"],
    ),
];

/// On threads of their own, which end with it.
fn apart<T>(work: impl Future<Output = T>) -> T {
    let threads = Runtime::new().expect("threads");
    let done = threads.block_on(work);
    threads.shutdown_timeout(Duration::from_secs(5));
    done
}

/// Facts, sagas and refunds under way have had their time by then.
fn later() -> Timestamp {
    SystemClock.now() + Duration::from_secs(120)
}

/// The stores of a market that nobody serves any more.
struct Stores {
    engine: Engine,
    store: String,
    data: PathBuf,
}

impl Stores {
    /// One order stays, one is sent back for its money, one is left before it is paid; a vendor is paid.
    fn of_a_market(engine: Engine) -> Stores {
        apart(async {
            let souk = Here::on(engine).await;
            trade(&souk).await;
            settled(&souk).await;
            Stores { engine, store: souk.settings.store.clone(), data: souk.settings.data_dir.clone() }
        })
    }

    async fn copy(&self) -> Stores {
        let data = folder();
        copy(&self.data, &data);
        let store = match self.engine {
            Engine::Sqlite => {
                let files = folder();
                copy(Path::new(&self.store).parent().expect("a folder"), &files);
                format!("sqlite://{}/{{service}}.db", files.display())
            }
            Engine::Postgres => {
                let (rest, database) = self.store.rsplit_once('/').expect("a database");
                let name = format!("t{}", Uuid::now_v7().simple());
                let sql = format!("CREATE DATABASE {name} TEMPLATE {database}");
                admin("postgres").await.batch_execute(&sql).await.expect("a copy");
                format!("{rest}/{name}")
            }
        };
        Stores { engine: self.engine, store, data }
    }

    async fn plant(&self, planted: &Planted) {
        let sql = planted.sql.replace("{new}", &sql::uuid(self.engine, Uuid::now_v7()));
        match planted.at {
            "bank" => sql::run(Engine::Sqlite, &format!("sqlite://{}/bank.db", self.data.display()), "", &sql).await,
            service => sql::run(self.engine, &self.store, service, &sql).await,
        }
    }

    async fn check(&self) -> Vec<Line> {
        let data = self.data.display().to_string();
        let own = [("SOUK_SECRET", SECRET), ("SOUK_STORE_URL", &self.store), ("SOUK_DATA_DIR", &data)];
        let env = own.into_iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let settings = Settings::of(None, env, &[]).expect("settings");
        let net = souk::net(&settings, Opening::ReadOnly).await.expect("a net");
        check::check(&net, &settings, later()).await.expect("checked")
    }

    async fn finds(&self, planted: &Planted) {
        let copy = self.copy().await;
        copy.plant(planted).await;
        let lines = copy.check().await;
        let wrong: BTreeSet<&str> = lines.iter().filter(|line| line.wrong > 0).map(|line| line.id).collect();
        let should: BTreeSet<&str> = planted.found.iter().copied().collect();
        assert_eq!(wrong, should, "{:?} {}: {}\n{lines:#?}", self.engine, planted.at, planted.sql);
    }
}

fn copy(from: &Path, to: &Path) {
    let from = from.to_str().expect("a path").trim_start_matches("sqlite://");
    std::fs::create_dir_all(to).expect("a folder");
    for file in std::fs::read_dir(from).expect("a folder").flatten() {
        std::fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
    }
}

async fn trade(souk: &Here) {
    let market = Market::at(&souk.door).await;
    let (lamps, rugs) = tokio::join!(market.stall("Lamp", 1999, 9), market.stall("Rug", 10_000, 9));
    let (greta, order) = buys(&market, &[&lamps, &rugs], "tok_good").await;
    sends_a_parcel(&lamps).await;
    greta.sees(&order.0, "confirmed").await;

    let (otto, order) = buys(&market, &[&rugs], "tok_declined").await;
    let path = order.path();
    otto.person.post(&format!("{path}/payment"), json!({"card_token": "tok_good"})).await.expect(200);
    otto.person.post(&format!("{path}/cancel"), json!({})).await;
    otto.sees(&order.0, "cancelled").await;

    let (nina, order) = buys(&market, &[&lamps], "tok_3ds").await;
    nina.person.post(&format!("{}/cancel", order.path()), json!({})).await;
    nina.sees(&order.0, "cancelled").await;

    pays(&market, &rugs).await;
}

async fn sends_a_parcel(stall: &Stall) {
    let mine = stall.person.get("/vendor/v1/orders").await.expect(200);
    let path = format!("/vendor/v1/orders/{}", text(&mine["items"][0], "id"));
    let part = stall.person.get(&path).await.expect(200);
    let body = json!({"lines": [{"line": part["lines"][0]["id"], "quantity": 1}], "carrier": "simulated"});
    stall.person.post(&format!("{path}/shipments"), body).await.expect(200);
}

async fn pays(market: &Market, stall: &Stall) {
    let body = json!({"vendor": stall.vendor, "currency": "EUR"});
    let payout = text(&market.operator.post("/admin/v1/payouts", body).await.expect(201), "id");
    let path = format!("/admin/v1/payouts/{payout}");
    until(|| async { market.operator.get(&path).await.expect(200)["state"] == "paid" }).await;
}

/// Its id.
struct Order(String);

impl Order {
    fn path(&self) -> String {
        format!("/store/v1/orders/{}", self.0)
    }
}

async fn buys(market: &Market, stalls: &[&Stall], card: &str) -> (Guest, Order) {
    let guest = Guest::of(market).await;
    let wanted: Vec<(&Stall, u32)> = stalls.iter().map(|stall| (*stall, 1)).collect();
    guest.puts_in(&wanted).await;
    guest.is_delivered_by(stalls).await;
    let quote = guest.quote().await;
    let (_, order) = guest.orders(&quote, card).await;
    (guest, Order(text(&order, "id")))
}

async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within half a minute")
}

/// Every fact was heard, every bell answered, and each check has something to look at.
async fn settled(souk: &Here) {
    let lines = || async { check::check(&souk.net, &souk.settings, later()).await.expect("checked") };
    until(|| async { check::is_clean(&lines().await) }).await;
    let across = ["M4", "M5", "M6", "M7", "O3", "O5", "O6", "I5", "E1", "E2", "E3"];
    for line in lines().await.iter().filter(|line| across.contains(&line.id)) {
        assert!(line.looked > 0 || line.id.starts_with('E'), "{line}");
    }
}

#[test]
fn each_check_finds_what_was_planted_for_it() {
    let market = Stores::of_a_market(Engine::Sqlite);
    for planted in PLANTED.iter().chain(&ANYWHERE) {
        apart(market.finds(planted));
    }
}

/// Whoever buys, pays late, cancels or is paid meanwhile is no violation.
async fn stays_quiet(engine: Engine) {
    let souk = Here::on(engine).await;
    let market = Market::at(&souk.door).await;
    let stalls = futures::future::join_all((0..3).map(|n| market.stall("Stall", 1000 + n, 10_000))).await;
    let crowd = async {
        for n in 0..12 {
            let buying = (0..4).map(|buyer| buys_somehow(&market, &stalls, n + buyer));
            futures::future::join_all(buying).await;
            let body = json!({"vendor": stalls[n % 3].vendor, "currency": "EUR"});
            market.operator.post("/admin/v1/payouts", body).await;
        }
    };
    let mut crowd = std::pin::pin!(crowd);
    let mut times = 0;
    loop {
        tokio::select! { biased;
            () = souk.clean() => times += 1,
            () = &mut crowd => break,
        }
    }
    assert!(times > 0, "{engine:?}: it was looked at meanwhile");
    settled(&souk).await;
}

async fn buys_somehow(market: &Market, stalls: &[Stall], n: usize) {
    let wanted = [&stalls[n % 3], &stalls[(n + 1) % 3]];
    let card = ["tok_good", "tok_declined", "tok_3ds", "tok_good"][n % 4];
    let (guest, order) = buys(market, &wanted, card).await;
    if n.is_multiple_of(2) {
        guest.person.post(&format!("{}/cancel", order.path()), json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_cries_wolf_amid_a_crowd() {
    for engine in BOTH {
        stays_quiet(engine).await;
    }
}

#[test]
fn on_postgres_too() {
    let market = Stores::of_a_market(Engine::Postgres);
    for planted in &ANYWHERE {
        apart(market.finds(planted));
    }
}
