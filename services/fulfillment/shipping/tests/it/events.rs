//! What shipping hears: of the order, and of carriers.
use super::world::{new_shipment, shipped, vendor, world};
use contracts::shipping as pb;
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::{Value, json};

fn event(id: &str, shipment: &str, kind: &str) -> Value {
    json!({"id": id, "shipment": shipment, "type": kind, "at": "2023-11-16T10:00:00.000000Z"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_goes_from_the_vendor_to_the_customer() {
    for engine in BOTH {
        let w = world(engine).await;
        let shipment = new_shipment();
        let early = w.carrier(&event("e1", &shipment, "in_transit")).await;
        assert_eq!(
            (early.status, early.json["code"].as_str()),
            (404, Some("shipping.no_parcel")),
            "{engine:?}: tell again"
        );
        let fact = shipped(&shipment, "T-1");
        w.tell(std::slice::from_ref(&fact)).await;
        assert_eq!(w.tells(&shipment, 2).await, ["DeliveryPrepared", "ShipmentDispatched"], "{engine:?}");
        assert_eq!(w.carrier(&event("e1", &shipment, "in_transit")).await.status, 204);
        let mut by_number = event("e2", &shipment, "delivered");
        by_number.as_object_mut().unwrap().remove("shipment");
        by_number["tracking"] = json!("T-1");
        for _ in 0..2 {
            assert_eq!(w.carrier(&by_number).await.status, 204, "{engine:?}: told twice is told once");
        }
        assert_eq!(
            w.carrier(&event("e3", &shipment, "returned")).await.status,
            204,
            "a delivered parcel stays delivered"
        );
        assert_eq!(w.tells(&shipment, 3).await[2..], ["ShipmentDelivered"]);

        let request = pb::ParcelsRequest { order: fact.order.clone() };
        let parcels = w.client.clone().parcels(request).await.unwrap().into_inner().parcels;
        let parcel = &parcels[0];
        assert_eq!((parcels.len(), parcel.id.as_str(), parcel.state.as_str()), (1, shipment.as_str(), "delivered"));
        assert_eq!((parcel.carrier.as_str(), parcel.tracking.as_str(), parcel.lines[0].quantity), ("Post", "T-1", 1));
        let kinds: Vec<_> = parcel.track.iter().map(|point| point.kind.as_str()).collect();
        assert_eq!(kinds, ["in_transit", "delivered", "returned"]);

        let owner = Actor { vendor: fact.vendor.parse().ok(), ..vendor() };
        let listed = w.get(&owner, "/vendor/v1/parcels?state=delivered").await;
        assert_eq!((listed.status, &listed.json["items"][0]["id"]), (200, &json!(shipment)), "{}", listed.json);
        assert_eq!(w.get(&owner, "/vendor/v1/parcels?state=returned").await.json["items"], json!([]));
        assert_eq!(w.get(&owner, "/vendor/v1/parcels?state=lost").await.status, 400);
        assert_eq!(w.get(&vendor(), "/vendor/v1/parcels").await.json["items"], json!([]), "T1");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_told() {
    for engine in BOTH {
        let w = world(engine).await;
        let shipment = new_shipment();
        w.tell(&[shipped(&shipment, "")]).await;
        w.tells(&shipment, 2).await;
        assert_eq!(w.carrier(&event("e1", &shipment, "returned")).await.status, 204);
        assert_eq!(w.carrier(&event("e2", &shipment, "delivered")).await.status, 204);
        assert_eq!(w.tells(&shipment, 3).await[2..], ["ShipmentReturned"], "{engine:?}");
        w.clean().await;
    }
}

/// E3
#[tokio::test(flavor = "multi_thread")]
async fn a_shipment_told_again_is_one_parcel() {
    for engine in BOTH {
        let w = world(engine).await;
        let (first, second, third) = (new_shipment(), new_shipment(), new_shipment());
        let fact = shipped(&first, "T-1");
        w.tell(&[fact.clone(), fact, shipped(&second, "T-2")]).await;
        w.tells(&second, 2).await;
        w.store().restart("shipping.parcels", &[]).await.unwrap();
        w.tell(&[shipped(&third, "T-3")]).await;
        w.tells(&third, 2).await;
        for shipment in [&first, &second, &third] {
            assert_eq!(w.tells(shipment, 2).await.len(), 2, "{engine:?}: all was read again");
        }
        w.clean().await;
    }
}

/// E5
#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_is_none_is_parked_and_holds_nobody_back() {
    for engine in BOTH {
        let w = world(engine).await;
        let good = new_shipment();
        w.tell(&[shipped("shp_1", "T-1"), shipped(&good, "T-2")]).await;
        assert_eq!(w.tells(&good, 2).await.len(), 2, "{engine:?}");
        let parked = w.store().parked(Some("shipping.parcels")).await.unwrap();
        assert_eq!((parked.len(), parked[0].kind.as_str()), (1, "souk.order.v1.VendorOrderShipped"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_carrier_is_believed() {
    for engine in BOTH {
        let w = world(engine).await;
        let shipment = new_shipment();
        w.tell(&[shipped(&shipment, "T-1")]).await;
        w.tells(&shipment, 2).await;
        let body = event("e1", &shipment, "delivered");
        for header in ["", "t=1700000000,v1=00", "t=1,v1="] {
            let got = w.carrier_as(header, &body).await;
            assert_eq!(got.status, 401, "{engine:?}");
            assert_eq!(got.json["detail"], "the signature is not that of this carrier");
        }
        for wrong in [
            json!({"id": "", "shipment": shipment, "type": "delivered", "at": "2023-11-16T10:00:00Z"}),
            json!({"id": "e", "type": "delivered", "at": "2023-11-16T10:00:00Z"}),
            json!({"id": "e", "shipment": shipment, "tracking": "T-1", "type": "delivered", "at": "2023-11-16T10:00:00Z"}),
            json!({"id": "e", "shipment": "shp_1", "type": "delivered", "at": "2023-11-16T10:00:00Z"}),
            json!({"id": "e", "shipment": shipment, "type": "eaten", "at": "2023-11-16T10:00:00Z"}),
            json!({"id": "e", "shipment": shipment, "type": "delivered", "at": "soon"}),
            json!([]),
        ] {
            let got = w.carrier(&wrong).await;
            assert_eq!(got.status, 400, "{engine:?}: {wrong}: {}", got.json);
        }
        assert_eq!(w.tells(&shipment, 2).await.len(), 2, "nothing moved");
    }
}
