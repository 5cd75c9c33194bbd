//! What an operator does by the command line: park and replay, intents, rebuilds, checks by a role that only reads.
use crate::sql;
use contracts::vendor::VendorChanged;
use journeys::{Guest, Market, Process, Site, Stall, text};
use platform_sql::{Db, Opening, StoreAt, params};
use platform_test::{BOTH, Engine, admin, until};
use prost::Message;
use serde_json::{Value, json};
use std::{process::Output, sync::Mutex};
use uuid::Uuid;

/// A market that is served, or not.
struct Shop {
    engine: Engine,
    site: Site,
    souk: Mutex<Option<Process>>,
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

impl Shop {
    async fn of(engine: Engine) -> Shop {
        let site = Site::new(engine).await.with("SOUK_LOG", "off");
        let souk = Mutex::new(Some(site.serve()));
        Shop { engine, site, souk }
    }
    async fn market(&self) -> Market {
        let door = self.souk.lock().expect("no panic").as_ref().expect("served").door.clone();
        Market::at(&door).await
    }
    fn stops(&self) {
        self.souk.lock().expect("no panic").take().expect("served").kill();
    }
    fn opens(&self) {
        *self.souk.lock().expect("no panic") = Some(self.site.serve());
    }

    /// Runs and is done.
    fn souk(&self, args: &[&str]) -> String {
        let (code, out, err) = said(&self.site.run(args));
        assert_eq!(code, Some(0), "{args:?}: {out}{err}");
        out
    }
    /// What writes: on SQLite only while nobody serves, and else refused in one clear line; on PostgreSQL beside whoever serves.
    fn operates(&self, args: &[&str]) -> String {
        match self.engine {
            Engine::Postgres => self.souk(args),
            Engine::Sqlite => {
                self.refuses(args, "in use");
                self.stops();
                let out = self.souk(args);
                self.opens();
                out
            }
        }
    }
    fn refuses(&self, args: &[&str], word: &str) {
        let (code, out, err) = said(&self.site.run(args));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}: {err}");
        assert!(err.trim().lines().count() == 1 && err.contains(word), "{args:?}: {err}");
    }
    fn says(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.souk(&[args, &["--json"]].concat())).expect("JSON")
    }
    /// Its wrong ones.
    fn check(&self) -> (Option<i32>, Vec<String>) {
        let (code, out, err) = said(&self.site.run(&["check", "--json"]));
        let lines: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
        let lines = lines["checks"].as_array().expect("checks").iter();
        (code, lines.filter(|line| line["wrong"] != 0).map(|line| text(line, "id")).collect())
    }
    async fn plants(&self, service: &str, sql: &str) {
        sql::run(self.engine, &self.site.store, service, sql).await
    }
    /// What the lists show, as rows.
    async fn views(&self) -> Vec<String> {
        let url = self.site.store.replace("{service}", "catalog");
        let db = Db::open(&StoreAt { url, opening: Opening::ReadOnly }, catalog::MIGRATIONS).await.expect("a store");
        let mut rows = vec![];
        for sql in [
            "SELECT offer, currency, price FROM seen_prices ORDER BY offer, currency",
            "SELECT offer, location, word FROM seen_stock ORDER BY offer, location",
            "SELECT vendor, name, slug, active FROM seen_vendors ORDER BY vendor",
        ] {
            rows.extend(db.read(sql, params![]).await.expect("rows").iter().map(|row| format!("{row:?}")));
        }
        rows
    }
}

/// A fact of a vendor that says this, as the next of its versions.
fn told(engine: Engine, stall: &Stall, payload: &[u8], further: i64) -> String {
    format!(
        "INSERT INTO outbox (id, aggregatetype, aggregateid, version, type, payload, traceparent, at)
         SELECT {}, aggregatetype, aggregateid, {}, 'souk.vendor.v1.VendorChanged', {}, traceparent, at FROM outbox
         WHERE aggregateid = '{}' AND version = (SELECT max(version) FROM outbox WHERE aggregateid = '{}' AND version < 90)",
        sql::uuid(engine, Uuid::now_v7()),
        90 + further,
        sql::bytes(engine, payload),
        stall.vendor,
        stall.vendor,
    )
}

fn renamed(stall: &Stall, name: &str) -> Vec<u8> {
    let (vendor, name, slug) = (stall.vendor.clone(), name.to_string(), "a-new-slug".to_string());
    VendorChanged { vendor, name, slug, status: "active".into() }.encode_to_vec()
}

