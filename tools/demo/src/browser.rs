//! A headless browser, driven by WebDriver: what a person would see and click, and what the browser says about it.
//!
//! Chromium, or what FOOTFALL_BROWSER says.

mod driver;
mod firefox;

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use driver::{Driver, DriverCommand, browser};

/// Whose browser it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// Chromium or Chrome.
    Chromium,
    /// Firefox, of any channel.
    Firefox,
}

impl Make {
    /// As FOOTFALL_BROWSER says; Chromium, if it says nothing.
    ///
    /// # Errors
    /// It says something else.
    pub fn wanted() -> Result<Self> {
        match env::var("FOOTFALL_BROWSER").as_deref() {
            Err(_) | Ok("" | "chromium") => Ok(Self::Chromium),
            Ok("firefox") => Ok(Self::Firefox),
            Ok(other) => bail!("FOOTFALL_BROWSER is `chromium` or `firefox`, not `{other}`"),
        }
    }
}

/// A browser with a new, empty profile. Dropping it closes the browser, ends its driver and removes the profile.
#[derive(Debug)]
pub struct Browser {
    make: Make,
    client: Client,
    driver: Driver,
    // Removed after the driver has closed the browser: fields are dropped in their order.
    profile: TempDir,
}

/// What a browser begins with.
struct Setup<'a> {
    make: Make,
    /// Of the command line.
    arguments: &'a [&'a str],
    /// Of its user.
    home: Option<&'a Path>,
    /// What its file "Local State" holds.
    state: Value,
}

impl Setup<'_> {
    fn of(make: Make) -> Self {
        Self {
            make,
            arguments: &[],
            home: None,
            state: json!({}),
        }
    }
}

/// One line of the browser's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// The text, with its source before it.
    pub text: String,
}

impl ConsoleLine {
    /// An error: of a script, of a policy, or of a file that did not load.
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }

    /// It tells of a WebSocket that did not open or broke off.
    pub fn is_of_socket(&self) -> bool {
        // As Chromium writes it, and as Firefox calls the kind of such a message.
        self.text.contains("WebSocket") || self.text.contains("Web Socket: ")
    }
}

