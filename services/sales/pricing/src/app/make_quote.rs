//! A binding answer for a cart: reckoned as `price` does, then stored and signed.
use super::{PriceAsked, Pricing};
use crate::{
    Error,
    domain::{Basket, Quote},
};
use kernel::QuoteId;
use platform::{ask::Ask, store::Change};

pub struct MakeQuote {
    pub id: QuoteId,
    pub basket: Basket,
}

impl Pricing {
    pub async fn make_quote(&self, command: MakeQuote, ask: &Ask<Quote>) -> Result<Quote, Error> {
        let MakeQuote { id, basket } = command;
        let now = self.clock.now();
        let Basket { currency, ref lines, ref coupon, .. } = basket;
        let asked = PriceAsked { currency, lines: lines.clone(), coupon: coupon.clone() };
        let reckoning = self.reckon(&asked, now).await?;
        let quote = Quote::make(id, basket, reckoning, now + self.config.quote_ttl)?;
        self.quotes.save(Change::new(&quote, vec![]).answering(ask), now).await?;
        self.forgetting.set(quote.expires + self.config.party_ttl);
        Ok(quote)
    }
}
