//! Parcels, what is in them, and what their carriers told.
use crate::{
    domain::{Event, Parcel, ParcelLine, ParcelState, Report, ReportKind},
    outbound::events,
    ports::{ParcelChange, ParcelFilter, Parcels},
};
use kernel::{Id, OrderId, ShipmentId, Timestamp};
use platform::{
    page::{Page, Slice},
    store::{Change, StoreError},
};
use platform_sql::{Batch, Db, Row, SqlError, Value, params};
use uuid::Uuid;

const COLUMNS: &str = "p.id, p.order_id, p.vendor_order, p.vendor, p.carrier, p.tracking, p.state, p.version";
const PAGE: &str = "p.vendor = $1 AND p.id < $2 AND ($3 = '' OR p.state = $3) ORDER BY p.id DESC LIMIT $4";
/// The parcels of a page, and perhaps some between them that the filter left out.
const BETWEEN: &str = "p.vendor = $1 AND p.id >= $2 AND p.id <= $3";
const TRACKED: &str = "SELECT id FROM parcels WHERE tracking = $1 ORDER BY id LIMIT 2";

const ADD: &str = "INSERT INTO parcels (id, order_id, vendor_order, vendor, carrier, tracking, state, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ADD_LINE: &str = "INSERT INTO parcel_lines (parcel, line, offer, quantity) VALUES ($1, $2, $3, $4)";
const MOVE: &str = "UPDATE parcels SET state = $2, version = $3 WHERE id = $1 AND version = $3 - 1";
const TOLD: &str = "INSERT INTO tracking (parcel, event, kind, at, heard) VALUES ($1, $2, $3, $4, $5)";

pub struct SqlParcels(pub Db);

#[platform::async_trait]
impl Parcels for SqlParcels {
    async fn find(&self, id: ShipmentId) -> Result<Option<Parcel>, StoreError> {
        Ok(self.all("p.id = $1", params![id]).await?.pop())
    }

    async fn tracked_by(&self, tracking: &str) -> Result<Vec<ShipmentId>, StoreError> {
        let rows = self.0.read(TRACKED, params![tracking]).await?;
        Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
    }

    async fn of(&self, order: OrderId) -> Result<Vec<Parcel>, StoreError> {
        self.all("p.order_id = $1", params![order]).await
    }

    async fn list(
        &self,
        filter: ParcelFilter,
        page: &Page<ShipmentId>,
    ) -> Result<Slice<Parcel, ShipmentId>, StoreError> {
        let before = page.after.unwrap_or(Id::from_uuid(Uuid::max()));
        let wanted = filter.state.map_or("", word);
        let sql = format!("SELECT {COLUMNS} FROM parcels p WHERE {PAGE}");
        let rows = self.0.read(sql, params![filter.vendor, before, wanted, page.rows()]).await?;
        let mut parcels = rows.iter().map(parcel).collect::<Result<Vec<_>, _>>()?;
        if let (Some(newest), Some(oldest)) = (parcels.first(), parcels.last()) {
            let between = params![filter.vendor, oldest.id, newest.id];
            self.fill(&mut parcels, BETWEEN, between).await?;
        }
        Ok(page.slice(parcels, |parcel| parcel.id))
    }

    async fn save(&self, change: ParcelChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: parcel, events, marks } = change;
        let mut batch = Batch::new();
        batch.marks(marks, now);
        for event in &events {
            put(&mut batch, parcel, event, now);
        }
        batch.outbox(events::facts(parcel, &events, now));
        self.0.save(batch).await
    }
}

impl SqlParcels {
    /// The oldest first.
    async fn all(&self, of: &'static str, which: Vec<Value>) -> Result<Vec<Parcel>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM parcels p WHERE {of} ORDER BY p.id");
        let rows = self.0.read(sql, which.clone()).await?;
        let mut parcels = rows.iter().map(parcel).collect::<Result<Vec<_>, _>>()?;
        if !parcels.is_empty() {
            self.fill(&mut parcels, of, which).await?;
        }
        Ok(parcels)
    }

