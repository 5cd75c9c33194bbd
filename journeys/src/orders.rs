//! Orders as support sees them.
use crate::{Person, text};
use serde_json::Value;

/// An order as support sees it in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: String,
    pub state: String,
    /// The client's own name for it, if there is one.
    pub reference: String,
    pub total: i64,
    pub refunded: i64,
}

impl Listed {
    pub fn is_decided(&self) -> bool {
        ["confirmed", "completed", "cancelled"].contains(&self.state.as_str())
    }
}

/// All of them.
pub async fn orders(support: &Person) -> Vec<Listed> {
    let (mut listed, mut cursor) = (vec![], String::new());
    loop {
        let page = support.get(&format!("/admin/v1/orders?limit=100{cursor}")).await.expect(200);
        listed.extend(page["items"].as_array().expect("items").iter().map(one));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return listed,
        }
    }
}

fn one(item: &Value) -> Listed {
    let amount = |name: &str| item[name]["amount"].as_i64().expect("an amount");
    Listed {
        id: text(item, "id"),
        state: text(item, "state"),
        reference: item["client_reference"].as_str().unwrap_or_default().to_string(),
        total: amount("total"),
        refunded: amount("refunded"),
    }
}
