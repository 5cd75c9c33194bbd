//! What goes through, what does not, and what comes back.
use crate::world::{Got, here, lamps, listening, routes, seal, send, there};
use axum::Router;
use platform::{
    actor::{Actor, Role},
    http::{Routes, Spec},
    net::Offered,
};
use std::time::Duration;
use tower::util::BoxCloneSyncService;

const USER: &str = "usr_01jd5m8x3qf2v9k7c4w6t0hbng";

/// Both ways: the service in this process, and at an address.
async fn both() -> [Router; 2] {
    [here(), there(&listening().await).await]
}

fn customer() -> Actor {
    Actor::customer(USER.parse().unwrap())
}

fn is_problem(got: &Got, status: u16, code: &str) {
    assert_eq!((got.status, got.body["code"].as_str()), (status, Some(code)), "{}", got.body);
    assert_eq!(got.head["content-type"], "application/problem+json");
    assert_eq!(got.body["trace_id"].as_str().map(str::len), Some(32), "{}", got.body);
}

#[tokio::test]
async fn a_request_arrives_whole_and_so_does_its_answer() {
    for gateway in both().await {
        let got = send(&gateway, "GET /store/v1/lamps/x?a=1&b=%20", &[("accept-language", "de")], "").await;
        assert_eq!((got.status, got.body["uri"].as_str()), (202, Some("/store/v1/lamps/x?a=1&b=%20")));
        assert_eq!(got.seen("accept-language"), Some("de"));
        for (name, value) in [("etag", "\"7\""), ("location", "/store/v1/lamps/x"), ("retry-after", "3")] {
            assert_eq!(got.head[name], value);
        }
    }
}

#[tokio::test]
async fn who_asks_is_what_the_seal_says_and_nothing_else() {
    for gateway in both().await {
        let plain = send(&gateway, "GET /store/v1/lamps/x", &[], "").await;
        assert_eq!(plain.actor(), Actor::anonymous());
        let known = seal().write(&customer(), "gateway");
        let got = send(&gateway, "GET /store/v1/lamps/x", &[("souk-actor", &known)], "").await;
        assert_eq!((got.actor(), got.seen("authorization")), (customer(), None));
        let both = [("souk-actor", known.as_str()), ("authorization", "Bearer x")];
        is_problem(&send(&gateway, "GET /store/v1/lamps/x", &both, "").await, 401, "unauthenticated");
        let elsewhere = seal().write(&customer(), "lamps");
        for forged in [elsewhere.as_str(), "customer...", ""] {
            let got = send(&gateway, "GET /store/v1/lamps/x", &[("souk-actor", forged)], "").await;
            is_problem(&got, 401, "unauthenticated");
        }
    }
}

#[tokio::test]
async fn headers_of_ours_do_not_come_in_from_outside() {
    for gateway in both().await {
        let claims =
            [("souk-visitor", "10.0.0.1"), ("souk-patience", "background"), ("souk-to", "payment"), ("Souk-Step", "x")];
        let got = send(&gateway, "GET /store/v1/lamps/x", &claims, "").await;
        assert_eq!((got.status, got.seen("souk-visitor"), got.seen("souk-patience")), (202, None, None));
        assert_eq!(got.seen("souk-step"), None);
        assert!(got.seen("souk-to").is_none_or(|to| to == "lamps"));
    }
}

#[tokio::test]
async fn a_cart_token_is_a_proof_and_stays_outside() {
    for gateway in both().await {
        let got = send(&gateway, "GET /store/v1/lamps/x", &[("souk-cart-token", "secret-of-a-cart")], "").await;
        let guest = got.actor();
        assert!(guest.is(Role::Anonymous) && guest.principal().is_some_and(|p| p.starts_with("guest:")), "{guest:?}");
        assert!(!got.body.to_string().contains("secret-of-a-cart"));
        let known = seal().write(&customer(), "gateway");
        let both = [("souk-actor", known.as_str()), ("souk-cart-token", "secret-of-a-cart")];
        let got = send(&gateway, "GET /store/v1/lamps/x", &both, "").await;
        assert_eq!(got.actor(), Actor { guest: guest.guest, ..customer() });
        is_problem(
            &send(&gateway, "GET /store/v1/lamps/x", &[("souk-cart-token", "a b")], "").await,
            401,
            "unauthenticated",
        );
    }
}

