//! Does the built page show the simulated mall? One question, one line.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use footfall::simulation::{Options, site};
use serde_json::Value;
use tokio::time::sleep;

use crate::browser::{Browser, ConsoleLine};

/// Opens the page in a headless browser and waits until every door counts live and every device has been heard.
///
/// # Errors
/// The browser does not start, the page does not get so far in time, or it writes an error into its console.
pub async fn run(page: &str) -> Result<String> {
    let begun = Instant::now();
    let site = site(&Options::default());
    let browser = Browser::start().await?;
    // A wall, on which every door and every device stands.
    browser.resize(1920, 1080, 1.0).await?;
    browser.open(page).await?;
    let mut found = Found::default();
    let wanted = Found {
        live_doors: site.doors.len(),
        heard_devices: site.devices.len(),
    };
    while found.live_doors < wanted.live_doors || found.heard_devices < wanted.heard_devices {
        if begun.elapsed() > PATIENCE {
            let console = browser.console().await?;
            bail!(
                "after {} s there are {found:?} of {wanted:?}; console: {console:#?}",
                PATIENCE.as_secs()
            );
        }
        sleep(POLL).await;
        found = Found::on(&browser).await?;
    }
    let errors: Vec<ConsoleLine> = browser
        .console()
        .await?
        .into_iter()
        .filter(ConsoleLine::is_error)
        .collect();
    ensure!(
        errors.is_empty(),
        "all is live, but the console says {errors:#?}"
    );
    Ok(format!(
        "smoke test passed: {} doors live, {} devices heard, {} s",
        found.live_doors,
        found.heard_devices,
        begun.elapsed().as_secs()
    ))
}

/// What the page shows.
#[derive(Debug, Default)]
struct Found {
    live_doors: usize,
    heard_devices: usize,
}

impl Found {
    async fn on(browser: &Browser) -> Result<Self> {
        let answer = browser.client().execute(COUNT, Vec::new()).await?;
        let number = |index: usize| {
            let value = answer.get(index).and_then(Value::as_u64).unwrap_or(0);
            usize::try_from(value).unwrap_or(0)
        };
        Ok(Self {
            live_doors: number(0),
            heard_devices: number(1),
        })
    }
}

/// States stand in attributes, so that a test reads what style sheets and screen readers read.
const COUNT: &str = "const count = query => document.querySelectorAll(query).length;\
    return [count('[data-door][data-state=live]'), count('[data-device][data-state]:not([data-state=never])')];";

/// At sixty times the speed, this is the quietest hour of the quietest door.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(200);
