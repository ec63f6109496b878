//! Passwords: what is remembered and what is not, where one may be sent, and that none lies anywhere in clear.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use footfall::simulation::{self, Options};
use footfall_demo::broker::{self, Broker};
use footfall_demo::browser::Browser;
use footfall_demo::proxy::Proxy;
use footfall_demo::serve::{Host, STRICT_POLICY, Serving};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::stand::{
    PASSWORD, PATIENCE, POLL, USER, click, element, is_well, open_settings, turn, type_password,
    unlock,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remembered_password_connects_after_a_reload_and_lies_nowhere_in_clear() -> Result<()> {
    let _turn = turn().await;
    let (broker, host, browser) = opened(PASSWORD).await?;
    remember_and_type(&browser, PASSWORD).await?;
    connected(&browser).await?;

    open(&browser, &host).await?;
    connected(&browser).await?;

    let exported = export(&browser).await?;
    ensure!(exported.contains("\"brokers\""), "exported is {exported}");
    let traces = Traces::of(&browser, exported).await?;
    let vault = traces.named("footfall-vault:/");
    ensure!(vault.contains("key not extractable"), "it holds {vault}");
    ensure!(vault.contains("password of mall"), "it holds {vault}");
    traces.hold_nothing_of(PASSWORD)?;
    is_well(&browser, &host).await?;
    drop(browser);
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_not_remembered_is_stored_nowhere() -> Result<()> {
    let _turn = turn().await;
    let (broker, host, browser) = opened(PASSWORD).await?;
    type_password(&browser, PASSWORD).await?;
    connected(&browser).await?;

    let traces = Traces::of(&browser, String::new()).await?;
    ensure!(
        traces.named("footfall-vault:/").is_empty(),
        "there is a vault"
    );
    traces.hold_nothing_of(PASSWORD)?;

    open(&browser, &host).await?;
    browser
        .wait_for_text(LOCKED, "forgotten when the page closed")
        .await?;
    drop(browser);
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_the_broker_refuses_is_not_told_with_the_refusal() -> Result<()> {
    let _turn = turn().await;
    let (broker, _host, browser) = opened("another password").await?;
    remember_and_type(&browser, PASSWORD).await?;
    let refused = ".strip[data-kind=blind] .strip__actions button:last-child";
    browser
        .wait_for_text(".strip[data-kind=blind]", "password")
        .await?;
    element(&browser, refused).await?.click().await?;
    browser
        .wait_for_text("[data-profile=mall] .problem", "password")
        .await?;

    let traces = Traces::of(&browser, String::new()).await?;
    traces.hold_nothing_of(PASSWORD)?;
    drop(browser);
    broker.stop().await
}

#[tokio::test]
async fn the_search_for_passwords_finds_one() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    for script in [
        "localStorage.setItem('a', '{\"b\":\"' + secret + '\"}')",
        "sessionStorage.setItem(btoa('x' + secret + 'yz'), '')",
        "document.cookie = 'a=' + encodeURIComponent(secret)",
        "history.replaceState(null, '', '?' + new URLSearchParams({ a: secret }))",
        "console.log('it is', secret)",
        "document.body.title = secret",
        "await put({ deep: [new TextEncoder().encode('x' + secret)] })",
        "await put(new Uint16Array([...secret].map(letter => letter.charCodeAt(0))).buffer)",
        "await put(new Map([[secret, 1]]))",
    ] {
        let browser = Browser::start().await?;
        browser.open(host.url()).await?;
        let leak = format!(
            "const [secret, done] = arguments;
             const put = value => new Promise(resolve => {{
                 const open = indexedDB.open('any', 1);
                 open.onupgradeneeded = () => open.result.createObjectStore('a', {{ autoIncrement: true }});
                 open.onsuccess = () => {{
                     const change = open.result.transaction('a', 'readwrite');
                     change.objectStore('a').put(value);
                     change.oncomplete = resolve;
                 }};
             }});
             (async () => {{ {script} }})().then(done)"
        );
        let secret = vec![Value::from(PASSWORD)];
        browser.client().execute_async(&leak, secret).await?;
        let traces = Traces::of(&browser, String::new()).await?;
        ensure!(
            traces.hold_nothing_of(PASSWORD).is_err(),
            "not found: {script}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remembered_password_that_cannot_be_read_is_asked_for_and_remembered_again() -> Result<()>
{
    let _turn = turn().await;
    let (broker, host, browser) = opened(PASSWORD).await?;
    remember_and_type(&browser, PASSWORD).await?;
    connected(&browser).await?;
    sealed(&browser).await?;
    let other_key = "const done = arguments[0];
        const open = indexedDB.open('footfall-vault:/', 1);
        open.onsuccess = async () => {
            const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
            const change = open.result.transaction('records', 'readwrite');
            change.objectStore('records').put(key, 'key');
            change.oncomplete = () => { open.result.close(); done(); };
        };";
    let before = record(&browser).await?;
    browser
        .client()
        .execute_async(other_key, Vec::new())
        .await?;

    open(&browser, &host).await?;
    browser.wait_for_text(LOCKED, "could not be read").await?;
    unlock(&browser, PASSWORD).await?;
    connected(&browser).await?;
    until("the password is in the vault again", async || {
        Ok(record(&browser).await? != before)
    })
    .await?;

    open(&browser, &host).await?;
    connected(&browser).await?;
    drop(browser);
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_that_cannot_be_loaded_is_loaded_when_the_server_is_back() -> Result<()> {
    let _turn = turn().await;
    let (broker, host, browser) = opened(PASSWORD).await?;
    remember_and_type(&browser, PASSWORD).await?;
    sealed(&browser).await?;
    host.hide("split_settings.wasm");
    browser.devtools("Network.enable", json!({})).await?;
    let no_cache = json!({ "cacheDisabled": true });
    browser
        .devtools("Network.setCacheDisabled", no_cache)
        .await?;

    open(&browser, &host).await?;
    // The field to type it is not there either; that it is missing is said.
    browser
        .wait_for_text(".strip[data-kind=warning]", "could not be read")
        .await?;
    host.restore();

    connected(&browser).await?;
    drop(browser);
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_unticks_or_deletes_or_goes_elsewhere_leaves_nothing_in_the_vault() -> Result<()> {
    let _turn = turn().await;
    let broker = broker_with_password(PASSWORD).await?;
    let host = host_for(broker.url()).await?;
    for leave in ["untick", "delete", "elsewhere"] {
        let browser = Browser::start().await?;
        open(&browser, &host).await?;
        remember_and_type(&browser, PASSWORD).await?;
        connected(&browser).await?;
        sealed(&browser).await?;
        open_settings(&browser).await?;
        match leave {
            "delete" => {
                click(
                    &browser,
                    "[data-profile=mall] > .profile__actions [data-kind=danger]",
                )
                .await?;
                click(
                    &browser,
                    "[data-profile=mall] [role=group] [data-kind=danger]",
                )
                .await?;
            }
            "untick" => {
                click(&browser, EDIT).await?;
                click(&browser, "#remember").await?;
                click(&browser, SAVE).await?;
            }
            _ => {
                click(&browser, EDIT).await?;
                let address = element(&browser, "#address").await?;
                address.clear().await?;
                address.send_keys("ws://localhost:1/mqtt").await?;
                browser
                    .wait_for_text("[data-field=password]", "for another address")
                    .await?;
                click(&browser, SAVE).await?;
            }
        }
        until("the vault is empty", async || {
            Ok(record(&browser).await?.is_empty())
        })
        .await
        .context(leave)?;
    }
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_others_could_read_is_sent_only_after_a_person_agreed() -> Result<()> {
    let _turn = turn().await;
    let broker = broker_with_password(PASSWORD).await?;
    let proxy = Proxy::before(broker.url()).await?;
    let through = proxy.through(broker.url())?;
    let at = |name: &str| through.replace("127.0.0.1", name);
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    host.replace("config.json", "{}");
    let names = "--host-resolver-rules=MAP *.example 127.0.0.1";
    let browser = Browser::start_with(&[names]).await?;
    open(&browser, &host).await?;
    click(&browser, "[data-way=connect]").await?;
    type_into(&browser, "#address", &at("broker.example")).await?;
    type_into(&browser, "#username", USER).await?;
    type_into(&browser, "#password", PASSWORD).await?;
    click(&browser, "#remember").await?;

    // Neither to test nor to save.
    for ask in [".sheet__foot [type=button]:not([data-kind])", SAVE] {
        click(&browser, ask).await?;
        browser
            .wait_for_text(QUESTION, "Anyone on the network can read the password")
            .await?;
        browser.save_picture("secrets-question").await?;
        click(&browser, &format!("{QUESTION} button:last-child")).await?;
        until("the question is gone", async || {
            Ok(browser.text(QUESTION).await?.is_empty())
        })
        .await?;
    }
    ensure!(proxy.tapes().is_empty(), "something was sent");

    click(&browser, SAVE).await?;
    click(&browser, &format!("{QUESTION} [data-kind=danger]")).await?;
    connected(&browser).await?;

    // Once is enough: for saving again, and after a reload.
    until_closed(&browser).await?;
    open_settings(&browser).await?;
    click(&browser, EDIT_ANY).await?;
    type_into(&browser, "#name", "Hall").await?;
    click(&browser, SAVE).await?;
    until_closed(&browser).await?;
    open(&browser, &host).await?;
    connected(&browser).await?;

    // Nobody agreed, as far as is known: the password has to be typed where the question can be asked.
    let disagree = "const kept = JSON.parse(localStorage['footfall / profiles']);
        delete kept[0].agreed;
        localStorage['footfall / profiles'] = JSON.stringify(kept);";
    browser.client().execute(disagree, Vec::new()).await?;
    open(&browser, &host).await?;
    click(&browser, ".strip[data-kind=warning] button").await?;
    type_into(&browser, "#password", PASSWORD).await?;
    click(&browser, SAVE).await?;
    click(&browser, &format!("{QUESTION} [data-kind=danger]")).await?;
    connected(&browser).await?;
    until_closed(&browser).await?;

    // Another host is another question.
    open_settings(&browser).await?;
    click(&browser, EDIT_ANY).await?;
    let address = element(&browser, "#address").await?;
    address.clear().await?;
    address.send_keys(&at("other.example")).await?;
    type_into(&browser, "#password", PASSWORD).await?;
    click(&browser, SAVE).await?;
    browser
        .wait_for_text(QUESTION, "Anyone on the network can read the password")
        .await?;
    is_well(&browser, &host).await?;
    drop(browser);
    broker.stop().await
}

#[tokio::test]
async fn a_page_that_came_without_https_says_why_it_remembers_nothing() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let names = "--host-resolver-rules=MAP *.example 127.0.0.1";
    let browser = Browser::start_with(&[names]).await?;
    let url = host.url().replace("127.0.0.1", "wall.example");
    browser.open(&format!("{url}?lang=en")).await?;
    click(&browser, "[data-way=connect]").await?;

    browser
        .wait_for_text("[data-field=remember]", "https")
        .await?;
    let choice = browser.client().find_all(Locator::Css("#remember")).await?;
    ensure!(choice.is_empty(), "it is offered");
    Ok(())
}

/// All that the browser keeps or shows of a page, as texts with their places.
struct Traces(Vec<(String, String)>);

impl Traces {
    async fn of(browser: &Browser, exported: String) -> Result<Self> {
        let found = browser.client().execute_async(TRACES, Vec::new()).await?;
        let found = found.as_array().context("the page gives no traces")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut traces: Vec<_> = found
            .iter()
            .map(|pair| (text(&pair[0]), text(&pair[1])))
            .collect();
        ensure!(!traces.is_empty(), "there are no traces");
        for line in browser.console().await? {
            traces.push(("console".to_owned(), line.text));
        }
        traces.push(("config.json".to_owned(), exported));
        Ok(Self(traces))
    }

    /// All that lies in one place.
    fn named(&self, place: &str) -> String {
        let here = self.0.iter().filter(|(found_in, _)| found_in == place);
        here.map(|(_, text)| text.as_str()).collect()
    }

    fn hold_nothing_of(&self, secret: &str) -> Result<()> {
        let spellings = spellings(secret);
        for (place, text) in &self.0 {
            for spelling in &spellings {
                ensure!(
                    !text.contains(spelling.as_str()),
                    "{place} holds {spelling:?}: {text}"
                );
            }
        }
        Ok(())
    }
}

/// The ways in which a secret could be written.
fn spellings(secret: &str) -> Vec<String> {
    let mut found = vec![secret.to_owned(), secret.replace(' ', "+")];
    let mut percent = String::new();
    let mut wide = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() {
            percent.push(char::from(byte));
        } else {
            let _never_fails = write!(percent, "%{byte:02X}");
        }
        // UTF-16 as bytes.
        wide.push(char::from(byte));
        wide.push('\0');
    }
    wide.pop();
    found.extend([percent.to_lowercase(), percent, wide]);
    // Base64 within something longer, where it begins at any of three places; without its ends, which depend on what is
    // before and after.
    for before in 0..3 {
        let text = format!("{}{secret}", "x".repeat(before));
        let digits = base64(text.as_bytes());
        let (start, end) = ((before * 8_usize).div_ceil(6), text.len() * 8 / 6);
        found.push(digits[start..end].to_owned());
        found.push(digits[start..end].replace('+', "-").replace('/', "_"));
    }
    found
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| {
            bits << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for shift in [18, 12, 6, 0] {
            digits.push(char::from(DIGITS[bits >> shift & 63]));
        }
    }
    digits
}

#[test]
fn a_secret_is_known_in_each_spelling() {
    let known = spellings("a b");
    for spelling in ["a b", "a+b", "a%20b", "a\0 \0b"] {
        assert!(known.iter().any(|one| one == spelling), "{known:?}");
    }
    // Of "a b", "xa b" and "xxa b", what does not depend on the neighbours.
    for spelling in ["YSBi", "EgY", "hIG"] {
        assert!(known.iter().any(|one| one == spelling), "{known:?}");
    }
}

/// A page opened before a broker that wants this password.
async fn opened(password: &str) -> Result<(Broker, Serving, Browser)> {
    let broker = broker_with_password(password).await?;
    let host = host_for(broker.url()).await?;
    let browser = Browser::start().await?;
    open(&browser, &host).await?;
    Ok((broker, host, browser))
}

async fn broker_with_password(password: &str) -> Result<Broker> {
    Broker::start_with(broker::Options {
        port: 0,
        user: Some((USER.to_owned(), password.to_owned())),
        ..broker::Options::default()
    })
    .await
}

/// A page whose configuration names the broker, of course without its password.
async fn host_for(url: &str) -> Result<Serving> {
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    let mut config = simulation::config(&Options::default(), url);
    config.profiles[0].username = Some(USER.to_owned());
    host.replace("config.json", config.to_json());
    Ok(host)
}

async fn open(browser: &Browser, host: &Serving) -> Result<()> {
    browser.open(&format!("{}?lang=en", host.url())).await
}

/// As [`type_password`], with "remember" ticked.
async fn remember_and_type(browser: &Browser, password: &str) -> Result<()> {
    open_settings(browser).await?;
    click(browser, EDIT).await?;
    type_into(browser, "#password", password).await?;
    click(browser, "#remember").await?;
    click(browser, SAVE).await
}

async fn type_into(browser: &Browser, selector: &str, text: &str) -> Result<()> {
    Ok(element(browser, selector).await?.send_keys(text).await?)
}

async fn connected(browser: &Browser) -> Result<()> {
    element(browser, "[data-link][data-state=connected]").await?;
    Ok(())
}

/// The form closes when the password is in the vault.
async fn sealed(browser: &Browser) -> Result<()> {
    until_closed(browser).await?;
    let record = record(browser).await?;
    ensure!(!record.is_empty(), "the vault is empty");
    Ok(())
}

async fn until_closed(browser: &Browser) -> Result<()> {
    element(browser, ".sheet:not([open])").await?;
    Ok(())
}

/// What the vault holds of the broker; empty: nothing, or there is no vault.
async fn record(browser: &Browser) -> Result<String> {
    let traces = Traces::of(browser, String::new()).await?;
    let kept = traces.named("footfall-vault:/");
    let record = kept
        .split_once("password of ")
        .map_or("", |(_, record)| record);
    Ok(record.to_owned())
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await? {
        ensure!(Instant::now() < deadline, "it never came so: {what}");
        sleep(POLL).await;
    }
    Ok(())
}

/// Presses "Save as config.json" and returns what would be saved.
async fn export(browser: &Browser) -> Result<String> {
    let watch = "window.saved = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = blob => { saved.push(blob); return make.call(URL, blob) };";
    browser.client().execute(watch, Vec::new()).await?;
    open_settings(browser).await?;
    click(browser, ".section > .profile__actions > button:last-child").await?;
    let read = "saved[0].text().then(arguments[0])";
    let text = browser.client().execute_async(read, Vec::new()).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

const EDIT: &str = "[data-profile=mall] > .profile__actions button:nth-of-type(2)";
const EDIT_ANY: &str = "[data-profile] > .profile__actions button:nth-of-type(2)";
const SAVE: &str = "dialog[open] .sheet__foot [type=submit]";
const QUESTION: &str = "[data-question]";
const LOCKED: &str = ".strip:has(#unlock-mall)";

/// Bytes become a text of one letter each; a key, what it lets be read of it.
const TRACES: &str = "
    const done = arguments[arguments.length - 1];
    const traces = [];
    const latin = bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join('');
    const text = async value => {
        if (value instanceof CryptoKey) {
            const bytes = await crypto.subtle.exportKey('raw', value).catch(() => null);
            return 'key ' + (bytes ? latin(new Uint8Array(bytes)) : 'not extractable');
        }
        if (value instanceof Blob) return latin(new Uint8Array(await value.arrayBuffer()));
        // By their names: in Firefox a driver's script has constructors of its own.
        const kind = Object.prototype.toString.call(value).slice(8, -1);
        if (kind === 'ArrayBuffer') return latin(new Uint8Array(value));
        if (ArrayBuffer.isView(value)) return latin(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        if (kind === 'Map' || kind === 'Set') value = [...value];
        if (value === null || typeof value !== 'object') return String(value);
        const parts = [];
        for (const [key, part] of Object.entries(value)) parts.push(key + ' ' + await text(part));
        return parts.join(' ');
    };
    const asked = request => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const look = async () => {
        for (const [name, storage] of Object.entries({ localStorage, sessionStorage })) {
            for (const [key, value] of Object.entries(storage)) traces.push([name, key + ' ' + value]);
        }
        for (const { name, version } of await indexedDB.databases()) {
            traces.push(['databases', name]);
            const database = await asked(indexedDB.open(name, version));
            for (const store of database.objectStoreNames) {
                const table = database.transaction(store).objectStore(store);
                const [keys, values] = await Promise.all([asked(table.getAllKeys()), asked(table.getAll())]);
                for (const [at, key] of keys.entries()) {
                    traces.push([name, await text(key) + ' ' + await text(values[at]) + '\\n']);
                }
            }
            database.close();
        }
        for (const name of await caches.keys()) traces.push(['caches', name]);
        traces.push(['cookies', document.cookie]);
        traces.push(['address', location.href]);
        traces.push(['history', await text(history.state)]);
        traces.push(['page', document.documentElement.outerHTML]);
        for (const field of document.querySelectorAll('input, textarea')) traces.push(['fields', field.value]);
        for (const entry of performance.getEntries()) traces.push(['requests', entry.name]);
    };
    look().then(() => done(traces), error => done([['failed', String(error)]]));";
