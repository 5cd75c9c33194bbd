//! What was acknowledged is in the book, whatever ends the bank.
use crate::shop::{Desk, book, config, open, text};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

const BOOK: &str = "TESTBANK_TEST_BOOK";

#[tokio::test]
async fn another_bank_with_the_same_book_answers_the_same() {
    let file = book();
    let first = open(config(file.clone())).await;
    let p = first.desk.taken("a", "tok_good").await;
    assert!(first.desk.try_authorize("b", "tok_timeout_before").await.is_err());
    assert!(first.desk.try_authorize("c", "tok_late").await.is_err());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    assert!(testbank::serve(listener, config(file.clone())).await.is_err(), "a book has one owner");
    first.bank.stop().await;

    let second = open(config(file)).await;
    assert_eq!(second.desk.payment(&p["id"]).await, p);
    assert_eq!(second.desk.taken("a", "tok_good").await, p, "its keys are known");
    assert_eq!(second.desk.authorize("b", "tok_timeout_before").await["status"], "authorized", "the second try");
    assert_eq!(second.desk.advance().await, 1, "what was under way still is");
    assert_eq!(second.desk.authorize("c", "tok_late").await["status"], "authorized");
}

/// Runs the next test in a process of its own.
fn process(file: &std::path::Path) -> (Child, Desk) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "restart::a_bank_of_its_own", "--ignored", "--nocapture"])
        .env(BOOK, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.map_while(Result::ok).find_map(|line| line.split("ready ").nth(1).map(str::to_string));
    (child, Desk::at(&ready.expect("the bank says where it is")))
}

#[tokio::test]
#[ignore = "only as a process of the test below"]
async fn a_bank_of_its_own() {
    let Some(file) = std::env::var_os(BOOK) else { return };
    let mut shop = open(config(file.into())).await;
    println!("ready {}", shop.desk.url);
    shop.bank.ended().await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let file = book();
    let (mut child, desk) = process(&file);
    let asking = (0..4).map(|worker| {
        let desk = desk.clone();
        tokio::spawn(async move {
            let mut heard = vec![];
            for n in 0.. {
                let attempt = format!("{worker}-{n}");
                let Ok((200, p)) = desk.try_authorize(&attempt, "tok_good").await else { break };
                let path = format!("/v1/payments/{}/capture", text(&p["id"]));
                let Ok((200, p)) = desk.send("POST", &path, &format!("{attempt}/c"), json!({"amount": 1000})).await
                else {
                    break;
                };
                heard.push(p);
            }
            heard
        })
    });
    let asking: Vec<_> = asking.collect();
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let mut heard = vec![];
    for worker in asking {
        heard.extend(worker.await.unwrap());
    }
    assert!(!heard.is_empty(), "nothing was acknowledged");

    let (mut child, desk) = process(&file);
    for p in &heard {
        assert_eq!(desk.payment(&p["id"]).await, *p);
    }
    let sums = desk.yes("GET", "/test/book/summary", "", Value::Null).await;
    let captures = sums["currencies"][0]["captures"].as_u64().unwrap();
    assert!(captures >= heard.len() as u64 && captures <= heard.len() as u64 + 4, "{captures} of {}", heard.len());
    child.kill().unwrap();
    child.wait().unwrap();
}
