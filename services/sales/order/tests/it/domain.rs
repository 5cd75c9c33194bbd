//! The aggregate: each illegal move by its name, and the invariants under any sequence of commands.
use super::made::{NOW, Wish, answers, confirmed, id, lamps_and_rug, parcel, placed, quote, undone, wish};
use kernel::{ComponentId, Timestamp, share::half_up};
use order::{
    domain::{
        Amount, Count, Event, Happened, Order, Outcome, Part, Problem, Refund, Refusal, State, Then, VendorState,
        Waiting, What,
    },
    events::facts,
};
use proptest::{prelude::*, sample::Index};
use std::collections::BTreeMap;

fn waiting(left: u32) -> Waiting {
    Waiting { problem: Problem::Declined, action_url: None, attempts_left: left, until: Timestamp(NOW.0 + 1) }
}

#[test]
fn a_quote_becomes_one_vendor_order_a_vendor() {
    let (order, history) = placed(&lamps_and_rug());
    assert_eq!((order.vendor_orders.len(), order.total, order.state, order.version), (2, 10_500, State::Placed, 1));
    assert_eq!(order.vendor_orders.iter().map(|v| v.total()).sum::<i64>(), order.total, "O10");
    assert_eq!(Order::fold(history), Ok(Some(order)));
}

#[test]
fn a_quote_whose_parts_are_not_its_total_becomes_nothing() {
    let mut wrong = lamps_and_rug();
    wrong.total += 1;
    let new = super::made::new_order(&wrong);
    assert_eq!(Order::place(new, &wrong, NOW).unwrap_err(), Refusal::Unequal);
    let nobodys = order::domain::Quote { owner: None, ..lamps_and_rug() };
    assert_eq!(Order::place(super::made::new_order(&nobodys), &nobodys, NOW).unwrap_err(), Refusal::Unequal);
}

#[test]
fn the_decision_needs_every_answer_and_is_made_once() {
    let quote = lamps_and_rug();
    let (order, _) = placed(&quote);
    assert_eq!(order.confirm(&[], NOW), Err(Refusal::Untold));
    assert_eq!(order.confirm(&answers(&quote)[..4], NOW), Err(Refusal::Untold), "not taken");
    assert_eq!(order.cancel_undecided("x", &undone("x")[..2], NOW), Err(Refusal::Untold));
    let done = order.then(&order.confirm(&answers(&quote), NOW).unwrap());
    assert_eq!(done.confirm(&answers(&quote), NOW), Err(Refusal::AlreadyConfirmed));
    assert_eq!(done.cancel_undecided("x", &undone("x"), NOW), Err(Refusal::AlreadyConfirmed));
    let gone = order.then(&order.cancel_undecided("customer", &undone("customer"), NOW).unwrap());
    assert_eq!(gone.confirm(&answers(&quote), NOW), Err(Refusal::AlreadyCancelled));
    assert_eq!((gone.state, gone.reason.as_deref()), (State::Cancelled, Some("customer")));
    assert!(gone.vendor_orders.iter().all(|v| v.state == VendorState::Cancelled && v.told == 0));
}

/// Checkout 8: what was answered is appended once, before the decision, and time never runs backwards in a stream.
#[test]
fn a_wait_keeps_what_was_heard_and_says_nothing_twice() {
    let quote = lamps_and_rug();
    let (order, _) = placed(&quote);
    let heard = &answers(&quote)[..2];
    let order = order.then(&order.wait(waiting(4), heard, NOW).unwrap());
    assert_eq!(
        order.story.iter().map(|(_, name)| *name).collect::<Vec<_>>(),
        ["placed", "accepted", "held", "awaiting_payment"]
    );
    assert_eq!(order.wait(waiting(4), heard, NOW), Ok(vec![]));
    let order = order.then(&order.wait(waiting(3), heard, NOW).unwrap());
    let order = order.then(&order.another_card(Timestamp(NOW.0 - 5)).unwrap());
    assert_eq!((order.waiting.clone(), order.story.last().unwrap().0), (None, NOW));
    let order = order.then(&order.confirm(&answers(&quote), NOW).unwrap());
    assert_eq!(order.story.iter().filter(|(_, name)| *name == "held").count(), 1);
}

