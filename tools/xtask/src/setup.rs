//! Gets the builders: the wasm target, Trunk, and the wasm-bindgen of exactly the library's version.
//!
//! What is on PATH in the right version is used as it is; the rest is built once into `.tools/`, which git ignores.
//! Nothing is downloaded but crates, and never a toolchain.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Outcome, cargo, output, program, root, run as run_command};

/// Pinned: a newer Trunk needs a newer compiler than ours.
const TRUNK: &str = "0.21.14";

/// Where the builders are.
pub(crate) struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
    /// The compiler is the one that `build` knows how to tune, and has its standard library as source.
    pub(crate) may_tune: bool,
}

impl Tools {
    /// Trunk, with the right wasm-bindgen first on its PATH, so that it downloads nothing.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = program(&self.trunk);
        let mut path: Vec<PathBuf> = Vec::new();
        path.extend(self.wasm_bindgen.parent().map(Path::to_path_buf));
        path.extend(search_path());
        // A PATH that cannot be joined came from PATH itself; then the tools are found where they were.
        if let Ok(joined) = env::join_paths(path) {
            command.env("PATH", joined);
        }
        command
    }

    /// Runs compiled wasm tests in a browser; installed together with wasm-bindgen.
    pub(crate) fn test_runner(&self) -> PathBuf {
        self.wasm_bindgen
            .with_file_name(executable("wasm-bindgen-test-runner"))
    }
}

pub(crate) fn run(_arguments: &[String]) -> Outcome {
    setup().map(|_tools| ())
}

/// Makes sure that everything to build the page is there, and says what it does before it takes long.
pub(crate) fn setup() -> Outcome<Tools> {
    wasm_target()?;
    let wasm_bindgen = wasm_bindgen_version()?;
    let found_trunk = find("trunk", TRUNK);
    let found_bindgen = find("wasm-bindgen", &wasm_bindgen).filter(|path| {
        path.with_file_name(executable("wasm-bindgen-test-runner"))
            .exists()
    });
    if found_trunk.is_none() || found_bindgen.is_none() {
        eprintln!("Building what this project needs, once, into .tools/:");
        if found_trunk.is_none() {
            eprintln!("  trunk {TRUNK}, which builds the page (2 to 4 minutes on two cores)");
        }
        if found_bindgen.is_none() {
            eprintln!("  wasm-bindgen {wasm_bindgen}, the version of the library (about 1 minute)");
        }
    }
    let trunk = match found_trunk {
        Some(path) => path,
        None => install("trunk", "trunk", TRUNK, true)?,
    };
    let wasm_bindgen = match found_bindgen {
        Some(path) => path,
        // Without --locked: its lock file names versions of other crates that a registry mirror may lack.
        None => install("wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen, false)?,
    };
    Ok(Tools {
        trunk,
        wasm_bindgen,
        may_tune: tuned_compiler(),
    })
}

/// The standard library for wasm, added to the toolchain in use.
pub(crate) fn wasm_target() -> Outcome {
    const TARGET: &str = "wasm32-unknown-unknown";
    let library = output(program("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    if library.is_some_and(|library| Path::new(&library).exists()) {
        return Ok(());
    }
    eprintln!("Adding {TARGET} to the Rust toolchain in use (a few seconds)");
    run_command(program("rustup").args(["target", "add", TARGET])).map_err(|error| {
        format!("Rust cannot compile to {TARGET} yet, and rustup could not add it: {error}")
    })
}

/// The compiler that the release build was tuned with. Another one builds the same page, a tenth larger.
const TUNED: &str = "rustc 1.95.";

/// Whether the compiler in use is that one, with the source of its standard library, which rustup may have to add.
fn tuned_compiler() -> bool {
    let version = output(program("rustc").arg("--version")).unwrap_or_default();
    if !version.starts_with(TUNED) {
        eprintln!(
            "The page will be a tenth larger: its build is tuned for {TUNED}x, this is {version}"
        );
        return false;
    }
    let tuned = standard_library();
    if let Err(error) = &tuned {
        eprintln!("The page will be a tenth larger: {error}");
    }
    tuned.is_ok()
}

/// The source of the standard library and the crates that it is built with: the page's build asks no registry.
fn standard_library() -> Outcome {
    let sysroot = output(program("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    if !library.join("Cargo.lock").exists() {
        eprintln!(
            "Adding the source of the standard library to the Rust toolchain in use (a few seconds)"
        );
        run_command(program("rustup").args(["component", "add", "rust-src"]))
            .map_err(|error| format!("rustup could not add the source: {error}"))?;
    }
    let mut fetch = cargo(["fetch", "--quiet", "--locked", "--manifest-path"]);
    fetch.arg(library.join("Cargo.toml"));
    // Its manifest says what only an unstable cargo reads.
    run_command(fetch.env("RUSTC_BOOTSTRAP", "1"))
        .map_err(|error| format!("what it is built with cannot be had: {error}"))
}

/// The version of wasm-bindgen in Cargo.lock: tool and library must be of one version.
fn wasm_bindgen_version() -> Outcome<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock cannot be read: {error}"))?;
    let mut lines = lock.lines();
    lines
        .find(|line| *line == "name = \"wasm-bindgen\"")
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| "Cargo.lock names no wasm-bindgen".to_owned())
}

/// The program in that very version: on PATH, or built by an earlier set-up.
pub(crate) fn find(name: &str, version: &str) -> Option<PathBuf> {
    search_path()
        .into_iter()
        .chain([tools_folder().join("bin")])
        .map(|folder| folder.join(executable(name)))
        .filter(|path| path.is_file())
        .find(|path| {
            output(Command::new(path).arg("--version"))
                .is_some_and(|line| line.split_whitespace().nth(1) == Some(version))
        })
}

/// Builds a program from its crate, for a short build and not for speed: the tools spend a second or two on our files.
pub(crate) fn install(package: &str, name: &str, version: &str, locked: bool) -> Outcome<PathBuf> {
    let mut command = cargo(["install", package, "--version", version]);
    command.args(["--no-default-features", "--root"]);
    command.arg(tools_folder());
    if locked {
        command.arg("--locked");
    }
    command.envs([
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ]);
    // Its own temporary folder, removed by cargo afterwards, and none of our settings for wasm.
    command.env_remove("CARGO_TARGET_DIR");
    command.env_remove("CARGO_BUILD_TARGET");
    run_command(&mut command)?;
    Ok(tools_folder().join("bin").join(executable(name)))
}

pub(crate) fn tools_folder() -> PathBuf {
    root().join(".tools")
}

fn search_path() -> Vec<PathBuf> {
    env::var_os("PATH")
        .map(|path: OsString| env::split_paths(&path).collect())
        .unwrap_or_default()
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
