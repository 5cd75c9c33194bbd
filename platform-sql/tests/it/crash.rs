//! The process dies, the disk fails or is full: whoever was answered finds its batch, and no half of one.
//!
//! A child of the test (this binary again, with a variable set) writes batches and prints an `ack` for each that was answered.
//! Faults of the disk come from a library that is loaded into the child in front of libc: while a file exists, `fsync` fails with EIO,
//! or `write` and `pwrite` to regular files with ENOSPC. So SQLite's own code and ours run just as on a disk that does so.
use crate::bench::{MIGRATIONS, NOTE, NOTES, fact, one};
use kernel::Timestamp;
use platform::store::Fact;
use platform_sql::{Batch, Db, Opening, SqlError, StoreAt, params};
use platform_test::{BOTH, Engine, NOW, folder, store};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use uuid::Uuid;

const STORE: &str = "SOUK_TEST_CHILD_STORE";
const WRITERS: &str = "SOUK_TEST_CHILD_WRITERS";

/// Three statements that belong together.
fn three(id: Uuid) -> Batch {
    let mut batch = Batch::new();
    batch.push("INSERT INTO inbox (consumer, message, at) VALUES ('crash', $1, $2)", params![id, NOW]);
    batch.outbox(vec![Fact { id, payload: vec![7; 500].into(), ..fact(&id.to_string(), 1) }]);
    batch.push(NOTE, params![id, "crash", Timestamp(1)]);
    batch
}

fn say(line: String) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child of the tests below"]
async fn child() {
    let Ok(url) = std::env::var(STORE) else { return };
    let db = Db::open(&StoreAt { url, opening: Opening::Serve }, MIGRATIONS).await.unwrap();
    let writers: usize = std::env::var(WRITERS).unwrap().parse().unwrap();
    let writing: Vec<_> = (0..writers).map(|_| tokio::spawn(write(db.clone()))).collect();
    for writer in writing {
        writer.await.unwrap()
    }
}

async fn write(db: Db) {
    loop {
        let id = Uuid::now_v7();
        match db.batch(three(id)).await {
            Ok(_) => say(format!("ack {id}")),
            Err(SqlError::Unavailable(_)) => say("unavailable".into()),
            Err(error) => say(format!("wrong: {error:?}")),
        }
        match db.read(NOTES, vec![]).await {
            Ok(_) => say("read".into()),
            Err(error) => say(format!("wrong: {error:?}")),
        }
    }
}

/// A child that writes, and what it said so far.
struct Writing {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    listening: JoinHandle<()>,
}

impl Writing {
    fn to(at: &StoreAt, writers: usize, shim: &[(&str, PathBuf)]) -> Writing {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "crash::child", "--ignored", "--nocapture"]);
        command.env(STORE, &at.url).env(WRITERS, writers.to_string()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.envs(shim.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn().unwrap();
        let (said, out) = (Arc::new(Mutex::new(vec![])), BufReader::new(child.stdout.take().unwrap()));
        let into = said.clone();
        let listening = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                into.lock().unwrap().push(line)
            }
        });
        Writing { child, said, listening }
    }
    fn said(&self, start: &str) -> usize {
        self.said.lock().unwrap().iter().filter(|line| line.starts_with(start)).count()
    }
    /// Waits for so many more lines that start so.
    fn until(&self, start: &str, more: usize) {
        let (before, since) = (self.said(start), Instant::now());
        while self.said(start) < before + more {
            assert!(since.elapsed() < Duration::from_secs(20), "no {start}: {:?}", self.said.lock().unwrap().last());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    /// All that was acknowledged, and how it ended.
    fn ended(mut self) -> (Vec<Uuid>, ExitStatus) {
        let status = self.child.wait().unwrap();
        self.listening.join().unwrap();
        let said = self.said.lock().unwrap();
        assert!(!said.iter().any(|line| line.starts_with("wrong")), "{said:?}");
        (said.iter().filter_map(|line| line.strip_prefix("ack ")?.parse().ok()).collect(), status)
    }
    fn killed(mut self) -> Vec<Uuid> {
        self.child.kill().unwrap();
        let (acks, status) = self.ended();
        assert_eq!(status.signal(), Some(9));
        acks
    }
}

/// Every acknowledged batch is there, and there is no part of any other. Answers how many there are.
async fn intact(at: &StoreAt, acks: &[Uuid]) -> i64 {
    let db = Db::open(&StoreAt { opening: Opening::Serve, ..at.clone() }, MIGRATIONS).await.unwrap();
    let here = "SELECT count(*) AS n FROM inbox i JOIN outbox o ON o.id = i.message JOIN notes n ON n.id = i.message
        WHERE i.message = ANY($1)";
    let found = db.read(here, params![platform_sql::list(acks.iter().copied())]).await.unwrap();
    assert_eq!(found[0].get::<i64>("n"), Ok(acks.len() as i64), "an acknowledged batch is missing");
    let whole = "SELECT count(*) AS n FROM inbox i JOIN outbox o ON o.id = i.message JOIN notes n ON n.id = i.message";
    let parts = ["SELECT count(*) AS n FROM inbox", "SELECT count(*) AS n FROM outbox", NOTES];
    let whole = one(&db, whole).await;
    for part in parts {
        assert_eq!(one(&db, part).await, whole, "half a batch: {part}");
    }
    whole
}

async fn migrated(engine: Engine) -> StoreAt {
    let at = store(engine, "desk").await;
    drop(Db::open(&at, MIGRATIONS).await.unwrap());
    platform_test::until("it can be opened", async || Db::open(&at, MIGRATIONS).await.is_ok()).await;
    at
}

/// kill -9 between any two writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_it_acknowledged() {
    for engine in BOTH {
        let at = migrated(engine).await;
        let mut acks = vec![];
        for round in 0..5 {
            let writing = Writing::to(&at, 8, &[]);
            writing.until("ack", 1);
            let moment = u64::from(Uuid::new_v4().as_bytes()[0]);
            std::thread::sleep(Duration::from_micros(moment * 500));
            acks.extend(writing.killed());
            let whole = intact(&at, &acks).await;
            assert!(whole >= acks.len() as i64, "{engine:?}, round {round}");
        }
        assert!(acks.len() > 20, "{engine:?}: {} acknowledged", acks.len());
    }
}

