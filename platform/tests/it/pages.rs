//! Lists in pages (api 4).
use crate::world::{Got, World, anna, ben, both};
use serde_json::Value;

both! { a_list_is_read_to_its_end a_cursor_opens_one_list_only }

async fn page(world: &World, query: &str) -> Got {
    world.send(&anna(), &format!("GET /store/v1/lamps{query}"), &[], "").await
}
fn numbers(got: &Got) -> Vec<u64> {
    got.json()["items"].as_array().unwrap().iter().map(|lamp| lamp["number"].as_u64().unwrap()).collect()
}
fn next(got: &Got) -> Option<String> {
    got.json()["next"].as_str().map(str::to_string)
}

async fn a_list_is_read_to_its_end(world: World) {
    let first = page(&world, "").await;
    assert_eq!((first.status, numbers(&first)), (200, (1..=24).collect()));
    let mut all = numbers(&first);
    let mut cursor = next(&first);
    while let Some(at) = cursor {
        let more = page(&world, &format!("?limit=20&cursor={at}")).await;
        all.extend(numbers(&more));
        cursor = next(&more);
        assert!(more.json().as_object().unwrap().contains_key("next"));
    }
    assert_eq!(all, (1..=60).collect::<Vec<_>>(), "each once, in order");
    let whole = page(&world, "?limit=60").await;
    assert_eq!((numbers(&whole).len(), whole.json()["next"].clone()), (60, Value::Null));
    let none = page(&world, "?below=1").await;
    assert_eq!(none.json(), serde_json::json!({ "items": [], "next": null }));
    let down = page(&world, "?sort=down&limit=2").await;
    assert_eq!(numbers(&down), [60, 59]);
    let down = page(&world, &format!("?limit=2&cursor={}&sort=down", next(&down).unwrap())).await;
    assert_eq!(numbers(&down), [58, 57]);
}

async fn a_cursor_opens_one_list_only(world: World) {
    let at = next(&page(&world, "?limit=5&below=50").await).unwrap();
    assert_eq!(numbers(&page(&world, &format!("?below=50&cursor={at}&limit=1")).await), [6]);
    let other = world.send(&ben(), &format!("GET /store/v1/lamps?below=50&cursor={at}&limit=1"), &[], "").await;
    assert_eq!(numbers(&other), [6], "it is a place, and no right");
    for query in [format!("?cursor={at}"), format!("?below=49&cursor={at}"), format!("?below=50&sort=down&cursor={at}")]
    {
        let got = page(&world, &query).await;
        assert_eq!((got.status, got.code().as_str()), (400, "invalid.parameter"), "{query}");
    }
}
