//! One line for a fault of ours, with its cause and its trace; and a trace that goes on wherever the work goes (architecture 8).
use crate::{
    lamps::lost,
    rpc::{SEE, Wish, call, wish},
    shelf::Shelf,
    world::{Where, anna, world},
};
use kernel::Timestamp;
use platform::{
    context::{self, Context},
    feed::Subscription,
    grpc::Limits,
    store::{Fact, StoreError},
};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
impl MakeWriter<'_> for Lines {
    type Writer = Lines;
    fn make_writer(&self) -> Lines {
        self.clone()
    }
}

impl Lines {
    /// What this thread logs from now on.
    fn catch() -> (Lines, tracing::subscriber::DefaultGuard) {
        let lines = Lines::default();
        let logs = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_ansi(false);
        let guard = tracing::subscriber::set_default(logs.with_writer(lines.clone()).finish());
        (lines, guard)
    }
    fn faults(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains("ERROR")).map(str::to_string).collect()
    }
}

#[tokio::test]
async fn a_fault_is_one_line_with_its_cause_and_the_trace_that_the_client_was_told() {
    let world = world(Where::Here).await;
    let (lines, _guard) = Lines::catch();
    for (line, body) in [
        (format!("GET /store/v1/lamps/{}", lost()), ""),
        ("POST /store/v1/lamps".to_string(), r#"{"name":"panic"}"#),
        ("POST /store/v1/lamps".to_string(), r#"{"name":"away"}"#),
    ] {
        let before = lines.faults().len();
        let got = world.send(&anna(), &line, &[("idempotency-key", "k")], body).await;
        let (faults, trace) = (lines.faults().split_off(before), got.json()["trace_id"].as_str().unwrap().to_string());
        assert_eq!(faults.len(), 1, "{line}: {faults:#?}");
        assert!(faults[0].contains(&trace) && faults[0].contains(&got.code()), "{trace}: {}", faults[0]);
    }
    let all = lines.faults();
    assert!(all[0].contains("row 7") && all[1].contains("row 8") && all[2].contains("factory"), "{all:#?}");
}

#[tokio::test]
async fn a_no_to_a_client_is_no_fault() {
    let world = world(Where::Here).await;
    let (lines, _guard) = Lines::catch();
    for (line, body) in [
        ("GET /store/v1/lamps/x", ""),
        ("GET /nowhere", ""),
        ("POST /store/v1/lamps", "{"),
        ("POST /store/v1/lamps", r#"{"name":"priced"}"#),
    ] {
        assert!(world.send(&anna(), line, &[("idempotency-key", "k")], body).await.status < 500);
    }
    assert_eq!(lines.faults(), Vec::<String>::new());
}

#[tokio::test]
async fn a_fault_behind_a_call_is_logged_where_it_happened() {
    let world = world(Where::Here).await;
    let (lines, _guard) = Lines::catch();
    let (to, _) = world.link(Limits::default());
    for (what, cause) in [("broken", "row 7"), ("panic", "row 9")] {
        let before = lines.faults().len();
        let context = Context::person(anna());
        let trace = context.trace_id().to_string();
        let status = context.scope(call(&to, SEE, wish(what))).await.unwrap_err();
        let faults = lines.faults().split_off(before);
        assert_eq!((faults.len(), status.message().contains("row")), (1, false), "{faults:#?}");
        assert!(
            faults[0].contains(cause) && faults[0].contains(&trace) && faults[0].contains("lamps"),
            "{}",
            faults[0]
        );
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<(String, Option<String>)>>);

#[tokio::test]
async fn a_fact_goes_on_in_the_trace_of_what_caused_it() {
    let world = world(Where::Here).await;
    let cause = Context::person(anna());
    let trace = cause.trace_id().to_string();
    let fact = cause.scope(async { Fact::of(("lamp", "l", 1), &Wish { what: "light".into() }, Timestamp(1)) }).await;
    world.shelf.tell(Fact { position: 1, ..fact });

    let heard = Arc::new(Heard::default());
    let subscription = Subscription::to("lamps", "shop.hear").on(&heard, |heard: Arc<Heard>, _: Wish, _| async move {
        let who = Context::current().and_then(|c| c.actor.principal());
        heard.0.lock().unwrap().push((context::trace_id(), who));
        Ok::<_, StoreError>(())
    });
    tokio::spawn(subscription.follow(world.link(Limits::default()).0, Arc::new(Shelf::default())));
    for _ in 0..200 {
        if !heard.0.lock().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(*heard.0.lock().unwrap(), [(trace, Some("service:shop".to_string()))]);
}
