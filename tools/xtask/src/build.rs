//! Builds the page into `dist/`. Trunk is the one builder; here it only learns the build's id.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::{Tools, setup};
use crate::steps::{Outcome, output, program, root, run as run_command};

/// What page and engine are made of. Tools, tests and documents do not change them.
const SOURCES: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "src",
    "style",
    "tools/split",
];

/// The name under which the id reaches the compiler and `place`.
pub(crate) const BUILD_VARIABLE: &str = "FOOTFALL_BUILD";

/// Set where the wasm keeps the names of its functions; `tools/split` reads it.
const NAMES_VARIABLE: &str = "FOOTFALL_NAMES";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let keeps_names = match arguments {
        [] => false,
        [argument] if argument == "--names" => true,
        _ => return Err("`build` knows only `--names`".to_owned()),
    };
    build_with(&setup()?, keeps_names)
}

/// A release build in `dist/`.
pub(crate) fn build(tools: &Tools) -> Outcome {
    build_with(tools, false)
}

fn build_with(tools: &Tools, keeps_names: bool) -> Outcome {
    let id = build_id(&format!("{} {keeps_names}", tools.may_tune))?;
    // Offline and without version check: Trunk would otherwise ask a code host for tools that it has already.
    let mut trunk = tools.trunk();
    trunk
        .args(["build", "--release", "--offline", "--skip-version-check"])
        .env(BUILD_VARIABLE, &id)
        // Trunk reads NO_COLOR as one of its own options and refuses the usual value 1.
        .env_remove("NO_COLOR");
    if keeps_names {
        trunk.env(NAMES_VARIABLE, "1");
    }
    if tools.may_tune {
        tune(&mut trunk);
    }
    run_command(&mut trunk)?;
    eprintln!("dist/ holds build {id}");
    Ok(())
}

/// A tenth less to load: the standard library is built for size with the page, and what only the text of a panic needs
/// stays out. A panic still stops the page or the engine with a stack trace, which `--names` makes readable.
///
/// Stable compilers refuse these options unless told that one knows what one does. We know it of the version we tried.
fn tune(trunk: &mut Command) {
    const FLAGS: &str =
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";
    trunk.envs([
        ("RUSTC_BOOTSTRAP", "1"),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
        ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS),
    ]);
}

/// The same sources and compiler give the same id. It is compiled into the page, so it cannot be a hash of the result.
///
/// `options` tells apart what the same sources can be built to.
fn build_id(options: &str) -> Outcome<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&root().join(source), &mut files)?;
    }
    // Sorted by path below the root, so that the order of a directory listing does not matter.
    files.sort();
    let mut hash = Fnv::new();
    let compiler = output(program("rustc").arg("--version"));
    hash.block(compiler.unwrap_or_default().as_bytes());
    hash.block(options.as_bytes());
    for path in files {
        let content = read(&path)?;
        let name = path.strip_prefix(root()).unwrap_or(&path);
        hash.block(name.to_string_lossy().replace('\\', "/").as_bytes());
        hash.block(&content);
    }
    Ok(format!("{:016x}", hash.0))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let unreadable = |error| format!("{} cannot be read: {error}", path.display());
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(unreadable)? {
            collect(&entry.map_err(unreadable)?.path(), files)?;
        }
    } else {
        files.push(path.to_path_buf());
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// FNV-1a in 64 bits: it tells builds apart and protects nothing, so it need not be cryptographic.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds the length before the bytes, so that moving a byte from one block to the next changes the hash.
    fn block(&mut self, bytes: &[u8]) {
        for byte in bytes.len().to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv;

    #[test]
    fn moving_a_byte_between_files_changes_the_id() {
        let hash = |blocks: [&[u8]; 2]| {
            let mut hash = Fnv::new();
            for block in blocks {
                hash.block(block);
            }
            hash.0
        };
        assert_ne!(hash([b"ab", b"c"]), hash([b"a", b"bc"]));
        assert_eq!(hash([b"ab", b"c"]), hash([b"ab", b"c"]));
    }
}
