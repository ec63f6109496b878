//! Feeds each fuzz target with a million inputs, which LLVM's fuzzer makes so that they reach ever more of the code.
//!
//! Without cargo-fuzz: what it adds are sanitizers, which need a nightly compiler and look for mistakes that this project's
//! code cannot make, as it is without `unsafe`. The flags below are all that a stable compiler needs. The layout of `fuzz/`
//! is cargo-fuzz's all the same.

use std::fs;

use crate::steps::{
    Outcome, Steps, cargo, output, program, root, run as run_command, target_folder,
};

/// One file each in `fuzz/fuzz_targets`, and what it does in `tests/fuzz`.
const TARGETS: &[&str] = &["bytes", "session", "payload"];

const RUNS: u64 = 1_000_000;

/// Counts which edges of the code an input takes, and what its comparisons compare: the fuzzer's eyes.
const INSTRUMENTED: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let runs = match arguments {
        [] => RUNS,
        [option, number] if option == "--runs" => number
            .parse()
            .map_err(|_| format!("`{number}` is no number of runs"))?,
        _ => return Err("`fuzz` takes nothing but `--runs N`".to_owned()),
    };
    let mut steps = Steps::new();
    let outcome = fuzz(runs, &mut steps);
    steps.print();
    outcome
}

fn fuzz(runs: u64, steps: &mut Steps) -> Outcome {
    let host = host()?;
    let folder = target_folder()?.join("fuzz");
    steps.step("build", || {
        let mut command = cargo(["build", "--release", "--manifest-path", "fuzz/Cargo.toml"]);
        // Named, so that only what runs in the target is instrumented, and no build script.
        command
            .args(["--target", &host, "--target-dir"])
            .arg(&folder);
        command.env("RUSTFLAGS", INSTRUMENTED.join(" "));
        run_command(&mut command)
    })?;
    for &target in TARGETS {
        steps.step(target, || {
            // What it finds on its way; the corpus that is kept stays as it is.
            let found = folder.join("found").join(target);
            let failed = folder.join("failed").join(target);
            for folder in [&found, &failed] {
                fs::create_dir_all(folder)
                    .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
            }
            let mut command = program(folder.join(&host).join("release").join(target));
            command.arg(&found);
            command.arg(root().join("fuzz").join("corpus").join(target));
            command.arg(format!("-runs={runs}"));
            command.arg(format!("-artifact_prefix={}/", failed.display()));
            // An input that takes seconds would stop a page. Quiet but for the count at the end.
            command.args(["-timeout=5", "-print_final_stats=1", "-verbosity=0"]);
            run_command(&mut command)
        })?;
        println!("{target}: {runs} inputs, and none was a finding");
    }
    Ok(())
}

/// The machine that this runs on, as compilers name it.
fn host() -> Outcome<String> {
    let version = output(program("rustc").arg("-vV")).unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not say what machine this is".to_owned())
}
