//! The order's steps through the door: every card, every loss, every race.
use crate::{
    bank::Loss,
    till::{Order, Till, line, of, order, till, vendor},
};
use contracts::payment::{self as pb, AuthorizeState, Problem};
use kernel::error;
use payment::domain::Status;
use platform::grpc::code_of;
use platform_test::{BOTH, Engine};
use std::time::Duration;

const A_BIT: Duration = Duration::from_secs(20);

fn codes<T: std::fmt::Debug>(outcome: Result<T, tonic::Status>) -> String {
    code_of(&outcome.expect_err("refused")).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_happy_path_in_few_writes() {
    for engine in BOTH {
        let t = till(engine).await;
        let lines = (1..=6).map(|n| line(n, &vendor(), 1000, 100)).collect();
        let (o, before) = (of(lines, "tok_good"), t.counts());
        t.paid(&o).await;
        let after = t.counts();
        let (statements, batches) = (after.statements - before.statements, after.batches - before.batches);
        assert!(statements <= 25 && batches <= 4, "{engine:?}: {statements} statements in {batches} batches");
        assert_eq!(t.told().await, ["PaymentAuthorized", "PaymentCaptured"]);
        assert_eq!(
            t.balances().await,
            [("provider_clearing".into(), 6000), ("payable".into(), -5400), ("commission".into(), -600)].into()
        );
        let read = t.read(&o.id).await;
        assert_eq!((read.state.as_str(), read.total, read.captured, read.refunded), ("taken", 6000, 6000, 0));
        assert_eq!(t.text("SELECT card_token AS v FROM attempts").await, None, "the token is forgotten");
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_answer_from_the_record_and_other_contents_do_not() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        let first = t.authorize(&o.request()).await.unwrap();
        assert_eq!(t.authorize(&o.request()).await.unwrap(), first, "{engine:?}");
        let other = pb::AuthorizeRequest { client_reference: "r-2".into(), ..o.request() };
        assert_eq!(codes(t.authorize(&other).await), "key_reused");
        assert!(t.take(&o.id).await.unwrap() && t.take(&o.id).await.unwrap());
        assert_eq!(
            t.authorize(&o.request()).await.unwrap().state(),
            AuthorizeState::Done,
            "who takes over starts anew"
        );
        assert_eq!((t.bank.captured(), t.bank.book().acts.len()), (10_000, 2));
        assert!(!t.void(&o.id).await.unwrap(), "taken");
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_that_contradict_themselves_are_refused() {
    let t = till(Engine::Sqlite).await;
    let o = order("tok_good").request();
    let twice = vec![o.components[0].clone(), o.components[0].clone()];
    let funded = vec![pb::Component { funded: 6001, ..o.components[0].clone() }];
    for (request, code) in [
        (pb::AuthorizeRequest { total: 9999, ..o.clone() }, "payment.total_differs"),
        (pb::AuthorizeRequest { components: twice, total: 12_000, ..o.clone() }, "payment.total_differs"),
        (pb::AuthorizeRequest { components: funded, total: -1, ..o.clone() }, "payment.total_differs"),
        (pb::AuthorizeRequest { components: vec![], total: 0, ..o.clone() }, "payment.total_differs"),
        (pb::AuthorizeRequest { card_token: String::new(), ..o.clone() }, "payment.no_card"),
        (pb::AuthorizeRequest { card_token: "tok good".into(), ..o.clone() }, ""),
        (pb::AuthorizeRequest { currency: "eur".into(), ..o.clone() }, ""),
        (pb::AuthorizeRequest { order: "ord_1".into(), ..o.clone() }, ""),
        (pb::AuthorizeRequest { user: "anna".into(), ..o.clone() }, ""),
    ] {
        let refused = t.authorize(&request).await.unwrap_err();
        assert_eq!((refused.code(), code_of(&refused)), (tonic::Code::InvalidArgument, code), "{refused:?}");
        assert!(!format!("{refused:?}").contains("good"), "T6");
    }
    assert!(t.bank.book().sent.is_empty() && t.told().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_card_says_what_it_says() {
    for engine in BOTH {
        let t = till(engine).await;
        for (card, state, problem) in [
            ("tok_declined", AuthorizeState::Waiting, Problem::Declined),
            ("tok_insufficient", AuthorizeState::Waiting, Problem::InsufficientFunds),
            ("tok_3ds", AuthorizeState::Waiting, Problem::NeedsCustomer),
            ("tok_unknown", AuthorizeState::Waiting, Problem::Declined),
            ("tok_pending", AuthorizeState::Pending, Problem::Unspecified),
            ("tok_slow", AuthorizeState::Done, Problem::Unspecified),
            ("tok_good", AuthorizeState::Done, Problem::Unspecified),
        ] {
            let o = order(card);
            let reply = t.authorize(&o.request()).await.unwrap();
            assert_eq!((reply.state(), reply.problem()), (state, problem), "{engine:?} {card}");
            assert_eq!(reply.attempts_left, 4);
            assert_eq!(reply.action_url.is_empty(), card != "tok_3ds");
            if state != AuthorizeState::Done {
                assert_eq!(codes(t.take(&o.id).await), "payment.not_authorized");
            }
        }
        let kinds = [
            "PaymentFailed",
            "PaymentFailed",
            "PaymentFailed",
            "PaymentFailed",
            "PaymentAuthorized",
            "PaymentAuthorized",
        ];
        assert_eq!(t.told().await, kinds);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_0_needs_no_provider() {
    for engine in BOTH {
        let t = till(engine).await;
        let free = pb::Component { funded: 6000, ..line(1, &vendor(), 6000, 600) };
        let o = of(vec![free], "");
        t.paid(&o).await;
        assert!(t.bank.book().sent.is_empty(), "{engine:?}");
        assert_eq!(
            t.balances().await,
            [("promotion_expense".into(), 6000), ("payable".into(), -5400), ("commission".into(), -600)].into()
        );
        let back = t.refund("r/1", crate::till::all_of(&o)).await.unwrap();
        assert_eq!((back.refunded, back.amount), (true, 0));
        assert!(t.balances().await.is_empty() && t.bank.book().sent.is_empty());
        let other = of(vec![pb::Component { funded: 6000, ..line(1, &vendor(), 6000, 600) }], "");
        t.authorize(&other.request()).await.unwrap();
        assert!(t.void(&other.id).await.unwrap());
        assert_eq!(codes(t.take(&other.id).await), "payment.closed");
        t.clean().await;
    }
}

/// A lost answer is unknown, never failed: the same is asked again by its key, and takes effect once.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_before_or_after_is_asked_again() {
    for engine in BOTH {
        for card in ["tok_timeout_before", "tok_timeout_after"] {
            let t = till(engine).await;
            let o = order(card);
            assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Pending, "{engine:?} {card}");
            assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Pending);
            t.later(A_BIT).await;
            assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Done);
            assert_eq!(t.told().await, ["PaymentAuthorized"]);
            for loss in [Loss::Before, Loss::After] {
                t.bank.lose(&[loss]);
            }
            assert!(!t.take(&o.id).await.unwrap(), "taking");
            assert!(!t.void(&o.id).await.unwrap(), "past the pivot");
            assert!(!t.take(&o.id).await.unwrap(), "a repeat waits, it does not send");
            t.later(A_BIT).await;
            t.later(A_BIT).await;
            assert!(t.take(&o.id).await.unwrap());
            assert_eq!(t.bank.captured(), 10_000);
            let acts = t.bank.book().acts.clone();
            assert!(acts[0].ends_with("/authorize") && acts[1].ends_with("/capture") && acts.len() == 2, "{acts:?}");
            t.clean().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn void_first_and_whatever_lands_later_is_refused() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        for _ in 0..2 {
            assert!(t.void(&o.id).await.unwrap(), "{engine:?}");
        }
        assert_eq!(codes(t.authorize(&o.request()).await), "payment.closed");
        assert_eq!(codes(t.take(&o.id).await), "payment.closed");
        assert_eq!(codes(t.add_card(&o.id, "tok_good", "k").await), "payment.closed");
        assert_eq!(codes(t.refund("r", crate::till::all_of(&o)).await), "payment.not_taken");
        assert_eq!(t.told().await, ["PaymentClosed"]);
        assert_eq!(t.read(&o.id).await.state, "closed");
        assert!(t.bank.book().sent.is_empty());
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_that_nobody_authorized() {
    let t = till(Engine::Sqlite).await;
    assert_eq!(codes(t.take(&order("tok_good").id).await), "payment.not_authorized");
    assert_eq!(codes(t.add_card(&order("tok_good").id, "tok_good", "k").await), "payment.not_found");
    let got = t.client().get(pb::GetRequest { order: order("").id }).await.unwrap_err();
    assert_eq!((got.code(), code_of(&got)), (tonic::Code::NotFound, "payment.not_found"));
    assert_eq!(error::not_found("payment.not_found").kind, kernel::Kind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voided_authorization_is_voided_at_the_bank_until_it_says_so() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.authorize(&o.request()).await.unwrap();
        assert!(t.void(&o.id).await.unwrap());
        t.bank.lose(&[Loss::Before, Loss::After]);
        t.errands().await;
        assert_eq!(t.bank.live(), 1, "{engine:?}: lost on the way");
        t.later(A_BIT).await;
        t.later(A_BIT).await;
        assert_eq!((t.bank.live(), t.bank.captured()), (0, 0));
        let sent = t.bank.book().sent.len();
        t.settle().await;
        assert_eq!(t.bank.book().sent.len(), sent, "nobody asks any more");
        assert_eq!(t.read(&o.id).await.state, "closed");
        assert_eq!(t.told().await, ["PaymentAuthorized", "PaymentClosed"]);
        t.clean().await;
    }
}

/// C03: the authorization reaches the bank after the void.
#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_under_way_when_it_is_voided_ends_dead() {
    for engine in BOTH {
        for loss in [Loss::Before, Loss::After] {
            let t = till(engine).await;
            let o = order("tok_good");
            t.bank.lose(&[loss]);
            assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Pending);
            assert!(t.void(&o.id).await.unwrap());
            assert_eq!(codes(t.authorize(&o.request()).await), "payment.closed");
            t.errands().await;
            assert_eq!((t.bank.live(), t.bank.captured()), (0, 0), "{engine:?} {loss:?}");
            assert_eq!(t.bank.book().tombstones.len(), usize::from(loss == Loss::Before));
            t.clean().await;
        }
    }
}

async fn race(t: &Till, o: &Order) -> (bool, bool) {
    t.authorize(&o.request()).await.unwrap();
    let (taken, voided) = tokio::join!(t.take(&o.id), t.void(&o.id));
    (taken.is_ok(), voided.unwrap())
}

/// Whoever writes first wins, the other is told.
#[tokio::test(flavor = "multi_thread")]
async fn take_and_void_exclude_each_other() {
    for engine in BOTH {
        let t = till(engine).await;
        let mut wins = [0, 0];
        for _ in 0..30 {
            let o = order("tok_good");
            let (taken, voided) = race(&t, &o).await;
            assert_ne!(taken, voided, "{engine:?}");
            assert_eq!(t.void(&o.id).await.unwrap(), voided, "for ever");
            assert_eq!(t.take(&o.id).await.is_ok(), taken);
            wins[usize::from(taken)] += 1;
        }
        t.errands().await;
        assert_eq!(t.bank.captured(), 10_000 * wins[1], "{engine:?}: {wins:?}");
        assert_eq!(t.bank.live(), 0);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_authorizes_at_once_are_one_attempt() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        let request = o.request();
        let all = tokio::join!(t.authorize(&request), t.authorize(&request), t.authorize(&request));
        for reply in [all.0, all.1, all.2] {
            assert!(matches!(reply.unwrap().state(), AuthorizeState::Done | AuthorizeState::Pending), "{engine:?}");
        }
        assert_eq!(t.bank.book().records.len(), 1);
        assert!(t.take(&o.id).await.unwrap());
        t.clean().await;
    }
}

/// C06.
#[tokio::test(flavor = "multi_thread")]
async fn declined_then_a_second_card() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_declined");
        t.authorize(&o.request()).await.unwrap();
        let added = t.add_card(&o.id, "tok_good", "k1").await.unwrap();
        assert_eq!((added.state(), added.attempts_left), (AuthorizeState::Done, 3), "{engine:?}");
        assert_eq!(t.add_card(&o.id, "tok_good", "k1").await.unwrap(), added, "a repeat is the same attempt");
        assert_eq!(codes(t.add_card(&o.id, "tok_good", "k2").await), "payment.undecided");
        assert_eq!(
            t.authorize(&o.request()).await.unwrap().state(),
            AuthorizeState::Done,
            "the saga repeats its first contents"
        );
        assert!(t.take(&o.id).await.unwrap());
        assert_eq!(t.told().await, ["PaymentFailed", "PaymentAuthorized", "PaymentCaptured"]);
        assert_eq!(t.bank.captured(), 10_000);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_five_cards() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_declined");
        t.authorize(&o.request()).await.unwrap();
        for left in [3, 2, 1, 0] {
            let reply = t.add_card(&o.id, "tok_insufficient", &left.to_string()).await.unwrap();
            assert_eq!((reply.attempts_left, reply.problem()), (left, Problem::InsufficientFunds), "{engine:?}");
        }
        assert_eq!(codes(t.add_card(&o.id, "tok_good", "x").await), "payment.no_attempts_left");
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_not_decided_is_waited_for() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_timeout_before");
        t.authorize(&o.request()).await.unwrap();
        let refused = t.add_card(&o.id, "tok_good", "k").await.unwrap_err();
        assert_eq!((refused.code(), code_of(&refused)), (tonic::Code::Aborted, "payment.undecided"), "{engine:?}");
        t.later(A_BIT).await;
        assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Done);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn left_in_3d_secure_is_voided_before_the_next_card() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_3ds");
        let asked = t.authorize(&o.request()).await.unwrap();
        assert_eq!(asked.action_url, "https://bank.test/ask");
        t.bank.lose(&[Loss::After]);
        assert_eq!(codes(t.add_card(&o.id, "tok_good", "k").await), "payment.undecided", "{engine:?}: not known yet");
        let added = t.add_card(&o.id, "tok_good", "k").await.unwrap();
        assert_eq!(added.state(), AuthorizeState::Done);
        assert_eq!(t.bank.live(), 1);
        assert!(t.take(&o.id).await.unwrap());
        assert_eq!(t.bank.captured(), 10_000);
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_from_the_bank_is_seen() {
    for engine in BOTH {
        let t = till(engine).await;
        let (o, other) = (order("tok_3ds"), order("tok_3ds"));
        t.authorize(&o.request()).await.unwrap();
        t.bank.edit(|r| r.status = Status::Authorized);
        assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Done, "{engine:?}: asked again");
        t.authorize(&other.request()).await.unwrap();
        for record in t.bank.book().records.values_mut() {
            record.status = if record.reference == other.id { Status::Declined } else { record.status };
        }
        t.later(Duration::from_secs(61)).await;
        assert_eq!(t.read(&other.id).await.attempt.unwrap().problem(), Problem::Declined, "looked by itself");
        assert_eq!(t.told().await, ["PaymentFailed", "PaymentAuthorized", "PaymentFailed", "PaymentFailed"]);
    }
}

/// C14: the issuer drops the authorization, the capture is refused for good.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_capture_closes_the_payment() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.authorize(&o.request()).await.unwrap();
        t.bank.edit(|r| r.status = Status::Voided);
        assert_eq!(codes(t.take(&o.id).await), "payment.closed", "{engine:?}");
        assert_eq!(codes(t.take(&o.id).await), "payment.closed");
        assert!(t.void(&o.id).await.unwrap());
        let reply = t.client().void(pb::VoidRequest { order: o.id.clone(), reason: "other".into() }).await.unwrap();
        assert_eq!(reply.into_inner().reason, "capture_refused", "the first reason stays");
        t.settle().await;
        assert_eq!(t.text("SELECT state AS v FROM attempts").await.as_deref(), Some("voided"));
        assert!(t.balances().await.is_empty());
        t.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_is_not_believed() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_other_amount");
        assert_eq!(t.authorize(&o.request()).await.unwrap().state(), AuthorizeState::Pending, "{engine:?}");
        assert_eq!(t.queue().await, ["record_differs"]);
        assert!(t.void(&o.id).await.unwrap());
        t.errands().await;
        assert_eq!(t.bank.live(), 0);
        assert_eq!(t.queue().await, ["record_differs"], "once");
        t.clean().await;
    }
}

