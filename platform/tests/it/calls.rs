//! The call stack: retry → breaker → rate limit → timeout → bulkhead → call, and the door at the other end (architecture 4, 6).
use crate::{
    rpc::{DO, LeftBehind, SEE, Told, Wish, call, wish},
    shelf::Shelf,
    world::{World, anna, both, elsewhere, listen, seal},
};
use futures::future::join_all;
use kernel::Timestamp;
use platform::{
    actor::Actor,
    context::{Context, Patience, Seal},
    feed::Subscription,
    grpc::{Limits, Transport, step},
    store::{Fact, StoreError},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tonic::{Code, Status};

both! {
    a_deadline_travels_and_holds
    a_panic_is_an_answer
    actor_patience_and_trace_arrive
    what_is_refused_by_a_rule_is_good_health
    half_bad_opens_it_and_one_good_probe_closes_it
    a_bad_probe_keeps_it_open
    the_rate_limit_is_our_own_no
    the_bulkhead_refuses_at_once
    a_person_waits_for_one_retry
    the_background_tries_five_times
    retries_are_a_tenth_of_the_calls
    only_reads_and_steps_are_repeated
    a_step_answers_again
    only_an_assertion_made_out_to_it_opens_the_door
    extensions_stay_with_the_caller
}

fn person() -> Context {
    Context { deadline: Instant::now() + Duration::from_secs(20), ..Context::person(anna()) }
}
async fn see(to: &Transport, what: &str) -> Result<Told, Status> {
    call(to, SEE, wish(what)).await
}
async fn see_as(context: Context, to: &Transport, what: &str) -> Result<Told, Status> {
    context.scope(see(to, what)).await
}

async fn a_deadline_travels_and_holds(world: World) {
    let (to, _) = world.link(Limits::default());
    let within = |ms| Context { deadline: Instant::now() + Duration::from_millis(ms), ..person() };
    let started = Instant::now();
    let late = see_as(within(150), &to, "slow").await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded, "one status for it, wherever it was noticed: {late}");
    assert!(started.elapsed() < Duration::from_millis(1000));
    let told = see_as(within(900), &to, "who").await.unwrap().text;
    let left: u64 = told.split(' ').nth(2).unwrap().parse().unwrap();
    assert!((100..=900).contains(&left), "{told}");
}

/// The callee holds the deadline itself: it does not depend on a caller that waits.
#[tokio::test(flavor = "multi_thread")]
async fn the_callee_stops_at_the_deadline_too() {
    for place in [crate::world::Where::Here, crate::world::Where::There] {
        let world = crate::world::world(place).await;
        let mut request = wish("slow");
        request.metadata_mut().insert("souk-actor", seal().write(&anna(), "lamps").parse().unwrap());
        request.metadata_mut().insert("grpc-timeout", "100m".parse().unwrap());
        let late = call(&world.bare, SEE, request).await.unwrap_err();
        assert!([Code::DeadlineExceeded, Code::Cancelled].contains(&late.code()), "{late}");
    }
}

async fn a_panic_is_an_answer(world: World) {
    let (to, _) = world.link(Limits::default());
    let status = see(&to, "panic").await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Internal, "something went wrong here"));
    assert!(see(&to, "lamp").await.is_ok(), "and the next call works");
}

async fn actor_patience_and_trace_arrive(world: World) {
    let (to, _) = world.link(Limits::default());
    let context = person();
    let trace = context.trace_id().to_string();
    let told = see_as(context, &to, "who").await.unwrap().text;
    assert!(told.starts_with(&anna().principal().unwrap()) && told.contains(" person "), "{told}");
    assert!(told.contains(&trace), "{told} is not of {trace}");
    let own = see(&to, "who").await.unwrap().text;
    assert!(own.starts_with("service:shop background "), "work of its own has the caller's name: {own}");
}

async fn what_is_refused_by_a_rule_is_good_health(world: World) {
    let (to, breaker) = world.link(Limits::default());
    for _ in 0..50 {
        assert_eq!(see(&to, "refused").await.unwrap_err().code(), Code::FailedPrecondition);
    }
    assert!(!breaker.is_open());
}

