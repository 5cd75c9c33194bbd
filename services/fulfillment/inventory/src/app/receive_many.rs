//! An import: many units at once, at the time they came in.
use super::Inventory;
use crate::{Error, domain::Location, ports::Receipt};
use kernel::Timestamp;
use platform::store::StoreError;

/// Rows of one batch: few commits for many rows, and none that others wait for long.
const AT_ONCE: usize = 250;

pub struct ReceiveMany {
    /// Made if they are not there yet.
    pub locations: Vec<Location>,
    pub rows: Vec<Receipt>,
    pub at: Timestamp,
}

/// Rows that were not there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received(pub usize);

impl Inventory {
    /// Asked again after a crash, it goes on where it was: each row is known by its cause. Refused with the batch in which an offer
    /// or a location is another vendor's; what came before that batch stays.
    pub async fn receive_many(&self, command: ReceiveMany) -> Result<Received, Error> {
        let ReceiveMany { locations, rows, at } = command;
        for some in locations.chunks(AT_ONCE) {
            self.locations.add(some).await?;
        }
        let mut new = 0;
        for some in rows.chunks(AT_ONCE) {
            let received = self.shelves.receive(some, self.config.low_mark.into(), at).await;
            new += received.map_err(|e| if e == StoreError::Stale { Error::Elsewhere } else { e.into() })?;
        }
        Ok(Received(new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{VENDOR, id, shop};

    #[tokio::test]
    async fn many_rows_are_few_batches_and_what_is_anothers_is_said() {
        let (fake, app) = shop(0);
        let row =
            |n: u128| Receipt { offer: id(n), location: id(1), vendor: id(VENDOR), units: 1, cause: "import".into() };
        let command = || ReceiveMany { locations: vec![], rows: (0..600).map(row).collect(), at: Timestamp(0) };
        assert_eq!(app.receive_many(command()).await.unwrap(), Received(600));
        fake.meanwhile(1, |_| {});
        assert!(matches!(app.receive_many(command()).await, Err(Error::Elsewhere)));
    }
}
