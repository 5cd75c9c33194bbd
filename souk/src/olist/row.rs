//! The rows of the files as they stand there: text, and where.
use serde::Deserialize;
use std::fmt;

/// A row and the line it begins on.
#[derive(Clone, Debug)]
pub struct At<T> {
    pub line: u64,
    pub row: T,
}

/// A row that can't be taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: &'static str,
    pub line: u64,
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.csv.gz:{}: {}", self.file, self.line, self.why)
    }
}

/// A file of the folder.
pub trait Record: for<'a> Deserialize<'a> {
    /// Without `.csv.gz`.
    const FILE: &'static str;
    const COLUMNS: &'static [&'static str];
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident = $file:literal { $($field:ident),* $(,)? })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Deserialize)]
        pub struct $name { $(pub $field: String),* }
        impl Record for $name {
            const FILE: &'static str = $file;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
        impl At<$name> {
            pub fn fault(&self, why: impl Into<String>) -> Fault {
                Fault { file: $file, line: self.line, why: why.into() }
            }
        }
    )* };
}

records! {
    /// One an order; the person is `customer_unique_id`.
    CustomerRow = "customers" {
        customer_id, customer_unique_id, customer_zip_code_prefix, customer_city, customer_state,
    }
    OrderRow = "orders" {
        order_id, customer_id, order_status, order_purchase_timestamp, order_approved_at, order_delivered_carrier_date,
        order_delivered_customer_date, order_estimated_delivery_date,
    }
    /// One unit.
    ItemRow = "order_items" { order_id, product_id, seller_id, shipping_limit_date, price, freight_value }
    PaymentRow = "order_payments" { order_id, payment_type, payment_installments, payment_value }
    ProductRow = "products" { product_id, product_category_name, product_weight_g }
    SellerRow = "sellers" { seller_id, seller_zip_code_prefix, seller_city, seller_state }
    TranslationRow = "product_category_name_translation" { product_category_name, product_category_name_english }
}

/// What a folder holds. Faults are rows that are no rows.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub customers: Vec<At<CustomerRow>>,
    pub orders: Vec<At<OrderRow>>,
    pub items: Vec<At<ItemRow>>,
    pub payments: Vec<At<PaymentRow>>,
    pub products: Vec<At<ProductRow>>,
    pub sellers: Vec<At<SellerRow>>,
    pub translations: Vec<At<TranslationRow>>,
    pub faults: Vec<Fault>,
}

impl Source {
    pub fn rows(&self) -> usize {
        let orders = self.customers.len() + self.orders.len() + self.items.len() + self.payments.len();
        orders + self.products.len() + self.sellers.len() + self.translations.len()
    }
}
