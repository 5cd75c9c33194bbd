//! Two workers, a customer and a bank whose messages are lost, in random order, on fakes: whatever happens, an order whose void was
//! acknowledged is never charged, and one that was taken is charged once.
use crate::{
    bank::{Bank, Loss},
    book::{Memory, Nothing},
    desk::{NOW, a_and_b, id},
    till::MACHINE,
};
use kernel::OrderId;
use payment::{
    Config, Error,
    app::{AddAttempt, AskRefund, Authorize, Payments, VoidPayment},
    domain::{
        AskedBack, Back, CardToken, Event, State, Status,
        ledger::{Account, RefundKind, RefundState},
    },
};
use platform_test::HandClock;
use std::{sync::Arc, time::Duration};

const STORMS: u64 = 600;

/// A small generator, the same everywhere.
struct Dice(u64);

impl Dice {
    fn upto(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % (most + 1)
    }
    fn card(&mut self) -> &'static str {
        ["tok_good", "tok_good", "tok_declined", "tok_insufficient", "tok_3ds", "tok_unknown"][self.upto(5) as usize]
    }
}

struct Storm {
    app: Payments,
    bank: Arc<Bank>,
    memory: Arc<Memory>,
    machine: Arc<HandClock>,
    dice: Dice,
    order: OrderId,
    ids: u128,
    card: &'static str,
    void_acknowledged: bool,
    take_acknowledged: bool,
}

impl Storm {
    fn new(seed: u64) -> Storm {
        let (bank, memory, machine) =
            (Arc::<Bank>::default(), Arc::<Memory>::default(), Arc::new(HandClock::at(MACHINE)));
        let config = Config::default();
        let app = Payments {
            book: memory.clone(),
            payouts: Arc::new(Nothing),
            statements: Arc::new(Nothing),
            provider: bank.clone(),
            bank: bank.clone(),
            clock: Arc::new(HandClock::at(NOW)),
            machine: machine.clone(),
            due: Default::default(),
            payout_due: Default::default(),
            windows: config.windows(),
            config,
        };
        let mut dice = Dice(seed);
        let (card, order) = (dice.card(), id(1));
        let (void_acknowledged, take_acknowledged) = (false, false);
        Storm { app, bank, memory, machine, dice, order, ids: 10, card, void_acknowledged, take_acknowledged }
    }
    fn fresh<K>(&mut self) -> kernel::Id<K> {
        self.ids += 1;
        id(self.ids)
    }
    fn authorize(&mut self) -> Authorize {
        Authorize {
            payment: self.fresh(),
            attempt: self.fresh(),
            order: self.order,
            total: 10_000,
            charge: a_and_b(),
            gift_card: None,
            card: CardToken::new(self.card),
            client_reference: String::new(),
            fingerprint: [1; 32],
        }
    }
    fn refund(&mut self) -> AskRefund {
        let key = self.dice.upto(2).to_string();
        let (kind, back, reason) = (RefundKind::Refund, Back::All, String::new());
        let asked = AskedBack { id: self.fresh(), kind, key, fingerprint: [2; 32], back, reason };
        AskRefund { order: self.order, asked }
    }

    async fn step(&mut self) {
        if self.dice.upto(2) == 0 {
            let loss = [Loss::Before, Loss::After, Loss::None][self.dice.upto(2) as usize];
            self.bank.lose(&[loss]);
        }
        match self.dice.upto(10) {
            0 | 1 => {
                let command = self.authorize();
                let _ = self.app.authorize(command).await;
            }
            2 | 3 => self.take().await,
            4 if self.dice.upto(3) == 0 => self.void().await,
            5 if self.dice.upto(3) == 0 => self.both().await,
            6 => {
                let command = AddAttempt {
                    attempt: self.fresh(),
                    order: self.order,
                    card: CardToken::new(self.dice.card()).unwrap(),
                    step: Some(self.dice.upto(3).to_string()),
                };
                let _ = self.app.add_attempt(command).await;
            }
            7 => {
                let command = self.refund();
                let _ = self.app.refund(command).await;
            }
            8 => self.bank_moves().await,
            _ => self.time_passes().await,
        }
    }
    async fn take(&mut self) {
        if let Ok(payment) = self.app.take(self.order).await {
            self.take_acknowledged |= payment.state == State::Taken;
        }
    }
    async fn void(&mut self) {
        let command = VoidPayment { payment: self.fresh(), order: self.order, reason: "storm".into() };
        if let Ok(payment) = self.app.void(command).await {
            self.void_acknowledged |= payment.state == State::Closed;
        }
    }
    async fn both(&mut self) {
        let command = VoidPayment { payment: self.fresh(), order: self.order, reason: "storm".into() };
        let (taken, voided) = tokio::join!(self.app.take(self.order), self.app.void(command));
        self.take_acknowledged |= taken.is_ok_and(|p| p.state == State::Taken);
        self.void_acknowledged |= voided.is_ok_and(|p| p.state == State::Closed);
    }
    /// The customer passes 3-D Secure or fails, the issuer drops an authorization, the bank rings.
    async fn bank_moves(&mut self) {
        let word = self.dice.upto(3);
        let attempt = self.bank.book().records.values_mut().last().map(|record| {
            record.status = match (record.status, word) {
                (Status::NeedsAction, 0 | 1) => Status::Authorized,
                (Status::NeedsAction, 2) => Status::Declined,
                (Status::Authorized, 3) => Status::Voided,
                (same, _) => same,
            };
            record.attempt.parse().unwrap()
        });
        if let Some(attempt) = attempt {
            let _ = self.app.hear_doorbell(attempt).await;
        }
    }
    async fn time_passes(&mut self) {
        self.machine.turn(Duration::from_secs(self.dice.upto(90)));
        self.app.run_errands(NOW).await.unwrap();
    }

