//! Orders, put together from four files.
use super::goods::Goods;
use crate::olist::{
    money::cents,
    order::{Address, Facts, Line, Order, Paid, Status},
    read::Only,
    row::{At, CustomerRow, Fault, ItemRow, OrderRow, PaymentRow, Source},
    time::Moment,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// By purchase and id, and where their lines stand in the file.
pub struct Read<'a> {
    pub orders: Vec<Order>,
    rows: HashMap<(&'a str, &'a str, &'a str), &'a At<ItemRow>>,
}

/// An order is whole or not there: one bad row of it leaves it out.
struct Collecting<'a, 'f> {
    orders: BTreeMap<&'a str, Order>,
    bad: BTreeSet<&'a str>,
    all: BTreeSet<&'a str>,
    faults: &'f mut Vec<Fault>,
}

pub fn read<'a>(source: &'a Source, only: &Only, goods: &Goods, faults: &mut Vec<Fault>) -> Result<Read<'a>, String> {
    let all: BTreeSet<&str> = source.orders.iter().map(|at| at.row.order_id.as_str()).collect();
    if let Some(unknown) = only.iter().flatten().find(|id| !all.contains(id.as_str())) {
        return Err(format!("there is no order {unknown} to replay"));
    }
    let customers: HashMap<&str, &CustomerRow> =
        source.customers.iter().map(|at| (at.row.customer_id.as_str(), &at.row)).collect();
    let mut collecting = Collecting { orders: BTreeMap::new(), bad: BTreeSet::new(), all, faults };
    for at in &source.orders {
        let status: Status = at.row.order_status.parse().map_err(|why: String| at.fault(why).to_string())?;
        if only.as_ref().is_none_or(|only| only.contains(&at.row.order_id)) {
            collecting.order(at, status, &customers);
        }
    }
    source.payments.iter().for_each(|at| collecting.payment(at));
    let rows = collecting.lines(&source.items, goods);
    let Collecting { orders, bad, .. } = collecting;
    let mut orders: Vec<Order> = orders.into_values().filter(|order| !bad.contains(order.id.as_str())).collect();
    orders.sort_by(|a, b| (a.purchase, &a.id).cmp(&(b.purchase, &b.id)));
    Ok(Read { orders, rows })
}

impl<'a> Collecting<'a, '_> {
    fn wrong(&mut self, order: &'a str, fault: Fault) {
        self.bad.insert(order);
        self.faults.push(fault);
    }

    fn order(&mut self, at: &'a At<OrderRow>, status: Status, customers: &HashMap<&str, &CustomerRow>) {
        let id = at.row.order_id.as_str();
        if self.orders.contains_key(id) {
            return self.wrong(id, at.fault(format!("order {id} stands here twice")));
        }
        let Some(customer) = customers.get(at.row.customer_id.as_str()) else {
            return self.wrong(id, at.fault(format!("there is no customer {}", at.row.customer_id)));
        };
        match order(&at.row, status, customer) {
            Ok(order) => {
                self.orders.insert(id, order);
            }
            Err(why) => self.wrong(id, at.fault(why)),
        }
    }

    /// Whether rows of this order count; one that no file knows is a fault.
    fn counts(&mut self, order: &'a str, fault: impl FnOnce(String) -> Fault) -> bool {
        if !self.all.contains(order) {
            self.faults.push(fault(format!("there is no order {order}")));
        }
        self.orders.contains_key(order)
    }

    fn payment(&mut self, at: &'a At<PaymentRow>) {
        let id = at.row.order_id.as_str();
        if !self.counts(id, |why| at.fault(why)) {
            return;
        }
        match (paid(&at.row), self.orders.get_mut(id)) {
            (Ok(paid), Some(order)) => order.facts.payments.push(paid),
            (Err(why), _) => self.wrong(id, at.fault(why)),
            (Ok(_), None) => {}
        }
    }

    /// A row is one unit. Answers the first row of each line.
    fn lines(
        &mut self,
        items: &'a [At<ItemRow>],
        goods: &Goods,
    ) -> HashMap<(&'a str, &'a str, &'a str), &'a At<ItemRow>> {
        let mut lines = BTreeMap::<(&str, &str, &str), Line>::new();
        let mut rows = HashMap::new();
        for at in items {
            let row = &at.row;
            let (order, product, seller) = (row.order_id.as_str(), row.product_id.as_str(), row.seller_id.as_str());
            if !self.counts(order, |why| at.fault(why)) {
                continue;
            }
            match unit(row, goods) {
                Err(why) => self.wrong(order, at.fault(why)),
                Ok(unit) => match lines.get_mut(&(order, product, seller)) {
                    None => {
                        lines.insert((order, product, seller), unit);
                        rows.insert((order, product, seller), at);
                    }
                    Some(line) if (line.price, line.freight) == (unit.price, unit.freight) => line.quantity += 1,
                    Some(_) => self.wrong(order, at.fault("units of one line differ in price or freight")),
                },
            }
            if let Some(known) = self.orders.get_mut(order) {
                known.facts.shipping_limits.insert((row.seller_id.clone(), row.shipping_limit_date.clone()));
            }
        }
        for ((order, ..), line) in lines {
            if let Some(order) = self.orders.get_mut(order) {
                order.lines.push(line);
            }
        }
        rows
    }
}

