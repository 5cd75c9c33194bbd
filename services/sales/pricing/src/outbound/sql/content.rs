//! A quote's content as it is stored and signed: one document, because it is written once and read whole.
use crate::domain::{Buyer, CouponCode, Inclusion, Line, Party, Place, Quote, Rounding, TaxPart, VendorPart};
use kernel::{CartId, Currency, OfferId, OrderId, QuoteId, Timestamp, UserId, VendorId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Content {
    cart: CartId,
    user: Option<UserId>,
    guest: Option<[u8; 32]>,
    currency: Currency,
    total: i64,
    lines: Vec<LineRow>,
    vendors: Vec<VendorRow>,
    taxes: Vec<TaxRow>,
    /// Ties go to the even neighbour.
    half_even: bool,
    coupon: Option<String>,
    funded: i64,
    why: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct LineRow {
    line: u32,
    offer: OfferId,
    vendor: VendorId,
    quantity: u32,
    unit_price: i64,
    price: i64,
    funded: i64,
    tax: i64,
    marketplace_tax: i64,
    title: String,
    sku: String,
    why: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct VendorRow {
    vendor: VendorId,
    name: String,
    method: String,
    method_name: String,
    rate: i64,
    shipping: i64,
    shipping_tax: i64,
    marketplace_tax: i64,
    promised: Option<Timestamp>,
    why: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct TaxRow {
    name: String,
    rate: i64,
    base: i64,
    amount: i64,
    included: bool,
}

#[derive(Serialize, Deserialize)]
struct PartyRow {
    email: String,
    name: String,
    country: String,
    state: String,
    city: String,
    postcode: String,
    street: String,
    phone: String,
}

/// What stands beside the content.
pub struct Beside {
    pub id: QuoteId,
    pub expires: Timestamp,
    pub party: Party,
    pub taken_by: Option<OrderId>,
}

pub fn written(q: &Quote) -> String {
    let (user, guest) = match q.buyer {
        Buyer::User(user) => (Some(user), None),
        Buyer::Guest(hash) => (None, Some(hash)),
    };
    let content = Content {
        cart: q.cart,
        user,
        guest,
        currency: q.currency,
        total: q.total,
        lines: q.lines.iter().cloned().map(LineRow::from).collect(),
        vendors: q.vendors.iter().cloned().map(VendorRow::from).collect(),
        taxes: q.taxes.iter().cloned().map(TaxRow::from).collect(),
        half_even: q.rounding == Rounding::HalfEven,
        coupon: q.coupon.as_ref().map(ToString::to_string),
        funded: q.funded,
        why: q.why.clone(),
    };
    serde_json::to_string(&content).expect("a document of ours") // can't fail: strings and numbers
}

pub fn read(text: &str, beside: Beside) -> Result<Quote, String> {
    let content: Content = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let buyer = match (content.user, content.guest) {
        (Some(user), None) => Buyer::User(user),
        (None, Some(hash)) => Buyer::Guest(hash),
        _ => return Err("a quote of nobody".into()),
    };
    let Beside { id, expires, party, taken_by } = beside;
    Ok(Quote {
        id,
        cart: content.cart,
        buyer,
        currency: content.currency,
        total: content.total,
        lines: content.lines.into_iter().map(Line::from).collect(),
        vendors: content.vendors.into_iter().map(VendorPart::from).collect(),
        taxes: content.taxes.into_iter().map(TaxPart::from).collect(),
        rounding: if content.half_even { Rounding::HalfEven } else { Rounding::HalfUp },
        coupon: content.coupon.as_deref().map(CouponCode::typed),
        funded: content.funded,
        why: content.why,
        expires,
        party,
        taken_by,
    })
}

pub fn party_written(p: &Party) -> String {
    let Party { email, name, place: Place { country, state, postcode }, city, street, phone } = p.clone();
    let row = PartyRow { email, name, country, state, city, postcode, street, phone };
    serde_json::to_string(&row).expect("a document of ours") // can't fail: strings
}

/// What was forgotten is empty.
pub fn party_read(text: Option<&str>) -> Result<Party, String> {
    let Some(text) = text else { return Ok(Party::default()) };
    let row: PartyRow = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let PartyRow { email, name, country, state, city, postcode, street, phone } = row;
    Ok(Party { email, name, place: Place { country, state, postcode }, city, street, phone })
}

impl From<Line> for LineRow {
    fn from(l: Line) -> LineRow {
        let Line { line, offer, vendor, quantity, unit_price, price, funded, tax, marketplace_tax, title, sku, why } =
            l;
        LineRow { line, offer, vendor, quantity, unit_price, price, funded, tax, marketplace_tax, title, sku, why }
    }
}
impl From<LineRow> for Line {
    fn from(l: LineRow) -> Line {
        let LineRow { line, offer, vendor, quantity, unit_price, price, funded, tax, marketplace_tax, title, sku, why } =
            l;
        Line { line, offer, vendor, quantity, unit_price, price, funded, tax, marketplace_tax, title, sku, why }
    }
}
impl From<VendorPart> for VendorRow {
    fn from(v: VendorPart) -> VendorRow {
        let VendorPart {
            vendor,
            name,
            method,
            method_name,
            rate,
            shipping,
            shipping_tax,
            marketplace_tax,
            promised,
            why,
        } = v;
        VendorRow { vendor, name, method, method_name, rate, shipping, shipping_tax, marketplace_tax, promised, why }
    }
}
impl From<VendorRow> for VendorPart {
    fn from(v: VendorRow) -> VendorPart {
        let VendorRow {
            vendor,
            name,
            method,
            method_name,
            rate,
            shipping,
            shipping_tax,
            marketplace_tax,
            promised,
            why,
        } = v;
        VendorPart { vendor, name, method, method_name, rate, shipping, shipping_tax, marketplace_tax, promised, why }
    }
}
impl From<TaxPart> for TaxRow {
    fn from(t: TaxPart) -> TaxRow {
        let TaxPart { name, rate, base, amount, inclusion } = t;
        TaxRow { name, rate, base, amount, included: inclusion == Inclusion::Included }
    }
}
impl From<TaxRow> for TaxPart {
    fn from(t: TaxRow) -> TaxPart {
        let TaxRow { name, rate, base, amount, included } = t;
        let inclusion = if included { Inclusion::Included } else { Inclusion::Added };
        TaxPart { name, rate, base, amount, inclusion }
    }
}
