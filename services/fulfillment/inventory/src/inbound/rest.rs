//! What shops and vendors may ask of stock.
use super::convert::{self, FreeView, ShelfView, StockBody};
use crate::app::Inventory;
use kernel::{LocationId, OfferId};
use platform::http::{Answer, Call, Read, Routes};

pub fn routes() -> Routes<Inventory> {
    platform::routes! {
        /// How many units of an offer can be promised now.
        get "/store/v1/stock/{offer}"             open()             cached(30, "stock")  => read_stock;
        /// Sets what was counted at one place. Units held for orders stay held.
        put "/vendor/v1/stock/{offer}/{location}" allow("stock.set") if_match() => set_stock;
    }
}

async fn read_stock(app: &Inventory, call: Read<OfferId>) -> Answer<FreeView> {
    let offer = call.path;
    call.show(app.free(&[offer]).await.map(|free| Some((offer, free))), convert::free_view)
}

async fn set_stock(app: &Inventory, call: Call<StockBody, (OfferId, LocationId)>) -> Answer<ShelfView> {
    let ask = call.ask(convert::shelf_view);
    let command = convert::set_stock(call)?;
    ask.answer_found(app.set_stock(command, &ask).await)
}
