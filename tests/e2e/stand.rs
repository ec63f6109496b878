//! A broker with a password, a proxy before it, the page on a strict host, a browser, and the mall that publishes.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::Locator;
use fantoccini::wd::WindowHandle;
use footfall::simulation::{self, Options, Simulation, TIME_ZONE};
use footfall::time::{DemoClock, Timestamp};
use footfall_demo::broker::{self, Broker};
use footfall_demo::brokers::mosquitto::Mosquitto;
use footfall_demo::browser::Browser;
use footfall_demo::faults::TRAP;
use footfall_demo::proxy::Proxy;
use footfall_demo::publisher::{Publisher, Sent, Target};
use footfall_demo::serve::{Host, STRICT_POLICY, Serving, build};
use footfall_demo::tape::{self, Published};
use footfall_demo::zone::{calendar, now};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::screen::Screen;

/// Which broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Embedded,
    Mosquitto,
}

enum AnyBroker {
    Embedded(Broker),
    Mosquitto(Mosquitto),
}

/// Everything that a scenario needs; the browser is its own.
pub(crate) struct Stand {
    pub(crate) browser: Browser,
    pub(crate) proxy: Proxy,
    pub(crate) clock: DemoClock,
    pub(crate) options: Options,
    broker: AnyBroker,
    host: Serving,
    target: Target,
    begun: Instant,
    _turn: Turn,
}

/// A running publisher.
pub(crate) struct Publishing {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// As the publisher's, at its start.
    pub(crate) simulation: Simulation,
    task: JoinHandle<Result<Sent>>,
}

impl Stand {
    /// A page that shows `opens` on its clock now, not opened yet.
    pub(crate) async fn start(kind: Kind, options: Options, opens: Timestamp) -> Result<Self> {
        // One day at a time: each needs the whole machine.
        let turn = alone().await;
        let begun = Instant::now();
        let (broker, url, publish_url) = match kind {
            Kind::Embedded => {
                let broker = Broker::start_with(broker::Options {
                    port: 0,
                    user: Some((USER.to_owned(), PASSWORD.to_owned())),
                    ..broker::Options::default()
                })
                .await?;
                let (url, tcp_url) = (broker.url().to_owned(), broker.tcp_url().to_owned());
                (AnyBroker::Embedded(broker), url, tcp_url)
            }
            Kind::Mosquitto => {
                let broker = Mosquitto::start(USER, PASSWORD).await?;
                let (url, tcp_url) = (broker.url(), broker.tcp_url());
                (AnyBroker::Mosquitto(broker), url, tcp_url)
            }
        };
        let proxy = Proxy::before(&url).await?;
        let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
        let mut config = simulation::config(&options, &proxy.through(&url)?);
        config.profiles[0].username = Some(USER.to_owned());
        host.replace("config.json", config.to_json());
        let browser = Browser::start().await?;
        browser.resize(1280, 1600, 1.0).await?;
        Ok(Self {
            browser,
            proxy,
            clock: DemoClock {
                real: now(),
                simulated: opens,
                speed: SPEED,
            },
            options,
            broker,
            host,
            target: Target {
                url: publish_url,
                user: Some((USER.to_owned(), PASSWORD.to_owned())),
            },
            begun,
            _turn: turn,
        })
    }

    /// The clock begins anew: it shows `wall` now.
    pub(crate) fn set_clock(&mut self, wall: Timestamp) {
        self.clock = DemoClock {
            real: now(),
            simulated: wall,
            speed: SPEED,
        };
    }

    /// Opens the page, in English.
    pub(crate) async fn open(&self, more: &str) -> Result<()> {
        let (page, clock) = (self.host.url(), self.clock);
        self.browser
            .open(&format!("{page}?lang=en&clock={clock}{more}"))
            .await
    }

    /// Opens the page beside, in a window of its own, which is the one that is driven from now on.
    pub(crate) async fn open_beside(&self) -> Result<WindowHandle> {
        let client = self.browser.client();
        let window = client.new_window(false).await?.handle;
        client.switch_to_window(window.clone()).await?;
        self.browser.resize(1280, 1600, 1.0).await?;
        self.open("").await?;
        Ok(window)
    }

