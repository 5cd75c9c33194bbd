//! The ledger scenarios by id: exact entries, balances, counters, and what each vendor is owed (M5).
use crate::desk::{Desk, EUR, Line, Said, charge, component_id, parts, said, vendor};
use payment::domain::ledger::{self, Account, Charge, PayoutTerms, RefundKind, Tenders, Transaction, Wanted};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    id: String,
    postings: Vec<Posting>,
    balances: Said,
    components: Vec<Expected>,
    m5: BTreeMap<char, i64>,
}
#[derive(Deserialize)]
struct Posting {
    when: String,
    entries: Said,
}
#[derive(Deserialize)]
struct Expected {
    name: String,
    price: i64,
    frozen: Frozen,
    given_back: i64,
    parts_given_back: Frozen,
}
#[derive(Clone, Copy, Deserialize)]
struct Frozen {
    funded: i64,
    commission: i64,
    ctax: i64,
    mtax: i64,
}

impl Frozen {
    fn parts(self) -> ledger::Parts {
        parts(self.funded, self.commission, self.ctax, self.mtax)
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../data/ledger_cases.json")).expect("cases")
}

/// Plays one case; the charges it leaves, and all it booked.
fn play(case: &Case) -> (Vec<Charge>, Vec<Transaction>) {
    let lines: Vec<Line<'_>> = case.components.iter().map(|c| (c.name.as_str(), c.price, c.frozen.parts())).collect();
    if case.id == "L15" {
        return a_late_refund(&lines);
    }
    let mut it = charge(&lines);
    if case.id == "L07" {
        it.tenders = Tenders { card: 8000, wallet: 2000, gift_card: 0 };
    }
    if case.id == "L10" {
        it.components[0].units = 3;
    }
    let mut booked: Vec<Transaction> = it.capture().into_iter().collect();
    booked.extend(act(&case.id, &mut it));
    (vec![it], booked)
}

fn act(id: &str, it: &mut Charge) -> Vec<Transaction> {
    let unit = |it: &mut Charge| it.back(RefundKind::Refund, "A.line", Wanted::Units(1));
    let of = |it: &mut Charge, amounts: &[i64]| amounts.iter().flat_map(|x| it.part("A.line", *x)).collect::<Vec<_>>();
    match id {
        "L02" | "L04" | "L08" => it.rest("A.line"),
        "L05" => of(it, &[2000]),
        "L07" => [it.rest("A.line"), it.rest("B.line")].concat(),
        "L09" => of(it, &[333, 333, 334]),
        "L10" => [unit(it), unit(it), unit(it)].concat(),
        "L11" => [it.back(RefundKind::Goodwill, "A.line", Wanted::Amount(1000)), it.rest("A.line")].concat(),
        "L14" => {
            [paid_out(5400), ledger::bounced(vendor('A'), EUR, 5400).into_iter().collect(), paid_out(5400), paid(5400)]
                .concat()
        }
        "L18" => disputed(it, &["A.line"], |it, id| {
            let fee = [ledger::provider_fee(EUR, 1500), ledger::fee_charged_on(vendor('A'), EUR, 1500)];
            it.lose_dispute(id).into_iter().chain(fee.into_iter().flatten()).collect()
        }),
        "L19" => disputed(it, &["A.line"], |it, id| it.win_dispute(id).into_iter().chain(it.rest("A.line")).collect()),
        "L21" => {
            let refund = it.rest("A.line");
            let (id, opened) = it.disputed(10_000, &[]);
            [refund, opened, it.lose_dispute(id).into_iter().collect()].concat()
        }
        "L22" => {
            let (id, opened) = it.disputed(1000, &[]);
            [opened, it.lose_dispute(id).into_iter().collect()].concat()
        }
        "L24" => {
            let (id, opened) = it.disputed(333, &[]);
            let refund = it.part("A.line", 333);
            [opened, refund, it.lose_dispute(id).into_iter().collect(), it.rest("A.line")].concat()
        }
        other => panic!("{other} has no script"),
    }
}

fn disputed(
    it: &mut Charge,
    named: &[&str],
    then: impl FnOnce(&mut Charge, kernel::DisputeId) -> Vec<Transaction>,
) -> Vec<Transaction> {
    let (id, opened) = it.disputed(6000, named);
    [opened, then(it, id)].concat()
}

fn paid_out(owed: i64) -> Vec<Transaction> {
    ledger::claimed(vendor('A'), EUR, owed, PayoutTerms::default()).expect("owed").1
}

fn paid(amount: i64) -> Vec<Transaction> {
    ledger::paid(vendor('A'), EUR, amount).into_iter().collect()
}

/// Two payments of one vendor, a payout between.
fn a_late_refund(lines: &[Line<'_>]) -> (Vec<Charge>, Vec<Transaction>) {
    let (mut first, next) = (charge(&lines[..1]), charge(&lines[1..]));
    let mut booked: Vec<_> = first.capture().into_iter().collect();
    booked.extend(paid_out(owed(&booked, 'A')));
    booked.extend(paid(5400));
    booked.extend(first.rest("A.line"));
    booked.extend(next.capture());
    booked.extend(paid_out(owed(&booked, 'A')));
    (vec![first, next], booked)
}

fn owed(booked: &[Transaction], name: char) -> i64 {
    let on = |account| booked.iter().map(|t| t.on(account)).sum::<i64>();
    -(on(Account::Payable(vendor(name))) + on(Account::Frozen(vendor(name))) + on(Account::Reserve(vendor(name))))
}

#[test]
fn every_scenario_comes_out_to_the_cent() {
    let cases = cases();
    assert_eq!(cases.len(), 15);
    for case in &cases {
        let (charges, booked) = play(case);
        let expected: Vec<_> = case.postings.iter().map(|p| (p.when.as_str(), &p.entries)).collect();
        let said: Vec<Said> = booked.iter().map(said).collect();
        for (at, (when, entries)) in expected.iter().enumerate() {
            assert_eq!(said.get(at), Some(*entries), "{} {when}", case.id);
        }
        assert_eq!(said.len(), expected.len(), "{}", case.id);
        let mut balances = Said::new();
        said.into_iter().flatten().for_each(|(name, amount)| *balances.entry(name).or_default() += amount);
        balances.retain(|_, amount| *amount != 0);
        assert_eq!(balances, case.balances, "{}", case.id);
        for expected in &case.components {
            let id = component_id(&expected.name);
            let c = charges.iter().find_map(|charge| charge.component(id)).expect("component");
            assert_eq!((c.back, c.given), (expected.given_back, expected.parts_given_back.parts()), "{}", case.id);
        }
        for (name, amount) in &case.m5 {
            assert_eq!(owed(&booked, *name), *amount, "{} M5 {name}", case.id);
        }
    }
}
