//! The command `footfall-demo`: broker, simulated mall and page on one machine.

use std::env;
use std::ffi::OsStr;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, anyhow};
use footfall::settings::ProfileId;
use footfall::settings::config::Config;
use footfall::settings::form::Draft;
use footfall::simulation::{self, Simulation, TIME_ZONE};
use footfall::time::{Calendar, DemoClock, Timestamp};

use crate::arguments::Arguments;
use crate::broker::Broker;
use crate::publisher::{Publisher, Target};
use crate::serve::{Host, Serving};
use crate::smoke;
use crate::zone::{calendar, now};

/// Runs until Ctrl-C or, as a smoke test, until the page shows what it should.
///
/// # Errors
/// There is no built page, a port is taken, or the smoke test fails.
pub async fn run(arguments: Arguments) -> Result<()> {
    let demo = Demo::start(&arguments).await?;
    println!("Footfall shows {} at {}", demo.what(&arguments), demo.page);
    println!("The broker is at {}", demo.target.url);
    for line in demo.what_to_do() {
        println!("{line}");
    }
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
            Some(broker) => {
                let target = Target {
                    url: broker.url.clone(),
                    user: broker.user.clone(),
                };
                (None, target)
            }
            None => {
                let broker = Broker::start().await?;
                let target = Target::new(broker.url());
                (Some(broker), target)
            }
        };
        let options = simulation::Options::default();
        let config = if arguments.simulator {
            simulated_site(&options, &target)
        } else {
            no_site(&target)?
        };
        serving.replace("config.json", config.to_json());
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
            (None, _) => "what you publish,".to_owned(),
            (Some(_), 1) => "a simulated mall".to_owned(),
            (Some(_), speed) => format!("a simulated mall, {speed} times as fast,"),
        }
    }

    /// What does not go by itself.
    fn what_to_do(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Some(broker), None) = (&self.broker, &self.publishing) {
            lines.push(format!(
                "Publish to it from this machine, or to {} without WebSocket; it asks for no user name and password",
                broker.tcp_url()
            ));
            lines.push(
                "Devices on the network do not reach it: have them publish to a broker of yours, and name it by --broker"
                    .to_owned(),
            );
        }
        if self.target.user.is_some() {
            lines.push(
                "The page knows the user name; type the password there: Settings, Edit".to_owned(),
            );
        }
        lines
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

/// The mall through that broker. A password has no place in a configuration.
fn simulated_site(options: &simulation::Options, target: &Target) -> Config {
    let mut config = simulation::config(options, &target.url);
    for profile in &mut config.profiles {
        profile.username = user_name(target);
    }
    config
}

/// Whatever comes through that broker.
fn no_site(target: &Target) -> Result<Config> {
    let draft = Draft {
        url: target.url.clone(),
        username: user_name(target).unwrap_or_default(),
        filters: "#".to_owned(),
        ..Draft::default()
    };
    let checked = draft.check(ProfileId("broker".to_owned()), None, false);
    let profile = checked
        .profile
        .context("--broker: no browser takes that address or no broker that user name")?;
    Ok(Config {
        profiles: vec![profile],
        ..Config::default()
    })
}

fn user_name(target: &Target) -> Option<String> {
    target.user.as_ref().map(|(name, _)| name.clone())
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

const HOUR_MS: i64 = 3_600_000;

/// A program of which the words after its name are options: does it, or prints what it understands (`None`).
///
/// If somebody wants it to end, it falls out of what it does, so that all that was started is dropped, and ends.
pub async fn program<O, F: Future<Output = Result<()>>>(
    options: Result<Option<O>>,
    help: &str,
    run: impl FnOnce(O) -> F,
) -> ExitCode {
    let outcome = match options {
        Ok(Some(options)) => tokio::select! {
            outcome = run(options) => outcome,
            () = interrupted() => Err(anyhow!("interrupted")),
        },
        Ok(None) => {
            print!("{help}");
            Ok(())
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line with its causes: whoever starts it needs no backtrace.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ctrl-C, or what a build machine sends that has lost patience.
async fn interrupted() {
    let pressed = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _pressed = pressed => {}
                _terminated = terminated.recv() => {}
            }
            return;
        }
    }
    let _pressed = pressed.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use footfall::settings::config;

    #[test]
    fn a_configuration_holds_the_user_name_and_no_password() {
        let target = Target {
            url: "ws://h:8083/mqtt".to_owned(),
            user: Some(("ann".to_owned(), "hunter2".to_owned())),
        };
        let mall = simulated_site(&simulation::Options::default(), &target);
        let bare = no_site(&target).unwrap();
        assert!(mall.site.is_some() && mall.demo);
        assert!(bare.site.is_none() && !bare.demo);
        for config in [mall, bare] {
            let text = config.to_json();
            assert!(!text.contains("hunter2"));
            let read = config::parse(&text);
            assert_eq!(read.mistakes, []);
            assert_eq!(read.profiles[0].url, target.url);
            assert_eq!(read.profiles[0].username.as_deref(), Some("ann"));
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
