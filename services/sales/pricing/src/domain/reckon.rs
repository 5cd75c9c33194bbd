//! From wishes and what is known of them to numbers, each with its reason.
use super::{Coupon, CouponCode, CouponRefusal, Offer, Price};
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
    /// Unit price · quantity.
    pub price: i64,
    /// What the platform pays of it.
    pub funded: i64,
    pub tax: i64,
    pub title: String,
    pub sku: String,
    pub why: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// None in this currency.
    NoPrice,
    Inactive,
}

/// A line that can't be sold, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: u32,
    pub offer: OfferId,
    pub problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reckoning {
    pub currency: Currency,
    pub lines: Vec<Line>,
    pub wrong: Vec<Wrong>,
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

impl Reckoning {
    pub fn of(wants: &[Want], currency: Currency, known: &Known) -> Result<Reckoning, TooLarge> {
        let (mut lines, mut wrong) = (vec![], vec![]);
        let mut items = Money::new(0, currency).ok_or(TooLarge)?;
        for (line, want) in (1..).zip(wants) {
            match known.sold(want.offer) {
                Err(problem) => wrong.push(Wrong { line, offer: want.offer, problem }),
                Ok((offer, price)) => {
                    let line = Line::of(line, want, offer, price)?;
                    items = Money::new(line.price, currency).and_then(|p| items.plus(p)).ok_or(TooLarge)?;
                    lines.push(line);
                }
            }
        }
        let mut reckoning =
            Reckoning { currency, lines, wrong, items: items.minor(), funded: 0, coupon: None, why: vec![] };
        if let Some((code, coupon)) = &known.coupon {
            let off = coupon.as_ref().ok_or(CouponRefusal::Unknown).and_then(|c| c.off(items.minor(), currency));
            match off {
                Ok(off) => reckoning.fund(code, off),
                Err(refusal) => reckoning.coupon = Some(refusal),
            }
        }
        Ok(reckoning)
    }

    /// What the customer is charged for the lines.
    pub fn total(&self) -> i64 {
        self.items - self.funded
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
    fn sold(&self, offer: OfferId) -> Result<(&Offer, Price), Problem> {
        let known = self.offers.iter().find(|o| o.id == offer).ok_or(Problem::NoPrice)?;
        if !known.active {
            return Err(Problem::Inactive);
        }
        let price = self.prices.iter().find(|(id, _)| *id == offer).ok_or(Problem::NoPrice)?;
        Ok((known, price.1))
    }
}

impl Line {
    fn of(line: u32, want: &Want, offer: &Offer, price: Price) -> Result<Line, TooLarge> {
        let unit = Money::new(price.amount, price.currency).ok_or(TooLarge)?;
        let sum = unit.times(want.quantity).ok_or(TooLarge)?;
        let why = vec![format!("{} × {unit} = {sum}, the vendor's price since {}", want.quantity, price.from)];
        Ok(Line {
            line,
            offer: offer.id,
            vendor: offer.vendor,
            quantity: want.quantity,
            unit_price: price.amount,
            price: sum.minor(),
            funded: 0,
            tax: 0,
            title: offer.title.clone(),
            sku: offer.sku.clone(),
            why,
        })
    }
}

/// As people read it.
pub(super) fn said(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).map_or_else(|| minor.to_string(), |money| money.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Discount;
    use kernel::Timestamp;

    fn id<K>(n: u128) -> kernel::Id<K> {
        kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn known(prices: &[(u128, i64)]) -> Known {
        let offer =
            |n: u128| Offer { id: id(n), vendor: id(1), active: n != 9, title: String::new(), sku: String::new() };
        let price = |amount| Price { currency: Currency::EUR, from: Timestamp(0), amount };
        Known {
            offers: prices.iter().map(|(n, _)| offer(*n)).collect(),
            prices: prices.iter().map(|(n, amount)| (id(*n), price(*amount))).collect(),
            coupon: None,
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
        let r =
            Reckoning::of(&[want(2, 3), want(8, 1), want(9, 1)], Currency::EUR, &known(&[(2, 999), (9, 5)])).unwrap();
        let wrong = |line, offer, problem| Wrong { line, offer: id(offer), problem };
        assert_eq!(r.wrong, [wrong(2, 8, Problem::NoPrice), wrong(3, 9, Problem::Inactive)]);
        assert_eq!((r.lines.len(), r.total()), (1, 2997));
        assert_eq!(r.lines[0].why, ["3 × 9.99 EUR = 29.97 EUR, the vendor's price since 1970-01-01T00:00:00.000000Z"]);
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
