//! A code that takes something off, so many times, at the platform's cost.
use kernel::{Currency, Money, share};
use std::{fmt, str::FromStr};

/// 3 to 40 of A–Z, 0–9 and `-`. Written in any case, kept in capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CouponCode(String);

/// Of the sum of the lines, delivery apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    /// Hundredths of a percent, 1 to 10000.
    Percent(i64),
    /// At most what the lines cost.
    Fixed(Money),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupon {
    pub code: CouponCode,
    pub discount: Discount,
    /// How many orders may use it.
    pub limit: i64,
    /// How many do. Orders that were undone gave it back.
    pub used: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponRefusal {
    Unknown,
    /// It takes off a sum of another currency.
    Currency,
    UsedUp,
}

impl Coupon {
    pub fn is_used_up(&self) -> bool {
        self.used >= self.limit
    }
    /// What it takes off lines that cost so much together, in minor units of the currency.
    pub fn off(&self, items: i64, currency: Currency) -> Result<i64, CouponRefusal> {
        if self.is_used_up() {
            return Err(CouponRefusal::UsedUp);
        }
        match self.discount {
            Discount::Percent(bp) => Ok(share::half_up(items, bp, 10_000)),
            Discount::Fixed(off) if off.currency() == currency => Ok(off.minor().min(items)),
            Discount::Fixed(_) => Err(CouponRefusal::Currency),
        }
    }
}

impl CouponCode {
    /// As a customer typed it; whether there is such a coupon is for the store to say.
    pub fn typed(text: &str) -> CouponCode {
        CouponCode(text.trim().chars().take(40).collect::<String>().to_ascii_uppercase())
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl FromStr for CouponCode {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let good = (3..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if good {
            Ok(CouponCode(text.to_ascii_uppercase()))
        } else {
            Err("a code is 3 to 40 letters, digits and hyphens")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coupon(discount: Discount, used: i64) -> Coupon {
        Coupon { code: "spring-7".parse().unwrap(), discount, limit: 2, used }
    }

    #[test]
    fn it_takes_off_no_more_than_there_is_and_no_more_often_than_it_may() {
        let fixed = Discount::Fixed(Money::new(500, Currency::EUR).unwrap());
        assert_eq!(coupon(fixed, 0).off(300, Currency::EUR), Ok(300));
        assert_eq!(coupon(fixed, 1).off(900, Currency::EUR), Ok(500));
        assert_eq!(coupon(fixed, 2).off(900, Currency::EUR), Err(CouponRefusal::UsedUp));
        assert_eq!(coupon(fixed, 0).off(900, "USD".parse().unwrap()), Err(CouponRefusal::Currency));
        assert_eq!(coupon(Discount::Percent(1250), 0).off(999, Currency::EUR), Ok(125), "124.875, half up");
    }

    #[test]
    fn a_code_is_one_word_in_capitals() {
        assert_eq!("spring-7".parse::<CouponCode>().unwrap().to_string(), "SPRING-7");
        assert!(["", "ab", "a b c", "é23"].iter().all(|wrong| wrong.parse::<CouponCode>().is_err()));
    }
}
