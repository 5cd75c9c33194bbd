//! The duty of the port, once, on both databases.
use identity::{
    MIGRATIONS,
    domain::{Grant, RoleName, Standing, User},
    ports::{Act, People},
    sql::SqlPeople,
};
use kernel::{Id, Timestamp};
use platform::store::{Change, StoreError};
use platform_sql::{Db, drift};
use platform_test::{BOTH, Engine, facts, store};
use std::collections::BTreeSet;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

async fn people(engine: Engine) -> (Db, SqlPeople) {
    let db = Db::open(&store(engine, "identity").await, MIGRATIONS).await.unwrap();
    (db.clone(), SqlPeople(db))
}

fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

fn anna(grants: BTreeSet<Grant>) -> (User, Vec<identity::domain::Event>) {
    User::register(id(), &format!("{}@example.com", Uuid::now_v7()), "Anna", grants)
}

#[tokio::test]
async fn every_field_comes_back() {
    for engine in BOTH {
        let (db, people) = people(engine).await;
        let vendor = Grant::new(RoleName::VendorStaff, Some(id())).unwrap();
        let (user, events) = anna([vendor].into());
        people.save(Change::new(&user, events), NOW).await.unwrap();
        assert_eq!(people.find(user.id).await.unwrap(), Some(user.clone()), "{engine:?}");
        let (changed, events) = user.grant(BTreeSet::new(), Standing::Suspended);
        people.save(Change::new(&changed, events), NOW).await.unwrap();
        assert_eq!(people.find_by_email(&user.email).await.unwrap(), Some(changed), "{engine:?}");
        assert_eq!(facts(&db, 2).await.len(), 2);
        assert_eq!(people.find(id()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_address_is_taken_once_and_a_version_written_once() {
    for engine in BOTH {
        let (_, people) = people(engine).await;
        let (user, events) = anna(BTreeSet::new());
        people.save(Change::new(&user, events.clone()), NOW).await.unwrap();
        let twin = User { id: id(), ..user.clone() };
        assert_eq!(people.save(Change::new(&twin, events), NOW).await, Err(StoreError::Stale), "{engine:?}");
        let (changed, events) = user.grant(BTreeSet::new(), Standing::Suspended);
        people.save(Change::new(&changed, events.clone()), NOW).await.unwrap();
        assert_eq!(people.save(Change::new(&changed, events), NOW).await, Err(StoreError::Stale), "{engine:?}");
    }
}

#[tokio::test]
async fn an_import_leaves_those_who_are_there_alone() {
    for engine in BOTH {
        let (_, people) = people(engine).await;
        let (old, events) = anna([Grant::new(RoleName::Support, None).unwrap()].into());
        people.save(Change::new(&old, events), NOW).await.unwrap();
        let many: Vec<User> = (0..1200).map(|_| anna(BTreeSet::new()).0).collect();
        let again = User { name: "Other".into(), ..old.clone() };
        people.import(&[many.clone(), vec![again]].concat(), NOW).await.unwrap();
        assert_eq!(people.find(old.id).await.unwrap().unwrap().name, "Anna", "{engine:?}");
        assert_eq!(people.find(many[1100].id).await.unwrap(), Some(many[1100].clone()), "{engine:?}");
    }
}

#[tokio::test]
async fn who_acted_is_logged_newest_first() {
    for engine in BOTH {
        let (_, people) = people(engine).await;
        let (user, events) = anna(BTreeSet::new());
        people.save(Change::new(&user, events), NOW).await.unwrap();
        let act = |n: i64| Act {
            id: Uuid::now_v7(),
            operator: "operator".into(),
            user: user.id,
            vendor: (n == 2).then(id),
            reason: format!("reason {n}"),
            at: Timestamp(NOW.0 + n),
        };
        let acts = [act(1), act(2), act(3)];
        for act in &acts {
            people.log(act).await.unwrap();
        }
        let found = people.acts(None, 2).await.unwrap();
        assert_eq!(found, [acts[2].clone(), acts[1].clone()], "{engine:?}");
        assert_eq!(people.acts(Some(found[1].at), 9).await.unwrap(), [acts[0].clone()]);
    }
}

#[tokio::test]
async fn both_schemas_are_one() {
    let sqlite = drift::shape(&people(Engine::Sqlite).await.0).await.unwrap();
    let postgres = drift::shape(&people(Engine::Postgres).await.0).await.unwrap();
    let own = |line: &&String| ["users", "roles", "acts"].iter().any(|table| line.starts_with(table));
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).filter(own).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}
