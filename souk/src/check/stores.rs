//! All stores at once, without a single write. Nobody else sees more than one.
use crate::settings::Settings;
use platform_sql::{Db, Migration, Opening, Row, SqlError, StoreAt};

/// One service's store.
pub struct Store {
    pub name: &'static str,
    pub db: Db,
}

pub struct Stores {
    pub catalog: Store,
    pub vendor: Store,
    pub inventory: Store,
    pub shipping: Store,
    pub payment: Store,
    pub identity: Store,
    pub pricing: Store,
    pub cart: Store,
    pub order: Store,
}

impl Stores {
    /// Beside whoever owns them.
    pub async fn open(settings: &Settings) -> Result<Stores, String> {
        let open = async |name: &'static str, migrations: &'static [Migration]| {
            let at = StoreAt { url: settings.store.replace("{service}", name), opening: Opening::ReadOnly };
            let db = Db::open(&at, migrations).await.map_err(|e| format!("{name}: {e}"))?;
            Ok::<Store, String>(Store { name, db })
        };
        Ok(Stores {
            catalog: open("catalog", catalog::MIGRATIONS).await?,
            vendor: open("vendor", vendor::MIGRATIONS).await?,
            inventory: open("inventory", inventory::MIGRATIONS).await?,
            shipping: open("shipping", shipping::MIGRATIONS).await?,
            payment: open("payment", payment::MIGRATIONS).await?,
            identity: open("identity", identity::MIGRATIONS).await?,
            pricing: open("pricing", pricing::MIGRATIONS).await?,
            cart: open("cart", cart::MIGRATIONS).await?,
            order: open("order", order::MIGRATIONS).await?,
        })
    }

    pub fn all(&self) -> [&Store; 9] {
        let Stores { catalog, vendor, inventory, shipping, payment, identity, pricing, cart, order } = self;
        [catalog, vendor, inventory, shipping, payment, identity, pricing, cart, order]
    }
}

impl Store {
    /// What one statement finds.
    pub async fn each<T>(
        &self,
        sql: &'static str,
        read: impl Fn(&Row) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, String> {
        let rows = self.db.read(sql, vec![]).await;
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(|e| format!("{}: {e}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::SERVICES;

    #[tokio::test]
    async fn no_service_is_left_out() {
        let folder = std::env::temp_dir().join(format!("souk-check-{}", uuid::Uuid::now_v7()));
        let settings = Settings::throwaway(&folder);
        crate::net(&settings, Opening::Migrate).await.unwrap();
        let stores = Stores::open(&settings).await.unwrap();
        assert_eq!(stores.all().map(|store| store.name), SERVICES);
        let _ = std::fs::remove_dir_all(folder);
    }
}
