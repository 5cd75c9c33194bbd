//! The saga matrix: every step fails in every way, alone and together with a second fault, and every order ends decided, sound,
//! with each effect at most once (checkout 1–6; O1, O5, O6, O8).
use super::{
    made::NOW,
    payment,
    wire::Fate,
    world::{self, Process, World},
};
use kernel::OrderId;
use order::{Config, domain::State};
use std::{collections::BTreeMap, time::Duration};
use tokio::task::JoinSet;
use tonic::Code;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Accept,
    Hold,
    Authorize,
    Commit,
    Take,
    Void,
    UndoHold,
    UndoAccept,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Refused,
    UnknownThenDone,
    UnknownThenNever,
    LateAfterItsUndo,
    Twice,
    CrashBefore,
    CrashAfter,
}

const STEPS: [Step; 8] =
    [Step::Accept, Step::Hold, Step::Authorize, Step::Commit, Step::Take, Step::Void, Step::UndoHold, Step::UndoAccept];
const FAULTS: [Fault; 7] = [
    Fault::Refused,
    Fault::UnknownThenDone,
    Fault::UnknownThenNever,
    Fault::LateAfterItsUndo,
    Fault::Twice,
    Fault::CrashBefore,
    Fault::CrashAfter,
];
/// What may happen to any call beside the fault under test.
const SECOND: [Fault; 4] = [Fault::UnknownThenDone, Fault::Twice, Fault::CrashBefore, Fault::CrashAfter];

impl Step {
    fn method(self) -> &'static str {
        match self {
            Step::Accept => "Accept",
            Step::Hold => "PlaceHold",
            Step::Authorize => "Authorize",
            Step::Commit => "CommitHold",
            Step::Take => "Take",
            Step::Void => "Void",
            Step::UndoHold => "UndoHold",
            Step::UndoAccept => "UndoAccept",
        }
    }
    /// Only an order that goes back sends it.
    fn is_back(self) -> bool {
        matches!(self, Step::Void | Step::UndoHold | Step::UndoAccept)
    }
}

/// What the participant refuses by rule, when this step is the one that is refused.
fn refuse(step: Step, w: &World) {
    match step {
        Step::Accept => w.pricing.lock().unwrap().inactive = true,
        Step::Hold => w.stock.lock().unwrap().stock.values_mut().for_each(|shelf| shelf[0] = 0),
        Step::Authorize => w.payment.lock().unwrap().by_hand = false, // by a card that is declined, below
        Step::Commit => w.net.rule("CommitHold", Fate::Answer(Code::FailedPrecondition, "inventory.short"), 1),
        Step::Take => {} // by an authorization that the issuer drops, below
        // Void has no other no than "taken": an earlier worker took, and nobody heard of it.
        Step::Void => w.net.rule("Take", Fate::LoseAnswer, usize::MAX),
        Step::UndoHold => w.net.rule("UndoHold", Fate::Answer(Code::FailedPrecondition, "contended"), 2),
        Step::UndoAccept => w.net.rule("UndoAccept", Fate::Answer(Code::FailedPrecondition, "contended"), 2),
    }
}

fn card(step: Step, fault: Fault) -> &'static str {
    match (step, fault) {
        (Step::Authorize, Fault::Refused) => "tok_declined",
        (Step::Take, Fault::Refused) => "tok_capture_refused",
        _ => "tok_good",
    }
}

fn inject(step: Step, fault: Fault, w: &World) {
    let method = step.method();
    match fault {
        Fault::Refused => refuse(step, w),
        Fault::UnknownThenDone => w.net.rule(method, Fate::LoseAnswer, 1),
        Fault::UnknownThenNever => w.net.rule(method, Fate::LoseRequest, usize::MAX),
        Fault::LateAfterItsUndo if step.is_back() => w.net.rule(method, Fate::Delay, 1),
        Fault::LateAfterItsUndo => w.net.rule(method, Fate::Delay, usize::MAX),
        Fault::Twice => w.net.rule(method, Fate::Twice, usize::MAX),
        Fault::CrashBefore => w.net.rule(method, Fate::CrashBefore, 1),
        Fault::CrashAfter => w.net.rule(method, Fate::CrashAfter, 1),
    }
}

/// How the order must end, where the fault alone decides it.
fn ends(step: Step, fault: Fault) -> State {
    match (step, fault) {
        (Step::Void, Fault::Refused) => State::Confirmed,
        (step, _) if step.is_back() => State::Cancelled,
        (_, Fault::Refused | Fault::UnknownThenNever | Fault::LateAfterItsUndo) => State::Cancelled,
        _ => State::Confirmed,
    }
}

fn process(w: &World) -> Process {
    let config =
        Config { patience: Duration::from_millis(100), pause: Duration::from_micros(300), ..Config::default() };
    w.process_with(config)
}

struct Cell {
    first: (Step, Fault),
    second: Option<(Step, Fault)>,
}

