//! The `[identity]` section.
use serde::Deserialize;
use std::time::Duration;

#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The RSA key that signs access tokens: PKCS#8 in PEM. A secret; made once by the program when nobody sets it.
    pub token_key: String,
    /// Who signs: `iss` of every token.
    pub issuer: String,
    /// How long an access token counts, in seconds.
    #[serde(rename = "access_ttl_s", with = "platform::settings::seconds")]
    pub access_ttl: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config { token_key: String::new(), issuer: "souk".into(), access_ttl: Duration::from_secs(900) }
    }
}
