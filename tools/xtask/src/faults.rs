//! The built page and what goes wrong. What it is done with is heavy and stands in `tools/demo`.

use crate::browsers::{Browser, browser};
use crate::build::build;
use crate::setup::setup;
use crate::steps::{Outcome, Steps, cargo, run as run_command};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut steps = Steps::new();
    let outcome = faults(arguments, &mut steps);
    steps.print();
    outcome
}

/// Everything but `--no-build` is passed on.
fn faults(arguments: &[String], steps: &mut Steps) -> Outcome {
    let browser = steps.step("browser", browser)?;
    if !arguments.iter().any(|argument| argument == NO_BUILD) {
        steps.step("build", || build(&setup()?))?;
    }
    let options = arguments.iter().filter(|argument| *argument != NO_BUILD);
    steps.step("faults", || run_command(table(&browser).args(options)))
}

fn table(browser: &Browser) -> std::process::Command {
    let mut command = cargo([
        "run",
        "--quiet",
        "-p",
        "footfall-demo",
        "--bin",
        "faults",
        "--",
    ]);
    command.env("CHROME", &browser.chrome);
    command.env("CHROMEDRIVER", &browser.driver);
    command
}

/// Run it on what `dist/` holds.
const NO_BUILD: &str = "--no-build";
