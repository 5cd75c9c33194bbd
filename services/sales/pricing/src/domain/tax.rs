//! Taxes: where it goes decides the zone, what it is decides the rate.
use super::{TooLarge, VendorTax};
use kernel::{Currency, Money, share};
use std::{fmt, str::FromStr};

/// A country of ISO 3166 ("DE"), or a part of one that taxes by itself ("US-NY").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxZone {
    pub region: Region,
    /// As people read it: "VAT", "sales tax".
    pub name: String,
    pub inclusion: Inclusion,
    pub owed_by: OwedBy,
    /// Of tax, and of the commission on what is sold here (`ledger.md`).
    pub rounding: Rounding,
    /// In order: the first that is for one of an offer's categories decides. The last one is for everything, and for delivery.
    pub rates: Vec<TaxRate>,
    pub version: i64,
}

/// How a vendor's prices are meant here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inclusion {
    Included,
    Added,
}

/// Who owes the tax to the state. What the marketplace owes it keeps from the vendor's share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwedBy {
    Vendor,
    Marketplace,
    /// The marketplace for vendors that are established elsewhere, the others themselves.
    MarketplaceIfForeign,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    #[default]
    HalfUp,
    HalfEven,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// "standard", "reduced".
    pub class: String,
    /// Millionths: 19 % is 190000.
    pub rate: i64,
    /// Slugs; those below them count too. None: for everything.
    pub categories: Vec<String>,
}

/// An amount as the customer pays it, and the tax in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxed {
    pub price: i64,
    pub tax: i64,
    /// What of the tax the marketplace owes.
    pub owed: i64,
    pub part: Option<TaxPart>,
    pub why: Option<String>,
}

/// All that is under one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxPart {
    pub name: String,
    /// Millionths.
    pub rate: i64,
    /// Without the tax.
    pub base: i64,
    pub amount: i64,
    pub inclusion: Inclusion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneFault {
    /// 1 to 50 rates.
    Count,
    /// Only the last rate, and it always, is for everything.
    Everything(usize),
    /// 0 to 100 %.
    Rate(usize),
}

const WHOLE: i64 = 1_000_000;

impl TaxZone {
    pub fn fault(&self) -> Option<ZoneFault> {
        if !(1..=50).contains(&self.rates.len()) {
            return Some(ZoneFault::Count);
        }
        let last = self.rates.len() - 1;
        self.rates.iter().enumerate().find_map(|(at, rate)| match rate {
            rate if rate.categories.is_empty() != (at == last) => Some(ZoneFault::Everything(at)),
            rate if !(0..=WHOLE).contains(&rate.rate) => Some(ZoneFault::Rate(at)),
            _ => None,
        })
    }

    /// `base` as the vendor means it: with the tax where prices include it, without where it is added.
    pub fn on(&self, base: Money, categories: &[String], vendor: &VendorTax) -> Result<Taxed, TooLarge> {
        let owed_here = self.is_owed_here(vendor);
        let Some(rate) = self.rate(categories).filter(|_| owed_here || !vendor.exempt) else {
            let why = vendor.exempt.then(|| "no tax: the vendor is exempt".to_string());
            return Ok(Taxed { why, ..Taxed::none(base.minor()) });
        };
        let (tax, price) = match self.inclusion {
            Inclusion::Included => (self.rounding.of(base.minor(), rate.rate, WHOLE + rate.rate), base.minor()),
            Inclusion::Added => {
                let tax = self.rounding.of(base.minor(), rate.rate, WHOLE);
                (tax, base.minor().checked_add(tax).ok_or(TooLarge)?)
            }
        };
        let charged = Money::new(price, base.currency()).ok_or(TooLarge)?;
        let part = TaxPart {
            name: format!("{} {}", self.name, rate.class),
            rate: rate.rate,
            base: charged.minor() - tax,
            amount: tax,
            inclusion: self.inclusion,
        };
        let owed = if owed_here { tax } else { 0 };
        let why = Some(part.explained(base.currency(), owed));
        Ok(Taxed { price, tax, owed, part: Some(part), why })
    }

    fn rate(&self, categories: &[String]) -> Option<&TaxRate> {
        let is_for =
            |rate: &&TaxRate| rate.categories.is_empty() || rate.categories.iter().any(|c| categories.contains(c));
        self.rates.iter().find(is_for)
    }

    fn is_owed_here(&self, vendor: &VendorTax) -> bool {
        match self.owed_by {
            OwedBy::Vendor => false,
            OwedBy::Marketplace => true,
            OwedBy::MarketplaceIfForeign => vendor.country != self.region.country(),
        }
    }
}

impl Taxed {
    /// Where nobody taxes.
    pub fn none(base: i64) -> Taxed {
        Taxed { price: base, tax: 0, owed: 0, part: None, why: None }
    }
}

impl TaxPart {
    /// Adds one more to what is under the same rate already.
    pub fn gather(parts: &mut Vec<TaxPart>, more: TaxPart) {
        match parts.iter_mut().find(|part| part.name == more.name && part.rate == more.rate) {
            Some(part) => {
                part.base += more.base;
                part.amount += more.amount;
            }
            None => parts.push(more),
        }
    }
    fn explained(&self, currency: Currency, owed: i64) -> String {
        let amount = super::said(self.amount, currency);
        let how = if self.inclusion == Inclusion::Included { "inside" } else { "added" };
        let who = if owed > 0 { ", owed by the marketplace" } else { "" };
        format!("{} % {} {how}: {amount}{who}", percent(self.rate), self.name)
    }
}

