//! Secrets come from the settings; else one is made once and kept in the data folder, for its owner's eyes only.
//! All others are derived from it by name, so that one secret is enough for a cluster.
use crate::settings::Settings;
use hmac::{Hmac, Mac};
use platform::net::StartError;
use sha2::Sha256;
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

const FILE: &str = "secret";
const TOKEN_KEY: &str = "token-key.pem";

/// The secret everything else is derived from. Never shown.
#[derive(Clone)]
pub struct Master(Vec<u8>);

impl Master {
    /// Several processes must share one, so only a process that hosts everything may make its own.
    pub fn of(settings: &Settings) -> Result<Master, StartError> {
        match &settings.secret {
            Some(secret) => Ok(Master(secret.as_bytes().to_vec())),
            None if settings.targets.is_empty() => {
                let secret = kept(&settings.data_dir, FILE, random).map_err(StartError::Settings)?;
                Ok(Master(secret.into_bytes()))
            }
            None => Err(StartError::Settings("several processes need one secret: set SOUK_SECRET in each".into())),
        }
    }
    /// HMAC-SHA-256 of the name under the master, in hex.
    pub fn derive(&self, name: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length"); // can't fail: HMAC takes any key
        mac.update(name.as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What signs access tokens, unless the settings have it.
pub fn token_key(settings: &Settings) -> Result<String, String> {
    kept(&settings.data_dir, TOKEN_KEY, identity::tokens::new_key)
}

/// Who only looks at stores signs and seals nothing: what is missing is made up and kept nowhere.
pub fn for_looking(settings: &Settings) -> Result<Settings, String> {
    let mut looking = settings.clone();
    if settings.secret.is_none() && !settings.data_dir.join(FILE).exists() {
        looking.secret = Some(random()?);
    }
    if !settings.data_dir.join(TOKEN_KEY).exists() {
        let key = identity::tokens::new_key()?;
        looking.default_to("identity.token_key", || key);
    }
    Ok(looking)
}

/// What was made once and lies in this file of the data folder.
fn kept(folder: &Path, name: &str, make: impl FnOnce() -> Result<String, String>) -> Result<String, String> {
    let path = folder.join(name);
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    match fs::read_to_string(&path) {
        Ok(secret) if secret.len() >= 32 => return Ok(secret),
        Ok(_) => return Err(format!("{} holds no secret: remove it, or set it in the settings", path.display())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed(e)),
    }
    fs::create_dir_all(folder).map_err(failed)?;
    let text = make()?;
    // Whole or not at all: a half-written secret would lock the next start out.
    let fresh = folder.join(format!("{name}.{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&fresh, &path).map_err(failed)?;
    Ok(text)
}

fn random() -> Result<String, String> {
    let made: [u8; 32] = rand::random();
    Ok(made.iter().map(|byte| format!("{byte:02x}")).collect())
}
