//! Recorded freight: a row is valid from its start to the next one of its key.
use super::zones::CHUNK;
use crate::{
    domain::{RecordedRate, UnitRate},
    ports::RecordedRates,
};
use kernel::{OfferId, Timestamp};
use platform::store::StoreError;
use platform_sql::{Batch, Db, params};

const AT: &str = "SELECT price FROM recorded_rates WHERE offer = $1 AND prefix = $2 AND starts <= $3
    ORDER BY starts DESC LIMIT 1";
const IMPORT: &str = "INSERT INTO recorded_rates (offer, prefix, starts, price) VALUES ($1, $2, $3, $4)
    ON CONFLICT (offer, prefix, starts) DO UPDATE SET price = excluded.price";

pub struct SqlRates(pub Db);

#[platform::async_trait]
impl RecordedRates for SqlRates {
    /// A read an offer: a cart has few.
    async fn at(&self, offers: &[OfferId], prefix: &str, time: Timestamp) -> Result<Vec<UnitRate>, StoreError> {
        let (mut offers, mut found) = (offers.to_vec(), vec![]);
        offers.sort();
        offers.dedup();
        for offer in offers {
            if let Some(row) = self.0.read(AT, params![offer, prefix, time]).await?.first() {
                found.push(UnitRate { offer, price: row.get("price")? });
            }
        }
        Ok(found)
    }

    async fn import(&self, rates: &[RecordedRate]) -> Result<(), StoreError> {
        for chunk in rates.chunks(CHUNK) {
            let mut batch = Batch::new();
            for rate in chunk {
                batch.push(IMPORT, params![rate.offer, rate.prefix.clone(), rate.starts, rate.price]);
            }
            self.0.save(batch).await?;
        }
        Ok(())
    }
}
