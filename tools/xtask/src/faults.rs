//! The built page and what goes wrong. What it is done with is heavy and stands in `tools/demo`.

use crate::browsers::Browser;
use crate::steps::{Outcome, Steps, run as run_command};
use crate::tried::{prepare, program};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut steps = Steps::new();
    let outcome = faults(arguments, &mut steps);
    steps.print();
    outcome
}

/// Everything but `--no-build` is passed on.
fn faults(arguments: &[String], steps: &mut Steps) -> Outcome {
    let (browser, options) = prepare(arguments, steps)?;
    let mut command = program("faults", false, &browser);
    steps.step("faults", || run_command(command.args(options)))
}

/// Some on what `dist/` holds, in a minute and a half.
pub(crate) fn quick(browser: &Browser) -> Outcome {
    run_command(program("faults", false, browser).args(["--quick", "--check"]))
}
