//! What identity hears: who owns an approved vendor is its administrator, however often it is told.
use super::world::{World, approved, id, life, opened, over, world};
use kernel::{UserId, kinds};
use platform::module::Opening;
use platform_sql::{Batch, params};
use platform_test::{BOTH, facts};
use serde_json::json;

impl World {
    async fn is_admin(&self, user: UserId, vendor: &str) -> bool {
        let role = json!({"role": "vendor_admin", "vendor": vendor});
        self.read(user).await["roles"].as_array().unwrap().contains(&role)
    }
    async fn until_admin(&self, user: UserId, vendor: &str) {
        self.until(&format!("{user} is the administrator of {vendor}"), async || self.is_admin(user, vendor).await)
            .await;
    }
    /// How often this user's roles changed, as others heard it.
    async fn told(&self, user: UserId, least: usize) -> Vec<String> {
        let told = facts(self.identity().store.as_ref(), least).await.into_iter();
        let own = told.filter(|fact| fact.subject == user.to_string());
        own.map(|fact| fact.kind.rsplit('.').next().unwrap_or_default().to_string()).collect()
    }
}

fn vendor() -> String {
    id::<kinds::VendorId>().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_an_approved_vendor_is_its_administrator() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, ben) =
            (w.user("anna@example.com", json!([{"role": "support"}])).await, w.user("b@c", json!([])).await);
        let (lamps, rugs) = (vendor(), vendor());
        w.tell(vec![approved(&lamps, &anna.to_string(), 1), approved(&rugs, &anna.to_string(), 1)]).await;
        w.until_admin(anna, &rugs).await;
        assert!(w.is_admin(anna, &lamps).await && !w.is_admin(ben, &lamps).await, "{engine:?}");
        let role = |role: &str, vendor: Option<&String>| json!({"role": role, "vendor": vendor});
        let roles = w.read(anna).await["roles"].as_array().unwrap().clone();
        assert_eq!(roles.len(), 4, "{engine:?}: what she was she stays: {roles:?}");
        assert!(roles.contains(&role("support", None)) && roles.contains(&role("vendor_admin", Some(&lamps))));
        assert_eq!(w.told(anna, 4).await, ["UserRegistered", "RoleChanged", "RoleChanged"], "{engine:?}");
        // Approved again, for what the vendor was stopped for: she is it already, and nobody is told.
        w.tell(vec![approved(&lamps, &anna.to_string(), 2), approved(&lamps, &ben.to_string(), 3)]).await;
        w.until_admin(ben, &lamps).await;
        assert_eq!(w.told(anna, 5).await.len(), 3, "{engine:?}");
        assert_eq!(w.read(anna).await["version"], 3, "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_nobody_knows_and_no_owner_hold_nobody_back() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, lamps) = (w.user("anna@example.com", json!([])).await, vendor());
        let stranger: UserId = id();
        w.tell(vec![approved(&vendor(), &stranger.to_string(), 1), approved(&vendor(), "", 1)]).await;
        w.tell(vec![approved(&lamps, &anna.to_string(), 1)]).await;
        w.until_admin(anna, &lamps).await;
        assert_eq!(w.identity().store.parked(None).await.unwrap(), [], "{engine:?}");
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_stays_so() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, lamps) = (w.user("anna@example.com", json!([])).await, vendor());
        w.roles(anna, 1, json!({"roles": [], "suspended": true})).await.expect(200);
        w.tell(vec![approved(&lamps, &anna.to_string(), 1)]).await;
        w.until_admin(anna, &lamps).await;
        assert_eq!(w.read(anna).await["suspended"], true, "{engine:?}");
    }
}

/// E3: the place in the log is lost, and everything is told again to a new life. A role that an operator took away stays away.
#[test]
fn what_is_told_again_has_no_effect() {
    for engine in BOTH {
        let (store, anna, lamps) = life(async move {
            let w = world(engine).await;
            let (anna, lamps) = (w.user("anna@example.com", json!([])).await, vendor());
            w.tell(vec![approved(&lamps, &anna.to_string(), 1)]).await;
            w.until_admin(anna, &lamps).await;
            w.roles(anna, 2, json!({"roles": []})).await.expect(200);
            (w.store, anna, lamps)
        });
        life(async move {
            let db = opened(&store, Opening::Migrate).await;
            let mut batch = Batch::new();
            batch.push("UPDATE feed SET position = $1 WHERE source = 'vendor'", params![0]);
            db.save(batch).await.unwrap();
            drop(db);
            let (w, rugs) = (over(&store).await, vendor());
            w.tell(vec![approved(&rugs, &anna.to_string(), 1)]).await;
            w.until_admin(anna, &rugs).await;
            assert!(!w.is_admin(anna, &lamps).await, "{engine:?}");
            assert_eq!(w.read(anna).await["version"], 4, "{engine:?}");
        });
    }
}

/// E5
#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_is_none_is_parked_and_the_others_go_on() {
    for engine in BOTH {
        let w = world(engine).await;
        let (anna, lamps) = (w.user("anna@example.com", json!([])).await, vendor());
        let (odd, owner) = (vendor(), anna.to_string());
        let wrong = [approved(&odd, "anna", 1), approved(&odd, &owner, 2), approved("lamps", &owner, 1)];
        w.tell(wrong.to_vec()).await;
        w.tell(vec![approved(&lamps, &owner, 1)]).await;
        w.until_admin(anna, &lamps).await;
        assert!(!w.is_admin(anna, &odd).await, "{engine:?}: it waits behind the one before it");
        let parked = w.identity().store.parked(Some("identity.vendor")).await.unwrap();
        let mut messages: Vec<_> = parked.iter().map(|parked| parked.message).collect();
        let mut expected: Vec<_> = wrong.iter().map(|fact| fact.id).collect();
        messages.sort();
        expected.sort();
        assert_eq!(messages, expected, "{engine:?}: {parked:?}");
    }
}
