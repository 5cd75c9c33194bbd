//! What the provider reports: whole records, in one order, again and again.
use crate::till::{Order, Till, amount_of, order, rest_of, till};
use payment::domain::{ReportedRefund, ledger::DisputeState};
use platform::grpc::code_of;
use platform_test::BOTH;
use uuid::Uuid;

/// The bank rings.
async fn ring(t: &Till) {
    let attempt = t.bank.only().attempt.parse().unwrap();
    t.app.hear_doorbell(attempt).await.unwrap();
}

async fn paid(t: &Till) -> Order {
    let o = order("tok_good");
    t.paid(&o).await;
    o
}

fn report_refund(t: &Till, bank_id: &str, amount: i64) {
    let (id, key) = (crate::till::id(), Uuid::now_v7().to_string());
    t.bank.edit(|r| r.refunds.push(ReportedRefund { id, bank_id: bank_id.into(), key, amount, done: true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_opens_and_is_lost() {
    for engine in BOTH {
        let t = till(engine).await;
        paid(&t).await;
        t.bank.dispute("dp_1", 6000, DisputeState::Open);
        for _ in 0..3 {
            ring(&t).await;
        }
        let open = t.balances().await;
        assert_eq!((open["dispute_clearing"], open["frozen"], open["payable"]), (6000, -5400, -3600), "{engine:?}");
        t.bank.dispute("dp_1", 6000, DisputeState::Lost);
        for _ in 0..3 {
            ring(&t).await;
        }
        let lost = [("provider_clearing".into(), 4000), ("payable".into(), -3600), ("commission".into(), -400)];
        assert_eq!(t.balances().await, lost.into());
        assert_eq!(t.told().await, ["PaymentAuthorized", "PaymentCaptured", "DisputeOpened"]);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_won_leaves_no_trace_and_frees_the_cap() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = paid(&t).await;
        let before = t.balances().await;
        t.bank.dispute("dp_1", 10_000, DisputeState::Open);
        ring(&t).await;
        let refused = t.refund("r/1", amount_of(&o, 0, 1)).await.unwrap_err();
        assert_eq!(code_of(&refused), "refund.too_much", "{engine:?}");
        t.bank.dispute("dp_1", 10_000, DisputeState::Won);
        ring(&t).await;
        assert_eq!(t.balances().await, before);
        assert!(t.refund("r/2", rest_of(&o, 0)).await.unwrap().refunded);
        t.clean().await;
    }
}

/// Closed before we ever heard of it: won changes nothing, lost is booked whole.
#[tokio::test(flavor = "multi_thread")]
async fn disputes_that_are_over_when_we_hear_of_them() {
    for engine in BOTH {
        let t = till(engine).await;
        paid(&t).await;
        let before = t.balances().await;
        t.bank.dispute("dp_1", 500, DisputeState::Won);
        ring(&t).await;
        assert_eq!(t.balances().await, before, "{engine:?}");
        t.bank.dispute("dp_2", 10_000, DisputeState::Lost);
        ring(&t).await;
        ring(&t).await;
        assert!(t.balances().await.is_empty(), "everything went back");
        t.clean().await;
    }
}

/// Ledger 6: one read, disputes closed first. One by one, the refund would find no room and book a loss that does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_won_and_a_refund_in_one_record_are_no_loss() {
    for engine in BOTH {
        let t = till(engine).await;
        paid(&t).await;
        t.bank.dispute("dp_1", 10_000, DisputeState::Open);
        ring(&t).await;
        report_refund(&t, "rf_x", 10_000);
        t.bank.dispute("dp_1", 10_000, DisputeState::Won);
        ring(&t).await;
        assert!(t.balances().await.is_empty(), "{engine:?}");
        assert!(t.queue().await.is_empty());
        t.clean().await;
    }
}

/// Ledger 4: facts are never refused; what has no room went back twice, and an operator hears of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_room_is_a_double_return() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = paid(&t).await;
        t.refund("r/1", rest_of(&o, 0)).await.unwrap();
        t.bank.dispute("dp_1", 10_000, DisputeState::Lost);
        ring(&t).await;
        let lost = [("provider_clearing".into(), -6000), ("double_return".into(), 6000)];
        assert_eq!(t.balances().await, lost.into(), "{engine:?}");
        assert_eq!(t.queue().await, ["double_return"]);
        report_refund(&t, "rf_x", 70);
        ring(&t).await;
        assert_eq!(t.balances().await["double_return"], 6070);
        assert_eq!(t.queue().await, ["double_return"], "once an order");
        t.clean().await;
    }
}

/// A refund that waits for its answer does not stand in a dispute's way, and settles as a double return.
#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_overtakes_a_refund_under_way() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = paid(&t).await;
        t.bank.lose(&[crate::bank::Loss::Before]);
        assert!(!t.refund("r/1", rest_of(&o, 0)).await.unwrap().refunded);
        t.bank.dispute("dp_1", 10_000, DisputeState::Open);
        ring(&t).await;
        t.settle().await;
        assert!(t.refund("r/1", rest_of(&o, 0)).await.unwrap().refunded, "{engine:?}");
        assert_eq!(t.balances().await["double_return"], 6000);
        assert_eq!(t.queue().await, ["double_return"]);
        t.bank.dispute("dp_1", 10_000, DisputeState::Lost);
        ring(&t).await;
        let lost = [("provider_clearing".into(), -6000), ("double_return".into(), 6000)];
        assert_eq!(t.balances().await, lost.into());
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doorbells_that_lie_change_nothing() {
    for engine in BOTH {
        let t = till(engine).await;
        paid(&t).await;
        let (before, told) = (t.balances().await, t.told().await);
        t.app.hear_doorbell(crate::till::id()).await.unwrap();
        t.bank.edit(|r| r.captured = 9_000);
        ring(&t).await;
        t.bank.edit(|r| (r.captured, r.currency) = (10_000, "USD".into()));
        ring(&t).await;
        assert_eq!((t.balances().await, t.told().await), (before, told), "{engine:?}");
        assert_eq!(t.queue().await, ["record_differs"]);
        t.bank.book().away = true;
        let attempt = t.bank.only().attempt.parse().unwrap();
        let away = t.app.hear_doorbell(attempt).await.unwrap_err();
        assert_eq!(kernel::Coded::code(&away).kind, kernel::Kind::Unavailable, "the bank rings again");
    }
}
