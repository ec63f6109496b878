//! The page in a frame of somebody else's page, where the browser keeps nothing for it: a day is counted all the same, and
//! nobody has to touch anything.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use footfall::mqtt::QoS;
use footfall::simulation::{self, Counters, Simulation, TIME_ZONE};
use footfall::time::DemoClock;
use footfall_demo::broker::Broker;
use footfall_demo::browser::Browser;
use footfall_demo::publisher::{Publisher, Target};
use footfall_demo::serve::{Host, STRICT_POLICY, Serving};
use footfall_demo::zone::{calendar, now};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::model::{self, differences, mall};
use crate::screen::Screen;
use crate::stand::{
    PASSWORD, PATIENCE, POLL, SPEED, alone, clock, is_full, is_well, settled_after, tell, turn,
    type_password,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_in_frames_of_another_origin_without_storage_ends_with_the_truth_untouched()
-> Result<()> {
    let _turn = alone().await;
    let begun = Instant::now();
    let broker = Broker::start().await?;
    let around = Around::start().await?;
    let host = Host::of_this_build()
        .policy(&format!(
            "{STRICT_POLICY}; frame-ancestors {}",
            around.origin
        ))
        .header("access-control-allow-origin", "*")
        .start()
        .await?;
    let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
    host.replace(
        "config.json",
        simulation::config(&options, broker.url()).to_json(),
    );
    host.replace("boot.js", format!("{ASKED}{}", boot()?));
    let browser = Browser::start_with(&NO_FOREIGN_STORAGE).await?;
    browser.resize(1600, 1800, 1.0).await?;
    let demo = DemoClock {
        real: now(),
        simulated: clock(9, 0),
        speed: SPEED,
    };
    let address = format!("{}?lang=en&clock={demo}", host.url());
    around.embeds(&[SANDBOX, ""], &address)?;
    browser.open(&around.url).await?;
    for (frame, origin) in [(0, "null"), (1, host.url().trim_end_matches('/'))] {
        frame_is_without_storage(&browser, frame, origin).await?;
        until(&browser, frame, "it is connected", |screen| {
            (screen.link != "connected")
                .then(|| screen.link.clone())
                .into_iter()
                .collect()
        })
        .await?;
        browser.client().enter_parent_frame().await?;
    }

    let soon = demo.wall(now()).after(Duration::from_secs(60));
    let start = soon.max(clock(10, 0));
    let day = Simulation::with_options(options, start, calendar(TIME_ZONE, start)?);
    let end = settled_after(day.clone(), clock(if is_full() { 22 } else { 13 }, 0));
    let mut publisher = Publisher::new(day.clone(), &Target::new(broker.tcp_url()));
    publisher.run_on(demo, end).await?;
    let messages = publisher.sent().messages;

    let truth = day.truth_at(end);
    for (frame, name) in [(0, "an origin of its own"), (1, "blocked storage")] {
        let screen = until(&browser, frame, "the truth", |screen| {
            differences(screen, &model::all(&truth), Some(&truth.present))
        })
        .await
        .context(name)?;
        let said = read(&browser, SAID).await?;
        ensure!(said["notes"] == json!([NOTE]), "{name}: it notes {said}");
        ensure!(said["aloud"] == 1, "{name}: it says aloud {said}");
        ensure!(said["asked"] == json!([]), "{name}: it asks for {said}");
        ensure!(said["touched"] == false, "{name}: it was touched");
        ensure!(said["dialogs"] == 0, "{name}: a dialog is open");
        browser.client().enter_parent_frame().await?;
        let site = &screen.zones["site"];
        tell(
            begun,
            &format!(
                "{name}: {messages} messages, all doors and zones true: {:?} entered, {:?} exited, {:?} present",
                site.entered.value, site.exited.value, site.occupancy.value,
            ),
        );
    }
    browser.save_picture("frame").await?;

    // Read and closed, the note is gone; it is not said again.
    browser.client().enter_frame(0).await?;
    browser
        .client()
        .execute(
            "document.querySelector('.strip[data-kind=note] button').click()",
            Vec::new(),
        )
        .await?;
    let said = read(&browser, SAID).await?;
    ensure!(said["notes"] == json!([]), "it notes {said}");
    browser.client().enter_parent_frame().await?;
    is_well(&browser, &host).await?;
    drop(browser);
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_as_the_readme_has_it_keeps_its_counts_and_saves_what_is_typed() -> Result<()> {
    let _turn = turn().await;
    let around = Around::start().await?;
    let host = host_with_a_broker().await?;
    let browser = Browser::start().await?;
    around.embeds(&[SANDBOX_OF_README], host.url())?;
    browser.open(&around.url).await?;
    browser.client().enter_frame(0).await?;
    browser
        .wait_for_text(".strips", "Not connected yet")
        .await?;
    let said = read(&browser, SAID).await?;
    ensure!(said["notes"] == json!([]), "it notes {said}");
    type_password(&browser, PASSWORD).await?;
    // Saved, the form goes.
    let deadline = Instant::now() + PATIENCE;
    while read(
        &browser,
        "return document.querySelector('#password') !== null",
    )
    .await?
        == true
    {
        ensure!(Instant::now() < deadline, "nothing is saved");
        sleep(POLL).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_nobody_may_embed_is_not_shown_in_a_frame() -> Result<()> {
    let _turn = turn().await;
    let around = Around::start().await?;
    let policy = format!("{STRICT_POLICY}; frame-ancestors 'self'");
    let host = Host::of_this_build().policy(&policy).start().await?;
    let browser = Browser::start().await?;
    around.embeds(&[""], host.url())?;
    browser.open(&around.url).await?;
    let deadline = Instant::now() + PATIENCE;
    while !host
        .violations()
        .iter()
        .any(|report| report.contains("frame-ancestors"))
    {
        ensure!(Instant::now() < deadline, "it was shown");
        sleep(POLL).await;
    }
    Ok(())
}

/// A page of another origin around ours.
struct Around {
    url: String,
    origin: String,
    folder: TempDir,
    _serving: Serving,
}

impl Around {
    async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("index.html"), "")?;
        let serving = Host::new(folder.path()).start().await?;
        // Another host, not only another port: the browser calls it another site.
        let origin = format!("http://localhost:{}", serving.address().port());
        Ok(Self {
            url: format!("{origin}/"),
            origin,
            folder,
            _serving: serving,
        })
    }

    /// One frame for each of these attributes.
    fn embeds(&self, attributes: &[&str], address: &str) -> Result<()> {
        let address = address.replace('&', "&amp;");
        let frames: String = attributes
            .iter()
            .map(|attributes| {
                format!("<iframe {attributes} src=\"{address}\" width=1500 height=850></iframe>")
            })
            .collect();
        let page =
            format!("<!doctype html><title>Around</title><link rel=icon href=data:,>{frames}");
        Ok(std::fs::write(self.folder.path().join("index.html"), page)?)
    }
}

async fn host_with_a_broker() -> Result<Serving> {
    let host = Host::of_this_build().start().await?;
    let config =
        r##"{ "brokers": [{ "id": "mall", "url": "ws://127.0.0.1:1", "filters": ["#"] }] }"##;
    host.replace("config.json", config);
    Ok(host)
}

/// As the build has it.
fn boot() -> Result<String> {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/boot.js");
    Ok(std::fs::read_to_string(dist)?)
}

/// Or the test would prove nothing.
async fn frame_is_without_storage(browser: &Browser, frame: u16, origin: &str) -> Result<()> {
    browser.client().enter_frame(frame).await?;
    let denied = read(browser, DENIED).await?;
    browser.client().enter_parent_frame().await?;
    ensure!(denied["origin"] == origin, "its origin is {denied}");
    for storage in ["localStorage", "sessionStorage", "indexedDB", "locks"] {
        ensure!(denied[storage] == true, "it has {storage}: {denied}");
    }
    ensure!(denied["cookie"] == false, "it has cookies");
    Ok(())
}

async fn read(browser: &Browser, script: &str) -> Result<Value> {
    let script = format!(
        "const done = arguments[arguments.length - 1]; (async () => {{ {script} }})().then(done)"
    );
    Ok(browser.client().execute_async(&script, Vec::new()).await?)
}

/// Enters a frame, stays there when its screen is as wanted.
async fn until(
    browser: &Browser,
    frame: u16,
    what: &str,
    mut differences: impl FnMut(&Screen) -> Vec<String>,
) -> Result<Screen> {
    browser.client().enter_frame(frame).await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let screen = Screen::read(browser).await?;
        let found = differences(&screen);
        if found.is_empty() {
            return Ok(screen);
        }
        if Instant::now() > deadline {
            browser.save_picture("frame-failed").await?;
            let console = browser.console().await?;
            bail!("frame {frame} never came so: {what}: {found:#?}; the console: {console:#?}");
        }
        sleep(POLL).await;
    }
}

/// Scripts, and an origin that is equal to no other.
const SANDBOX: &str = "sandbox=allow-scripts";

/// As in `README.md`.
const SANDBOX_OF_README: &str =
    "sandbox=\"allow-scripts allow-same-origin allow-forms allow-downloads allow-popups\"";

/// A private window, in which cookies of other sites are blocked; and with them all storage, as browsers do that keep no
/// storage apart for each site around the frame, or whose user wants it so.
const NO_FOREIGN_STORAGE: [&str; 2] = [
    "--incognito",
    "--disable-features=ThirdPartyStoragePartitioning",
];

/// What the page says once where nothing is stored.
const NOTE: &str = "This browser stores nothing: counts begin anew after a reload";

/// Before the page starts: whatever would open a dialog or wants to be touched first is noted.
const ASKED: &str = "
globalThis.asked = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
    globalThis[name] = () => { asked.push(name); };
for (const [on, name] of [
    [Element.prototype, 'requestFullscreen'], [Document.prototype, 'requestStorageAccess'],
    [globalThis.Notification, 'requestPermission'], [HTMLMediaElement.prototype, 'play'],
    [HTMLDialogElement.prototype, 'show'], [HTMLDialogElement.prototype, 'showModal'],
])
    if (on) on[name] = async () => { asked.push(name); };
addEventListener('beforeunload', event => { if (event.defaultPrevented) asked.push('beforeunload'); });
globalThis.aloud = new Set();
setInterval(() => {
    for (const said of document.querySelectorAll('.unseen[role]')) if (said.textContent.includes('stores nothing')) aloud.add(said.textContent);
}, 100);
";

const SAID: &str = "return {
    notes: [...document.querySelectorAll('.strip[data-kind=note] .strip__text')].map(note => note.textContent),
    aloud: globalThis.aloud?.size,
    asked: globalThis.asked,
    touched: navigator.userActivation.hasBeenActive,
    dialogs: document.querySelectorAll('dialog[open]').length,
};";

const DENIED: &str = "
    const denied = async use => { try { await use(); return false; } catch { return true; } };
    const database = () => new Promise((resolve, reject) => {
        const open = indexedDB.open('any');
        open.onsuccess = resolve;
        open.onerror = () => reject(open.error);
    });
    return {
        origin: self.origin,
        localStorage: await denied(() => localStorage.length),
        sessionStorage: await denied(() => sessionStorage.length),
        indexedDB: await denied(database),
        locks: await denied(() => navigator.locks.request('any', () => 1)),
        cookie: await (async () => { try { document.cookie = 'a=1'; return document.cookie !== ''; } catch { return false; } })(),
    };";
