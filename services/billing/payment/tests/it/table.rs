//! The table of `ledger.md`, row by row, entry by entry.
use crate::desk::{Desk, EUR, a_alone, a_and_b, charge, customer, parts, says, vendor};
use kernel::VendorId;
use payment::domain::ledger::{self, PayoutTerms, RefundKind, Tenders, Wanted};

fn a() -> VendorId {
    vendor('A')
}

#[test]
fn capture() {
    says(a_and_b().capture(), &["provider clearing +10000 · payable A −5400 · payable B −3600 · commission −1000"]);
}

#[test]
fn capture_with_500_off_a_funded_by_the_platform() {
    let charge = charge(&[("A", 6000, parts(500, 600, 0, 0)), ("B", 4000, parts(0, 400, 0, 0))]);
    says(
        charge.capture(),
        &["provider clearing +9500 · promotion expense +500 · payable A −5400 · payable B −3600 · commission −1000"],
    );
}

#[test]
fn capture_with_500_off_a_by_a_itself() {
    let charge = charge(&[("A", 5500, parts(0, 550, 0, 0)), ("B", 4000, parts(0, 400, 0, 0))]);
    says(charge.capture(), &["provider clearing +9500 · payable A −4950 · payable B −3600 · commission −950"]);
}

#[test]
fn capture_with_marketplace_tax() {
    let charge = charge(&[("A", 6000, parts(0, 600, 0, 958))]);
    says(charge.capture(), &["provider clearing +6000 · payable A −4442 · commission −600 · tax payable −958"]);
}

#[test]
fn capture_with_tax_on_the_commission() {
    let charge = charge(&[("A", 6000, parts(0, 600, 120, 0))]);
    says(
        charge.capture(),
        &["provider clearing +6000 · payable A −5280 · commission −600 · commission tax payable −120"],
    );
}

#[test]
fn capture_with_shipping_as_a_component() {
    let charge = charge(&[("A", 6000, parts(0, 600, 0, 0)), ("A.ship", 500, parts(0, 50, 0, 0))]);
    says(charge.capture(), &["provider clearing +6500 · payable A −5850 · commission −650"]);
}

#[test]
fn capture_by_wallet_and_card() {
    let charge =
        payment::domain::ledger::Charge { tenders: Tenders { card: 8000, wallet: 2000, gift_card: 0 }, ..a_and_b() };
    says(
        charge.capture(),
        &["wallet C +2000 · provider clearing +8000 · payable A −5400 · payable B −3600 · commission −1000"],
    );
}

#[test]
fn capture_at_total_0_and_its_refund() {
    let mut charge = charge(&[("A", 6000, parts(6000, 600, 0, 0)), ("B", 4000, parts(4000, 400, 0, 0))]);
    says(charge.capture(), &["promotion expense +10000 · payable A −5400 · payable B −3600 · commission −1000"]);
    says(charge.rest("A"), &["payable A +5400 · commission +600 · promotion expense −6000"]);
    assert_eq!(charge.refunded(), 0, "nothing goes to the customer");
}

#[test]
fn refund_of_a() {
    says(a_and_b().rest("A"), &["payable A +5400 · commission +600 · provider clearing −6000"]);
}

#[test]
fn refund_of_a_with_the_funded_500() {
    let mut charge = charge(&[("A", 6000, parts(500, 600, 0, 0)), ("B", 4000, parts(0, 400, 0, 0))]);
    says(charge.rest("A"), &["payable A +5400 · commission +600 · promotion expense −500 · provider clearing −5500"]);
}

#[test]
fn refund_of_2000_of_6000_with_commission_tax() {
    let mut charge = charge(&[("A", 6000, parts(0, 600, 120, 0))]);
    says(
        charge.part("A", 2000),
        &["payable A +1760 · commission +200 · commission tax payable +40 · provider clearing −2000"],
    );
}

#[test]
fn refund_of_b_after_a_by_wallet_and_card() {
    let mut charge = a_and_b();
    charge.tenders = Tenders { card: 8000, wallet: 2000, gift_card: 0 };
    says(charge.rest("A"), &["payable A +5400 · commission +600 · provider clearing −6000"]);
    says(charge.rest("B"), &["payable B +3600 · commission +400 · provider clearing −2000 · wallet C −2000"]);
}

#[test]
fn three_refunds_of_1000_with_commission_125() {
    let mut charge = charge(&[("A", 1000, parts(0, 125, 0, 0))]);
    says(charge.part("A", 333), &["payable A +291 · commission +42 · provider clearing −333"]);
    says(charge.part("A", 333), &["payable A +292 · commission +41 · provider clearing −333"]);
    says(charge.part("A", 334), &["payable A +292 · commission +42 · provider clearing −334"]);
}

#[test]
fn goodwill_and_then_the_line_comes_back() {
    let mut charge = a_alone();
    says(
        charge.back(RefundKind::Goodwill, "A", Wanted::Amount(1000)),
        &["goodwill expense +1000 · provider clearing −1000"],
    );
    says(
        charge.rest("A"),
        &[
            "payable A +4500 · commission +500 · provider clearing −5000",
            "payable A +900 · commission +100 · goodwill expense −1000",
        ],
    );
}

