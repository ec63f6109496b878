//! The built page against real brokers; `cargo xtask interop` gets them, builds the page and calls this.

use std::process::ExitCode;

use footfall_demo::cli::until_interrupted;
use footfall_demo::interop::{self, HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => until_interrupted(interop::run(options)).await,
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
