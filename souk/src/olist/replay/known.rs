//! What is known of a placed order: the names its parts have in Souk.
use super::api::{No, list, text};
use crate::olist::names;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Placed {
    pub id: String,
    pub state: String,
    /// In minor units.
    pub total: i64,
    pub refunded: i64,
    pub parts: Vec<Part>,
}

/// What one seller has to deliver.
#[derive(Clone, Debug)]
pub struct Part {
    pub vendor: String,
    pub id: String,
    pub state: String,
    /// All lines with all their units, as a parcel names them.
    pub lines: Vec<Value>,
    /// A parcel left.
    pub shipped: bool,
}

impl Placed {
    /// Out of an order as it is shown.
    pub fn of(shown: &Value) -> Result<Placed, No> {
        let amount = |name: &str| shown[name]["amount"].as_i64().unwrap_or_default();
        Ok(Placed {
            id: text(shown, "id")?,
            state: text(shown, "state")?,
            total: amount("total"),
            refunded: amount("refunded"),
            parts: list(shown, "vendor_orders")?.iter().map(part).collect::<Result<_, No>>()?,
        })
    }
    pub fn part(&self, seller: &str) -> Result<&Part, No> {
        let vendor = names::vendor(seller).to_string();
        let found = self.parts.iter().find(|part| part.vendor == vendor);
        found.ok_or_else(|| No::of("unreadable", format!("an order without a part of {seller}")))
    }
    pub fn is_decided(&self) -> bool {
        !matches!(self.state.as_str(), "placed" | "awaiting_payment" | "cancelling")
    }
}

fn part(shown: &Value) -> Result<Part, No> {
    let line = |line: &Value| Ok(json!({ "line": text(line, "id")?, "quantity": line["quantity"] }));
    Ok(Part {
        vendor: text(shown, "vendor")?,
        id: text(shown, "id")?,
        state: text(shown, "state")?,
        lines: list(shown, "lines")?.iter().map(line).collect::<Result<_, No>>()?,
        shipped: !list(shown, "parcels")?.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_shown() {
        let shown = json!({
            "id": "ord_1", "state": "confirmed", "total": { "amount": 5890, "currency": "BRL" },
            "refunded": { "amount": 0, "currency": "BRL" },
            "vendor_orders": [{ "id": "vor_1", "vendor": names::vendor("s1").to_string(), "state": "shipped",
                "lines": [{ "id": "lin_1", "quantity": 3 }], "parcels": [{}] }]
        });
        let placed = Placed::of(&shown).unwrap();
        assert_eq!((placed.total, placed.is_decided()), (5890, true));
        let part = placed.part("s1").unwrap();
        assert_eq!((part.lines.clone(), part.shipped), (vec![json!({ "line": "lin_1", "quantity": 3 })], true));
        assert_eq!(placed.part("s2").unwrap_err().code, "unreadable");
        assert_eq!(Placed::of(&json!({ "id": "ord_1" })).unwrap_err().code, "unreadable");
    }
}