impl Browser {
    /// Starts a driver and a browser.
    ///
    /// # Errors
    /// One of both is not found, or they are not of one version.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// As [`Browser::start`], with further command line arguments, which only Chromium takes.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_with(arguments: &[&str]) -> Result<Self> {
        Self::start_make(Make::wanted()?, arguments).await
    }

    /// As [`Browser::start_with`], of that make.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_make(make: Make, arguments: &[&str]) -> Result<Self> {
        Self::start_with_setup(Setup {
            arguments,
            ..Setup::of(make)
        })
        .await
    }

    /// A Chromium of a user with that home: the certificates in it are trusted, and are the browser's own.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_at_home(home: &Path) -> Result<Self> {
        Self::start_at_home_in(home, json!({})).await
    }

    /// As [`Browser::start_at_home`], with that beforehand in its file "Local State": what holds for all of its profiles.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_at_home_in(home: &Path, state: Value) -> Result<Self> {
        Self::start_with_setup(Setup {
            home: Some(home),
            state,
            ..Setup::of(Make::Chromium)
        })
        .await
    }

    async fn start_with_setup(setup: Setup<'_>) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("footfall-").tempdir()?;
        Self::start_in(profile, setup).await
    }

    /// A Chromium with the profile of one that was killed.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_again(profile: TempDir) -> Result<Self> {
        // What it thinks is another one at work with that profile.
        for lock in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            let _not_there = std::fs::remove_file(profile.path().join(lock));
        }
        Self::start_in(profile, Setup::of(Make::Chromium)).await
    }

    /// Ends all processes of the browser at once, as a power cut does. Returns its profile.
    ///
    /// # Errors
    /// They cannot be found: the machine has no `ps`.
    pub fn kill(self) -> Result<TempDir> {
        let processes = self.driver.browser_processes()?;
        ensure!(!processes.is_empty(), "the browser has no process");
        let killed = std::process::Command::new("kill")
            .arg("-KILL")
            .args(processes)
            .status()
            .context("kill did not start")?;
        ensure!(killed.success(), "the browser could not be ended");
        Ok(self.profile)
    }

    /// Where its debugging protocol is spoken.
    ///
    /// # Errors
    /// It is not Chromium, which writes that into its profile.
    pub(crate) fn debugging_url(&self) -> Result<String> {
        let file = self.profile.path().join("DevToolsActivePort");
        let told = std::fs::read_to_string(file).context("no debugging protocol")?;
        let (port, path) = told.split_once('\n').context("a port and a path")?;
        Ok(format!("ws://127.0.0.1:{port}{}", path.trim()))
    }

    async fn start_in(profile: TempDir, setup: Setup<'_>) -> Result<Self> {
        let Setup {
            make,
            arguments,
            home,
            state,
        } = setup;
        let mut driver = Driver::start(make, profile.path(), home).await?;
        let capabilities = match make {
            Make::Chromium => chromium_capabilities(&profile, arguments, &state)?,
            Make::Firefox => {
                ensure!(
                    arguments.is_empty(),
                    "only Chromium can be started with {arguments:?}"
                );
                firefox::capabilities()?
            }
        };
        let Value::Object(capabilities) = capabilities else {
            bail!("the capabilities are an object");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .context("the browser did not start; do browser and driver have one version?")?;
        if make == Make::Firefox {
            driver.session = client.session_id().await?;
        }
        Ok(Self {
            make,
            client,
            driver,
            profile,
        })
    }

    /// Whose browser it is.
    pub const fn make(&self) -> Make {
        self.make
    }

    /// Its name and version, as it says itself.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn version(&self) -> Result<String> {
        let script = "return navigator.userAgent";
        let agent = self.client.execute(script, Vec::new()).await?;
        let agent = agent.as_str().unwrap_or_default();
        // "… HeadlessChrome/156.0.0.0 Safari/537.36", "… Gecko/20100101 Firefox/153.0"
        let (before, name) = match self.make {
            Make::Chromium => ("Chrome/", "Chromium"),
            Make::Firefox => ("Firefox/", "Firefox"),
        };
        let version = agent.split_once(before).map_or("", |(_, rest)| rest);
        let version = version.split(['.', ' ']).next().unwrap_or_default();
        Ok(format!("{name} {version}"))
    }

    /// Everything that WebDriver can do.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page and waits until its document is loaded.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The text of the first element of that CSS selector, as soon as it holds `part`.
    ///
    /// # Errors
    /// It does not within ten seconds; the error shows what stands there instead, and the console.
    pub async fn wait_for_text(&self, selector: &str, part: &str) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text(selector).await;
            if let Ok(text) = &text
                && text.contains(part)
            {
                return Ok(text.clone());
            }
            if Instant::now() > deadline {
                let console = self.console().await?;
                bail!("`{selector}` should say {part:?}, but: {text:?}; console: {console:#?}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The visible text of the first element of that CSS selector.
    ///
    /// # Errors
    /// There is none.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self
            .client
            .find(Locator::Css(selector))
            .await?
            .text()
            .await?)
    }

    /// What the console has got since it was last asked.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        if self.make == Make::Firefox {
            return firefox::console(&self.client, &self.driver.said()).await;
        }
        let answer = self
            .client
            .issue_cmd(DriverCommand {
                path: "se/log",
                body: json!({ "type": "browser" }),
            })
            .await?;
        let lines = answer.as_array().cloned().unwrap_or_default();
        Ok(lines
            .iter()
            .map(|line| ConsoleLine {
                level: line["level"].as_str().unwrap_or_default().to_owned(),
                text: line["message"].as_str().unwrap_or_default().to_owned(),
            })
            .collect())
    }

    /// Any command of the DevTools protocol, such as `Network.emulateNetworkConditions`, which only Chromium has.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        ensure!(self.make == Make::Chromium, "only Chromium can do {method}");
        let command = DriverCommand {
            path: "goog/cdp/execute",
            body: json!({ "cmd": method, "params": parameters }),
        };
        Ok(self.client.issue_cmd(command).await?)
    }

    /// Freezes the page, as browsers do with pages that nobody sees, or thaws it. It stays hidden until its window is shown.
    ///
    /// # Errors
    /// The browser cannot, which only Chromium can.
    pub async fn set_frozen(&self, is_frozen: bool) -> Result<()> {
        let state = if is_frozen { "frozen" } else { "active" };
        self.devtools("Page.setWebLifecycleState", json!({ "state": state }))
            .await
            .map(|_nothing| ())
    }

    /// Shows the page as on a screen of that size in CSS pixels with that many device pixels to one.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn resize(&self, width: u32, height: u32, device_pixel_ratio: f64) -> Result<()> {
        if self.make == Make::Firefox {
            return firefox::resize(&self.client, width, height, device_pixel_ratio).await;
        }
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": device_pixel_ratio, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
            .map(|_nothing| ())
    }

    /// Shows the page as to a reader with these wishes, such as `("prefers-contrast", "more")`; none: with the usual ones.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn prefer(&self, wishes: &[(&str, &str)]) -> Result<()> {
        if self.make == Make::Firefox {
            return firefox::prefer(&self.client, wishes).await;
        }
        let features: Vec<Value> = wishes
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let media = json!({ "media": "", "features": features });
        self.devtools("Emulation.setEmulatedMedia", media)
            .await
            .map(|_nothing| ())
    }

    /// Presses keys, one after the other, wherever the focus is.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn press(&self, keys: &str) -> Result<()> {
        for key in keys.chars() {
            let press = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value: key })
                .then(KeyAction::Up { value: key });
            self.client.perform_actions(press).await?;
            if self.make == Make::Firefox {
                firefox::bring_focus_back(&self.client).await?;
            }
        }
        Ok(())
    }

    /// A picture (PNG) of what is seen.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// As [`Browser::screenshot`], and kept as `<name>.png` in `target/pictures/`, for people to look at.
    ///
    /// # Errors
    /// The browser cannot be reached, or the file not be written.
    pub async fn save_picture(&self, name: &str) -> Result<Vec<u8>> {
        let picture = self.screenshot().await?;
        let folder = target_folder().join("pictures");
        tokio::fs::create_dir_all(&folder).await?;
        tokio::fs::write(folder.join(format!("{name}.png")), &picture).await?;
        Ok(picture)
    }

    /// The address of the driver, for whom WebDriver's own words are needed.
    pub fn driver_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.driver.port)
    }
}

/// Where cargo puts what it makes, and we what people may want to look at.
pub fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")),
        PathBuf::from,
    )
}

fn chromium_capabilities(profile: &TempDir, arguments: &[&str], state: &Value) -> Result<Value> {
    let profile = format!("--user-data-dir={}", profile.path().display());
    let arguments: Vec<&str> = ARGUMENTS
        .iter()
        .chain([&profile.as_str()])
        .chain(arguments)
        .copied()
        .collect();
    Ok(json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "binary": browser(Make::Chromium)?, "args": arguments, "localState": state },
    }))
}

/// Without a sandbox, because build machines run as root; and without anything that talks to the network by itself.
const ARGUMENTS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    // A key is answered at once, and not lost in the movement that another began.
    "--disable-smooth-scrolling",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// How long a test waits for what should come.
const PATIENCE: Duration = Duration::from_secs(10);

const POLL: Duration = Duration::from_millis(50);
