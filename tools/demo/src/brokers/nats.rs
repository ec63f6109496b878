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

/// A node of a cluster: what more its configuration says are the routes to all nodes.
pub(super) const NODE: Recipe = Recipe {
    launch: launch_node,
    ..RECIPE
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

fn launch_node(site: &Site) -> Result<Launch> {
    let [listen, websocket, mqtt, routes, _] = site.ports;
    let (user, password, more) = (&site.user, &site.password, &site.more);
    let store = site.folder.join("store");
    let mut launch = launch(site)?;
    fs::write(
        site.folder.join("nats.conf"),
        format!(
            r#"server_name: footfall{listen}
listen: "127.0.0.1:{listen}"
jetstream {{ store_dir: "{}", max_mem: 256M, max_file: 2G }}
websocket {{ listen: "127.0.0.1:{websocket}", no_tls: true }}
mqtt {{ listen: "127.0.0.1:{mqtt}", stream_replicas: 3, ack_wait: "5s", max_ack_pending: 1024 }}
cluster {{ name: footfall, listen: "127.0.0.1:{routes}", routes: [{more}] }}
accounts {{
  SYS: {{ users: [ {{ user: system, password: system }} ] }}
  APP: {{ jetstream: enabled, users: [ {{ user: "{user}", password: "{password}" }} ] }}
}}
system_account: SYS
"#,
            store.display()
        ),
    )?;
    launch.listens = vec![websocket];
    Ok(launch)
}

/// Where other nodes of its cluster reach the one with these ports.
pub(super) fn route(ports: [u16; 5]) -> String {
    format!("\"nats://127.0.0.1:{}\"", ports[3])
}

const PROGRAM: &str = "nats-server";
