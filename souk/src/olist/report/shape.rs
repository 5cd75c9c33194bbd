//! The numbers in the shape of the expectation, so that comparing them is `==`.
use super::{Bought, Outcomes, Part, Shelf};
use crate::olist::{
    moves::Step,
    plan::{COMMISSION_BP, NotPlaced},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

/// How many of a ranking are shown.
const TOP: usize = 50;

type Counts = BTreeMap<String, i64>;

fn digest<R: Display>(rows: impl Iterator<Item = R>) -> String {
    let mut hash = Sha256::new();
    rows.for_each(|row| hash.update(format!("{row}\n")));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn add(table: &mut BTreeMap<String, Counts>, key: &str, amounts: &[(&str, i64)]) {
    let row = table.entry(key.to_string()).or_default();
    for (name, amount) in amounts {
        *row.entry(name.to_string()).or_default() += amount;
    }
}

impl Outcomes {
    /// Of the files it takes what only they know.
    pub fn json(&self, not_placed: &NotPlaced) -> Value {
        json!({
            "not_placed": { "no_items": not_placed.no_items, "never_paid": not_placed.never_paid,
                "payment_cents": not_placed.payment_cents },
            "placed": self.placed(),
            "states": { "settled": self.settled() },
            "moves": self.moved(),
            "by_status": self.by_status(),
            "by_month": self.by_month(),
            "by_seller": self.by_seller(),
            "money": self.money(),
            "ledger": { COMMISSION_BP.to_string(): self.books() },
            "stock": self.shelves(),
        })
    }

    fn parts(&self) -> impl Iterator<Item = (&String, &Part)> {
        self.orders.values().flat_map(|order| &order.parts)
    }

    fn sum(&self, of: impl Fn(&Bought) -> i64) -> i64 {
        self.orders.values().map(of).sum()
    }

    fn placed(&self) -> Value {
        let lines = || self.parts().flat_map(|(_, part)| &part.lines);
        let people: BTreeSet<&String> = self.orders.values().map(|order| &order.user).collect();
        let vendors: BTreeSet<&String> = self.parts().map(|(seller, _)| seller).collect();
        let products: BTreeSet<&String> = lines().map(|line| &line.product).collect();
        json!({
            "orders": self.orders.len(),
            "multi_vendor_orders": self.orders.values().filter(|order| order.parts.len() > 1).count(),
            "vendor_orders": self.parts().count(),
            "lines": lines().count(),
            "units": self.sum(Bought::units),
            "items": self.sum(Bought::items),
            "freight": self.sum(Bought::freight),
            "people": people.len(),
            "vendors": vendors.len(),
            "products": products.len(),
            "sha256": digest(self.orders.iter().map(|(id, order)| super::row(id, order).trim_end().to_string())),
        })
    }

    fn settled(&self) -> Value {
        let (mut orders, mut parts) = (Counts::new(), Counts::new());
        self.orders.values().for_each(|order| *orders.entry(order.state.clone()).or_default() += 1);
        self.parts().for_each(|(_, part)| *parts.entry(part.state.clone()).or_default() += 1);
        json!({ "orders": orders, "vendor_orders": parts })
    }

    fn moved(&self) -> Value {
        let mut moves = Counts::new();
        for order in self.orders.values() {
            for step in order.moves() {
                *moves.entry(format!("{}_orders", step.as_str())).or_default() += 1;
            }
            for step in order.parts.values().flat_map(|part| part.moves(order.refunded)) {
                *moves.entry(format!("{}_vendor_orders", step.as_str())).or_default() += 1;
            }
        }
        json!(moves)
    }

    fn by_status(&self) -> Value {
        let mut table = BTreeMap::new();
        for order in self.orders.values() {
            let lines = order.parts.values().map(|part| part.lines.len() as i64).sum();
            let amounts = [
                ("orders", 1),
                ("vendor_orders", order.parts.len() as i64),
                ("lines", lines),
                ("units", order.units()),
                ("items", order.items()),
                ("freight", order.freight()),
            ];
            add(&mut table, &order.status, &amounts);
        }
        json!(table)
    }

    /// Months of the marketplace's zone (rule 10).
    fn by_month(&self) -> Value {
        let mut table = BTreeMap::new();
        for order in self.orders.values() {
            let status = &order.status;
            let (orders, items) = (format!("{status}_orders"), format!("{status}_items"));
            let month: String = order.purchase().chars().take(7).collect();
            let all = [("orders", 1), ("items", order.items()), ("freight", order.freight())];
            add(&mut table, &month, &all);
            add(&mut table, &month, &[(&orders, 1), (&items, order.items())]);
        }
        json!(table)
    }

    fn by_seller(&self) -> Value {
        let mut table = BTreeMap::new();
        for (seller, part) in self.parts() {
            let (units, items, freight) = (part.units(), part.items(), part.freight);
            add(&mut table, seller, &[("orders", 1), ("units", units), ("items", items), ("freight", freight)]);
        }
        let row = |(seller, row): (&String, &Counts)| {
            format!("{seller},{},{},{},{}", row["orders"], row["units"], row["items"], row["freight"])
        };
        let sha256 = digest(table.iter().map(row));
        let mut ranked: Vec<(&String, &Counts)> = table.iter().collect();
        ranked.sort_by_key(|(seller, row)| (-row["items"], *seller));
        let shown = |(seller, row): (&String, &Counts)| {
            let mut shown: Map<String, Value> = row.iter().map(|(name, n)| (name.clone(), json!(n))).collect();
            shown.insert("seller".into(), json!(seller));
            Value::Object(shown)
        };
        json!({ "top50": ranked.into_iter().take(TOP).map(shown).collect::<Vec<_>>(), "sha256": sha256 })
    }

    fn money(&self) -> Value {
        let (captured, refunded) = (self.sum(|order| order.captured), self.sum(|order| order.refunded));
        let mut by_move = Counts::new();
        for order in self.orders.values().filter(|order| order.refunded > 0) {
            let gives_back = [Step::Cancel, Step::ReturnToSender, Step::Refund];
            for step in order.moves().into_iter().filter(|step| gives_back.contains(step)) {
                *by_move.entry(step.as_str().to_string()).or_default() += order.refunded;
            }
        }
        let count = self.orders.values().filter(|order| order.refunded > 0).count();
        json!({ "captured": captured, "refunded": refunded, "net": captured - refunded,
            "refunded_by_move": by_move, "refunded_orders": count })
    }

    fn books(&self) -> Value {
        let ledger = self.ledger;
        let delivered = |order: &Bought| order.refunded == 0 && order.moves().contains(&Step::Deliver);
        let of_delivered: i64 = self.orders.values().filter(|order| delivered(order)).map(|order| order.payable).sum();
        let mut ranked: Vec<(&String, &i64)> = self.payable.iter().collect();
        ranked.sort_by_key(|(seller, owed)| (-**owed, *seller));
        let top: BTreeMap<&String, &i64> = ranked.into_iter().take(TOP).collect();
        json!({
            "provider_clearing": ledger.clearing,
            "commission_charged": ledger.commission_charged,
            "commission_reversed": ledger.commission_reversed,
            "commission_kept": ledger.commission_charged - ledger.commission_reversed,
            "payables": self.payable.values().sum::<i64>(),
            "payables_of_delivered": of_delivered,
            "payable_top50": top,
            "payable_sha256": digest(self.payable.iter().map(|(seller, owed)| format!("{seller},{owed}"))),
        })
    }

    fn shelves(&self) -> Value {
        let sum = |of: fn(&Shelf) -> i64| self.stock.values().map(of).sum::<i64>();
        let row = |((seller, product), s): (&(String, String), &Shelf)| {
            let Shelf { received, shipped, released, returned, on_hand, held, .. } = s;
            format!("{seller},{product},{received},{shipped},{released},{returned},{on_hand},{held}")
        };
        json!({
            "offers": self.stock.len(),
            "received": sum(|s| s.received),
            "committed": sum(|s| s.committed),
            "shipped": sum(|s| s.shipped),
            "released": sum(|s| s.released),
            "returned": sum(|s| s.returned),
            "on_hand": sum(|s| s.on_hand),
            "held": sum(|s| s.held),
            "sha256": digest(self.stock.iter().map(row)),
        })
    }
}
