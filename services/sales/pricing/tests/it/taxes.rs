//! Tax zones, and what they make of quotes and components.
use super::world::{basket, order, vendor, world};
use contracts::pricing as pb;
use platform::actor::Actor;
use platform_test::BOTH;
use serde_json::json;

const VAT: &str = "VAT standard";

fn to(country: &str, state: &str, request: pb::MakeQuoteRequest) -> pb::MakeQuoteRequest {
    let party = request.party.clone().unwrap_or_default();
    pb::MakeQuoteRequest { party: Some(pb::Party { country: country.into(), state: state.into(), ..party }), ..request }
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_inside_is_kept_by_the_marketplace_that_owes_it() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let lamp = w.priced(&owner, 6000).await;
        let rates = json!([{"class": "standard", "rate": "19"}]);
        let body = json!({"name": "VAT", "inclusion": "included", "owed_by": "marketplace", "rates": rates});
        assert_eq!(w.taxed("DE", 0, body).await.status, 200, "{engine:?}");
        let deliveries = vec![pb::Delivery { vendor: owner.vendor.unwrap().to_string(), method: "standard".into() }];
        let request = pb::MakeQuoteRequest { deliveries, ..basket(&[(&lamp, 1)], "") };
        let quote = w.quote(to("DE", "", request)).await.unwrap();
        let tax = pb::QuoteTax { name: VAT.into(), rate: "19".into(), base: 5454, amount: 1036, included: true };
        assert_eq!((quote.total, quote.lines[0].tax, quote.vendors[0].shipping_tax), (6490, 958, 78));
        assert_eq!(quote.taxes, [tax]);
        assert_eq!(quote.lines[0].why[1], "19 % VAT standard inside: 9.58 EUR, owed by the marketplace");
        let accepted = w.accept(&order(), &quote.id).await.unwrap();
        let parts: Vec<_> = accepted.components.iter().map(|c| (c.price, c.commission, c.marketplace_tax)).collect();
        assert_eq!(parts, [(6000, 600, 958), (490, 0, 78)]);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_that_is_added_is_charged_and_earns_no_commission() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let lamp = w.priced(&owner, 1999).await;
        let rates = json!([{"class": "clothes", "rate": "0", "categories": ["clothes"]}, {"class": "standard", "rate": "8.875"}]);
        let body = json!({"name": "sales tax", "inclusion": "added", "owed_by": "marketplace", "rates": rates});
        assert_eq!(w.taxed("US-NY", 0, body).await.status, 200, "{engine:?}");
        let quote = w.quote(to("US", "NY", basket(&[(&lamp, 3)], ""))).await.unwrap();
        assert_eq!((quote.total, quote.lines[0].unit_price, quote.lines[0].tax), (6529, 1999, 532));
        let tax = pb::QuoteTax {
            name: "sales tax standard".into(),
            rate: "8.875".into(),
            base: 5997,
            amount: 532,
            included: false,
        };
        assert_eq!(quote.taxes, [tax]);
        let accepted = w.accept(&order(), &quote.id).await.unwrap();
        let c = &accepted.components[0];
        assert_eq!((c.price, c.commission, c.marketplace_tax), (6529, 600, 532), "a tenth of 59.97");
        let elsewhere = w.quote(to("US", "CA", basket(&[(&lamp, 3)], ""))).await.unwrap();
        assert_eq!((elsewhere.total, elsewhere.taxes.len()), (5997, 0));
        let asked = pb::PriceRequest {
            currency: "EUR".into(),
            lines: vec![pb::Want { offer: lamp, quantity: 3 }],
            country: "US".into(),
            state: "NY".into(),
            coupon: String::new(),
        };
        let view = w.client.clone().price(asked).await.unwrap().into_inner();
        assert_eq!((view.total, view.vendors[0].tax, view.taxes.len()), (6529, 532, 1), "a cart's view says the same");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_rounds_as_it_says_and_a_vendor_may_be_exempt() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let (lamp, id) = (w.priced(&owner, 25).await, owner.vendor.unwrap().to_string());
        let zone = |rounding: &str| json!({"name": "VAT", "inclusion": "added", "rounding": rounding, "rates": [{"class": "all", "rate": "10"}]});
        assert_eq!(w.taxed("CH", 0, zone("half_up")).await.status, 200);
        let request = || to("CH", "", basket(&[(&lamp, 1)], ""));
        let up = w.quote(request()).await.unwrap();
        assert_eq!(w.taxed("CH", 1, zone("half_even")).await.status, 200);
        let even = w.quote(request()).await.unwrap();
        assert_eq!((up.lines[0].tax, even.lines[0].tax), (3, 2), "{engine:?}");
        let commission = |accepted: pb::Acceptance| accepted.components[0].commission;
        assert_eq!(commission(w.accept(&order(), &up.id).await.unwrap()), 3, "2.5 of 25, as its quote rounds");
        assert_eq!(commission(w.accept(&order(), &even.id).await.unwrap()), 2);
        w.terms.set(&id, |terms| terms.tax.as_mut().unwrap().exempt = true);
        let exempt = w.quote(request()).await.unwrap();
        assert_eq!((exempt.total, exempt.lines[0].why[1].as_str()), (25, "no tax: the vendor is exempt"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sets_zones_and_hears_what_is_wrong_with_them() {
    for engine in BOTH {
        let w = world(engine).await;
        let admin = Actor::platform_admin(super::world::id());
        let standard = json!({"class": "standard", "rate": "20"});
        let body = json!({"name": "VAT", "inclusion": "included", "rates": [standard]});
        let got = w.taxed("AT", 0, body.clone()).await;
        let view = json!({"region": "AT", "name": "VAT", "inclusion": "included", "owed_by": "vendor", "rounding": "half_up",
            "rates": [{"class": "standard", "rate": "20", "categories": []}], "version": 1});
        assert_eq!((got.status, got.etag.as_deref(), &got.json), (200, Some("\"1\""), &view), "{engine:?}");
        assert_eq!(w.get(&admin, "/admin/v1/tax-zones/AT").await.json, view);
        assert_eq!(w.get(&admin, "/admin/v1/tax-zones").await.json["items"], json!([view]));
        assert_eq!(w.taxed("AT", 0, body.clone()).await.status, 412);
        assert_eq!(w.taxed("Austria", 0, body).await.status, 404);
        assert_eq!(w.get(&admin, "/admin/v1/tax-zones/FR").await.status, 404);
        let some = json!({"class": "food", "rate": "10", "categories": ["food"]});
        for (rates, at) in [
            (json!([]), "/rates"),
            (json!([some]), "/rates/0"),
            (json!([standard, standard]), "/rates/0"),
            (json!([{"class": "x", "rate": "100.1"}]), "/rates/0/rate"),
            (json!([{"class": "x", "rate": "much"}]), "/rates/0/rate"),
            (json!([{"class": "", "rate": "1"}]), "/rates/0/class"),
        ] {
            let got = w.taxed("AT", 1, json!({"name": "VAT", "inclusion": "added", "rates": rates})).await;
            assert_eq!((got.status, got.json["errors"][0]["pointer"].as_str()), (400, Some(at)), "{rates}");
        }
    }
}
