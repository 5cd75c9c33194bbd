use super::*;
use crate::olist::{
    moves::{self, End, Step},
    row::{At, CustomerRow, ItemRow, OrderRow, PaymentRow, ProductRow, SellerRow, TranslationRow},
};

/// Rows of a file, written as it writes them: `a,b,c`.
fn at<T>(rows: &[&str], row: impl Fn([String; 8]) -> T) -> Vec<At<T>> {
    let fields = |text: &str| {
        let mut fields = text.split(',').map(str::to_string);
        std::array::from_fn(|_| fields.next().unwrap_or_default())
    };
    rows.iter().enumerate().map(|(n, text)| At { line: n as u64 + 2, row: row(fields(text)) }).collect()
}

fn orders(rows: &[&str]) -> Vec<At<OrderRow>> {
    at(rows, |[order_id, customer_id, order_status, purchase, approved, carrier, delivered, estimated]| OrderRow {
        order_id,
        customer_id,
        order_status,
        order_purchase_timestamp: purchase,
        order_approved_at: approved,
        order_delivered_carrier_date: carrier,
        order_delivered_customer_date: delivered,
        order_estimated_delivery_date: estimated,
    })
}

fn items(rows: &[&str]) -> Vec<At<ItemRow>> {
    at(rows, |[order_id, product_id, seller_id, price, freight_value, shipping_limit_date, ..]| ItemRow {
        order_id,
        product_id,
        seller_id,
        shipping_limit_date,
        price,
        freight_value,
    })
}

/// Two sellers, three products, four people; `orders` and `items` are the test's.
fn source(orders: Vec<At<OrderRow>>, items: Vec<At<ItemRow>>) -> Source {
    let people = ["c1,p1,01310,sao paulo,SP", "c2,p2,22790,rio,RJ", "c3,p1,01310,sao paulo,SP", "c4,p4,01310,x,SP"];
    Source {
        customers: at(&people, |[customer_id, customer_unique_id, zip, customer_city, customer_state, ..]| {
            CustomerRow {
                customer_id,
                customer_unique_id,
                customer_zip_code_prefix: zip,
                customer_city,
                customer_state,
            }
        }),
        orders,
        items,
        payments: at(&["o1,credit_card,3,58.9", "o1,voucher,1,0"], |[order_id, payment_type, n, payment_value, ..]| {
            PaymentRow { order_id, payment_type, payment_installments: n, payment_value }
        }),
        products: at(&["a,beleza_saude,225", "b,,", "c,pc_gamer,0"], |[product_id, name, weight, ..]| ProductRow {
            product_id,
            product_category_name: name,
            product_weight_g: weight,
        }),
        sellers: at(&["s1,13023,sp / sp,SP", "s2,22790,04482255,RJ"], |[id, zip, seller_city, seller_state, ..]| {
            SellerRow { seller_id: id, seller_zip_code_prefix: zip, seller_city, seller_state }
        }),
        translations: at(&["beleza_saude,health_beauty"], |[name, english, ..]| TranslationRow {
            product_category_name: name,
            product_category_name_english: english,
        }),
        faults: vec![],
    }
}

const FOUR: [&str; 4] = [
    "o1,c1,delivered,2018-01-01 10:00:00,2018-01-01 11:00:00,2018-01-02 10:00:00,2018-01-05 10:00:00",
    "o2,c2,shipped,2018-01-02 10:00:00,2018-01-02 11:00:00,2018-01-03 10:00:00",
    "o3,c3,canceled,2018-01-03 10:00:00",
    "o4,c4,unavailable,2018-01-04 10:00:00",
];

fn plan(source: &Source) -> (Plan, Vec<String>) {
    let (plan, faults) = Plan::of(source, &None).unwrap();
    (plan, faults.iter().map(ToString::to_string).collect())
}

fn price(plan: &Plan, seller: &str, product: &str) -> Vec<(String, i64)> {
    let offer = plan.offers.iter().find(|o| o.seller == seller && o.product == product).unwrap();
    let from = |from: Option<Moment>| from.map(|from| from.to_string()).unwrap_or_default();
    offer.prices.iter().map(|(at, cents)| (from(*at), *cents)).collect()
}

