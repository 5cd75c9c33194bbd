//! What others ask for, over gRPC.
use super::world::{World, id, recorded, vendor, world};
use contracts::shipping as pb;
use kernel::{Timestamp, kinds};
use platform::{actor::Actor, grpc::code_of};
use platform_test::BOTH;
use serde_json::{Value, json};
use shipping::domain::RecordedRate;

fn goods(offer: &str) -> pb::Goods {
    pb::Goods { offer: offer.into(), quantity: 2, weight_grams: 400, price: 3000 }
}
fn asked(vendor: &Actor, offer: &str, method: &str) -> pb::VendorGoods {
    pb::VendorGoods { vendor: vendor.vendor.unwrap().to_string(), lines: vec![goods(offer)], method: method.into() }
}
fn request(vendors: Vec<pb::VendorGoods>) -> pb::RatesRequest {
    let to = pb::Destination { country: "BR".into(), state: "SP".into(), postcode: "01310-000".into() };
    pb::RatesRequest { to: Some(to), currency: "EUR".into(), vendors }
}

impl World {
    async fn rates(&self, request: pb::RatesRequest) -> Result<Vec<pb::VendorOptions>, tonic::Status> {
        self.client.clone().rates(request).await.map(|reply| reply.into_inner().vendors)
    }
    async fn delivers(&self, vendor: &Actor, rate: Value) -> String {
        let zone =
            self.post(vendor, "/vendor/v1/shipping-zones", json!({"name": "BR", "places": [{"country": "BR"}]})).await;
        let body = json!({"zone": zone.json["id"], "name": "Expresso", "carrier": "Correios", "rate": rate,
            "handling_days": 1, "transit_days": 2, "cut_off": "14:00", "time_zone": "America/Sao_Paulo"});
        let made = self.post(vendor, "/vendor/v1/shipping-methods", body).await;
        made.json["id"].as_str().unwrap_or_else(|| panic!("{}", made.json)).to_string()
    }
}

fn flat(amount: i64) -> Value {
    json!({"kind": "flat", "price": {"amount": amount, "currency": "EUR"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn each_vendor_has_its_options_with_price_and_day() {
    for engine in BOTH {
        let w = world(engine).await;
        let (one, other) = (vendor(), vendor());
        let dear = w.delivers(&one, flat(900)).await;
        let steps = json!([{"up_to_grams": 1000, "price": {"amount": 300, "currency": "EUR"}}]);
        let cheap = w.delivers(&one, json!({"kind": "weight", "steps": steps})).await;
        let offer = id::<kinds::OfferId>().to_string();
        let rated = w.rates(request(vec![asked(&one, &offer, ""), asked(&other, &offer, "")])).await.unwrap();
        let ids: Vec<_> = rated[0].options.iter().map(|o| (o.id.clone(), o.price)).collect();
        assert_eq!(ids, [(cheap, 300), (dear.clone(), 900)], "{engine:?}");
        let option = &rated[0].options[1];
        assert_eq!(
            (option.name.as_str(), option.carrier.as_str(), option.currency.as_str()),
            ("Expresso", "Correios", "EUR")
        );
        // Tuesday after the cut-off: begins on Wednesday, packed by Thursday, there on Monday.
        assert_eq!(Timestamp(option.promised_us).to_string(), "2023-11-21T02:59:59.999999Z");
        assert_eq!(option.why[0], "flat rate");
        assert_eq!((rated[1].options.len(), rated[1].problem.as_str()), (0, "shipping.not_served"));
        let chosen = w.rates(request(vec![asked(&one, &offer, &dear)])).await.unwrap();
        assert_eq!(chosen[0].options.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_serve_is_refused_with_its_vendors() {
    for engine in BOTH {
        let w = world(engine).await;
        let (one, other) = (vendor(), vendor());
        let method = w.delivers(&one, flat(900)).await;
        let offer = id::<kinds::OfferId>().to_string();
        let refused =
            w.rates(request(vec![asked(&one, &offer, &method), asked(&other, &offer, &method)])).await.unwrap_err();
        assert_eq!(
            (refused.code(), code_of(&refused)),
            (tonic::Code::FailedPrecondition, "shipping.not_served"),
            "{engine:?}"
        );
        assert_eq!(refused.message(), other.vendor.unwrap().to_string());
        let mut abroad = request(vec![asked(&one, &offer, &method)]);
        abroad.to.as_mut().unwrap().country = "DE".into();
        assert_eq!(code_of(&w.rates(abroad).await.unwrap_err()), "shipping.not_served");
        let mut wrong = [
            request(vec![asked(&one, "off_1", "")]),
            request(vec![asked(&one, &offer, "x")]),
            request(vec![asked(&one, &offer, "")]),
        ];
        wrong[2].vendors[0].lines.clear();
        for request in wrong {
            assert_eq!(w.rates(request).await.unwrap_err().code(), tonic::Code::InvalidArgument);
        }
    }
}

/// olist 7
#[tokio::test(flavor = "multi_thread")]
async fn recorded_freight_is_answered_line_by_line() {
    for engine in BOTH {
        let (one, known, unknown) = (vendor(), id(), id::<kinds::OfferId>());
        let rate = RecordedRate { offer: known, prefix: "01310".into(), starts: Timestamp(0), price: 1299 };
        let w = recorded(engine, &[rate]).await;
        w.delivers(&one, json!({"kind": "recorded", "currency": "EUR"})).await;
        let rated = w.rates(request(vec![asked(&one, &known.to_string(), "")])).await.unwrap();
        assert_eq!(rated[0].options[0].price, 2598, "{engine:?}");
        assert_eq!(rated[0].options[0].why[0], "recorded 12.99 EUR × 2");
        let mut both = asked(&one, &known.to_string(), "");
        both.lines.push(goods(&unknown.to_string()));
        assert_eq!(w.rates(request(vec![both])).await.unwrap()[0].problem, "shipping.not_served");
    }
}
