//! On which terms a vendor sells: whether it does, how it is taxed, and what the platform takes.
use super::{Offer, Rounding, said, tax::percent};
use kernel::{Currency, Money, OfferId, ProductId, VendorId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub vendor: VendorId,
    pub name: String,
    /// Whether it sells now.
    pub sells: bool,
    pub tax: VendorTax,
    pub plan: Plan,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorTax {
    /// Where it is established.
    pub country: String,
    /// It charges no tax on what it sells.
    pub exempt: bool,
}

/// Rates are hundredths of a percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub version: u64,
    /// In order: the first that matches a line decides.
    pub rules: Vec<Rule>,
    /// What decides where none of them matches.
    pub rest: Rule,
    pub on_shipping: i64,
    /// On the commission itself.
    pub tax: i64,
}

/// All that is set must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// A slug; what is below it counts too.
    pub category: Option<String>,
    pub condition: Option<String>,
    pub product: Option<ProductId>,
    pub offer: Option<OfferId>,
    pub rate: i64,
    /// Of a line in this currency at least and at most so much.
    pub floor: Option<Money>,
    pub cap: Option<Money>,
}

/// What the platform takes of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub commission: i64,
    pub tax: i64,
    pub why: Vec<String>,
}

/// What a commission is reckoned on: the price without tax that was added, and the most there is to take.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    pub base: i64,
    pub most: i64,
    pub currency: Currency,
    pub rounding: Rounding,
}

const WHOLE: i64 = 10_000;

impl Plan {
    /// Rounded once, on the line; never more than the line brings.
    pub fn of_line(&self, offer: &Offer, sale: Sale) -> Taken {
        let matching = self.rules.iter().position(|rule| rule.matches(offer));
        let (number, rule) = matching.map_or((self.rules.len(), &self.rest), |at| (at, &self.rules[at]));
        let share = sale.rounding.of(sale.base, rule.rate, WHOLE);
        let commission = rule.bound(share, sale.currency).min(sale.most);
        let base = said(sale.base, sale.currency);
        let why = format!(
            "commission {} by rule {} of plan {}: {} % of {base}{}",
            said(commission, sale.currency),
            number + 1,
            self.version,
            percent(rule.rate * 100),
            if commission == share { "" } else { ", within its bounds" },
        );
        self.taxed(commission, sale, why)
    }

    pub fn of_shipping(&self, sale: Sale) -> Taken {
        let commission = sale.rounding.of(sale.base, self.on_shipping, WHOLE).min(sale.most);
        let (rate, base) = (percent(self.on_shipping * 100), said(sale.base, sale.currency));
        let why = format!("commission {}: {rate} % of the delivery's {base}", said(commission, sale.currency));
        self.taxed(commission, sale, why)
    }

    fn taxed(&self, commission: i64, sale: Sale, why: String) -> Taken {
        let tax = sale.rounding.of(commission, self.tax, WHOLE);
        let mut why = vec![why];
        if tax > 0 {
            why.push(format!("{} % tax on the commission: {}", percent(self.tax * 100), said(tax, sale.currency)));
        }
        Taken { commission, tax, why }
    }
}

impl Rule {
    fn matches(&self, offer: &Offer) -> bool {
        let goods = &offer.goods;
        self.category.as_ref().is_none_or(|slug| goods.categories.contains(slug))
            && (self.condition.is_none() || self.condition == goods.condition)
            && (self.product.is_none() || self.product == goods.product)
            && self.offer.is_none_or(|id| id == offer.id)
    }
    fn bound(&self, share: i64, currency: Currency) -> i64 {
        let of = |bound: Option<Money>| bound.filter(|b| b.currency() == currency).map(Money::minor);
        share.max(of(self.floor).unwrap_or(0)).min(of(self.cap).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Goods;

    fn id<K>(n: u128) -> kernel::Id<K> {
        kernel::Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn lamp() -> Offer {
        let categories = vec!["home".into(), "lamps".into()];
        let goods = Goods { product: Some(id(5)), categories, condition: Some("used".into()), weight_grams: 0 };
        Offer { id: id(4), vendor: id(1), active: true, title: String::new(), sku: String::new(), goods }
    }
    fn sale(base: i64) -> Sale {
        Sale { base, most: base, currency: Currency::EUR, rounding: Rounding::HalfUp }
    }
    fn plan(rules: Vec<Rule>) -> Plan {
        let rest = Rule { rate: 1000, ..Rule::default() };
        Plan { version: 3, rules, rest, on_shipping: 200, tax: 2000 }
    }
    fn eur(minor: i64) -> Option<Money> {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let of = |category: &str, rate| Rule { category: Some(category.into()), rate, ..Rule::default() };
        let used = Rule { condition: Some("used".into()), ..of("home", 500) };
        let rules =
            vec![of("rugs", 100), Rule { condition: Some("new".into()), ..of("home", 200) }, used, of("lamps", 700)];
        let taken = plan(rules).of_line(&lamp(), sale(6000));
        assert_eq!((taken.commission, taken.tax), (300, 60));
        assert_eq!(
            taken.why,
            ["commission 3.00 EUR by rule 3 of plan 3: 5 % of 60.00 EUR", "20 % tax on the commission: 0.60 EUR"]
        );
        assert_eq!(plan(vec![of("rugs", 100)]).of_line(&lamp(), sale(1115)).commission, 112, "111.5 goes up");
        for rule in [Rule { product: Some(id(5)), ..Rule::default() }, Rule { offer: Some(id(4)), ..Rule::default() }] {
            assert_eq!(plan(vec![rule]).of_line(&lamp(), sale(6000)).commission, 0);
        }
    }

    #[test]
    fn bounds_are_of_one_currency_and_a_line_gives_no_more_than_it_has() {
        let bound = |floor, cap| plan(vec![Rule { rate: 1000, floor, cap, ..Rule::default() }]);
        assert_eq!(bound(eur(50), None).of_line(&lamp(), sale(100)).commission, 50);
        assert_eq!(bound(None, eur(50)).of_line(&lamp(), sale(6000)).commission, 50);
        let yen = Money::new(50, "JPY".parse().unwrap());
        assert_eq!(bound(yen, yen).of_line(&lamp(), sale(6000)).commission, 600);
        assert_eq!(bound(eur(50), None).of_line(&lamp(), sale(20)).commission, 20);
    }

    #[test]
    fn delivery_has_a_rate_of_its_own() {
        assert_eq!(plan(vec![]).of_shipping(sale(500)).commission, 10);
    }
}
