//! Sellers, products and the categories they stand in (rule 4).
use super::{Category, Product, Seller};
use crate::olist::row::{Fault, Source};
use std::collections::{BTreeMap, BTreeSet};

pub const UNCATEGORISED: &str = "uncategorised";

/// By their ids.
pub struct Goods {
    pub sellers: BTreeMap<String, Seller>,
    pub products: BTreeMap<String, Product>,
}

pub fn read(source: &Source, faults: &mut Vec<Fault>) -> Goods {
    let translations = source.translations.iter().map(|t| &t.row);
    let english: BTreeMap<&str, &str> =
        translations.map(|t| (t.product_category_name.as_str(), t.product_category_name_english.as_str())).collect();
    let mut goods = Goods { sellers: BTreeMap::new(), products: BTreeMap::new() };
    for at in &source.sellers {
        let row = at.row.clone();
        let (id, zip) = (row.seller_id, row.seller_zip_code_prefix);
        if goods.sellers.contains_key(&id) {
            faults.push(at.fault(format!("seller {id} stands here twice")));
            continue;
        }
        let seller = Seller { id: id.clone(), zip, city: row.seller_city, state: row.seller_state };
        goods.sellers.insert(id, seller);
    }
    for at in &source.products {
        let id = at.row.product_id.clone();
        let weight = match at.row.product_weight_g.as_str() {
            "" => Ok(0),
            text => text.parse().map_err(|_| format!("{text:?} is not a weight in grams")),
        };
        match weight {
            Err(why) => faults.push(at.fault(why)),
            Ok(_) if goods.products.contains_key(&id) => {
                faults.push(at.fault(format!("product {id} stands here twice")))
            }
            Ok(weight_grams) => {
                let category = category(&at.row.product_category_name, &english);
                goods.products.insert(id.clone(), Product { id, category, weight_grams });
            }
        }
    }
    goods
}

/// Without a translation the Portuguese name stays.
fn category(portuguese: &str, english: &BTreeMap<&str, &str>) -> Category {
    let name = match portuguese {
        "" => UNCATEGORISED,
        name => english.get(name).copied().unwrap_or(name),
    };
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut shown = words.join(" ");
    if let Some(first) = shown.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Category { slug: words.join("-").to_ascii_lowercase(), name: shown }
}

/// Ids of sellers and of products.
type Ids = (BTreeSet<String>, BTreeSet<String>);

impl Goods {
    /// All of them, or those that are named.
    pub fn into_plan(self, named: Option<Ids>) -> (Vec<Seller>, Vec<Product>, Vec<Category>) {
        let wanted = |id: &String, of: fn(&Ids) -> &BTreeSet<String>| named.as_ref().is_none_or(|n| of(n).contains(id));
        let sellers: Vec<Seller> = self.sellers.into_values().filter(|seller| wanted(&seller.id, |n| &n.0)).collect();
        let products: Vec<Product> = self.products.into_values().filter(|p| wanted(&p.id, |n| &n.1)).collect();
        let categories: BTreeSet<Category> = products.iter().map(|product| product.category.clone()).collect();
        (sellers, products, categories.into_iter().collect())
    }
}
