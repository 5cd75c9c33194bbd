//! Everything in this process, over stores of its own, with a bank beside it.
use crate::{Door, SECRET};
use platform::{module::Opening, net::Net};
use platform_test::{Engine, folder, stores};
use souk::{bank, check, serve, settings::Settings};
use tokio::{net::TcpListener, task::JoinHandle};

pub struct Here {
    pub settings: Settings,
    pub net: Net,
    pub door: Door,
    pub bank: testbank::Serving,
    listening: JoinHandle<()>,
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
        souk::logs::to_stderr();
        let folder = folder().display().to_string();
        let own = [("SECRET", SECRET), ("STORE_URL", store), ("DATA_DIR", folder.as_str())];
        let env = own.iter().chain(more).map(|(name, value)| (format!("SOUK_{name}"), value.to_string()));
        let mut settings = Settings::of(None, env, &[]).expect("settings");
        let bank = bank::start(&mut settings).await.expect("started").expect("a bank");
        let mut net = souk::net(&settings, Opening::Migrate).await.expect("a net");
        let router = serve::public(&net, &settings).expect("a gateway");
        net.start().expect("started");
        // The bank calls from outside.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        bank.webhooks_to(format!("{}{}", serve::address(&listener).expect("an address"), bank::HOOK));
        let public = router.clone();
        let listening = tokio::spawn(async move {
            let _ = axum::serve(listener, public).await;
        });
        Here { settings, net, door: Door::Here(router), bank, listening }
    }
    pub async fn clean(&self) {
        let now = kernel::Clock::now(&platform::clock::SystemClock);
        let lines = check::check(&self.net, &self.settings, now).await.expect("checked");
        assert!(check::is_clean(&lines) && !lines.is_empty(), "{lines:#?}");
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
