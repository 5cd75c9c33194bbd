//! From wishes and what is known of them to numbers, each with its reason.
use super::{Coupon, CouponCode, CouponRefusal, Offer, Price, Rounding, TaxPart, TaxZone, Taxed, Terms, said};
use kernel::{Currency, Money, OfferId, VendorId, share};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    pub offer: OfferId,
    pub quantity: u32,
}

/// What the services know of the lines and the coupon at this moment.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub offers: Vec<Offer>,
    /// What one unit costs now.
    pub prices: Vec<(OfferId, Price)>,
    /// Of the offers' vendors.
    pub terms: Vec<Terms>,
    /// Where it goes. None: nobody taxes there, or nobody said where.
    pub zone: Option<TaxZone>,
    /// The coupon asked for, and whether there is one of that code.
    pub coupon: Option<(CouponCode, Option<Coupon>)>,
}

/// A line that can be sold. Amounts are minor units of the reckoning's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place among the wishes, from 1 on.
    pub line: u32,
    pub offer: OfferId,
    pub vendor: VendorId,
    pub quantity: u32,
    pub unit_price: i64,
    /// Unit price · quantity, and the tax where that is added.
    pub price: i64,
    /// What the platform pays of it.
    pub funded: i64,
    /// In the price.
    pub tax: i64,
    /// What of the tax the marketplace owes.
    pub marketplace_tax: i64,
    pub title: String,
    pub sku: String,
    pub why: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// None in this currency.
    NoPrice,
    /// There is no such offer, or it or its vendor does not sell now.
    Inactive,
}

/// A line that can't be sold, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: u32,
    pub offer: OfferId,
    pub problem: Problem,
}

/// What the lines of one vendor cost, before the platform's discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorTotal {
    pub vendor: VendorId,
    pub name: String,
    pub items: i64,
    pub tax: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reckoning {
    pub currency: Currency,
    pub lines: Vec<Line>,
    pub wrong: Vec<Wrong>,
    /// In the order in which the vendors first appear.
    pub vendors: Vec<VendorTotal>,
    pub taxes: Vec<TaxPart>,
    /// Of the lines, before the discount.
    pub items: i64,
    pub funded: i64,
    /// The coupon asked for gives nothing, for this reason.
    pub coupon: Option<CouponRefusal>,
    pub why: Vec<String>,
}

/// Beyond what JSON can hold exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// What is known of one line that can be sold.
struct Sold<'a> {
    offer: &'a Offer,
    price: Price,
    terms: &'a Terms,
}

impl Reckoning {
    pub fn of(wants: &[Want], currency: Currency, known: &Known) -> Result<Reckoning, TooLarge> {
        let mut r = Reckoning::empty(currency);
        for (line, want) in (1..).zip(wants) {
            match known.sold(want.offer) {
                Err(problem) => r.wrong.push(Wrong { line, offer: want.offer, problem }),
                Ok(sold) => r.take(line, want, &sold, known.zone.as_ref())?,
            }
        }
        if let Some((code, coupon)) = &known.coupon {
            match coupon.as_ref().ok_or(CouponRefusal::Unknown).and_then(|c| c.off(r.items, currency)) {
                Ok(off) => r.fund(code, off),
                Err(refusal) => r.coupon = Some(refusal),
            }
        }
        Ok(r)
    }

    /// What the customer is charged for the lines.
    pub fn total(&self) -> i64 {
        self.items - self.funded
    }

    fn empty(currency: Currency) -> Reckoning {
        let (lines, wrong, vendors, taxes, coupon, why) = Default::default();
        Reckoning { currency, lines, wrong, vendors, taxes, items: 0, funded: 0, coupon, why }
    }

    fn take(&mut self, line: u32, want: &Want, sold: &Sold<'_>, zone: Option<&TaxZone>) -> Result<(), TooLarge> {
        let (line, part) = Line::of(line, want, sold, zone)?;
        let charged = Money::new(line.price, self.currency).ok_or(TooLarge)?;
        let items = Money::new(self.items, self.currency).and_then(|items| items.plus(charged)).ok_or(TooLarge)?;
        self.items = items.minor();
        match self.vendors.iter_mut().find(|total| total.vendor == line.vendor) {
            Some(total) => {
                total.items += line.price;
                total.tax += line.tax;
            }
            None => {
                let (vendor, name) = (line.vendor, sold.terms.name.clone());
                self.vendors.push(VendorTotal { vendor, name, items: line.price, tax: line.tax });
            }
        }
        part.into_iter().for_each(|part| TaxPart::gather(&mut self.taxes, part));
        self.lines.push(line);
        Ok(())
    }