#[test]
fn illegal_moves_have_names() {
    let (order, _) = confirmed(&lamps_and_rug());
    let (a, b) = (order.vendor_orders[0].clone(), order.vendor_orders[1].clone());
    let units = |n| vec![Count { line: a.lines[0].id, quantity: n }];
    let (ship, cancel) =
        (|o: &Order, n| o.ship(a.id, parcel(units(n))), |o: &Order, n| o.cancel_units(a.id, &units(n), "x", NOW));
    assert_eq!(ship(&order, 4), Err(Refusal::TooMany));
    assert_eq!(ship(&order, 0), Err(Refusal::NoUnits));
    assert_eq!(order.ship(b.id, parcel(units(1))), Err(Refusal::NoSuchLine));
    assert_eq!(order.ship(id(), parcel(units(1))), Err(Refusal::NoSuchVendorOrder));
    assert_eq!(order.deliver(id(), NOW), Err(Refusal::NoSuchParcel));
    let shipped = order.then(&ship(&order, 2).unwrap());
    assert_eq!(cancel(&shipped, 2), Err(Refusal::AlreadyShipped), "S02");
    assert_eq!(shipped.cancel_all("customer", NOW), Err(Refusal::AlreadyShipped));
    assert_eq!(shipped.cancel_vendor_orders(&[a.id], "customer", NOW), Err(Refusal::AlreadyShipped));
    let cancelled = order.then(&cancel(&order, 2).unwrap());
    assert_eq!(ship(&cancelled, 2), Err(Refusal::AlreadyCancelled));
    assert_eq!(ship(&placed(&lamps_and_rug()).0, 1), Err(Refusal::InProgress));
    let gone = order.then(&order.cancel_all("customer", NOW).unwrap());
    assert_eq!(gone.state, State::Cancelling);
    assert_eq!(ship(&gone, 1), Err(Refusal::AlreadyCancelled));
    assert_eq!(gone.cancel_all("customer", NOW), Err(Refusal::AlreadyCancelled));
    let part = Part { component: order.components[0].id, amount: Amount::Minor(6001) };
    assert_eq!(order.ask_refund(&[part], "late", NOW), Err(Refusal::TooMuch));
    assert_eq!(order.ask_refund(&[Part { component: id(), ..part }], "late", NOW), Err(Refusal::NoSuchComponent));
}

#[test]
fn a_parcel_arrives_or_comes_back_once() {
    let (order, _) = confirmed(&lamps_and_rug());
    let a = &order.vendor_orders[0];
    let (one, two) = (parcel(a.open()), parcel(vec![]));
    let order = order.then(&order.ship(a.id, one.clone()).unwrap());
    assert_eq!(order.vendor_orders[0].state, VendorState::Shipped);
    let arrived = order.then(&order.deliver(one.id, NOW).unwrap());
    assert_eq!((arrived.vendor_orders[0].state, arrived.deliver(one.id, NOW)), (VendorState::Delivered, Ok(vec![])));
    assert_eq!(arrived.send_back(one.id, NOW), Err(Refusal::AlreadyDelivered));
    let back = order.then(&order.send_back(one.id, NOW).unwrap());
    assert_eq!((back.vendor_orders[0].state, back.state), (VendorState::Cancelled, State::Confirmed));
    assert_eq!(back.vendor_orders[0].reason.as_deref(), Some("returned_to_sender"));
    assert_eq!((back.send_back(one.id, NOW), back.deliver(one.id, NOW)), (Ok(vec![]), Err(Refusal::AlreadyCancelled)));
    assert_eq!(back.deliver(two.id, NOW), Err(Refusal::NoSuchParcel));
}

