//! Node-RED with a flow of one node: its Aedes broker, whose WebSockets come in at Node-RED's own port.

use std::fs;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::process::Command;

use super::process::{Launch, Recipe, Site, missing_package, package, program, word_after};

pub(super) const RECIPE: Recipe = Recipe {
    name: "Node-RED",
    missing: || missing_package("node-red").or_else(|| missing_package("node-red-contrib-aedes")),
    launch,
    version: |log| word_after(log, "Node-RED version:"),
};

fn launch(site: &Site) -> Result<Launch> {
    let [mqtt, http, ..] = site.ports;
    let at = |name: &str| site.folder.join(name);
    let settings = json!({
        "uiPort": http,
        "uiHost": "127.0.0.1",
        "flowFile": "flows.json",
        "credentialSecret": false,
        "httpAdminRoot": false,
    });
    fs::write(at("settings.js"), format!("module.exports = {settings};\n"))?;
    let flows = json!([
        { "id": "flow", "type": "tab", "label": "Footfall" },
        {
            "id": "broker", "type": "aedes broker", "z": "flow", "name": "", "mqtt_port": mqtt.to_string(),
            "mqtt_ws_bind": "path", "mqtt_ws_port": "", "mqtt_ws_path": "/mqtt",
            "persistence_bind": "memory", "dburl": "", "usetls": false, "wires": [[], []],
        },
    ]);
    fs::write(at("flows.json"), flows.to_string())?;
    let credentials = json!({ "broker": { "username": site.user, "password": site.password } });
    fs::write(at("flows_cred.json"), credentials.to_string())?;
    let mut command = Command::new(program("node").context("node is not installed")?);
    command
        .arg(package("node-red").join("red.js"))
        .arg("-u")
        .arg(&site.folder);
    Ok(Launch {
        command,
        url: format!("ws://127.0.0.1:{http}/mqtt"),
        tcp_url: format!("tcp://127.0.0.1:{mqtt}"),
        listens: vec![mqtt, http],
        farewell: None,
    })
}
