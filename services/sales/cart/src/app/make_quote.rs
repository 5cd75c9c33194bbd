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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{ANNA, Fake, delivery, id},
        domain::Added,
    };
    use kernel::Coded;
    use platform::ask::{Book, Key, Outcome, Said};

    fn keyed(text: &str) -> Ask<Quoted> {
        let key = Key { book: Book::Request { scope: "anna".into() }, text: text.into(), fingerprint: [0; 32] };
        Ask::new(Some(key), |_: Outcome<'_, Quoted>| Said { status: 201, head: vec![], body: "q".into() })
    }

    #[tokio::test]
    async fn a_quote_is_asked_for_under_the_cart_and_the_clients_key() {
        let (fake, app) = Fake::market();
        let quote = |owner| MakeQuote { cart: id(1), owner };
        let why = |outcome: Result<Option<Quoted>, Error>| outcome.unwrap_err().code().text;
        assert_eq!(why(app.make_quote(quote(ANNA), &keyed("k")).await), "cart.empty");
        let added = Added { id: id(3), offer: id(7), quantity: 1, price: None };
        fake.put(fake.cart().add(&[added]).unwrap());
        assert_eq!(why(app.make_quote(quote(ANNA), &keyed("k")).await), "cart.no_delivery");
        fake.put(fake.cart().deliver(delivery()).unwrap());
        assert!(app.make_quote(quote(Owner::User(id(1))), &keyed("k")).await.unwrap().is_none());
        assert!(fake.quotes().is_empty(), "nobody was asked");
        app.make_quote(quote(ANNA), &keyed("k")).await.unwrap().unwrap();
        assert_eq!(fake.quotes(), [format!("cart/{}/k", fake.cart().id)]);
        fake.put(fake.cart().placed(id(5)).unwrap());
        assert_eq!(why(app.make_quote(quote(ANNA), &keyed("l")).await), "cart.in_checkout");
    }
}