fn order(row: &OrderRow, status: Status, customer: &CustomerRow) -> Result<Order, String> {
    Ok(Order {
        id: row.order_id.clone(),
        status,
        person: customer.customer_unique_id.clone(),
        address: Address {
            zip: customer.customer_zip_code_prefix.clone(),
            city: customer.customer_city.clone(),
            state: customer.customer_state.clone(),
        },
        purchase: Moment::parse(&row.order_purchase_timestamp)?,
        approved: Moment::known(&row.order_approved_at)?,
        carrier: Moment::known(&row.order_delivered_carrier_date)?,
        delivered: Moment::known(&row.order_delivered_customer_date)?,
        lines: vec![],
        facts: Facts { estimated: row.order_estimated_delivery_date.clone(), ..Facts::default() },
    })
}

fn paid(row: &PaymentRow) -> Result<Paid, String> {
    let installments = row.payment_installments.parse();
    let installments =
        installments.map_err(|_| format!("{:?} is not a number of instalments", row.payment_installments))?;
    Ok(Paid { tender: row.payment_type.clone(), installments, cents: cents(&row.payment_value)? })
}

fn unit(row: &ItemRow, goods: &Goods) -> Result<Line, String> {
    let (seller, product) = (row.seller_id.clone(), row.product_id.clone());
    if !goods.products.contains_key(&product) {
        return Err(format!("there is no product {product}"));
    }
    if !goods.sellers.contains_key(&seller) {
        return Err(format!("there is no seller {seller}"));
    }
    Ok(Line { seller, product, price: cents(&row.price)?, freight: cents(&row.freight_value)?, quantity: 1 })
}

impl Read<'_> {
    /// Takes out the orders that show a second amount at one instant: each by the place of its line among those of all placed ones.
    pub fn contradict(&mut self, prices: &[usize], freights: &[usize]) -> Vec<Fault> {
        let placed = self.orders.iter().filter(|order| order.is_placed());
        let lines: Vec<(String, &Line)> =
            placed.flat_map(|order| order.lines.iter().map(|line| (order.id.clone(), line))).collect();
        let (mut out, mut faults) = (BTreeSet::new(), vec![]);
        for (n, what) in prices.iter().map(|n| (n, "prices")).chain(freights.iter().map(|n| (n, "freights"))) {
            let (order, line) = &lines[*n];
            let row = self.rows.get(&(order.as_str(), line.product.as_str(), line.seller.as_str()));
            faults.extend(row.map(|at| at.fault(format!("two {what} of one offer at one instant"))));
            out.insert(order.clone());
        }
        self.orders.retain(|order| !out.contains(&order.id));
        faults
    }
}
