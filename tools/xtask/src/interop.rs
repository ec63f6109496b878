//! The built page against the brokers that people run. What it runs them with is heavy and stands in `tools/demo`.

use crate::browsers::{self, Browser};
use crate::firefox::firefox;
use crate::setup::tools_folder;
use crate::steps::{Outcome, Steps, npm, run as run_command};
use crate::tried::{prepare, program};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut steps = Steps::new();
    let outcome = interop(arguments, &mut steps);
    steps.print();
    outcome
}

/// Everything but `--no-build` is passed on.
fn interop(arguments: &[String], steps: &mut Steps) -> Outcome {
    let (browser, options) = prepare(arguments, steps)?;
    let has = |wanted: &str| options.iter().any(|option| option == wanted);
    let mut command = program(INTEROP, false, &browser);
    command.args(&options);
    if !has(QUICK) && !has("--help") {
        steps.step("brokers", || {
            get_brokers();
            Ok(())
        })?;
        match steps.step("Firefox", firefox) {
            Ok(firefox) => {
                firefox.name_in(&mut command);
                command.arg("--firefox");
            }
            Err(why) => eprintln!("not run in Firefox: it cannot be installed here ({why})"),
        }
    }
    steps.step("interop", || run_command(&mut command))
}

/// Two brokers on what `dist/` holds, in a minute and a half.
pub(crate) fn quick(browser: &Browser) -> Outcome {
    run_command(program(INTEROP, false, browser).args([QUICK, "--check"]))
}

/// What is not there and can be had. What cannot reads "not run" in the table, so nothing here is an error.
fn get_brokers() {
    let wanted = APT.iter().filter(|package| !browsers::installed(package));
    let wanted: Vec<&str> = wanted.copied().collect();
    if !wanted.is_empty() {
        let got = if browsers::may_install() {
            browsers::install(&wanted)
        } else {
            Err("only root may install them".to_owned())
        };
        if let Err(why) = got {
            eprintln!("without {}: {why}", wanted.join(", "));
        }
    }
    if let Err(why) = get_packages() {
        eprintln!("without {}: {why}", NPM.join(", "));
    }
}

/// Into `.tools/brokers`, each pinned to what the tables were made with.
fn get_packages() -> Outcome {
    let folder = tools_folder().join("brokers");
    let is_there = |package: &&str| {
        let (name, version) = package.split_once('@').unwrap_or((package, ""));
        let manifest = folder.join("node_modules").join(name).join("package.json");
        let manifest = std::fs::read_to_string(manifest).unwrap_or_default();
        manifest.contains(&format!("\"version\": \"{version}\""))
    };
    if NPM.iter().all(is_there) {
        return Ok(());
    }
    let mut command = npm()?;
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    eprintln!(
        "Installing {} into .tools/ (about a minute)",
        NPM.join(", ")
    );
    command.args([
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]);
    command.arg("--prefix").arg(&folder).args(NPM);
    run_command(&mut command)
}

/// The brokers on Debian and Ubuntu; Mosquitto comes with the browser.
const APT: &[&str] = &["nats-server", "rabbitmq-server"];

/// Node-RED 5 wants a newer Node than Debian's.
const NPM: &[&str] = &[
    "aedes@1.2.0",
    "ws@8.23.0",
    "node-red@4.1.15",
    "node-red-contrib-aedes@0.6.0",
];

const INTEROP: &str = "interop";

const QUICK: &str = "--quick";