/// What goes back: units by the cumulative rule, the rest of a line that is gone, and shipping with the last of them.
#[test]
fn the_last_unit_takes_the_rest_and_the_shipping() {
    let (order, _) = confirmed(&lamps_and_rug());
    let a = order.vendor_orders[0].clone();
    let one = [Count { line: a.lines[0].id, quantity: 1 }];
    let mut order = order;
    let mut asked = vec![];
    for _ in 0..3 {
        let events = order.cancel_units(a.id, &one, "out_of_stock", NOW).unwrap();
        order = order.then(&events);
        let refund = events[0].event.refund().unwrap().clone();
        assert_eq!(refund.then, Then::Release(order.vendor_orders[0].units(&one)));
        let What::Parts(parts) = refund.what else { panic!() };
        asked.push(parts.iter().map(|p| p.amount).collect::<Vec<_>>());
    }
    assert_eq!(asked, [vec![Amount::Units(1)], vec![Amount::Units(1)], vec![Amount::Rest, Amount::Rest]]);
    assert_eq!((order.vendor_orders[0].state, order.state), (VendorState::Cancelled, State::Confirmed));
    let events = order.cancel_vendor_orders(&[order.vendor_orders[1].id], "customer", NOW).unwrap();
    let order = order.then(&events);
    assert_eq!((order.state, order.open_refunds().count()), (State::Cancelling, 5), "four of units, one of the rest");
    assert_eq!(order.finish_cancelling(&undone("")[1..], NOW), Err(Refusal::Untold), "refunds are open");
}

#[test]
fn an_order_whose_last_refund_was_refused_stays_cancelling() {
    let (order, _) = confirmed(&lamps_and_rug());
    let order = order.then(&order.cancel_all("customer", NOW).unwrap());
    let order = order.then(&order.refund_refused(1, "refund.refused", NOW));
    assert!(order.is_owed());
    let order = order.then(&order.finish_cancelling(&undone("")[1..], NOW).unwrap());
    assert_eq!((order.state, order.story.last().unwrap().1), (State::Cancelling, "accept_undone"));
}

#[test]
fn an_order_is_completed_when_its_parts_are_completed_or_cancelled_and_not_all_cancelled() {
    let (order, _) = confirmed(&lamps_and_rug());
    let (a, b) = (order.vendor_orders[0].id, order.vendor_orders[1].id);
    let sent = parcel(order.vendor_orders[0].open());
    let order = order.then(&order.ship(a, sent.clone()).unwrap());
    assert_eq!(order.complete(a, NOW), Ok(vec![]), "not delivered");
    let order = order.then(&order.deliver(sent.id, NOW).unwrap());
    let done = order.then(&order.complete(a, NOW).unwrap());
    assert_eq!((done.state, done.complete(a, NOW)), (State::Confirmed, Ok(vec![])));
    let done = done.then(&done.cancel_units(b, &done.vendor_orders[1].open(), "out_of_stock", NOW).unwrap());
    assert_eq!(done.state, State::Completed);
    assert_eq!(done.cancel_all("customer", NOW), Err(Refusal::AlreadyCompleted));
    let other = order.then(&order.cancel_units(b, &order.vendor_orders[1].open(), "out_of_stock", NOW).unwrap());
    assert_eq!(other.then(&other.complete(a, NOW).unwrap()).state, State::Completed);
}

#[test]
fn a_stream_that_contradicts_the_model_is_not_read() {
    let quote = lamps_and_rug();
    let (order, history) = confirmed(&quote);
    let sent = order.ship(order.vendor_orders[0].id, parcel(order.vendor_orders[0].open())).unwrap();
    let cancelled = vec![Event::Cancelled { reason: "x".into() }.at(NOW)];
    let without = |name: &str| history.iter().filter(|h| h.event.name() != name).cloned().collect::<Vec<_>>();
    for (wrong, why) in [
        ([without("confirmed"), sent.clone()].concat(), "shipped before confirmed"),
        ([history.clone(), sent.clone(), sent.clone()].concat(), "more shipped than ordered"),
        ([history.clone(), cancelled.clone()].concat(), "cancelled over confirmed"),
        ([placed(&quote).1, cancelled.clone(), cancelled].concat(), "cancelled twice"),
        (without("placed"), "never placed"),
        (
            [
                history.clone(),
                order.refunded(1, vec![], NOW),
                vec![Event::RefundRefused { number: 1, code: "x".into() }.at(NOW)],
            ]
            .concat(),
            "a refund nobody asked for",
        ),
    ] {
        assert!(Order::fold(wrong).is_err(), "{why}");
    }
    assert_eq!(Order::fold(vec![]), Ok(None));
}

/// What can be asked of an order, by whoever.
#[derive(Clone, Debug)]
enum Command {
    Wait(u32),
    AnotherCard,
    AskToCancel,
    Confirm,
    GiveUp,
    CancelAll,
    CancelPart(Index),
    CancelUnits(Index, Index, u32),
    Ship(Index, Index, u32),
    ShipAll(Index),
    Deliver(Index),
    SendBack(Index),
    Complete(Index),
    Refund(Index, i64),
    Settle(bool),
    Finish,
}

