//! Coupons. How often one is used is counted by acceptances.
use crate::{
    domain::{Coupon, CouponCode, Discount},
    ports::{CouponChange, Coupons},
};
use kernel::{Money, Timestamp};
use platform::store::{Change, StoreError};
use platform_sql::{Batch, Db, Row, SqlError, params};

const FIND: &str = "SELECT code, kind, value, currency, uses, used FROM coupons WHERE code = $1";
const CREATE: &str = "INSERT INTO coupons (code, kind, value, currency, uses, used, at)
    VALUES ($1, $2, $3, $4, $5, 0, $6)";

pub struct SqlCoupons(pub Db);

#[platform::async_trait]
impl Coupons for SqlCoupons {
    async fn find(&self, code: &CouponCode) -> Result<Option<Coupon>, StoreError> {
        let rows = self.0.read(FIND, params![code.as_str()]).await?;
        Ok(rows.first().map(coupon).transpose()?)
    }

    async fn create(&self, change: CouponChange<'_>, now: Timestamp) -> Result<(), StoreError> {
        let Change { state: coupon, marks, .. } = change;
        let (kind, value, currency) = match coupon.discount {
            Discount::Percent(bp) => ("percent", bp, None),
            Discount::Fixed(off) => ("fixed", off.minor(), Some(off.currency().to_string())),
        };
        let mut batch = Batch::new();
        batch.marks(marks, now);
        batch.push(CREATE, params![coupon.code.as_str(), kind, value, currency, coupon.limit, now]).expect_rows(1);
        self.0.save(batch).await
    }
}

fn coupon(row: &Row) -> Result<Coupon, SqlError> {
    let broken = |what: &str| SqlError::Broken(format!("coupons.{what}"));
    let (code, kind): (String, String) = (row.get("code")?, row.get("kind")?);
    let (value, currency): (i64, Option<String>) = (row.get("value")?, row.get("currency")?);
    let discount = match (kind.as_str(), currency) {
        ("percent", None) => Discount::Percent(value),
        ("fixed", Some(currency)) => {
            let currency = currency.parse().map_err(|_| broken("currency"))?;
            Discount::Fixed(Money::new(value, currency).ok_or_else(|| broken("value"))?)
        }
        _ => return Err(broken("kind")),
    };
    let code = code.parse().map_err(|_| broken("code"))?;
    Ok(Coupon { code, discount, limit: row.get("uses")?, used: row.get("used")? })
}
