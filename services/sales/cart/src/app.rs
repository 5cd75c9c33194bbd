//! The use cases.
mod edit_cart;
#[cfg(test)]
mod fakes;
mod hear_order;
mod make_cart;
mod make_quote;
pub use edit_cart::{Edit, EditCart, New};
pub use hear_order::News;
pub use make_cart::MakeCart;
pub use make_quote::MakeQuote;

use crate::{
    Error,
    domain::{Cart, Owner},
    ports::{Carts, Deliveries, Goods, Prices, Shown, Stock, VendorOptions},
};
use kernel::{CartId, Clock, OfferId};
use std::sync::Arc;

pub struct Baskets {
    pub carts: Arc<dyn Carts>,
    pub goods: Arc<dyn Goods>,
    pub prices: Arc<dyn Prices>,
    pub stock: Arc<dyn Stock>,
    pub deliveries: Arc<dyn Deliveries>,
    pub clock: Arc<dyn Clock>,
}

impl Baskets {
    /// Another's cart is answered like one that does not exist.
    async fn cart_of(&self, id: CartId, owner: Owner) -> Result<Option<Cart>, Error> {
        Ok(self.carts.find(id).await?.filter(|cart| cart.owner == owner))
    }

    /// Revalidated at each view: price, stock, and whether it is sold.
    pub async fn view(&self, id: CartId, owner: Owner) -> Result<Option<Shown>, Error> {
        match self.cart_of(id, owner).await? {
            Some(cart) => self.shown(cart).await.map(Some),
            None => Ok(None),
        }
    }

    /// Asked side by side; an empty cart asks nobody.
    async fn shown(&self, cart: Cart) -> Result<Shown, Error> {
        if cart.lines.is_empty() {
            let (goods, priced, free) = Default::default();
            return Ok(Shown { cart, goods, priced, free, token: None });
        }
        let offers: Vec<OfferId> = cart.lines.iter().map(|line| line.offer).collect();
        let (goods, priced, free) =
            tokio::try_join!(self.goods.look(&offers), self.prices.price(&cart), self.stock.free(&offers))?;
        Ok(Shown { cart, goods, priced, free, token: None })
    }

    /// Per vendor, what can be chosen. `None` when there is no such cart.
    pub async fn delivery_options(
        &self,
        id: CartId,
        owner: Owner,
    ) -> Result<Option<(Shown, Vec<VendorOptions>)>, Error> {
        let Some(shown) = self.view(id, owner).await? else { return Ok(None) };
        if shown.cart.lines.is_empty() {
            return Err(Error::Empty);
        }
        if shown.cart.country.is_none() {
            return Err(Error::NoDelivery);
        }
        let options = self.deliveries.options(&shown).await?;
        Ok(Some((shown, options)))
    }
}
