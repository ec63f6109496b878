//! The built page and what goes wrong; `cargo xtask faults` builds the page and calls this.

use std::process::ExitCode;

use footfall_demo::cli::program;
use footfall_demo::faults::{self, HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse(std::env::args().skip(1));
    program(options, HELP, faults::run).await
}