    async fn calm(&mut self) {
        self.bank.book().losses.clear();
        for _ in 0..40 {
            self.machine.turn(Duration::from_secs(30));
            self.app.run_errands(NOW).await.unwrap();
        }
    }
    async fn judge(&mut self, seed: u64) {
        let Some(payment) = self.app.find(self.order).await.unwrap() else { return };
        let captured = self.bank.captured();
        assert!(!(self.void_acknowledged && self.take_acknowledged), "seed {seed}: both were told yes");
        assert_eq!(
            captured,
            if payment.state == State::Taken { 10_000 } else { 0 },
            "seed {seed}: {:?}",
            payment.state
        );
        assert!(!self.void_acknowledged || payment.state == State::Closed, "seed {seed}");
        assert!(!self.take_acknowledged || payment.state == State::Taken, "seed {seed}");
        assert_ne!(payment.state, State::Taking, "seed {seed}: decided once faults stop");
        if payment.state == State::Closed {
            assert_eq!(self.bank.live(), 0, "seed {seed}: O5");
        }
        self.judge_money(seed, &payment);
    }
    /// What we booked is what the bank did (M4), once.
    fn judge_money(&self, seed: u64, payment: &payment::domain::Payment) {
        let refunded: i64 = self.bank.book().records.values().flat_map(|r| &r.refunds).map(|r| r.amount).sum();
        let events = self.memory.events.lock().unwrap();
        let booked: i64 = events.iter().flat_map(|(_, e)| e.booked()).map(|t| t.on(Account::ProviderClearing)).sum();
        assert_eq!(booked, self.bank.captured() - refunded, "seed {seed}: M4");
        assert!(refunded == 0 || refunded == 10_000, "seed {seed}: one refund of all");
        let acts = self.bank.book().acts.clone();
        assert!(acts.iter().filter(|key| key.ends_with("/capture")).count() <= 1, "seed {seed}");
        let open = payment.terms.iter().flat_map(|t| &t.charge.refunds).any(|r| r.state == RefundState::Refunding);
        assert!(!open, "seed {seed}: settled once faults stop");
        assert!(
            events.iter().filter(|(_, e)| matches!(e, Event::Taken(_) | Event::Closed)).count() <= 1,
            "seed {seed}"
        );
    }
}

#[tokio::test]
async fn no_storm_charges_twice_or_after_a_void() {
    let first = std::env::var("SOUK_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1_u64);
    println!("seeds {first} to {}", first + STORMS - 1);
    let mut ends = [0; 3];
    for seed in first..first + STORMS {
        let mut storm = Storm::new(seed);
        for _ in 0..25 {
            storm.step().await;
        }
        storm.calm().await;
        storm.judge(seed).await;
        let end = storm.app.find(storm.order).await.unwrap().map(|p| p.state);
        ends[match end {
            Some(State::Taken) => 0,
            Some(State::Closed) => 1,
            _ => 2,
        }] += 1;
    }
    println!("taken, closed, open: {ends:?}");
    assert!(ends[0] > 50 && ends[1] > 50, "storms of all kinds: {ends:?}");
}

/// What a use case says to a caller that can't be served.
#[tokio::test]
async fn refusals_have_codes() {
    let mut storm = Storm::new(1);
    storm.card = "tok_good";
    let refused = storm.app.take(storm.order).await.map(drop).unwrap_err();
    assert!(matches!(refused, Error::NotAuthorized));
    let command = storm.authorize();
    storm.app.authorize(command).await.unwrap();
    let other = Authorize { fingerprint: [9; 32], ..storm.authorize() };
    assert!(matches!(storm.app.authorize(other).await.map(drop).unwrap_err(), Error::KeyReused));
    let command = storm.refund();
    assert!(matches!(storm.app.refund(command).await.map(drop).unwrap_err(), Error::NotTaken));
    assert_eq!(storm.app.machine.now(), MACHINE);
}
