//! The first files of a service: what every service has before it does anything. Rooms that would be empty come with their first use.
use crate::files;
use std::path::Path;

/// Where each file lies in the service, and its text with `{name}` and `{Name}` in it.
const FILES: [(&str, &str); 10] = [
    ("Cargo.toml", include_str!("../templates/Cargo.toml.txt")),
    ("README.md", include_str!("../templates/README.md.txt")),
    ("src/lib.rs", include_str!("../templates/lib.rs.txt")),
    ("src/config.rs", include_str!("../templates/config.rs.txt")),
    ("src/error.rs", include_str!("../templates/error.rs.txt")),
    ("src/app.rs", include_str!("../templates/app.rs.txt")),
    ("src/inbound.rs", include_str!("../templates/inbound.rs.txt")),
    ("src/inbound/rest.rs", include_str!("../templates/rest.rs.txt")),
    ("tests/it.rs", include_str!("../templates/it.rs.txt")),
    ("tests/it/store.rs", include_str!("../templates/store.rs.txt")),
];

const CONTEXTS: [&str; 6] = ["sales", "fulfillment", "customer", "discovery", "billing", "infrastructure"];

pub fn create(root: &Path, context: &str, name: &str) -> Result<bool, String> {
    if !CONTEXTS.contains(&context) {
        return Err(format!("{context} is no bounded context: one of {}", CONTEXTS.join(", ")));
    }
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase()) {
        return Err(format!("{name:?} is no name: a service is one word in lower case"));
    }
    let at = format!("services/{context}/{name}");
    if root.join(&at).exists() {
        return Err(format!("{at} is there already"));
    }
    let manifest = root.join("Cargo.toml");
    let listed = listed(&files::read(&manifest)?, name, &at)?;
    for (path, text) in FILES {
        files::write(&root.join(&at).join(path), &filled(text, name))?;
        println!("{at}/{path}");
    }
    files::write(&manifest, &listed)?;
    println!(
        "\nNext: its README, its states in src/domain.rs, its tables in migrations/{{sqlite,postgres}}/0001_….sql."
    );
    println!(
        "It runs once it has a line in souk/src/wiring.rs, below everything it calls, and `{name}` in souk/Cargo.toml:"
    );
    println!("    net.host(\"{name}\", {name}::routes, {name}::module).await?;");
    Ok(true)
}

fn filled(text: &str, name: &str) -> String {
    let (first, rest) = name.split_at(1);
    text.replace("{name}", name).replace("{Name}", &(first.to_uppercase() + rest))
}

/// The root's manifest with the service among the others.
fn listed(manifest: &str, name: &str, at: &str) -> Result<String, String> {
    let line = format!("{name} = {{ path = \"{at}\" }}");
    if manifest.lines().any(|known| known == line) {
        return Ok(manifest.to_string());
    }
    if manifest.lines().any(|known| known.starts_with(&format!("{name} = "))) {
        return Err(format!("Cargo.toml knows another {name}"));
    }
    let mut lines: Vec<&str> = manifest.lines().collect();
    let known = lines.iter().rposition(|line| line.contains("path = \"services/"));
    let table = lines.iter().position(|line| *line == "[workspace.dependencies]");
    let after = known.or(table).ok_or("Cargo.toml has no [workspace.dependencies]")?;
    lines.insert(after + 1, &line);
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str =
        "[workspace]\nmembers = [\"services/*/*\"]\n\n[workspace.dependencies]\nkernel = { path = \"kernel\" }\n";

    #[test]
    fn it_writes_its_files_and_is_listed_once() {
        let temp = files::Temp::new();
        let root = temp.0.as_path();
        files::write(&root.join("Cargo.toml"), ROOT).unwrap();
        assert_eq!(create(root, "sales", "loyalty"), Ok(true));
        let there = |path: &str| files::read(&root.join("services/sales/loyalty").join(path)).unwrap();
        for (path, _) in FILES {
            let text = there(path);
            assert!(!text.is_empty() && !text.contains("{name}") && !text.contains("{Name}"), "{path}: {text}");
        }
        assert!(there("src/app.rs").contains("pub struct Loyalty {"));
        assert!(there("src/lib.rs").contains("Module::new(\"loyalty\", db.clone())"));
        let manifest = files::read(&root.join("Cargo.toml")).unwrap();
        let line = "loyalty = { path = \"services/sales/loyalty\" }";
        assert_eq!(manifest.lines().filter(|known| *known == line).count(), 1, "{manifest}");
        println!("{} files", FILES.len());
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_is_written() {
        let temp = files::Temp::new();
        let root = temp.0.as_path();
        files::write(&root.join("Cargo.toml"), ROOT).unwrap();
        for (context, name) in [("selling", "loyalty"), ("sales", "Loyalty"), ("sales", ""), ("sales", "kernel")] {
            assert!(create(root, context, name).is_err(), "{context} {name}");
        }
        assert!(!root.join("services").exists());
        create(root, "sales", "loyalty").unwrap();
        assert!(create(root, "sales", "loyalty").unwrap_err().contains("is there already"));
        assert!(create(root, "billing", "loyalty").unwrap_err().contains("another loyalty"));
    }
}
