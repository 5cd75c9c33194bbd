//! N units, more buyers: N sold (I4).
use super::world::{World, id, world};
use futures::future::join_all;
use kernel::OfferId;
use platform::grpc::code_of;
use platform_test::BOTH;
use std::time::Duration;

/// A lost race is asked again, as a saga would.
async fn buys(w: &World, offer: OfferId) -> bool {
    let order = id();
    loop {
        match w.hold(&format!("{order}/hold"), order, &[(offer, 1)]).await {
            Ok(_) => return true,
            Err(no) if code_of(&no) == "inventory.short" => return false,
            Err(no) if matches!(no.code(), tonic::Code::Aborted | tonic::Code::ResourceExhausted) => {
                tokio::time::sleep(Duration::from_millis(5)).await
            }
            Err(no) => panic!("{no:?}"),
        }
    }
}

async fn rush(w: &World, buyers: usize, units: i64) {
    let offer = w.stocked(units).await;
    let sold = join_all((0..buyers).map(|_| buys(w, offer))).await.into_iter().filter(|bought| *bought).count();
    assert_eq!((sold as i64, w.units(offer).await), (units, [units, units]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unit_for_two_hundred() {
    for engine in BOTH {
        let w = world(engine).await;
        rush(&w, 200, 1).await;
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_units_for_two_thousand() {
    for engine in BOTH {
        let w = world(engine).await;
        rush(&w, 2000, 100).await;
        w.clean().await;
    }
}
