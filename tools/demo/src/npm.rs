//! A script of npm's registry, for what a page is compared with or examined by.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::browser::target_folder;

/// The text of a file of a package, in that very version; it is installed into the target folder the first time.
///
/// # Errors
/// npm is not there, or cannot install it, or the package has no such file.
pub fn script(package: &str, version: &str, file: &str) -> Result<String> {
    let folder = target_folder().join(format!("{package}-{version}"));
    let script: PathBuf = folder.join("node_modules").join(package).join(file);
    if !script.exists() {
        std::fs::create_dir_all(&folder)?;
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let installed = Command::new(npm)
            .args([
                "install",
                "--no-save",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ])
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("{package}@{version}"))
            .stdout(Stdio::null())
            .status()
            .context("npm did not start")?;
        ensure!(
            installed.success(),
            "npm could not install {package} {version}"
        );
    }
    std::fs::read_to_string(&script).with_context(|| format!("{package} {version} has no {file}"))
}
