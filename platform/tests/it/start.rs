//! What the start refuses, and what a list of routes says of itself.
use crate::{lamps, world::POLICY};
use platform::{
    actor::{Role, Table},
    http::{Answer, Audience, Call, Listed, Nothing, RawCall, Read, document, matrix},
};
use schemars::JsonSchema;
use serde::Deserialize;

struct App;

#[derive(Deserialize, JsonSchema)]
struct Lax {
    #[allow(dead_code)]
    a: u32,
}
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[allow(dead_code)]
    a: u32,
}
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Deep {
    #[allow(dead_code)]
    parts: Vec<Option<Middle>>,
}
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Middle {
    #[allow(dead_code)]
    Of(Lax),
}

async fn lax(_: &App, _: Call<Lax>) -> Answer<Nothing> {
    Err(platform::http::Problem::not_found())
}
async fn deep(_: &App, _: Call<Deep>) -> Answer<Nothing> {
    Err(platform::http::Problem::not_found())
}
async fn strict(_: &App, _: Call<Strict>) -> Answer<Nothing> {
    Err(platform::http::Problem::not_found())
}
async fn read(_: &App, _: Read) -> Answer<Nothing> {
    Err(platform::http::Problem::not_found())
}
async fn lax_list(_: &App, _: Read<(), Listed<Lax>>) -> Answer<Nothing> {
    Err(platform::http::Problem::not_found())
}
async fn raw(_: &App, _: RawCall) -> Answer<Nothing> {
    Err(platform::http::Problem::not_found())
}

#[test]
fn each_fault_of_a_list_is_named() {
    let policy = Table(&[("a.b", &[Role::Customer])]);
    let routes = platform::routes! {
        /// No action.
        post "/store/v1/a" => strict;
        post "/store/v1/no-doc" allow("a.b") => strict;
        /// A lax body.
        post "/store/v1/c" allow("a.b") => lax;
        /// A lax body, deep inside.
        post "/store/v1/d" allow("a.b") => deep;
        /// A lax query.
        get "/store/v1/e" allow("a.b") => lax_list;
        /// No rule.
        get "/store/v1/f" allow("a.c") => read;
        /// A parameter without a type.
        get "/store/v1/g/{x}" allow("a.b") => read;
        /// The wrong place.
        get "/v1/h" open() => read;
        /// Cached, and writes.
        post "/store/v1/i" allow("a.b") cached(5, "x") => strict;
        /// Slow, and no key.
        post "/store/v1/j" allow("a.b") slow() unkeyed() => strict;
        /// A hook that reads JSON.
        post "/hooks/v1/k/x" => strict;
        /// Raw, and no hook.
        post "/store/v1/l" allow("a.b") => raw;
        /// A hook that wants somebody.
        post "/hooks/v1/m/x" allow("a.b") => raw;
        /// Fine.
        post "/store/v1/y" allow("a.b") => strict;
        /// Fine.
        post "/hooks/v1/z/x" => raw;
    };
    let faults = routes.faults(&policy);
    let expected = [
        ("/store/v1/a ", "declares no action and is not open"),
        ("/store/v1/no-doc ", "has no doc"),
        ("/store/v1/c ", "Lax, part of the body, lacks #[serde(deny_unknown_fields)]"),
        ("/store/v1/d ", "Lax, part of the body, lacks #[serde(deny_unknown_fields)]"),
        ("/store/v1/e ", "Lax, part of the body, lacks #[serde(deny_unknown_fields)]"),
        ("/store/v1/f ", "action a.c has no rule"),
        ("/store/v1/g/{x} ", "has 1 path parameters, its handler takes 0"),
        ("/v1/h ", "is under none of"),
        ("/store/v1/i ", "is cached but writes"),
        ("/store/v1/j ", "is slow but takes no key"),
        ("/hooks/v1/k/x ", "does not take the raw body"),
        ("/store/v1/l ", "takes a raw body and is no hook"),
        ("/hooks/v1/m/x ", "it has no token and no key"),
    ];
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, (path, text)) in faults.iter().zip(expected) {
        assert!(fault.contains(path) && fault.contains(text), "{fault}: wanted {path} {text}");
    }
}

