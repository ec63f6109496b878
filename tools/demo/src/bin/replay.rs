//! `cargo xtask replay`: runs an engine on a recording and prints what it says to its page, a line each, and a digest of it.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context, Result};
use footfall::engine::Output;
use footfall::engine::recording::{append_reply, read};
use footfall::engine::replay::replay;
use footfall::engine::wire::Reply;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("replay: name the file of a recording");
        return ExitCode::FAILURE;
    };
    match run(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("replay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(path: &str) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("{path} cannot be read"))?;
    let recording = read(&bytes).with_context(|| {
        format!("{path} is no recording, or of a build whose inputs have another shape")
    })?;
    let (build, inputs) = (recording.build.clone(), recording.inputs.len());
    let from_start = recording.head.from_start;
    let (mut said, mut bytes, mut replies) = (String::new(), Vec::new(), 0);
    replay(recording, |now, output| {
        if let Output::Reply(_, reply, floats) = output {
            append_reply(&mut bytes, &reply, &floats);
            replies += 1;
            let (wall, reply) = (now.wall.as_millis(), line(&reply));
            // Writing to a text cannot fail.
            let _written = writeln!(said, "{wall} {reply} {floats:?}");
        }
    });
    let from = if from_start {
        "from the engine's start: what it says is what the page was told"
    } else {
        "from what was stored when it begins"
    };
    let digest = digest(&bytes);
    let last = format!(
        "{inputs} inputs of build {build}, {from}; {replies} replies, digest {digest:016x}\n"
    );
    let mut out = io::stdout().lock();
    out.write_all(said.as_bytes())?;
    out.write_all(last.as_bytes())?;
    Ok(())
}

/// What a reply says, without what it says nothing of.
fn line(reply: &Reply) -> String {
    let text = format!("{reply:?}");
    let mut kept = text;
    for nothing in NOTHINGS {
        kept = kept.replace(nothing, "");
    }
    kept
}

/// Fields of an update that are as before.
const NOTHINGS: &[&str] = &[
    "site: None, ",
    "links: None, ",
    "storage: None, ",
    "day: None, ",
    "zones: [], ",
    "doors: [], ",
    "found: None, ",
    "order: None, ",
    "devices: [], ",
    "roll_up: None, ",
    "warnings: None",
    ", columns: []",
    ", buckets: []",
];

/// FNV-1a in 64 bits: whether two replays say the same.
fn digest(bytes: &[u8]) -> u64 {
    let add = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, add)
}
