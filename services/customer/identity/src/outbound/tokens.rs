//! Access tokens: JSON Web Tokens (RFC 7519) signed with RS256, checked by whoever has the public keys.
use crate::{
    Config, Error,
    ports::{Claims, Tokens},
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub struct RsaTokens {
    key: EncodingKey,
    id: String,
    keys: String,
    issuer: String,
}

/// Whom tokens are for: the gateway believes no other.
pub const AUDIENCE: &str = "souk-api";

#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    jti: String,
    iat: i64,
    exp: i64,
    roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor_id: Option<String>,
    /// RFC 8693: who acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<Act>,
}

#[derive(Serialize)]
struct Act {
    sub: String,
}

impl RsaTokens {
    pub fn of(config: &Config) -> Result<RsaTokens, String> {
        let pem = config.token_key.replace("\\n", "\n");
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|e| e.to_string())?;
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).map_err(|e| e.to_string())?;
        let public = serde_json::to_vec(&jwk.algorithm).map_err(|e| e.to_string())?;
        let id: String = Sha256::digest(public).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        jwk.common.key_id = Some(id.clone());
        let keys = serde_json::json!({ "keys": [jwk] }).to_string();
        Ok(RsaTokens { key, id, keys, issuer: config.issuer.clone() })
    }
}

impl Tokens for RsaTokens {
    fn sign(&self, claims: &Claims) -> Result<String, Error> {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::RS256) };
        let wire = Wire {
            iss: &self.issuer,
            aud: AUDIENCE,
            sub: claims.user.to_string(),
            jti: claims.id.to_string(),
            iat: claims.issued.0.div_euclid(1_000_000),
            exp: claims.expires.0.div_euclid(1_000_000),
            roles: claims.roles.iter().map(|role| role.as_str()).collect(),
            vendor_id: claims.vendor.map(|vendor| vendor.to_string()),
            act: claims.operator.clone().map(|sub| Act { sub }),
        };
        jsonwebtoken::encode(&header, &wire, &self.key).map_err(|e| Error::Token(e.to_string()))
    }
    fn keys(&self) -> String {
        self.keys.clone()
    }
}

/// A new key: RSA of 2048 bits, PKCS#8 in PEM.
pub fn new_key() -> Result<String, String> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|e| e.to_string())?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|e| e.to_string())?;
    let text = STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
}
