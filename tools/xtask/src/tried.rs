//! The built page, tried by a program of `tools/demo`: what the commands share that do so.

use std::process::Command;

use crate::browsers::{Browser, browser};
use crate::build::build;
use crate::setup::setup;
use crate::steps::{Outcome, Steps, cargo};

/// Gets a browser and, unless `--no-build` stands among the options, builds the page. Returns the other options.
pub(crate) fn prepare(options: &[String], steps: &mut Steps) -> Outcome<(Browser, Vec<String>)> {
    let browser = steps.step("browser", browser)?;
    let is_other = |option: &&String| *option != NO_BUILD;
    let others: Vec<String> = options.iter().filter(is_other).cloned().collect();
    if others.len() == options.len() {
        steps.step("build", || build(&setup()?))?;
    }
    Ok((browser, others))
}

/// That program of the demo's, with that browser; its own arguments are to follow.
pub(crate) fn program(name: &str, is_release: bool, browser: &Browser) -> Command {
    let mut command = cargo(["run", "--quiet", "-p", "footfall-demo", "--bin", name]);
    if is_release {
        command.arg("--release");
    }
    command.arg("--");
    browser.name_in(&mut command);
    command
}

/// Try what `dist/` holds.
const NO_BUILD: &str = "--no-build";
