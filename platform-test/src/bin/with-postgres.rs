//! `with-postgres COMMAND [ARGUMENT…]`: one PostgreSQL for all tests of the command, unless `SOUK_TEST_POSTGRES` names one already.
use platform_test::postgres::{Server, VARIABLE};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("with-postgres COMMAND [ARGUMENT…]");
        return ExitCode::from(2);
    };
    let server = std::env::var_os(VARIABLE).is_none().then(Server::start);
    let mut command = Command::new(&program);
    if let Some(server) = &server {
        command.env(VARIABLE, &server.at);
    }
    match command.args(words).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{}: {why}", program.display());
            ExitCode::from(2)
        }
    }
}