/// rules 1, 2, 5, 8
#[test]
fn what_has_items_is_placed_and_a_row_is_a_unit() {
    let units = ["o1,a,s1,10.00,1.50", "o1,a,s1,10.00,1.50", "o1,b,s2,5,0", "o2,a,s1,10,1.50", "o3,a,s2,12,2"];
    let (plan, faults) = plan(&source(orders(&FOUR), items(&units)));
    assert_eq!(faults, [""; 0]);
    assert_eq!(plan.orders.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(), ["o1", "o2", "o3"]);
    assert_eq!(plan.not_placed, NotPlaced { no_items: [("unavailable", 1)].into(), ..NotPlaced::default() });
    let first = &plan.orders[0];
    assert_eq!((first.units(), first.items(), first.freight(), first.paid()), (3, 2500, 300, 5890));
    let stock: Vec<_> = plan.offers.iter().map(|o| (o.seller.as_str(), o.product.as_str(), o.sold)).collect();
    assert_eq!(stock, [("s1", "a", 3), ("s2", "a", 1), ("s2", "b", 1)]);
    assert_eq!((plan.sellers.len(), plan.products.len(), plan.people.len()), (2, 3, 3));
    assert_eq!(plan.opening().unwrap().to_string(), "2017-12-31T12:00:00.000000Z");
}

/// rule 4
#[test]
fn a_category_without_a_name_or_a_translation_is_there_all_the_same() {
    let (plan, _) = plan(&source(orders(&FOUR), items(&["o1,a,s1,1,1"])));
    let slugs: Vec<_> = plan.categories.iter().map(|c| (c.slug.as_str(), c.name.as_str())).collect();
    let expected = [("health-beauty", "Health beauty"), ("pc-gamer", "Pc gamer"), ("uncategorised", "Uncategorised")];
    assert_eq!(slugs, expected);
    assert_eq!(plan.products.iter().map(|p| p.weight_grams).collect::<Vec<_>>(), [225, 0, 0]);
    assert_eq!(plan.sellers[1].city, "04482255");
}

/// rules 6, 7
#[test]
fn prices_go_by_offer_and_freight_by_offer_and_place() {
    let units = ["o1,a,s1,10,1", "o2,a,s1,12,2", "o3,a,s1,10,3"];
    let (plan, faults) = plan(&source(orders(&FOUR), items(&units)));
    assert_eq!(faults, [""; 0]);
    let told = [("", 1000), ("2018-01-02 10:00:00", 1200), ("2018-01-03 10:00:00", 1000)];
    assert_eq!(price(&plan, "s1", "a"), told.map(|(from, cents)| (from.to_string(), cents)));
    let rates: Vec<_> = plan.rates.iter().map(|r| (r.zip.as_str(), r.prices.len(), r.prices[0])).collect();
    assert_eq!(rates, [("01310", 2, (None, 100)), ("22790", 1, (None, 200))]);
    assert_eq!(begins(plan.rates[0].prices[1].0).to_string(), "2018-01-03T12:00:00.000000Z");
}

#[test]
fn a_bad_row_is_named_and_leaves_its_whole_order_out() {
    let mut rows = FOUR.to_vec();
    rows.extend(["o5,c9,shipped,2018-01-05 10:00:00", "o6,c1,shipped,2018-01-05", "o1,c1,shipped,2018-01-05 10:00:00"]);
    let units = [
        "o1,a,s1,10,1",
        "o2,a,s1,10,1",
        "o2,b,s1,1.234,1",
        "o3,x,s1,10,1",
        "o4,a,s9,1,1",
        "o7,a,s1,1,1",
        "o5,a,s1,1,1",
    ];
    let (plan, faults) = plan(&source(orders(&rows), items(&units)));
    let expected = [
        "order_items.csv.gz:4: \"1.234\" is not an amount",
        "order_items.csv.gz:5: there is no product x",
        "order_items.csv.gz:6: there is no seller s9",
        "order_items.csv.gz:7: there is no order o7",
        "orders.csv.gz:6: there is no customer c9",
        "orders.csv.gz:7: \"2018-01-05\" is not a time",
        "orders.csv.gz:8: order o1 stands here twice",
    ];
    assert_eq!(faults, expected);
    assert_eq!((plan.orders.len(), plan.offers.len(), plan.not_placed), (0, 0, NotPlaced::default()));
}

#[test]
fn a_line_has_one_price_and_an_offer_one_price_at_an_instant() {
    let same = [FOUR[0], "o2,c2,shipped,2018-01-01 10:00:00", FOUR[2]];
    let units = ["o1,a,s1,10,1", "o2,a,s1,12,1", "o3,b,s1,1,1", "o3,b,s1,2,1"];
    let (plan, faults) = plan(&source(orders(&same), items(&units)));
    let expected = [
        "order_items.csv.gz:3: two prices of one offer at one instant",
        "order_items.csv.gz:5: units of one line differ in price or freight",
    ];
    assert_eq!(faults, expected);
    assert_eq!(plan.orders.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(), ["o1"]);
    assert_eq!(price(&plan, "s1", "a"), [(String::new(), 1000)]);
}

