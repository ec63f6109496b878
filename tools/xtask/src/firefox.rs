//! Finds a Firefox and its driver, with which a part of the browser tests runs as well.

use std::path::PathBuf;
use std::process::Command;

use crate::browsers;
use crate::setup;
use crate::steps::Outcome;

/// A browser and the program that drives it.
pub(crate) struct Firefox {
    browser: PathBuf,
    driver: PathBuf,
}

/// Pinned to what the tests were run with.
const GECKODRIVER: &str = "0.37.1";

/// By FIREFOX and GECKODRIVER, else on PATH, else from the system's packages where we may install them, and the driver
/// from its crate.
pub(crate) fn firefox() -> Outcome<Firefox> {
    let find = || browsers::named("FIREFOX", &["firefox-esr", "firefox"]);
    let browser = match find() {
        Some(browser) => browser,
        None => {
            if !browsers::may_install() {
                return Err("it is not on PATH, and only root may install it".to_owned());
            }
            browsers::install(&["firefox-esr"])?;
            find().ok_or("the package brought no Firefox")?
        }
    };
    let driver = browsers::named("GECKODRIVER", &["geckodriver"])
        .or_else(|| setup::find("geckodriver", GECKODRIVER));
    let driver = match driver {
        Some(driver) => driver,
        None => {
            eprintln!("Building geckodriver {GECKODRIVER}, once, into .tools/ (2 to 3 minutes)");
            // Without --locked, as wasm-bindgen.
            setup::install("geckodriver", "geckodriver", GECKODRIVER, false)?
        }
    };
    Ok(Firefox { browser, driver })
}

impl Firefox {
    /// Tells a test command to use it.
    pub(crate) fn drive(&self, mut command: Command) -> Command {
        command.env("FOOTFALL_BROWSER", "firefox");
        self.name_in(&mut command);
        command
    }

    /// Tells a command where it is, which uses it beside another one.
    pub(crate) fn name_in(&self, command: &mut Command) {
        command.env("FIREFOX", &self.browser);
        command.env("GECKODRIVER", &self.driver);
    }
}
