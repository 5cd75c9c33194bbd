//! What a token says is what the public keys can check.
use identity::{
    Config,
    domain::RoleName,
    ports::{Claims, Tokens},
    tokens::{AUDIENCE, RsaTokens, new_key},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use kernel::{Id, Timestamp};
use serde_json::Value;
use uuid::Uuid;

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn claims() -> Claims {
    let now = 4_000_000_000;
    Claims {
        id: Uuid::from_u128(5),
        user: id(1),
        roles: vec![RoleName::Customer, RoleName::VendorAdmin],
        vendor: Some(id(2)),
        operator: Some("operator".into()),
        issued: Timestamp(now * 1_000_000),
        expires: Timestamp((now + 900) * 1_000_000),
    }
}

fn tokens() -> RsaTokens {
    RsaTokens::of(&Config { token_key: new_key().unwrap(), ..Config::default() }).unwrap()
}

fn read(keys: &str, token: &str) -> Result<Value, jsonwebtoken::errors::Error> {
    let keys: JwkSet = serde_json::from_str(keys).unwrap();
    let kid = decode_header(token).unwrap().kid.unwrap();
    let Some(key) = keys.find(&kid) else { return Err(jsonwebtoken::errors::ErrorKind::InvalidToken.into()) };
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&["souk"]);
    Ok(decode::<Value>(token, &DecodingKey::from_jwk(key)?, &validation)?.claims)
}

#[test]
fn the_public_keys_check_it() {
    let tokens = tokens();
    let said = read(&tokens.keys(), &tokens.sign(&claims()).unwrap()).unwrap();
    assert_eq!(said["sub"], claims().user.to_string());
    assert_eq!(said["vendor_id"], claims().vendor.unwrap().to_string());
    assert_eq!((said["act"]["sub"].as_str(), said["exp"].as_i64()), (Some("operator"), Some(4_000_000_900)));
    assert!(!tokens.keys().contains("\"d\""), "only public parts");
}

#[test]
fn another_key_or_a_changed_token_is_none_of_ours() {
    let (ours, theirs) = (tokens(), tokens());
    assert!(read(&ours.keys(), &theirs.sign(&claims()).unwrap()).is_err());
    let token = ours.sign(&claims()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let more = theirs.sign(&Claims { user: id(9), ..claims() }).unwrap();
    let swapped = format!("{}.{}.{}", parts[0], more.split('.').nth(1).unwrap(), parts[2]);
    assert!(read(&ours.keys(), &swapped).is_err());
}

#[test]
fn a_key_that_is_none_is_a_clear_error() {
    assert!(RsaTokens::of(&Config { token_key: "secret".into(), ..Config::default() }).is_err());
}
