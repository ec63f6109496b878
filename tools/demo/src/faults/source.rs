//! People who pass, one after the other, published by a client that is not ours, whatever happens to the broker.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::brokers::Running;
use crate::interop::peer::Peer;
use crate::zone::now;

/// A client at work. Dropping it ends it.
pub(super) struct Source {
    /// Of the broker.
    address: Arc<Mutex<String>>,
    published: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Source {
    /// Begins to publish on that topic.
    pub(super) async fn start(broker: &Running, topic: String) -> Result<Self> {
        let published = Arc::new(AtomicUsize::new(0));
        let ended = Arc::new(AtomicBool::new(false));
        let mut peer = Some(Peer::connect(broker, "faults-source", None).await?);
        let address = Arc::new(Mutex::new(broker.tcp_url()?));
        let (count, end) = (Arc::clone(&published), Arc::clone(&ended));
        let place = Arc::clone(&address);
        let task = tokio::spawn(async move {
            let mut last = 0;
            while !end.load(Ordering::Relaxed) {
                // No two have the same time, which is what they are told apart by.
                let at = now().as_millis().max(last + 1);
                let payload = format!(r#"{{"t":{at}}}"#);
                // Until the broker has it: who published twice by that told the same person twice.
                loop {
                    if let Some(publishing) = &peer
                        && publishing
                            .publish(&topic, payload.clone(), 1, false)
                            .await
                            .is_ok()
                    {
                        break;
                    }
                    let address = locked(&place).clone();
                    peer = Peer::connect_to(&address, "faults-source", None).await.ok();
                }
                last = at;
                count.fetch_add(1, Ordering::Relaxed);
                sleep(PAUSE).await;
            }
        });
        Ok(Self {
            address,
            published,
            ended,
            task,
        })
    }

    /// From now on it looks for the broker where that one is now.
    pub(super) fn follow(&self, broker: &Running) -> Result<()> {
        *locked(&self.address) = broker.tcp_url()?;
        Ok(())
    }

    /// How many the broker has taken.
    pub(super) fn published(&self) -> usize {
        self.published.load(Ordering::Relaxed)
    }

    /// Ends, and tells how many the broker has taken.
    pub(super) async fn end(mut self) -> Result<usize> {
        self.ended.store(true, Ordering::Relaxed);
        (&mut self.task).await?;
        Ok(self.published())
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked(address: &Mutex<String>) -> MutexGuard<'_, String> {
    address.lock().unwrap_or_else(PoisonError::into_inner)
}

const PAUSE: Duration = Duration::from_millis(20);
