//! One violation of each rule, planted in a tree that is clean without it: tidy names the rule, the file and the line, and nothing else.
use super::{RULES, check, tree::Tree};
use crate::{
    files::{self, Temp},
    new_service,
};
use std::{collections::BTreeSet, path::Path};

const ROOT: &str = "[workspace]
members = [\"kernel\", \"platform\", \"contracts\", \"gateway\", \"souk\", \"services/*/*\"]

[workspace.dependencies]
kernel = { path = \"kernel\" }
";

const DOMAIN: &str = "//! Lines. Nothing here is marked as unfinished, and `f64` beside a price is only said.
use kernel::{Id, Money};
use std::collections::BTreeMap;
mod line;
pub use line::Line;

#[derive(Clone, Debug)]
pub struct Weights(pub BTreeMap<String, f64>);

impl Weights {
    pub fn heavier(&self, by: f64) -> f64 {
        self.0.values().sum::<f64>() * by * 0.5
    }
    fn flipped(&self, is_on: bool) -> &'static str {
        if is_on { \"TODO\" } else { \"x.unwrap()\" }
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    #[test]
    fn tests_may() {
        let price: f64 = std::time::Instant::now().elapsed().as_secs_f64();
        println!(\"{}\", Some(price).unwrap());
    }
}
";

const SQL: &str = "use crate::{domain::Line, ports::Lines};
use platform_sql::{Migration, migrations};

pub const TABLES: &[Migration] = migrations![\"0001_lines\"];

pub fn first(lines: &[Line]) -> &Line {
    // can't fail: a cart has a line
    lines.first().unwrap()
}
";

const PROTO: &str = "syntax = \"proto3\";
package souk.cart.v1;
service Carts {
  rpc Get(GetRequest) returns (Cart);
  rpc Add(AddRequest) returns (Cart);
}
message GetRequest { string cart = 1; }
message AddRequest { State state = 1; }
message Cart { enum Kind { KIND_UNSPECIFIED = 0; } Kind kind = 1; }
enum State { STATE_UNSPECIFIED = 0; STATE_OPEN = 1; }
";

fn manifest(name: &str, dependencies: &str) -> String {
    let package = "edition.workspace = true\nversion.workspace = true\npublish.workspace = true";
    format!("[package]\nname = \"{name}\"\n{package}\n[dependencies]\n{dependencies}\n[lints]\nworkspace = true\n")
}

/// Two services, made as people make them, and what a small one has.
fn clean() -> Temp {
    let temp = Temp::new();
    let put = |path: &str, text: &str| files::write(&temp.0.join(path), text).unwrap();
    put("Cargo.toml", ROOT);
    for (name, dependencies) in [
        ("kernel", ""),
        ("platform", "kernel.workspace = true"),
        ("contracts", "kernel.workspace = true"),
        ("gateway", "platform.workspace = true"),
        ("souk", "cart.workspace = true\npayment.workspace = true"),
    ] {
        put(&format!("{name}/Cargo.toml"), &manifest(name, dependencies));
        put(&format!("{name}/src/lib.rs"), "//! Nothing.\n");
    }
    put("souk/src/main.rs", "fn main() {\n    println!(\"ready\");\n}\n");
    for (context, name) in [("sales", "cart"), ("billing", "payment")] {
        new_service::create(&temp.0, context, name).unwrap();
    }
    put(&cart("src/domain.rs"), DOMAIN);
    put(&cart("src/domain/line.rs"), "use super::Weights;\nuse crate::domain;\n\npub struct Line(Weights);\n");
    put(&cart("src/ports.rs"), "use crate::domain::Line;\nuse platform::store::StoreError;\n\npub trait Lines {}\n");
    put(&cart("src/outbound.rs"), "pub mod sql;\n");
    let tests = format!("#[cfg(test)]\nmod tests {{\n    fn f() {{\n{}    }}\n}}\n", "        f();\n".repeat(300));
    put(&cart("src/checks.rs"), &tests);
    let table = format!(
        "pub fn routes() -> Routes<Cart> {{\n    platform::routes! {{\n{}    }}\n}}\n",
        "        get\n".repeat(60)
    );
    put(&cart("src/inbound/more.rs"), &table);
    put(&cart("src/outbound/sql.rs"), SQL);
    for engine in ["sqlite", "postgres"] {
        put(&cart(&format!("migrations/{engine}/0001_lines.sql")), "CREATE TABLE lines (id BLOB);\n");
    }
    put("proto/souk/cart/v1/cart.proto", PROTO);
    put("docs/guide.md", "See https://example.com/home/x and `docs/work/`.\n");
    temp
}

fn cart(path: &str) -> String {
    format!("services/sales/cart/{path}")
}

struct Case {
    rule: &'static str,
    /// `file:line` that tidy has to name.
    at: String,
    /// What is written over the clean tree.
    path: String,
    text: String,
}

/// In the cart: `text` written to `path`, and `rule` broken in its `line`.
fn case(rule: &'static str, path: &str, line: usize, text: impl Into<String>) -> Case {
    let path = if path.contains('@') { path.replace('@', "") } else { cart(path) };
    Case { rule, at: format!("{path}:{line}"), path, text: text.into() }
}

fn cases() -> Vec<Case> {
    [crates(), rooms(), words(), sizes(), beside(), contracts()].into_iter().flatten().collect()
}

fn crates() -> Vec<Case> {
    let service = |dependencies: &str| manifest("cart", dependencies);
    let build = service("").replace("[dependencies]", "build = \"make.rs\"\n[dependencies]");
    vec![
        case("parse", "@kernel/Cargo.toml", 1, "[package"),
        case("parse", "src/domain.rs", 2, "//! Broken.\nfn (\n"),
        case("deps", "Cargo.toml", 7, service("payment.workspace = true")),
        case("deps", "@gateway/Cargo.toml", 7, manifest("gateway", "contracts.workspace = true")),
        case("deps", "@kernel/Cargo.toml", 7, manifest("kernel", "platform.workspace = true")),
        case("deps", "@platform/Cargo.toml", 7, manifest("platform", "contracts.workspace = true")),
        case(
            "deps",
            "@contracts/Cargo.toml",
            8,
            manifest("contracts", "[dev-dependencies]\nplatform.workspace = true"),
        ),
        case("versions", "Cargo.toml", 7, service("serde = \"1\"")),
        case("versions", "Cargo.toml", 7, service("serde = { workspace = true, features = [\"derive\"] }")),
        case("versions", "Cargo.toml", 8, service("[target.'cfg(unix)'.dependencies]\nlibc = { version = \"0.2\" }")),
        case("manifest", "Cargo.toml", 1, service("").replace("publish.workspace = true\n", "")),
        case("manifest", "Cargo.toml", 1, service("").replace("[lints]\nworkspace = true\n", "")),
        case("build-script", "build.rs", 1, "fn main() {}\n"),
        case("build-script", "Cargo.toml", 6, build),
    ]
}

fn rooms() -> Vec<Case> {
    let wire = "use serde::Deserialize;\n\n#[derive(Clone, Deserialize)]\npub struct Kept;\n";
    vec![
        case("layers", "src/ports.rs", 1, "use crate::app::Cart;\n"),
        case("layers", "src/ports.rs", 1, "use tonic::Status;\n"),
        case("layers", "src/app/add.rs", 2, "//! Adds.\nuse crate::{Config, outbound::sql};\n"),
        case("layers", "src/app/add.rs", 3, "//! Adds.\nfn now() -> String {\n    contracts::cart::name()\n}\n"),
        case("layers", "src/app/add.rs", 1, "use super::super::inbound::rest;\n"),
        // `lib.rs` brings `routes` of inbound into the root: the detour is seen.
        case("layers", "src/app/add.rs", 1, "use crate::routes;\n"),
        case("layers", "src/inbound/rest.rs", 1, "use crate::outbound::sql::TABLES;\n"),
        case("layers", "src/outbound/sql.rs", 1, format!("use crate::inbound::rest;\n{SQL}")),
        case("domain-imports", "src/domain/line.rs", 1, "use platform::store::StoreError;\n"),
        case("domain-imports", "src/domain/line.rs", 1, "use crate::Error;\n"),
        case("domain-imports", "src/domain/line.rs", 3, "fn f() {\n    let _ =\n        serde::de::value::Error;\n}\n"),
        case("domain-imports", "src/domain/line.rs", 1, "use super::super::config;\n"),
        case("domain-wire", "src/domain/line.rs", 1, "#[derive(Debug, Serialize)]\npub struct Line;\n"),
        case(
            "domain-wire",
            "src/domain/line.rs",
            2,
            "mod inner {\n    #[derive(prost::Message)]\n    struct Line;\n}\n",
        ),
        case("domain-wire", "src/domain/line.rs", 3, wire.replace("use serde::Deserialize;", "use kernel::Id;")),
    ]
}

fn words() -> Vec<Case> {
    let f = |body: &str| format!("fn f() {{\n    {body}\n}}\n");
    vec![
        case("unwrap", "src/views.rs", 2, f("Some(1).unwrap();")),
        case("unwrap", "src/views.rs", 2, f("vec![Some(1).expect(\"one\")];")),
        case("unwrap", "@kernel/src/lib.rs", 3, "fn f() {\n    let _ = Some(1)\n        .unwrap();\n}\n"),
        case("float-money", "src/views.rs", 1, "pub struct View {  pub gross_price: f64 }\n"),
        case("float-money", "src/views.rs", 2, "pub fn tax(net: i64) -> i64 {\n    (net * 0.19) as i64\n}\n"),
        case("float-money", "@kernel/src/lib.rs", 1, "pub fn share(total: f32) {}\n"),
        case("ambient", "src/app/add.rs", 2, f("let now = std::time::SystemTime::now();")),
        case("ambient", "src/app.rs", 2, f("format!(\"{}\", Uuid::now_v7());")),
        case("ambient", "src/domain/line.rs", 2, f("rand::random::<u8>();")),
        case("print", "src/views.rs", 2, f("println!(\"here\");")),
        case("unfinished", "src/views.rs", 1, "/// TODO: shows.\nfn f() {}\n"),
        case("unfinished", "src/views.rs", 2, f("if true { todo!() }")),
        case("unfinished", "src/views.rs", 2, f("unimplemented!(\"later\")")),
        case("unfinished", "src/inbound/grpc.rs", 2, f("Err(Status::unimplemented(\"later\"))")),
        case("unfinished", "@docs/guide.md", 2, "# Guide\nFIXME: words\n"),
        case("machine-path", "@docs/guide.md", 1, "Look into /root/notes.\n"),
        case("machine-path", "src/views.rs", 2, f("let _ = \"/work/x\";")),
    ]
}

fn sizes() -> Vec<Case> {
    let lines = |n: usize| "    f();\n".repeat(n);
    let long = format!("{}fn g() {{}}\n", "// a line\n".repeat(300));
    vec![
        case("file-length", "src/views.rs", 1, long),
        case("function-length", "src/views.rs", 4, format!("//! V.\n\n\nfn long() {{\n{}}}\n", lines(39))),
        case(
            "parameters",
            "src/views.rs",
            3,
            "struct V;\nimpl V {\n    fn f(&self, a: u8, b: u8, c: u8, d: u8, e: u8) {}\n}\n",
        ),
        case("bool-parameter", "src/views.rs", 3, "pub struct V;\nimpl V {\n    pub fn f(&self, is_on: bool) {}\n}\n"),
        case("bool-parameter", "src/views.rs", 2, "pub trait Views {\n    fn all(&self, is_on: bool);\n}\n"),
    ]
}

fn beside() -> Vec<Case> {
    let readme = "# cart\n**Owns** carts.\n## Its states\n## Events out\n## Events in, and what it does then\n";
    vec![
        case("mod-rs", "src/app/mod.rs", 1, "//! The use cases.\n"),
        Case {
            at: format!("{}:1", cart("migrations/sqlite/0002_more.sql")),
            ..case("migrations", "migrations/postgres/0002_more.sql", 1, "SELECT 1;\n")
        },
        Case {
            at: format!("{}:1", cart("migrations/sqlite/0001_lines.sql")),
            ..case("migrations", "src/outbound/sql.rs", 1, SQL.replace("0001_lines", "0001_other"))
        },
        case("readme", "README.md", 1, readme),
    ]
}

fn contracts() -> Vec<Case> {
    let proto = |from: &str, to: &str| PROTO.replace(from, to);
    let at = "@proto/souk/cart/v1/cart.proto";
    vec![
        case("proto-package", at, 2, proto("souk.cart.v1", "souk.basket.v1")),
        case("proto-package", at, 1, proto("string cart = 1;", "strin cart = 1;")),
        case("proto-enum", at, 10, proto("STATE_UNSPECIFIED", "STATE_NONE")),
        case("proto-enum", at, 9, proto("KIND_UNSPECIFIED", "KIND_ANY")),
        case("proto-call", at, 5, proto("Add(AddRequest)", "Add(GetRequest)")),
        case("proto-call", at, 5, proto("Add(AddRequest)", "Put(AddRequest)")),
    ]
}

fn found(root: &Path) -> Vec<(&'static str, String, String)> {
    let found = check(&Tree::read(root).unwrap());
    found.into_iter().map(|(rule, f)| (rule.name, format!("{}:{}", f.file, f.line), f.says)).collect()
}

#[test]
fn a_clean_tree_is_clean() {
    let temp = clean();
    let tree = Tree::read(&temp.0).unwrap();
    assert_eq!(found(&temp.0), []);
    assert!(tree.sources.len() > 20 && tree.crates.len() == 7, "{} {}", tree.sources.len(), tree.crates.len());
}

#[test]
fn each_rule_is_named_where_it_is_broken_and_nothing_else_is() {
    let cases = cases();
    for case in &cases {
        let temp = clean();
        files::write(&temp.0.join(&case.path), &case.text).unwrap();
        let found = found(&temp.0);
        let places: BTreeSet<_> = found.iter().map(|(rule, at, _)| (*rule, at.as_str())).collect();
        assert_eq!(places, BTreeSet::from([(case.rule, case.at.as_str())]), "{found:#?}\n{}", case.text);
    }
    let planted: BTreeSet<_> = cases.iter().map(|case| case.rule).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(planted, rules, "every rule has a violation that shows it");
    println!("{} violations of {} rules planted and named", cases.len(), rules.len());
}
