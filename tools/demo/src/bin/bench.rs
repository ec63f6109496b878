//! Measures the built page; `cargo xtask bench load` builds it and calls this.

use std::process::ExitCode;

use footfall_demo::bench::{self, HELP, Options};
use footfall_demo::cli::program;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse(std::env::args().skip(1));
    program(options, HELP, bench::run).await
}