/// E5: a poison fact is parked with what comes behind it; the others go on; mended, it is replayed.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_parked_is_seen_mended_and_replayed() {
    for engine in BOTH {
        let shop = Shop::of(engine).await;
        let market = shop.market().await;
        let (lamps, rugs) = (market.stall("Lamp", 1999, 5).await, market.stall("Rug", 2999, 5).await);
        shop.stops();
        shop.plants("vendor", &told(engine, &lamps, &[255], 1)).await;
        shop.plants("vendor", &told(engine, &lamps, &renamed(&lamps, "Twice"), 2)).await;
        shop.plants("vendor", &told(engine, &rugs, &renamed(&rugs, "Other"), 1)).await;
        shop.opens();

        let parked = async || shop.says(&["events", "parked"])["parked"].as_array().expect("rows").clone();
        until("two are parked", async || parked().await.len() == 2).await;
        let rows = parked().await;
        let (first, second) = (&rows[0], &rows[1]);
        assert_eq!(
            (first["consumer"].as_str(), first["tries"].as_i64()),
            (Some("catalog.vendors"), Some(5)),
            "{first}"
        );
        assert_eq!((&first["aggregate"], &second["tries"]), (&json!(lamps.vendor), &json!(0)), "{second}");
        assert!(shop.souk(&["events", "parked", "catalog"]).contains("VendorChanged"), "{engine:?}");
        assert_eq!(shop.souk(&["events", "parked", "cart"]), "nothing is parked\n");
        assert!(shop.views().await.iter().any(|row| row.contains("Other")), "{engine:?}: others go on");
        assert_eq!(shop.check().0, Some(0), "{engine:?}: what is parked has reached its consumer");
        shop.refuses(&["events", "replay", "catalogue"], "catalogue");
        shop.refuses(&["events", "parked", "catalogue"], "catalogue");

        let again = shop.operates(&["events", "replay", "catalog"]);
        assert!(again.contains("catalog.vendors: 1 "), "{engine:?}: {again}");
        until("it was tried again", async || parked().await[0]["tries"] == 1).await;
        let mended = sql::bytes(engine, &renamed(&lamps, "Once"));
        if engine == Engine::Sqlite {
            shop.stops();
        }
        shop.plants("catalog", &format!("UPDATE parked SET payload = {mended} WHERE version = 91")).await;
        if engine == Engine::Sqlite {
            shop.opens();
        }
        shop.operates(&["events", "replay", "catalog", "--consumer", "catalog.vendors"]);
        until("nothing is parked", async || shop.souk(&["events", "parked"]) == "nothing is parked\n").await;
        assert!(shop.views().await.iter().any(|row| row.contains("Twice")), "{engine:?}: in their order");
        assert_eq!(shop.operates(&["events", "replay", "catalog"]), "nothing is parked\n");
    }
}

/// O3: what events made they make again.
#[tokio::test(flavor = "multi_thread")]
async fn rebuilt_views_are_equal() {
    for engine in BOTH {
        let shop = Shop::of(engine).await;
        let market = shop.market().await;
        let (_lamps, rugs) = (market.stall("Lamp", 1999, 5).await, market.stall("Rug", 2999, 5).await);
        until("what was told is seen", async || shop.views().await.len() == 6).await;
        market
            .operator
            .post(&format!("/admin/v1/vendors/{}/suspend", rugs.vendor), json!({"reason": "a test"}))
            .await
            .expect(200);
        let closed = |row: &String| row.contains("Bool(false)") || row.contains("\"active\": Int(0)");
        until("a stall is closed", async || shop.views().await.iter().any(closed)).await;
        let before = shop.views().await;
        let stops = engine == Engine::Sqlite;
        if stops {
            shop.stops();
        }
        shop.plants("catalog", "UPDATE seen_prices SET price = 1").await;
        shop.plants("catalog", "DELETE FROM seen_vendors").await;
        if stops {
            shop.opens();
        }
        assert_eq!(shop.check(), (Some(1), vec!["O3".to_string()]), "{engine:?}");
        let done = shop.operates(&["rebuild", "catalog"]);
        for part in ["catalog.prices: 2 facts", "catalog.stock: 2 facts", "catalog.vendors: 3 facts"] {
            assert!(done.contains(part), "{engine:?}: {done}");
        }
        assert_eq!(shop.views().await, before, "{engine:?}");
        assert_eq!(shop.check(), (Some(0), vec![]), "{engine:?}");
        if stops {
            shop.stops();
        }
        shop.refuses(&["rebuild", "order"], "no view");
        shop.refuses(&["rebuild", "stock"], "stock");
    }
}

