//! Aedes, a broker for Node.js, with its WebSockets as its documentation shows them.

use std::fs;

use anyhow::{Context, Result};
use tokio::process::Command;

use super::process::{Launch, Recipe, Site, missing_package, packages, program, word_after};

pub(super) const RECIPE: Recipe = Recipe {
    name: "Aedes",
    missing: || missing_package("aedes").or_else(|| missing_package("ws")),
    launch,
    version: |log| word_after(log, "aedes"),
};

fn launch(site: &Site) -> Result<Launch> {
    let [mqtt, websocket, ..] = site.ports;
    // Modules are looked for where the script lies, and upwards from there.
    let script = packages().join("../broker.mjs");
    fs::write(&script, SCRIPT)?;
    let mut command = Command::new(program("node").context("node is not installed")?);
    command
        .arg(script)
        .args([mqtt, websocket].map(|port| port.to_string()))
        .args([&site.user, &site.password]);
    Ok(Launch {
        command,
        url: format!("ws://127.0.0.1:{websocket}/mqtt"),
        tcp_url: format!("tcp://127.0.0.1:{mqtt}"),
        listens: vec![mqtt, websocket],
        farewell: None,
    })
}

const SCRIPT: &str = include_str!("aedes.mjs");
