//! A made-up folder for tests: three sellers' worth of nothing real.
use flate2::{Compression, write::GzEncoder};
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

const FILES: [(&str, &str); 7] = [
    (
        "customers",
        "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n\
         c1,p1,01310,sao paulo,SP\nc2,p2,22790,rio de janeiro,RJ\n",
    ),
    (
        "orders",
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,\
         order_delivered_customer_date,order_estimated_delivery_date\n\
         o1,c1,delivered,2018-01-01 10:00:00,2018-01-01 11:00:00,2018-01-02 10:00:00,2018-01-05 10:00:00,\n\
         o2,c2,shipped,2018-01-02 10:00:00,2018-01-02 11:00:00,2018-01-03 10:00:00,,\n",
    ),
    (
        "order_items",
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n\
         o1,1,a,s1,2018-01-04 10:00:00,10.00,1.50\no1,2,a,s1,2018-01-04 10:00:00,10.00,1.50\n\
         o2,1,a,s1,2018-01-05 10:00:00,12.00,1.50\no2,2,b,s2,2018-01-05 10:00:00,5,0\n",
    ),
    (
        "order_payments",
        "order_id,payment_sequential,payment_type,payment_installments,payment_value\no1,1,credit_card,3,23.00\n",
    ),
    ("products", "product_id,product_category_name,product_weight_g\na,beleza_saude,225\nb,,\n"),
    ("sellers", "seller_id,seller_zip_code_prefix,seller_city,seller_state\ns1,13023,campinas,SP\ns2,22790,rio,RJ\n"),
    (
        "product_category_name_translation",
        "product_category_name,product_category_name_english\nbeleza_saude,health_beauty\n",
    ),
];

/// All of it, in a folder nobody else has.
pub fn folder() -> PathBuf {
    let dir = std::env::temp_dir().join("souk-olist").join(uuid::Uuid::now_v7().to_string());
    std::fs::create_dir_all(&dir).expect("a folder");
    FILES.iter().for_each(|(name, text)| write(&dir, name, text.as_bytes()));
    dir
}

pub fn write(dir: &Path, name: &str, text: &[u8]) {
    let file = File::create(dir.join(format!("{name}.csv.gz"))).expect("a file");
    let mut gz = GzEncoder::new(file, Compression::fast());
    gz.write_all(text).expect("written");
    gz.finish().expect("written");
}

/// A file with one more row.
pub fn append(dir: &Path, name: &str, row: &str) {
    let (_, text) = FILES.iter().find(|(known, _)| *known == name).expect("a file of the folder");
    write(dir, name, format!("{text}{row}\n").as_bytes());
}
