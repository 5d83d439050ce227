//! The program `relasi`.

use std::process::ExitCode;

use clap::Parser;
use relasi_server::config::Cli;

fn main() -> ExitCode {
    match relasi_server::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("relasi: {failure}");
            ExitCode::FAILURE
        }
    }
}
