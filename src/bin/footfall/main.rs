//! The one wasm of Footfall. A page calls `show`, the worker that it starts calls `serve`.

mod host;
mod later;

use footfall::browser::shell::{self, Parts};
use footfall::browser::{self, fetch, page};
use footfall::engine::simulated::LoadStage;
use footfall::engine::wire::Call;
use footfall::time::DemoClock;
use footfall::ui::{self, ConfigFile, Loaded, Spoken};
use footfall::words::Language;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

use host::Host;

/// For page and worker: each has its own.
const LOAD_MALL: LoadStage = || Box::pin(later::mall());

/// Runs as soon as the wasm is there, in page and worker alike.
fn main() {
    browser::panics_to_console();
}

/// The worker: an engine behind a port. Called once by `engine_loader.js` (or, where workers are forbidden, by
/// `boot.js`) with the port to the page.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    shell::serve(
        port,
        Parts {
            mall: LOAD_MALL,
            desk: || Box::pin(later::desk()),
        },
    );
}

/// The page: reads its address and the configuration beside it, starts an engine, mounts the interface. Called once by
/// `boot.js`, with what is called with a file without which there is nothing to be shown.
#[wasm_bindgen]
pub fn show(missing: page::start::Callback) {
    page::start::spawn(start(missing));
}

async fn start(missing: page::start::Callback) {
    let config = fetch::text("config.json");
    let Some(spoken) = spoken().await else {
        return page::start::call(&missing, later::ENGLISH_FILE);
    };
    let file = match config.await {
        Ok(Some(text)) => ConfigFile::Loaded(Box::new(Loaded::new(text))),
        Ok(None) => ConfigFile::Absent,
        Err(_) => ConfigFile::Unreadable,
    };
    let demo = matches!(&file, ConfigFile::Loaded(loaded) if loaded.config.demo);
    let clock = page::query("clock")
        .filter(|_| demo)
        .and_then(|line| DemoClock::parse(&line));
    let record = demo && page::query("record").is_some();
    let host = Host::new(Call::Start {
        store: Some(format!("footfall:{}", page::path())),
        clock,
        record,
    });
    host.start_engine();
    page::start::remove_element("start");
    let live = ui::start(ui::Start {
        send: Box::new({
            let host = host.clone();
            move |request| host.send(request)
        }),
        ask_recording: Box::new({
            let host = host.clone();
            move |answer| host.ask_recording(answer)
        }),
        now: Box::new(move || shell::now(clock)),
        simulated_time: clock.is_some(),
        config: file,
        spoken,
        load_spoken: |language| Box::pin(later::spoken(language)),
        load_settings: || Box::pin(later::settings()),
        load_views: || Box::pin(later::views()),
        load_mall: LOAD_MALL,
    });
    host.show(live);
    if record {
        host.expose_recording();
    }
}

/// The language that is wanted; another one where that cannot be loaded.
async fn spoken() -> Option<Spoken> {
    let wanted = ui::wanted_language();
    let others = Language::ALL.into_iter().filter(|other| *other != wanted);
    for language in std::iter::once(wanted).chain(others) {
        let spoken = later::spoken(language).await;
        if spoken.is_some() {
            return spoken;
        }
    }
    None
}
