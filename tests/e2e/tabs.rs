//! Tabs of one browser share one engine: whoever has it is closed, stops or freezes, and the others go on.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fantoccini::wd::WindowHandle;
use footfall::mqtt::QoS;
use footfall::simulation::Counters;
use footfall_demo::broker::Broker;
use footfall_demo::browser::{Browser, Make};
use footfall_demo::proxy::Proxy;
use footfall_demo::serve::{Host, Serving, build};
use footfall_demo::tape;
use serde_json::json;
use tokio::time::sleep;

use crate::days::on_each_broker;
use crate::model::{self, differences, mall};
use crate::stand::{Kind, PATIENCE, POLL, Stand, clock, element, is_full, tell, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_tabs_of_which_one_is_closed_one_traps_and_one_freezes_ends_with_the_truth()
-> Result<()> {
    on_each_broker(moved).await
}

async fn moved(kind: Kind) -> Result<()> {
    let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
    let [closed, trapped, frozen, thawed, end] = if is_full() {
        [12, 14, 16, 18, 22].map(|hour| clock(hour, 0))
    } else {
        [(12, 0), (12, 50), (13, 40), (14, 50), (15, 20)].map(|(hour, minute)| clock(hour, minute))
    };
    let stand = Stand::start(kind, options, clock(8, 0)).await?;
    stand.make_leader_mortal()?;
    let client = stand.browser.client();
    stand.open("").await?;
    // Only this page is told the password.
    stand.sign_in().await?;
    // One without the password, which the broker refused.
    let first = stand.connected_as();
    let mut tabs = vec![client.window().await?];
    for _ in 0..2 {
        tabs.push(stand.open_beside().await?);
        stand.connected().await?;
    }
    ensure!(stand.connected_as() == first, "one CONNECT for three tabs");
    // What is new is stored at once, what follows it ten real seconds later, which are more than an hour here. Where that is
    // lost, the totals are right, but nobody knows when people came and went: so there must be some before the first move.
    let day = stand.publish(clock(10, 0), end)?;

    stand.until(closed).await;
    client.switch_to_window(tabs.remove(0)).await?;
    let connections = stand.proxy.tapes().len();
    client.close_window().await?;
    let after_close = resumed(&stand, connections).await?;

    client.switch_to_window(tabs[0].clone()).await?;
    stand.until(trapped).await;
    let connections = stand.proxy.tapes().len();
    stand.trap_engine()?;
    let after_trap = resumed(&stand, connections).await?;
    stand
        .browser
        .wait_for_text(".strips", "Counting restarted")
        .await?;

    // The last one that was opened has it now.
    stand.until(frozen).await;
    client.switch_to_window(tabs[1].clone()).await?;
    tabs.push(stand.open_beside().await?);
    stand.connected().await?;
    client.switch_to_window(tabs[1].clone()).await?;
    client.minimize_window().await?;
    let connections = stand.proxy.tapes().len();
    stand.browser.set_frozen(true).await?;
    client.switch_to_window(tabs[2].clone()).await?;
    let after_freeze = resumed(&stand, connections).await?;
    stand.until(thawed).await;
    client.switch_to_window(tabs[1].clone()).await?;
    stand.browser.set_frozen(false).await?;
    // Any size shows the window again.
    client.set_window_size(1280, 1600).await?;

    let truth = day.simulation.truth_at(day.end);
    day.done().await?;
    for tab in &tabs {
        client.switch_to_window(tab.clone()).await?;
        stand
            .agree(|screen| differences(screen, &model::all(&truth), Some(&truth.present)))
            .await
            .with_context(|| format!("{tab:?} of {tabs:?}"))?;
    }
    let connects = stand.connected_as();
    let moves = connects.strip_prefix(&*first).context("others before")?;
    ensure!(moves.len() == 3, "each move is one CONNECT: {connects:?}");
    ensure!(
        moves.iter().all(|id| Some(id) == first.last()),
        "all in one session: {connects:?}"
    );
    let seconds = |span: Duration| format!("{:.1} s", span.as_secs_f32());
    stand.tell(&format!(
        "{kind:?}, QoS 1, three tabs: live again {} after the one with the engine was closed, {} after it trapped, {} after it \
         froze; one CONNECT each, all doors and zones true in each tab",
        seconds(after_close),
        seconds(after_trap),
        seconds(after_freeze),
    ));
    stand.stop().await
}

/// How long it takes from now on until the broker goes on with the session for a connection after so many.
async fn resumed(stand: &Stand, connections: usize) -> Result<Duration> {
    let begun = Instant::now();
    until("the session goes on", async || {
        let tapes = stand.proxy.tapes();
        let later = tapes.iter().skip(connections);
        let mut answers = later.filter_map(|tape| tape::answers(tape).connack);
        Ok(answers.any(|connack| connack.session_present))
    })
    .await
    .with_context(|| format!("{:?}", stand.connected_as()))?;
    Ok(begun.elapsed())
}

#[tokio::test]
async fn tabs_without_locks_connect_each_under_a_name_of_its_own_and_keep_nothing() -> Result<()> {
    if Make::wanted()? != Make::Chromium {
        return Ok(());
    }
    let _turn = turn().await;
    // Not this machine for the browser, so that a page of it is not secure.
    let page = Page::start(&["--host-resolver-rules=MAP wall.test 127.0.0.1"]).await?;
    let url = format!("http://wall.test:{}/?lang=en", page.host.address().port());
    page.browser.open(&url).await?;
    page.is("connected").await?;
    page.open_beside(&url).await?;
    page.is("connected").await?;
    let connects = page.connected_as();
    ensure!(
        connects.len() == 2 && connects[0] != connects[1],
        "{connects:?}"
    );
    page.browser
        .wait_for_text(".strips", "stores nothing")
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_tab_whose_lock_is_held_in_silence_takes_it() -> Result<()> {
    let _turn = turn().await;
    let page = Page::start(&[]).await?;
    page.hold_lock("").await?;
    page.open_beside(&format!("{}?lang=en", page.host.url()))
        .await?;
    let begun = Instant::now();
    page.is("connected").await?;
    tell(begun, "the lock was held in silence, and taken");
    until("something is kept", async || Ok(page.stored().await? > 0)).await
}

#[tokio::test]
async fn a_tab_beside_one_of_another_build_that_stays_so_works_alone_and_writes_nothing()
-> Result<()> {
    let _turn = turn().await;
    let page = Page::start(&[]).await?;
    page.hold_lock(ANSWER_AS_OTHER).await?;
    page.open_beside(&format!("{}?lang=en", page.host.url()))
        .await?;
    let begun = Instant::now();
    page.is("connected").await?;
    page.browser.wait_for_text(".strips", "Another tab").await?;
    tell(begun, "beside a tab of another build, alone");
    let stored = page.stored().await?;
    ensure!(stored == 0, "{stored} records were written");
    Ok(())
}

#[tokio::test]
async fn a_tab_that_is_asked_by_one_of_another_build_loads_it_once_if_it_is_the_present_one()
-> Result<()> {
    let _turn = turn().await;
    let page = Page::start(&[]).await?;
    page.browser
        .open(&format!("{}?lang=en", page.host.url()))
        .await?;
    page.is("connected").await?;
    let client = page.browser.client();
    client
        .execute("window.isTheSame = true", Vec::new())
        .await?;
    let mine = client.window().await?;
    let beside = page
        .open_beside(&format!("{}build.json", page.host.url()))
        .await?;

    // The server of the page does not know that build: nothing is loaded, and the other is told which one we are.
    let told = client.execute_async(ASK_AS_OTHER, Vec::new()).await?;
    ensure!(told == json!(build()?), "told: {told}");
    let asked = page.host.requests().len();

    let both = json!({ "build": build()?, "soon": "other" });
    page.host.replace("build.json", both.to_string());
    client.execute_async(ASK_AS_OTHER, Vec::new()).await?;
    client.switch_to_window(mine.clone()).await?;
    until("it is loaded anew", async || {
        let same = client
            .execute("return window.isTheSame ?? null", Vec::new())
            .await;
        Ok(same.is_ok_and(|same| same.is_null()))
    })
    .await?;
    page.is("connected").await?;
    ensure!(page.host.requests().len() >= asked);

    // Once is enough.
    client
        .execute("window.isTheSame = true", Vec::new())
        .await?;
    client.switch_to_window(beside).await?;
    client.execute_async(ASK_AS_OTHER, Vec::new()).await?;
    client.switch_to_window(mine).await?;
    page.is("connected").await?;
    let same = client
        .execute("return window.isTheSame ?? null", Vec::new())
        .await?;
    ensure!(same == json!(true), "it was loaded twice");
    Ok(())
}

/// A broker that takes everybody, a page that connects to it by itself, and a browser that has not opened it.
struct Page {
    browser: Browser,
    proxy: Proxy,
    host: Serving,
    _broker: Broker,
}

impl Page {
    async fn start(arguments: &[&str]) -> Result<Self> {
        let broker = Broker::start().await?;
        let proxy = Proxy::before(broker.url()).await?;
        let host = Host::of_this_build().start().await?;
        let config = json!({ "brokers": [{ "id": "mall", "url": proxy.through(broker.url())? }] });
        host.replace("config.json", config.to_string());
        Ok(Self {
            browser: Browser::start_with(arguments).await?,
            proxy,
            host,
            _broker: broker,
        })
    }

    /// Opens it in a window of its own, which is the one that is driven from now on.
    async fn open_beside(&self, url: &str) -> Result<WindowHandle> {
        let client = self.browser.client();
        let window = client.new_window(false).await?.handle;
        client.switch_to_window(window.clone()).await?;
        self.browser.open(url).await?;
        Ok(window)
    }

    async fn is(&self, state: &str) -> Result<()> {
        let link = format!(".bar [data-link=mall][data-state={state}]");
        element(&self.browser, &link).await.map(|_element| ())
    }

    fn connected_as(&self) -> Vec<String> {
        let said = self.proxy.said();
        said.iter()
            .flat_map(|said| tape::connected_as(said))
            .collect()
    }

    /// A window that holds the lock of the page, and does that with what it hears on the channel.
    async fn hold_lock(&self, on_message: &str) -> Result<()> {
        let url = self.host.url();
        self.browser.open(&format!("{url}build.json")).await?;
        let script = format!(
            "const done = arguments[0];
            const group = new BroadcastChannel('footfall:/');
            group.onmessage = ({{ data }}) => {{ {on_message} }};
            navigator.locks.request('footfall:/', () => {{ done(); return new Promise(() => {{}}); }}).catch(() => {{}});"
        );
        let client = self.browser.client();
        client.execute_async(&script, Vec::new()).await?;
        Ok(())
    }

    /// How many records the page has stored.
    async fn stored(&self) -> Result<u64> {
        let client = self.browser.client();
        let stored = client.execute_async(COUNT_RECORDS, Vec::new()).await?;
        stored
            .as_u64()
            .with_context(|| format!("the browser says {stored}"))
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await? {
        ensure!(Instant::now() < deadline, "it never came so: {what}");
        sleep(POLL).await;
    }
    Ok(())
}

/// To who asks to be taken in: the name of a build that is called so, and something that follows.
const ANSWER_AS_OTHER: &str = "if (data[0].length) {
    const theirs = new BroadcastChannel(new TextDecoder().decode(data[0].slice(0, 16)));
    theirs.postMessage([new Uint8Array([5, 111, 116, 104, 101, 114, 0])]);
}";

/// Asks to be taken in as a tab of that build does, and returns the name of the build that answers.
const ASK_AS_OTHER: &str = "const done = arguments[0], name = 'aaaaaaaabbbbbbbb';
const mine = new BroadcastChannel(name);
mine.onmessage = ({ data: [bytes] }) => {
    mine.close();
    done(new TextDecoder().decode(bytes.slice(1, 1 + bytes[0])));
};
new BroadcastChannel('footfall:/').postMessage(
    [new Uint8Array([...new TextEncoder().encode(name), 5, 111, 116, 104, 101, 114, 0])]);";

const COUNT_RECORDS: &str = "const done = arguments[0];
(async () => {
    const known = (await indexedDB.databases()).some(({ name }) => name === 'footfall:/');
    if (!known) return done(0);
    const request = indexedDB.open('footfall:/');
    request.onsuccess = () => {
        const count = request.result.transaction('records').objectStore('records').count();
        count.onsuccess = () => done(count.result);
    };
})();";
