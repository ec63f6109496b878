//! NATS, whose MQTT rests on its JetStream.

use std::fs;

use anyhow::{Context, Result};
use tokio::process::Command;

use super::process::{Launch, Recipe, Site, program, word_after};

pub(super) const RECIPE: Recipe = Recipe {
    name: "NATS",
    missing: || program(PROGRAM).is_none().then(|| PROGRAM.to_owned()),
    launch,
    version: |log| word_after(log, "Version:"),
};

fn launch(site: &Site) -> Result<Launch> {
    let [listen, websocket, mqtt, ..] = site.ports;
    let (user, password) = (&site.user, &site.password);
    let store = site.folder.join("store");
    let config = site.folder.join("nats.conf");
    // What was not acknowledged when a connection was lost comes again after `ack_wait`; 30 s if nothing is said.
    fs::write(
        &config,
        format!(
            r#"server_name: footfall
listen: "127.0.0.1:{listen}"
jetstream {{ store_dir: "{}" }}
websocket {{ listen: "127.0.0.1:{websocket}", no_tls: true }}
mqtt {{ listen: "127.0.0.1:{mqtt}", ack_wait: "5s" }}
authorization {{ users: [ {{ user: "{user}", password: "{password}" }} ] }}
"#,
            store.display()
        ),
    )?;
    let mut command = Command::new(program(PROGRAM).context("NATS is not installed")?);
    command.arg("-c").arg(config);
    Ok(Launch {
        command,
        url: format!("ws://127.0.0.1:{websocket}/mqtt"),
        tcp_url: format!("tcp://127.0.0.1:{mqtt}"),
        listens: vec![websocket, mqtt],
        farewell: None,
    })
}

const PROGRAM: &str = "nats-server";
