//! A demo of Footfall on one machine.

use std::process::ExitCode;

use anyhow::Result;
use footfall_demo::cli::{self, Arguments, HELP};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line with its causes: whoever starts a demo needs no backtrace.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    if let Some(arguments) = Arguments::parse(std::env::args().skip(1))? {
        return cli::run(arguments).await;
    }
    print!("{HELP}");
    Ok(())
}
