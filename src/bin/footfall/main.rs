//! The one wasm of Footfall. A page calls `show`, the worker that it starts calls `serve`.

mod host;
mod later;

use footfall::browser::{self, fetch, page, shell};
use footfall::engine::wire::Call;
use footfall::simulation::LoadMall;
use footfall::time::DemoClock;
use footfall::ui::{self, ConfigFile, Loaded};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

use host::Host;

/// For page and worker: each has its own.
const LOAD_MALL: LoadMall = || Box::pin(later::mall());

/// Runs as soon as the wasm is there, in page and worker alike.
fn main() {
    browser::panics_to_console();
}

/// The worker: an engine behind a port. Called once by `engine_loader.js` (or, where workers are forbidden, by
/// `boot.js`) with the port to the page.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    shell::serve(port, LOAD_MALL);
}

/// The page: reads its address and the configuration beside it, starts an engine, mounts the interface. Called once by
/// `boot.js`.
#[wasm_bindgen]
pub fn show() {
    page::start::spawn(start());
}

async fn start() {
    let file = match fetch::text("config.json").await {
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
        now: Box::new(move || shell::now(clock)),
        simulated_time: clock.is_some(),
        config: file,
        load_settings: || Box::pin(later::settings()),
        load_views: || Box::pin(later::views()),
        load_mall: LOAD_MALL,
    });
    host.show(live);
    if record {
        host.expose_recording();
    }
}
