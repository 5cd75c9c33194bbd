//! Which test belongs to which layer, and the programs in the order in which a reader wants them to fail: the inner first.
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub const LAYERS: [&str; 11] = [
    "kernel and mechanisms",
    "rules (domain)",
    "use cases (app)",
    "insides of services",
    "stores, on both databases",
    "events between services",
    "services through the door",
    "test bank",
    "the program",
    "journeys",
    "tools",
];

const MECHANISMS: usize = 0;
const INSIDES: usize = 3;
const DOOR: usize = 6;
/// By the first module of a service's test.
const INSIDE: [(&str, usize); 2] = [("domain", 1), ("app", 2)];
const OUTSIDE: [(&str, usize); 2] = [("store", 4), ("events", 5)];
const CRATES: [(&str, usize); 4] = [("testbank", 7), ("souk", 8), ("journeys", 9), ("xtask", 10)];

/// A test program, built.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    order: usize,
    /// The crate's folder from the root.
    pub home: String,
    /// `lib`, `bin` or the name of the file in `tests/`.
    target: String,
    is_inside: bool,
    pub folder: PathBuf,
    pub file: PathBuf,
}

impl Program {
    pub fn name(&self) -> String {
        format!("{} ({})", self.home, self.target)
    }

    /// The layer of a test of this program, as an index of `LAYERS`; of no test, where most of its tests belong.
    pub fn layer(&self, test: &str) -> usize {
        if let Some((_, layer)) = CRATES.iter().find(|(home, _)| *home == self.home) {
            return *layer;
        }
        if !self.home.starts_with("services/") {
            return MECHANISMS;
        }
        let (known, otherwise) = if self.is_inside { (INSIDE, INSIDES) } else { (OUTSIDE, DOOR) };
        let module = test.split("::").next().unwrap_or_default();
        known.iter().find(|(name, _)| *name == module).map_or(otherwise, |(_, layer)| *layer)
    }
}

/// Builds every test of the workspace, as one selection, so that nothing is built twice with other features.
pub fn programs(root: &Path, is_release: bool) -> Result<Vec<Program>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"]).current_dir(root);
    if is_release {
        command.arg("--release");
    }
    let built = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|e| format!("cargo: {e}"))?;
    if !built.status.success() {
        return Err("the tests do not build".into());
    }
    let said = String::from_utf8_lossy(&built.stdout);
    let mut programs: Vec<Program> = said.lines().filter_map(|line| program(root, line)).collect();
    programs.sort();
    Ok(programs)
}

/// One line of cargo's, if it tells of a test program.
fn program(root: &Path, line: &str) -> Option<Program> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_test = message["profile"]["test"].as_bool()?;
    let file = PathBuf::from(message["executable"].as_str().filter(|_| is_test)?);
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?.to_path_buf();
    let home = crate::files::relative(root, &folder);
    let kind = message["target"]["kind"][0].as_str()?;
    let (is_inside, target) = match kind {
        "test" => (false, format!("tests/{}", message["target"]["name"].as_str()?)),
        kind => (true, kind.to_string()),
    };
    let mut program = Program { order: 0, home, target, is_inside, folder, file };
    program.order = program.layer("");
    Some(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(home: &str, kind: &str) -> Program {
        let line = format!(
            r#"{{"profile":{{"test":true}},"executable":"/x/it","manifest_path":"/r/{home}/Cargo.toml","target":{{"kind":["{kind}"],"name":"it"}}}}"#
        );
        program(Path::new("/r"), &line).unwrap()
    }

    #[test]
    fn a_test_is_counted_where_it_belongs() {
        let layer = |home, kind, test| LAYERS[built(home, kind).layer(test)];
        assert_eq!(layer("services/sales/order", "lib", "domain::order::tests::a"), "rules (domain)");
        assert_eq!(layer("services/sales/order", "lib", "app::place_order::tests::a"), "use cases (app)");
        assert_eq!(layer("services/sales/order", "lib", "inbound::convert::tests::a"), "insides of services");
        assert_eq!(layer("services/sales/order", "test", "store::a"), "stores, on both databases");
        assert_eq!(layer("services/sales/order", "test", "api::a"), "services through the door");
        assert_eq!(layer("kernel", "lib", "money::tests::a"), "kernel and mechanisms");
        assert_eq!(layer("journeys", "test", "purchase::a"), "journeys");
    }

    #[test]
    fn what_is_no_test_program_is_not_one() {
        let library = r#"{"profile":{"test":false},"executable":null,"manifest_path":"/r/kernel/Cargo.toml","target":{"kind":["lib"],"name":"kernel"}}"#;
        assert_eq!(program(Path::new("/r"), library), None);
        assert_eq!(program(Path::new("/r"), "Compiling kernel"), None);
        assert_eq!(built("souk", "bin").name(), "souk (bin)");
    }
}
