//! A PostgreSQL of the tests' own: in a temporary folder, on a free port, gone with whoever started it.
use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::MetadataExt, fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
    thread::sleep,
    time::Duration,
};
use uuid::Uuid;

/// Names a server that is there already, as `host:port`; its superuser is `postgres` and needs no password.
const VARIABLE: &str = "SOUK_TEST_POSTGRES";

/// `host:port` of the server that `SOUK_TEST_POSTGRES` names, or else of one for this process.
pub fn postgres() -> String {
    static OWN: LazyLock<Server> = LazyLock::new(Server::start);
    std::env::var(VARIABLE).unwrap_or_else(|_| OWN.at.clone())
}

/// A running server. It ends when this is dropped, or with this process, however that ends.
struct Server {
    at: String,
    guard: Child,
}

/// Stops the server when its standard input ends: that is how it learns that we are gone, even by `kill -9`.
const GUARD: &str = r#"trap "" INT TERM
dir=$1; shift
"$@" >"$dir/log" 2>&1 </dev/null & server=$!
read -r gone
kill -INT $server; wait $server; rm -rf "$dir""#;

impl Server {
    fn start() -> Server {
        // Not deeper: its user must be able to remove it.
        let dir = std::env::temp_dir().join(format!("souk-postgres-{}", Uuid::now_v7()));
        let user = User::that_may();
        fs::create_dir_all(&dir).expect("a folder");
        user.own(&dir);
        let data = dir.join("data");
        let init = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"];
        let made = user.run(&tool("initdb")).args(init).arg(&data).output().expect("initdb");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        // A port that is free now may be taken before the server gets to it.
        let started = (0..5).find_map(|_| Server::on(free_port(), &dir, &data, &user));
        started.unwrap_or_else(|| panic!("postgres: {}", fs::read_to_string(dir.join("log")).unwrap_or_default()))
    }

    fn on(port: u16, dir: &Path, data: &Path, user: &User) -> Option<Server> {
        let mut guard = user.run(Path::new("sh"));
        guard.args(["-c", GUARD, "guard"]).arg(dir).arg(tool("postgres")).arg("-D").arg(data);
        guard.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        // Nobody needs what it wrote after a power cut.
        guard.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=400"]);
        let mut guard = guard.stdin(Stdio::piped()).spawn().expect("sh");
        let ready = ["-q", "-h", "127.0.0.1", "-U", "postgres", "-p", &port.to_string()].map(str::to_string);
        for _ in 0..200 {
            if Command::new(tool("pg_isready")).args(&ready).status().expect("pg_isready").success() {
                return Some(Server { at: format!("127.0.0.1:{port}"), guard });
            }
            sleep(Duration::from_millis(50));
        }
        let _ = guard.kill();
        let _ = guard.wait();
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a port").port()
}

/// Of the newest version installed where Debian puts it, else by the path.
fn tool(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.filter_map(|v| v.file_name().to_str()?.parse::<u32>().ok()).max();
    newest.map_or(name.into(), |v| format!("/usr/lib/postgresql/{v}/bin/{name}").into())
}

/// PostgreSQL refuses to be run by root, so then it is run by its own user.
struct User(Option<(u32, u32)>);

impl User {
    fn that_may() -> User {
        let root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let user = users.lines().find(|line| line.starts_with("postgres:")).map(|line| {
            let numbers: Vec<u32> = line.split(':').skip(2).take(2).filter_map(|n| n.parse().ok()).collect();
            (numbers[0], numbers[1])
        });
        User(user.filter(|_| root))
    }
    fn run(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command.current_dir("/");
        command
    }
    fn own(&self, dir: &Path) {
        if let Some((user, group)) = self.0 {
            chown(dir, Some(user), Some(group)).expect("a folder of its own");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_postgres::NoTls;

    #[tokio::test]
    async fn a_server_of_ones_own_ends_with_its_owner() {
        let server = Server::start();
        let url = format!("postgres://postgres@{}/postgres", server.at);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let row = client.query_one("SHOW data_directory", &[]).await.unwrap();
        let data = PathBuf::from(row.get::<_, String>(0));
        assert!(data.exists());
        drop(server);
        assert!(tokio_postgres::connect(&url, NoTls).await.is_err());
        assert!(!data.exists());
    }
}
