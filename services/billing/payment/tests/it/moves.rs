//! The payment's own rules, without a store and without a bank.
use crate::{
    desk::{NOW, a_and_b, component_id, customer, id},
    till::MACHINE,
};
use kernel::AttemptId;
use payment::domain::{
    AskedBack, AttemptState, Back, CardToken, Concern, Errand, Event, Moment, Opening, Payment, Problem, Record,
    Refused, Standing, State, Status, Terms, Told, Windows,
    ledger::{Charge, RefundKind, Tenders, Wanted, WantedPart},
};
use std::time::Duration;

fn windows() -> Windows {
    payment::Config::default().windows()
}

fn at(windows: &Windows, seconds: u64) -> Moment<'_> {
    let span = Duration::from_secs(seconds);
    Moment { business: NOW + span, machine: MACHINE + span, windows }
}

fn opening(charge: Charge) -> Opening {
    let terms = Terms { fingerprint: [7; 32], client_reference: String::new(), gift_card: None, charge };
    Opening { id: id(1), order: id(2), total: 10_000, terms, attempt: id(3), card: CardToken::new("tok_good") }
}

fn open(w: &Windows) -> Payment {
    Payment::open(opening(a_and_b()), &at(w, 0)).unwrap().0
}

fn record(p: &Payment, attempt: AttemptId, status: Status) -> Record {
    Record {
        bank_id: "bp_1".into(),
        reference: p.order.to_string(),
        attempt: attempt.to_string(),
        amount: 10_000,
        currency: "EUR".into(),
        status,
        problem: (status == Status::Declined).then_some(Problem::InsufficientFunds),
        action_url: (status == Status::NeedsAction).then(|| "https://bank.test".into()),
        captured: if status == Status::Captured { 10_000 } else { 0 },
        refunds: vec![],
        disputes: vec![],
    }
}

fn hear(p: &mut Payment, status: Status, moment: &Moment) -> Vec<Event> {
    let attempt = p.attempts.last().unwrap().id;
    let told = Told::Record(Box::new(record(p, attempt, status)));
    p.hear(&Errand::LookUp(attempt), &told, moment)
}

fn taken(w: &Windows) -> Payment {
    let mut p = open(w);
    hear(&mut p, Status::Authorized, &at(w, 1));
    p.take(&at(w, 2)).unwrap();
    hear(&mut p, Status::Captured, &at(w, 3));
    p
}