#[test]
fn the_lamps_are_without_fault_and_hooks_are_in_no_document() {
    assert_eq!(lamps::routes().faults(&POLICY), Vec::<String>::new());
    let specs = lamps::routes().specs();
    for audience in [Audience::Store, Audience::Vendor, Audience::Admin] {
        let document = document("Lamps", audience, &specs);
        assert!(document["paths"].as_object().unwrap().keys().all(|path| !path.contains("hooks")), "{audience:?}");
    }
    assert!(matrix(&specs, &POLICY).contains("/hooks/v1/lamps/factory"));
}

#[test]
fn the_document_says_what_the_routes_do() {
    let document = document("Lamps", Audience::Store, &lamps::routes().specs());
    let list = &document["paths"]["/store/v1/lamps"]["get"];
    let names: Vec<_> = list["parameters"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["below", "cursor", "limit", "sort"]);
    let page = &document["components"]["schemas"]["ListOfLampView"];
    assert_eq!(page["required"], serde_json::json!(["items", "next"]), "{}", document["components"]["schemas"]);
    let problem = &document["components"]["schemas"]["Problem"];
    assert_eq!(problem["additionalProperties"], true);
    let wish = &document["paths"]["/store/v1/wishes"]["post"];
    assert!(wish["responses"]["202"]["headers"]["Location"].is_object());
    assert_eq!(wish["parameters"][0]["name"], "Idempotency-Key");
}

mod twice {
    use super::*;
    use platform::http::View;
    use serde::Serialize;

    /// Read with a default, so not required; written always.
    #[derive(Deserialize, Serialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Bulb {
        #[serde(default)]
        pub watts: u32,
    }
    #[derive(Deserialize, Serialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Socket {
        pub bulb: Bulb,
        pub colour: Colour,
    }
    #[derive(Deserialize, Serialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum Colour {
        Warm,
        Cold,
    }
    impl View for Socket {}

    pub async fn put(_: &App, _: Call<Socket>) -> Answer<Socket> {
        Err(platform::http::Problem::not_found())
    }
    pub mod other {
        use super::*;
        pub async fn put(_: &App, _: Call<Socket>) -> Answer<Nothing> {
            Err(platform::http::Problem::not_found())
        }
    }
}

#[test]
fn a_type_that_is_read_and_written_in_two_forms_stands_there_twice() {
    let routes = platform::routes! {
        /// One.
        put "/store/v1/sockets" open() => twice::put;
        /// Another of the same name.
        put "/store/v1/wall-sockets/all" open() => twice::other::put;
    };
    let document = document("Sockets", Audience::Store, &routes.specs());
    let put = &document["paths"]["/store/v1/sockets"]["put"];
    let body = &put["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let answer = &put["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!((body, answer), (&"#/components/schemas/SocketInput".into(), &"#/components/schemas/Socket".into()));
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["SocketInput"]["properties"]["bulb"]["$ref"], "#/components/schemas/BulbInput");
    assert_eq!(schemas["Socket"]["properties"]["bulb"]["$ref"], "#/components/schemas/Bulb");
    assert_eq!(schemas["BulbInput"]["required"], serde_json::Value::Null);
    assert_eq!(schemas["Bulb"]["required"], serde_json::json!(["watts"]));
    assert!(schemas["ColourInput"].is_null() && schemas["Colour"].is_object(), "one form, one entry");
    let ids = [&put["operationId"], &document["paths"]["/store/v1/wall-sockets/all"]["put"]["operationId"]];
    assert_eq!(ids, ["put_sockets", "put_wall_sockets_all"]);
    assert!(!document.to_string().contains("/components/inputs"));
}

#[tokio::test]
async fn an_address_that_is_none_is_said_at_the_start() {
    for odd in ["", "lamps", "http://", "http://a b"] {
        let net = crate::world::elsewhere(odd).await;
        match net.transport("shop", "lamps") {
            Err(error) => assert!(error.to_string().contains("[net] lamps: "), "{error}"),
            Ok(_) => panic!("{odd:?} was taken for an address"),
        }
    }
    let net = crate::world::elsewhere("http://127.0.0.1:1").await;
    assert!(net.transport("shop", "rugs").is_err_and(|e| e.to_string().contains("SOUK_NET__RUGS")));
}
