//! A demo of Footfall on one machine.

use anyhow::Result;
use footfall_demo::cli::{self, Arguments, HELP};

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse(std::env::args().skip(1))? {
        Some(arguments) => cli::run(arguments).await,
        None => {
            print!("{HELP}");
            Ok(())
        }
    }
}
