//! Finds a Chromium and its driver, which the browser tests need and building does not.

use std::env;
use std::path::{Path, PathBuf};

use crate::steps::{Outcome, output, program, run as run_command};

/// A browser and the program that drives it, of one version.
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// What the tests need from Debian and Ubuntu: the browser, its driver, Korean letters, and a broker that is not ours.
const PACKAGES: &[&str] = &["chromium", "chromium-driver", "fonts-noto-cjk", "mosquitto"];

/// By CHROME and CHROMEDRIVER, else on PATH, else from the system's packages where we may install them.
pub(crate) fn browser() -> Outcome<Browser> {
    if let Some(found) = find() {
        return Ok(found);
    }
    install()?;
    find().ok_or_else(|| MISSING.to_owned())
}

const MISSING: &str = "the browser tests need Chromium or Chrome and a chromedriver of the same version: put both on PATH, \
     or name them in CHROME and CHROMEDRIVER";

fn find() -> Option<Browser> {
    Some(Browser {
        chrome: named(
            "CHROME",
            &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
                "chrome",
            ],
        )?,
        driver: named("CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn named(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Some(path.into());
    }
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| {
            folders
                .iter()
                .map(move |folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
        })
        .find(|path| path.is_file())
}

/// On Debian and Ubuntu as root, in a container or a build machine, we can help ourselves.
fn install() -> Outcome {
    let root = output(program("id").arg("-u")).is_some_and(|id| id == "0");
    if !root || !Path::new("/etc/debian_version").exists() {
        return Err(MISSING.to_owned());
    }
    eprintln!("Installing {} (about a minute)", PACKAGES.join(", "));
    // Another apt-get may be running; wait for it instead of failing.
    let apt = || {
        let mut command = program("apt-get");
        command.args(["-o", "DPkg::Lock::Timeout=300", "-qq"]);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run_command(apt().arg("update"))?;
    run_command(
        apt()
            .args(["install", "-y", "--no-install-recommends"])
            .args(PACKAGES),
    )
    .map_err(|error| format!("{MISSING} ({error})"))
}
