//! What a cardholder sees.
use crate::shop::{payment, shop, text};
use serde_json::json;

#[tokio::test]
async fn the_form_turns_a_number_into_a_token() {
    let desk = shop().await;
    let form = desk.raw("GET", "/form?reference=pay_%3C1%3E").send().await.unwrap();
    assert_eq!(form.status(), 200);
    let page = form.text().await.unwrap();
    assert!(page.contains("pay_&lt;1&gt;") && page.contains(r#"name="number""#), "{page}");

    let back = "https://shop.example/pay?step=3";
    let typed = |number: &str| {
        format!(
            "reference=pay_1&return_url={}&number={number}&expiry=1234&code=123",
            back.replace('?', "%3F").replace('=', "%3D")
        )
    };
    let gone = desk.raw("POST", "/form").body(typed("4000+0000+0000+3220")).send().await.unwrap();
    assert_eq!(gone.status(), 303);
    let to = gone.headers()["location"].to_str().unwrap().to_string();
    let token = to.strip_prefix("https://shop.example/pay?step=3&card_token=").unwrap().split('&').next().unwrap();
    assert_eq!(desk.authorize("a", token).await["status"], "needs_action");

    let unknown = desk.raw("POST", "/form").body(typed("4111111111111111")).send().await.unwrap();
    assert_eq!(unknown.status(), 422);
    assert!(!unknown.text().await.unwrap().contains("4111111111111111"), "a number is never shown again");
}

#[tokio::test]
async fn without_a_way_back_the_page_has_the_token() {
    let desk = shop().await;
    let page = desk
        .raw("POST", "/form")
        .body("reference=r&return_url=javascript:1&number=4242424242424242")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let at = page.find("tok_good_").unwrap();
    assert_eq!(desk.authorize("a", &page[at..at + 25]).await["status"], "authorized");
}

#[tokio::test]
async fn the_customer_approves_and_goes_back() {
    let desk = shop().await;
    let mut asked = payment("a", "tok_3ds");
    asked["return_url"] = json!("https://shop.example/order");
    let p = desk.yes("POST", "/v1/payments", "a", asked).await;
    let path = format!("/3ds/{}", text(&p["id"]));
    let page = desk.raw("GET", &path).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("10.00 EUR") && page.contains("Approve"), "{page}");
    assert_eq!(desk.raw("POST", &path).body("decision=maybe").send().await.unwrap().status(), 400);
    let gone = desk.raw("POST", &path).body("decision=approve").send().await.unwrap();
    assert_eq!(
        (gone.status().as_u16(), gone.headers()["location"].to_str().unwrap()),
        (303, "https://shop.example/order")
    );
    assert_eq!(desk.payment(&p["id"]).await["status"], "authorized");
    let again = desk.raw("POST", &path).body("decision=refuse").send().await.unwrap();
    assert_eq!(again.status(), 303);
    assert_eq!(desk.payment(&p["id"]).await["status"], "authorized", "decided once");

    let slow = desk.authorize("slow", "tok_slow").await;
    let page = format!("/3ds/{}", text(&slow["id"]));
    assert_eq!(desk.raw("POST", &page).body("decision=approve").send().await.unwrap().status(), 200);
    assert_eq!(desk.payment(&slow["id"]).await["status"], "pending", "not the customer's to decide");
    assert_eq!(desk.raw("GET", "/3ds/bp_none").send().await.unwrap().status(), 404);
}
