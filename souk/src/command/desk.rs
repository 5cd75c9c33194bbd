//! What the operators' verbs share.
use crate::{
    folder::{self, Owned},
    secrets,
    settings::Settings,
    wiring::SERVICES,
};
use platform::{
    module::Opening,
    net::{Hosted, Net},
};

/// Everything wired and nothing started, to be written to. An embedded store belongs to one process: beside a running `serve` this
/// is refused.
pub async fn to_write(settings: &Settings) -> Result<(Option<Owned>, Net), String> {
    let folder = settings.is_embedded().then(|| folder::own(&settings.data_dir)).transpose()?;
    let net = crate::net(settings, settings.opening()).await.map_err(|e| e.to_string())?;
    Ok((folder, net))
}

/// Everything wired to be looked at beside whoever owns the stores, without a single write, and the settings for that.
pub async fn to_read(settings: &Settings) -> Result<(Settings, Net), String> {
    let settings = secrets::for_looking(&settings.for_checks())?;
    let net = crate::net(&settings, Opening::ReadOnly).await.map_err(|e| e.to_string())?;
    Ok((settings, net))
}

pub fn service<'a>(net: &'a Net, name: &str) -> Result<&'a Hosted, String> {
    is_known(name)?;
    net.modules.iter().find(|module| module.name == name).ok_or_else(|| format!("{name} is not hosted here"))
}

pub fn is_known(service: &str) -> Result<(), String> {
    match SERVICES.contains(&service) {
        true => Ok(()),
        false => Err(format!("there is no service {service}: see `souk targets`")),
    }
}

/// On one line.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
