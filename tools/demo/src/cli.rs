//! The command `footfall-demo`: broker, simulated mall and page on one machine.

use std::env;
use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use footfall::simulation::{self, Simulation, TIME_ZONE};
use footfall::time::{Calendar, DemoClock, Timestamp};

use crate::broker::Broker;
use crate::publisher::{Publisher, Target};
use crate::serve::{Host, Serving};
use crate::smoke;
use crate::zone::{calendar, now};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    port: u16,
    /// Another broker instead of our own.
    broker: Option<String>,
    simulator: bool,
    speed: u32,
    smoke: bool,
    open: bool,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            port: 8080,
            broker: None,
            simulator: true,
            speed: 60,
            smoke: false,
            open: true,
        }
    }
}

impl Arguments {
    /// Reads the words after the program's name; `None` if they ask for help.
    ///
    /// # Errors
    /// A word that means nothing here.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .with_context(|| format!("{word} wants a value behind it"))
            };
            match word.as_str() {
                "--port" => {
                    arguments.port = value()?
                        .parse()
                        .context("--port wants a number up to 65535")?
                }
                "--speed" => {
                    arguments.speed = value()?.parse().context("--speed wants a whole number")?;
                    ensure!(
                        (1..=FASTEST).contains(&arguments.speed),
                        "--speed goes from 1 to {FASTEST}"
                    );
                }
                "--broker" => {
                    let url = value()?;
                    ensure!(
                        url.starts_with("ws://") || url.starts_with("wss://"),
                        "--broker wants ws://… or wss://…, because a browser opens nothing else"
                    );
                    arguments.broker = Some(url);
                }
                "--no-simulator" => arguments.simulator = false,
                "--no-open" => arguments.open = false,
                "--smoke" => {
                    arguments.smoke = true;
                    // Beside whatever runs already.
                    arguments.port = 0;
                }
                "--help" | "-h" => return Ok(None),
                _ => bail!("{word} means nothing here; --help tells what does"),
            }
        }
        Ok(Some(arguments))
    }
}

/// Runs until Ctrl-C or, as a smoke test, until the page shows what it should.
///
/// # Errors
/// There is no built page, a port is taken, or the smoke test fails.
pub async fn run(arguments: Arguments) -> Result<()> {
    let demo = Demo::start(&arguments).await?;
    println!("Footfall shows {} at {}", demo.what(&arguments), demo.page);
    println!("The broker is at {}", demo.target.url);
    if arguments.smoke {
        let outcome = smoke::run(&demo.page).await;
        demo.stop().await?;
        println!("{}", outcome?);
        return Ok(());
    }
    println!("Ctrl-C ends it");
    if arguments.open && has_desktop() {
        open(&demo.page);
    }
    tokio::signal::ctrl_c().await?;
    demo.stop().await
}

/// Everything that runs.
struct Demo {
    page: String,
    target: Target,
    broker: Option<Broker>,
    publishing: Option<tokio::task::JoinHandle<Result<()>>>,
    _serving: Serving,
}

impl Demo {
    async fn start(arguments: &Arguments) -> Result<Self> {
        let serving = Host::of_this_build().port(arguments.port).start().await?;
        let (broker, target) = match &arguments.broker {
            Some(url) => (None, Target::new(url)),
            None => {
                let broker = Broker::start().await?;
                let target = Target::new(broker.url());
                (Some(broker), target)
            }
        };
        let options = simulation::Options::default();
        serving.replace(
            "config.json",
            simulation::config(&options, &target.url).to_json(),
        );
        let real = now();
        let calendar = calendar(TIME_ZONE, real)?;
        let clock = demo_clock(real, arguments, &calendar);
        let mut page = serving.url().to_owned();
        let mut publishing = None;
        if arguments.simulator {
            if clock.speed != 1 {
                page = format!("{page}?clock={clock}");
            }
            let simulation = Simulation::with_options(options, clock.wall(real), calendar);
            let mut publisher = Publisher::new(simulation, &target);
            publishing = Some(tokio::spawn(async move { publisher.run(clock).await }));
        }
        Ok(Self {
            page,
            target,
            broker,
            publishing,
            _serving: serving,
        })
    }