fn command() -> impl Strategy<Value = Command> {
    let at = any::<Index>;
    prop_oneof![
        1 => (0u32..5).prop_map(Command::Wait),
        1 => Just(Command::AnotherCard),
        1 => Just(Command::AskToCancel),
        6 => Just(Command::Confirm),
        1 => Just(Command::GiveUp),
        1 => Just(Command::CancelAll),
        1 => at().prop_map(Command::CancelPart),
        4 => (at(), at(), 0u32..4).prop_map(|(v, l, n)| Command::CancelUnits(v, l, n)),
        6 => (at(), at(), 0u32..4).prop_map(|(v, l, n)| Command::Ship(v, l, n)),
        3 => at().prop_map(Command::ShipAll),
        5 => at().prop_map(Command::Deliver),
        3 => at().prop_map(Command::SendBack),
        3 => at().prop_map(Command::Complete),
        1 => (at(), 1i64..3000).prop_map(|(c, x)| Command::Refund(c, x)),
        6 => (0u32..8).prop_map(|n| Command::Settle(n > 0)),
        3 => Just(Command::Finish),
    ]
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let line = (1u32..5, 1i64..10_000, 0i64..4).prop_map(|(units, price, part)| (units, price, price * part / 4));
    let wish = (prop::collection::vec(line, 1..4), 0i64..900).prop_map(|(lines, shipping)| Wish { lines, shipping });
    prop::collection::vec(wish, 1..4)
}

/// Payment as `ledger.md` 1 has it, for what one refund gives back.
fn gives(order: &Order, refund: &Refund) -> Vec<(ComponentId, i64)> {
    let left = |c: &order::domain::Component| (c.charge() - c.back).max(0);
    match &refund.what {
        What::Rest => order.components.iter().map(|c| (c.id, left(c))).collect(),
        What::Parts(parts) => parts
            .iter()
            .map(|p| {
                let c = order.components.iter().find(|c| c.id == p.component).unwrap();
                let amount = match p.amount {
                    Amount::Minor(minor) => minor.min(left(c)),
                    Amount::Units(n) => half_up(c.charge(), n.into(), c.units.into()).min(left(c)),
                    Amount::Rest => left(c),
                };
                (c.id, amount)
            })
            .collect(),
    }
}

fn run(order: &Order, quote: &order::domain::Quote, command: &Command) -> Result<Vec<Happened>, Refusal> {
    let part = |at: &Index| at.get(&order.vendor_orders);
    let parcels: Vec<_> = order.vendor_orders.iter().flat_map(|v| &v.parcels).map(|p| p.id).collect();
    let of = |at: &Index| if parcels.is_empty() { id() } else { *at.get(&parcels) };
    let count = |v: &Index, l: &Index, n: u32| vec![Count { line: l.get(&part(v).lines).id, quantity: n }];
    match command {
        Command::Wait(left) => order.wait(waiting(*left), &answers(quote)[..2], NOW),
        Command::AnotherCard => order.another_card(NOW),
        Command::AskToCancel => order.ask_to_cancel("customer", NOW),
        Command::Confirm => order.confirm(&answers(quote), NOW),
        Command::GiveUp => order.cancel_undecided("order.timed_out", &undone("order.timed_out"), NOW),
        Command::CancelAll => order.cancel_all("customer", NOW),
        Command::CancelPart(v) => order.cancel_vendor_orders(&[part(v).id], "customer", NOW),
        Command::CancelUnits(v, l, n) => order.cancel_units(part(v).id, &count(v, l, *n), "out_of_stock", NOW),
        Command::Ship(v, l, n) => order.ship(part(v).id, parcel(count(v, l, *n))),
        Command::ShipAll(v) => order.ship(part(v).id, parcel(part(v).open())),
        Command::Deliver(at) => order.deliver(of(at), NOW),
        Command::SendBack(at) => order.send_back(of(at), NOW),
        Command::Complete(v) => order.complete(part(v).id, NOW),
        Command::Refund(at, minor) => {
            let Some(component) = order.components.get(at.index(order.components.len().max(1))) else {
                return Ok(vec![]);
            };
            order.ask_refund(&[Part { component: component.id, amount: Amount::Minor(*minor) }], "late", NOW)
        }
        Command::Settle(given) => Ok(match order.open_refunds().next() {
            Some(refund) if *given => order.refunded(refund.number, gives(order, refund), NOW),
            Some(refund) => order.refund_refused(refund.number, "refund.refused", NOW),
            None => vec![],
        }),
        Command::Finish => order.finish_cancelling(&undone("")[1..], NOW),
    }
}

