//! Random payment lives: several vendors, discounts, taxes, refunds by amount and units, goodwill, disputes in any order, reported
//! facts, payouts and bounces. The invariants hold after every step, and what a vendor is owed is computed a second time from
//! the facts of the life alone, by another formula than the ledger's (M5).
use crate::desk::{EUR, NOW, customer, id, vendor};
use kernel::{DisputeId, RefundId, VendorId};
use payment::domain::ledger::{
    self, Account, Charge, Component, DisputeState, Disputed, Parts, PayoutTerms, Refund, RefundKind, RefundState,
    Tenders, Transaction, Wanted, WantedPart,
};
use std::collections::BTreeMap;

const LIVES: u64 = 10_000;

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn upto(&mut self, most: i64) -> i64 {
        (self.next() % (most.max(0) as u64 + 1)) as i64
    }
    fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }
    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.next() as usize % of.len().max(1)).copied()
    }
}

/// What happened to one component, told by the life and not by the ledger.
#[derive(Clone, Copy, Default)]
struct Facts {
    back: i64,
    disputed: i64,
    goodwill: i64,
}

struct Life {
    seed: u64,
    dice: Dice,
    charge: Charge,
    /// By component, in their order.
    facts: Vec<Facts>,
    /// Open disputes as the life would spread them.
    spread: BTreeMap<DisputeId, Vec<i64>>,
    /// Beside payments, by vendor: paid, in transit, fees, adjustments, bad debt; what each takes from what is owed.
    aside: BTreeMap<VendorId, i64>,
    transit: Vec<(VendorId, i64)>,
    balance: BTreeMap<Account, i64>,
    names: u128,
}

fn component(n: u32, dice: &mut Dice) -> Component {
    let price = if dice.one_in(4) { dice.upto(9) } else { dice.upto(20_000) };
    let funded = match dice.upto(5) {
        0 => price,
        1 | 2 => dice.upto(price),
        _ => 0,
    };
    let commission = price * dice.upto(3000) / 10_000;
    let commission_tax = if dice.one_in(2) { commission / 5 } else { 0 };
    let marketplace_tax = if dice.one_in(3) { price * 19 / 119 } else { 0 };
    let frozen = Parts { funded, commission, commission_tax, marketplace_tax };
    let (back, refunding, disputed, goodwill, units_back) = Default::default();
    let (id, vendor) = (id(u128::from(n)), vendor(dice.pick(&['A', 'B', 'D']).unwrap()));
    let (line, units, given) = (n, 1 + dice.upto(4) as u32, Parts::default());
    Component { id, vendor, line, units, price, frozen, given, back, refunding, disputed, goodwill, units_back }
}

impl Life {
    fn begin(seed: u64) -> Life {
        let mut dice = Dice(seed);
        let many = 1 + dice.upto(4) as u32;
        let components: Vec<_> = (1..=many).map(|n| component(n, &mut dice)).collect();
        let total: i64 = components.iter().map(Component::charge).sum();
        let wallet = if dice.one_in(3) { dice.upto(total) } else { 0 };
        let gift_card = if dice.one_in(4) { dice.upto(total - wallet) } else { 0 };
        let tenders = Tenders { card: total - wallet - gift_card, wallet, gift_card };
        let facts = vec![Facts::default(); components.len()];
        let (currency, customer, refunds, disputes) = (EUR, Some(customer()), vec![], vec![]);
        let charge = Charge { currency, customer, tenders, components, refunds, disputes };
        let (spread, aside, transit, balance) = Default::default();
        let mut life = Life { seed, dice, charge, facts, spread, aside, transit, balance, names: 100 };
        // What the customer can spend was given first.
        life.book(ledger::store_credit(crate::desk::customer(), EUR, wallet));
        life.book(ledger::gift_card_sold(EUR, gift_card));
        let capture = life.charge.capture();
        life.book(capture);
        life
    }

    fn live(mut self) {
        for _ in 0..12 + self.dice.upto(8) {
            match self.dice.upto(13) {
                0..=3 => self.refund(RefundKind::Refund),
                4 => self.refund(RefundKind::Goodwill),
                5..=6 => self.provider_answers(),
                7 => self.provider_reports(),
                8 => self.dispute_opens(),
                9..=10 => self.dispute_ends(),
                11 => self.pays_out(),
                12 => self.bank_answers(),
                _ => self.house_books(),
            }
            self.holds();
        }
        self.all_goes_back();
    }

