use super::*;
use crate::olist::{
    order::{Address, Facts, Status},
    plan::NotPlaced,
    time::Moment,
};
use serde_json::json;

const PURCHASE: &str = "2018-02-17 23:30:00";

fn line(units: i64, items: i64) -> Line {
    Line { product: "a".into(), items, units, ..Line::default() }
}
fn part(state: &str, lines: Vec<Line>) -> Part {
    Part { state: state.into(), freight: 150, lines }
}
fn bought(state: &str, part: Part) -> Bought {
    let captured = part.items() + part.freight;
    Bought {
        status: "delivered".into(),
        user: "p1".into(),
        state: state.into(),
        placed_at: Moment::parse(PURCHASE).unwrap().at,
        captured,
        refunded: 0,
        payable: 0,
        parts: [("s1".to_string(), part)].into(),
    }
}
fn outcomes(order: Bought) -> Outcomes {
    Outcomes { orders: [("o1".to_string(), order)].into(), ..Outcomes::default() }
}
fn shipped(state: &str, [units, shipped, delivered, sent_back]: [i64; 4]) -> Part {
    part(state, vec![Line { shipped, delivered, sent_back, ..line(units, 1000) }])
}

fn history(status: Status, carrier: &str, delivered: &str) -> Order {
    let line =
        crate::olist::order::Line { seller: "s1".into(), product: "a".into(), price: 500, freight: 75, quantity: 2 };
    Order {
        id: "o1".into(),
        status,
        person: "p1".into(),
        address: Address { zip: "01310".into(), city: "x".into(), state: "SP".into() },
        purchase: Moment::parse(PURCHASE).unwrap(),
        approved: None,
        carrier: Moment::known(carrier).unwrap(),
        delivered: Moment::known(delivered).unwrap(),
        lines: vec![line],
        facts: Facts::default(),
    }
}

#[test]
fn the_moves_are_what_quantities_show() {
    let moves = |order: &Bought| order.moves().into_iter().map(Step::as_str).collect::<Vec<_>>();
    let cases = [
        (bought("confirmed", shipped("confirmed", [2, 0, 0, 0])), vec!["place"]),
        (bought("confirmed", shipped("shipped", [2, 2, 0, 0])), vec!["place", "ship"]),
        (bought("completed", shipped("completed", [2, 2, 2, 0])), vec!["place", "ship", "deliver"]),
        (bought("cancelled", shipped("cancelled", [2, 0, 0, 0])), vec!["place", "cancel"]),
        (bought("cancelled", shipped("cancelled", [2, 2, 0, 2])), vec!["place", "ship", "return_to_sender"]),
    ];
    for (order, expected) in cases {
        assert_eq!(moves(&order), expected);
    }
    let refunded = Bought { refunded: 1150, ..bought("completed", shipped("completed", [2, 2, 2, 0])) };
    assert_eq!(moves(&refunded), ["place", "ship", "deliver", "refund"]);
}

#[test]
fn what_is_not_where_it_should_be_is_named() {
    let done = || bought("completed", shipped("completed", [2, 2, 2, 0]));
    let delivered = history(Status::Delivered, PURCHASE, PURCHASE);
    assert_eq!(outcomes(done()).reached(&delivered), Ok(()));
    assert_eq!(Outcomes::default().reached(&delivered), Err("order.not_placed".into()));
    let short = outcomes(Bought { captured: 1149, ..done() }).reached(&delivered);
    assert_eq!(short, Err("order.captured: 1149 and not 1150".into()));
    let early = outcomes(bought("confirmed", shipped("shipped", [2, 2, 0, 0]))).reached(&delivered);
    assert_eq!(early, Err("order.state: confirmed with shipped and not completed".into()));
    let refunded = history(Status::Canceled, PURCHASE, PURCHASE);
    assert_eq!(outcomes(done()).reached(&refunded), Err("order.refunded: 0 and not 1150".into()));
    assert_eq!(outcomes(Bought { refunded: 1150, ..done() }).reached(&refunded), Ok(()));
    let cancelled = history(Status::Canceled, "", "");
    let gone = Bought { refunded: 1150, ..bought("cancelled", shipped("cancelled", [2, 0, 0, 0])) };
    assert_eq!(outcomes(gone).reached(&cancelled), Ok(()));
}

/// rule 10: a month is the marketplace's own.
#[test]
fn rows_and_months_go_by_the_marketplaces_zone() {
    let late = Moment::parse("2018-02-28 22:30:00").unwrap();
    let order = Bought { placed_at: late.at, ..bought("completed", shipped("completed", [2, 2, 2, 0])) };
    assert_eq!(late.at.to_string(), "2018-03-01T01:30:00.000000Z");
    let found = outcomes(order);
    let rows = "o1,2018-02-28 22:30:00,confirmed,delivered,1,2,1000,150,1150,0\n";
    assert_eq!(found.rows().lines().nth(1), rows.lines().next());
    let shown = found.json(&NotPlaced::default());
    let month = json!({ "orders": 1, "items": 1000, "freight": 150, "delivered_orders": 1, "delivered_items": 1000 });
    assert_eq!(shown["by_month"], json!({ "2018-02": month }));
    assert_eq!(shown["placed"]["sha256"].as_str().unwrap().len(), 64);
}