#[tokio::test]
async fn the_address_of_a_visitor_is_told() {
    let service =
        here().layer(axum::Extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([10, 0, 0, 9], 80)))));
    let got = send(&service, "GET /store/v1/lamps/x", &[("souk-visitor", "10.0.0.1")], "").await;
    assert_eq!(got.seen("souk-visitor"), Some("10.0.0.9"));
}

#[tokio::test]
async fn a_trace_goes_on() {
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for gateway in both().await {
        let got = send(&gateway, "GET /store/v1/lamps/x", &[("traceparent", given)], "").await;
        let seen = got.seen("traceparent").unwrap();
        assert!(seen.starts_with(&given[..36]) && seen != given, "{seen}");
        let odd = send(&gateway, "GET /store/v1/lamps/x", &[("traceparent", "00-zz-1-01")], "").await;
        assert_eq!(odd.seen("traceparent").map(str::len), Some(55));
    }
}

#[tokio::test]
async fn hooks_go_through_as_they_are() {
    for gateway in both().await {
        let head = [("authorization", "Basic eA=="), ("x-signature", "s"), ("content-type", "text/odd")];
        let got = send(&gateway, "POST /hooks/v1/lamps/factory", &head, "{not json").await;
        assert_eq!((got.status, got.body["body"].as_str()), (202, Some("{not json")));
        assert_eq!((got.seen("authorization"), got.seen("x-signature")), (Some("Basic eA=="), Some("s")));
        assert_eq!(got.actor(), Actor::anonymous());
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    for gateway in both().await {
        for path in ["/", "/store/v1/rugs", "/store/v2/lamps/x", "/store/v1/lamps/x/y", "/openapi.json"] {
            is_problem(&send(&gateway, &format!("GET {path}"), &[], "").await, 404, "not_found");
        }
        let got = send(&gateway, "POST /store/v1/lamps/x", &[], "").await;
        is_problem(&got, 405, "invalid.method");
        assert_eq!(got.head["allow"], "DELETE,GET,HEAD");
        let got = send(&gateway, "OPTIONS /store/v1/lamps/x", &[], "").await;
        assert_eq!((got.status, &got.head["allow"]), (204, &"DELETE,GET,HEAD".parse().unwrap()));
        let got = send(&gateway, "HEAD /store/v1/lamps/x", &[], "").await;
        assert_eq!((got.status, got.body.is_null()), (202, true));
    }
}

#[tokio::test]
async fn documents_name_the_routes_of_one_audience_and_no_hooks() {
    let gateway = here();
    let store = send(&gateway, "GET /store/v1/openapi.json", &[], "").await.body;
    let paths: Vec<_> = store["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/store/v1/lamps/{lamp}"]);
    for other in ["vendor", "admin"] {
        let document = send(&gateway, &format!("GET /{other}/v1/openapi.json"), &[], "").await.body;
        assert_eq!(document["paths"], serde_json::json!({}));
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable() {
    // Bound and dropped: nobody listens there.
    let at = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let got = send(&there(&format!("http://{at}")).await, "GET /store/v1/lamps/x", &[], "").await;
    is_problem(&got, 503, "away");
    assert_eq!(got.head["retry-after"], "1");
    assert!(!got.body.to_string().contains(&at.to_string()), "no host leaves: {}", got.body);
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let gateway = gateway::patient(&[lamps()], gateway::Visitors::sealed(seal()), Duration::from_millis(50)).unwrap();
    let got = send(&gateway, "GET /store/v1/lamps/sleepy", &[], "").await;
    is_problem(&got, 503, "deadline");
    assert!(got.head.contains_key("retry-after"));
}

#[tokio::test]
async fn two_services_may_share_a_path_but_not_a_route() {
    let offered =
        |name, routes: Vec<Spec>| Offered { name, specs: routes, door: BoxCloneSyncService::new(Router::new()) };
    let (reads, writes): (Vec<_>, Vec<_>) = Routes::specs(&routes()).into_iter().partition(|s| s.method == "GET");
    assert!(
        gateway::router(&[offered("a", reads.clone()), offered("b", writes)], gateway::Visitors::sealed(seal()))
            .is_ok()
    );
    let error = gateway::router(&[offered("a", reads.clone()), offered("b", reads)], gateway::Visitors::sealed(seal()))
        .unwrap_err();
    assert_eq!(error, "GET /store/v1/lamps/{lamp} of b is /store/v1/lamps/{lamp} of a already");
}
