//! A new cart. A guest's token is told once.
use super::Baskets;
use crate::{
    Error,
    domain::{Cart, Owner},
    ports::Shown,
};
use kernel::{CartId, Currency};
use platform::store::Change;

pub struct MakeCart {
    pub id: CartId,
    pub owner: Owner,
    /// What the guest shows from now on; its hash is the owner.
    pub token: Option<String>,
    pub currency: Currency,
    pub country: Option<String>,
}

impl Baskets {
    pub async fn make_cart(&self, command: MakeCart) -> Result<Shown, Error> {
        let MakeCart { id, owner, token, currency, country } = command;
        let shown = self.shown(Cart::new(id, owner, currency, country)).await?;
        self.carts.save(Change::new(&shown, vec![]), self.clock.now()).await?;
        Ok(Shown { token, ..shown })
    }
}
