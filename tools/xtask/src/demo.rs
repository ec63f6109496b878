//! Builds the page and shows it with a simulated site.

// The demo itself takes minutes to build; what its options are is known without it.
#[path = "../../demo/src/arguments.rs"]
#[expect(unreachable_pub, reason = "public in the demo's library")]
mod arguments;

use crate::build::build;
use crate::setup::setup;
use crate::steps::{Outcome, cargo, run as run_command};
use arguments::{Arguments, HELP};

pub(crate) use arguments::without_user;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if Arguments::parse(arguments.iter().cloned())?.is_none() {
        print!("{HELP}");
        return Ok(());
    }
    build(&setup()?)?;
    // Quiet, because otherwise cargo tells a program that ends badly with all its arguments, a password among them.
    run_command(cargo(["run", "--quiet", "-p", "footfall-demo", "--"]).args(arguments))
}
