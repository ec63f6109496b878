//! A cluster of an existing engine: three nodes of NATS on one machine.

use anyhow::Result;

use super::nats;
use super::process::{Process, free_ports_of};

/// Three running nodes. Dropping it ends them and removes their files.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Process>,
}

impl Cluster {
    /// What is not on this machine and would have to be; `None` if all is.
    pub fn missing() -> Option<String> {
        (nats::NODE.missing)()
    }

    /// Starts three nodes that take this user name and password; returns when all of them take connections. They may
    /// still have to elect who leads.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start(user: &str, password: &str) -> Result<Self> {
        let ports = free_ports_of::<NODES>()?;
        let routes = ports.map(nats::route).join(", ");
        let mut nodes = Vec::new();
        for ports in ports {
            let who = (user, password);
            nodes.push(Process::start_at(&nats::NODE, who, ports, &routes).await?);
        }
        Ok(Self { nodes })
    }

    /// The address of a node for browsers, by its number from 0.
    pub fn url(&self, node: usize) -> &str {
        self.nodes[node].url()
    }

    /// The address of a node for programs that do not speak WebSocket.
    pub fn tcp_url(&self, node: usize) -> &str {
        self.nodes[node].tcp_url()
    }

    /// Ends a node at once (kill -9).
    ///
    /// # Errors
    /// It cannot be waited for.
    pub async fn kill(&mut self, node: usize) -> Result<()> {
        self.nodes[node].kill().await
    }
}

const NODES: usize = 3;
