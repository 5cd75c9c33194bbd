//! `cargo run -p xtask -- gen [--check]`: proto → committed Rust, without protoc and without build scripts.
use prost::Message;
use std::{collections::BTreeMap, fs, path::Path, time::Instant};

fn main() {
    let check = std::env::args().any(|a| a == "--check");
    let started = Instant::now();
    let mut stale = vec![];
    for (into, protos) in trees() {
        let protos: Vec<&str> = protos.iter().map(String::as_str).collect();
        for (path, text) in generate(&protos) {
            let path = Path::new(&into).join(path);
            if fs::read_to_string(&path).is_ok_and(|old| old == text) {
                continue;
            }
            stale.push(path.display().to_string());
            if !check {
                fs::create_dir_all(&into).unwrap();
                fs::write(path, text).unwrap()
            }
        }
    }
    eprintln!("gen: {} changed in {:?}", stale.len(), started.elapsed());
    if check && !stale.is_empty() {
        eprintln!("stale: {stale:?}; run `make gen`");
        std::process::exit(1)
    }
}

/// The feed's contract is the platform's own; all others are the services'.
fn trees() -> [(String, Vec<String>); 2] {
    let mut all = vec![];
    for service in fs::read_dir("proto/souk").unwrap().map(|d| d.unwrap().path()) {
        for file in fs::read_dir(service.join("v1")).unwrap().map(|f| f.unwrap().path()) {
            all.push(file.strip_prefix("proto").unwrap().display().to_string());
        }
    }
    all.sort();
    let (feed, services) = all.into_iter().partition(|path| path.starts_with("souk/feed/"));
    [("contracts/src/gen".into(), services), ("platform/src/gen".into(), feed)]
}

fn generate(protos: &[&str]) -> BTreeMap<String, String> {
    let set = protox::compile(protos, ["proto"]).unwrap();
    let out = std::env::temp_dir().join(format!("souk-gen-{}", std::process::id()));
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out).unwrap();
    let mut config = prost_build_config();
    config.enable_type_names();
    config.btree_map(["."]); // bytes of equal messages are equal: step keys are compared by them
    tonic_prost_build::configure()
        .build_transport(false)
        .out_dir(&out)
        .bytes(".souk.feed.v1.Fact.payload")
        .compile_fds_with_config(set.clone(), config)
        .unwrap();
    let mut files: BTreeMap<String, String> = fs::read_dir(&out)
        .unwrap()
        .map(|f| f.unwrap())
        .map(|f| (f.file_name().into_string().unwrap(), fs::read_to_string(f.path()).unwrap()))
        .collect();
    fs::remove_dir_all(&out).unwrap();
    files.insert("reads.rs".into(), reads(&set));
    files
}
fn prost_build_config() -> tonic_prost_build::Config {
    tonic_prost_build::Config::new()
}

/// Methods that change nothing: what the client stack may repeat without a step key.
fn reads(set: &prost_types::FileDescriptorSet) -> String {
    let mut text = String::from("/// Methods whose proto says NO_SIDE_EFFECTS.\npub const READS: &[&str] = &[\n");
    for file in &set.file {
        for service in &file.service {
            for method in &service.method {
                let level = method.options.as_ref().and_then(|o| o.idempotency_level);
                if level == Some(prost_types::method_options::IdempotencyLevel::NoSideEffects as i32) {
                    text += &format!("    \"/{}.{}/{}\",\n", file.package(), service.name(), method.name());
                }
            }
        }
    }
    let _ = set.encoded_len();
    text + "];\n"
}
