//! The order book: a stream an order, and the rows that follow from it.
use super::{codec, rows};
use crate::{
    domain::{Component, Event, Happened, Line, Order, Party, State, VendorOrder},
    outbound::events,
    ports::{Due, Now, OrderBook, OrderChange, Saga},
};
use kernel::{OrderId, PartyId, QuoteId, Timestamp, VendorOrderId};
use platform::store::{Change, StoreError};
use platform_sql::{Batch, Db, SqlError, Value, params};

const ORDER_OF: &str = "SELECT order_id FROM vendor_orders WHERE id = $1";
const PARTY: &str = "SELECT email, name, country, state, city, postcode, street, phone FROM parties WHERE id = $1";
/// The quote's order first, if there is one.
const LIVE: &str = "SELECT id, quote FROM orders WHERE state <> 'cancelled' AND (quote = $1 OR cart = $2)
    ORDER BY CASE WHEN quote = $1 THEN 0 ELSE 1 END LIMIT 1";

const PUT_PARTY: &str = "INSERT INTO parties (id, email, name, country, state, city, postcode, street, phone)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const OPEN: &str =
    "INSERT INTO orders (id, state, waiting, sleeps, version, due, decide_by, wait_until, since, card_token,
    owner_user, owner_guest, cart, quote, party, client_reference, total, refunded, currency, placed_at, attributes)
    VALUES ($1, 'placed', $2, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16, $17)";
/// From the version it was read in, or not at all: a sleeper must not write `confirmed` over `cancelled`. The decision empties
/// the card token (checkout 10).
const MOVE: &str = "UPDATE orders SET state = $2, reason = $3, waiting = $4, refunded = $5, version = $6,
    due = CASE WHEN $7 THEN $8 ELSE due END, sleeps = CASE WHEN $7 THEN $9 ELSE sleeps END,
    card_token = CASE WHEN $10 THEN card_token ELSE '' END WHERE id = $1 AND version = $11";
const MOVE_PART: &str =
    "UPDATE vendor_orders SET state = $2, reason = $3, version = $4, delivered_at = $5 WHERE id = $1";
const MOVE_PARTS: &str =
    "UPDATE vendor_orders SET state = $2, reason = $3, version = $4, delivered_at = $5 WHERE order_id = $1";
const COUNT: &str =
    "UPDATE lines SET cancelled = $2, shipped = $3, delivered = $4, sent_back = $5, returned = $6 WHERE id = $1";
const BACK: &str = "UPDATE components SET back = $2 WHERE id = $1";
const OWED: &str = "INSERT INTO troubles (key, order_id, kind, detail, at) VALUES ($1, $2, 'refund_refused', $3, $4)
    ON CONFLICT (key) DO NOTHING";

pub struct SqlOrders(pub Db);

#[platform::async_trait]
impl OrderBook for SqlOrders {
    async fn find(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(rows::order(&self.0.stream(id.uuid(), 0, None).await?)?)
    }

    async fn find_at(&self, id: OrderId, at: Timestamp) -> Result<Option<Order>, StoreError> {
        Ok(rows::order(&self.0.stream(id.uuid(), 0, Some(at)).await?)?)
    }

    async fn of(&self, id: VendorOrderId) -> Result<Option<Order>, StoreError> {
        match self.0.read(ORDER_OF, params![id]).await?.first() {
            Some(row) => self.find(row.get("order_id")?).await,
            None => Ok(None),
        }
    }

    async fn party(&self, id: PartyId) -> Result<Option<Party>, StoreError> {
        let found = self.0.read(PARTY, params![id]).await?;
        Ok(found.first().map(party).transpose()?)
    }

    async fn open(&self, change: OrderChange<'_>, new: (&Saga, &Party), now: Now) -> Result<(), StoreError> {
        let Change { state, events, marks } = change;
        let (saga, to) = new;
        let mut batch = Batch::new();
        batch.marks(marks, now.machine);
        put_order(&mut batch, state, saga, now);
        let whom = params![state.party, to.email.clone(), to.name.clone(), to.country.clone(), to.state.clone()];
        let where_ = params![to.city.clone(), to.postcode.clone(), to.street.clone(), to.phone.clone()];
        batch.push(PUT_PARTY, [whom, where_].concat());
        put_parts(&mut batch, state);
        append(&mut batch, state, &events);
        batch.outbox(events::facts(state, &events));
        self.0.save(batch).await
    }

    async fn save(&self, change: OrderChange<'_>, due: Due, now: Now) -> Result<(), StoreError> {
        let Change { state, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now.machine);
        if !events.is_empty() {
            move_order(&mut batch, state, &events, due);
            append(&mut batch, state, &events);
            follow(&mut batch, state, &events, now);
            batch.outbox(events::facts(state, &events));
        }
        self.0.save(batch).await
    }

    async fn live(&self, order: &Order) -> Result<Option<(OrderId, QuoteId)>, StoreError> {
        let found = self.0.read(LIVE, params![order.quote, order.cart]).await?;
        Ok(found.first().map(|row| Ok::<_, SqlError>((row.get("id")?, row.get("quote")?))).transpose()?)
    }
}

fn put_order(batch: &mut Batch, o: &Order, saga: &Saga, now: Now) {
    let times = params![o.id, o.waiting.is_some(), saga.due, saga.decide_by, saga.wait_until, saga.since];
    let card = params![saga.card.expose()];
    let what = params![o.cart, o.quote, o.party, o.client_reference.clone(), o.total];
    let rest = params![o.currency.as_str(), now.business, serde_json::json!(o.attributes).to_string()];
    batch.push(OPEN, [times, card, rows::owner(o.owner).to_vec(), what, rest].concat()).expect_rows(1);
}

