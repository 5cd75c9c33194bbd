//! The legal moves that lead to an order's historical end, never before the purchase or out of order (rules 12, 14, 15).
use super::{
    order::{Order, Status},
    time::Moment,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Place,
    Ship,
    Deliver,
    /// Before anything was handed over.
    Cancel,
    /// Handed over, and never delivered.
    ReturnToSender,
    /// Delivered, and the money given back.
    Refund,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub at: Moment,
    pub step: Step,
}

/// What becomes of each of its vendor orders before time goes on for weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Confirmed,
    Shipped,
    Delivered,
    Cancelled,
}

impl Step {
    /// Moves of one instant come in this order.
    pub fn rank(self) -> u8 {
        match self {
            Step::Place => 0,
            Step::Ship => 1,
            Step::Deliver => 2,
            Step::Cancel | Step::ReturnToSender | Step::Refund => 3,
        }
    }
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Place => "place",
            Step::Ship => "ship",
            Step::Deliver => "deliver",
            Step::Cancel => "cancel",
            Step::ReturnToSender => "return_to_sender",
            Step::Refund => "refund",
        }
    }
}

impl Order {
    /// In the order of their time. Only for an order that is placed.
    pub fn moves(&self) -> Vec<Move> {
        let ship = self.carrier.or(self.approved).map_or(self.purchase, |at| at.max(self.purchase));
        let arrive = self.delivered.map_or(ship, |at| at.max(ship));
        let known = [Some(self.purchase), self.approved, self.carrier, self.delivered];
        let last = known.into_iter().flatten().max().unwrap_or(self.purchase);
        let step = |at, step| Move { at, step };
        let (place, shipped) = (step(self.purchase, Step::Place), step(ship, Step::Ship));
        let delivered = step(arrive, Step::Deliver);
        match (self.status, self.carrier, self.delivered) {
            (Status::Approved | Status::Processing | Status::Invoiced | Status::Created, ..) => vec![place],
            (Status::Shipped, ..) => vec![place, shipped],
            (Status::Delivered, ..) => vec![place, shipped, delivered],
            (Status::Canceled | Status::Unavailable, _, Some(_)) => {
                vec![place, shipped, delivered, step(last, Step::Refund)]
            }
            (Status::Canceled | Status::Unavailable, Some(_), None) => {
                vec![place, shipped, step(last, Step::ReturnToSender)]
            }
            (Status::Canceled | Status::Unavailable, None, None) => vec![place, step(last, Step::Cancel)],
        }
    }

    pub fn end(&self) -> End {
        match self.moves().last().map(|last| last.step) {
            Some(Step::Cancel | Step::ReturnToSender) => End::Cancelled,
            Some(Step::Deliver | Step::Refund) => End::Delivered,
            Some(Step::Ship) => End::Shipped,
            Some(Step::Place) | None => End::Confirmed,
        }
    }
}