    /// An order's discount is spread by largest remainder over its lines (`ledger.md` 2).
    fn fund(&mut self, code: &CouponCode, off: i64) {
        let weights: Vec<i64> = self.lines.iter().map(|l| l.price).collect();
        for (line, part) in self.lines.iter_mut().zip(share::largest_remainder(off, &weights)) {
            line.funded = part;
            if part > 0 {
                let (part, off) = (said(part, self.currency), said(off, self.currency));
                line.why.push(format!("coupon {code} takes {part} of its {off} off, paid by the platform"));
            }
        }
        self.funded = self.lines.iter().map(|l| l.funded).sum();
        self.why.push(format!("coupon {code} takes {} off the lines", said(self.funded, self.currency)));
    }
}

impl Known {
    fn sold(&self, offer: OfferId) -> Result<Sold<'_>, Problem> {
        let offer = self.offers.iter().find(|o| o.id == offer).ok_or(Problem::Inactive)?;
        let terms = self.terms_of(offer.vendor).filter(|terms| terms.sells && offer.active).ok_or(Problem::Inactive)?;
        let (_, price) = self.prices.iter().find(|(id, _)| *id == offer.id).ok_or(Problem::NoPrice)?;
        Ok(Sold { offer, price: *price, terms })
    }
    pub fn terms_of(&self, vendor: VendorId) -> Option<&Terms> {
        self.terms.iter().find(|terms| terms.vendor == vendor)
    }
    pub fn rounding(&self) -> Rounding {
        self.zone.as_ref().map(|zone| zone.rounding).unwrap_or_default()
    }
}

