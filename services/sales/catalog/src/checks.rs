//! What `souk check` asks of this store.
use platform::check::{Check, check};

const OFFERS: &str = "SELECT count(*) AS n FROM offers";
const PRODUCTS: &str = "SELECT count(*) AS n FROM products";
const STRAY: &str =
    "SELECT count(*) AS n FROM offers o JOIN variants v ON v.id = o.variant WHERE v.product <> o.product";
const LOST: &str = "SELECT count(*) AS n FROM products p
    WHERE NOT EXISTS (SELECT 1 FROM slugs s WHERE s.slug = p.slug AND s.product = p.id)";

pub fn all() -> Vec<Check> {
    vec![
        check("O9", "an offer's variant is one of its product", STRAY, OFFERS),
        check("O3", "a product's slug leads to it", LOST, PRODUCTS),
    ]
}
