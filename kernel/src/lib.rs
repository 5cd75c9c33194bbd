//! What every crate may know: money, ids, moments, error kinds. No I/O, no async.
pub mod error;
pub mod id;
pub mod money;
pub mod share;
pub mod time;
pub use error::{Code, Coded, Kind};
pub use id::Id;
pub use money::{Currency, Money};
pub use time::{Clock, Timestamp};

id::ids! {
    /// A purchase of one customer over many vendors.
    OrderId = "ord";
    /// The part of an order that one vendor sees, fulfils and is paid for.
    VendorOrderId = "vor";
    /// What one buys: an offer and a quantity, in a cart, a quote or an order.
    LineId = "lin";
    /// What one vendor sells of one variant.
    OfferId = "off";
    /// What several vendors may sell; it has variants.
    ProductId = "prd";
    /// What one buys of a product ("blue, XL").
    VariantId = "var";
    CategoryId = "cat";
    /// Stock promised to one order.
    HoldId = "hld";
    /// A place where a vendor keeps stock.
    LocationId = "loc";
    VendorId = "ven";
    UserId = "usr";
    CartId = "crt";
    /// Pricing's binding answer at checkout.
    QuoteId = "quo";
    /// What pays one order.
    PaymentId = "pay";
    /// One try to authorize one card for a payment.
    AttemptId = "att";
    /// A line or a shipping charge of one vendor, as money sees it.
    ComponentId = "cmp";
    RefundId = "rfd";
    PayoutId = "pot";
    DisputeId = "dsp";
    /// A parcel of one vendor order.
    ShipmentId = "shp";
    /// A way in which one vendor delivers.
    MethodId = "shm";
    ZoneId = "zon";
    /// Whom an order is for: name, address, e-mail. The one place where people's data stands.
    PartyId = "pty";
    AddressId = "adr";
    SessionId = "ses";
}
