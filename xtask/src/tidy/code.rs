//! Rules over words of code: they see into macros, and not into strings, comments and tests.
use super::{
    Found,
    tokens::{Kind, Token, reads},
    tree::{Source, Tree},
};
use syn::{Attribute, visit::Visit};

/// `.unwrap()` and `.expect("…")` without a reason beside them.
pub fn unwraps(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for source in tree.code() {
        let tokens = source.live();
        for (at, token) in tokens.iter().enumerate() {
            let is_unwrap = reads(&tokens, at, &[".", "unwrap", "(", ")"]);
            let is_expect = reads(&tokens, at, &[".", "expect", "("]) && is_string(tokens.get(at + 3));
            if (is_unwrap || is_expect) && !says_why(source, tokens[at + 1].line) {
                let what = if is_unwrap { "unwrap()" } else { "expect(…)" };
                found.push(source.found(token.line, format!("{what} outside of tests")));
            }
        }
    }
    found
}

fn is_string(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.kind == Kind::Literal && token.text.ends_with(['"', '#']))
}

/// On the line or on the one above.
fn says_why(source: &Source, line: usize) -> bool {
    [line, line - 1].iter().any(|line| source.line(*line).contains("// can't fail: "))
}

const AMBIENT: [[&str; 3]; 8] = [
    ["SystemTime", "::", "now"],
    ["Instant", "::", "now"],
    ["Utc", "::", "now"],
    ["Local", "::", "now"],
    ["Uuid", "::", "now_v7"],
    ["Uuid", "::", "now_v4"],
    ["Uuid", "::", "new_v4"],
    ["Uuid", "::", "new_v7"],
];

/// Time, ids and chance that rules or use cases fetch by themselves.
pub fn ambient(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for source in tree.code().filter(|source| is_layer(source, &["domain", "app"])) {
        let tokens = source.live();
        for (at, token) in tokens.iter().enumerate() {
            let fetched = AMBIENT.iter().find(|words| reads(&tokens, at, *words)).map(|words| words.concat());
            let drawn = reads(&tokens, at, &["rand", "::"]).then(|| "rand::".to_string());
            if let Some(what) = fetched.or(drawn) {
                found.push(source.found(token.line, format!("{what} has to come in as a parameter")));
            }
        }
    }
    found
}

pub fn is_layer(source: &Source, layers: &[&str]) -> bool {
    let module = source.module();
    source.home.starts_with("services/") && module.first().is_some_and(|first| layers.contains(&first.as_str()))
}

/// Programs, whose output is the answer.
const PROGRAMS: [&str; 3] = ["souk", "testbank", "xtask"];

pub fn prints(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for source in tree.code().filter(|source| !PROGRAMS.contains(&source.home.as_str())) {
        let tokens = source.live();
        for (at, token) in tokens.iter().enumerate() {
            if ["println", "print"].contains(&token.text.as_str()) && reads(&tokens, at + 1, &["!"]) {
                found.push(source.found(token.line, format!("{}! in a library", token.text)));
            }
        }
    }
    found
}

const MONEY: [&str; 14] = [
    "price",
    "prices",
    "amount",
    "amounts",
    "total",
    "totals",
    "money",
    "tax",
    "taxes",
    "minor",
    "commission",
    "commissions",
    "fee",
    "fees",
];

/// A float in a line or a function that speaks of money.
pub fn floats_near_money(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    let near = |source: &&Source| source.home.starts_with("services/") || source.home == "kernel";
    for source in tree.code().filter(near) {
        let tokens = source.live();
        for float in (0..tokens.len()).filter(|at| is_float(&tokens, *at)).map(|at| &tokens[at]) {
            let around = source.functions.iter().filter(|f| (f.line..=f.last_line).contains(&float.line));
            let named = around.map(|f| f.name.as_str());
            let beside =
                tokens.iter().filter(|t| t.line == float.line && t.kind == Kind::Word).map(|t| t.text.as_str());
            if let Some(word) = beside.chain(named).find(|word| is_of_money(word)) {
                found.push(source.found(float.line, format!("{} beside `{word}`", float.text)));
            }
        }
    }
    found
}

/// A type or a literal; `pair.0.1` only looks like one.
fn is_float(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let is_type = matches!(token.text.as_str(), "f32" | "f64");
    let is_number = token.kind == Kind::Literal && token.text.starts_with(|c: char| c.is_ascii_digit());
    let is_field = at.checked_sub(1).is_some_and(|before| tokens[before].text == ".");
    is_type || is_number && !is_field && token.text.contains('.')
}

/// `gross_price`, `FeeRule`, `TOTAL`: by the words in a name.
fn is_of_money(name: &str) -> bool {
    let mut spaced = String::new();
    let mut after_lower = false;
    for letter in name.chars() {
        if letter == '_' || letter.is_uppercase() && after_lower {
            spaced.push(' ');
        }
        after_lower = letter.is_lowercase();
        spaced.extend(letter.to_lowercase().filter(|c| *c != '_'));
    }
    spaced.split_whitespace().any(|word| MONEY.contains(&word))
}

const WIRE: [&str; 4] = ["Serialize", "Deserialize", "JsonSchema", "Message"];

/// Types of the domain that a wire could carry.
pub fn domain_wire(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for source in tree.code().filter(|source| is_layer(source, &["domain"])) {
        let mut derives = Derives(vec![]);
        derives.visit_file(&source.ast);
        for (line, name) in derives.0.into_iter().filter(|(line, _)| !source.is_test_at(*line)) {
            found.push(source.found(line, format!("a type of the domain derives {name}")));
        }
    }
    found
}

struct Derives(Vec<(usize, String)>);

impl<'ast> Visit<'ast> for Derives {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if !attribute.path().is_ident("derive") {
            return;
        }
        // A derive that can't be read is not one that the compiler takes.
        let _ = attribute.parse_nested_meta(|meta| {
            if let Some(last) = meta.path.segments.last().filter(|last| WIRE.iter().any(|wire| last.ident == wire)) {
                self.0.push((last.ident.span().start().line, last.ident.to_string()));
            }
            Ok(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_money;

    #[test]
    fn money_is_a_word_and_not_a_part_of_one() {
        for name in ["price", "gross_price", "FeeRule", "TOTAL", "taxRate", "unit_prices"] {
            assert!(is_of_money(name), "{name}");
        }
        for name in ["syntax", "coffee", "totally", "minority", "score"] {
            assert!(!is_of_money(name), "{name}");
        }
    }
}
