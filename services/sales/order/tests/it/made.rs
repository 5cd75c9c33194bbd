//! Quotes and orders to test with, and the shortest way to each state.
use kernel::{Currency, Id, Timestamp};
use order::domain::{
    Component, Count, Delivery, Event, Happened, NewOrder, Order, Owner, Parcel, ParcelState, Party, Quote, QuoteLine,
};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

pub fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

/// One vendor's wishes: (units, price of all of them, of which the platform pays) a line, and shipping.
#[derive(Clone, Debug)]
pub struct Wish {
    pub lines: Vec<(u32, i64, i64)>,
    pub shipping: i64,
}

pub fn wish(lines: &[(u32, i64)], shipping: i64) -> Wish {
    Wish { lines: lines.iter().map(|(units, price)| (*units, *price, 0)).collect(), shipping }
}

/// Two vendors: 3 lamps for 60.00 and a rug for 40.00, 5.00 shipping on the lamps.
pub fn lamps_and_rug() -> Quote {
    quote(&[wish(&[(3, 6000)], 500), wish(&[(1, 4000)], 0)])
}

pub fn quote(wishes: &[Wish]) -> Quote {
    let (mut lines, mut deliveries) = (vec![], vec![]);
    for wish in wishes {
        let vendor = id();
        for (units, price, funded) in &wish.lines {
            lines.push(QuoteLine {
                number: lines.len() as u32 + 1,
                offer: id(),
                vendor,
                quantity: *units,
                unit_price: price / i64::from(*units),
                price: *price,
                funded: *funded,
                title: "Lamp, blue".into(),
                sku: "L-1".into(),
            });
        }
        deliveries.push(Delivery {
            vendor,
            name: "Lights".into(),
            method: "standard".into(),
            method_name: "Standard".into(),
            shipping: wish.shipping,
            promised: Some(Timestamp(NOW.0 + 3 * 86_400_000_000)),
        });
    }
    let charged: i64 = lines.iter().map(|l| l.price - l.funded).sum();
    let shipping: i64 = deliveries.iter().map(|d| d.shipping).sum();
    Quote {
        id: id(),
        cart: id(),
        owner: Some(Owner::User(id())),
        currency: Currency::EUR,
        total: charged + shipping,
        lines,
        deliveries,
        taxes: vec![],
        why: vec![],
        expires: Timestamp(NOW.0 + 600_000_000),
        party: Party {
            email: "anna@example.org".into(),
            name: "Anna".into(),
            country: "DE".into(),
            ..Party::default()
        },
        coupon: String::new(),
    }
}

pub fn new_order(quote: &Quote) -> NewOrder {
    NewOrder {
        id: id(),
        party: id(),
        client_reference: Some("cart 7".into()),
        attributes: [("source".into(), "a \"till\"".into())].into(),
        vendor_orders: quote.vendors().map(|vendor| (vendor, id())).collect(),
        lines: quote.lines.iter().map(|l| (l.number, id())).collect(),
    }
}

pub fn placed(quote: &Quote) -> (Order, Vec<Happened>) {
    Order::place(new_order(quote), quote, NOW).unwrap()
}

/// As pricing freezes them: a tenth is commission.
pub fn components(quote: &Quote) -> Vec<Component> {
    let part = |vendor, line, units, price: i64, funded| Component {
        id: id(),
        vendor,
        line,
        units,
        price,
        funded,
        commission: price / 10,
        commission_tax: 0,
        marketplace_tax: 0,
        back: 0,
    };
    let lines = quote.lines.iter().map(|l| part(l.vendor, l.number, l.quantity, l.price, l.funded));
    let shipping = quote.deliveries.iter().filter(|d| d.shipping > 0).map(|d| part(d.vendor, 0, 1, d.shipping, 0));
    lines.chain(shipping).collect()
}

pub fn answers(quote: &Quote) -> Vec<Happened> {
    let forward = [
        Event::Accepted { components: components(quote) },
        Event::Held { until: Timestamp(NOW.0 + 900_000_000) },
        Event::Authorized,
        Event::Committed,
        Event::Taken,
    ];
    forward.into_iter().map(|event| event.at(NOW)).collect()
}

pub fn undone(reason: &str) -> Vec<Happened> {
    let back = [Event::Voided { reason: reason.into() }, Event::HoldUndone, Event::AcceptUndone];
    back.into_iter().map(|event| event.at(NOW)).collect()
}

pub fn confirmed(quote: &Quote) -> (Order, Vec<Happened>) {
    let (order, mut history) = placed(quote);
    let events = order.confirm(&answers(quote), NOW).unwrap();
    let order = order.then(&events);
    history.extend(events);
    (order, history)
}

pub fn parcel(lines: Vec<Count>) -> Parcel {
    Parcel {
        id: id(),
        lines,
        carrier: "post".into(),
        tracking: Some("T1".into()),
        state: ParcelState::Shipped,
        at: NOW,
    }
}
