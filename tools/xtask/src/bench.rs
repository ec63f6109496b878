//! Measures the built page. What it measures with is heavy and stands in `tools/demo`.

use crate::browsers::Browser;
use crate::setup::Tools;
use crate::steps::{Outcome, Steps, npm, run as run_command};
use crate::tried::{prepare, program};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some((name, options)) = arguments.split_first() else {
        return Err(format!(
            "`bench` wants to know what to measure: {}",
            KNOWN.join(", ")
        ));
    };
    if !KNOWN.contains(&name.as_str()) {
        return Err(format!(
            "`bench` knows no `{name}`, only {}",
            KNOWN.join(", ")
        ));
    }
    let mut steps = Steps::new();
    let outcome = bench(name, options, &mut steps);
    steps.print();
    outcome
}

/// Everything but `--no-build` is passed on.
fn bench(name: &str, options: &[String], steps: &mut Steps) -> Outcome {
    let (browser, options) = prepare(options, steps)?;
    steps.step("bench", || measure(name, &options, &browser))
}

/// A short load on what `dist/` holds: whether every message is counted, and whether the page is as small as it must be.
pub(crate) fn quick(tools: &Tools, browser: &Browser) -> Outcome {
    let mut options = vec![QUICK.to_owned()];
    // What another compiler builds is larger, and no fault of the change that is tested.
    if tools.may_tune {
        options.push(CHECK.to_owned());
    }
    measure(LOAD, &options, browser)
}

/// The same for what it takes at once, and not how fast; with MQTT.js beside it, where there is npm.
pub(crate) fn quick_throughput(browser: &Browser) -> Outcome {
    if let Err(why) = npm() {
        eprintln!("not run: MQTT.js cannot be had ({why})");
        return Ok(());
    }
    measure(THROUGHPUT, &[QUICK.to_owned(), CHECK.to_owned()], browser)
}

/// A minute of a frozen page.
pub(crate) fn quick_frozen(browser: &Browser) -> Outcome {
    measure(FROZEN, &[QUICK.to_owned(), CHECK.to_owned()], browser)
}

fn measure(name: &str, options: &[String], browser: &Browser) -> Outcome {
    // A slow broker and publisher would be measured with the page.
    let is_release = name == MANY || !options.iter().any(|option| option == QUICK);
    let mut command = program("bench", is_release, browser);
    run_command(command.arg(name).args(options))
}

/// Size, first number, and delay under load.
const LOAD: &str = "load";

/// Frames missed with ten thousand devices.
const MANY: &str = "many";

/// Messages a second, beside what else could take them.
const THROUGHPUT: &str = "throughput";

/// Memory of a page that is frozen beside another.
const FROZEN: &str = "frozen";

/// `hidden`: memory of a page that nobody sees.
const KNOWN: &[&str] = &[LOAD, MANY, "hidden", FROZEN, THROUGHPUT];

const QUICK: &str = "--quick";
const CHECK: &str = "--check";
