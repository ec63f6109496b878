//! The page: reads its address and the configuration beside it, starts an engine, mounts the interface.

mod host;

use footfall::browser::fetch;
use footfall::browser::page::{self, path, query};
use footfall::engine::wire::Call;
use footfall::settings::config;
use footfall::time::DemoClock;
use footfall::ui::{self, ConfigFile};

use host::Host;

fn main() {
    footfall::browser::panics_to_console();
    page::start::spawn(start());
}

async fn start() {
    let file = match fetch::text("config.json").await {
        Ok(Some(text)) => ConfigFile::Text(text),
        Ok(None) => ConfigFile::Absent,
        Err(_) => ConfigFile::Unreadable,
    };
    let demo = matches!(&file, ConfigFile::Text(text) if config::parse(text).demo);
    let clock = query("clock")
        .filter(|_| demo)
        .and_then(|line| DemoClock::parse(&line));
    let record = demo && query("record").is_some();
    let host = Host::new(Call::Start {
        store: Some(format!("footfall:{}", path())),
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
        now: Box::new(move || footfall::browser::shell::now(clock)),
        simulated_time: clock.is_some(),
        config: file,
    });
    host.show(live);
    if record {
        host.expose_recording();
    }
}
