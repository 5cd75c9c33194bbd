//! Everything in this process, over stores of its own.
use crate::{Door, SECRET};
use platform::{module::Opening, net::Net};
use platform_test::{Engine, folder, stores};
use souk::{check, settings::Settings};

pub struct Here {
    pub settings: Settings,
    pub net: Net,
    pub door: Door,
}

impl Here {
    pub async fn on(engine: Engine) -> Here {
        Here::with(engine, &[]).await
    }
    /// With settings, as in the environment but without `SOUK_`: `("INVENTORY__HOLD_TTL_S", "1")`.
    pub async fn with(engine: Engine, settings: &[(&str, &str)]) -> Here {
        let store = stores(engine, souk::wiring::SERVICES).await;
        Here::over(&store, settings).await
    }
    /// Over stores that another Souk may use as well.
    pub async fn over(store: &str, more: &[(&str, &str)]) -> Here {
        let folder = folder().display().to_string();
        let own = [("SECRET", SECRET), ("STORE_URL", store), ("DATA_DIR", folder.as_str())];
        let env = own.iter().chain(more).map(|(name, value)| (format!("SOUK_{name}"), value.to_string()));
        let settings = Settings::of(None, env, &[]).expect("settings");
        let mut net = souk::net(&settings, Opening::Migrate).await.expect("a net");
        net.start().expect("started");
        let door = Door::Here(souk::serve::public(&net).expect("a gateway"));
        Here { settings, net, door }
    }
    pub async fn clean(&self) {
        let lines = check::check(&self.net).await.expect("checked");
        assert!(check::is_clean(&lines) && !lines.is_empty(), "{lines:#?}");
    }
}