/// The chain of `domain.md`; it may jump ahead, and cancelled is reached only while every unit is gone.
fn moved_legally(from: &order::domain::VendorOrder, to: &order::domain::VendorOrder) -> bool {
    match to.state {
        state if state == from.state => true,
        VendorState::Cancelled => {
            from.state < VendorState::Delivered && (to.is_gone() || from.state == VendorState::Placed)
        }
        VendorState::Completed => from.state == VendorState::Delivered,
        state => from.state < state,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn any_sequence_of_commands_keeps_the_invariants(wishes in wishes(), commands in prop::collection::vec(command(), 1..40)) {
        let quote = quote(&wishes);
        let (mut order, mut history) = placed(&quote);
        let mut told: BTreeMap<String, i64> = facts(&order, &history).iter().map(|f| (f.subject.clone(), f.version)).collect();
        for command in &commands {
            let Ok(events) = run(&order, &quote, command) else { continue };
            let after = order.then(&events);
            prop_assert_eq!(after.version, order.version + events.len() as i64, "O4");
            for fact in facts(&after, &events) {
                let before = told.insert(fact.subject.clone(), fact.version).unwrap_or_default();
                prop_assert_eq!(fact.version, before + 1, "one public event a version: {}", fact.kind);
            }
            for (from, to) in order.vendor_orders.iter().zip(&after.vendor_orders) {
                prop_assert!(moved_legally(from, to), "O2: {:?} to {:?} by {:?}", from.state, to.state, command);
                prop_assert!(to.lines.iter().all(|l| l.adds_up()), "O11");
                prop_assert_eq!(told.get(&to.id.to_string()).copied().unwrap_or_default(), to.told);
            }
            prop_assert_eq!(after.vendor_orders.iter().map(|v| v.total()).sum::<i64>(), after.total, "O10");
            prop_assert!(after.components.iter().all(|c| c.back <= c.charge().max(0)), "never more back than was charged");
            prop_assert_eq!(told[&after.id.to_string()], after.told);
            history.extend(events);
            order = after;
        }
        prop_assert_eq!(Order::fold(history.clone()), Ok(Some(order.clone())), "fold(events) = state");
        ended(&order)?;
        let stored: Vec<Happened> = history.iter().map(|h| Happened { at: h.at, event: order::sql::codec::decode(&order::sql::codec::encode(&h.event)).unwrap() }).collect();
        prop_assert_eq!(stored, history, "what is stored is what happened");
    }
}

fn ended(order: &Order) -> Result<(), TestCaseError> {
    let all = |state| order.vendor_orders.iter().all(|v| v.state == state);
    match order.state {
        State::Placed => prop_assert!(all(VendorState::Placed)),
        State::Confirmed => prop_assert!(!order.vendor_orders.iter().all(|v| v.is_closed())),
        State::Completed => prop_assert!(order.vendor_orders.iter().any(|v| v.state == VendorState::Completed)),
        State::Cancelling => prop_assert!(all(VendorState::Cancelled)),
        State::Cancelled => {
            prop_assert!(all(VendorState::Cancelled) && order.open_refunds().next().is_none());
            let refused = order.refunds.iter().any(|r| matches!(r.outcome, Outcome::Refused(_)));
            let taken = order.told > 2 || !order.refunds.is_empty();
            prop_assert!(refused || !taken || order.back() == order.total, "{} of {}", order.back(), order.total);
        }
    }
    Ok(())
}

#[test]
fn one_vendor_one_line_is_the_smallest_order() {
    let (order, _) = confirmed(&quote(&[wish(&[(1, 1)], 0)]));
    assert_eq!((order.vendor_orders.len(), order.components.len()), (1, 1));
}
