//! A vendor no longer delivers so.
use super::Shipping;
use crate::{Error, domain::Method, ports::Edit};
use kernel::{MethodId, VendorId};
use platform::{
    ask::Ask,
    store::{Change, StoreError},
};

pub struct RemoveMethod {
    pub id: MethodId,
    pub vendor: VendorId,
    /// The version the vendor saw.
    pub seen: i64,
}

impl Shipping {
    /// Orders keep what they were promised. `None` when there is none of this vendor's.
    pub async fn remove_method(&self, command: RemoveMethod, ask: &Ask<Method>) -> Result<Option<Method>, Error> {
        let RemoveMethod { id, vendor, seen } = command;
        let Some(method) = self.own_method(vendor, id, seen).await? else { return Ok(None) };
        match self.methods.save(Change::new(&method, vec![Edit::Removed]).answering(ask), self.clock.now()).await {
            Err(StoreError::Stale) => Err(Error::Changed),
            written => Ok(written.map(|()| Some(method))?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::fakes::{Fakes, id},
        domain::Rate,
    };

    #[tokio::test]
    async fn a_method_goes_once_by_its_vendor() {
        let fakes = Fakes::default();
        let (app, owner) = (fakes.app(), id(1));
        let method = fakes.method(Some(owner), "BR", Rate::Flat(1));
        let remove = |vendor, seen| RemoveMethod { id: method.id, vendor, seen };
        assert_eq!(app.remove_method(remove(id(2), 1), &Ask::nobody()).await.unwrap(), None, "T1");
        assert!(matches!(app.remove_method(remove(owner, 2), &Ask::nobody()).await, Err(Error::Changed)));
        assert!(app.remove_method(remove(owner, 1), &Ask::nobody()).await.unwrap().is_some());
        assert_eq!(app.remove_method(remove(owner, 1), &Ask::nobody()).await.unwrap(), None);
    }
}
