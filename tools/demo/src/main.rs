//! A demo of Footfall on one machine.

use std::process::ExitCode;

use anyhow::{Error, Result};
use footfall_demo::arguments::{Arguments, HELP};
use footfall_demo::cli;

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
    let arguments = Arguments::parse(std::env::args().skip(1)).map_err(Error::msg)?;
    if let Some(arguments) = arguments {
        return cli::run(arguments).await;
    }
    print!("{HELP}");
    Ok(())
}