    /// The client identifiers of all CONNECTs that the broker got so far.
    pub(crate) fn connected_as(&self) -> Vec<String> {
        let said = self.proxy.said();
        said.iter()
            .flat_map(|said| tape::connected_as(said))
            .collect()
    }

    /// Types the password into the settings, as a person does who opens the page for the first time.
    pub(crate) async fn sign_in(&self) -> Result<()> {
        type_password(&self.browser, PASSWORD).await?;
        self.connected().await
    }

    /// Types the password again where the page asks for it after a reload.
    pub(crate) async fn sign_in_again(&self) -> Result<()> {
        unlock(&self.browser, PASSWORD).await?;
        self.connected().await
    }

    pub(crate) async fn connected(&self) -> Result<()> {
        self.screen(
            |screen| (screen.link == "connected").then_some(()),
            "the link is connected",
        )
        .await
    }

    /// Presses "try now", if it is there: an unattended page may wait for half of the simulated day.
    pub(crate) async fn try_now(&self) -> Result<()> {
        // In one step, because the page tries by itself as well, and then the button goes.
        let press =
            "document.querySelector('.strip[data-kind=blind] .strip__actions button')?.click()";
        self.browser.client().execute(press, Vec::new()).await?;
        Ok(())
    }

    /// Publishes the mall's day from as early as possible, but not before `from`, until just after the first word of the
    /// counter that tells its sums from time to time after `until`, when all that the others counted is told.
    pub(crate) fn publish(&self, from: Timestamp, until: Timestamp) -> Result<Publishing> {
        let soon = self.clock.wall(now()).after(Duration::from_secs(60));
        let start = from.max(soon);
        let calendar = calendar(TIME_ZONE, start)?;
        let simulation = Simulation::with_options(self.options, start, calendar);
        let end = settled_after(simulation.clone(), until);
        let mut publisher = Publisher::new(simulation.clone(), &self.target);
        let clock = self.clock;
        let task = tokio::spawn(async move {
            publisher.run_on(clock, end).await?;
            Ok(publisher.sent())
        });
        Ok(Publishing {
            start,
            end,
            simulation,
            task,
        })
    }

    /// Waits until the clock shows it.
    pub(crate) async fn until(&self, wall: Timestamp) {
        sleep(self.clock.real(wall).since(now())).await;
    }