/// All moves of all orders on one timeline (rule 12). Each with the place of its order in `orders`.
pub fn timeline(orders: &[Order]) -> Vec<(usize, Move)> {
    let mut all: Vec<(usize, Move)> =
        orders.iter().enumerate().flat_map(|(n, order)| order.moves().into_iter().map(move |step| (n, step))).collect();
    all.sort_by(|(a, x), (b, y)| (x.at, x.step.rank(), &orders[*a].id).cmp(&(y.at, y.step.rank(), &orders[*b].id)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::olist::order::{Address, Facts};

    fn at(text: &str) -> Option<Moment> {
        Moment::known(text).unwrap()
    }

    fn order(status: Status, [purchase, approved, carrier, delivered]: [&str; 4]) -> Order {
        let address = Address { zip: "01310".into(), city: "sao paulo".into(), state: "SP".into() };
        Order {
            id: "o1".into(),
            status,
            person: "p1".into(),
            address,
            purchase: at(purchase).unwrap(),
            approved: at(approved),
            carrier: at(carrier),
            delivered: at(delivered),
            lines: vec![],
            facts: Facts::default(),
        }
    }

    fn shown(order: &Order) -> Vec<(String, &'static str)> {
        order.moves().into_iter().map(|m| (m.at.to_string()[8..10].to_string(), m.step.as_str())).collect()
    }

    const D1: &str = "2018-01-01 10:00:00";
    const D2: &str = "2018-01-02 10:00:00";
    const D3: &str = "2018-01-03 10:00:00";
    const D4: &str = "2018-01-04 10:00:00";

    #[test]
    fn each_history_has_its_moves() {
        let cases = [
            (Status::Approved, [D1, D2, "", ""], vec!["place"], End::Confirmed),
            (Status::Processing, [D1, D2, "", ""], vec!["place"], End::Confirmed),
            (Status::Invoiced, [D1, D2, "", ""], vec!["place"], End::Confirmed),
            (Status::Shipped, [D1, D2, D3, ""], vec!["place", "ship"], End::Shipped),
            (Status::Delivered, [D1, D2, D3, D4], vec!["place", "ship", "deliver"], End::Delivered),
            (Status::Canceled, [D1, D2, "", ""], vec!["place", "cancel"], End::Cancelled),
            (Status::Unavailable, [D1, D2, "", ""], vec!["place", "cancel"], End::Cancelled),
            (Status::Canceled, [D1, D2, D3, ""], vec!["place", "ship", "return_to_sender"], End::Cancelled),
            (Status::Canceled, [D1, D2, D3, D4], vec!["place", "ship", "deliver", "refund"], End::Delivered),
        ];
        for (status, times, moves, end) in cases {
            let order = order(status, times);
            assert_eq!(shown(&order).into_iter().map(|(_, step)| step).collect::<Vec<_>>(), moves, "{status:?}");
            assert_eq!(order.end(), end, "{status:?}");
        }
    }

    /// rule 14: what was written out of order is told in order.
    #[test]
    fn no_move_comes_before_the_one_it_follows() {
        let days = |times| shown(&order(Status::Delivered, times)).into_iter().map(|(day, _)| day).collect::<Vec<_>>();
        assert_eq!(days([D2, D2, D1, D3]), ["02", "02", "03"], "handed over before the purchase");
        assert_eq!(days([D1, D3, D2, D4]), ["01", "02", "04"], "handed over before the approval");
        assert_eq!(days([D1, D1, D3, D2]), ["01", "03", "03"], "delivered before the hand-over");
        assert_eq!(days([D1, D4, D2, D3]), ["01", "02", "03"], "delivered before the approval");
        assert_eq!(days([D1, "", D2, D3]), ["01", "02", "03"], "never approved");
        assert_eq!(days([D1, D2, D3, ""]), ["01", "03", "03"], "delivered without a date");
        assert_eq!(days([D1, D2, "", D3]), ["01", "02", "03"], "never handed over");
        assert_eq!(days([D1, "", "", D3]), ["01", "01", "03"], "neither");
        let returned = order(Status::Canceled, [D1, D4, D2, ""]);
        assert_eq!(returned.moves()[2].at, at(D4).unwrap(), "the end is the last that is known");
    }

    #[test]
    fn one_instant_is_told_by_rank_then_by_order() {
        let named = |id: &str, status, times| Order { id: id.into(), ..order(status, times) };
        let orders = [
            named("b", Status::Delivered, [D1, D1, D1, D2]),
            named("a", Status::Delivered, [D1, D1, D2, D2]),
            named("c", Status::Approved, [D2, D2, "", ""]),
        ];
        let told: Vec<_> = timeline(&orders).into_iter().map(|(n, m)| (orders[n].id.clone(), m.step)).collect();
        let expected = [
            ("a", Step::Place),
            ("b", Step::Place),
            ("b", Step::Ship),
            ("c", Step::Place),
            ("a", Step::Ship),
            ("a", Step::Deliver),
            ("b", Step::Deliver),
        ];
        assert_eq!(told, expected.map(|(id, step)| (id.to_string(), step)));
    }
}
