//! Payouts: claim everything, ask by one key, and only a bounce puts it back.
use crate::{
    bank::Loss,
    till::{Order, Till, line, of, rest_of, till, with},
};
use kernel::{Clock, Currency, PayoutId, VendorId};
use payment::{
    Config,
    app::PayOut,
    domain::{Payout, PayoutState},
};
use platform::ask::Ask;
use platform_sql::params;
use platform_test::BOTH;
use std::time::Duration;

async fn sells(t: &Till, vendor: VendorId, price: i64) -> Order {
    let o = of(vec![line(1, &vendor.to_string(), price, price / 10)], "tok_good");
    t.paid(&o).await;
    o
}

async fn pay_out(t: &Till, vendor: VendorId) -> Result<Payout, payment::Error> {
    let command = PayOut { id: crate::till::id(), vendor, currency: Currency::EUR };
    t.app.pay_out(command, &Ask::nobody()).await
}

/// What the bank was asked for and how it ended, once it has.
async fn ended(t: &Till, id: PayoutId) -> PayoutState {
    for _ in 0..200 {
        let payout = t.app.find_payout(id).await.unwrap().unwrap();
        if payout.is_over() {
            return payout.state;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        t.machine.turn(Duration::from_secs(61));
        t.app.follow_payouts(t.clock.now()).await.unwrap();
    }
    panic!("{id} is not over")
}

async fn balance(t: &Till, vendor: VendorId) -> (i64, i64) {
    let balances = t.app.balances(vendor).await.unwrap();
    balances.first().map_or((0, 0), |b| (b.payable, b.in_transit))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_owed_is_paid_once() {
    for engine in BOTH {
        let t = till(engine).await;
        let (anna, ben) = (crate::till::id(), crate::till::id());
        sells(&t, anna, 6000).await;
        sells(&t, anna, 1000).await;
        sells(&t, ben, 500).await;
        let payout = pay_out(&t, anna).await.unwrap();
        assert_eq!((payout.amount, payout.state), (6300, PayoutState::Asked), "{engine:?}");
        assert_eq!(ended(&t, payout.id).await, PayoutState::Paid);
        assert_eq!((balance(&t, anna).await, balance(&t, ben).await), ((0, 0), (450, 0)));
        let none = pay_out(&t, anna).await.unwrap_err();
        assert_eq!(kernel::Coded::code(&none).text, "payout.nothing_to_pay");
        assert_eq!(t.balances().await["bank"], -6300);
        assert!(t.told().await.contains(&"PayoutPaid".to_string()));
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_puts_it_back() {
    for engine in BOTH {
        let t = till(engine).await;
        let anna = crate::till::id();
        sells(&t, anna, 6000).await;
        t.bank.book().payout_state = Some(PayoutState::Bounced);
        let first = pay_out(&t, anna).await.unwrap();
        assert_eq!(ended(&t, first.id).await, PayoutState::Bounced, "{engine:?}");
        assert_eq!(balance(&t, anna).await, (5400, 0));
        t.bank.book().payout_state = Some(PayoutState::Paid);
        let second = pay_out(&t, anna).await.unwrap();
        assert_eq!((second.amount, ended(&t, second.id).await), (5400, PayoutState::Paid));
        assert_eq!(balance(&t, anna).await, (0, 0));
        t.clean().await;
    }
}

/// Unknown stays in transit, and the same payout is asked for again: the bank pays once.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_again_with_the_same_key() {
    for engine in BOTH {
        let t = till(engine).await;
        let anna = crate::till::id();
        sells(&t, anna, 6000).await;
        t.bank.lose(&[Loss::After]);
        t.bank.book().payout_state = Some(PayoutState::Pending);
        let payout = pay_out(&t, anna).await.unwrap();
        while !t.bank.book().losses.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(balance(&t, anna).await, (0, 5400), "{engine:?}");
        sells_and_waits(&t, anna).await;
        for _ in 0..3 {
            t.machine.turn(Duration::from_secs(61));
            t.app.follow_payouts(t.clock.now()).await.unwrap();
        }
        assert_eq!(t.app.find_payout(payout.id).await.unwrap().unwrap().state, PayoutState::Pending);
        t.bank.book().payouts.values_mut().for_each(|state| *state = PayoutState::Paid);
        assert_eq!(ended(&t, payout.id).await, PayoutState::Paid);
        assert_eq!(t.bank.book().payouts.len(), 1);
        assert_eq!(balance(&t, anna).await, (900, 0), "what was sold meanwhile waits for the next");
        t.clean().await;
    }
}

/// While the first is being asked for, there is no second.
async fn sells_and_waits(t: &Till, vendor: VendorId) {
    sells(t, vendor, 1000).await;
    let refused = pay_out(t, vendor).await.unwrap_err();
    assert_eq!(kernel::Coded::code(&refused).text, "payout.under_way");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_payout_nets_what_came_back() {
    for engine in BOTH {
        let t = till(engine).await;
        let anna = crate::till::id();
        let sold = sells(&t, anna, 6000).await;
        let first = pay_out(&t, anna).await.unwrap();
        assert_eq!(ended(&t, first.id).await, PayoutState::Paid);
        t.refund("r/1", rest_of(&sold, 0)).await.unwrap();
        assert_eq!(balance(&t, anna).await, (-5400, 0), "{engine:?}");
        assert!(pay_out(&t, anna).await.is_err());
        sells(&t, anna, 10_000).await;
        let next = pay_out(&t, anna).await.unwrap();
        assert_eq!((next.amount, ended(&t, next.id).await), (3600, PayoutState::Paid));
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_and_a_reserve_come_off() {
    for engine in BOTH {
        let t = with(engine, Config { payout_fee: 25, payout_reserve_bp: 1000, ..Config::default() }).await;
        let anna = crate::till::id();
        sells(&t, anna, 6000).await;
        let payout = pay_out(&t, anna).await.unwrap();
        assert_eq!((payout.amount, ended(&t, payout.id).await), (4835, PayoutState::Paid), "{engine:?}");
        let balance = t.app.balances(anna).await.unwrap()[0];
        assert_eq!((balance.payable, balance.reserve, balance.in_transit), (0, 540, 0));
        let claimed = "SELECT CAST(sum(e.amount) AS bigint) AS sum, count(*) AS n FROM claims c
            JOIN entries e ON e.tx = c.tx AND e.n = c.n WHERE c.payout = $1";
        let row = &t.db.read(claimed, params![payout.id]).await.unwrap()[0];
        assert_eq!((row.get::<i64>("sum").unwrap(), row.get::<i64>("n").unwrap()), (0, 4), "it claims to the cent");
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_are_one_payout() {
    for engine in BOTH {
        let t = till(engine).await;
        let anna = crate::till::id();
        for _ in 0..5 {
            sells(&t, anna, 1000).await;
        }
        let all = tokio::join!(pay_out(&t, anna), pay_out(&t, anna), pay_out(&t, anna), sells(&t, anna, 1000));
        let made: Vec<_> = [all.0, all.1, all.2].into_iter().flatten().collect();
        let mut paid = 0;
        for payout in &made {
            paid += payout.amount;
            assert_eq!(ended(&t, payout.id).await, PayoutState::Paid, "{engine:?}");
        }
        let (payable, in_transit) = balance(&t, anna).await;
        assert_eq!((paid + payable, in_transit), (5400, 0));
        t.clean().await;
    }
}

/// Nobody knows, for longer than the bank remembers keys: a person has to look.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_nobody_knows_the_end_of() {
    for engine in BOTH {
        let t = till(engine).await;
        let anna = crate::till::id();
        sells(&t, anna, 6000).await;
        t.bank.lose(&[Loss::Before, Loss::Before, Loss::Before]);
        let payout = pay_out(&t, anna).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        t.machine.turn(Duration::from_secs(21 * 3600));
        t.app.follow_payouts(t.clock.now()).await.unwrap();
        assert_eq!(t.queue().await, ["payout_unknown"], "{engine:?}");
        assert_eq!(balance(&t, anna).await, (0, 5400), "it stays in transit");
        assert_eq!(t.app.find_payout(payout.id).await.unwrap().unwrap().due, None);
        t.clean().await;
    }
}
