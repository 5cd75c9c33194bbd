//! Quotes: all fields, the same for a repeat, honoured as they were made.
use super::world::{NOW, basket, code, hurried, id, vendor, world};
use contracts::pricing as pb;
use platform::grpc::step;
use platform_test::BOTH;
use serde_json::json;
use std::time::Duration;
use tonic::Code;

fn read(quote: &str) -> pb::GetQuoteRequest {
    pb::GetQuoteRequest { quote: quote.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_comes_back() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamps, rugs) = (vendor(), vendor());
        let (lamp, rug) = (w.priced(&lamps, 1999).await, w.priced(&rugs, 4000).await);
        w.coupon(json!({"code": "spring", "percent": "12.5", "limit": 3})).await;
        let mut request = basket(&[(&rug, 1), (&lamp, 2)], "Spring");
        let lamps = lamps.vendor.unwrap().to_string();
        let rugs = rugs.vendor.unwrap().to_string();
        let by = |vendor: &String, method: &str| pb::Delivery { vendor: vendor.clone(), method: method.into() };
        request.deliveries = vec![by(&lamps, "standard"), by(&rugs, "free")];
        let made = w.quote(request.clone()).await.unwrap();
        let read = w.client.clone().get_quote(read(&made.id)).await.unwrap().into_inner();
        assert_eq!(read, made, "{engine:?}");
        assert_eq!((read.cart, read.user, read.party), (request.cart, request.user, request.party));
        assert_eq!((read.total, read.funded, read.coupon.as_str()), (7488, 1000, "SPRING"));
        assert_eq!(read.expires_us, (NOW + Duration::from_secs(600)).0);
        let vendors: Vec<_> = read.vendors.iter().map(|v| (&v.vendor, v.method.as_str(), v.shipping)).collect();
        assert_eq!(vendors, [(&rugs, "free", 0), (&lamps, "standard", 490)]);
        let standard = &read.vendors[1];
        assert_eq!((standard.name.as_str(), standard.method_name.as_str()), ("Anna", "By post"));
        assert_eq!(standard.promised_us, (NOW + Duration::from_secs(3 * 86_400)).0);
        assert_eq!(standard.why, ["4.90 EUR up to 2000 g"]);
        assert_eq!(read.lines.iter().map(|l| l.price - l.funded).sum::<i64>() + 490, read.total);
        assert_eq!((read.lines[1].title.as_str(), read.lines[1].sku.as_str()), ("Lamp, blue", "L-1"));
        assert!(read.lines[1].why[0].starts_with("2 × 19.99 EUR = 39.98 EUR"), "{:?}", read.lines[1].why);
        assert_eq!(
            read.why.last().unwrap(),
            "lines 79.98 EUR + delivery 4.90 EUR − platform's discount 10.00 EUR = 74.88 EUR"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_the_same_quote_though_prices_changed() {
    for engine in BOTH {
        let w = world(engine).await;
        let actor = vendor();
        let lamp = w.priced(&actor, 1999).await;
        let vendor = actor.vendor.unwrap().to_string();
        let deliveries = vec![pb::Delivery { vendor, method: "free".into() }];
        let request = pb::MakeQuoteRequest { deliveries, ..basket(&[(&lamp, 1)], "") };
        let make = |request: pb::MakeQuoteRequest| {
            let mut client = w.client.clone();
            async move { client.make_quote(step("cart/quote", request)).await.map(|r| r.into_inner()) }
        };
        let first = make(request.clone()).await.unwrap();
        w.clock.turn(Duration::from_secs(5));
        assert_eq!(w.put_price(&actor, &lamp, 1, json!({"amount": 2500})).await.status, 200);
        assert_eq!(make(request.clone()).await.unwrap(), first, "{engine:?}");
        let reused = make(basket(&[(&lamp, 2)], "")).await.unwrap_err();
        assert_eq!(code(&reused), "key_reused");
        assert_eq!(w.quote(request).await.unwrap().total, 2500);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_has_a_quote_and_a_quote_has_one_owner() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.priced(&vendor(), 1999).await;
        let guest = pb::MakeQuoteRequest { user: String::new(), guest: vec![7; 32], ..basket(&[(&lamp, 1)], "") };
        let quote = w.quote(guest.clone()).await.unwrap();
        assert_eq!((quote.user.as_str(), quote.guest), ("", vec![7; 32]), "{engine:?}");
        let both = pb::MakeQuoteRequest { user: id::<kernel::kinds::UserId>().to_string(), ..guest.clone() };
        let nobody = pb::MakeQuoteRequest { guest: vec![], ..guest.clone() };
        let none = pb::MakeQuoteRequest { lines: vec![pb::Want { offer: lamp, quantity: 0 }], ..guest };
        for wrong in [both, nobody, none] {
            assert_eq!(w.quote_as(wrong).await.unwrap_err().code(), Code::InvalidArgument);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_price_or_gives_nothing_is_refused_by_name() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamp, unpriced) = (w.priced(&vendor(), 1999).await, w.offered(&vendor()));
        w.coupon(json!({"code": "yen", "amount": {"amount": 500, "currency": "JPY"}, "limit": 3})).await;
        let refused = w.quote(basket(&[(&lamp, 1), (&unpriced, 1)], "")).await.unwrap_err();
        assert_eq!((refused.code(), code(&refused)), (Code::FailedPrecondition, "pricing.no_price"), "{engine:?}");
        assert!(refused.message().contains(&unpriced) && !refused.message().contains(&lamp));
        let francs = pb::MakeQuoteRequest { currency: "CHF".into(), ..basket(&[(&lamp, 1)], "") };
        for (request, wanted) in [
            (basket(&[], ""), "pricing.empty"),
            (francs, "pricing.no_price"),
            (basket(&[(&lamp, 1)], "no such!"), "pricing.coupon_unknown"),
            (basket(&[(&lamp, 1)], "yen"), "pricing.coupon_currency"),
        ] {
            assert_eq!(code(&w.quote(request).await.unwrap_err()), wanted, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_sees_what_can_be_sold_and_what_can_not() {
    for engine in BOTH {
        let w = world(engine).await;
        let actor = vendor();
        let (lamp, unpriced) = (w.priced(&actor, 1999).await, w.offered(&actor));
        let request = basket(&[(&unpriced, 1), (&lamp, 2)], "nope");
        let asked = pb::PriceRequest {
            currency: request.currency,
            lines: request.lines,
            country: "DE".into(),
            coupon: request.coupon,
            state: String::new(),
        };
        let reply = w.client.clone().price(asked).await.unwrap().into_inner();
        let problem = pb::LineProblem { line: 1, offer: unpriced, problem: "no_price".into() };
        assert_eq!(reply.problems, [problem], "{engine:?}");
        assert_eq!((reply.lines[0].line, reply.lines[0].unit_price, reply.total), (2, 1999, 3998));
        let vendor = actor.vendor.unwrap().to_string();
        assert_eq!((reply.vendors[0].vendor.clone(), reply.vendors[0].items), (vendor, 3998));
        assert_eq!(reply.coupon_problem, "coupon_unknown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_vendor_needs_a_delivery_that_serves() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamps, rugs) = (vendor(), vendor());
        let (lamp, rug) = (w.priced(&lamps, 1999).await, w.priced(&rugs, 4000).await);
        let [lamps, rugs] = [lamps, rugs].map(|v| v.vendor.unwrap().to_string());
        let request = basket(&[(&lamp, 1), (&rug, 1)], "");
        let by = |methods: &[(&String, &str)]| {
            let delivery = |(v, m): &(&String, &str)| pb::Delivery { vendor: v.to_string(), method: m.to_string() };
            pb::MakeQuoteRequest { deliveries: methods.iter().map(delivery).collect(), ..request.clone() }
        };
        let missing = w.quote_as(by(&[(&lamps, "free"), (&rugs, "")])).await.unwrap_err();
        assert_eq!((missing.code(), code(&missing)), (Code::FailedPrecondition, "pricing.no_delivery"), "{engine:?}");
        assert!(missing.message().contains(&rugs) && !missing.message().contains(&lamps));
        let odd = w.quote_as(by(&[(&lamps, "free"), (&rugs, "by balloon")])).await.unwrap_err();
        assert_eq!(
            (odd.code(), code(&odd), odd.message()),
            (Code::FailedPrecondition, "shipping.not_served", rugs.as_str())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_sell_is_quoted_nothing_and_a_silent_neighbour_is_no_refusal() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamps, rugs) = (vendor(), vendor());
        let (lamp, rug) = (w.priced(&lamps, 1999).await, w.priced(&rugs, 4000).await);
        w.terms.set(&rugs.vendor.unwrap().to_string(), |terms| terms.status = "vacation".into());
        let refused = w.quote(basket(&[(&lamp, 1), (&rug, 1)], "")).await.unwrap_err();
        assert_eq!((refused.code(), code(&refused)), (Code::FailedPrecondition, "quote.inactive"), "{engine:?}");
        assert!(refused.message().contains(&rug) && !refused.message().contains(&lamp));
        w.goods.set(&lamp, |offer| offer.sold = false);
        assert_eq!(code(&w.quote(basket(&[(&lamp, 1)], "")).await.unwrap_err()), "quote.inactive");
        w.terms.fall_silent();
        let away = hurried(w.quote_as(basket(&[(&lamp, 1)], ""))).await.unwrap_err();
        assert_eq!((away.code(), code(&away)), (Code::Unavailable, "away"));
    }
}