    fn book(&mut self, booked: impl IntoIterator<Item = Transaction>) {
        for transaction in booked {
            assert_eq!(transaction.sum(), 0, "M1, seed {}: {transaction:?}", self.seed);
            assert_eq!(transaction.currency, EUR, "M8, seed {}", self.seed);
            for entry in transaction.entries {
                *self.balance.entry(entry.account).or_default() += entry.amount;
            }
        }
    }

    fn on(&self, account: Account) -> i64 {
        self.balance.get(&account).copied().unwrap_or_default()
    }

    fn name<K>(&mut self) -> kernel::Id<K> {
        self.names += 1;
        id(self.names)
    }

    fn new_refund(&mut self, kind: RefundKind) -> Refund {
        let id: RefundId = self.name();
        let (state, key, money) = (RefundState::Refunding, String::new(), Tenders::default());
        let (fingerprint, reason, parts) = ([0; 32], String::new(), vec![]);
        Refund { id, kind, state, key, fingerprint, reason, parts, money, unplaced: 0, asked_at: NOW, at: None }
    }

    fn refund(&mut self, kind: RefundKind) {
        let ids: Vec<_> = self.charge.components.iter().map(|c| (c.id, c.left(), c.units - c.units_back)).collect();
        let Some((component, left, units)) = self.dice.pick(&ids) else { return };
        let wanted = match self.dice.upto(4) {
            0 => Wanted::Rest,
            1 => Wanted::Units(1 + self.dice.upto(i64::from(units.saturating_sub(1))) as u32),
            _ => Wanted::Amount(1 + self.dice.upto(left)),
        };
        let Ok(parts) = self.charge.plan(kind, &[WantedPart { component, wanted }]) else { return };
        let money = self.charge.pay_back(&parts);
        let refund = Refund { parts, money, ..self.new_refund(kind) };
        self.charge.reserve(refund);
        for c in &self.charge.components {
            let taken = c.back + c.refunding + c.disputed + c.goodwill;
            let reserved =
                self.charge.refunds.last().is_some_and(|r| r.parts[0].component == c.id && r.parts[0].amount > 0);
            assert!(!reserved || taken <= c.measure(), "M3, seed {}: {c:?}", self.seed);
        }
        if self.dice.one_in(2) {
            self.provider_answers();
        }
    }

    fn provider_answers(&mut self) {
        let open = self.charge.refunds.iter().filter(|r| r.state == RefundState::Refunding);
        let open: Vec<_> = open.map(|r| r.id).collect();
        let Some(id) = self.dice.pick(&open) else { return };
        if self.dice.one_in(5) {
            self.charge.release(id);
            return;
        }
        self.money_is_back(id);
    }

    /// The provider says yes: first the facts as the life sees them, then the ledger.
    fn money_is_back(&mut self, id: RefundId) {
        let refund = self.charge.refunds.iter().find(|r| r.id == id).unwrap().clone();
        for part in &refund.parts {
            let at = self.at(part.component);
            let c = &self.charge.components[at];
            let came_back = c.units_back == c.units && c.refunding == part.amount;
            if refund.kind == RefundKind::Goodwill {
                self.facts[at].goodwill += part.amount;
            } else {
                self.facts[at].back += part.amount.min(self.room(at));
            }
            let f = self.facts[at];
            let moves = if came_back { f.goodwill } else { part.moves.min(f.goodwill) };
            let moved = moves.min(self.charge.components[at].measure() - f.back - f.disputed);
            self.facts[at].goodwill -= moved;
            self.facts[at].back += moved;
        }
        let booked = self.charge.settle(id, NOW);
        self.book(booked);
    }

    fn provider_reports(&mut self) {
        if self.charge.tenders.card == 0 || !self.dice.one_in(3) {
            return;
        }
        let amount = 1 + self.dice.upto(self.charge.tenders.card);
        for (at, share) in self.naive_spread(amount).into_iter().enumerate() {
            self.facts[at].back += share;
        }
        let refund = Refund { money: Tenders::by_card(amount), ..self.new_refund(RefundKind::Refund) };
        let booked = self.charge.reported(refund, NOW);
        self.book(booked);
    }

