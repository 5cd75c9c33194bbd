//! Through the doors.
use axum::body::Body;
use contracts::vendor::{self as pb, vendors_client::VendorsClient};
use http::Request;
use http_body_util::BodyExt;
use kernel::{Id, Timestamp};
use platform::{
    actor::{
        Actor,
        Role::{PlatformAdmin, VendorAdmin, VendorStaff},
        Table,
    },
    context::Seal,
    module::Opening,
    net::{Net, Plan},
};
use platform_test::{BOTH, Engine, HandClock, stores};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tower::ServiceExt;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_700_000_000_123_456);
const POLICY: Table = Table(&[
    ("profile.read", &[VendorStaff, VendorAdmin]),
    ("profile.change", &[VendorAdmin]),
    ("vendor.read", &[PlatformAdmin]),
    ("vendor.manage", &[PlatformAdmin]),
    ("vendor.plan", &[PlatformAdmin]),
]);

struct World {
    net: Net,
    seal: Seal,
}

struct Got {
    status: u16,
    etag: String,
    json: Value,
}

impl Got {
    fn code(&self) -> (u16, &str) {
        (self.status, self.json["code"].as_str().unwrap_or_default())
    }
}

fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

async fn world(engine: Engine) -> World {
    let seal = Seal::of(b"test");
    let mut net = Net::new(Plan {
        here: vec![],
        addresses: BTreeMap::new(),
        settings: BTreeMap::new(),
        store: stores(engine, &["vendor"]).await,
        opening: Opening::Migrate,
        seal: seal.clone(),
        policy: Arc::new(POLICY),
        clock: Arc::new(HandClock::at(NOW)),
        reads: contracts::READS,
    });
    net.host("vendor", vendor::routes, vendor::module).await.unwrap();
    World { net, seal }
}

