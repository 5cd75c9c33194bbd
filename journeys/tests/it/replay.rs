//! Real orders, replayed through the public API: what the stores show must be what the files alone say. The data are not part of the
//! project; where they are not there this says so and proves nothing.
use journeys::{SECRET, Site};
use platform::module::Opening;
use platform_test::{Engine, folder, stores};
use serde_json::Value;
use souk::{
    check,
    olist::{
        import::{self, Wrote},
        replay,
        report::Stores,
    },
    settings::Settings,
    wiring::SERVICES,
};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

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
    let settings = over(&stores(engine, SERVICES).await, &folder());
    souk::net(&settings, Opening::Migrate).await.expect("migrated");
    settings
}

fn over(store: &str, folder: &Path) -> Settings {
    let folder = folder.display().to_string();
    let own = [("SOUK_SECRET", SECRET), ("SOUK_STORE_URL", store), ("SOUK_DATA_DIR", &folder)];
    let env = own.into_iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Settings::of(None, env, &[]).expect("settings")
}

fn expected(data: &Path) -> Value {
    let text = std::fs::read_to_string(data.join(EXPECTED)).expect("an expectation");
    serde_json::from_str(&text).expect("JSON")
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
    let expected = expected(&data);
    let settings = settings(engine).await;
    let loaded = Arc::new(import::load(&data, Some(&data.join(SAMPLE))).expect("a folder"));
    assert_eq!(loaded.faults, []);
    assert!(matches!(loaded.write(&settings).await.expect("written"), Wrote::Rows { .. }));
    let first = replay::run(loaded.clone(), settings.clone()).await.expect("replayed");
    assert_eq!((first.failures.len(), first.parked.len()), (0, 0), "{:?} {:?}", first.failures, first.parked);
    agrees(&first.outcomes.json(&loaded.plan.not_placed), &expected);
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

/// R1, olist 18: killed wherever it stands, it goes on there, and nothing happens twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_is_killed_goes_on_where_it_was() {
    let Some(data) = data("a_replay_that_is_killed_goes_on_where_it_was") else { return };
    let site = Site::new(Engine::Sqlite).await;
    let stores = Stores::open(&over(&site.store, &site.folder)).await.expect("stores");
    let command = || {
        let mut command = site.command();
        command.args(["replay", "olist"]).arg(&data).arg("--orders").arg(data.join(SAMPLE)).arg("--json");
        command
    };
    for placed in [10, 60, 61, 200] {
        let mut running = command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("souk starts");
        while stores.placed_before().await.expect("orders").len() < placed {
            assert_eq!(running.try_wait().expect("a child"), None, "it ended too early");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        running.kill().expect("killed");
        running.wait().expect("ended");
    }
    let output = command().output().expect("souk runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    agrees(&serde_json::from_slice(&output.stdout).expect("JSON"), &expected(&data));
    site.clean();
}