    /// Two reads, however many parcels there are.
    async fn fill(&self, parcels: &mut [Parcel], of: &'static str, which: Vec<Value>) -> Result<(), StoreError> {
        let lines = format!(
            "SELECT l.parcel, l.line, l.offer, l.quantity FROM parcel_lines l JOIN parcels p ON p.id = l.parcel
             WHERE {of} ORDER BY l.parcel, l.line"
        );
        for row in self.0.read(lines, which.clone()).await? {
            if let Some(parcel) = owner(parcels, &row)? {
                parcel.lines.push(line(&row)?);
            }
        }
        let told = format!(
            "SELECT t.parcel, t.event, t.kind, t.at FROM tracking t JOIN parcels p ON p.id = t.parcel
             WHERE {of} ORDER BY t.parcel, t.at, t.event"
        );
        for row in self.0.read(told, which).await? {
            if let Some(parcel) = owner(parcels, &row)? {
                parcel.track.push(report(&row)?);
            }
        }
        Ok(())
    }
}

fn put(batch: &mut Batch, p: &Parcel, event: &Event, now: Timestamp) {
    match event {
        Event::Prepared => {
            let who = params![p.id, p.order, p.vendor_order, p.vendor];
            let how = params![p.carrier.clone(), p.tracking.clone(), word(p.state), p.version];
            batch.push(ADD, [who, how].concat()).expect_rows(1);
            for line in &p.lines {
                batch.push(ADD_LINE, params![p.id, line.line.clone(), line.offer, line.quantity]);
            }
        }
        // In one batch with the first.
        Event::Dispatched => {}
        Event::Told { report, .. } => {
            batch.push(MOVE, params![p.id, word(p.state), p.version]).expect_rows(1);
            batch.push(TOLD, params![p.id, report.event.clone(), kind_word(report.kind), report.at, now]);
        }
    }
}

const STATES: [(ParcelState, &str); 5] = [
    (ParcelState::Prepared, "prepared"),
    (ParcelState::Dispatched, "dispatched"),
    (ParcelState::InTransit, "in_transit"),
    (ParcelState::Delivered, "delivered"),
    (ParcelState::Returned, "returned"),
];
const KINDS: [(ReportKind, &str); 3] =
    [(ReportKind::InTransit, "in_transit"), (ReportKind::Delivered, "delivered"), (ReportKind::Returned, "returned")];

fn word(state: ParcelState) -> &'static str {
    STATES.iter().find(|(s, _)| *s == state).map_or("", |(_, word)| word)
}
fn kind_word(kind: ReportKind) -> &'static str {
    KINDS.iter().find(|(k, _)| *k == kind).map_or("", |(_, word)| word)
}
fn known<T: Copy>(words: &[(T, &str)], row: &Row, column: &str) -> Result<T, SqlError> {
    let text: String = row.get(column)?;
    let found = words.iter().find(|(_, word)| *word == text).map(|(value, _)| *value);
    found.ok_or_else(|| SqlError::Broken(format!("column {column} is {text}")))
}

fn owner<'a>(parcels: &'a mut [Parcel], row: &Row) -> Result<Option<&'a mut Parcel>, SqlError> {
    let id: ShipmentId = row.get("parcel")?;
    Ok(parcels.iter_mut().find(|parcel| parcel.id == id))
}

fn parcel(row: &Row) -> Result<Parcel, SqlError> {
    let (lines, track) = Default::default();
    Ok(Parcel {
        id: row.get("id")?,
        order: row.get("order_id")?,
        vendor_order: row.get("vendor_order")?,
        vendor: row.get("vendor")?,
        carrier: row.get("carrier")?,
        tracking: row.get("tracking")?,
        state: known(&STATES, row, "state")?,
        lines,
        track,
        version: row.get("version")?,
    })
}

fn line(row: &Row) -> Result<ParcelLine, SqlError> {
    Ok(ParcelLine { line: row.get("line")?, offer: row.get("offer")?, quantity: row.get("quantity")? })
}

fn report(row: &Row) -> Result<Report, SqlError> {
    Ok(Report { event: row.get("event")?, kind: known(&KINDS, row, "kind")?, at: row.get("at")? })
}
