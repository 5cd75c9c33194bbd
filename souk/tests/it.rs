//! The command line, as scripts and people rely on it.
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

fn souk(folder: &PathBuf) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
    command.env_clear().env("SOUK_DATA_DIR", folder).env("SOUK_HTTP_ADDR", "127.0.0.1:0").stdin(Stdio::null());
    command
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("souk-cli-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// One line that says what to do, and exit code 2.
fn refused(command: &mut Command, word: &str) {
    let (code, out, err) = said(&command.output().expect("souk runs"));
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    assert!(err.trim().lines().count() == 1 && err.contains(word), "{word}: {err}");
}

/// Serves until it is dropped.
struct Serving(Child);

impl Serving {
    fn at(command: &mut Command) -> (Serving, String) {
        let mut child = command.arg("serve").stdout(Stdio::piped()).spawn().expect("souk starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("ready ").unwrap_or_else(|| panic!("not ready: {line}")).to_string();
        (Serving(child), url)
    }
    /// Asks it to stop, and waits.
    fn stop(mut self) -> Option<i32> {
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        self.0.wait().expect("an end").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn help_names_every_verb() {
    let (code, out, _) = said(&souk(&folder("help")).arg("--help").output().expect("souk runs"));
    assert_eq!(code, Some(0));
    for verb in ["serve", "migrate", "check", "events", "intents", "rebuild", "config", "targets", "testbank"] {
        assert!(out.contains(verb), "{verb}");
    }
    assert_eq!(said(&souk(&folder("help")).arg("dance").output().expect("souk runs")).0, Some(2));
}

#[test]
fn what_can_not_be_used_is_one_clear_line() {
    let at = folder("settings");
    refused(souk(&at).arg("serve").env("SOUK_HTP_ADDR", "x"), "htp_addr");
    refused(souk(&at).arg("serve").env("SOUK_INVENTORY__HOLD_TTL_S", "soon"), "hold_ttl_s");
    refused(souk(&at).arg("serve").env("SOUK_INVENTRY__HOLD_TTL_S", "5"), "inventry");
    refused(souk(&at).arg("serve").env("SOUK_OUTBOX__KEEP", "5"), "30 is the least");
    refused(souk(&at).arg("serve").env("SOUK_FEED__TRYS", "5"), "trys");
    refused(souk(&at).arg("serve").env("SOUK_STORE_URL", "mysql://x"), "postgres://");
    refused(souk(&at).arg("check").env("SOUK_CHECK_URL", "sqlite://x"), "postgres://");
    let nothing = folder("nothing");
    for verb in [&["check"][..], &["events", "parked"], &["intents"]] {
        refused(souk(&nothing).args(verb), "catalog");
        assert!(!nothing.exists(), "{verb:?} only looks");
    }
    refused(souk(&at).args(["serve", "--target", "stock"]), "stock");
    refused(souk(&at).args(["serve", "--target", "order"]), "SOUK_SECRET");
    refused(souk(&at).args(["--config", "nowhere.toml", "serve"]), "nowhere.toml");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").to_string();
    refused(souk(&at).arg("serve").env("SOUK_HTTP_ADDR", &port), &port);
    refused(souk(&at).arg("serve").env("SOUK_STORE_URL", "postgres://{service}@127.0.0.1:9/souk"), "catalog");
}

#[test]
fn one_process_owns_the_folder_and_a_check_may_look_beside_it() {
    let at = folder("owner");
    let (serving, url) = Serving::at(&mut souk(&at));
    assert!(url.starts_with("http://127.0.0.1:"));
    refused(souk(&at).arg("serve"), "in use");
    refused(souk(&at).arg("migrate"), "in use");
    let (code, out, err) = said(&souk(&at).args(["check", "--json"]).output().expect("souk runs"));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("\"clean\":true"), "{out}");
    assert_eq!(serving.stop(), Some(0), "it drains and ends well");
    let (serving, _) = Serving::at(&mut souk(&at));
    drop(serving);
    let _ = std::fs::remove_dir_all(at);
}

#[test]
fn secrets_are_made_once_and_never_shown() {
    let at = folder("secrets");
    let (serving, _) = Serving::at(&mut souk(&at));
    drop(serving);
    for name in ["secret", "token-key.pem"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(at.join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let first = std::fs::read(at.join("secret")).expect("a secret");
    let (serving, _) = Serving::at(&mut souk(&at));
    drop(serving);
    assert_eq!(std::fs::read(at.join("secret")).expect("a secret"), first);
    let mut config = souk(&at);
    config.args(["config", "--print"]).env("SOUK_SECRET", "hush-hush").env("SOUK_PAYMENT__BANK_SECRET", "hush-hush");
    let (code, out, _) = said(&config.output().expect("souk runs"));
    assert_eq!(code, Some(0));
    assert!(!out.contains("hush-hush") && out.contains("SOUK_PAYMENT__BANK_SECRET"), "{out}");
    let _ = std::fs::remove_dir_all(at);
}

#[test]
fn targets_are_what_the_wiring_says() {
    let (code, out, err) = said(&souk(&folder("targets")).arg("targets").output().expect("souk runs"));
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.lines().any(|line| line.starts_with("order") && line.contains("calls pricing, inventory, payment")),
        "{out}"
    );
    assert!(out.lines().any(|line| line.starts_with("inventory") && line.contains("calls nobody")));
}
