//! Rules of the contracts (api 10).
use super::{Found, tree::Tree};
use crate::r#gen;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};
use protox::Compiler;
use std::collections::BTreeSet;

/// Numbers of the fields of a file's descriptor, which is how its places are named.
const PACKAGE: i32 = 2;
const MESSAGE: i32 = 4;
const ENUM: i32 = 5;
const SERVICE: i32 = 6;
/// Of a service's methods, of a message's messages and enums.
const METHOD: i32 = 2;
const NESTED_MESSAGE: i32 = 3;
const NESTED_ENUM: i32 = 4;

/// The package is the folder; what can't be compiled is reported here too.
pub fn packages(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for (name, file) in files(tree) {
        let wanted = name.rsplit_once('/').map(|(folder, _)| folder.replace('/', ".")).unwrap_or_default();
        match file {
            Ok(file) if file.package() != wanted => {
                let says = format!("package {} lies in the folder of {wanted}", file.package());
                found.push(place(&name, &file, &[PACKAGE], says));
            }
            Ok(_) => {}
            Err(why) => found.push(Found { file: format!("proto/{name}"), line: 1, says: why }),
        }
    }
    found
}

pub fn enums(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for (name, file) in compiled(tree) {
        let mut all = listed(&file.enum_type, &[], ENUM);
        for (at, message) in (0..).zip(&file.message_type) {
            inside(message, &[MESSAGE, at], &mut all);
        }
        for (path, listed) in all {
            let is_fine = listed.value.first().is_some_and(|v| v.number() == 0 && v.name().ends_with("_UNSPECIFIED"));
            if !is_fine {
                let says = format!("enum {} does not begin with …_UNSPECIFIED = 0", listed.name());
                found.push(place(&name, &file, &path, says));
            }
        }
    }
    found
}

type Enums<'a> = Vec<(Vec<i32>, &'a EnumDescriptorProto)>;

fn listed<'a>(enums: &'a [EnumDescriptorProto], prefix: &[i32], field: i32) -> Enums<'a> {
    (0..).zip(enums).map(|(at, listed)| ([prefix, &[field, at]].concat(), listed)).collect()
}

fn inside<'a>(message: &'a DescriptorProto, path: &[i32], all: &mut Enums<'a>) {
    all.extend(listed(&message.enum_type, path, NESTED_ENUM));
    for (at, nested) in (0..).zip(&message.nested_type) {
        inside(nested, &[path, &[NESTED_MESSAGE, at]].concat(), all);
    }
}

/// `rpc Take(TakeRequest)`: a request is one call's own. An answer may be a thing that several calls show, but of this package.
pub fn calls(tree: &Tree) -> Vec<Found> {
    let (mut found, mut taken) = (vec![], BTreeSet::new());
    for (name, file) in compiled(tree) {
        for (at, service) in (0..).zip(&file.service) {
            for (of, method) in (0..).zip(&service.method) {
                let call = method.name();
                let wanted = format!(".{}.{call}Request", file.package());
                let says = if method.input_type() != wanted {
                    format!("{call} takes {} and not {call}Request", method.input_type())
                } else if !taken.insert(wanted) {
                    format!("{call}Request is taken by two calls")
                } else if !method.output_type().starts_with(&format!(".{}.", file.package())) {
                    format!("{call} answers {}, which is not of this package", method.output_type())
                } else {
                    continue;
                };
                found.push(place(&name, &file, &[SERVICE, at, METHOD, of], says));
            }
        }
    }
    found
}

fn compiled(tree: &Tree) -> impl Iterator<Item = (String, FileDescriptorProto)> {
    files(tree).into_iter().filter_map(|(name, file)| Some((name, file.ok()?)))
}

/// Every proto file by its name below `proto/`.
fn files(tree: &Tree) -> Vec<(String, Result<FileDescriptorProto, String>)> {
    let names = r#gen::protos(&tree.root).unwrap_or_default();
    let mut files = vec![];
    for name in names {
        let compile = || -> Result<FileDescriptorProto, String> {
            let mut compiler = Compiler::new([tree.root.join("proto")]).map_err(|e| e.to_string())?;
            compiler.include_source_info(true).open_file(&name).map_err(|e| e.to_string())?;
            let own = compiler.file_descriptor_set().file.into_iter().find(|file| file.name() == name);
            own.ok_or_else(|| "not compiled".to_string())
        };
        let file = compile();
        files.push((name, file));
    }
    files
}

fn place(name: &str, file: &FileDescriptorProto, path: &[i32], says: String) -> Found {
    let known = file.source_code_info.iter().flat_map(|info| &info.location).find(|l| l.path == path);
    let line = known.and_then(|l| l.span.first()).map_or(1, |line| usize::try_from(*line).unwrap_or(0) + 1);
    Found { file: format!("proto/{name}"), line, says }
}
