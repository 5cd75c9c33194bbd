//! Price lists.
use crate::{
    domain::{Price, PriceEvent, PriceList},
    outbound::events,
    ports::{PriceChange, Prices},
};
use kernel::{Currency, OfferId, Timestamp};
use platform::store::{Change, StoreError};
use platform_sql::{Batch, Db, Row, SqlError, list, params};

const FIND: &str = "SELECT l.offer, l.vendor, l.version, l.told, l.due, p.currency, p.valid_from, p.amount
    FROM price_lists l JOIN prices p ON p.offer = l.offer WHERE l.offer = $1 ORDER BY p.currency, p.valid_from";
/// Of each the last one that began.
const AT: &str = "SELECT p.offer, p.currency, p.valid_from, p.amount FROM prices p
    WHERE p.offer = ANY($1) AND p.currency = $2 AND p.valid_from = (SELECT max(began.valid_from) FROM prices began
        WHERE began.offer = p.offer AND began.currency = $2 AND began.valid_from <= $3) ORDER BY p.offer";
const BEGUN: &str = "SELECT offer FROM price_lists WHERE due <= $1 ORDER BY due LIMIT 100";
const NEXT: &str = "SELECT min(due) AS at FROM price_lists";

/// What was read is what is changed: the version as the vendor left it, the changes as they were told ($6, $7).
const PUT: &str = "INSERT INTO price_lists (offer, vendor, version, told, due) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (offer) DO UPDATE SET version = excluded.version, told = excluded.told, due = excluded.due
    WHERE price_lists.version = $6 AND price_lists.told = $7 AND price_lists.vendor = excluded.vendor";
const SET: &str = "INSERT INTO prices (offer, currency, valid_from, amount) VALUES ($1, $2, $3, $4)
    ON CONFLICT (offer, currency, valid_from) DO UPDATE SET amount = excluded.amount";

/// An import leaves alone what is there: a list that its vendor edited, ever, keeps its prices.
const PUT_NEW: &str = "INSERT INTO price_lists (offer, vendor, version, told, due) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (offer) DO NOTHING";
const SET_NEW: &str =
    "INSERT INTO prices (offer, currency, valid_from, amount) SELECT offer, $2, $3, $4 FROM price_lists
    WHERE offer = $1 AND vendor = $5 AND version = 0 ON CONFLICT (offer, currency, valid_from) DO NOTHING";

/// An import writes so many lists at once: big enough to be quick, small enough not to hold others up.
const AT_ONCE: usize = 250;

#[derive(Clone)]
pub struct SqlPrices(pub Db);

#[platform::async_trait]
impl Prices for SqlPrices {
    async fn find(&self, offer: OfferId) -> Result<Option<PriceList>, StoreError> {
        Ok(price_list(&self.0.read(FIND, params![offer]).await?)?)
    }

    async fn at(
        &self,
        offers: &[OfferId],
        currency: Currency,
        time: Timestamp,
    ) -> Result<Vec<(OfferId, Price)>, StoreError> {
        let rows = self.0.read(AT, params![list(offers.to_vec()), currency.as_str(), time]).await?;
        Ok(rows.iter().map(|row| Ok((row.get("offer")?, price(row)?))).collect::<Result<_, SqlError>>()?)
    }

    async fn save(&self, change: PriceChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: list, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        put(&mut batch, list, &events, now);
        self.0.save(batch).await
    }

    async fn import(&self, lists: &[(PriceList, Vec<PriceEvent>)], now: Timestamp) -> Result<(), StoreError> {
        for some in lists.chunks(AT_ONCE) {
            let mut batch = Batch::new();
            some.iter().for_each(|(list, events)| put_new(&mut batch, list, events, now));
            self.0.save(batch).await?;
        }
        Ok(())
    }

    async fn begun(&self, now: Timestamp) -> Result<Vec<OfferId>, StoreError> {
        let rows = self.0.read(BEGUN, params![now]).await?;
        Ok(rows.iter().map(|row| row.get("offer")).collect::<Result<_, _>>()?)
    }

    async fn next_beginning(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.0.read(NEXT, params![]).await?;
        Ok(rows.first().map_or(Ok(None), |row| row.get("at"))?)
    }
}

fn put(batch: &mut Batch, list: &PriceList, events: &[PriceEvent], now: Timestamp) {
    let edits = events.iter().filter(|e| matches!(e, PriceEvent::Set(_))).count();
    let before = |after: i64, raised: usize| after - i64::try_from(raised.min(1)).unwrap_or_default();
    let told = i64::try_from(events.len() - edits).unwrap_or_default();
    let row = params![list.offer, list.vendor, list.version, list.told, list.due];
    let read = params![before(list.version, edits), list.told - told];
    batch.push(PUT, [row, read].concat()).expect_rows(1);
    for event in events {
        if let PriceEvent::Set(p) = event {
            batch.push(SET, params![list.offer, p.currency.as_str(), p.from, p.amount]);
        }
    }
    batch.outbox(events::facts(list, events, now));
}

fn put_new(batch: &mut Batch, list: &PriceList, events: &[PriceEvent], now: Timestamp) {
    batch.push(PUT_NEW, params![list.offer, list.vendor, list.version, list.told, list.due]);
    for price in &list.prices {
        let what = params![list.offer, price.currency.as_str(), price.from, price.amount];
        batch.push(SET_NEW, [what, params![list.vendor]].concat());
    }
    batch.outbox_once(events::facts(list, events, now));
}

fn price_list(rows: &[Row]) -> Result<Option<PriceList>, SqlError> {
    let Some(first) = rows.first() else { return Ok(None) };
    Ok(Some(PriceList {
        offer: first.get("offer")?,
        vendor: first.get("vendor")?,
        prices: rows.iter().map(price).collect::<Result<_, _>>()?,
        version: first.get("version")?,
        told: first.get("told")?,
        due: first.get("due")?,
    }))
}

fn price(row: &Row) -> Result<Price, SqlError> {
    let text: String = row.get("currency")?;
    let currency = text.parse().map_err(|why| SqlError::Broken(format!("prices.currency {text}: {why}")))?;
    Ok(Price { currency, from: row.get("valid_from")?, amount: row.get("amount")? })
}
