//! What can be said of a list of routes without running one: its faults, and who may call what.
use super::{Access, Audience, KeyRule, Routes, Spec, schema};
use crate::actor::{Policy, Role};
use std::fmt::Write;

impl<A: Send + Sync + 'static> Routes<A> {
    /// Everything that is wrong with the list, at once: a start-up error.
    pub fn faults(&self, policy: &dyn Policy) -> Vec<String> {
        let faults = |s: &Spec| {
            let wrong = access(s, policy).into_iter().chain(flags(s)).chain(shapes(s));
            wrong.map(|w| format!("{} {} ({}) {w}", s.method, s.path, s.name)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(|route| faults(&route.spec)).collect()
    }
    pub fn specs(&self) -> Vec<Spec> {
        self.0.iter().map(|r| r.spec.clone()).collect()
    }
}

fn access(s: &Spec, policy: &dyn Policy) -> Option<String> {
    match s.access {
        None => Some("declares no action and is not open".to_string()),
        Some(Access::Action(a)) if policy.roles(a).is_none() => Some(format!("action {a} has no rule")),
        _ => None,
    }
}

fn flags(s: &Spec) -> Vec<String> {
    let (reads, hook) = (s.method == "GET", s.audience == Some(Audience::Hooks));
    let wrong = [
        (s.audience.is_none(), "is under none of /store, /vendor, /admin, /hooks"),
        (s.doc.is_empty(), "has no doc"),
        (hook && !s.raw, "is a hook and does not take the raw body, whose signature comes first"),
        (s.raw && !hook, "takes a raw body and is no hook"),
        (hook && (s.key != KeyRule::None || s.access != Some(Access::Open)), "is a hook: it has no token and no key"),
        (s.cached.is_some() && !reads, "is cached but writes"),
        (s.slow && s.key == KeyRule::None, "is slow but takes no key: a repeat would start again"),
    ];
    wrong.into_iter().filter(|(applies, _)| *applies).map(|(_, text)| text.to_string()).collect()
}

fn shapes(s: &Spec) -> Vec<String> {
    let (mut generator, mut wrong) = (schema::generator(true), vec![]);
    let holes = s.path.matches('{').count();
    let typed = s.path_args.map_or(0, |shape| schema::path_shapes(&mut generator, shape).len());
    if holes != typed {
        wrong.push(format!("has {holes} path parameters, its handler takes {typed}"))
    }
    for shape in [s.body, s.query].into_iter().flatten() {
        shape(&mut generator);
    }
    for (name, schema) in generator.definitions() {
        if schema.get("properties").is_some() && schema["additionalProperties"] != false {
            wrong.push(format!("{name}, part of the body, lacks #[serde(deny_unknown_fields)]"))
        }
    }
    wrong
}

/// The printed table: who may call what.
pub fn matrix(specs: &[Spec], policy: &dyn Policy) -> String {
    const ROLES: [Role; 6] =
        [Role::Anonymous, Role::Customer, Role::VendorStaff, Role::VendorAdmin, Role::Support, Role::PlatformAdmin];
    let mut text =
        format!("{:<6} {:<42} {:<16} {}\n", "", "route", "action", ROLES.map(|r| format!("{r:?}")).join(" "));
    for s in specs {
        let (action, roles) = match s.access {
            Some(Access::Action(a)) => (a, policy.roles(a).unwrap_or_default()),
            _ => ("(open)", ROLES.to_vec()),
        };
        let marks: Vec<_> = ROLES
            .iter()
            .map(|r| format!("{:^w$}", if roles.contains(r) { "x" } else { "·" }, w = format!("{r:?}").len()))
            .collect();
        let _ = writeln!(text, "{:<6} {:<42} {action:<16} {}", s.method, s.path, marks.join(" "));
    }
    text
}
