//! What it was measured on, and who used how much of it.
use platform_test::{Engine, admin};
use std::{fs, process::Command};

/// The commit, the machine and how busy it was.
pub fn about() -> String {
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output();
        output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_string()).unwrap_or_default()
    };
    let commit = said("git", &["rev-parse", "--short", "HEAD"]);
    let changed = if said("git", &["status", "--porcelain", "-uno"]).is_empty() { "" } else { " and changes" };
    let cores = std::thread::available_parallelism().map_or(0, |n| n.get());
    let memory = field("/proc/meminfo", "MemTotal:") / (1024 * 1024);
    let (kernel, day) = (said("uname", &["-r"]), said("date", &["-u", "+%F"]));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_string();
    format!("commit {commit}{changed}, {day}, {cores} cores, {memory} GiB, Linux {kernel}, load {load} before")
}

fn field(file: &str, name: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Who is measured.
#[derive(Clone, Copy)]
pub struct Processes {
    pub engine: Engine,
    pub souk: u32,
    pub bank: u32,
}

/// Seconds of user and system time since each was started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    pub souk: f64,
    pub bank: f64,
    pub postgres: f64,
    pub generator: f64,
}

impl Cpu {
    pub async fn now(who: &Processes) -> Cpu {
        let own = |id: u32| stat(id).map_or(0.0, |stat| stat.own);
        let postgres = if who.engine == Engine::Postgres { server().await } else { 0.0 };
        Cpu { souk: own(who.souk), bank: own(who.bank), postgres, generator: own(std::process::id()) }
    }
    pub fn since(&self, before: &Cpu) -> Cpu {
        Cpu {
            souk: self.souk - before.souk,
            bank: self.bank - before.bank,
            postgres: self.postgres - before.postgres,
            generator: self.generator - before.generator,
        }
    }
}

/// The server, its processes, and those that ended.
async fn server() -> f64 {
    let row = admin("postgres").await.query_one("SELECT pg_backend_pid()", &[]).await.expect("a backend");
    let Some(master) = u32::try_from(row.get::<_, i32>(0)).ok().and_then(stat).map(|stat| stat.parent) else {
        return 0.0;
    };
    let ids = fs::read_dir("/proc").expect("proc").flatten().filter_map(|e| e.file_name().to_str()?.parse().ok());
    let children: f64 = ids.filter_map(stat).filter(|s| s.parent == master).map(|s| s.own).sum();
    stat(master).map_or(0.0, |s| s.own + s.reaped) + children
}

struct Stat {
    parent: u32,
    own: f64,
    reaped: f64,
}

fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let seconds = |at: usize| fields[at].parse::<f64>().unwrap_or_default() / 100.0;
    Some(Stat { parent: fields[1].parse().ok()?, own: seconds(11) + seconds(12), reaped: seconds(13) + seconds(14) })
}
