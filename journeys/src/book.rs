//! The desk of the test bank, and what stands in its book.
use crate::{Door, Person};
use serde_json::Value;

pub struct BankDesk {
    clerk: Person,
}

/// What the bank did for one order. Amounts in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub order: String,
    pub captures: i64,
    pub captured: i64,
    pub refunded: i64,
    /// Payments that may still be captured, or are not decided yet.
    pub open: i64,
}

impl Entry {
    /// What the customer has paid in the end.
    pub fn kept(&self) -> i64 {
        self.captured - self.refunded
    }
}

impl BankDesk {
    pub fn at(bank: &Door) -> BankDesk {
        BankDesk { clerk: Person::with_token(bank.clone(), &crate::bank_secret()) }
    }
    /// The whole book, in the order of the orders.
    pub async fn book(&self) -> Vec<Entry> {
        let (mut entries, mut after) = (vec![], String::new());
        loop {
            let page = self.clerk.get(&format!("/test/book?limit=500&after={after}")).await.expect(200);
            entries.extend(page["items"].as_array().expect("items").iter().map(entry));
            match page["next"].as_str() {
                Some(next) => after = next.to_string(),
                None => return entries,
            }
        }
    }
}

fn entry(line: &Value) -> Entry {
    let number = |name: &str| line[name].as_i64().unwrap_or_else(|| panic!("no {name} in {line}"));
    Entry {
        order: crate::text(line, "reference"),
        captures: number("captures"),
        captured: number("captured_amount"),
        refunded: number("refunded_amount"),
        open: number("authorized") + number("undecided"),
    }
}