    /// Waits until the screen is as wanted, and returns what was found there.
    pub(crate) async fn screen<T>(
        &self,
        mut wanted: impl FnMut(&Screen) -> Option<T>,
        what: &str,
    ) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = Screen::read(&self.browser).await?;
            if let Some(found) = wanted(&screen) {
                return Ok(found);
            }
            if Instant::now() > deadline {
                self.browser.save_picture("e2e-failed").await?;
                bail!(
                    "it never came so: {what}; the screen shows {screen:#?}; the console: {:#?}",
                    self.browser.console().await?
                );
            }
            sleep(POLL).await;
        }
    }

    /// Waits until the screen agrees; `differences` says in which points it does not.
    pub(crate) async fn agree(
        &self,
        mut differences: impl FnMut(&Screen) -> Vec<String>,
    ) -> Result<Screen> {
        let deadline = Instant::now() + PATIENCE;
        // While a test waits, a day may end, and all is different then.
        let mut fewest = None;
        loop {
            let screen = Screen::read(&self.browser).await?;
            let found = differences(&screen);
            if found.is_empty() {
                return Ok(screen);
            }
            if fewest
                .as_ref()
                .is_none_or(|fewest: &Vec<String>| found.len() < fewest.len())
            {
                fewest = Some(found);
            }
            if Instant::now() > deadline {
                self.browser.save_picture("e2e-differs").await?;
                bail!(
                    "the screen differs, at best so:\n{}\nthe console: {:#?}",
                    fewest.unwrap_or_default().join("\n"),
                    self.browser.console().await?
                );
            }
            sleep(POLL).await;
        }
    }

    /// The messages that were passed on to the page, connection by connection.
    pub(crate) fn arrived(&self) -> Vec<Published> {
        let tapes = self.proxy.tapes();
        tapes
            .iter()
            .flat_map(|tape| tape::published(tape))
            .collect()
    }

    /// PUBLISH packets that the broker says to have sent to pages; `None` of the embedded one, which tells nothing.
    pub(crate) fn sent_by_broker(&self) -> Result<Option<usize>> {
        match &self.broker {
            AnyBroker::Embedded(_) => Ok(None),
            AnyBroker::Mosquitto(broker) => {
                ensure!(
                    broker.dropped().is_empty(),
                    "Mosquitto dropped: {:?}",
                    broker.dropped()
                );
                Ok(Some(broker.sent_to("footfall-")))
            }
        }
    }

    /// Nothing that no page may do: panic, be blocked by the policy, write errors of its own.
    pub(crate) async fn is_well(&self) -> Result<()> {
        is_well(&self.browser, &self.host).await
    }

    /// From now on an engine of this page can be ended; to be called before the page is opened.
    pub(crate) fn make_mortal(&self) -> Result<()> {
        make_mortal(&self.host, TRAP)
    }

    /// As [`Stand::make_mortal`], but only of the engine that had a connection then.
    pub(crate) fn make_leader_mortal(&self) -> Result<()> {
        let end = "Number(await (await fetch('end.txt')).text())";
        let way = format!("if (globalThis.leads < {end}) {{ {TRAP} }}");
        make_mortal_after(&self.host, LEADS, &way)
    }

    /// The engine that runs now traps.
    pub(crate) fn trap_engine(&self) -> Result<()> {
        end_engines(&self.host, &now().as_millis().to_string())
    }

    /// The page is closed, and its engine with it.
    pub(crate) async fn close(&self) -> Result<()> {
        self.browser.open("about:blank").await
    }

    /// One line about the scenario.
    pub(crate) fn tell(&self, text: &str) {
        tell(self.begun, text);
    }

    /// Ends all, in order.
    pub(crate) async fn stop(self) -> Result<()> {
        drop(self.browser);
        match self.broker {
            AnyBroker::Embedded(broker) => broker.stop().await,
            AnyBroker::Mosquitto(broker) => broker.stop().await,
        }
    }
}

impl Publishing {
    /// Waits until all is published and acknowledged.
    pub(crate) async fn done(self) -> Result<Sent> {
        self.task.await?
    }
}

/// A share of the machine.
pub(crate) type Turn = SemaphorePermit<'static>;

/// One scenario beside at most one other.
pub(crate) async fn turn() -> Turn {
    share(1).await
}

/// One scenario that needs the whole machine: a day at a speed at which nothing may be late.
pub(crate) async fn alone() -> Turn {
    share(MACHINE).await
}

/// As [`turn`], where nothing is awaited.
#[expect(
    clippy::expect_used,
    reason = "a machine that cannot wait runs no test"
)]
pub(crate) fn blocking_turn() -> Turn {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("it can wait").block_on(turn())
}

#[expect(clippy::expect_used, reason = "nobody closes it")]
async fn share(of: u32) -> Turn {
    SHARES.acquire_many(of).await.expect("nobody closes it")
}

const MACHINE: u32 = 2;
static SHARES: Semaphore = Semaphore::const_new(MACHINE as usize);

/// Types a password into the settings of the only broker, and saves.
pub(crate) async fn type_password(browser: &Browser, password: &str) -> Result<()> {
    open_settings(browser).await?;
    click(
        browser,
        "[data-profile=mall] .profile__actions button:nth-of-type(2)",
    )
    .await?;
    element(browser, "#password")
        .await?
        .send_keys(password)
        .await?;
    click(browser, ".sheet__foot button[type=submit]").await
}

/// Types a password where the page asks for it after a reload, as soon as it does, and sends it off.
pub(crate) async fn unlock(browser: &Browser, password: &str) -> Result<()> {
    let field = element(browser, "#unlock-mall").await?;
    // One key after the other, slower than the page starts: the field is there to stay.
    for key in password.chars() {
        field.send_keys(&key.to_string()).await?;
        sleep(POLL).await;
    }
    let typed = field.prop("value").await?;
    ensure!(typed.as_deref() == Some(password), "typed is {typed:?}");
    click(browser, "form:has(#unlock-mall) button[type=submit]").await
}

