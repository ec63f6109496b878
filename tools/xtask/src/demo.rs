//! Builds the page and shows it with a simulated site.

use crate::build::build;
use crate::setup::setup;
use crate::steps::{Outcome, cargo, run as run_command};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    build(&setup()?)?;
    run_command(cargo(["run", "--quiet", "-p", "footfall-demo", "--"]).args(arguments))
}