    fn what(&self, arguments: &Arguments) -> String {
        match (&self.publishing, arguments.speed) {
            (None, _) => "your broker".to_owned(),
            (Some(_), 1) => "a simulated mall".to_owned(),
            (Some(_), speed) => format!("a simulated mall, {speed} times as fast,"),
        }
    }

    async fn stop(self) -> Result<()> {
        if let Some(publishing) = self.publishing {
            publishing.abort();
        }
        match self.broker {
            Some(broker) => broker.stop().await,
            None => Ok(()),
        }
    }
}

/// At speed 1 the real time; faster, from noon on, when every door is passed within a minute.
fn demo_clock(real: Timestamp, arguments: &Arguments, calendar: &Calendar) -> DemoClock {
    let simulated = match arguments.speed {
        1 => real,
        _ => today_at(real, 12, calendar),
    };
    DemoClock {
        real,
        simulated,
        speed: arguments.speed,
    }
}

/// When the site's clocks show that hour on the date that is there now.
fn today_at(real: Timestamp, hour: i64, calendar: &Calendar) -> Timestamp {
    let local = real.as_millis() + i64::from(calendar.offsets().at(real)) * 1000;
    let midnight = local - local.rem_euclid(24 * HOUR_MS);
    calendar.offsets().instant_of(midnight + hour * HOUR_MS)
}

/// Somebody sits before a screen: not on a build machine, not over a plain terminal.
fn has_desktop() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| value != OsStr::new(""));
    let has_screen =
        cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    has_screen && !is_set("CI")
}

fn open(page: &str) {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new(if cfg!(target_os = "macos") {
            "open"
        } else {
            "xdg-open"
        })
    };
    let started = command
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        println!("No browser could be opened; open the address yourself");
    }
}

/// The words that the command understands.
pub const HELP: &str = "\
footfall-demo: a broker, a simulated mall and the page, all on this machine

  --port N         where the page is served (8080; 0 is any free port)
  --speed N        how many times as fast the mall's day passes, from noon on (60);
                   1 is the real time of day
  --broker URL     publish through this broker (ws://…) instead of an own one
  --no-simulator   no mall: what your own devices publish
  --no-open        open no browser
  --smoke          open the page in a headless Chromium, wait until all doors and devices are live, and end
";

/// An hour in a second; faster, the page would only see the end of things.
const FASTEST: u32 = 3600;
const HOUR_MS: i64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Arguments>> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_flag_is_understood_and_nothing_else() {
        assert_eq!(parse("").unwrap(), Some(Arguments::default()));
        let all = "--port 0 --speed 1 --broker ws://h:8083/mqtt --no-simulator --no-open --smoke";
        let expected = Arguments {
            port: 0,
            broker: Some("ws://h:8083/mqtt".to_owned()),
            simulator: false,
            speed: 1,
            smoke: true,
            open: false,
        };
        assert_eq!(parse(all).unwrap(), Some(expected));
        assert_eq!(parse("--help --nonsense").unwrap(), None);
        for wrong in [
            "--port",
            "--port x",
            "--speed 0",
            "--speed 4000",
            "--broker mqtt://h",
            "--fast",
            "8080",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        for flag in all.split_whitespace().filter(|word| word.starts_with("--")) {
            assert!(HELP.contains(flag), "{flag}");
        }
    }

    #[test]
    fn a_fast_day_begins_at_noon_and_a_real_one_now() {
        let real = Timestamp::from_millis(1_794_999_999_000);
        let calendar = calendar(TIME_ZONE, real).unwrap();
        let fast = demo_clock(real, &Arguments::default(), &calendar);
        assert_eq!(calendar.clock(fast.wall(real)).1, 12 * 60);
        assert_eq!(calendar.day(fast.wall(real)), calendar.day(real));
        let slow = Arguments {
            speed: 1,
            ..Arguments::default()
        };
        assert_eq!(demo_clock(real, &slow, &calendar).wall(real), real);
    }
}
