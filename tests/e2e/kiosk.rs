//! On a wall: everything fits, nothing can be pressed, views take turns and go to where an alarm is.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use fantoccini::key::Key;
use footfall::observation::DeviceId;
use footfall::settings::config::Config;
use footfall::settings::{Name, NamedDevice};
use footfall::simulation::{self, Options, Simulation, TIME_ZONE};
use footfall::time::DemoClock;
use footfall_demo::broker::{self, Broker};
use footfall_demo::browser::Browser;
use footfall_demo::faults::TRAP;
use footfall_demo::proxy::refused_port;
use footfall_demo::publisher::{Publisher, Target};
use footfall_demo::serve::{Host, STRICT_POLICY, Serving};
use footfall_demo::zone::{calendar, now};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::access::{LISTEN, READERS, axe, barriers};
use crate::secrets::until;
use crate::stand::{
    Kind, PASSWORD, PATIENCE, SPEED, Stand, Turn, clock, element, end_engines, is_well,
    make_mortal, tell, turn,
};

/// 1080p, 4K, and the least that a projector has.
const SCREENS: [(u32, u32); 3] = [(1920, 1080), (3840, 2160), (1280, 720)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_view_of_the_mall_fits_each_screen_and_holds_nothing_to_press() -> Result<()> {
    let mall = Mall::start(|_| {}).await?;
    for view in ["site", "hall", "devices"] {
        mall.open(&format!("view={view}")).await?;
        element(
            &mall.browser,
            "[data-device=ACCC8E100001], [data-zone=hall] [data-value]",
        )
        .await?;
        for screen in SCREENS {
            fits(&mall.browser, view, screen).await?;
        }
        assert_eq!(pressable(&mall.browser).await?, [""; 0]);
    }
    // The pages hold what they are for.
    let found = |selector| {
        mall.browser
            .client()
            .find_all(fantoccini::Locator::Css(selector))
    };
    assert_eq!(found(".device").await?.len(), 12);
    mall.open("view=food").await?;
    element(&mall.browser, "[data-door=food-east] [data-value]").await?;
    assert_eq!(found("[data-zone=food]").await?.len(), 1);
    assert_eq!(found("[data-zone]").await?.len(), 1);
    assert_eq!(found("canvas").await?.len(), 2);
    // Two of them lead to other rooms.
    assert_eq!(found("[data-door]").await?.len(), 4);
    is_well(&mall.browser, &mall.host).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_view_of_a_wall_has_a_barrier_that_axe_core_finds_or_a_label_that_is_cut() -> Result<()>
{
    let begun = Instant::now();
    let axe = axe();
    if let Err(why) = &axe {
        tell(begun, &format!("not run: axe-core needs npm ({why:#})"));
    }
    let mall = Mall::start(|_| {}).await?;
    mall.browser.resize(1920, 1080, 1.0).await?;
    let mut found = Vec::new();
    for reader in READERS {
        mall.browser.prefer(reader.wishes).await?;
        for (view, filled) in [
            ("site", "[data-device=ACCC8E100001]"),
            ("hall", "[data-zone=hall] [data-value]"),
            ("devices", "[data-device=ACCC8E100001]"),
        ] {
            mall.open(&format!("view={view}&{}", reader.query)).await?;
            element(&mall.browser, filled).await?;
            let name = format!("wall-{}-{view}", reader.name);
            found.extend(barriers(&mall.browser, axe.as_deref().ok(), &name).await?);
        }
    }
    assert_eq!(found, [""; 0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_has_room_is_cut_and_counted_also_below_strips() -> Result<()> {
    let _turn = turn().await;
    let url = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let mut config = simulation::config(&Options::default(), &url);
    crowd(&mut config);
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    host.replace("config.json", config.to_json());
    let browser = Browser::start().await?;
    for view in ["site,attic", "z20", "devices"] {
        let url = format!("{}?lang=en&kiosk=1&cycle=1s&view={view}", host.url());
        browser.open(&url).await?;
        element(&browser, ".strip[data-kind=blind]").await?;
        for screen in SCREENS {
            fits(&browser, &view.replace(',', "-"), screen).await?;
        }
        assert_eq!(pressable(&browser).await?, [""; 0]);
        let more = match view {
            "z20" => ".doors .card__note",
            _ => ".devices .card__note",
        };
        browser.wait_for_text(more, "more").await?;
        if view == "site,attic" {
            browser.wait_for_text(".doors .card__note", "more").await?;
            browser.wait_for_text(".zones__more", "more").await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_or_a_cycle_that_nobody_understands_is_named_and_the_whole_wall_stays() -> Result<()>
{
    let mall = Mall::start(|_| {}).await?;
    mall.open("view=attic&cycle=soon").await?;
    let said = mall
        .browser
        .wait_for_text("[data-asked]", "“attic”")
        .await?;
    assert!(
        said.contains("site, zone:site, hall, food, roof, devices"),
        "{said}"
    );
    assert!(said.contains("cycle=soon"), "{said}");
    element(&mall.browser, ".wall[data-view=site] [data-zone=roof]").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_take_turns_and_those_of_a_desk_too() -> Result<()> {
    let _turn = turn().await;
    let url = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    let config = simulation::config(&Options::default(), &url);
    host.replace("config.json", config.to_json());
    let browser = Browser::start().await?;
    for (mode, kiosk) in [
        ("[data-mode=kiosk]", "&kiosk=1"),
        (":root:not([data-mode])", ""),
    ] {
        let url = format!("{}?view=devices,roof&cycle=5s{kiosk}", host.url());
        browser.open(&url).await?;
        for view in ["devices", "zone", "devices"] {
            let shown = format!("{mode} .wall[data-view={view}]");
            element(&browser, &shown).await?;
        }
        let settings = browser
            .client()
            .find_all(fantoccini::Locator::Css(".bar > button"))
            .await?;
        assert_eq!(settings.len(), 1);
        assert_eq!(settings[0].is_displayed().await?, kiosk.is_empty());
    }
    is_well(&browser, &host).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wall_goes_to_a_zone_that_is_full_by_itself_and_then_goes_on() -> Result<()> {
    let mall = Mall::start(|config| {
        for zone in config.site.iter_mut().flat_map(|site| &mut site.zones) {
            zone.capacity = (zone.id == "site").then_some(1);
        }
    })
    .await?;
    mall.open("view=hall&cycle=5s").await?;
    let full = ".wall[data-view=zone] [data-zone=site][data-level=full]";
    element(&mall.browser, full).await?;
    // The strip says why.
    element(&mall.browser, ".strip[data-kind=alarm]").await?;
    // It stays full, and the wall goes on all the same.
    element(&mall.browser, ".wall[data-view=zone] [data-zone=hall]").await?;
    element(&mall.browser, full).await?;
    element(&mall.browser, ".wall[data-view=zone] [data-zone=hall]").await?;
    is_well(&mall.browser, &mall.host).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_whose_views_cannot_be_loaded_says_so_and_shows_all_until_the_server_is_back()
-> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    let url = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let config = simulation::config(&Options::default(), &url);
    host.replace("config.json", config.to_json());
    host.hide("split_views.wasm");
    let browser = Browser::start().await?;
    let url = format!("{}?lang=en&kiosk=1&view=roof", host.url());
    browser.open(&url).await?;

    browser
        .wait_for_text("[data-asked]", "could not be loaded")
        .await?;
    let whole = ":root[data-mode=desk] .wall:not([data-view])";
    element(&browser, &format!("{whole} [data-zone=hall]")).await?;
    element(&browser, &format!("{whole} .devices")).await?;
    host.restore();

    element(
        &browser,
        ":root[data-mode=kiosk] .wall[data-view=zone] [data-zone=roof]",
    )
    .await?;
    element(&browser, "[data-asked]:not(:has(.strip))").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_says_and_a_screen_reader_hears_that_counting_stopped() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    make_mortal(&host, TRAP)?;
    let url = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let config = simulation::config(&Options::default(), &url);
    host.replace("config.json", config.to_json());
    let browser = Browser::start().await?;
    let url = format!("{}?lang=en&kiosk=1&view=roof,devices&cycle=5s", host.url());
    browser.open(&url).await?;
    element(&browser, ".strip[data-kind=blind]").await?;
    browser.client().execute(LISTEN, Vec::new()).await?;

    end_engines(&host, &now().as_millis().to_string())?;
    browser
        .wait_for_text(".strips", "Counting has stopped")
        .await?;
    browser
        .wait_for_text(".strips", "Counting restarted")
        .await?;

    for screen in SCREENS {
        fits(&browser, "restarted", screen).await?;
    }
    // Not within five seconds after something else.
    until("a screen reader hears it", async || {
        let heard = browser
            .client()
            .execute("return heard;", Vec::new())
            .await?;
        Ok(heard.to_string().contains("Counting restarted"))
    })
    .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_typed_on_the_wall_too_and_sent_by_enter() -> Result<()> {
    let stand = Stand::start(Kind::Embedded, Options::default(), clock(11, 0)).await?;

    // The configuration names the user. A wrong password can be typed again.
    stand.open("&kiosk=1").await?;
    send_by_enter(&stand, "not the password").await?;
    let blind = ".strip[data-kind=blind]";
    stand.browser.wait_for_text(blind, "password").await?;
    send_by_enter(&stand, PASSWORD).await?;
    stand.connected().await?;

    // And again after a reload.
    stand.open("&kiosk=1").await?;
    send_by_enter(&stand, PASSWORD).await?;
    stand.connected().await?;
    stand.is_well().await?;
    stand.stop().await
}

/// Types into the only field of a wall, instead of what stands there.
async fn send_by_enter(stand: &Stand, password: &str) -> Result<()> {
    let field = element(&stand.browser, "#unlock-mall").await?;
    assert_eq!(pressable(&stand.browser).await?, ["INPUT"]);
    field.clear().await?;
    field.send_keys(password).await?;
    stand.browser.save_picture("kiosk-password").await?;
    field.send_keys(&Key::Enter.to_string()).await?;
    Ok(())
}

/// The mall, its broker without password, its page on a strict host, who published from ten to noon before it opens.
struct Mall {
    browser: Browser,
    host: Serving,
    clock: DemoClock,
    publishing: JoinHandle<Result<()>>,
    _broker: Broker,
    _turn: Turn,
}

impl Mall {
    async fn start(change: impl FnOnce(&mut Config)) -> Result<Self> {
        let turn = turn().await;
        let options = Options::default();
        let broker = Broker::start_with(broker::Options {
            port: 0,
            user: None,
            ..broker::Options::default()
        })
        .await?;
        let mut config = simulation::config(&options, broker.url());
        change(&mut config);
        let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
        host.replace("config.json", config.to_json());
        let (opens, noon) = (clock(10, 0), clock(12, 0));
        let simulation = Simulation::with_options(options, opens, calendar(TIME_ZONE, opens)?);
        let mut publisher = Publisher::new(simulation, &Target::new(broker.tcp_url()));
        let clock = DemoClock {
            real: now(),
            simulated: noon,
            speed: SPEED,
        };
        let publishing = tokio::spawn(async move { publisher.run(clock).await });
        Ok(Self {
            browser: Browser::start().await?,
            host,
            clock,
            publishing,
            _broker: broker,
            _turn: turn,
        })
    }

    async fn open(&self, more: &str) -> Result<()> {
        let (page, clock) = (self.host.url(), self.clock);
        // Of a parameter that is there twice, the first counts.
        let url = format!("{page}?{more}&lang=en&clock={clock}&kiosk=1");
        self.browser.open(&url).await
    }
}

impl Drop for Mall {
    fn drop(&mut self) {
        self.publishing.abort();
    }
}

/// 30 zones, 60 doors and 200 devices.
fn crowd(config: &mut Config) {
    let Some(site) = &mut config.site else { return };
    let (zone, door) = (site.zones[0].clone(), site.doors[0].clone());
    site.doors = (0..60)
        .map(|n| {
            let mut door = door.clone();
            door.id = format!("d{n}");
            door.name = Name::plain(&format!("Door {n} between the hall and the long corridor"));
            door
        })
        .collect();
    site.zones = (0..30)
        .map(|n| {
            let mut zone = zone.clone();
            let first = zone.doors[0].clone();
            zone.id = format!("z{n}");
            zone.name = Name::plain(&format!("Zone {n}"));
            zone.doors = (0..60)
                .map(|n| {
                    let mut door = first.clone();
                    door.door = format!("d{n}");
                    door
                })
                .collect();
            zone
        })
        .collect();
    site.devices = (0..200)
        .map(|n| NamedDevice {
            id: DeviceId::new(&format!("ACCC8E20{n:04}")),
            name: Name::plain(&format!("Counter {n}")),
            kind: None,
        })
        .collect();
}

/// Waits until all that is shown is whole and within a screen of that size that cannot scroll.
async fn fits(browser: &Browser, name: &str, (width, height): (u32, u32)) -> Result<()> {
    browser.resize(width, height, 1.0).await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let wrong = browser.client().execute(OUTSIDE, Vec::new()).await?;
        let nothing = wrong.as_array().is_some_and(Vec::is_empty);
        if nothing || Instant::now() > deadline {
            browser
                .save_picture(&format!("kiosk-{name}-{width}"))
                .await?;
        }
        if nothing {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("{name} on {width} by {height}: {wrong:#}");
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// The names of the elements that a key or a pointer can reach.
async fn pressable(browser: &Browser) -> Result<Vec<String>> {
    let found = browser.client().execute(PRESSABLE, Vec::new()).await?;
    Ok(serde_json::from_value(found)?)
}

/// What can be scrolled to, is not whole, or has too little room to be read.
const OUTSIDE: &str = "
    const wrong = [];
    const root = document.documentElement;
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth)
        wrong.push(`the page is ${root.scrollWidth} by ${root.scrollHeight}`);
    if (getComputedStyle(root).cursor !== 'none') wrong.push('there is a pointer');
    const within = (selector, box) => {
        for (const element of document.querySelectorAll(selector)) {
            if (!element.checkVisibility()) continue;
            const [inner, outer] = [element, element.closest(box)].map(e => e.getBoundingClientRect());
            if (inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1 || inner.height < 8)
                wrong.push(`${selector} ${element.textContent.slice(0, 30)} ends at ${inner.right}, ${inner.bottom}, `
                    + `${box} at ${outer.right}, ${outer.bottom}`);
        }
    };
    within('.bar, .strip, .card, .chart__plot', '.page');
    within('.strip', '.strips');
    within('.card', '.wall');
    within('.zone__figure, .zone__trust:has(:not(:empty)), .zone__count', '.zone');
    within('.device', '.devices__grid');
    within('.devices__grid, .doors__list, .chart__plot', '.card');
    within('tr', '.doors__list');
    for (const plot of document.querySelectorAll('.chart__plot'))
        if (plot.checkVisibility() && plot.clientHeight < innerHeight / 12) wrong.push(`a chart is only ${plot.clientHeight} high`);
    if (!document.querySelector('.card')) wrong.push('nothing is shown');
    return wrong;";

const PRESSABLE: &str = "
    const all = document.querySelectorAll('a[href], button, select, input, textarea, summary, [tabindex]');
    return [...all].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility()).map(e => e.tagName);";
