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
            if command.expected.is_some_and(|version| version != cart.version) {
                return Err(Error::Changed);
            }
            let shown = self.shown(self.edited(&cart, &command.edit).await?).await?;
            match self.carts.save(Change::new(&shown, vec![]).answering(ask), self.clock.now()).await {
                Err(StoreError::Stale) => continue,
                written => return Ok(written.map(|()| Some(shown))?),
            }
        }
        Err(Error::Changed)
    }

    async fn edited(&self, cart: &Cart, edit: &Edit) -> Result<Cart, Error> {
        Ok(match edit {
            Edit::Add(new) => cart.add(&self.added(cart, new).await?)?,
            Edit::SetQuantity { line, quantity } => cart.set_quantity(*line, *quantity)?,
            Edit::Deliver(delivery) => cart.deliver(delivery.clone())?,
            Edit::Redeem(coupon) => cart.redeem(coupon)?,
        })
    }

    /// With what a unit costs now, to tell later when that changed. What nobody offers can't be put in.
    async fn added(&self, cart: &Cart, new: &[New]) -> Result<Vec<Added>, Error> {
        let added = |price: Option<i64>, New { id, offer, quantity }: New| Added { id, offer, quantity, price };
        let first: Vec<Added> = new.iter().map(|new| added(None, *new)).collect();
        let trial = Cart { lines: vec![], ..cart.clone() }.add(&first)?;
        let shown = self.shown(trial).await?;
        let with_price = |new: &New| {
            let good = shown.goods.iter().find(|good| good.offer == new.offer && good.sold);
            good.ok_or_else(|| Error::NoOffer(new.offer.to_string()))?;
            let line = shown.priced.lines.iter().find(|line| line.offer == new.offer);
            Ok(added(line.map(|line| line.unit_price), *new))
        };
        new.iter().map(with_price).collect()
    }
}
