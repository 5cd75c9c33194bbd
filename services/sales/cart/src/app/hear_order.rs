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
        match changed {
            Some(cart) => self.carts.hear(&cart, message, self.clock.now()).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fake, id},
        domain::State,
    };
    use uuid::Uuid;

    const A: u128 = 5;
    const B: u128 = 6;

    async fn state(news: &[(u128, News)]) -> State {
        let (fake, app) = Fake::market();
        for (order, news) in news {
            let message = Seen::told_by("cart.order", "order", Uuid::now_v7());
            app.hear(id(1), id(*order), *news, message).await.unwrap();
        }
        fake.cart().state
    }

    #[tokio::test]
    async fn a_cart_follows_its_order_in_any_order_of_the_news() {
        use News::{Cancelled, Confirmed, Placed};
        for (news, expected) in [
            (&[(A, Placed)][..], State::InCheckout(id(A))),
            (&[(A, Placed), (A, Placed)], State::InCheckout(id(A))),
            (&[(A, Placed), (B, Cancelled)], State::InCheckout(id(A))),
            (&[(A, Placed), (B, Placed)], State::InCheckout(id(A))),
            (&[(A, Placed), (A, Cancelled)], State::Open),
            (&[(B, Cancelled)], State::Open),
            (&[(A, Placed), (A, Cancelled), (B, Placed)], State::InCheckout(id(B))),
            (&[(A, Placed), (A, Cancelled), (B, Placed), (A, Cancelled)], State::InCheckout(id(B))),
            (&[(A, Placed), (A, Confirmed)], State::Closed(id(A))),
            (&[(A, Confirmed)], State::Closed(id(A))),
            (&[(A, Confirmed), (A, Placed)], State::Closed(id(A))),
            (&[(A, Confirmed), (A, Confirmed)], State::Closed(id(A))),
            (&[(A, Placed), (A, Confirmed), (A, Cancelled)], State::Closed(id(A))),
            (&[(A, Confirmed), (B, Placed), (B, Cancelled)], State::Closed(id(A))),
        ] {
            assert_eq!(state(news).await, expected, "{news:?}");
        }
    }

    #[tokio::test]
    async fn news_of_a_cart_that_is_none_is_heard() {
        let (fake, app) = Fake::market();
        let message = Seen::told_by("cart.order", "order", Uuid::now_v7());
        app.hear(id(2), id(A), News::Placed, message).await.unwrap();
        assert_eq!(fake.cart().version, 1);
    }
}