/// rule 2: nothing is guessed.
#[test]
fn an_unknown_status_ends_the_run() {
    let rows = ["o1,c1,delivered,2018-01-01 10:00:00", "o2,c2,lost,2018-01-02 10:00:00"];
    let refused = Plan::of(&source(orders(&rows), vec![]), &None).unwrap_err();
    assert_eq!(refused, "orders.csv.gz:3: status \"lost\" is unknown");
}

/// rule 3
#[test]
fn chosen_orders_are_all_there_is() {
    let units = ["o1,a,s1,10,1", "o2,a,s2,12,1", "o9,a,s1,1,1"];
    let only = |ids: &[&str]| Some(ids.iter().map(ToString::to_string).collect());
    let source = source(orders(&FOUR), items(&units));
    let (plan, faults) = Plan::of(&source, &only(&["o2", "o4"])).unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(plan.orders.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(), ["o2"]);
    assert_eq!((plan.sellers.len(), plan.products.len(), plan.offers.len(), plan.people.len()), (1, 1, 1, 2));
    assert_eq!(plan.not_placed.no_items, [("unavailable", 1)].into());
    assert!(Plan::of(&source, &only(&["o8"])).unwrap_err().contains("o8"));
}

/// The whole folder, where it is there: the counts that its description gives.
#[test]
fn the_whole_folder_is_planned_as_it_should_be() {
    let Some(dir) = crate::olist::shared("the_whole_folder_is_planned_as_it_should_be") else { return };
    let (plan, faults) = Plan::of(&crate::olist::read::folder(&dir).unwrap(), &None).unwrap();
    assert_eq!(faults, []);
    let expected: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(dir.join("expected_replay.json")).unwrap()).unwrap();
    let goods = (plan.sellers.len(), plan.products.len(), plan.categories.len(), plan.offers.len());
    assert_eq!(goods, (3095, 32951, 74, 11713));
    assert_eq!(plan.orders.len() as u64, expected["placed"]["orders"].as_u64().unwrap());
    assert_eq!(serde_json::to_value(&plan.not_placed.no_items).unwrap(), expected["not_placed"]["no_items"]);
    assert_eq!(plan.not_placed.payment_cents, expected["not_placed"]["payment_cents"].as_i64().unwrap());
    let prices = plan.offers.iter().map(|o| (vec![o.seller.clone(), o.product.clone()], &o.prices));
    let rates = plan.rates.iter().map(|r| (vec![r.seller.clone(), r.product.clone(), r.zip.clone()], &r.prices));
    assert_eq!(told(prices.collect()), expected["prices"]);
    assert_eq!(told(rates.collect()), expected["freight_rates"]);
    assert_eq!(moved(&plan), expected["moves"]);
    let timeline = moves::timeline(&plan.orders);
    let mut instants: Vec<_> = timeline.iter().map(|(_, step)| step.at.to_string()).collect();
    instants.dedup();
    let (first, last) = (instants.first().unwrap().as_str(), instants.last().unwrap().as_str());
    let clock = serde_json::json!({ "first": first, "last": last, "distinct_instants": instants.len() });
    assert_eq!(clock, expected["clock"]);
    let ends = |end| plan.orders.iter().filter(|o| o.end() == end).map(|o| o.sellers().len()).sum::<usize>();
    let ends = serde_json::json!({ "cancelled": ends(End::Cancelled), "confirmed": ends(End::Confirmed),
        "delivered": ends(End::Delivered), "shipped": ends(End::Shipped) });
    assert_eq!(ends, expected["states"]["end"]["vendor_orders"]);
}

/// As `prices` and `freight_rates` of the expectation.
fn told(histories: Vec<(Vec<String>, &History)>) -> serde_json::Value {
    let row = |key: &[String], (from, cents): &(Option<Moment>, i64)| {
        let from = from.map(|from| from.to_string()).unwrap_or_default();
        format!("{},{from},{cents}\n", key.join(","))
    };
    let rows: Vec<String> = histories.iter().flat_map(|(key, h)| h.iter().map(|entry| row(key, entry))).collect();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(rows.concat());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let changed = histories.iter().filter(|(_, history)| history.len() > 1).count();
    serde_json::json!({ "keys": histories.len(), "rows": rows.len(), "keys_with_changes": changed, "sha256": hex })
}

/// As `moves` of the expectation.
fn moved(plan: &Plan) -> serde_json::Value {
    let mut counts = BTreeMap::<String, usize>::new();
    for order in &plan.orders {
        for step in order.moves().into_iter().map(|m| m.step).collect::<Vec<Step>>() {
            *counts.entry(format!("{}_orders", step.as_str())).or_default() += 1;
            *counts.entry(format!("{}_vendor_orders", step.as_str())).or_default() += order.sellers().len();
        }
    }
    serde_json::to_value(counts).unwrap()
}
