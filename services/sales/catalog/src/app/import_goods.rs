//! Many at once.
use super::Catalog;
use crate::{Error, ports::Goods};

impl Catalog {
    /// Whatever is there already stays as it is, so a second run changes nothing.
    pub async fn import(&self, goods: &Goods) -> Result<(), Error> {
        Ok(self.shelves.import(goods, self.clock.now()).await?)
    }
}
