//! `souk migrate`.
use crate::{folder, settings::Settings};
use platform::module::Opening;

pub async fn run(settings: &Settings) -> Result<bool, String> {
    let _folder = settings.is_embedded().then(|| folder::own(&settings.data_dir)).transpose()?;
    let net = crate::net(settings, Opening::Migrate).await.map_err(|e| e.to_string())?;
    for module in &net.modules {
        println!("{} is up to date", module.name);
    }
    Ok(true)
}
