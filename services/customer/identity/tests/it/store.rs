//! The duty of the port, once, on both databases.
use identity::{
    MIGRATIONS,
    domain::{Grant, RoleName, Standing, User},
    ports::{Act, People},
    sql::SqlPeople,
};
use kernel::{Id, Timestamp};
use platform::{
    page::Page,
    store::{Change, StoreError},
};
use platform_sql::{Db, drift};
use platform_test::{BOTH, Engine, facts, store};
use std::collections::BTreeSet;
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

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
        let (owner, _) = anna([Grant::new(RoleName::VendorAdmin, Some(id())).unwrap()].into());
        people.import(std::slice::from_ref(&owner), NOW).await.unwrap();
        assert_eq!(people.find(owner.id).await.unwrap(), Some(owner.clone()), "{engine:?}");
        let (dismissed, events) = owner.grant(BTreeSet::new(), Standing::Good);
        people.save(Change::new(&dismissed, events), NOW).await.unwrap();
        people.import(&[owner], NOW).await.unwrap();
        assert_eq!(people.find(dismissed.id).await.unwrap(), Some(dismissed), "{engine:?}: no role comes back");
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
        let all = [&acts[2], &acts[1], &acts[0]].map(Clone::clone);
        assert_eq!(people.acts(&Page::first(2)).await.unwrap(), all, "{engine:?}: one more than shown");
        let rest = people.acts(&Page { limit: 2, after: Some(acts[1].place()) }).await.unwrap();
        assert_eq!(rest, [acts[0].clone()], "{engine:?}");
    }
}

/// Of one moment the id decides, so none is shown twice or left out between two pages.
#[tokio::test]
async fn acts_of_one_moment_stand_in_one_order() {
    for engine in BOTH {
        let (_, people) = people(engine).await;
        let (user, events) = anna(BTreeSet::new());
        people.save(Change::new(&user, events), NOW).await.unwrap();
        let mut acts = vec![];
        for n in [3u128, 1, 5, 2, 4] {
            let (operator, reason) = ("operator".to_string(), n.to_string());
            acts.push(Act { id: Uuid::from_u128(n), operator, user: user.id, vendor: None, reason, at: NOW });
            people.log(acts.last().unwrap()).await.unwrap();
        }
        let (mut reasons, mut after) = (vec![], None);
        loop {
            let page = Page { limit: 2, after };
            let slice = page.slice(people.acts(&page).await.unwrap(), Act::place);
            reasons.extend(slice.items.into_iter().map(|act| act.reason));
            after = slice.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(reasons, ["5", "4", "3", "2", "1"], "{engine:?}");
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
