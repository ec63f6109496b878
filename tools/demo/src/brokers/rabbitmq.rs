//! RabbitMQ with its plugins for MQTT, also over WebSocket.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tokio::process::Command;

use super::process::{Launch, Recipe, Site, program, word_after};

pub(super) const RECIPE: Recipe = Recipe {
    name: "RabbitMQ",
    missing: || server().is_none().then(|| "rabbitmq-server".to_owned()),
    launch,
    version: |log| word_after(log, "Starting RabbitMQ"),
};

fn launch(site: &Site) -> Result<Launch> {
    let [amqp, mqtt, websocket, nodes, epmd] = site.ports;
    let (user, password) = (&site.user, &site.password);
    let at = |name: &str| site.folder.join(name);
    fs::write(
        at("rabbitmq.conf"),
        format!(
            "listeners.tcp.1 = 127.0.0.1:{amqp}
mqtt.listeners.tcp.1 = 127.0.0.1:{mqtt}
mqtt.allow_anonymous = false
web_mqtt.tcp.ip = 127.0.0.1
web_mqtt.tcp.port = {websocket}
web_mqtt.ws_path = /ws
default_user = {user}
default_pass = {password}
"
        ),
    )?;
    fs::write(
        at("enabled_plugins"),
        "[rabbitmq_mqtt,rabbitmq_web_mqtt].\n",
    )?;
    let mut command = Command::new(server().context("RabbitMQ is not installed")?);
    command
        .env("HOME", &site.folder)
        // One machine may run several.
        .env("RABBITMQ_NODENAME", format!("footfall{amqp}@localhost"))
        .env("RABBITMQ_CONFIG_FILE", at("rabbitmq.conf"))
        .env("RABBITMQ_CONF_ENV_FILE", at("none"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", at("enabled_plugins"))
        .env("RABBITMQ_MNESIA_BASE", at("database"))
        .env("RABBITMQ_LOG_BASE", at("logs"))
        .env("RABBITMQ_LOGS", "-")
        .env("RABBITMQ_DIST_PORT", nodes.to_string())
        .env(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-kernel inet_dist_use_interface {127,0,0,1}",
        )
        .env("ERL_EPMD_PORT", epmd.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1");
    // Erlang's register of nodes: a daemon of our own, at a port of our own, which outlives the broker.
    let mut farewell = std::process::Command::new(program("epmd").context("epmd is not there")?);
    farewell.args(["-port", &epmd.to_string(), "-kill"]);
    Ok(Launch {
        command,
        url: format!("ws://127.0.0.1:{websocket}/ws"),
        tcp_url: format!("tcp://127.0.0.1:{mqtt}"),
        listens: vec![mqtt, websocket],
        farewell: Some(farewell),
    })
}

/// The script behind the one on PATH, which would become another user, who may not read our folder.
fn server() -> Option<PathBuf> {
    let script = PathBuf::from("/usr/lib/rabbitmq/bin/rabbitmq-server");
    script.is_file().then_some(script)
}
