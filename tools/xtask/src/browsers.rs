//! Finds a Chromium and its driver, which the browser tests need and building does not.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Outcome, output, program, run as run_command};

/// A browser and the program that drives it, of one version.
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The browser and its driver on Debian and Ubuntu.
const BROWSER_PACKAGES: &[&str] = &["chromium", "chromium-driver"];

/// What further tests use where it is there: Korean letters in pictures, a broker that is not ours, and a web server and the
/// browser's certificates for the ladder of security.
const OTHER_PACKAGES: &[&str] = &["fonts-noto-cjk", "mosquitto", "nginx", "libnss3-tools"];

impl Browser {
    /// Tells a command where it is.
    pub(crate) fn name_in(&self, command: &mut Command) {
        command.env("CHROME", &self.chrome);
        command.env("CHROMEDRIVER", &self.driver);
    }
}

/// By CHROME and CHROMEDRIVER, else on PATH, else from the system's packages where we may install them.
pub(crate) fn browser() -> Outcome<Browser> {
    let found = find();
    if may_install() {
        let mut wanted = OTHER_PACKAGES.to_vec();
        if found.is_none() {
            wanted.extend(BROWSER_PACKAGES);
        }
        wanted.retain(|package| !installed(package));
        if !wanted.is_empty() {
            install(&wanted)?;
        }
    }
    found.or_else(find).ok_or_else(|| MISSING.to_owned())
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

/// A program: named by that variable, else on PATH.
pub(crate) fn named(variable: &str, names: &[&str]) -> Option<PathBuf> {
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
pub(crate) fn may_install() -> bool {
    Path::new("/etc/debian_version").exists()
        && output(program("id").arg("-u")).is_some_and(|id| id == "0")
}

pub(crate) fn installed(package: &str) -> bool {
    output(program("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_some_and(|status| status == "installed")
}

pub(crate) fn install(packages: &[&str]) -> Outcome {
    eprintln!("Installing {} (about a minute)", packages.join(", "));
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
            .args(packages),
    )
}
