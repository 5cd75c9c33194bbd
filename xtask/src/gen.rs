//! Proto → committed Rust, without protoc and without build scripts: a build never waits for a generator.
use crate::files;
use prost_types::{FileDescriptorSet, MethodDescriptorProto, method_options::IdempotencyLevel};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// What happens to a file that is not as its proto says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    IsWritten,
    IsRefused,
}

/// Whether a proto file is generated into a folder.
type Belongs = fn(&str) -> bool;

/// The feed's contract is the platform's own; all others are the services'.
const TREES: [(&str, Belongs); 2] = [("contracts/src/gen", |path| !is_feed(path)), ("platform/src/gen", is_feed)];

fn is_feed(path: &str) -> bool {
    path.starts_with("souk/feed/")
}

pub fn generate(root: &Path, stale: Stale) -> Result<bool, String> {
    let protos = protos(root)?;
    let mut changed = vec![];
    for (folder, belongs) in TREES {
        let own: Vec<&str> = protos.iter().map(String::as_str).filter(|path| belongs(path)).collect();
        changed.extend(bring_up(root, folder, &sources(root, &own)?, stale)?);
    }
    eprintln!("gen: {} proto files, {} of the generated ones stale", protos.len(), changed.len());
    for path in &changed {
        eprintln!("  {path}");
    }
    let is_fine = changed.is_empty() || stale == Stale::IsWritten;
    if !is_fine {
        eprintln!("run `make gen` and commit what it writes");
    }
    Ok(is_fine)
}

/// `souk/order/v1/order.proto`, of all services, in order.
pub fn protos(root: &Path) -> Result<Vec<String>, String> {
    let mut paths = vec![];
    for service in files::list(&root.join("proto/souk"))? {
        for file in files::list(&service.join("v1"))? {
            paths.push(files::relative(&root.join("proto"), &file));
        }
    }
    Ok(paths)
}

/// Writes what differs and removes what has no proto any more, or only names them.
fn bring_up(root: &Path, folder: &str, wanted: &BTreeMap<String, String>, stale: Stale) -> Result<Vec<String>, String> {
    let there: BTreeSet<String> = match files::list(&root.join(folder)) {
        Ok(paths) => paths.iter().map(|path| files::relative(&root.join(folder), path)).collect(),
        Err(_) => BTreeSet::new(), // nothing was generated yet
    };
    let mut changed = vec![];
    for (name, text) in wanted {
        let path = root.join(folder).join(name);
        if there.contains(name) && files::read(&path)? == *text {
            continue;
        }
        changed.push(format!("{folder}/{name}"));
        if stale == Stale::IsWritten {
            files::write(&path, text)?;
        }
    }
    for name in there.iter().filter(|name| !wanted.contains_key(*name)) {
        changed.push(format!("{folder}/{name}"));
        if stale == Stale::IsWritten {
            files::remove(&root.join(folder).join(name))?;
        }
    }
    Ok(changed)
}

fn sources(root: &Path, protos: &[&str]) -> Result<BTreeMap<String, String>, String> {
    let set = protox::compile(protos, [root.join("proto")]).map_err(|e| format!("proto: {e}"))?;
    let out = std::env::temp_dir().join(format!("souk-gen-{}", std::process::id()));
    std::fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    config.btree_map(["."]); // bytes of equal messages are equal: step keys are compared by them
    let built = tonic_prost_build::configure()
        .build_transport(false)
        .out_dir(&out)
        .bytes(".souk.feed.v1.Fact.payload")
        .compile_fds_with_config(set.clone(), config);
    built.map_err(|e| format!("proto: {e}"))?;
    let mut texts = BTreeMap::new();
    for path in files::list(&out)? {
        texts.insert(files::relative(&out, &path), files::read(&path)?);
    }
    std::fs::remove_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    texts.insert("reads.rs".into(), reads(&set));
    Ok(texts)
}

/// Methods that change nothing: what the client stack may repeat without a step key.
fn reads(set: &FileDescriptorSet) -> String {
    let mut text = String::from("/// Methods whose proto says NO_SIDE_EFFECTS.\npub const READS: &[&str] = &[\n");
    for file in &set.file {
        for service in &file.service {
            for method in service.method.iter().filter(|method| only_reads(method)) {
                text += &format!("    \"/{}.{}/{}\",\n", file.package(), service.name(), method.name());
            }
        }
    }
    text + "];\n"
}

fn only_reads(method: &MethodDescriptorProto) -> bool {
    let level = method.options.as_ref().and_then(|options| options.idempotency_level);
    level == Some(IdempotencyLevel::NoSideEffects as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_refused_then_written_then_fine() {
        let temp = files::Temp::new();
        let put = |path: &str, text: &str| files::write(&temp.0.join(path), text).unwrap();
        let service = "syntax = \"proto3\"; package souk.cart.v1; service Carts {\n  rpc Get(GetRequest) returns (Cart) \
                       { option idempotency_level = NO_SIDE_EFFECTS; }\n}\nmessage GetRequest {} message Cart {}";
        put("proto/souk/cart/v1/cart.proto", service);
        put("proto/souk/feed/v1/feed.proto", "syntax = \"proto3\"; package souk.feed.v1; message Fact {}");
        put("contracts/src/gen/souk.gone.v1.rs", "");
        assert_eq!(generate(&temp.0, Stale::IsRefused), Ok(false));
        assert!(!temp.0.join("contracts/src/gen/reads.rs").exists(), "a check writes nothing");
        assert_eq!(generate(&temp.0, Stale::IsWritten), Ok(true));
        assert_eq!(generate(&temp.0, Stale::IsRefused), Ok(true));
        let reads = files::read(&temp.0.join("contracts/src/gen/reads.rs")).unwrap();
        assert!(reads.contains("\"/souk.cart.v1.Carts/Get\""), "{reads}");
        assert!(!temp.0.join("contracts/src/gen/souk.gone.v1.rs").exists(), "what has no proto goes");
        put("contracts/src/gen/souk.cart.v1.rs", "edited by hand");
        assert_eq!(generate(&temp.0, Stale::IsRefused), Ok(false));
    }
}
