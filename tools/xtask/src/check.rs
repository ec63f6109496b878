//! Format, lints and layering: everything that needs no browser and no running test.

use crate::setup::wasm_target;
use crate::steps::{Outcome, Steps, cargo, run as run_command};

pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let mut steps = Steps::new();
    let outcome = check(&mut steps);
    steps.print();
    outcome
}

fn check(steps: &mut Steps) -> Outcome {
    steps.step("format", || {
        run_command(&mut cargo(["fmt", "--all", "--check"]))?;
        let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
        run_command(&mut cargo(fuzz))
    })?;
    steps.step("lints, native", || {
        // Named packages and not the workspace: that would add the browser's half to a native build.
        lint(&[
            "-p",
            "footfall",
            "-p",
            "footfall-demo",
            "-p",
            "footfall-split",
            "-p",
            "xtask",
            "--no-default-features",
            "--all-targets",
        ])
    })?;
    steps.step("lints, browser", || {
        wasm_target()?;
        lint(&[
            "-p",
            "footfall",
            "--target",
            "wasm32-unknown-unknown",
            "--lib",
            "--bins",
            "--test",
            "browser",
        ])
    })?;
    steps.step("layering", || {
        run_command(&mut cargo([
            "test",
            "-p",
            "footfall",
            "--no-default-features",
            "--test",
            "layering",
        ]))
    })
}

fn lint(arguments: &[&str]) -> Outcome {
    let mut command = cargo(["clippy"]);
    command.args(arguments).args(["--", "-D", "warnings"]);
    run_command(&mut command)
}