#[test]
fn a_card_token_can_not_be_printed() {
    let w = windows();
    let p = open(&w);
    let token = p.attempts[0].card.clone().unwrap();
    assert_eq!((token.expose(), format!("{token:?}").as_str()), ("tok_good", "CardToken(…)"));
    assert!(!format!("{p:?}").contains("tok_good"));
    for wrong in ["", "tok good", "tök", &"x".repeat(256)] {
        assert!(CardToken::new(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn facts_only_move_forward() {
    let w = windows();
    let mut p = open(&w);
    assert_eq!(hear(&mut p, Status::Authorized, &at(&w, 1)), [Event::Attempted(id(3))]);
    assert_eq!((p.authorized_at, p.attempts[0].card.is_none()), (Some(at(&w, 1).business), true));
    for late in [Status::Pending, Status::NeedsAction, Status::Authorized] {
        let before = p.clone();
        assert!(hear(&mut p, late, &at(&w, 2)).is_empty());
        assert_eq!(p, before, "{late:?}");
    }
    p.take(&at(&w, 3)).unwrap();
    assert_eq!(hear(&mut p, Status::Captured, &at(&w, 4)).len(), 1);
    for late in [Status::Captured, Status::Authorized, Status::Pending] {
        assert!(hear(&mut p, late, &at(&w, 5)).is_empty(), "{late:?}");
    }
    assert_eq!((p.state, p.captured_at, p.due), (State::Taken, Some(at(&w, 4).business), None));
}

#[test]
fn every_word_of_the_bank_has_its_standing() {
    let w = windows();
    for (status, standing) in [
        (Status::Authorized, Standing::Done),
        (Status::Pending, Standing::Pending),
        (Status::NeedsAction, Standing::NeedsCustomer(Some("https://bank.test".into()))),
        (Status::Declined, Standing::Failed(Problem::InsufficientFunds)),
        (Status::Voided, Standing::Failed(Problem::Declined)),
    ] {
        let mut p = open(&w);
        hear(&mut p, status, &at(&w, 1));
        assert_eq!(p.standing(), Ok(standing));
        let is_final = matches!(status, Status::Authorized | Status::Declined | Status::Voided);
        assert_eq!(p.due.is_none(), is_final, "{status:?}");
    }
}

#[test]
fn who_closes_first_wins() {
    let w = windows();
    let mut p = open(&w);
    hear(&mut p, Status::Authorized, &at(&w, 1));
    let (mut voided, mut taking) = (p.clone(), p);
    assert_eq!(voided.void("customer", &at(&w, 2)), (true, vec![Event::Closed]));
    assert_eq!(voided.void("deadline", &at(&w, 3)), (true, vec![]));
    assert_eq!(voided.take(&at(&w, 3)), Err(Refused::Closed("customer".into())));
    assert_eq!(voided.errands(&at(&w, 3)), [Errand::Void(id(3))]);
    assert_eq!(taking.take(&at(&w, 2)), Ok(vec![Event::Taking]));
    assert_eq!(taking.void("customer", &at(&w, 3)), (false, vec![]));
    assert_eq!(taking.errands(&at(&w, 3)), [Errand::Capture(id(3))]);
    assert_eq!((voided.version, taking.version), (3, 3), "one move, one version");
}

#[test]
fn what_is_not_resent_is_looked_up() {
    let w = windows();
    let day = 20 * 3600;
    let mut p = open(&w);
    assert_eq!(p.errands(&at(&w, day - 1)), [Errand::Authorize(id(3))]);
    assert_eq!(p.errands(&at(&w, day)), [Errand::LookUp(id(3))]);
    hear(&mut p, Status::Authorized, &at(&w, 1));
    let mut closed = p.clone();
    closed.void("deadline", &at(&w, 100));
    assert_eq!(closed.errands(&at(&w, day + 99)), [Errand::Void(id(3))]);
    assert_eq!(closed.errands(&at(&w, day + 100)), [Errand::LookUp(id(3))]);
    p.take(&at(&w, 100)).unwrap();
    assert_eq!(p.errands(&at(&w, day + 100)), [Errand::LookUp(id(3))]);
}

/// "None" from a provider that does not remember a void is no answer: the attempt is watched for a day.
#[test]
fn none_is_no_answer_until_it_was_watched_long_enough() {
    let w = windows();
    let mut p = open(&w);
    p.void("deadline", &at(&w, 0));
    let errand = Errand::Void(id(3));
    for seconds in [1, 3600, 86_399] {
        assert!(p.hear(&errand, &Told::Nothing, &at(&w, seconds)).is_empty());
        assert!(p.due.is_some());
    }
    assert_eq!(p.hear(&errand, &Told::Nothing, &at(&w, 86_400)), [Event::Attempted(id(3))]);
    assert_eq!((p.attempts[0].state, p.due), (AttemptState::Voided, None));
    assert_eq!(hear(&mut p, Status::Authorized, &at(&w, 90_000)).len(), 1, "it appeared all the same");
    assert_eq!(p.errands(&at(&w, 90_000)).len(), 1, "and is voided again");
}

#[test]
fn money_that_moved_unasked_is_for_a_person() {
    let w = windows();
    let mut p = open(&w);
    let concerns = |events: Vec<Event>| -> Vec<Concern> {
        events.iter().filter_map(|e| if let Event::Queued(c, _) = e { Some(*c) } else { None }).collect()
    };
    assert_eq!(concerns(hear(&mut p, Status::Captured, &at(&w, 1))), [Concern::CapturedUnasked]);
    p.void("deadline", &at(&w, 2));
    assert_eq!(concerns(hear(&mut p, Status::Captured, &at(&w, 3))), [Concern::CapturedUnasked]);
    let told = p.hear(&Errand::Void(id(3)), &Told::No("captured".into()), &at(&w, 4));
    assert_eq!(concerns(told), [Concern::VoidRefused]);
    let mut declined = open(&w);
    hear(&mut declined, Status::Declined, &at(&w, 1));
    assert_eq!(concerns(hear(&mut declined, Status::Authorized, &at(&w, 2))), [Concern::CameAlive]);
}

#[test]
fn terms_must_add_up() {
    let w = windows();
    let refused = |change: fn(&mut Opening)| {
        let mut opening = opening(a_and_b());
        change(&mut opening);
        Payment::open(opening, &at(&w, 0)).unwrap_err()
    };
    assert_eq!(refused(|o| o.total = 9_999), Refused::TotalDiffers);
    assert_eq!(refused(|o| o.terms.charge.tenders = Tenders::by_card(9_999)), Refused::TotalDiffers);
    assert_eq!(refused(|o| o.terms.charge.components[1].id = o.terms.charge.components[0].id), Refused::TotalDiffers);
    assert_eq!(refused(|o| o.terms.charge.components[0].frozen.commission = -1), Refused::TotalDiffers);
    assert_eq!(refused(|o| o.card = None), Refused::NoCard);
    let by_wallet = Tenders { card: 0, wallet: 10_000, gift_card: 0 };
    let guest = Charge { customer: None, tenders: by_wallet, ..a_and_b() };
    assert_eq!(Payment::open(opening(guest), &at(&w, 0)).unwrap_err(), Refused::TotalDiffers, "a guest has no wallet");
    let owner = Charge { customer: Some(customer()), tenders: by_wallet, ..a_and_b() };
    let (p, _) = Payment::open(opening(owner), &at(&w, 0)).unwrap();
    assert!(p.attempts.is_empty() && p.due.is_none(), "no card is asked");
}

#[test]
fn parts_of_a_refund_follow_the_cumulative_rule() {
    let w = windows();
    let mut p = taken(&w);
    let asked = |n: u128, wanted| AskedBack {
        id: id(n),
        kind: RefundKind::Refund,
        key: n.to_string(),
        fingerprint: [n as u8; 32],
        back: Back::Parts(vec![WantedPart { component: component_id("A"), wanted }]),
        reason: String::new(),
    };
    assert_eq!(p.refund(asked(50, Wanted::Amount(100)), &at(&w, 5)).unwrap(), [Event::Reserved(id(50))]);
    assert_eq!(p.due, Some(at(&w, 5).lease()));
    assert_eq!(p.refund(asked(50, Wanted::Amount(100)), &at(&w, 6)), Ok(vec![]), "a repeat");
    let other = AskedBack { fingerprint: [0; 32], ..asked(50, Wanted::Rest) };
    assert_eq!(p.refund(other, &at(&w, 6)), Err(Refused::KeyReused));
    let no = p.hear(&Errand::Refund(id(3), id(50)), &Told::No("lapsed".into()), &at(&w, 7));
    assert_eq!(no[0], Event::Released(id(50)));
    assert_eq!(p.terms.as_ref().unwrap().charge.components[0].refunding, 0);
}
