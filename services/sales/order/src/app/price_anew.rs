//! What an order would cost now, for who came too late.
use super::{Orders, call};
use crate::{Error, domain::Order, ports::Missed};

impl Orders {
    /// `quote.expired` with a fresh quote, or `quote.price_changed` when that has another total. If pricing can't say, the no stands
    /// without; every other no stays what it is.
    pub(super) async fn priced_anew(&self, why: Error, order: &Order) -> Error {
        if why.reason() != "quote.expired" {
            return why;
        }
        let fresh = call(async {
            let old = self.pricing.quote(order.quote).await.map_err(Missed::No)?.ok_or(Missed::Unknown)?;
            let fresh = self.pricing.requote(order.id, &old).await.map_err(Missed::No)?;
            Ok((old.total == fresh.total, Box::new(fresh)))
        });
        match fresh.await {
            Ok((true, fresh)) => Error::QuoteExpired(Some(fresh)),
            Ok((false, fresh)) => Error::PriceChanged(fresh),
            Err(_) => Error::QuoteExpired(None),
        }
    }
}
