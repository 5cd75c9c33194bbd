//! What shops, vendors and operators may ask of prices and coupons.
use super::convert::{
    self, CouponBody, CouponView, OfferPriceView, PriceBody, PriceListView, PriceQuery, TaxZoneBody, TaxZoneView,
};
use crate::app::Pricing;
use kernel::{Currency, OfferId};
use platform::http::{Answer, Call, List, Listed, Read, Routes};

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
        /// How sales are taxed, by where they go.
        get "/admin/v1/tax-zones" allow("taxes.read") => list_tax_zones;
        /// How sales to one country, or to a part of one, are taxed.
        get "/admin/v1/tax-zones/{region}" allow("taxes.read") => read_tax_zone;
        /// Says how sales to a region ("DE", "US-NY") are taxed, from the next quote on. `If-Match: "0"` for the first time.
        put "/admin/v1/tax-zones/{region}" allow("taxes.set") if_match() => set_tax_zone;
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

async fn list_tax_zones(app: &Pricing, call: Read<(), Listed>) -> Answer<List<TaxZoneView>> {
    let page = call.page::<String>()?;
    call.list(app.tax_zones(&page).await, convert::tax_zone_view)
}

async fn read_tax_zone(app: &Pricing, call: Read<String>) -> Answer<TaxZoneView> {
    let found = match call.path.parse() {
        Ok(region) => app.tax_zone(&region).await,
        Err(_) => Ok(None),
    };
    call.show(found, convert::tax_zone_view)
}

async fn set_tax_zone(app: &Pricing, call: Call<TaxZoneBody, String>) -> Answer<TaxZoneView> {
    let ask = call.ask(convert::tax_zone_view);
    let command = convert::set_tax_zone(call)?;
    ask.answer(app.set_tax_zone(command, &ask).await)
}
