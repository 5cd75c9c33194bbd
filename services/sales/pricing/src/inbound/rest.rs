//! What shops, vendors and operators may ask of prices and coupons.
use super::convert::{self, CouponBody, CouponView, OfferPriceView, PriceBody, PriceListView, PriceQuery};
use crate::app::Pricing;
use kernel::{Currency, OfferId};
use platform::http::{Answer, Call, Read, Routes};

pub fn routes() -> Routes<Pricing> {
    platform::routes! {
        /// What one unit of an offer costs now.
        get "/store/v1/offers/{offer}/price" open() cached(60, "prices") => read_price;
        /// All prices of an offer, past ones and those to come.
        get "/vendor/v1/offers/{offer}/prices" allow("prices.read") => read_prices;
        /// Says what an offer costs, from now or from a time to come until the next price begins. `If-Match: "0"` for the first one.
        put "/vendor/v1/offers/{offer}/prices/{currency}" allow("prices.set") if_match() => set_price;
        /// Makes a coupon that the platform pays for. Either a percentage or an amount.
        post "/admin/v1/coupons" allow("coupons.create") creates() => create_coupon;
        /// A coupon, and how often it is used.
        get "/admin/v1/coupons/{code}" allow("coupons.read") => read_coupon;
    }
}

async fn read_price(app: &Pricing, call: Read<OfferId, PriceQuery>) -> Answer<OfferPriceView> {
    let found = app.price_of(call.path, call.query.currency).await;
    call.show(found.map(|price| price.map(|p| (call.path, p))), convert::offer_price_view)
}

async fn read_prices(app: &Pricing, call: Read<OfferId>) -> Answer<PriceListView> {
    let vendor = call.actor.vendor()?;
    call.show(app.price_list(call.path, vendor).await, convert::price_list_view)
}

async fn set_price(app: &Pricing, call: Call<PriceBody, (OfferId, Currency)>) -> Answer<PriceListView> {
    let ask = call.ask(convert::price_list_view);
    let command = convert::set_price(call)?;
    ask.answer_found(app.set_price(command, &ask).await)
}

async fn create_coupon(app: &Pricing, call: Call<CouponBody>) -> Answer<CouponView> {
    let ask = call.ask(convert::coupon_view);
    let coupon = convert::coupon(call.body)?;
    ask.answer(app.create_coupon(coupon, &ask).await)
}

async fn read_coupon(app: &Pricing, call: Read<String>) -> Answer<CouponView> {
    let found = match call.path.parse() {
        Ok(code) => app.coupon(&code).await,
        Err(_) => Ok(None),
    };
    call.show(found, convert::coupon_view)
}
