//! The built page and what goes wrong; `cargo xtask faults` builds the page and calls this.

use std::process::ExitCode;

use footfall_demo::cli::until_interrupted;
use footfall_demo::faults::{self, HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => until_interrupted(faults::run(options)).await,
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
