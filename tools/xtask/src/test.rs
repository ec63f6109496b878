//! All tests: native, wasm in a headless browser, and the built page end to end.

use std::fs;
use std::path::PathBuf;

use crate::bench;
use crate::browsers::{Browser, browser};
use crate::build::build;
use crate::conformance;
use crate::faults;
use crate::firefox::firefox;
use crate::interop;
use crate::setup::{Tools, setup};
use crate::steps::{Outcome, Steps, cargo, root, run as run_command};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let mut steps = Steps::new();
    let outcome = test(&options, &mut steps);
    steps.print();
    outcome
}

#[derive(Default)]
struct Options {
    /// Also what takes minutes.
    full: bool,
    /// Only tests whose name contains it.
    name: Option<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--full" => options.full = true,
                option if option.starts_with('-') => {
                    return Err(format!("`test` knows no option `{option}`"));
                }
                name => options.name = Some(name.to_owned()),
            }
        }
        Ok(options)
    }

    fn run(&self, command: std::process::Command) -> Outcome {
        run_command(&mut self.command(command))
    }

    /// A test command with the filter and, for the tests to read, FOOTFALL_FULL=1.
    fn command(&self, mut command: std::process::Command) -> std::process::Command {
        if self.full {
            command.env("FOOTFALL_FULL", "1");
        }
        command.args(&self.name);
        command
    }
}

fn test(options: &Options, steps: &mut Steps) -> Outcome {
    let tools = steps.step("set-up", setup)?;
    let browser = steps.step("browser", browser)?;
    steps.step("native tests", || {
        let mut tests = options.command(conformance::native_tests());
        let passed = conformance::passed_tests(&mut tests)?;
        if options.name.is_none() {
            conformance::prove(&passed, true)?;
        }
        options.run(cargo([
            "test",
            "-p",
            "xtask",
            "-p",
            "footfall-split",
            "-p",
            "footfall-demo",
            "--lib",
            "--bins",
        ]))
    })?;
    steps.step("wasm tests in the browser", || {
        options.run(wasm_tests(&tools, &browser)?)
    })?;
    steps.step("build", || build(&tools))?;
    let with_browser = |mut command: std::process::Command| {
        browser.name_in(&mut command);
        command
    };
    steps.step("demo", || {
        run_command(&mut with_browser(cargo([
            "run",
            "-p",
            "footfall-demo",
            "--",
            "--smoke",
        ])))
    })?;
    steps.step("end-to-end tests", || {
        options.run(with_browser(cargo([
            "test",
            "-p",
            "footfall-demo",
            "--test",
            "e2e",
        ])))
    })?;
    if options.name.is_none() {
        steps.step("bench, quick", || bench::quick(&tools, &browser))?;
        steps.step("interop, quick", || interop::quick(&browser))?;
        steps.step("faults, quick", || faults::quick(&browser))?;
        steps.step("throughput, quick", || bench::quick_throughput(&browser))?;
        steps.step("frozen, quick", || bench::quick_frozen(&browser))?;
        if options.full {
            steps.step("Firefox", || in_firefox(options))?;
        }
    }
    Ok(())
}

/// What would show that another make of browser has something else in mind: the demo, a day, many starts, all views, and the
/// keyboard.
fn in_firefox(options: &Options) -> Outcome {
    let firefox = match firefox() {
        Ok(firefox) => firefox,
        Err(why) => {
            eprintln!("not run: Firefox cannot be installed here ({why})");
            return Ok(());
        }
    };
    run_command(&mut firefox.drive(cargo(["run", "-p", "footfall-demo", "--", "--smoke"])))?;
    options.run(firefox.drive(cargo([
        "test",
        "-p",
        "footfall-demo",
        "--test",
        "e2e",
        "--",
        "a_day_with_cuts",
        "loaded_again_and_again",
        "no_view_has_a_barrier",
        "everything_can_be_done_by_keyboard",
    ])))
}

fn wasm_tests(tools: &Tools, browser: &Browser) -> Outcome<std::process::Command> {
    let mut command = cargo([
        "test",
        "-p",
        "footfall",
        "--target",
        "wasm32-unknown-unknown",
        "--test",
        "browser",
        "--test",
        "canvas",
    ]);
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        tools.test_runner(),
    );
    command.env("CHROMEDRIVER", &browser.driver);
    command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", webdriver_json(browser)?);
    Ok(command)
}

/// What the test runner asks of the driver. Written, not kept in the project, because it names this machine's browser.
fn webdriver_json(browser: &Browser) -> Outcome<PathBuf> {
    let path = root().join(".tools").join("webdriver.json");
    let chrome = browser
        .chrome
        .to_string_lossy()
        .replace('\\', "\\\\")
        .replace('"', "\\\"");
    // --no-sandbox: as root, which build machines often are, Chromium starts only without it.
    let json = format!(
        r#"{{ "goog:chromeOptions": {{ "binary": "{chrome}", "args": ["--headless", "--no-sandbox", "--disable-gpu",
 "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] }} }}
"#
    );
    fs::create_dir_all(root().join(".tools"))
        .and_then(|()| fs::write(&path, json))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    Ok(path)
}
