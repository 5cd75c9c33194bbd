//! A binding answer for a cart: reckoned as `price` does, with delivery, then stored and signed.
use super::{PriceAsked, Pricing};
use crate::{
    Error,
    domain::{Basket, Enquiry, Figures, Quote, QuoteRefusal, Reckoning, parcels},
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
        let figures = self.figures(&basket, now).await?;
        let quote = Quote::make(id, basket, figures, now + self.config.quote_ttl)?;
        self.quotes.save(Change::new(&quote, vec![]).answering(ask), now).await?;
        self.forgetting.set(quote.expires + self.config.party_ttl);
        Ok(quote)
    }

    async fn figures(&self, basket: &Basket, now: kernel::Timestamp) -> Result<Figures, Error> {
        let Basket { currency, lines, coupon, party, deliveries, .. } = basket;
        let (to, coupon) = (party.place.clone(), coupon.clone());
        let asked = PriceAsked { currency: *currency, lines: lines.clone(), to: to.clone(), coupon };
        let known = self.known(&asked, now).await?;
        let reckoning = Reckoning::of(lines, *currency, &known)?;
        reckoning.refusal()?;
        let parcels = parcels(&reckoning.lines, &known.offers, deliveries).map_err(QuoteRefusal::from)?;
        let rates = self.deliveries.rates(&Enquiry { to, currency: *currency, parcels }).await?;
        Ok(Figures { reckoning, rates, known })
    }
}
