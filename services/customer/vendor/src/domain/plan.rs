//! What the platform takes of a vendor's sales: rules in order, the first that matches decides.
use kernel::{Money, OfferId, ProductId};

/// Rates are hundredths of a percent, 0 to 10000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub rules: Vec<Rule>,
    /// Of a shipping charge; 0: none.
    pub on_shipping: i64,
    /// Tax on the commission itself.
    pub tax: i64,
    /// Raised by each change.
    pub version: i64,
}

/// All that is set must match; a rule with nothing set matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// A category's slug; those below it count too.
    pub category: Option<String>,
    pub condition: Option<String>,
    pub product: Option<ProductId>,
    pub offer: Option<OfferId>,
    pub rate: i64,
    /// Of a line in this currency at least so much.
    pub floor: Option<Money>,
    /// Of a line in this currency at most so much.
    pub cap: Option<Money>,
}

/// Where a plan is wrong: a rule by its place from 0 on, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanFault {
    /// 1 to 100 of them.
    Count,
    Rate,
    /// Behind a rule that matches everything no rule is ever reached, and the last one has to be such a rule.
    MatchAll(usize),
    RuleRate(usize),
    /// A bound is not negative, and a cap not below the floor.
    Bound(usize),
}

const WHOLE: i64 = 10_000;
const MOST_RULES: usize = 100;

impl Plan {
    /// One rate for everything, nothing on shipping, no tax.
    pub fn flat(rate: i64) -> Plan {
        Plan { rules: vec![Rule { rate, ..Rule::default() }], on_shipping: 0, tax: 0, version: 1 }
    }

    pub fn fault(&self) -> Option<PlanFault> {
        let is_rate = |rate: i64| (0..=WHOLE).contains(&rate);
        if !(1..=MOST_RULES).contains(&self.rules.len()) {
            return Some(PlanFault::Count);
        }
        if !is_rate(self.on_shipping) || !is_rate(self.tax) {
            return Some(PlanFault::Rate);
        }
        let last = self.rules.len() - 1;
        self.rules.iter().enumerate().find_map(|(at, rule)| match rule {
            rule if rule.matches_all() != (at == last) => Some(PlanFault::MatchAll(at)),
            rule if !is_rate(rule.rate) => Some(PlanFault::RuleRate(at)),
            rule if !rule.is_bound_well() => Some(PlanFault::Bound(at)),
            _ => None,
        })
    }
}

impl Rule {
    fn matches_all(&self) -> bool {
        self.category.is_none() && self.condition.is_none() && self.product.is_none() && self.offer.is_none()
    }
    fn is_bound_well(&self) -> bool {
        let positive = [self.floor, self.cap].into_iter().flatten().all(|bound| bound.minor() >= 0);
        let ordered = match (self.floor, self.cap) {
            (Some(floor), Some(cap)) if floor.currency() == cap.currency() => floor.minor() <= cap.minor(),
            _ => true,
        };
        positive && ordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn of(category: &str, rate: i64) -> Rule {
        Rule { category: Some(category.into()), rate, ..Rule::default() }
    }
    fn plan(rules: Vec<Rule>) -> Plan {
        Plan { rules, ..Plan::flat(0) }
    }
    fn eur(minor: i64) -> Option<Money> {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn the_last_rule_and_no_other_matches_everything() {
        let all = Rule { rate: 1000, ..Rule::default() };
        assert_eq!(plan(vec![of("lamps", 500), all.clone()]).fault(), None);
        assert_eq!(plan(vec![of("lamps", 500)]).fault(), Some(PlanFault::MatchAll(0)));
        assert_eq!(plan(vec![all.clone(), of("lamps", 500), all]).fault(), Some(PlanFault::MatchAll(0)));
        assert_eq!(plan(vec![]).fault(), Some(PlanFault::Count));
    }

    #[test]
    fn rates_are_parts_of_the_whole_and_bounds_are_in_order() {
        assert_eq!(Plan::flat(10_000).fault(), None);
        assert_eq!(Plan::flat(10_001).fault(), Some(PlanFault::RuleRate(0)));
        assert_eq!(Plan { tax: -1, ..Plan::flat(1) }.fault(), Some(PlanFault::Rate));
        let bound = |floor, cap| plan(vec![Rule { floor, cap, ..Rule::default() }]).fault();
        assert_eq!(bound(eur(5), eur(5)), None);
        assert_eq!(bound(eur(6), eur(5)), Some(PlanFault::Bound(0)));
        assert_eq!(bound(eur(-1), None), Some(PlanFault::Bound(0)));
        assert_eq!(bound(eur(6), Money::new(5, "JPY".parse().unwrap())), None, "two currencies are not compared");
    }
}
