//! Stock as it is read from and shown to shops and vendors.
use super::MOST;
use crate::{
    app::{ReceiveStock, SetStock, TransferStock},
    domain::{Count, Kind, Shelf, Transfer},
    views::{Level, MovementView, ShelvesOf, Shortage, Word},
};
use kernel::{LocationId, OfferId, OrderId, Timestamp, VendorId, error};
use platform::http::{Call, List, Problem, View};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use uuid::Uuid;

/// What is left is told to shoppers only when it is this little.
const FEW: i64 = 5;
/// Offers of one question.
const ASKED: usize = 100;

/// What was counted. What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"on_hand": 12}))]
pub struct StockBody {
    #[schemars(range(min = 0, max = MOST))]
    pub on_hand: i64,
    /// How many more may be promised than are there.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST))]
    pub backorder: Option<i64>,
    /// At or below so many free units the stock is low.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST))]
    pub low_mark: Option<i64>,
}

/// What came in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"quantity": 12}))]
pub struct ReceiptBody {
    #[schemars(range(min = 1, max = MOST))]
    pub quantity: i64,
}

/// What goes from one place to another.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    pub from: LocationId,
    pub to: LocationId,
    #[schemars(range(min = 1, max = MOST))]
    pub quantity: i64,
}

/// Offers, with commas between them.
pub struct Offers(pub Vec<OfferId>);

/// Which offers are asked about.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffersQuery {
    pub offers: Offers,
}

/// Which shelves.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShelfFilter {
    pub offer: Option<OfferId>,
    pub location: Option<LocationId>,
}

/// What shoppers are told.
#[derive(Serialize, JsonSchema)]
pub struct StockView {
    pub offer: OfferId,
    pub stock: WordView,
    /// How many are left, if that is five or less.
    pub free: Option<i64>,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WordView {
    InStock,
    Low,
    None,
}

#[derive(Serialize, JsonSchema)]
pub struct ShelfView {
    pub offer: OfferId,
    pub location: LocationId,
    pub on_hand: i64,
    pub backorder: i64,
    pub held: i64,
    pub free: i64,
    pub low_mark: i64,
    pub version: u64,
}

#[derive(Serialize, JsonSchema)]
pub struct TransferView {
    pub from: ShelfView,
    pub to: ShelfView,
}

/// A line in the book of a shelf.
#[derive(Serialize, JsonSchema)]
pub struct LineView {
    pub kind: KindView,
    pub quantity: i64,
    pub cause: String,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindView {
    Received,
    Shipped,
    Returned,
    Adjusted,
    Transferred,
}

/// Units that are promised and not there.
#[derive(Serialize, JsonSchema)]
pub struct ShortageView {
    pub offer: OfferId,
    pub location: LocationId,
    pub on_hand: i64,
    pub backorder: i64,
    pub held: i64,
    pub missing: i64,
    /// Whose units are promised from here, the oldest first.
    pub orders: Vec<PromiseView>,
}

#[derive(Serialize, JsonSchema)]
pub struct PromiseView {
    pub order: OrderId,
    pub quantity: i64,
}

impl View for StockView {}
impl View for TransferView {}
impl View for ShelfView {
    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

impl<'de> Deserialize<'de> for Offers {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(d)?;
        let offers: Result<Vec<OfferId>, _> = text.split(',').map(str::parse).collect();
        match offers.map_err(serde::de::Error::custom)? {
            offers if offers.len() <= ASKED => Ok(Offers(offers)),
            _ => Err(serde::de::Error::custom(format!("at most {ASKED} offers at once"))),
        }
    }
}

impl JsonSchema for Offers {
    fn schema_name() -> Cow<'static, str> {
        "Offers".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "1 to 100 ids of offers, with commas between them.",
            "pattern": "^off_[0-7][0-9a-hjkmnp-tv-z]{25}(,off_[0-7][0-9a-hjkmnp-tv-z]{25}){0,99}$" })
    }
}

