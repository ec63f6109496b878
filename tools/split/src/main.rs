//! The linked wasm → one file that every page loads, one for each part that is loaded later, and the scripts of both.
//!
//! Trunk cannot do this between the compiler and wasm-bindgen, so the hook of the build does both again
//! (<https://github.com/trunk-rs/trunk/issues/1022>).

mod merge;
mod shrink;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use wasm_split_cli_support::{Options, transform};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [wasm, folder] = arguments.as_slice() else {
        eprintln!("`footfall-split WASM FOLDER` is called by `cargo xtask place`");
        return ExitCode::FAILURE;
    };
    match split(Path::new(wasm), Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cutting {} failed: {error}", Path::new(wasm).display());
            ExitCode::FAILURE
        }
    }
}

fn split(wasm: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let linked = fs::read(wasm)?;
    let main = folder.join("footfall.wasm");
    let mut options = Options::new(&linked);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./footfall.js";
    let link = format!("./{LOADER}");
    options.link_name = &link;
    transform(options)?;

    let bound = Command::new("wasm-bindgen")
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
        .arg("--out-dir")
        .arg(folder)
        .arg(&main)
        .status()?;
    if !bound.success() {
        return Err(format!("wasm-bindgen ended with {bound}").into());
    }
    fs::remove_file(&main)?;
    let loader = folder.join(LOADER);
    fs::write(&loader, tolerant(&fs::read_to_string(&loader)?)?)?;
    if env::var_os(NAMES_VARIABLE).is_none() {
        shrink_all(folder)?;
    }
    // A second pair of the two scripts, for an engine on the page's own thread: it has a memory of its own, and what it
    // loads later must come into that one.
    for (file, copy) in SCRIPTS {
        let script = fs::read_to_string(folder.join(file))?;
        // Only where it is loaded from: the wasm keeps its name for what it imports.
        let mut other = script.clone();
        for (file, copy) in SCRIPTS {
            other = other.replace(&from(file), &from(copy));
        }
        if other == script {
            return Err(format!("{file} loads nothing as {:?} any more", from("…")).into());
        }
        fs::write(folder.join(copy), other)?;
    }
    Ok(())
}

/// The script that loads the parts, made to take them from a host that does not know what wasm is: a browser compiles
/// while it loads only what is declared as wasm, and plain hosts declare it as bytes.
fn tolerant(loader: &str) -> Result<String, String> {
    const STREAMING: &str = "WebAssembly.instantiateStreaming(src, imports)";
    const WHOLE: &str = "src.then(async (part) => { \
        if (!part.ok) throw new Error(`${part.url}: ${part.status}`); \
        return WebAssembly.instantiate(await part.arrayBuffer(), imports); })";
    if !loader.contains(STREAMING) {
        return Err(format!("the loader of parts has no {STREAMING:?} any more"));
    }
    Ok(loader.replace(STREAMING, WHOLE))
}

/// Set where the wasm keeps the names of its functions, for who looks into it.
const NAMES_VARIABLE: &str = "FOOTFALL_NAMES";

/// Less to load, of every file.
fn shrink_all(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (wasm, script) = (folder.join(MAIN_WASM), folder.join(MAIN_SCRIPT));
    merge::merge_data(folder, &wasm, &folder.join(LOADER))?;
    let shrunk = shrink::shrunk_with_script(
        &fs::read(&wasm)?,
        &fs::read_to_string(&script)?,
        MAIN_IMPORTS,
    )?;
    fs::write(&wasm, shrunk.0)?;
    fs::write(&script, shrunk.1)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "wasm") && path != wasm {
            let module = shrink::shrunk(&fs::read(&path)?)?;
            fs::write(&path, module)?;
        }
    }
    Ok(())
}

/// What the cutter is to call its script.
const LOADER: &str = "later.js";

/// The scripts that load each other, and their copies; the first copy is what `boot.js` loads where a page may start no
/// worker.
const SCRIPTS: [(&str, &str); 2] = [
    (MAIN_SCRIPT, "engine_here.js"),
    (LOADER, "engine_here_later.js"),
];

fn from(script: &str) -> String {
    format!("from \"./{script}\"")
}

/// What wasm-bindgen calls what it makes of `footfall.wasm`, and that from within.
const MAIN_WASM: &str = "footfall_bg.wasm";
const MAIN_SCRIPT: &str = "footfall.js";
const MAIN_IMPORTS: &str = "./footfall_bg.js";