#[test]
fn store_credit_promotional_credit_and_a_gift_card() {
    says(ledger::store_credit(customer(), EUR, 1000), &["goodwill expense +1000 · wallet C −1000"]);
    says(ledger::promotional_credit(customer(), EUR, 2000), &["promotion expense +2000 · wallet C −2000"]);
    says(ledger::gift_card_sold(EUR, 5000), &["provider clearing +5000 · gift cards −5000"]);
}

#[test]
fn a_gift_card_is_redeemed_and_comes_back() {
    let mut charge = a_alone();
    charge.tenders = Tenders { card: 1000, wallet: 0, gift_card: 5000 };
    says(charge.capture(), &["provider clearing +1000 · gift cards +5000 · payable A −5400 · commission −600"]);
    says(charge.rest("A"), &["payable A +5400 · commission +600 · provider clearing −1000 · gift cards −5000"]);
}

#[test]
fn the_provider_settles() {
    says(ledger::provider_settles(EUR, 10_000, 300), &["bank +9700 · provider fees +300 · provider clearing −10000"]);
}

#[test]
fn payout() {
    let (amount, booked) = ledger::claimed(a(), EUR, 5400, PayoutTerms::default()).unwrap();
    assert_eq!(amount, 5400);
    says(booked, &["payable A +5400 · payouts in transit −5400"]);
    says(ledger::paid(a(), EUR, 5400), &["payouts in transit +5400 · bank −5400"]);
    says(ledger::bounced(a(), EUR, 5400), &["payouts in transit +5400 · payable A −5400"]);
}

#[test]
fn payout_with_a_fee_and_a_reserve() {
    let terms = PayoutTerms { fee: 25, reserve_bp: 1000 };
    let (amount, booked) = ledger::claimed(a(), EUR, 5400, terms).unwrap();
    assert_eq!(amount, 5400 - 25 - 540);
    says(
        booked,
        &[
            "payable A +25 · payout fees −25",
            "payable A +540 · reserve A −540",
            "payable A +4835 · payouts in transit −4835",
        ],
    );
    says(ledger::reserve_released(a(), EUR, 540), &["reserve A +540 · payable A −540"]);
    assert!(ledger::claimed(a(), EUR, 25, terms).is_none(), "nothing left after the fee");
}

#[test]
fn refund_after_the_payout_and_the_next_one_nets() {
    let mut charge = a_alone();
    says(charge.rest("A"), &["payable A +5400 · commission +600 · provider clearing −6000"]);
    let (owed, next) = (-5400, 9000);
    assert!(ledger::claimed(a(), EUR, owed, PayoutTerms::default()).is_none(), "the vendor owes us");
    let (_, booked) = ledger::claimed(a(), EUR, owed + next, PayoutTerms::default()).unwrap();
    says(booked, &["payable A +3600 · payouts in transit −3600"]);
    says(ledger::bad_debt(a(), EUR, 5400), &["bad debt +5400 · payable A −5400"]);
}

#[test]
fn a_dispute_opens_and_is_lost() {
    let mut charge = a_and_b();
    let (id, booked) = charge.disputed(6000, &["A"]);
    says(booked, &["dispute clearing +6000 · provider clearing −6000 · payable A +5400 · frozen A −5400"]);
    says(charge.lose_dispute(id), &["frozen A +5400 · commission +600 · dispute clearing −6000"]);
    says(ledger::provider_fee(EUR, 1500), &["provider fees +1500 · provider clearing −1500"]);
    says(ledger::fee_charged_on(a(), EUR, 1500), &["payable A +1500 · provider fees −1500"]);
}

#[test]
fn a_dispute_is_won() {
    let mut charge = a_and_b();
    let (id, _) = charge.disputed(6000, &["A"]);
    says(
        charge.win_dispute(id),
        &["provider clearing +6000 · dispute clearing −6000 · frozen A +5400 · payable A −5400"],
    );
    assert_eq!(charge.win_dispute(id), None, "closed once");
    assert_eq!(charge.lose_dispute(id), None);
}

#[test]
fn of_what_a_refund_left_8000_are_disputed_and_lost() {
    let mut charge = a_and_b();
    charge.part("A", 2000);
    let (id, booked) = charge.disputed(8000, &[]);
    says(
        booked,
        &[
            "dispute clearing +8000 · provider clearing −8000 · payable A +3600 · frozen A −3600 · payable B +3600 · frozen B −3600",
        ],
    );
    says(charge.lose_dispute(id), &["frozen A +3600 · frozen B +3600 · commission +800 · dispute clearing −8000"]);
}

#[test]
fn refunded_6000_and_10000_disputed_and_lost() {
    let mut charge = a_and_b();
    charge.rest("A");
    let (id, booked) = charge.disputed(10_000, &[]);
    says(booked, &["dispute clearing +10000 · provider clearing −10000 · payable B +3600 · frozen B −3600"]);
    says(
        charge.lose_dispute(id),
        &["frozen B +3600 · commission +400 · double return +6000 · dispute clearing −10000"],
    );
}

#[test]
fn an_operator_takes_1000_from_a() {
    says(ledger::adjustment(a(), EUR, 1000), &["payable A +1000 · adjustments −1000"]);
}
