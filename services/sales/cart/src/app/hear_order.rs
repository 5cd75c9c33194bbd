//! What became of the order that a cart is bought with.
use super::Baskets;
use crate::domain::Cart;
use kernel::{CartId, OrderId};
use platform::store::{Seen, StoreError};

#[derive(Clone, Copy, Debug)]
pub enum News {
    Placed,
    Confirmed,
    Cancelled,
}

impl Baskets {
    /// A cart that is not ours any more, or that the news does not change, is only heard of.
    pub async fn hear(&self, cart: CartId, order: OrderId, news: News, message: Seen) -> Result<(), StoreError> {
        let known = self.carts.find(cart).await?;
        let changed: Option<Cart> = known.and_then(|cart| match news {
            News::Placed => cart.placed(order),
            News::Confirmed => cart.confirmed(order),
            News::Cancelled => cart.cancelled(order),
        });
        self.carts.hear(changed.as_ref(), message, self.clock.now()).await
    }
}
