//! Private streams and their snapshots.
use crate::bench::each;
use bytes::Bytes;
use kernel::Timestamp;
use platform::store::StoreError;
use platform_sql::{Batch, Snapshot, StoredEvent};
use platform_test::NOW;
use std::time::Duration;
use uuid::Uuid;

fn event(version: i64) -> StoredEvent {
    let at = Timestamp(NOW.0 + version * 1_000_000);
    StoredEvent { version, kind: format!("kind {version}"), payload: Bytes::from(vec![version as u8, 0, 255]), at }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_appended_to_read_on_from_anywhere_and_read_as_it_was() {
    each(async |engine, db| {
        let (stream, other) = (Uuid::now_v7(), Uuid::now_v7());
        let mut batch = Batch::new();
        batch.append_event(stream, event(1)).append_event(stream, event(2)).append_event(other, event(1));
        db.save(batch).await.unwrap();
        let mut batch = Batch::new();
        batch.append_event(stream, event(3));
        db.save(batch).await.unwrap();
        assert_eq!(db.stream(stream, 0, None).await.unwrap(), [event(1), event(2), event(3)], "{engine:?}");
        assert_eq!(db.stream(stream, 2, None).await.unwrap(), [event(3)], "{engine:?}");
        let then = NOW + Duration::from_secs(2);
        assert_eq!(db.stream(stream, 0, Some(then)).await.unwrap(), [event(1), event(2)], "{engine:?}");
        assert_eq!(db.stream(Uuid::now_v7(), 0, None).await.unwrap(), []);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_append_the_same_version_one_is_stale() {
    each(async |engine, db| {
        let stream = Uuid::now_v7();
        let append = async |version| {
            let mut batch = Batch::new();
            batch.append_event(stream, event(version));
            db.save(batch).await
        };
        let (one, other) = tokio::join!(append(1), append(1));
        assert_ne!(one.is_ok(), other.is_ok(), "{engine:?}");
        assert_eq!(one.and(other), Err(StoreError::Stale), "{engine:?}");
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_never_goes_back_and_another_fold_is_none() {
    each(async |engine, db| {
        let stream = Uuid::now_v7();
        let snapshot = |version, fold| Snapshot { version, fold, state: Bytes::from(format!("{version} {fold}")) };
        let put = async |snapshot| {
            let mut batch = Batch::new();
            batch.put_snapshot(stream, snapshot);
            db.save(batch).await.unwrap()
        };
        assert_eq!(db.snapshot(stream, 1).await.unwrap(), None);
        put(snapshot(5, 1)).await;
        put(snapshot(3, 1)).await;
        assert_eq!(db.snapshot(stream, 1).await.unwrap(), Some(snapshot(5, 1)), "{engine:?}");
        assert_eq!(db.snapshot(stream, 2).await.unwrap(), None, "{engine:?}");
        put(snapshot(4, 2)).await;
        assert_eq!(db.snapshot(stream, 2).await.unwrap(), Some(snapshot(4, 2)), "{engine:?}");
    })
    .await
}