    fn dispute_opens(&mut self) {
        if self.charge.tenders.card == 0 {
            return;
        }
        let amount = 1 + self.dice.upto(self.charge.tenders.card);
        let shares = self.naive_spread(amount);
        let id: DisputeId = self.name();
        for (at, share) in shares.iter().enumerate() {
            self.facts[at].disputed += share;
        }
        self.spread.insert(id, shares);
        let booked = self.charge.open_dispute(Disputed { id, bank_id: id.to_string(), amount, named: vec![], at: NOW });
        self.book(booked);
    }

    fn dispute_ends(&mut self) {
        let open = self.charge.disputes.iter().filter(|d| d.state == DisputeState::Open);
        let open: Vec<_> = open.map(|d| d.id).collect();
        let Some(id) = self.dice.pick(&open) else { return };
        let is_lost = self.dice.one_in(2);
        for (at, share) in self.spread.remove(&id).unwrap().into_iter().enumerate() {
            self.facts[at].disputed -= share;
            self.facts[at].back += if is_lost { share } else { 0 };
        }
        let booked = if is_lost { self.charge.lose_dispute(id) } else { self.charge.win_dispute(id) };
        self.book(booked);
    }

    fn pays_out(&mut self) {
        let Some(vendor) = self.dice.pick(&['A', 'B', 'D']).map(vendor) else { return };
        let terms = PayoutTerms { fee: self.dice.upto(30), reserve_bp: self.dice.upto(2) * 500 };
        let owed = -self.on(Account::Payable(vendor));
        let Some((amount, booked)) = ledger::claimed(vendor, EUR, owed, terms) else { return };
        *self.aside.entry(vendor).or_default() += amount + terms.fee;
        self.transit.push((vendor, amount));
        self.book(booked);
    }

    fn bank_answers(&mut self) {
        let Some((vendor, amount)) = self.transit.pop() else { return };
        if self.dice.one_in(3) {
            *self.aside.entry(vendor).or_default() -= amount;
            self.book(ledger::bounced(vendor, EUR, amount));
        } else {
            self.book(ledger::paid(vendor, EUR, amount));
        }
    }

    fn house_books(&mut self) {
        let Some(vendor) = self.dice.pick(&['A', 'B', 'D']).map(vendor) else { return };
        let amount = 1 + self.dice.upto(2000);
        let owed = -self.on(Account::Payable(vendor));
        let (takes, booked) = match self.dice.upto(4) {
            0 => (amount, ledger::fee_charged_on(vendor, EUR, amount)),
            1 => (amount, ledger::adjustment(vendor, EUR, amount)),
            2 if owed < 0 => (owed, ledger::bad_debt(vendor, EUR, -owed)),
            3 => (0, ledger::reserve_released(vendor, EUR, -self.on(Account::Reserve(vendor)))),
            _ => (0, ledger::provider_settles(EUR, amount, amount / 30)),
        };
        *self.aside.entry(vendor).or_default() += takes;
        self.book(booked);
    }

    fn at(&self, component: kernel::ComponentId) -> usize {
        self.charge.components.iter().position(|c| c.id == component).unwrap()
    }

    fn room(&self, at: usize) -> i64 {
        let (c, f) = (&self.charge.components[at], self.facts[at]);
        (c.measure() - f.back - f.disputed - f.goodwill).max(0)
    }

    /// Rule 2, once more: each cent goes to whoever is furthest behind its exact share.
    fn naive_spread(&self, amount: i64) -> Vec<i64> {
        let charged = |c: &Component| c.price > c.frozen.funded;
        let rooms = self.charge.components.iter().enumerate().map(|(at, c)| if charged(c) { self.room(at) } else { 0 });
        let rooms: Vec<i128> = rooms.map(i128::from).collect();
        let all: i128 = rooms.iter().sum();
        let total = i128::from(amount).min(all);
        let mut shares: Vec<i128> = rooms.iter().map(|room| if all == 0 { 0 } else { total * room / all }).collect();
        while shares.iter().sum::<i128>() < total {
            let behind = |at: &usize| total * rooms[*at] - shares[*at] * all;
            let most = (0..rooms.len()).max_by_key(|at| (behind(at), -(*at as i64))).unwrap();
            shares[most] += 1;
        }
        shares.into_iter().map(|share| share as i64).collect()
    }

