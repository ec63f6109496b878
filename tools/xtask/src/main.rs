//! Every developer command of Footfall, one file each. `cargo xtask help` tells them apart in plain words.

mod bench;
mod browsers;
mod build;
mod check;
mod conformance;
mod demo;
mod faults;
mod firefox;
mod fuzz;
mod interop;
mod place;
mod replay;
mod setup;
mod steps;
mod test;
mod tried;

use std::process::ExitCode;

use steps::Outcome;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();

    let outcome = if matches!(name.as_str(), "help" | "--help" | "-h") {
        help();
        Ok(())
    } else if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        (command.run)(&rest)
    } else {
        Err(format!(
            "there is no command `{name}`; `cargo xtask help` lists them all"
        ))
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("\nxtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}

struct Command {
    name: &'static str,
    arguments: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Outcome,
}

/// A new command is a file and a line here.
const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        arguments: "[options of the demo]",
        help: "Show a busy simulated site in your browser; needs nothing but Rust",
        run: demo::run,
    },
    Command {
        name: "build",
        arguments: "[--names]",
        help: "Build the page into dist/, ready for any static host under any path; --names keeps the names of functions",
        run: build::run,
    },
    Command {
        name: "check",
        arguments: "",
        help: "Format, lints and layering; no browser needed",
        run: check::run,
    },
    Command {
        name: "test",
        arguments: "[--full] [name]",
        help: "All tests: native, in a headless browser, and the built page end to end; --full: whole days, and some in Firefox",
        run: test::run,
    },
    Command {
        name: "conformance",
        arguments: "[--check]",
        help: "Run the native tests and write which of them show which statement of MQTT; --check: fail where one is missing",
        run: conformance::run,
    },
    Command {
        name: "fuzz",
        arguments: "[--runs N]",
        help: "Feed whatever a broker or a device may send, a million inputs for each target; needs a C++ compiler",
        run: fuzz::run,
    },
    Command {
        name: "bench",
        arguments: "load|many|hidden|frozen|throughput [--quick] [--check] [--no-build]",
        help: "Measure the page: load: its size, its first number, the delay of its numbers under load; many: frames missed with 10,000 devices; hidden, frozen: its memory; throughput: what it takes beside a bare WebSocket and MQTT.js",
        run: bench::run,
    },
    Command {
        name: "interop",
        arguments: "[--quick] [--check] [--keep] [--no-build] [broker]",
        help: "The built page against Mosquitto, Aedes, Node-RED, RabbitMQ, NATS and the embedded broker; gets them where it can",
        run: interop::run,
    },
    Command {
        name: "faults",
        arguments: "[--quick] [--check] [--no-build] [fault]",
        help: "What goes wrong between a broker and the built page: what it says, how long it takes to come back, what is lost or counted twice",
        run: faults::run,
    },
    Command {
        name: "replay",
        arguments: "FILE",
        help: "Play a recording that a page saved: prints what its engine said, and a digest",
        run: replay::run,
    },
    Command {
        name: "setup",
        arguments: "",
        help: "Get the builders that the other commands need (they do it by themselves)",
        run: setup::run,
    },
    Command {
        name: "place",
        arguments: "",
        help: "Called by Trunk after a build: put scripts, wasm and styles under the build's id",
        run: place::run,
    },
];

fn help() {
    println!("cargo xtask <command>\n");
    for command in COMMANDS {
        println!("  {} {}", command.name, command.arguments);
        println!("      {}", command.help);
    }
}
