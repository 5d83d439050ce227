//! The program `relasi`.

use std::process::ExitCode;

use clap::Parser;
use relasi_server::config::Cli;

/// Records are made on one thread and freed on another all the time, which the system's allocator pays dearly for.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match relasi_server::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("relasi: {failure}");
            ExitCode::FAILURE
        }
    }
}