pub fn stock_view(level: &Level) -> StockView {
    let stock = match level.word() {
        Word::InStock => WordView::InStock,
        Word::Low => WordView::Low,
        Word::None => WordView::None,
    };
    StockView { offer: level.offer, stock, free: (level.free <= FEW).then_some(level.free) }
}

pub fn stock_views(levels: &Vec<Level>) -> List<StockView> {
    List { items: levels.iter().map(stock_view).collect(), next: None }
}

pub fn shelf_view(s: &Shelf) -> ShelfView {
    ShelfView {
        offer: s.offer,
        location: s.location,
        on_hand: s.on_hand,
        backorder: s.backorder,
        held: s.held,
        free: s.free(),
        low_mark: s.low_mark,
        version: u64::try_from(s.counted).unwrap_or_default(),
    }
}

pub fn transfer_view(t: &Transfer) -> TransferView {
    TransferView { from: shelf_view(&t.from), to: shelf_view(&t.to) }
}

pub fn line_view(line: &MovementView) -> LineView {
    let kind = match line.movement.kind {
        Kind::Received => KindView::Received,
        Kind::Shipped => KindView::Shipped,
        Kind::Returned => KindView::Returned,
        Kind::Adjusted => KindView::Adjusted,
        Kind::Transferred => KindView::Transferred,
    };
    LineView { kind, quantity: line.movement.quantity, cause: line.movement.cause.clone(), at: line.at }
}

pub fn shortage_view(short: &Shortage) -> ShortageView {
    let Shelf { offer, location, on_hand, backorder, held, .. } = short.shelf;
    let promise = |(order, quantity): &(OrderId, i64)| PromiseView { order: *order, quantity: *quantity };
    let orders = short.orders.iter().map(promise).collect();
    ShortageView { offer, location, on_hand, backorder, held, missing: short.shelf.shortage(), orders }
}

pub fn shelves_of(vendor: VendorId, filter: &ShelfFilter) -> ShelvesOf {
    ShelvesOf { vendor, offer: filter.offer, location: filter.location }
}

pub fn set_stock(call: Call<StockBody, (OfferId, LocationId)>) -> Result<SetStock, Problem> {
    let vendor = call.actor.vendor()?;
    let StockBody { on_hand, backorder, low_mark } = call.body;
    for (name, units) in [("/on_hand", Some(on_hand)), ("/backorder", backorder), ("/low_mark", low_mark)] {
        within(name, 0, units.unwrap_or_default())?;
    }
    let ((offer, location), count) = (call.path, Count { on_hand, backorder, low_mark });
    let expected = call.version.and_then(|v| i64::try_from(v).ok()).unwrap_or_default();
    Ok(SetStock { vendor, offer, location, count, expected })
}

pub fn receive_stock(call: Call<ReceiptBody, (OfferId, LocationId)>) -> Result<ReceiveStock, Problem> {
    let vendor = call.actor.vendor()?;
    let units = within("/quantity", 1, call.body.quantity)?;
    let ((offer, location), cause) = (call.path, format!("receipt/{}", Uuid::now_v7()));
    Ok(ReceiveStock { vendor, offer, location, units, cause })
}

pub fn transfer_stock(call: Call<TransferBody, OfferId>) -> Result<TransferStock, Problem> {
    let vendor = call.actor.vendor()?;
    let TransferBody { from, to, quantity } = call.body;
    let (units, cause) = (within("/quantity", 1, quantity)?, format!("transfer/{}", Uuid::now_v7()));
    Ok(TransferStock { vendor, offer: call.path, from, to, units, cause })
}

fn within(name: &str, least: i64, units: i64) -> Result<u32, Problem> {
    let inside = (least..=MOST).contains(&units);
    inside.then(|| u32::try_from(units).unwrap_or_default()).ok_or_else(|| {
        let range = format!("{least} to {MOST}");
        Problem::new(error::invalid("invalid.value"), "a number of units is out of its range").at(name, "range", range)
    })
}
