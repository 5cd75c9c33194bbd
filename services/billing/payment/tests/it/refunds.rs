//! Giving back, through the door: by key, under the cap, whatever is lost.
use crate::{
    bank::Loss,
    till::{Till, all_of, amount_of, line, of, order, rest_of, till, units_of, vendor},
};
use contracts::payment as pb;
use payment::domain::{
    AskedBack, Back,
    ledger::{RefundKind, Wanted, WantedPart},
};
use platform::grpc::code_of;
use platform_test::BOTH;
use std::time::Duration;

const A_BIT: Duration = Duration::from_secs(20);

fn refunded(t: &Till) -> i64 {
    t.bank.only().refunds.iter().filter(|r| r.done).map(|r| r.amount).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_its_key_for_ever() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        let first = t.refund("r/1", rest_of(&o, 0)).await.unwrap();
        assert_eq!((first.refunded, first.amount, first.parts[0].amount), (true, 6000, 6000), "{engine:?}");
        assert_eq!(t.refund("r/1", rest_of(&o, 0)).await.unwrap(), first);
        let other = t.refund("r/1", rest_of(&o, 1)).await.unwrap_err();
        assert_eq!(code_of(&other), "key_reused");
        assert_eq!(refunded(&t), 6000);
        assert_eq!(t.told().await, ["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]);
        let read = t.read(&o.id).await;
        assert_eq!((read.refunded, read.components[0].back, read.components[1].back), (6000, 6000, 0));
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_names_the_component() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        t.refund("r/1", amount_of(&o, 0, 5000)).await.unwrap();
        let refused = t.refund("r/2", amount_of(&o, 0, 1001)).await.unwrap_err();
        assert_eq!(code_of(&refused), "refund.too_much", "{engine:?}");
        assert!(refused.message().contains(&o.lines[0].id), "{refused:?}");
        let unknown = order("").lines[0].id.clone();
        let part = pb::RefundPart { component: unknown, rest: true, ..Default::default() };
        let stranger = t.refund("r/3", pb::RefundRequest { parts: vec![part], ..rest_of(&o, 0) }).await.unwrap_err();
        assert_eq!(code_of(&stranger), "refund.no_component");
        let none = t.client().refund(rest_of(&o, 0)).await.unwrap_err();
        assert_eq!(none.code(), tonic::Code::InvalidArgument, "a refund names its step");
        for broken in [
            pb::RefundRequest { parts: vec![], ..rest_of(&o, 0) },
            pb::RefundRequest { all: true, ..rest_of(&o, 0) },
            amount_of(&o, 0, -5),
            amount_of(&o, 0, 0),
            pb::RefundRequest { parts: [rest_of(&o, 0).parts, rest_of(&o, 0).parts].concat(), ..rest_of(&o, 0) },
        ] {
            assert_eq!(t.refund("r/4", broken).await.unwrap_err().code(), tonic::Code::InvalidArgument);
        }
        assert_eq!(refunded(&t), 5000);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_left_and_nothing_left_is_a_yes() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        t.refund("r/1", amount_of(&o, 0, 1)).await.unwrap();
        let all = t.refund("r/2", all_of(&o)).await.unwrap();
        assert_eq!((all.refunded, all.amount, all.parts.len()), (true, 9999, 2), "{engine:?}");
        let none = t.refund("r/3", all_of(&o)).await.unwrap();
        assert_eq!((none.refunded, none.amount, none.parts.len()), (true, 0, 0));
        assert!(t.balances().await.is_empty(), "everything is reversed");
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn n_partial_refunds_are_one_full_refund() {
    for engine in BOTH {
        let t = till(engine).await;
        let odd = pb::Component {
            funded: 100,
            commission_tax: 18,
            marketplace_tax: 144,
            units: 3,
            ..line(1, &vendor(), 1000, 90)
        };
        let o = of(vec![odd], "tok_good");
        t.paid(&o).await;
        for (n, amount) in [(1, 300), (2, 300), (3, 300)] {
            let back = t.refund(&format!("r/{n}"), units_of(&o, 0, 1)).await.unwrap();
            assert_eq!(back.amount, amount, "{engine:?}");
        }
        let more = t.refund("r/4", units_of(&o, 0, 1)).await.unwrap_err();
        assert_eq!(code_of(&more), "refund.too_much");
        assert!(t.balances().await.is_empty(), "M12");
        t.clean().await;
    }
}

/// Unknown stays reserved, is asked again by its key, and takes effect once.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_stays_refunding() {
    for engine in BOTH {
        for loss in [Loss::Before, Loss::After] {
            let t = till(engine).await;
            let o = order("tok_good");
            t.paid(&o).await;
            t.bank.lose(&[loss]);
            let asked = t.refund("r/1", rest_of(&o, 0)).await.unwrap();
            assert_eq!((asked.refunded, asked.amount), (false, 6000), "{engine:?} {loss:?}");
            assert_eq!(t.read(&o.id).await.components[0].refunding, 6000);
            let other = t.refund("r/2", amount_of(&o, 0, 1)).await.unwrap_err();
            assert_eq!(code_of(&other), "refund.too_much", "it is reserved");
            t.later(A_BIT).await;
            assert!(t.refund("r/1", rest_of(&o, 0)).await.unwrap().refunded);
            assert_eq!(refunded(&t), 6000);
            t.clean().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definite_no_frees_what_was_reserved() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        t.bank.book().refuse_refunds = true;
        for _ in 0..2 {
            let refused = t.refund("r/1", rest_of(&o, 0)).await.unwrap_err();
            assert_eq!(code_of(&refused), "refund.refused", "{engine:?}");
        }
        assert_eq!(t.queue().await, ["refund_refused"]);
        let read = t.read(&o.id).await;
        assert_eq!((read.components[0].refunding, read.components[0].back), (0, 0));
        t.bank.book().refuse_refunds = false;
        assert!(t.refund("r/2", rest_of(&o, 0)).await.unwrap().refunded);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_holds_under_a_crowd() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        let keys: Vec<_> = (0..12).map(|n| format!("r/{n}")).collect();
        let asked = keys.iter().map(|key| t.refund(key, amount_of(&o, 0, 1000)));
        let outcomes = futures::future::join_all(asked).await;
        for _ in 0..3 {
            // Who lost every race asks again, as it is told to.
            for (key, outcome) in keys.iter().zip(&outcomes) {
                if outcome.as_ref().is_err_and(|e| code_of(e) == "contended") {
                    let _ = t.refund(key, amount_of(&o, 0, 1000)).await;
                }
            }
        }
        assert_eq!(refunded(&t), 6000, "{engine:?}");
        assert_eq!(t.read(&o.id).await.components[0].back, 6000);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn goodwill_moves_to_the_share_when_the_line_comes_back() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.paid(&o).await;
        let component = o.lines[0].id.parse().unwrap();
        let asked = AskedBack {
            id: crate::till::id(),
            kind: RefundKind::Goodwill,
            key: "g/1".into(),
            fingerprint: [1; 32],
            back: Back::Parts(vec![WantedPart { component, wanted: Wanted::Amount(1000) }]),
            reason: "sorry".into(),
        };
        let done = t.app.refund(payment::app::AskRefund { order: o.id.parse().unwrap(), asked }).await.unwrap();
        assert_eq!(done.refund.money.card, 1000, "{engine:?}");
        assert_eq!(t.balances().await["goodwill_expense"], 1000);
        let rest = t.refund("r/1", rest_of(&o, 0)).await.unwrap();
        assert_eq!(rest.amount, 5000);
        assert_eq!(
            t.balances().await,
            [("provider_clearing".into(), 4000), ("payable".into(), -3600), ("commission".into(), -400)].into()
        );
        t.clean().await;
    }
}
