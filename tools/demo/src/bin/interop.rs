//! The built page against real brokers; `cargo xtask interop` gets them, builds the page and calls this.

use std::process::ExitCode;

use footfall_demo::cli::program;
use footfall_demo::interop::{self, HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse(std::env::args().skip(1));
    program(options, HELP, interop::run).await
}
