//! Puts in, takes out, says where to.
use super::Baskets;
use crate::{
    Error,
    domain::{Added, Cart, Delivery, Owner},
    ports::Shown,
};
use kernel::{CartId, LineId, OfferId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

/// An offer and how many of it.
#[derive(Clone, Copy, Debug)]
pub struct New {
    pub id: LineId,
    pub offer: OfferId,
    pub quantity: u32,
}

pub enum Edit {
    Add(Vec<New>),
    SetQuantity { line: LineId, quantity: u32 },
    Deliver(Delivery),
    Redeem(String),
}

pub struct EditCart {
    pub cart: CartId,
    pub owner: Owner,
    /// The version that was read; none where two tabs may both add.
    pub expected: Option<i64>,
    pub edit: Edit,
}

/// How often an edit without a version is made anew when somebody was faster.
const ATTEMPTS: usize = 8;

impl Baskets {
    /// `None` when there is no such cart.
    pub async fn edit_cart(&self, command: EditCart, ask: &Ask<Shown>) -> Result<Option<Shown>, Error> {
        for _ in 0..ATTEMPTS {
            let Some(cart) = self.cart_of(command.cart, command.owner).await? else { return Ok(None) };
            cart.takes_edits()?;
            if command.expected.is_some_and(|version| version != cart.version) {
                return Err(Error::Changed);
            }
            let shown = self.edited(&cart, &command.edit).await?;
            match self.carts.save(Change::new(&shown, vec![]).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| Some(shown))?),
            }
        }
        Err(Error::Contended)
    }

    async fn edited(&self, cart: &Cart, edit: &Edit) -> Result<Shown, Error> {
        let edited = match edit {
            Edit::Add(new) => return self.added(cart, new).await,
            Edit::SetQuantity { line, quantity } => cart.set_quantity(*line, *quantity)?,
            Edit::Deliver(delivery) => cart.deliver(delivery.clone())?,
            Edit::Redeem(coupon) => cart.redeem(coupon)?,
        };
        self.shown(edited).await
    }

    /// With what a unit costs now, to tell later when that changed. What nobody offers can't be put in. What is asked for is the same
    /// with those prices and without: so it is asked once.
    async fn added(&self, cart: &Cart, new: &[New]) -> Result<Shown, Error> {
        let added = |price: Option<i64>, New { id, offer, quantity }: New| Added { id, offer, quantity, price };
        let first: Vec<Added> = new.iter().map(|new| added(None, *new)).collect();
        let shown = self.shown(cart.add(&first)?).await?;
        let with_price = |new: &New| {
            let good = shown.goods.iter().find(|good| good.offer == new.offer && good.sold);
            good.ok_or_else(|| Error::NoOffer(new.offer.to_string()))?;
            let line = shown.priced.lines.iter().find(|line| line.offer == new.offer);
            Ok(added(line.map(|line| line.unit_price), *new))
        };
        let priced: Vec<Added> = new.iter().map(with_price).collect::<Result<_, Error>>()?;
        Ok(Shown { cart: cart.add(&priced)?, ..shown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{ANNA, Fake, id},
        domain::State,
    };
    use kernel::{Coded, OrderId};

    fn add(offer: u128, quantity: u32) -> Edit {
        Edit::Add(vec![New { id: id(offer + 100), offer: id(offer), quantity }])
    }
    async fn edit(app: &Baskets, expected: Option<i64>, edit: Edit) -> Result<Cart, Error> {
        let command = EditCart { cart: id(1), owner: ANNA, expected, edit };
        app.edit_cart(command, &Ask::nobody()).await.map(|shown| shown.unwrap().cart)
    }
    fn code(outcome: Result<Cart, Error>) -> &'static str {
        outcome.unwrap_err().code().text
    }

    #[tokio::test]
    async fn an_edit_without_a_version_is_made_anew_on_what_is_there_now() {
        let (fake, app) = Fake::market();
        fake.meanwhile(1, |fake| fake.put(fake.cart().redeem("ONCE").unwrap()));
        let cart = edit(&app, None, add(7, 2)).await.unwrap();
        assert_eq!((cart.coupon.as_str(), cart.lines.len(), cart.version), ("ONCE", 1, 3));
        fake.meanwhile(ATTEMPTS, |_| {});
        assert_eq!(code(edit(&app, None, add(7, 1)).await), "contended");
        assert_eq!(fake.cart().lines[0].quantity, 2, "and nothing was put in");
        fake.meanwhile(ATTEMPTS - 1, |_| {});
        assert_eq!(edit(&app, None, add(7, 1)).await.unwrap().lines[0].quantity, 3);
    }

    /// A lost race without a version may be tried again with the same key; a stale version may not.
    #[tokio::test]
    async fn an_edit_with_a_version_is_stale_when_somebody_was_faster() {
        let (fake, app) = Fake::market();
        fake.meanwhile(1, |fake| fake.put(fake.cart().redeem("ONCE").unwrap()));
        assert_eq!(code(edit(&app, Some(1), Edit::Redeem("TWICE".into())).await), "stale");
        assert_eq!(code(edit(&app, Some(9), Edit::Redeem("TWICE".into())).await), "stale");
        assert_eq!(fake.cart().coupon, "ONCE");
        assert_eq!(edit(&app, Some(2), Edit::Redeem(String::new())).await.unwrap().coupon, "");
    }

    /// Checkout comes before versions: a cart in it names its order, whatever was read before.
    #[tokio::test]
    async fn a_cart_in_checkout_says_so_to_a_stale_version_too() {
        let (fake, app) = Fake::market();
        let order: OrderId = id(5);
        fake.put(fake.cart().placed(order).unwrap());
        for expected in [None, Some(1), Some(2)] {
            assert_eq!(code(edit(&app, expected, Edit::Redeem("x".into())).await), "cart.in_checkout", "{expected:?}");
        }
        fake.put(fake.cart().confirmed(order).unwrap());
        assert_eq!(code(edit(&app, Some(1), add(7, 1)).await), "cart.closed");
        assert_eq!(fake.cart().state, State::Closed(order));
    }

    #[tokio::test]
    async fn an_order_that_was_placed_meanwhile_wins() {
        let (fake, app) = Fake::market();
        fake.meanwhile(1, |fake| fake.put(fake.cart().placed(id(5)).unwrap()));
        assert_eq!(code(edit(&app, None, add(7, 1)).await), "cart.in_checkout");
        assert!(fake.cart().lines.is_empty());
    }

    #[tokio::test]
    async fn what_is_not_sold_or_can_not_be_asked_for_does_not_go_in() {
        let (fake, app) = Fake::market();
        assert_eq!(code(edit(&app, None, add(8, 1)).await), "offer.not_found", "nobody offers it");
        assert_eq!(code(edit(&app, None, add(9, 1)).await), "offer.not_found", "it is paused");
        let many = (0..101).map(|n| New { id: id(n), offer: id(n + 1000), quantity: 1 }).collect();
        assert_eq!(code(edit(&app, None, Edit::Add(many)).await), "cart.too_many", "before anybody is asked");
        fake.fall_silent();
        assert_eq!(code(edit(&app, None, add(7, 1)).await), "away");
        assert_eq!(fake.cart().version, 1, "unknown is never written");
    }

    #[tokio::test]
    async fn a_line_remembers_what_a_unit_cost_when_it_came_in() {
        let (fake, app) = Fake::market();
        assert_eq!(edit(&app, None, add(7, 1)).await.unwrap().lines[0].seen_price, Some(500));
        fake.costs(700);
        let cart = edit(&app, None, add(7, 1)).await.unwrap();
        assert_eq!(
            (cart.lines[0].quantity, cart.lines[0].seen_price),
            (2, Some(500)),
            "so the view can say it changed"
        );
        let other = edit(&app, None, add(6, 1)).await.unwrap();
        assert_eq!(other.lines[1].seen_price, Some(700));
    }

    #[tokio::test]
    async fn anothers_cart_is_none() {
        let (fake, app) = Fake::market();
        for owner in [Owner::Guest([8; 32]), Owner::User(id(1))] {
            let command = EditCart { cart: id(1), owner, expected: None, edit: add(7, 1) };
            assert!(app.edit_cart(command, &Ask::nobody()).await.unwrap().is_none());
        }
        let nobodys = EditCart { cart: id(2), owner: ANNA, expected: None, edit: add(7, 1) };
        assert!(app.edit_cart(nobodys, &Ask::nobody()).await.unwrap().is_none());
        assert_eq!(fake.cart().version, 1);
    }
}