/// Many rows by one statement: a checkout's statements are counted.
fn put_all(batch: &mut Batch, into: &str, many: Vec<Vec<Value>>) {
    let (width, rows) = (many.first().map_or(0, Vec::len), many.len());
    let row = |at: usize| {
        let places: Vec<String> = (1..=width).map(|n| format!("${}", at * width + n)).collect();
        format!("({})", places.join(", "))
    };
    let values: Vec<String> = (0..rows).map(row).collect();
    batch.push(format!("INSERT INTO {into} VALUES {}", values.join(", ")), many.concat()).expect_rows(rows as u64);
}

fn put_parts(batch: &mut Batch, o: &Order) {
    let part =
        |v: &VendorOrder| params![v.id, o.id, v.vendor, rows::vendor_state(v.state), v.told, v.shipping, v.total()];
    let parts = o.vendor_orders.iter().map(part).collect();
    put_all(batch, "vendor_orders (id, order_id, vendor, state, version, shipping, total)", parts);
    let line = |v: &VendorOrder, l: &Line| {
        let what = params![l.id, o.id, v.id, l.number, l.offer, l.price, l.funded, l.ordered];
        [what, params![l.cancelled, l.shipped, l.delivered, l.sent_back, l.returned]].concat()
    };
    let lines = o.vendor_orders.iter().flat_map(|v| v.lines.iter().map(move |l| line(v, l))).collect();
    let columns = "id, order_id, vendor_order, number, offer, price, funded, ordered";
    put_all(batch, &format!("lines ({columns}, cancelled, shipped, delivered, sent_back, returned)"), lines);
}

fn put_components(batch: &mut Batch, o: &Order) {
    let component = |c: &Component| {
        let what = params![c.id, o.id, c.vendor, c.line, c.units, c.price, c.funded];
        [what, params![c.commission, c.commission_tax, c.marketplace_tax, c.back]].concat()
    };
    let columns = "id, order_id, vendor, line, units, price, funded, commission, commission_tax, marketplace_tax, back";
    put_all(batch, &format!("components ({columns})"), o.components.iter().map(component).collect());
}

fn append(batch: &mut Batch, o: &Order, events: &[Happened]) {
    let first = before(o, events);
    let row = |(n, h): (i64, &Happened)| params![o.id, n, h.event.name(), codec::encode(&h.event), h.at];
    let stream = (first + 1..).zip(events).map(row).collect();
    put_all(batch, "events (stream, version, type, payload, at)", stream);
}

fn before(o: &Order, events: &[Happened]) -> i64 {
    o.version - i64::try_from(events.len()).unwrap_or_default()
}

fn move_order(batch: &mut Batch, o: &Order, events: &[Happened], due: Due) {
    let (moves, at, sleeps) = match due {
        Due::At(at) => (true, Some(at), false),
        Due::Asleep(at) => (true, Some(at), true),
        Due::Never => (true, None, false),
        Due::AsItIs => (false, None, false),
    };
    let what = params![o.id, rows::state(o.state), o.reason.clone(), o.waiting.is_some(), o.back(), o.version];
    let when = params![moves, at, sleeps, o.state == State::Placed, before(o, events)];
    batch.push(MOVE, [what, when].concat()).expect_rows(1);
}

/// The rows that the events changed, as they are now.
fn follow(batch: &mut Batch, o: &Order, events: &[Happened], now: Now) {
    let moved = |v: &VendorOrder| params![rows::vendor_state(v.state), v.reason.clone(), v.told, v.delivered_at];
    if events.iter().any(|h| matches!(h.event, Event::Confirmed | Event::Cancelled { .. })) {
        let same = o.vendor_orders.windows(2).all(|pair| moved(&pair[0]) == moved(&pair[1]));
        match o.vendor_orders.first() {
            Some(v) if same => {
                let all = o.vendor_orders.len() as u64;
                batch.push(MOVE_PARTS, [params![o.id], moved(v)].concat()).expect_rows(all);
            }
            _ => o.vendor_orders.iter().for_each(|v| {
                batch.push(MOVE_PART, [params![v.id], moved(v)].concat()).expect_rows(1);
            }),
        }
    }
    for v in o.vendor_orders.iter().filter(|v| events.iter().any(|h| h.event.vendor_order() == Some(v.id))) {
        batch.push(MOVE_PART, [params![v.id], moved(v)].concat()).expect_rows(1);
        for l in &v.lines {
            batch
                .push(COUNT, params![l.id, l.cancelled, l.shipped, l.delivered, l.sent_back, l.returned])
                .expect_rows(1);
        }
    }
    for happened in events {
        follow_money(batch, o, &happened.event, now);
    }
}

fn follow_money(batch: &mut Batch, o: &Order, event: &Event, now: Now) {
    match event {
        Event::Accepted { .. } => put_components(batch, o),
        Event::Refunded(refunded) => {
            let touched = o.components.iter().filter(|c| refunded.parts.iter().any(|(id, _)| *id == c.id));
            for component in touched {
                batch.push(BACK, params![component.id, component.back]).expect_rows(1);
            }
        }
        Event::RefundRefused { number, code } => {
            let key = format!("{}/refund/{number}", o.id);
            batch.push(OWED, params![key, o.id, code.clone(), now.machine]);
        }
        _ => {}
    }
}

fn party(row: &platform_sql::Row) -> Result<Party, SqlError> {
    Ok(Party {
        email: row.get("email")?,
        name: row.get("name")?,
        country: row.get("country")?,
        state: row.get("state")?,
        city: row.get("city")?,
        postcode: row.get("postcode")?,
        street: row.get("street")?,
        phone: row.get("phone")?,
    })
}
