//! What shops and vendors may ask of stock.
use super::convert::{
    self, LineView, LocationBody, LocationPatch, LocationView, OffersQuery, ReceiptBody, ShelfFilter, ShelfView,
    ShortageView, StockBody, StockView, TransferBody, TransferView,
};
use crate::{app::Inventory, views::ShelvesOf};
use kernel::{LocationId, OfferId};
use platform::http::{Answer, Call, List, Listed, Problem, Read, Routes};

type AtShelf = (OfferId, LocationId);

pub fn routes() -> Routes<Inventory> {
    platform::routes! {
        /// Whether an offer is in stock. How many are left is told when they are few.
        get "/store/v1/stock/{offer}" open() cached(30, "stock") => read_stock;
        /// The same for several offers, in the order in which they are named.
        get "/store/v1/stock" open() cached(30, "stock") => read_stocks;

        /// All shelves of the vendor.
        get "/vendor/v1/stock" allow("stock.read") => list_shelves;
        /// The shelves of one offer.
        get "/vendor/v1/stock/{offer}" allow("stock.read") => list_offer_shelves;
        /// One shelf.
        get "/vendor/v1/stock/{offer}/{location}" allow("stock.read") => read_shelf;
        /// Sets what was counted at one place. Units held for orders stay held.
        put "/vendor/v1/stock/{offer}/{location}" allow("stock.set") if_match() => set_stock;
        /// Adds what came in at one place.
        post "/vendor/v1/stock/{offer}/{location}/receipts" allow("stock.receive") => receive_stock;
        /// The book of a shelf: every change with its cause, the last one first.
        get "/vendor/v1/stock/{offer}/{location}/movements" allow("stock.read") => list_movements;
        /// Moves units from one place to another. Only what is not promised to an order can go.
        post "/vendor/v1/stock/{offer}/transfers" allow("stock.transfer") => transfer_stock;
        /// What is promised and not there, and to which orders.
        get "/vendor/v1/shortages" allow("stock.read") => list_shortages;

        /// Names a place where stock is kept.
        post "/vendor/v1/locations" allow("location.write") creates() => open_location;
        /// The places where the vendor keeps stock.
        get "/vendor/v1/locations" allow("location.read") => list_locations;
        /// One place.
        get "/vendor/v1/locations/{location}" allow("location.read") => read_location;
        /// Gives a place another name or address.
        patch "/vendor/v1/locations/{location}" allow("location.write") if_match() => edit_location;
    }
}

async fn read_stock(app: &Inventory, call: Read<OfferId>) -> Answer<StockView> {
    call.show(app.level(call.path).await.map(Some), convert::stock_view)
}

async fn read_stocks(app: &Inventory, call: Read<(), OffersQuery>) -> Answer<List<StockView>> {
    call.show(app.levels(&call.query.offers.0).await.map(Some), convert::stock_views)
}

async fn list_shelves(app: &Inventory, call: Read<(), Listed<ShelfFilter>>) -> Answer<List<ShelfView>> {
    let (page, of) = (call.page()?, convert::shelves_of(call.actor.vendor()?, &call.query.filter));
    call.list(app.shelves(&of, &page).await, convert::shelf_view)
}

async fn list_offer_shelves(app: &Inventory, call: Read<OfferId, Listed>) -> Answer<List<ShelfView>> {
    let (page, vendor) = (call.page()?, call.actor.vendor()?);
    let found = app.shelves(&ShelvesOf { vendor, offer: Some(call.path), location: None }, &page).await;
    if page.after.is_none() && found.as_ref().is_ok_and(|slice| slice.items.is_empty()) {
        return Err(Problem::not_found());
    }
    call.list(found, convert::shelf_view)
}

async fn read_shelf(app: &Inventory, call: Read<AtShelf>) -> Answer<ShelfView> {
    let vendor = call.actor.vendor()?;
    call.show(app.shelf(vendor, call.path).await, convert::shelf_view)
}

async fn set_stock(app: &Inventory, call: Call<StockBody, AtShelf>) -> Answer<ShelfView> {
    let ask = call.ask(convert::shelf_view);
    let command = convert::set_stock(call)?;
    ask.answer_found(app.set_stock(command, &ask).await)
}

async fn receive_stock(app: &Inventory, call: Call<ReceiptBody, AtShelf>) -> Answer<ShelfView> {
    let ask = call.ask(convert::shelf_view);
    let command = convert::receive_stock(call)?;
    ask.answer_found(app.receive_stock(command, &ask).await)
}

async fn list_movements(app: &Inventory, call: Read<AtShelf, Listed>) -> Answer<List<LineView>> {
    let (page, vendor) = (call.page()?, call.actor.vendor()?);
    match app.movements(vendor, call.path, &page).await.transpose() {
        Some(found) => call.list(found, convert::line_view),
        None => Err(Problem::not_found()),
    }
}

async fn transfer_stock(app: &Inventory, call: Call<TransferBody, OfferId>) -> Answer<TransferView> {
    let ask = call.ask(convert::transfer_view);
    let command = convert::transfer_stock(call)?;
    ask.answer_found(app.transfer_stock(command, &ask).await)
}

async fn list_shortages(app: &Inventory, call: Read<(), Listed>) -> Answer<List<ShortageView>> {
    let (page, vendor) = (call.page()?, call.actor.vendor()?);
    call.list(app.shortages(vendor, &page).await, convert::shortage_view)
}

async fn open_location(app: &Inventory, call: Call<LocationBody>) -> Answer<LocationView> {
    let ask = call.ask(convert::location_view);
    let command = convert::open_location(call)?;
    ask.answer(app.open_location(command, &ask).await)
}

async fn list_locations(app: &Inventory, call: Read<(), Listed>) -> Answer<List<LocationView>> {
    let (page, vendor) = (call.page()?, call.actor.vendor()?);
    call.list(app.locations(vendor, &page).await, convert::location_view)
}

async fn read_location(app: &Inventory, call: Read<LocationId>) -> Answer<LocationView> {
    let vendor = call.actor.vendor()?;
    call.show(app.location(vendor, call.path).await, convert::location_view)
}

async fn edit_location(app: &Inventory, call: Call<LocationPatch, LocationId>) -> Answer<LocationView> {
    let ask = call.ask(convert::location_view);
    let command = convert::edit_location(call)?;
    ask.answer_found(app.edit_location(command, &ask).await)
}
