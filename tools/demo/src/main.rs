//! A demo of Footfall on one machine.

use anyhow::Result;
use footfall_demo::serve::Host;

#[tokio::main]
async fn main() -> Result<()> {
    let serving = Host::of_this_build().port(PORT).start().await?;
    println!("Footfall is at {}", serving.url());
    Ok(tokio::signal::ctrl_c().await?)
}

/// Easy to remember, and rarely taken.
const PORT: u16 = 8080;
