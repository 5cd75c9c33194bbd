//! The step of the saga: once, never after its undo, whoever comes first.
use super::world::{basket, code, hurried, order, vendor, world};
use contracts::{pricing as pb, vendor as terms};
use futures::future::join_all;
use platform_test::BOTH;
use serde_json::json;
use std::time::Duration;
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_adds_up_to_the_quote_and_a_repeat_hears_the_same() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamps, rugs) = (vendor(), vendor());
        let (lamp, rug) = (w.priced(&lamps, 1995).await, w.priced(&rugs, 4000).await);
        w.coupon(json!({"code": "spring", "amount": {"amount": 500, "currency": "EUR"}, "limit": 3})).await;
        let quote = w.quote(basket(&[(&lamp, 3), (&rug, 1)], "spring")).await.unwrap();
        let (order, taken) = (order(), quote.id.clone());
        let first = w.accept(&order, &taken).await.unwrap();
        let parts: Vec<_> =
            first.components.iter().map(|c| (c.line, c.units, c.price, c.funded, c.commission)).collect();
        assert_eq!(parts, [(1, 3, 5985, 300, 599), (2, 1, 4000, 200, 400)], "{engine:?}");
        assert_eq!((first.total, quote.total, quote.funded), (9485, 9485, 500));
        assert_eq!(first.components.iter().map(|c| c.price - c.funded).sum::<i64>(), first.total);
        assert_eq!(first.components[0].vendor, lamps.vendor.unwrap().to_string());
        w.clock.turn(Duration::from_secs(3600));
        assert_eq!(w.accept(&order, &taken).await.unwrap(), first, "though it expired");
        assert_eq!(w.used("SPRING").await, 1);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_refused_when_it_is_over_taken_or_nobodys() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.priced(&vendor(), 1000).await;
        let (one, other) =
            (w.quote(basket(&[(&lamp, 1)], "")).await.unwrap(), w.quote(basket(&[(&lamp, 1)], "")).await.unwrap());
        let (first, second) = (order(), order());
        w.accept(&first, &one.id).await.unwrap();
        let used = w.accept(&second, &one.id).await.unwrap_err();
        assert_eq!((used.code(), code(&used)), (Code::Aborted, "quote.used"), "{engine:?}");
        assert!(used.message().contains(&first), "{used}");
        let reused = w.accept(&first, &other.id).await.unwrap_err();
        assert_eq!((reused.code(), code(&reused)), (Code::FailedPrecondition, "key_reused"));
        w.clock.turn(Duration::from_secs(600));
        let expired = w.accept(&second, &other.id).await.unwrap_err();
        assert_eq!((expired.code(), code(&expired)), (Code::Aborted, "quote.expired"));
        let nobodys = w.accept(&second, "quo_01jd5m8x3qf2v9k7c4w6t0hbng").await.unwrap_err();
        assert_eq!((nobodys.code(), code(&nobodys)), (Code::NotFound, "quote.not_found"));
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_frees_quote_and_coupon_and_comes_first_if_it_must() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.priced(&vendor(), 1000).await;
        w.coupon(json!({"code": "one", "percent": "10", "limit": 1})).await;
        let quote = w.quote(basket(&[(&lamp, 1)], "one")).await.unwrap();
        let (first, second, never) = (order(), order(), order());
        w.accept(&first, &quote.id).await.unwrap();
        for _ in 0..2 {
            w.undo(&first).await.unwrap();
            w.undo(&never).await.unwrap();
        }
        assert_eq!(w.used("ONE").await, 0);
        for undone in [&first, &never] {
            let late = w.accept(undone, &quote.id).await.unwrap_err();
            assert_eq!((late.code(), code(&late)), (Code::FailedPrecondition, "step_undone"), "{engine:?}");
        }
        assert_eq!(w.accept(&second, &quote.id).await.unwrap().total, 900);
        assert_eq!(w.used("ONE").await, 1);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_orders_one_gets_the_quote() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.priced(&vendor(), 1000).await;
        for _ in 0..10 {
            let quote = w.quote(basket(&[(&lamp, 1)], "")).await.unwrap();
            let orders = [order(), order(), order(), order()];
            let done = join_all(orders.iter().map(|order| w.accept(order, &quote.id))).await;
            assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{engine:?}");
            for refused in done.into_iter().filter_map(Result::err) {
                assert_eq!(code(&refused), "quote.used", "{engine:?}: {refused}");
            }
        }
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn do_and_undo_at_once_leave_nothing_used() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.priced(&vendor(), 1000).await;
        w.coupon(json!({"code": "race", "percent": "10", "limit": 100})).await;
        for round in 0..20u64 {
            let quote = w.quote(basket(&[(&lamp, 1)], "race")).await.unwrap();
            let order = order();
            let wait = |micros| tokio::time::sleep(Duration::from_micros(micros));
            let accept = async {
                wait(round % 5 * 150).await;
                w.accept(&order, &quote.id).await
            };
            let undo = async {
                wait(round % 3 * 200).await;
                w.undo(&order).await
            };
            let (accepted, undone) = tokio::join!(accept, undo);
            undone.unwrap();
            if let Err(refused) = accepted {
                assert_eq!(code(&refused), "step_undone", "{engine:?}: {refused}");
            }
            assert_eq!(w.used("RACE").await, 0, "{engine:?}, round {round}");
            let next = super::world::order();
            w.accept(&next, &quote.id).await.expect("the quote is free");
            assert_eq!(code(&w.accept(&order, &quote.id).await.unwrap_err()), "step_undone");
            w.undo(&next).await.unwrap();
        }
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_for_one_is_used_once_by_fifty() {
    for engine in BOTH {
        let w = world(engine).await;
        let lamp = w.priced(&vendor(), 1000).await;
        w.coupon(json!({"code": "one", "percent": "10", "limit": 1})).await;
        let quotes = join_all((0..50).map(|_| w.quote(basket(&[(&lamp, 1)], "one")))).await;
        let orders: Vec<_> = (0..50).map(|_| order()).collect();
        let accepting = orders.iter().zip(&quotes).map(|(order, quote)| w.accept(order, &quote.as_ref().unwrap().id));
        let done = join_all(accepting).await;
        assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{engine:?}");
        for refused in done.into_iter().filter_map(Result::err) {
            assert_eq!(code(&refused), "pricing.coupon_used_up", "{engine:?}: {refused}");
        }
        assert_eq!(w.used("ONE").await, 1);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_plan_of_the_moment_decides_and_is_frozen() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let (lamp, id) = (w.priced(&owner, 6000).await, owner.vendor.unwrap().to_string());
        let request = basket(&[(&lamp, 1)], "");
        let deliveries = vec![pb::Delivery { vendor: id.clone(), method: "standard".into() }];
        let quote = w.quote(pb::MakeQuoteRequest { deliveries, ..request }).await.unwrap();
        w.terms.set(&id, |terms| {
            let rule = terms::Rule { category: "home".into(), rate_bp: 1500, ..Default::default() };
            let rest = terms::Rule { rate_bp: 1000, ..Default::default() };
            terms.plan = Some(terms::Plan { version: 2, rules: vec![rule, rest], shipping_bp: 1000, tax_bp: 2000 });
        });
        let order = order();
        let first = w.accept(&order, &quote.id).await.unwrap();
        let parts: Vec<_> =
            first.components.iter().map(|c| (c.line, c.price, c.commission, c.commission_tax)).collect();
        assert_eq!(parts, [(1, 6000, 900, 180), (0, 490, 49, 10)], "{engine:?}");
        let why =
            ["commission 9.00 EUR by rule 1 of plan 2: 15 % of 60.00 EUR", "20 % tax on the commission: 1.80 EUR"];
        assert_eq!(first.components[0].why, why);
        w.terms.set(&id, |terms| terms.status = "suspended".into());
        assert_eq!(w.accept(&order, &quote.id).await.unwrap(), first, "whatever the plan says by now");
        w.terms.fall_silent();
        assert_eq!(w.accept(&order, &quote.id).await.unwrap(), first, "and though nobody can be asked");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_stopped_selling_refuses_and_one_that_is_silent_does_not() {
    for engine in BOTH {
        let w = world(engine).await;
        let owner = vendor();
        let lamp = w.priced(&owner, 6000).await;
        let (quote, order) = (w.quote(basket(&[(&lamp, 1)], "")).await.unwrap(), order());
        let id = owner.vendor.unwrap().to_string();
        w.terms.set(&id, |terms| terms.status = "suspended".into());
        let refused = w.accept(&order, &quote.id).await.unwrap_err();
        assert_eq!((refused.code(), code(&refused)), (Code::FailedPrecondition, "quote.inactive"), "{engine:?}");
        assert!(refused.message().contains(&lamp));
        w.terms.set(&id, |terms| terms.status = "active".into());
        w.goods.set(&lamp, |offer| offer.sold = false);
        assert_eq!(code(&w.accept(&order, &quote.id).await.unwrap_err()), "quote.inactive");
        w.goods.set(&lamp, |offer| offer.sold = true);
        w.accept(&order, &quote.id).await.expect("a refusal before the pivot is not kept");
        let other = w.quote(basket(&[(&lamp, 1)], "")).await.unwrap();
        w.terms.fall_silent();
        let away = hurried(w.accept(&super::world::order(), &other.id)).await.unwrap_err();
        assert_eq!((away.code(), code(&away)), (Code::Unavailable, "away"));
        w.clean().await;
    }
}
