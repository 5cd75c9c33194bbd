//! What travels with a request without standing in any signature: who asks, until when, under which trace.
//! Set by the doors, read by the client stack. A spawned task has none and gets its service's own.
use crate::{
    actor::{Actor, Role, Roles},
    hex::{hex, unhex},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tracing::{Instrument, Span, info_span};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    Person,
    Background,
}

#[derive(Clone, Debug)]
pub struct Context {
    pub actor: Actor,
    pub deadline: Instant,
    pub patience: Patience,
    pub trace: String,
}

tokio::task_local! { static CURRENT: Context; }

impl Context {
    pub fn person(actor: Actor) -> Context {
        Context {
            actor,
            deadline: Instant::now() + Duration::from_secs(2),
            patience: Patience::Person,
            trace: new_trace(),
        }
    }
    pub fn background(service: &str) -> Context {
        Context {
            actor: Actor::service(service),
            deadline: Instant::now() + Duration::from_secs(30),
            patience: Patience::Background,
            trace: new_trace(),
        }
    }
    /// Work that a fact of this trace sets off, in the service's own name.
    pub fn following(service: &str, trace: &str) -> Context {
        let trace = if is_trace(trace) { child(trace) } else { new_trace() };
        Context { trace, ..Context::background(service) }
    }
    pub fn trace_id(&self) -> &str {
        id_of(&self.trace)
    }
    pub fn current() -> Option<Context> {
        CURRENT.try_with(Clone::clone).ok()
    }
    /// Does the work within this context; what it logs carries the trace.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        let goes_on = trace_id() == self.trace_id();
        let span = if goes_on { Span::current() } else { info_span!("trace", trace_id = self.trace_id()) };
        CURRENT.scope(self, work.instrument(span)).await
    }
}
/// The trace of the work under way, for what outlives it.
pub fn trace() -> String {
    Context::current().map(|c| c.trace).unwrap_or_default()
}
/// The part of it by which people find the rest: 32 hex digits, empty when there is none.
pub fn trace_id() -> String {
    CURRENT.try_with(|c| id_of(&c.trace).to_string()).unwrap_or_default()
}
pub(crate) fn id_of(trace: &str) -> &str {
    trace.get(3..35).unwrap_or_default()
}
/// `00-<32 hex>-<16 hex>-<2 hex>`, neither id zero.
pub(crate) fn is_trace(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &str, len| part.len() == len && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let some = |part: &str| part.bytes().any(|b| b != b'0');
    matches!(parts[..], ["00", id, span, flags] if hex(id, 32) && hex(span, 16) && hex(flags, 2) && some(id) && some(span))
}
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a word"))
}
pub(crate) fn new_trace() -> String {
    format!("00-{:032x}-{:016x}-01", rand::random::<u128>() | 1, rand::random::<u64>() | 1)
}
pub fn child(trace: &str) -> String {
    match trace.get(..36) {
        Some(head) => format!("{head}{:016x}-01", rand::random::<u64>() | 1),
        None => new_trace(),
    }
}

/// Signs who asks, for whom and until when: `roles.user.vendor.guest.cart.service.acted_by.audience.expiry.mac`.
#[derive(Clone)]
pub struct Seal([u8; 32]);
impl Seal {
    /// The same secret in every process, the same seal.
    pub fn of(secret: &[u8]) -> Seal {
        Seal(sha2::Sha256::digest(secret).into())
    }
    /// For a process that talks to itself only.
    pub fn random() -> Seal {
        Seal(rand::random())
    }
    /// A seal for one purpose: what is signed for it is worth nothing for another.
    pub fn derive(&self, purpose: &str) -> Seal {
        Seal(self.whole(&[b"derive\0", purpose.as_bytes()]))
    }
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 16] {
        let whole = self.whole(parts);
        std::array::from_fn(|at| whole[at])
    }
    fn whole(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length"); // can't fail: HMAC takes any key
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
    /// Good for half a minute: it is written anew at each hop.
    pub fn write(&self, actor: &Actor, audience: &str) -> String {
        self.write_for(actor, audience, Duration::from_secs(30))
    }
    pub fn write_for(&self, actor: &Actor, audience: &str, life: Duration) -> String {
        let show = |id: Option<String>| id.unwrap_or_default();
        let roles: Vec<&str> = actor.roles.iter().map(Role::as_str).collect();
        let text = format!(
            "{}.{}.{}.{}.{}.{}.{}.{audience}.{}",
            roles.join(" "),
            show(actor.user.map(|i| i.to_string())),
            show(actor.vendor.map(|i| i.to_string())),
            show(actor.guest.map(|g| hex(&g))),
            show(actor.cart.map(|i| i.to_string())),
            show(actor.service.clone()),
            show(actor.acted_by.as_ref().map(|name| URL_SAFE_NO_PAD.encode(name))),
            now() + life.as_secs()
        );
        let mac = hex(&self.mac(&[text.as_bytes()]));
        text + "." + &mac
    }
    pub fn read(&self, text: &str, audience: &str) -> Option<Actor> {
        let (signed, mac) = text.rsplit_once('.')?;
        if !same(mac.as_bytes(), hex(&self.mac(&[signed.as_bytes()])).as_bytes()) {
            return None;
        }
        let parts: [&str; 9] = signed.split('.').collect::<Vec<_>>().try_into().ok()?;
        let [roles, user, vendor, guest, cart, service, acted_by, aud, expiry] = parts;
        if aud != audience || expiry.parse::<u64>().ok()? < now() {
            return None;
        }
        let roles: Vec<Role> = roles.split(' ').map(|r| r.parse().ok()).collect::<Option<_>>()?;
        Some(Actor {
            roles: Roles::of(&roles),
            user: user.parse().ok(),
            vendor: vendor.parse().ok(),
            guest: unhex(guest),
            cart: cart.parse().ok(),
            service: (!service.is_empty()).then(|| service.to_string()),
            acted_by: if acted_by.is_empty() { None } else { Some(plain(acted_by)?) },
        })
    }
}
/// Free text is written so that no dot of it can be taken for one of ours.
fn plain(text: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{UserId, VendorId};

    #[test]
    fn every_field_of_an_actor_arrives() {
        let seal = Seal::of(b"s");
        let user = UserId::from_uuid(uuid::Uuid::from_u128(1));
        let vendor = Actor::vendor_admin(user, VendorId::from_uuid(uuid::Uuid::from_u128(2)));
        for actor in [
            Actor::anonymous(),
            Actor::guest([9; 32]),
            Actor::service("order"),
            Actor { acted_by: Some("o.l.ga@souk.dev. ö".into()), guest: Some([1; 32]), ..vendor },
        ] {
            assert_eq!(seal.read(&seal.write(&actor, "order"), "order"), Some(actor.clone()));
            assert_eq!(seal.read(&seal.write(&actor, "order"), "cart"), None);
        }
    }

    #[test]
    fn what_is_sealed_for_one_purpose_is_worth_nothing_for_another() {
        let seal = Seal::of(b"s");
        let text = seal.derive("cursors").write(&Actor::anonymous(), "order");
        assert_eq!(seal.read(&text, "order"), None);
        assert_eq!(seal.derive("other").read(&text, "order"), None);
        assert!(seal.derive("cursors").read(&text, "order").is_some());
    }
}
