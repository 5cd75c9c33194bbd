//! Who may see which order.
use super::Orders;
use crate::{
    Error,
    domain::{Order, Owner, Party, VendorState},
    ports::{Shown, Summary, Trouble, VendorSummary},
};
use kernel::{OrderId, PartyId, Timestamp, UserId, VendorId, VendorOrderId};
use platform::page::{Page, Slice};

/// Who asks in a shop: a user, somebody who shows a cart's token, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    pub user: Option<UserId>,
    /// SHA-256 of the token.
    pub guest: Option<[u8; 32]>,
}

impl Asker {
    pub fn is(&self, owner: Owner) -> bool {
        match owner {
            Owner::User(user) => self.user == Some(user),
            Owner::Guest(hash) => self.guest == Some(hash),
        }
    }
    /// As whom they have orders.
    fn owner(&self) -> Option<Owner> {
        self.user.map(Owner::User).or(self.guest.map(Owner::Guest))
    }
}

/// An order with whom it goes to. Read with it, kept in no answer.
pub struct Addressed {
    pub shown: Shown,
    pub party: Option<Party>,
}

impl Orders {
    /// Another's order is answered like one that does not exist.
    pub(super) async fn order_of(&self, id: OrderId, asker: Asker) -> Result<Order, Error> {
        self.book.find(id).await?.filter(|order| asker.is(order.owner)).ok_or(Error::NoOrder)
    }

    /// What a vendor was told of. Another's is answered like one that does not exist, and so is what is not confirmed yet.
    pub(super) async fn vendor_order_of(&self, id: VendorOrderId, vendor: VendorId) -> Result<Shown, Error> {
        let own = |order: &Order| order.vendor_order(id).is_ok_and(|v| v.vendor == vendor && v.told > 0);
        let order = self.book.of(id).await?.filter(own).ok_or(Error::NoOrder)?;
        Ok(Shown { order, vendor_order: Some(id) })
    }

    /// The order, as it is or as it was at that business time.
    pub async fn read_order(&self, id: OrderId, asker: Asker, at: Option<Timestamp>) -> Result<Addressed, Error> {
        let order = self.order_at(id, at).await?;
        self.addressed(order.filter(|order| asker.is(order.owner)).map(Shown::from)).await
    }

    pub async fn read_any_order(&self, id: OrderId, at: Option<Timestamp>) -> Result<Addressed, Error> {
        let order = self.order_at(id, at).await?;
        self.addressed(order.map(Shown::from)).await
    }

    pub async fn read_vendor_order(&self, id: VendorOrderId, vendor: VendorId) -> Result<Addressed, Error> {
        let shown = self.vendor_order_of(id, vendor).await?;
        self.addressed(Some(shown)).await
    }

    async fn order_at(&self, id: OrderId, at: Option<Timestamp>) -> Result<Option<Order>, Error> {
        Ok(match at {
            Some(at) => self.book.find_at(id, at).await?,
            None => self.book.find(id).await?,
        })
    }

    async fn addressed(&self, found: Option<Shown>) -> Result<Addressed, Error> {
        let shown = found.ok_or(Error::NoOrder)?;
        let party = self.book.party(shown.party).await?;
        Ok(Addressed { shown, party })
    }

    pub async fn party(&self, id: PartyId) -> Result<Party, Error> {
        self.book.party(id).await?.ok_or(Error::NoOrder)
    }

    /// Nobody has none.
    pub async fn list_orders(&self, asker: Asker, page: &Page<OrderId>) -> Result<Slice<Summary, OrderId>, Error> {
        match asker.owner() {
            Some(owner) => Ok(self.lists.of_owner(owner, page).await?),
            None => Ok(Slice { items: vec![], next: None }),
        }
    }

    pub async fn list_all_orders(
        &self,
        client_reference: Option<&str>,
        page: &Page<OrderId>,
    ) -> Result<Slice<Summary, OrderId>, Error> {
        Ok(self.lists.all(client_reference, page).await?)
    }

    pub async fn list_vendor_orders(
        &self,
        vendor: VendorId,
        state: Option<VendorState>,
        page: &Page<VendorOrderId>,
    ) -> Result<Slice<VendorSummary, VendorOrderId>, Error> {
        Ok(self.lists.of_vendor(vendor, state, page).await?)
    }

    pub async fn list_troubles(&self, page: &Page<String>) -> Result<Slice<Trouble, String>, Error> {
        Ok(self.lists.troubles(page).await?)
    }
}
