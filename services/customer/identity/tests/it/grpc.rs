//! What the gateway hears.
use super::world::{id, world};
use kernel::kinds;
use platform::grpc::code_of;
use platform_test::BOTH;
use serde_json::{Value, json};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_public_ones() {
    for engine in BOTH {
        let w = world(engine).await;
        let keys: Value = serde_json::from_str(&w.keys().await).unwrap();
        let key = keys["keys"][0].as_object().unwrap();
        let mut members: Vec<_> = key.keys().map(String::as_str).collect();
        members.sort();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n"], "{engine:?}: RFC 7517, and nothing private");
        assert_eq!((&key["kty"], &key["alg"]), (&json!("RSA"), &json!("RS256")));
        assert_eq!(w.keys().await, w.keys().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn standing_is_what_a_user_may_be_at_a_vendor() {
    for engine in BOTH {
        let w = world(engine).await;
        let (lamps, rugs) = (id::<kinds::VendorId>().to_string(), id::<kinds::VendorId>().to_string());
        let roles = json!([{"role": "vendor_admin", "vendor": lamps}, {"role": "vendor_staff", "vendor": rugs}, {"role": "support"}]);
        let anna = w.user("anna@example.com", roles).await;
        let user = anna.to_string();
        for (vendor, expected) in [
            (lamps.as_str(), &["customer", "vendor_admin", "support"][..]),
            (&rugs, &["customer", "vendor_staff", "support"]),
            (&id::<kinds::VendorId>().to_string(), &["customer", "support"]),
            ("", &["customer", "support"]),
            ("lamps", &["customer", "support"]),
        ] {
            let standing = w.standing(&user, vendor).await.unwrap();
            assert!(!standing.suspended);
            let mut roles = standing.roles;
            roles.sort();
            let mut expected = expected.to_vec();
            expected.sort();
            assert_eq!(roles, expected, "{engine:?} {vendor}");
        }
        w.roles(anna, 1, json!({"roles": [{"role": "support"}], "suspended": true})).await.expect(200);
        assert!(w.standing(&user, "").await.unwrap().suspended, "{engine:?}");
        w.roles(anna, 2, json!({"roles": []})).await.expect(200);
        let back = w.standing(&user, &lamps).await.unwrap();
        assert_eq!((back.suspended, back.roles), (false, vec!["customer".to_string()]), "{engine:?}: at once");
        for nobody in [id::<kinds::UserId>().to_string(), "anna".into(), String::new(), lamps, "\0".into()] {
            let status = w.standing(&nobody, "").await.unwrap_err();
            assert_eq!((status.code(), code_of(&status)), (Code::NotFound, "user.not_found"), "{engine:?} {nobody:?}");
        }
    }
}
