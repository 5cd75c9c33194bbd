//! An idle Souk runs no SQL: databases on free tiers fall asleep, and so do laptops.
use journeys::Here;
use platform::store::Counts;
use platform_test::{BOTH, Engine, admin};
use std::time::Duration;

/// What was begun before has ended by then.
const SETTLED: Duration = Duration::from_secs(20);
const IDLE: Duration = Duration::from_secs(60);

async fn stays_quiet(engine: Engine) {
    let souk = Here::on(engine).await;
    crate::stock::shop(&souk.door).stocked(5).await;
    tokio::time::sleep(SETTLED).await;
    let counts = || souk.net.modules.iter().map(|m| (m.name, m.store.counts())).collect::<Vec<(&str, Counts)>>();
    let (before, last) = (counts(), last_statement(engine, &souk.settings.store).await);
    tokio::time::sleep(IDLE).await;
    assert_eq!(counts(), before, "{engine:?}");
    assert_eq!(last_statement(engine, &souk.settings.store).await, last, "what the server saw");
    crate::stock::shop(&souk.door).stocked(5).await;
    souk.clean().await;
}

/// When any connection of ours began its last statement, as the server saw it.
async fn last_statement(engine: Engine, store: &str) -> Option<String> {
    if engine == Engine::Sqlite {
        return None;
    }
    let name = store.rsplit('/').next().expect("a database");
    let sql = "SELECT max(query_start)::text FROM pg_stat_activity
        WHERE datname = $1 AND backend_type = 'client backend'";
    admin("postgres").await.query_one(sql, &[&name]).await.expect("activity").get(0)
}

/// Both at once: they wait for the same minute.
#[tokio::test(flavor = "multi_thread")]
async fn for_sixty_seconds_on_both_databases() {
    futures::future::join_all(BOTH.map(|engine| tokio::spawn(stays_quiet(engine)))).await.into_iter().for_each(
        |quiet| {
            quiet.expect("quiet");
        },
    );
}
