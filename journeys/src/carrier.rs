//! The simulated carrier: what it tells of parcels, signed.
use crate::{Door, Got};
use axum::body::Body;
use http::Request;
use platform::secret::Secret;
use serde_json::json;
use shipping::signature;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

pub struct Carrier(Door);

impl Carrier {
    pub fn at(door: &Door) -> Carrier {
        Carrier(door.clone())
    }
    /// `kind`: in_transit, delivered, returned. A parcel that shipping has not heard of yet is told again.
    pub async fn tells(&self, shipment: &str, kind: &str) {
        let id = Uuid::now_v7().to_string();
        for _ in 0..200 {
            let got = self.tell(&id, shipment, kind).await;
            if got.status.is_success() {
                return;
            }
            assert_eq!(got.code(), "shipping.no_parcel", "{got:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("shipping never heard of {shipment}")
    }

    async fn tell(&self, id: &str, shipment: &str, kind: &str) -> Got {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let at = kernel::Timestamp(now as i64 * 1_000_000).to_string();
        let body = json!({"id": id, "shipment": shipment, "type": kind, "at": at}).to_string();
        let signed = signature::sign(&Secret::new(crate::carrier_secret()), now as i64, body.as_bytes());
        let request = Request::post("/hooks/v1/shipping/simulated").header(signature::HEADER, signed);
        let request = request.header("content-type", "application/json").body(Body::from(body));
        self.0.send(request.expect("a request")).await.expect("an answer")
    }
}