/// A refund that the bank never answered is left for an operator, who has it done again.
#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_failed_is_seen_and_retried() {
    for engine in BOTH {
        let site = Site::new(engine).await.with_ports().with("SOUK_PAYMENT__CALL_TIMEOUT_S", 1).with("SOUK_LOG", "off");
        let (bank, souk) = (site.serve_bank(), Mutex::new(Some(site.serve())));
        let shop = Shop { engine, site, souk };
        let market = shop.market().await;
        let lamps = market.stall("Lamp", 1999, 5).await;
        let order = buys(&market, &lamps).await;
        bank.kill();
        let mine = lamps.person.get("/vendor/v1/orders").await.expect(200);
        let lines = lamps.person.get(&format!("/vendor/v1/orders/{}", text(&mine["items"][0], "id"))).await.expect(200);
        let part = text(&mine["items"][0], "id");
        let body = json!({"reason": "out_of_stock", "lines": [{"line": lines["lines"][0]["id"], "quantity": 1}]});
        lamps.person.post(&format!("/vendor/v1/orders/{part}/cancel"), body).await.expect(200);

        let intents = async || shop.says(&["intents"])["intents"].as_array().expect("rows").clone();
        until("it failed", async || intents().await.iter().any(|row| !row["error"].is_null())).await;
        let key = format!("{order}/refund/1");
        let rows = intents().await;
        assert_eq!((&rows[0]["key"], &rows[0]["kind"]), (&json!(key), &json!("order.refund")), "{rows:?}");

        shop.stops();
        let never = if engine == Engine::Sqlite { "253402300799000000" } else { "'9999-12-31T23:59:59Z'" };
        shop.plants("order", &format!("UPDATE intents SET due = {never}, tries = 20")).await;
        let _bank = shop.site.serve_bank();
        shop.opens();
        assert!(shop.souk(&["intents"]).contains("left for an operator"), "{engine:?}");
        assert_eq!(shop.says(&["intents"])["intents"][0]["left_for_operator"], true);
        if engine == Engine::Sqlite {
            shop.refuses(&["intents", "retry", &key], "in use");
            shop.stops();
        }
        let (code, out, err) = said(&shop.site.run(&["intents", "retry", "nobody's"]));
        assert_eq!((code, out.as_str(), err.contains("nobody's")), (Some(1), "", true), "{err}");
        assert!(shop.souk(&["intents", "retry", &key]).contains(&key));
        if engine == Engine::Sqlite {
            shop.opens();
        }
        until("nothing is left", async || shop.souk(&["intents"]) == "nothing is left to be done\n").await;
        assert_eq!(shop.check(), (Some(0), vec![]), "{engine:?}");
    }
}

async fn buys(market: &Market, lamps: &Stall) -> String {
    let greta = Guest::of(market).await;
    greta.puts_in(&[(lamps, 2)]).await;
    greta.is_delivered_by(&[lamps]).await;
    let quote = greta.quote().await;
    let (_, order) = greta.orders(&quote, "tok_good").await;
    let id = text(&order, "id");
    greta.sees(&id, "confirmed").await;
    id
}

/// A check needs no right but to read, on PostgreSQL by a role of its own; what it can't look at it says.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_only_reads() {
    let shop = Shop::of(Engine::Postgres).await;
    let market = shop.market().await;
    buys(&market, &market.stall("Lamp", 1999, 5).await).await;
    let (rest, database) = shop.site.store.rsplit_once('/').expect("a database");
    let host = rest.rsplit('@').next().expect("a host");
    let reader = format!("auditor_{}", Uuid::now_v7().simple());
    let root = admin(database).await;
    root.batch_execute(&format!("CREATE ROLE {reader} LOGIN")).await.expect("a role");
    let url = format!("postgres://{reader}@{host}/{database}?options=-csearch_path%3D{{service}}");
    let blind = Shop { engine: Engine::Postgres, site: shop.site.with("SOUK_CHECK_URL", &url), souk: Mutex::new(None) };
    blind.refuses(&["check"], "catalog");
    for service in souk::wiring::SERVICES {
        let grants = format!(
            "GRANT USAGE ON SCHEMA \"{service}\" TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA \"{service}\" TO {reader}"
        );
        root.batch_execute(&grants).await.expect("granted");
    }
    assert_eq!(blind.check(), (Some(0), vec![]));
    blind.souk(&["events", "parked"]);
    std::fs::remove_file(shop.site.folder.join("bank.db")).expect("a book");
    blind.refuses(&["check"], "the bank's book is not there");
    root.batch_execute(&format!("DROP OWNED BY {reader}; DROP ROLE {reader}")).await.expect("gone");
}