impl Rounding {
    /// `part · num / den`.
    pub fn of(self, part: i64, num: i64, den: i64) -> i64 {
        let up = share::half_up(part, num, den);
        let twice = 2 * i128::from(part) * i128::from(num);
        let is_half = den != 0 && twice.rem_euclid(2 * i128::from(den)) == i128::from(den);
        match self {
            Rounding::HalfEven if is_half && up % 2 != 0 => up - 1,
            _ => up,
        }
    }
}

impl Region {
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn country(&self) -> &str {
        &self.0[..2]
    }
    /// Where an address may be taxed, the smallest part first.
    pub fn places(country: &str, state: &str) -> Vec<Region> {
        let part = format!("{country}-{state}");
        [part.as_str(), country].into_iter().filter_map(|text| text.to_ascii_uppercase().parse().ok()).collect()
    }
}
impl FromStr for Region {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Region, Self::Err> {
        let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
        let letters = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        let is_part =
            |p: &str| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if letters && part.is_none_or(is_part) {
            Ok(Region(text.into()))
        } else {
            Err("a country or a part of one of ISO 3166")
        }
    }
}
impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Millionths as people write percents: 88750 is `8.875`.
pub fn percent(millionths: i64) -> String {
    let text = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(inclusion: Inclusion, owed_by: OwedBy) -> TaxZone {
        let reduced = TaxRate { class: "reduced".into(), rate: 70_000, categories: vec!["books".into()] };
        let standard = TaxRate { class: "standard".into(), rate: 190_000, categories: vec![] };
        let (region, name) = ("DE".parse().unwrap(), "VAT".into());
        TaxZone {
            region,
            name,
            inclusion,
            owed_by,
            rounding: Rounding::HalfUp,
            rates: vec![reduced, standard],
            version: 1,
        }
    }
    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR).unwrap()
    }
    fn vendor(country: &str, exempt: bool) -> VendorTax {
        VendorTax { country: country.into(), exempt }
    }
    fn numbers(taxed: Taxed) -> (i64, i64, i64) {
        (taxed.price, taxed.tax, taxed.owed)
    }

    #[test]
    fn tax_lies_inside_the_price_or_is_added_to_it() {
        let german = vendor("DE", false);
        let inside = zone(Inclusion::Included, OwedBy::Marketplace).on(eur(6000), &[], &german).unwrap();
        assert_eq!(inside.why.as_deref(), Some("19 % VAT standard inside: 9.58 EUR, owed by the marketplace"));
        assert_eq!(numbers(inside), (6000, 958, 958), "the example of the ledger");
        let added = zone(Inclusion::Added, OwedBy::Vendor).on(eur(6000), &[], &german).unwrap();
        assert_eq!(added.part.as_ref().map(|p| (p.base, p.amount)), Some((6000, 1140)));
        assert_eq!(numbers(added), (7140, 1140, 0));
    }

    #[test]
    fn the_category_decides_the_rate() {
        let books = ["media".to_string(), "books".to_string()];
        let taxed = zone(Inclusion::Included, OwedBy::Vendor).on(eur(1070), &books, &vendor("DE", false)).unwrap();
        assert_eq!(numbers(taxed), (1070, 70, 0));
    }

    #[test]
    fn an_exempt_vendor_charges_none_unless_the_marketplace_owes_it() {
        let on =
            |owed_by, country| zone(Inclusion::Included, owed_by).on(eur(1190), &[], &vendor(country, true)).unwrap();
        assert_eq!(numbers(on(OwedBy::Vendor, "DE")), (1190, 0, 0));
        assert_eq!(numbers(on(OwedBy::MarketplaceIfForeign, "DE")), (1190, 0, 0));
        assert_eq!(numbers(on(OwedBy::MarketplaceIfForeign, "CN")), (1190, 190, 190));
    }

    #[test]
    fn halves_go_up_or_to_the_even_neighbour() {
        assert_eq!([1, 3, 5].map(|n| Rounding::HalfUp.of(n, 1, 2)), [1, 2, 3]);
        assert_eq!([1, 3, 5].map(|n| Rounding::HalfEven.of(n, 1, 2)), [0, 2, 2]);
        assert_eq!([Rounding::HalfEven.of(7, 1, 4), Rounding::HalfEven.of(1, 1, 0)], [2, 0]);
    }

    #[test]
    fn the_last_rate_and_no_other_is_for_everything() {
        let mut zone = zone(Inclusion::Added, OwedBy::Vendor);
        assert_eq!(zone.fault(), None);
        zone.rates.swap(0, 1);
        assert_eq!(zone.fault(), Some(ZoneFault::Everything(0)));
        zone.rates = vec![TaxRate { class: "x".into(), rate: WHOLE + 1, categories: vec![] }];
        assert_eq!(zone.fault(), Some(ZoneFault::Rate(0)));
        zone.rates.clear();
        assert_eq!(zone.fault(), Some(ZoneFault::Count));
    }

    #[test]
    fn a_state_comes_before_its_country() {
        let texts = |country, state| Region::places(country, state).iter().map(Region::to_string).collect::<Vec<_>>();
        assert_eq!(texts("us", "ny"), ["US-NY", "US"]);
        assert_eq!(texts("DE", "Berlin"), ["DE"]);
        assert!(texts("", "").is_empty() && "DEU".parse::<Region>().is_err() && "D-1".parse::<Region>().is_err());
    }

    #[test]
    fn percents_read_as_people_write_them() {
        assert_eq!([190_000, 88_750, 0, 1_000_000].map(percent), ["19", "8.875", "0", "100"]);
    }
}