impl Cell {
    async fn run(&self, w: &World) -> Result<State, String> {
        let (step, fault) = self.first;
        if let Some((step, fault)) = self.second {
            inject(step, fault, w);
        }
        if step.is_back() && fault != Fault::Refused {
            refuse(Step::Hold, w); // something has to send it back
        }
        if matches!((step, fault), (Step::UndoHold | Step::UndoAccept, Fault::Refused)) {
            refuse(Step::Hold, w);
        }
        inject(step, fault, w);
        let (id, _) = process(w).place(w, card(step, fault)).await;
        self.go_on(w, id).await?;
        w.net.land().await;
        let state = w.state(id).await;
        w.sound(id).await?;
        let again = w.net.log.lock().unwrap().len();
        process(w).app.work_on(id).await.map_err(|e| e.to_string())?;
        match w.net.log.lock().unwrap().len() == again {
            true => Ok(state),
            false => Err("a decided order is still worked on".into()),
        }
    }

    /// Workers come and go; the deadline passes; then the faults stop.
    async fn go_on(&self, w: &World, id: OrderId) -> Result<(), String> {
        for round in 0..12 {
            if w.find(id).await.is_decided() {
                return Ok(());
            }
            if round == 4 {
                w.machine.turn(Duration::from_secs(720)); // decide-by
            }
            if round == 8 {
                w.net.heal();
            }
            w.machine.turn(Duration::from_secs(16));
            let heir = process(w);
            let dies = async {
                while !heir.life.is_dead() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::select! { () = w.take_over(&heir, id) => {}, () = dies => {} }
        }
        Err(format!("not decided: {:?}", w.find(id).await.story))
    }
}

/// Many worlds at a time, over one store.
async fn all(cells: Vec<Cell>) -> BTreeMap<String, usize> {
    let (db, many) = (world::db().await, cells.len());
    let (mut ended, mut wrong): (BTreeMap<String, usize>, Vec<String>) = Default::default();
    let (mut left, mut running) = (cells.into_iter(), JoinSet::new());
    loop {
        while running.len() < 48
            && let Some(cell) = left.next()
        {
            let db = db.clone();
            running.spawn(async move { (cell.run(&world::over(db)).await, cell) });
        }
        let Some(done) = running.join_next().await else { break };
        match done.unwrap() {
            (Ok(state), cell) => {
                if cell.second.is_none() && state != ends(cell.first.0, cell.first.1) {
                    wrong.push(format!("{:?}: ended {state:?}", cell.first));
                }
                *ended.entry(format!("{state:?}")).or_default() += 1;
            }
            (Err(why), cell) => wrong.push(format!("{:?} with {:?}: {why}", cell.first, cell.second)),
        }
    }
    assert!(wrong.is_empty(), "{} of {many} cells: {:#?}", wrong.len(), &wrong[..wrong.len().min(8)]);
    world::clean(&db, kernel::Timestamp(NOW.0 + 900 * 86_400_000_000)).await;
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_fails_in_every_way() {
    let cells = STEPS.iter().flat_map(|step| FAULTS.iter().map(|fault| Cell { first: (*step, *fault), second: None }));
    let cells: Vec<Cell> = cells.collect();
    let many = cells.len();
    let ended = all(cells).await;
    println!("saga matrix: {many} cells, ended {ended:?}");
    assert_eq!(many, 56);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_fails_in_every_way_beside_a_second_fault() {
    let mut cells = vec![];
    for (step, fault) in STEPS.iter().flat_map(|step| FAULTS.iter().map(move |fault| (*step, *fault))) {
        for (other, second) in STEPS.iter().flat_map(|step| SECOND.iter().map(move |fault| (*step, *fault))) {
            if other != step {
                cells.push(Cell { first: (step, fault), second: Some((other, second)) });
            }
        }
    }
    let many = cells.len();
    let ended = all(cells).await;
    println!("saga matrix of two faults: {many} cells, ended {ended:?}");
}

/// C18: a void left under way by a dead worker lands after the take.
#[tokio::test(flavor = "multi_thread")]
async fn a_void_that_lands_after_the_take_hears_taken() {
    let w = world::world().await;
    w.net.rule("Take", Fate::LoseRequest, usize::MAX);
    let (id, _) = process(&w).place(&w, "tok_good").await;
    w.net.rule("Void", Fate::Delay, 1);
    assert!(process(&w).cancel(&w, id).await.is_err(), "void did not answer");
    w.net.heal();
    w.machine.turn(Duration::from_secs(16));
    w.take_over(&process(&w), id).await;
    assert_eq!(w.state(id).await, State::Confirmed);
    w.net.land().await;
    assert_eq!(w.payment.lock().unwrap().rows[&id.to_string()].state, payment::State::Taken);
    w.sound(id).await.unwrap();
}

/// Two workers at once, all the way, over and over: harmless.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_once_are_harmless() {
    let db = world::db().await;
    for round in 0..40 {
        let w = world::over(db.clone());
        if round % 2 == 1 {
            refuse(Step::Hold, &w);
        }
        w.net.rule("Accept", Fate::LoseRequest, 6); // the first worker gives up and leaves it
        let (id, _) = process(&w).place(&w, "tok_good").await;
        let (one, two) = (process(&w), process(&w));
        let _ = tokio::join!(one.app.work_on(id), two.app.work_on(id));
        w.settle(id).await;
        w.sound(id).await.unwrap();
    }
    world::clean(&db, kernel::Timestamp(NOW.0 + 900 * 86_400_000_000)).await;
}