/// Presses "Settings" in the bar.
pub(crate) async fn open_settings(browser: &Browser) -> Result<()> {
    click(browser, ".bar > [aria-haspopup=dialog]").await
}

/// Presses the first element of a selector, as soon as there is one.
pub(crate) async fn click(browser: &Browser, selector: &str) -> Result<()> {
    Ok(element(browser, selector).await?.click().await?)
}

/// The first element of a selector, as soon as there is one.
pub(crate) async fn element(
    browser: &Browser,
    selector: &str,
) -> Result<fantoccini::elements::Element> {
    let found = browser
        .client()
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::Css(selector))
        .await;
    if found.is_err() {
        browser.save_picture("e2e-missing").await?;
        let console = browser.console().await?;
        bail!("there is no `{selector}`; the console: {console:#?}");
    }
    found.context("just looked at")
}

/// Nothing that no page may do. What the browser itself says of sockets that do not open is no fault of the page.
pub(crate) async fn is_well(browser: &Browser, host: &Serving) -> Result<()> {
    let mut console = browser.console().await?;
    console
        .retain(|line| line.text.contains("panicked") || line.is_error() && !line.is_of_socket());
    ensure!(console.is_empty(), "the console says {console:#?}");
    let violations = host.violations();
    ensure!(violations.is_empty(), "forbidden: {violations:#?}");
    Ok(())
}

/// Engines that this host serves from now on end in that way once [`end_engines`] tells them.
pub(crate) fn make_mortal(host: &Serving, way: &str) -> Result<()> {
    make_mortal_after(host, "", way)
}

/// As [`make_mortal`]; this runs in them before anything else.
fn make_mortal_after(host: &Serving, first: &str, way: &str) -> Result<()> {
    let ends = format!(
        "const begun = Date.now();
        setInterval(async () => {{
            if (begun < Number(await (await fetch('end.txt')).text())) {{ {way} }}
        }}, 200);"
    );
    host.wrap("engine_loader.js", first, &ends)?;
    end_engines(host, "0")
}

/// Ends the engines that began before that time, in milliseconds since 1970.
pub(crate) fn end_engines(host: &Serving, begun_before: &str) -> Result<()> {
    host.replace(&format!("{}/end.txt", build()?), begun_before);
    Ok(())
}

/// Notes when a worker opened its first socket.
const LEADS: &str = "const Plain = WebSocket;
globalThis.WebSocket = class extends Plain {
    constructor(...told) { super(...told); globalThis.leads ??= Date.now(); }
};
";

/// One line that is seen although the test passes.
pub(crate) fn tell(begun: Instant, text: &str) {
    let seconds = begun.elapsed().as_secs_f32();
    let _nobody_reads = writeln!(std::io::stderr(), "{text}; {seconds:.0} s");
}

/// Just after the first message after `until` of the counter that tells its sums only from time to time.
pub(crate) fn settled_after(mut simulation: Simulation, until: Timestamp) -> Timestamp {
    loop {
        let event = simulation.next_event();
        if let simulation::Act::Publish(publish) = event.what
            && event.at >= until
            && publish.topic.ends_with("/live-sum")
        {
            return event.at.after(Duration::from_millis(1));
        }
    }
}

/// A whole day, or four hours of one.
pub(crate) fn is_full() -> bool {
    std::env::var_os("FOOTFALL_FULL").is_some_and(|value| value == "1")
}

/// When the site's clocks show that on the simulated day, a Wednesday in November.
pub(crate) const fn clock(hour: i64, minute: i64) -> Timestamp {
    Timestamp::from_millis(TEN + ((hour - 10) * 60 + minute) * 60_000)
}

const TEN: i64 = 1_794_963_600_000;

pub(crate) const USER: &str = "wall";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Four hours in half a minute. About 200 messages a second at the busiest, a hundredth of what both brokers deliver.
pub(crate) const SPEED: u32 = 480;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const POLL: Duration = Duration::from_millis(50);