const SHIM: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
static int on(const char *name) { const char *file = getenv(name); return file && access(file, F_OK) == 0; }
static int full(int fd) { struct stat s; return fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && on("SOUK_TEST_FULL"); }
static int fail(int why) { errno = why; return -1; }
int fsync(int fd) { return on("SOUK_TEST_EIO") ? fail(EIO) : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return on("SOUK_TEST_EIO") ? fail(EIO) : (int)syscall(SYS_fdatasync, fd); }
ssize_t write(int fd, const void *b, size_t n) { return full(fd) ? fail(ENOSPC) : syscall(SYS_write, fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { return full(fd) ? fail(ENOSPC) : syscall(SYS_pwrite64, fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off_t at) { return full(fd) ? fail(ENOSPC) : syscall(SYS_pwrite64, fd, b, n, at); }
"#;

/// The library, or `None` where there is no C compiler.
fn shim(dir: &Path) -> Option<PathBuf> {
    fs::create_dir_all(dir).unwrap();
    let (source, library) = (dir.join("shim.c"), dir.join("shim.so"));
    fs::write(&source, SHIM).unwrap();
    match Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]).output() {
        Ok(built) if built.status.success() => Some(library),
        Ok(built) => panic!("cc: {}", String::from_utf8_lossy(&built.stderr)),
        Err(why) => {
            eprintln!("SKIPPED: faults of the disk need a C compiler named cc: {why}");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_fsync_ends_the_process_unanswered() {
    let dir = folder();
    let Some(library) = shim(&dir) else { return };
    let at = migrated(Engine::Sqlite).await;
    let flag = dir.join("eio");
    let writing = Writing::to(&at, 4, &[("LD_PRELOAD", library), ("SOUK_TEST_EIO", flag.clone())]);
    writing.until("ack", 20);
    fs::write(&flag, "").unwrap();
    let (acks, status) = writing.ended();
    assert_eq!(status.signal(), Some(6), "{status:?}");
    assert!(intact(&at, &acks).await >= acks.len() as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_answers_reads_and_goes_on_when_there_is_room() {
    let dir = folder();
    let Some(library) = shim(&dir) else { return };
    let at = migrated(Engine::Sqlite).await;
    let flag = dir.join("full");
    let writing = Writing::to(&at, 2, &[("LD_PRELOAD", library), ("SOUK_TEST_FULL", flag.clone())]);
    for _ in 0..2 {
        writing.until("ack", 20);
        fs::write(&flag, "").unwrap();
        writing.until("unavailable", 5);
        writing.until("read", 5);
        fs::remove_file(&flag).unwrap();
    }
    writing.until("ack", 20);
    let refused = writing.said("unavailable");
    let acks = writing.killed();
    let whole = intact(&at, &acks).await;
    assert!(
        whole <= acks.len() as i64 + 2,
        "{refused} were refused, {whole} are there, {} were acknowledged",
        acks.len()
    );
}