impl Line {
    fn of(
        line: u32,
        want: &Want,
        sold: &Sold<'_>,
        zone: Option<&TaxZone>,
    ) -> Result<(Line, Option<TaxPart>), TooLarge> {
        let Sold { offer, price, terms } = sold;
        let unit = Money::new(price.amount, price.currency).ok_or(TooLarge)?;
        let sum = unit.times(want.quantity).ok_or(TooLarge)?;
        let Taxed { price: charged, tax, owed, part, why: taxed } = match zone {
            Some(zone) => zone.on(sum, &offer.goods.categories, &terms.tax)?,
            None => Taxed::none(sum.minor()),
        };
        let mut why = vec![format!("{} × {unit} = {sum}, the vendor's price since {}", want.quantity, price.from)];
        why.extend(taxed);
        let line = Line {
            line,
            offer: offer.id,
            vendor: offer.vendor,
            quantity: want.quantity,
            unit_price: price.amount,
            price: charged,
            funded: 0,
            tax,
            marketplace_tax: owed,
            title: offer.title.clone(),
            sku: offer.sku.clone(),
            why,
        };
        Ok((line, part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Discount, Goods, Inclusion, OwedBy, Plan, Rule, TaxRate, VendorTax};
    use kernel::Timestamp;

    fn id<K>(n: u128) -> kernel::Id<K> {
        kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn terms() -> Terms {
        let plan = Plan { version: 1, rules: vec![], rest: Rule::default(), on_shipping: 0, tax: 0 };
        let tax = VendorTax { country: "DE".into(), exempt: false };
        Terms { vendor: id(1), name: "Anna".into(), sells: true, tax, plan }
    }
    fn offer(n: u128) -> Offer {
        let goods = Goods::default();
        Offer { id: id(n), vendor: id(1), active: n != 9, title: String::new(), sku: String::new(), goods }
    }
    fn known(prices: &[(u128, i64)]) -> Known {
        let price = |amount| Price { currency: Currency::EUR, from: Timestamp(0), amount };
        Known {
            offers: prices.iter().map(|(n, _)| offer(*n)).collect(),
            prices: prices.iter().map(|(n, amount)| (id(*n), price(*amount))).collect(),
            terms: vec![terms()],
            ..Known::default()
        }
    }
    fn want(offer: u128, quantity: u32) -> Want {
        Want { offer: id(offer), quantity }
    }
    fn coupon(discount: Discount) -> Option<(CouponCode, Option<Coupon>)> {
        let code: CouponCode = "SPRING".parse().unwrap();
        Some((code.clone(), Some(Coupon { code, discount, limit: 1, used: 0 })))
    }

    #[test]
    fn a_discount_is_spread_to_the_last_cent_and_never_over_a_line() {
        let mut known = known(&[(2, 999), (3, 1), (4, 333), (5, 0)]);
        known.coupon = coupon(Discount::Fixed(Money::new(1000, Currency::EUR).unwrap()));
        let wants = [want(2, 1), want(3, 1), want(4, 1), want(5, 1)];
        let r = Reckoning::of(&wants, Currency::EUR, &known).unwrap();
        assert_eq!(r.lines.iter().map(|l| l.funded).collect::<Vec<_>>(), [749, 1, 250, 0]);
        assert_eq!((r.items, r.funded, r.total()), (1333, 1000, 333));
    }

    #[test]
    fn what_can_not_be_sold_is_named_and_the_rest_is_reckoned() {
        let mut known = known(&[(2, 999), (8, 7), (9, 5)]);
        known.prices.retain(|(offer, _)| *offer != id(8));
        let wants = [want(2, 3), want(8, 1), want(9, 1), want(7, 1)];
        let r = Reckoning::of(&wants, Currency::EUR, &known).unwrap();
        let wrong = |line, offer, problem| Wrong { line, offer: id(offer), problem };
        let inactive = Problem::Inactive;
        assert_eq!(r.wrong, [wrong(2, 8, Problem::NoPrice), wrong(3, 9, inactive), wrong(4, 7, inactive)]);
        assert_eq!((r.lines.len(), r.total()), (1, 2997));
        assert_eq!(r.lines[0].why, ["3 × 9.99 EUR = 29.97 EUR, the vendor's price since 1970-01-01T00:00:00.000000Z"]);
    }

    #[test]
    fn a_vendor_that_does_not_sell_sells_nothing() {
        let mut known = known(&[(2, 999)]);
        let problem = |known: &Known| Reckoning::of(&[want(2, 1)], Currency::EUR, known).unwrap().wrong[0].problem;
        known.terms[0].sells = false;
        assert_eq!(problem(&known), Problem::Inactive);
        known.terms.clear();
        assert_eq!(problem(&known), Problem::Inactive);
    }

    #[test]
    fn taxes_are_added_up_by_rate() {
        let mut known = known(&[(2, 1000), (3, 333)]);
        let standard = TaxRate { class: "standard".into(), rate: 190_000, categories: vec![] };
        let (inclusion, owed_by, rounding) = (Inclusion::Added, OwedBy::Vendor, Rounding::HalfUp);
        let (region, name) = ("DE".parse().unwrap(), "VAT".into());
        known.zone = Some(TaxZone { region, name, inclusion, owed_by, rounding, rates: vec![standard], version: 1 });
        let r = Reckoning::of(&[want(2, 2), want(3, 1)], Currency::EUR, &known).unwrap();
        assert_eq!(r.lines.iter().map(|l| (l.price, l.tax)).collect::<Vec<_>>(), [(2380, 380), (396, 63)]);
        let taxes: Vec<_> = r.taxes.iter().map(|t| (t.name.as_str(), t.base, t.amount)).collect();
        assert_eq!(taxes, [("VAT standard", 2333, 443)]);
        assert_eq!((r.vendors[0].items, r.vendors[0].tax, r.total()), (2776, 443, 2776));
    }

    #[test]
    fn a_coupon_that_gives_nothing_says_why() {
        let mut known = known(&[(2, 999)]);
        known.coupon = Some(("SPRING".parse().unwrap(), None));
        let r = Reckoning::of(&[want(2, 1)], Currency::EUR, &known).unwrap();
        assert_eq!((r.coupon, r.total()), (Some(CouponRefusal::Unknown), 999));
    }

    #[test]
    fn what_no_number_can_hold_is_refused() {
        let known = known(&[(2, 1 << 50)]);
        assert_eq!(Reckoning::of(&[want(2, u32::MAX)], Currency::EUR, &known), Err(TooLarge));
        assert_eq!(Reckoning::of(&[want(2, 7), want(2, 7)], Currency::EUR, &known), Err(TooLarge));
    }
}