/// After 20 h nothing is sent again, only looked up; after 15 min of taking an operator is told.
#[tokio::test(flavor = "multi_thread")]
async fn windows_are_kept_by_the_machines_clock() {
    for engine in BOTH {
        let t = till(engine).await;
        let o = order("tok_good");
        t.authorize(&o.request()).await.unwrap();
        t.bank.book().away = true;
        assert!(!t.take(&o.id).await.unwrap());
        t.clock.turn(Duration::from_secs(30 * 86_400));
        t.errands().await;
        assert!(t.queue().await.is_empty(), "{engine:?}: business time has no say");
        t.later(Duration::from_secs(14 * 60)).await;
        assert!(t.queue().await.is_empty());
        t.later(Duration::from_secs(2 * 60)).await;
        assert_eq!(t.queue().await, ["taking_unknown"]);
        t.later(Duration::from_secs(19 * 3600)).await;
        assert!(t.bank.book().sent.last().unwrap().ends_with("/capture"));
        t.later(Duration::from_secs(3600)).await;
        assert_eq!(t.bank.book().sent.last().unwrap(), "look_up");
        t.bank.book().away = false;
        t.bank.edit(|r| (r.status, r.captured) = (Status::Captured, 10_000));
        t.settle().await;
        assert!(t.take(&o.id).await.unwrap());
        assert_eq!(t.queue().await, ["taking_unknown"]);
        t.clean().await;
    }
}

/// A hundred steps side by side: nobody is captured twice, nobody waits for ever.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once() {
    for engine in BOTH {
        let t = till(engine).await;
        let orders: Vec<_> = (0..50).map(|_| order("tok_good")).collect();
        futures::future::join_all(orders.iter().map(|o| t.paid(o))).await;
        assert_eq!(t.bank.captured(), 500_000, "{engine:?}");
        t.clean().await;
    }
}
