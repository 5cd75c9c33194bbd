//! The binding answer before an order.
use super::Baskets;
use crate::{Error, domain::Owner, ports::Quoted};
use kernel::CartId;
use platform::{ask::Ask, store::Change};

pub struct MakeQuote {
    pub cart: CartId,
    pub owner: Owner,
}

impl Baskets {
    /// `None` when there is no such cart. Nothing of the cart changes: the quote is pricing's.
    pub async fn make_quote(&self, command: MakeQuote, ask: &Ask<Quoted>) -> Result<Option<Quoted>, Error> {
        let Some(cart) = self.cart_of(command.cart, command.owner).await? else { return Ok(None) };
        let delivery = cart.quotable()?;
        // The client's key goes on: pricing knows a repeat by it.
        let own = ask.key().map(|key| key.text.as_str()).unwrap_or_default();
        let key = format!("cart/{}/{own}", cart.id);
        let quoted = self.prices.quote(&cart, delivery, &key).await?;
        self.carts.keep(Change::new(&quoted, vec![]).answering(ask), self.clock.now()).await?;
        Ok(Some(quoted))
    }
}
