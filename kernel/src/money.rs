//! Money: integer minor units with a currency. JSON `{"amount":1999,"currency":"EUR"}`.
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// A currency of ISO 4217, by its three letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// JSON numbers are exact only below 2⁵³.
const LIMIT: i64 = (1 << 53) - 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    amount: i64,
    currency: Currency,
}

impl TryFrom<Wire> for Money {
    type Error = &'static str;
    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Money::new(wire.amount, wire.currency).ok_or("amount is beyond 2^53 - 1")
    }
}
impl From<Money> for Wire {
    fn from(money: Money) -> Wire {
        Wire { amount: money.minor, currency: money.currency }
    }
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Option<Money> {
        if minor > LIMIT || minor < -LIMIT { None } else { Some(Money { minor, currency }) }
    }
    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }
    pub const fn minor(self) -> i64 {
        self.minor
    }
    pub const fn currency(self) -> Currency {
        self.currency
    }
    /// `None` on another currency or beyond the limit.
    pub fn plus(self, other: Money) -> Option<Money> {
        if self.currency != other.currency {
            return None;
        }
        Money::new(self.minor.checked_add(other.minor)?, self.currency)
    }
    /// `None` on another currency or beyond the limit.
    pub fn minus(self, other: Money) -> Option<Money> {
        self.plus(Money { minor: -other.minor, ..other })
    }
    pub fn times(self, n: u32) -> Option<Money> {
        Money::new(self.minor.checked_mul(n.into())?, self.currency)
    }
}
impl Currency {
    pub const EUR: Currency = Currency(*b"EUR");
    /// Digits behind the point: 2 for EUR, 0 for JPY.
    pub fn digits(&self) -> u32 {
        iso_currency::Currency::from_code(self.as_str()).and_then(|c| c.exponent()).unwrap_or(2).into()
    }
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}
impl std::str::FromStr for Currency {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [a, b, c] if iso_currency::Currency::from_code(text).is_some() => Ok(Currency([*a, *b, *c])),
            _ => Err("not a currency of ISO 4217"),
        }
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217.", "examples": ["EUR"] })
    }
}
/// `19.99 EUR`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.digits();
        let (sign, minor, unit) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs(), 10u64.pow(digits));
        match digits {
            0 => write!(f, "{sign}{minor} {}", self.currency),
            _ => write!(f, "{sign}{}.{:0w$} {}", minor / unit, minor % unit, self.currency, w = digits as usize),
        }
    }
}
impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "description": "Minor units of a currency (1999 EUR is 19.99 €).",
            "properties": { "amount": { "type": "integer", "format": "int64", "minimum": -LIMIT, "maximum": LIMIT },
                            "currency": { "type": "string", "pattern": "^[A-Z]{3}$" } },
            "required": ["amount", "currency"], "additionalProperties": false, "examples": [{ "amount": 1999, "currency": "EUR" }] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR).unwrap()
    }

    #[test]
    fn one_currency_and_within_what_json_can_hold() {
        let yen = Money::new(5, "JPY".parse().unwrap()).unwrap();
        assert_eq!(
            (eur(5).plus(yen), eur(LIMIT).plus(eur(1)), Money::new(LIMIT + 1, Currency::EUR)),
            (None, None, None)
        );
        assert_eq!(eur(5).minus(eur(7)), Some(eur(-2)));
        assert!("XQZ".parse::<Currency>().is_err() && "eur".parse::<Currency>().is_err());
        assert!(serde_json::from_str::<Money>(r#"{"amount":9007199254740992,"currency":"EUR"}"#).is_err());
    }

    #[test]
    fn it_reads_as_people_write_it() {
        assert_eq!((eur(1999).to_string(), eur(-5).to_string()), ("19.99 EUR".into(), "-0.05 EUR".into()));
        assert_eq!(Money::new(1200, "JPY".parse().unwrap()).unwrap().to_string(), "1200 JPY");
    }
}
