//! The `[shipping]` section.
use platform::secret::Secret;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Signs what the simulated carrier tells. Without one nothing it tells is believed.
    pub carrier_secret: Secret,
}
