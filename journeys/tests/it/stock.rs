//! Stock alone, wherever it runs: holds by step, and crowds.
use contracts::inventory::{Hold, Line, PlaceHoldRequest, inventory_client::InventoryClient};
use futures::future::join_all;
use journeys::{Door, EVERYWHERE, Person, Souk};
use kernel::{OfferId, UserId, VendorId};
use platform::{actor::Actor, context::Context, grpc::Transport, grpc::step};
use serde_json::json;
use uuid::Uuid;

/// A vendor.
pub struct Shop {
    vendor: Person,
}

pub fn shop(door: &Door) -> Shop {
    let id = Uuid::now_v7();
    let actor = Actor::vendor_admin(UserId::from_uuid(id), VendorId::from_uuid(id));
    Shop { vendor: Person::of(door.clone(), actor) }
}

impl Shop {
    /// A fresh offer with so many units of it, at a fresh place.
    pub async fn stocked(&self, units: i64) -> OfferId {
        let offer = OfferId::from_uuid(Uuid::now_v7());
        let place = self.vendor.post("/vendor/v1/locations", json!({"name": "Back room"})).await.expect(201);
        let path = format!("/vendor/v1/stock/{offer}/{}", place["id"].as_str().expect("an id"));
        self.vendor.put(&path, "\"0\"", json!({"on_hand": units})).await.expect(200);
        offer
    }
    pub async fn free(&self, offer: OfferId) -> i64 {
        let got = self.vendor.get(&format!("/store/v1/stock/{offer}")).await.expect(200);
        got["free"].as_i64().expect("free")
    }
}

async fn hold(stock: InventoryClient<Transport>, order: &str, offer: OfferId) -> Result<Hold, tonic::Status> {
    let lines = vec![Line { offer: offer.to_string(), quantity: 1 }];
    let mut stock = stock;
    let call = step(&format!("{order}/hold"), PlaceHoldRequest { order: order.into(), lines });
    Ok(Context::background("order").scope(stock.place_hold(call)).await?.into_inner())
}

/// As a saga would: a lost race, or no answer, is asked again by the same step, and only a refusal by rule is a no.
async fn buys(stock: InventoryClient<Transport>, offer: OfferId) -> bool {
    let order = kernel::OrderId::from_uuid(Uuid::now_v7()).to_string();
    loop {
        match hold(stock.clone(), &order, offer).await {
            Ok(_) => return true,
            Err(no) if platform::grpc::code_of(&no) == "inventory.short" => return false,
            Err(no) if no.code() == tonic::Code::FailedPrecondition => panic!("{no:?}"),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
}

async fn rush(souk: &Souk, buyers: usize, units: i64) {
    let shop = shop(&souk.door());
    let offer = shop.stocked(units).await;
    let stock = InventoryClient::new(souk.transport("inventory").await);
    let buying = (0..buyers).map(|_| tokio::spawn(buys(stock.clone(), offer)));
    let sold = join_all(buying).await.into_iter().filter(|bought| *bought.as_ref().expect("no panic")).count();
    assert_eq!((sold as i64, shop.free(offer).await), (units, 0));
}

/// I4: N units, more buyers, N sold.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_are_sold_as_there_are() {
    for place in EVERYWHERE {
        let souk = Souk::at(place).await;
        rush(&souk, 200, 1).await;
        rush(&souk, 2000, 100).await;
        souk.clean().await;
    }
}