async fn half_bad_opens_it_and_one_good_probe_closes_it(world: World) {
    let rest = Duration::from_millis(300);
    let (to, breaker) = world.link(Limits { breaker_rest: rest, ..Limits::default() });
    for round in 0..5 {
        assert!(!breaker.is_open(), "{round} bad of twice as many");
        assert!(see(&to, "lamp").await.is_ok());
        assert!(call(&to, DO, wish("down")).await.is_err());
    }
    assert!(breaker.is_open(), "five of ten");
    let before = world.rpc.count("lamp");
    let started = Instant::now();
    let refused = see(&to, "lamp").await.unwrap_err();
    assert_eq!((refused.code(), world.rpc.count("lamp")), (Code::Unavailable, before), "it is not even asked");
    assert!(started.elapsed() < Duration::from_millis(50), "and nothing of our own is tried again");
    tokio::time::sleep(rest + Duration::from_millis(50)).await;
    let probe = async { see(&to, "nap").await };
    let beside = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        see_as(person(), &to, "lamp").await
    };
    let (probe, beside) = tokio::join!(probe, beside);
    assert!(probe.is_ok() && beside.is_err(), "one probe, and nobody beside it");
    assert!(!breaker.is_open() && see(&to, "lamp").await.is_ok());
}

async fn a_bad_probe_keeps_it_open(world: World) {
    let rest = Duration::from_millis(100);
    let (to, breaker) = world.link(Limits { breaker_rest: rest, ..Limits::default() });
    for _ in 0..10 {
        assert!(call(&to, DO, wish("down")).await.is_err());
    }
    tokio::time::sleep(rest + Duration::from_millis(20)).await;
    let asked = world.rpc.count("down");
    assert!(call(&to, DO, wish("down")).await.is_err());
    assert_eq!((world.rpc.count("down"), breaker.is_open()), (asked + 1, true));
    assert!(call(&to, DO, wish("lamp")).await.is_err(), "it rests again");
}

async fn the_rate_limit_is_our_own_no(world: World) {
    let (to, breaker) = world.link(Limits { per_second: 5, ..Limits::default() });
    let all = join_all((0..100).map(|_| see(&to, "lamp"))).await;
    let refused = all.iter().filter(|r| r.as_ref().is_err_and(|s| s.code() == Code::ResourceExhausted)).count();
    assert!(refused >= 80 && !breaker.is_open(), "{refused}");
    assert_eq!(world.rpc.count("lamp") as usize, 100 - refused);
}

async fn the_bulkhead_refuses_at_once(world: World) {
    let (to, breaker) = world.link(Limits { at_once: 4, ..Limits::default() });
    let all = join_all((0..40).map(|_| see(&to, "nap"))).await;
    let refused = all.iter().filter(|r| r.as_ref().is_err_and(|s| s.code() == Code::ResourceExhausted)).count();
    assert_eq!((refused, breaker.is_open()), (36, false));
}

async fn a_person_waits_for_one_retry(world: World) {
    let (to, _) = world.link(Limits { breaker_least: 1000, ..Limits::default() });
    for _ in 0..40 {
        see(&to, "lamp").await.unwrap(); // fills the budget
    }
    assert!(see_as(person(), &to, "down once").await.is_ok());
    assert!(see_as(person(), &to, "down").await.is_err());
    assert_eq!((world.rpc.count("down once"), world.rpc.count("down")), (2, 2));
}

async fn the_background_tries_five_times(world: World) {
    let (to, _) = world.link(Limits { breaker_least: 1000, ..Limits::default() });
    for _ in 0..100 {
        see(&to, "lamp").await.unwrap();
    }
    let started = Instant::now();
    assert!(see(&to, "down").await.is_err());
    let most = Duration::from_millis(500 + 1000 + 2000 + 4000 + 1000);
    assert!(started.elapsed() < most, "full jitter below 0.5, 1, 2, 4 s: {:?}", started.elapsed());
    assert_eq!(world.rpc.count("down"), 5);
}

async fn retries_are_a_tenth_of_the_calls(world: World) {
    let (to, _) = world.link(Limits { breaker_least: 1000, ..Limits::default() });
    for _ in 0..20 {
        see(&to, "lamp").await.unwrap();
    }
    for _ in 0..60 {
        let _ = see_as(person(), &to, "down").await;
    }
    // A tenth of twenty, and a reserve of one a second over ten.
    let retries = world.rpc.count("down") - 60;
    assert!((2..=14).contains(&retries), "{retries}");
}

async fn only_reads_and_steps_are_repeated(world: World) {
    let (to, _) = world.link(Limits { breaker_least: 1000, ..Limits::default() });
    for _ in 0..40 {
        see(&to, "lamp").await.unwrap();
    }
    assert!(person().scope(call(&to, DO, wish("down"))).await.is_err());
    assert_eq!(world.rpc.count("down"), 1, "a write without a key is not repeated");
    let keyed = step("a", wish("down").into_inner());
    assert!(person().scope(call(&to, DO, keyed)).await.is_err());
    assert_eq!(world.rpc.count("down"), 3);
}

