//! The one place that knows both sides.
mod messages;
mod taxes;
mod views;
pub use messages::{accept, acceptance, make_quote, order, price_asked, price_reply, quote, quote_id};
pub use taxes::{TaxZoneBody, TaxZoneView, set_tax_zone, tax_zone_view};
pub use views::{
    CouponBody, CouponView, OfferPriceView, PriceBody, PriceListView, PriceQuery, coupon, coupon_view,
    offer_price_view, price_list_view, set_price,
};