    /// M5: from the facts of the life. `hu` is written out once more on purpose.
    fn earned(&self, vendor: VendorId) -> i64 {
        let of = |(c, f): (&Component, &Facts)| {
            let (charge, b) = (c.price - c.frozen.funded, i128::from(f.back));
            let m = i128::from(if charge > 0 { charge } else { c.price });
            let hu = |part: i64| if m == 0 { 0 } else { ((2 * i128::from(part) * b + m) / (2 * m)) as i64 };
            let sold =
                charge + c.frozen.funded - c.frozen.commission - c.frozen.commission_tax - c.frozen.marketplace_tax;
            let money = if charge > 0 { f.back } else { 0 };
            let gone = money + hu(c.frozen.funded) - hu(c.frozen.commission) - hu(c.frozen.commission_tax);
            sold - (gone - hu(c.frozen.marketplace_tax))
        };
        let own = self.charge.components.iter().zip(&self.facts).filter(|(c, _)| c.vendor == vendor);
        own.map(of).sum::<i64>() - self.aside.get(&vendor).copied().unwrap_or_default()
    }

    fn holds(&self) {
        let seed = self.seed;
        assert_eq!(self.balance.values().sum::<i64>(), 0, "M2, seed {seed}");
        for (c, f) in self.charge.components.iter().zip(&self.facts) {
            assert!(c.back + c.disputed <= c.measure(), "M3, seed {seed}: {c:?}");
            assert_eq!((c.back, c.disputed, c.goodwill), (f.back, f.disputed, f.goodwill), "facts, seed {seed}: {c:?}");
            let both = [
                (c.given.funded, c.frozen.funded),
                (c.given.commission, c.frozen.commission),
                (c.given.commission_tax, c.frozen.commission_tax),
                (c.given.marketplace_tax, c.frozen.marketplace_tax),
            ];
            assert!(both.iter().all(|(given, frozen)| (0..=*frozen).contains(given)), "parts, seed {seed}: {c:?}");
            let all = c.measure() > 0 && c.back == c.measure();
            assert!(!all || c.given == c.frozen, "M12, seed {seed}: {c:?}");
        }
        for name in ['A', 'B', 'D'] {
            let v = vendor(name);
            let accounts = [Account::Payable(v), Account::Frozen(v), Account::Reserve(v)];
            let owed: i64 = -accounts.iter().map(|a| self.on(*a)).sum::<i64>();
            assert_eq!(owed, self.earned(v), "M5 {name}, seed {seed}");
        }
        let splits = self.charge.splits();
        assert_eq!(splits.values().map(|s| s.charge).sum::<i64>(), self.charge.tenders.total(), "M7, seed {seed}");
        assert!(self.on(Account::Wallet(customer())) <= 0 && self.on(Account::GiftCards) <= 0, "M9, seed {seed}");
    }

    /// n refunds and one more are one refund: in the end every part is back.
    fn all_goes_back(&mut self) {
        while self.charge.disputes.iter().any(|d| d.state == DisputeState::Open) {
            self.dispute_ends();
        }
        while self.charge.refunds.iter().any(|r| r.state == RefundState::Refunding) {
            self.provider_answers();
        }
        let parts = self.charge.plan_all();
        let money = self.charge.pay_back(&parts);
        let refund = Refund { parts, money, ..self.new_refund(RefundKind::Refund) };
        let id = refund.id;
        self.charge.reserve(refund);
        self.money_is_back(id);
        self.holds();
        for c in self.charge.components.iter().filter(|c| c.measure() > 0) {
            assert_eq!((c.back, c.given), (c.measure(), c.frozen), "M12, seed {}: {c:?}", self.seed);
        }
    }
}

#[test]
fn ten_thousand_lives_keep_every_invariant() {
    let first = std::env::var("SOUK_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1_u64);
    println!("seeds {first} to {}", first + LIVES - 1);
    for seed in first..first + LIVES {
        Life::begin(seed).live();
    }
}