impl World {
    async fn call(&self, actor: &Actor, request: http::request::Builder, body: Value) -> Got {
        let request = request.header("souk-actor", self.seal.write(actor, "vendor"));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
        let (head, body) = self.net.offered[0].door.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let etag = head.headers.get("etag").map(|e| e.to_str().unwrap().to_string()).unwrap_or_default();
        Got { status: head.status.as_u16(), etag, json: serde_json::from_slice(&bytes).unwrap_or_default() }
    }
    async fn get(&self, actor: &Actor, path: &str) -> Got {
        self.call(actor, Request::get(path), Value::Null).await
    }
    async fn post(&self, actor: &Actor, path: &str, body: Value) -> Got {
        let request = Request::post(path).header("idempotency-key", Uuid::now_v7().to_string());
        self.call(actor, request, body).await
    }
    async fn admin(&self, path: &str, body: Value) -> Got {
        self.post(&Actor::platform_admin(id()), path, body).await
    }
    /// A new vendor of this name, and its administrator.
    async fn vendor(&self, name: &str) -> (String, Actor) {
        let got = self.admin("/admin/v1/vendors", json!({"name": name, "country": "DE"})).await;
        assert_eq!(got.status, 201, "{}", got.json);
        let vendor = got.json["id"].as_str().unwrap().to_string();
        let actor = Actor::vendor_admin(id(), vendor.parse().unwrap());
        (vendor, actor)
    }
    async fn terms(&self, vendors: &[&str]) -> Vec<pb::VendorTerms> {
        let mut client = VendorsClient::new(self.net.transport("pricing", "vendor").unwrap());
        let vendors = vendors.iter().map(ToString::to_string).collect();
        client.terms(pb::TermsRequest { vendors }).await.unwrap().into_inner().vendors
    }
    async fn clean(&self) {
        for check in vendor::checks::all() {
            assert_eq!(self.net.modules[0].store.check(&check, NOW).await.unwrap().wrong, 0, "{}", check.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_is_approved_goes_away_and_is_stopped() {
    for engine in BOTH {
        let w = world(engine).await;
        let (vendor, actor) = w.vendor("Lampen Anna").await;
        let path = format!("/admin/v1/vendors/{vendor}");
        let shop = "/store/v1/vendors/lampen-anna";
        assert_eq!(w.get(&Actor::anonymous(), shop).await.status, 404, "pending");
        assert_eq!(w.post(&actor, "/vendor/v1/vacation", json!({})).await.code(), (422, "vendor.illegal_move"));
        assert_eq!(w.admin(&format!("{path}/approve"), json!({})).await.json["approved_at"], NOW.to_string());
        assert_eq!(w.get(&Actor::anonymous(), shop).await.json["status"], "active");
        assert_eq!(w.post(&actor, "/vendor/v1/vacation", json!({})).await.json["status"], "vacation", "{engine:?}");
        assert_eq!(w.get(&Actor::anonymous(), shop).await.json["status"], "vacation");
        assert_eq!(w.post(&actor, "/vendor/v1/vacation/end", json!({})).await.json["status"], "active");
        let stopped = w.admin(&format!("{path}/suspend"), json!({"reason": "fakes"})).await;
        assert_eq!((&stopped.json["status"], &stopped.json["reason"]), (&json!("suspended"), &json!("fakes")));
        assert_eq!(w.get(&Actor::anonymous(), shop).await.status, 404);
        assert_eq!(w.terms(&[&vendor]).await[0].status, "suspended");
        assert_eq!(w.admin(&format!("{path}/reinstate"), json!({})).await.json["status"], "active");
        assert_eq!(w.admin(&format!("{path}/terminate"), json!({"reason": "x"})).await.json["status"], "terminated");
        assert_eq!(w.admin(&format!("{path}/approve"), json!({})).await.code(), (422, "vendor.illegal_move"));
        assert_eq!(w.admin(&format!("{path}/suspend"), json!({"reason": " "})).await.code(), (400, "invalid"));
        let nobody = format!("/admin/v1/vendors/{}/approve", id::<kernel::kinds::VendorId>());
        assert_eq!(w.admin(&nobody, json!({})).await.status, 404);
        w.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_edits_itself_and_nobody_else() {
    for engine in BOTH {
        let w = world(engine).await;
        let (_, anna) = w.vendor("Lampen Anna").await;
        w.vendor("Rugs").await;
        let patch = |seen: &str, body: Value| {
            let request = Request::patch("/vendor/v1/profile").header("if-match", format!("\"{seen}\""));
            w.call(&anna, request, body)
        };
        let edit = json!({"bio": "good light", "tax_id": "DE123", "exempt": true});
        let got = patch("1", edit.clone()).await;
        assert_eq!((got.status, got.etag.as_str()), (200, "\"2\""), "{engine:?}: {}", got.json);
        assert_eq!(
            (&got.json["name"], &got.json["bio"], &got.json["tax_id"]),
            (&json!("Lampen Anna"), &json!("good light"), &json!("DE123"))
        );
        assert_eq!(w.get(&anna, "/vendor/v1/profile").await.json, got.json);
        assert_eq!(patch("1", edit.clone()).await.status, 412);
        let same = patch("2", edit).await;
        assert_eq!((same.status, same.etag.as_str()), (200, "\"2\""), "nothing changed, nothing is told");
        let got = patch("2", json!({"tax_id": null, "bio": null, "slug": "anna"})).await;
        assert_eq!(
            (&got.json["tax_id"], &got.json["bio"], &got.json["slug"]),
            (&Value::Null, &json!(""), &json!("anna"))
        );
        assert_eq!(patch("3", json!({"slug": "rugs"})).await.code(), (409, "vendor.slug_taken"));
        for wrong in [
            json!({"name": null}),
            json!({"name": " "}),
            json!({"slug": "No"}),
            json!({"country": "de"}),
            json!({"tax_id": ""}),
            json!({"bio": "x".repeat(5001)}),
        ] {
            assert_eq!(patch("3", wrong.clone()).await.code(), (400, "invalid"), "{wrong}");
        }
        let bare = w.call(&anna, Request::patch("/vendor/v1/profile"), json!({})).await;
        assert_eq!(bare.status, 428);
        assert_eq!(
            w.get(&Actor::vendor_staff(id(), id()), "/vendor/v1/profile").await.status,
            404,
            "a vendor that is none"
        );
        assert_eq!(w.get(&Actor::customer(id()), "/vendor/v1/profile").await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_rules_in_order_and_pricing_reads_it() {
    for engine in BOTH {
        let w = world(engine).await;
        let (vendor, anna) = w.vendor("Lampen Anna").await;
        let path = format!("/admin/v1/vendors/{vendor}/plan");
        let put = |seen: u64, body: Value| {
            let request = Request::put(path.clone()).header("if-match", format!("\"{seen}\""));
            let admin = Actor::platform_admin(id());
            let w = &w;
            async move { w.call(&admin, request, body).await }
        };
        assert_eq!(w.get(&anna, "/vendor/v1/plan").await.json["rules"][0]["rate"], "10");
        let cap = json!({"amount": 900, "currency": "EUR"});
        let body = json!({"rules": [{"category": "lamps", "condition": "used", "rate": "8.5", "cap": cap}, {"rate": "15"}],
            "shipping_rate": "2", "tax_rate": "19"});
        let got = put(1, body.clone()).await;
        assert_eq!((got.status, got.etag.as_str()), (200, "\"2\""), "{engine:?}: {}", got.json);
        assert_eq!(w.get(&anna, "/vendor/v1/plan").await.json, got.json);
        assert_eq!(put(1, body).await.status, 412);
        let profile = w.get(&anna, "/vendor/v1/profile").await;
        assert_eq!(profile.etag, "\"1\"", "the operator's edit outdates nothing of the vendor's");
        let unknown = id::<kernel::kinds::VendorId>().to_string();
        let terms = w.terms(&[&unknown, &vendor]).await;
        let plan = terms[0].plan.clone().unwrap();
        assert_eq!((terms.len(), plan.version, plan.shipping_bp, plan.tax_bp), (1, 2, 200, 1900));
        let amount = pb::Amount { amount: 900, currency: "EUR".into() };
        let rule = pb::Rule {
            category: "lamps".into(),
            condition: "used".into(),
            rate_bp: 850,
            cap: Some(amount),
            ..Default::default()
        };
        assert_eq!(plan.rules, [rule, pb::Rule { rate_bp: 1500, ..Default::default() }]);
        assert_eq!((terms[0].name.as_str(), terms[0].status.as_str()), ("Lampen Anna", "pending"));
        for (wrong, at) in [
            (json!({"rules": []}), "/rules"),
            (json!({"rules": [{"category": "a", "rate": "1"}]}), "/rules/0"),
            (json!({"rules": [{"rate": "1"}, {"rate": "1"}]}), "/rules/0"),
            (json!({"rules": [{"rate": "100.01"}]}), "/rules/0/rate"),
            (json!({"rules": [{"rate": "1"}], "tax_rate": "x"}), "/tax_rate"),
            (json!({"rules": [{"rate": "1", "floor": {"amount": -1, "currency": "EUR"}}]}), "/rules/0"),
        ] {
            let got = put(2, wrong.clone()).await;
            assert_eq!((got.status, got.json["errors"][0]["pointer"].as_str()), (400, Some(at)), "{wrong}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lists_vendors_and_makes_each_once() {
    for engine in BOTH {
        let w = world(engine).await;
        let admin = Actor::platform_admin(id());
        let (first, _) = w.vendor("One").await;
        let (second, _) = w.vendor("Two").await;
        w.admin(&format!("/admin/v1/vendors/{second}/approve"), json!({})).await;
        let page = w.get(&admin, "/admin/v1/vendors?limit=1").await;
        assert_eq!(page.json["items"][0]["id"], first, "{engine:?}");
        let next = page.json["next"].as_str().unwrap();
        let page = w.get(&admin, &format!("/admin/v1/vendors?limit=1&cursor={next}")).await;
        assert_eq!((&page.json["items"][0]["id"], &page.json["next"]), (&json!(second), &Value::Null));
        let active = w.get(&admin, "/admin/v1/vendors?status=active").await;
        assert_eq!(active.json["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(w.get(&admin, "/admin/v1/vendors?status=odd").await.status, 400);
        let body = json!({"name": "One", "country": "DE", "slug": "one"});
        assert_eq!(w.admin("/admin/v1/vendors", body.clone()).await.code(), (409, "vendor.slug_taken"));
        assert_eq!(w.post(&Actor::support(id()), "/admin/v1/vendors", body).await.status, 403);
        let wrong = json!({"name": "x", "country": "Germany"});
        assert_eq!(w.admin("/admin/v1/vendors", wrong).await.code(), (400, "invalid"));
    }
}
