//! Real orders, replayed through the public API: what the stores show must be what the files alone say. The data are not part of the
//! project; where they are not there this says so and proves nothing.
use journeys::SECRET;
use platform::module::Opening;
use platform_test::{Engine, folder, stores};
use serde_json::Value;
use souk::{
    check,
    olist::{
        import::{self, Loaded, Wrote},
        replay::{self, Replayed},
        report::Labels,
    },
    settings::Settings,
    wiring::SERVICES,
};
use std::{io::Write, path::PathBuf, sync::Arc};

/// Orders of every kind, chosen by hand.
const SAMPLE: &str = "sample_300.txt";
const EXPECTED: &str = "expected_replay_sample_300.json";

/// `$SOUK_SHARED` or `../shared` beside the sources.
fn data(test: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let data = std::env::var_os("SOUK_SHARED").map_or_else(beside, PathBuf::from).join("data/olist");
    if data.join(SAMPLE).exists() {
        return Some(data);
    }
    let _ = writeln!(std::io::stderr(), "skipped: {test}: there is no {}", data.join(SAMPLE).display());
    None
}

async fn settings(engine: Engine) -> Settings {
    let (store, folder) = (stores(engine, SERVICES).await, folder().display().to_string());
    let own = [("SOUK_SECRET", SECRET), ("SOUK_STORE_URL", &store), ("SOUK_DATA_DIR", &folder)];
    let env = own.into_iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let settings = Settings::of(None, env, &[]).expect("settings");
    souk::net(&settings, Opening::Migrate).await.expect("migrated");
    settings
}

fn shown(loaded: &Loaded, replayed: &Replayed) -> Value {
    let labels: Labels = loaded.plan.orders.iter().map(|order| (order.id.clone(), order.status.as_str())).collect();
    replayed.outcomes.json(&loaded.plan.not_placed, &labels)
}

/// olist 22: the keys that stores can show.
fn agrees(shown: &Value, expected: &Value) {
    let whole =
        ["not_placed", "placed", "moves", "by_status", "by_month", "by_seller", "money", "/states/settled", "stock"];
    for key in whole {
        let pointer = if key.starts_with('/') { key.to_string() } else { format!("/{key}") };
        let (is, should) = (shown.pointer(&pointer), expected.pointer(&pointer));
        assert!(is.is_some() && is == should, "{key}: {is:#?}\nshould be {should:#?}");
    }
    assert_eq!(shown["ledger"]["1500"], expected["ledger"]["1500"]);
}

async fn replays(engine: Engine, test: &str) {
    let Some(data) = data(test) else { return };
    let expected = std::fs::read_to_string(data.join(EXPECTED)).expect("an expectation");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let settings = settings(engine).await;
    let loaded = Arc::new(import::load(&data, Some(&data.join(SAMPLE))).expect("a folder"));
    assert_eq!(loaded.faults, []);
    assert!(matches!(loaded.write(&settings).await.expect("written"), Wrote::Rows { .. }));
    let first = replay::run(loaded.clone(), settings.clone()).await.expect("replayed");
    assert_eq!((first.failures.len(), first.parked.len()), (0, 0), "{:?} {:?}", first.failures, first.parked);
    agrees(&shown(&loaded, &first), &expected);
    clean(&settings).await;

    assert_eq!(loaded.write(&settings).await.expect("read"), Wrote::Nothing);
    let again = replay::run(loaded.clone(), settings.clone()).await.expect("replayed");
    assert_eq!(again.failures.len(), 0, "{:?}", again.failures);
    assert_eq!(again.outcomes, first.outcomes, "a second run does nothing");
    clean(&settings).await;

    let whole = import::load(&data, None).expect("a folder");
    let refused = whole.write(&settings).await.expect_err("one folder a store");
    assert!(refused.contains("another"), "{refused}");
}

async fn clean(settings: &Settings) {
    let net = souk::net(settings, Opening::ReadOnly).await.expect("a net");
    let now = kernel::Clock::now(&platform::clock::SystemClock);
    let lines = check::check(&net, settings, now).await.expect("checked");
    assert!(check::is_clean(&lines) && !lines.is_empty(), "{lines:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_real_orders_end_as_they_did_on_sqlite() {
    replays(Engine::Sqlite, "three_hundred_real_orders_end_as_they_did_on_sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_real_orders_end_as_they_did_on_postgres() {
    replays(Engine::Postgres, "three_hundred_real_orders_end_as_they_did_on_postgres").await;
}
