//! Plays a recording natively: what the engine said to it, a line each, and a digest.

use crate::steps::{Outcome, cargo, run as run_command};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let [file] = arguments else {
        return Err("`replay` takes the file of a recording".to_owned());
    };
    run_command(
        cargo(["run", "--quiet", "-p", "footfall-demo", "--bin", "replay"]).args(["--", file]),
    )
}