async fn a_step_answers_again(world: World) {
    let (to, _) = world.link(Limits::default());
    let lamp = |key: &str, what: &str| step(key, wish(what).into_inner());
    let first = call(&to, DO, lamp("a", "lamp")).await.unwrap();
    let again = call(&to, DO, lamp("a", "lamp")).await.unwrap();
    assert_eq!((first.number, &again), (1, &first));
    let reused = call(&to, DO, lamp("a", "rug")).await.unwrap_err();
    assert_eq!(platform::grpc::code_of(&reused), "key_reused");
    assert_eq!(call(&to, DO, lamp("b", "lamp")).await.unwrap().number, 3);
}

async fn only_an_assertion_made_out_to_it_opens_the_door(world: World) {
    let try_with = async |assertion: &str| {
        let mut request = wish("lamp");
        request.metadata_mut().insert("souk-actor", assertion.parse().unwrap());
        call(&world.bare, SEE, request).await.map_err(|s| s.code())
    };
    assert!(try_with(&seal().write(&anna(), "lamps")).await.is_ok());
    let good = seal().write(&anna(), "lamps");
    let forged = good.replacen("customer", "platform_admin", 1);
    let foreign = Seal::of(b"another secret").write(&anna(), "lamps");
    let expired = seal().write_for(&anna(), "lamps", Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for wrong in
        [seal().write(&anna(), "payment"), forged, foreign, expired, good[..good.len() - 1].into(), String::new()]
    {
        assert_eq!(try_with(&wrong).await, Err(Code::Unauthenticated), "{wrong}");
    }
    assert_eq!(call(&world.bare, SEE, wish("lamp")).await.unwrap_err().code(), Code::Unauthenticated);
}

async fn extensions_stay_with_the_caller(world: World) {
    let (to, _) = world.link(Limits::default());
    let mut request = wish("left");
    request.extensions_mut().insert(LeftBehind);
    assert_eq!(call(&to, SEE, request).await.unwrap().text, "nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callee_that_is_away_is_unavailable_and_comes_back() {
    let at = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let net = elsewhere(&format!("http://{at}")).await;
    let (to, _) = net.link("shop", "lamps", Limits::default()).unwrap();
    assert_eq!(see_as(person(), &to, "lamp").await.unwrap_err().code(), Code::Unavailable);
    let world = crate::world::world(crate::world::Where::Here).await;
    let listener = tokio::net::TcpListener::bind(at).await.unwrap();
    let router = world.net.internal();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let back = Context { patience: Patience::Background, ..person() };
    assert!(back.scope(see(&to, "lamp")).await.is_ok());
}

/// A listener with Nagle's algorithm holds each wake-up of a feed back for some 40 ms.
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_wakes_its_reader_at_once() {
    let world = crate::world::world(crate::world::Where::There).await;
    let (heard, mut hears) = tokio::sync::mpsc::channel(64);
    let subscription = Subscription::to("lamps", "shop.hear").on(&Arc::new(heard), |heard, _: Wish, _| async move {
        heard.send(Instant::now()).await.map_err(|e| StoreError::Broken(e.to_string()))
    });
    tokio::spawn(subscription.follow(world.link(Limits::default()).0, Arc::new(Shelf::default())));
    let mut waits = vec![];
    for position in 1..=20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let fact = Fact::of(("lamp", "l", position), &Wish { what: "light".into() }, Timestamp(position));
        let told = Instant::now();
        world.shelf.tell(Fact { position, ..fact });
        waits.push(hears.recv().await.unwrap() - told);
    }
    waits.sort();
    assert!(waits[10] < Duration::from_millis(30), "half of them took longer: {waits:?}");
}

#[tokio::test]
async fn one_listener_serves_both_by_the_name_that_is_asked_for() {
    let world = crate::world::world(crate::world::Where::Here).await;
    let at = listen(world.net.internal()).await;
    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let ask = async |to: &str| {
        let request = http::Request::get(format!("{at}/store/v1/lamps")).header("souk-to", to);
        let request = request.header("souk-actor", seal().write(&Actor::anonymous(), "lamps"));
        client.request(request.body(axum::body::Body::empty()).unwrap()).await.unwrap().status().as_u16()
    };
    assert_eq!((ask("lamps").await, ask("rugs").await), (200, 404));
}
