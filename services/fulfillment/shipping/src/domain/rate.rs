//! What a method takes for these goods, and why. No price is no delivery.
use super::{Rate, WeightStep};
use kernel::{Currency, Money, OfferId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goods {
    pub offer: OfferId,
    pub quantity: u32,
    /// Of one unit.
    pub weight_grams: u32,
    /// Of the line.
    pub price: i64,
}

/// The recorded rate of one unit that is valid now, at the place in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitRate {
    pub offer: OfferId,
    pub price: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    pub price: Money,
    /// As people read it, a reason a number.
    pub why: Vec<String>,
}

impl Rate {
    /// `recorded` is looked at by `Recorded` only.
    pub fn price(&self, goods: &[Goods], currency: Currency, recorded: &[UnitRate]) -> Option<Priced> {
        let money = |amount| Money::new(amount, currency);
        let one = |amount, why: String| Some(Priced { price: money(amount)?, why: vec![why] });
        match self {
            Rate::Flat(price) => one(*price, "flat rate".to_string()),
            Rate::Weight(steps) => {
                let grams = weight(goods)?;
                let WeightStep { up_to_grams, price } = steps.iter().find(|step| grams <= step.up_to_grams)?;
                one(*price, format!("{grams} g, up to {up_to_grams} g"))
            }
            Rate::FreeFrom { price, from } => {
                let value = goods.iter().try_fold(0i64, |sum, line| sum.checked_add(line.price))?;
                match value >= *from {
                    true => one(0, format!("free from {}", money(*from)?)),
                    false => one(*price, format!("flat rate below {}", money(*from)?)),
                }
            }
            Rate::Recorded => by_record(goods, currency, recorded),
        }
    }
}

/// In grams; `None` beyond what can be counted.
fn weight(goods: &[Goods]) -> Option<i64> {
    goods.iter().try_fold(0i64, |sum, line| {
        sum.checked_add(i64::from(line.weight_grams).checked_mul(i64::from(line.quantity))?)
    })
}

/// Line by line, so that what one line costs does not depend on the others. 0 is a rate; a line without one is not delivered.
fn by_record(goods: &[Goods], currency: Currency, recorded: &[UnitRate]) -> Option<Priced> {
    let mut whole = Priced { price: Money::new(0, currency)?, why: vec![] };
    for line in goods {
        let rate = recorded.iter().find(|rate| rate.offer == line.offer)?;
        let unit = Money::new(rate.price, currency)?;
        whole.price = whole.price.plus(unit.times(line.quantity)?)?;
        whole.why.push(format!("recorded {unit} × {}", line.quantity));
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn offer(n: u128) -> OfferId {
        OfferId::from_uuid(Uuid::from_u128(n))
    }
    fn line(n: u128, quantity: u32, weight_grams: u32, price: i64) -> Goods {
        Goods { offer: offer(n), quantity, weight_grams, price }
    }
    fn minor(rate: &Rate, goods: &[Goods], recorded: &[UnitRate]) -> Option<i64> {
        rate.price(goods, Currency::EUR, recorded).map(|priced| priced.price.minor())
    }

    #[test]
    fn flat_is_flat() {
        assert_eq!(minor(&Rate::Flat(490), &[line(1, 9, 9000, 1)], &[]), Some(490));
    }

    #[test]
    fn weight_is_that_of_all_units_and_beyond_the_last_step_nothing_goes() {
        let step = |up_to_grams, price| WeightStep { up_to_grams, price };
        let rate = Rate::Weight(vec![step(1000, 300), step(5000, 700)]);
        assert_eq!(minor(&rate, &[line(1, 2, 500, 0)], &[]), Some(300));
        assert_eq!(minor(&rate, &[line(1, 2, 500, 0), line(2, 1, 1, 0)], &[]), Some(700));
        assert_eq!(minor(&rate, &[line(1, 11, 500, 0)], &[]), None);
        assert_eq!(minor(&rate, &[line(1, u32::MAX, u32::MAX, 0); 3], &[]), None);
        assert_eq!(minor(&rate, &[line(1, 1, 0, 0)], &[]), Some(300), "a weight nobody knows is none");
    }

    #[test]
    fn free_from_looks_at_the_value_of_the_goods() {
        let rate = Rate::FreeFrom { price: 490, from: 5000 };
        assert_eq!(minor(&rate, &[line(1, 1, 0, 4999)], &[]), Some(490));
        assert_eq!(minor(&rate, &[line(1, 1, 0, 2500), line(2, 1, 0, 2500)], &[]), Some(0));
        assert_eq!(rate.price(&[line(1, 1, 0, 5000)], Currency::EUR, &[]).unwrap().why, ["free from 50.00 EUR"]);
    }

    /// olist 7
    #[test]
    fn recorded_is_the_unit_rate_times_the_quantity_of_each_line() {
        let rates = [UnitRate { offer: offer(1), price: 1299 }, UnitRate { offer: offer(2), price: 0 }];
        let priced = Rate::Recorded.price(&[line(1, 3, 0, 0), line(2, 5, 0, 0)], Currency::EUR, &rates).unwrap();
        assert_eq!(
            (priced.price.minor(), priced.why),
            (3897, vec!["recorded 12.99 EUR × 3".into(), "recorded 0.00 EUR × 5".into()])
        );
        assert_eq!(minor(&Rate::Recorded, &[line(1, 1, 0, 0), line(3, 1, 0, 0)], &rates), None, "an unknown key");
    }
}
