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
    rests: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Source {
    /// Begins to publish on these topics in turn, each at its QoS.
    pub(super) async fn start(broker: &Running, topics: Vec<(String, u8)>) -> Result<Self> {
        let published = Arc::new(AtomicUsize::new(0));
        let rests = Arc::<AtomicBool>::default();
        let ended = Arc::<AtomicBool>::default();
        let mut peer = Some(Peer::connect(broker, "faults-source", None).await?);
        let address = Arc::new(Mutex::new(broker.tcp_url()?));
        let (count, rest, end) = (
            Arc::clone(&published),
            Arc::clone(&rests),
            Arc::clone(&ended),
        );
        let place = Arc::clone(&address);
        let task = tokio::spawn(async move {
            let mut last = 0;
            for (topic, qos) in topics.iter().cycle() {
                while rest.load(Ordering::Relaxed) && !end.load(Ordering::Relaxed) {
                    sleep(PAUSE).await;
                }
                if end.load(Ordering::Relaxed) {
                    return;
                }
                // No two have the same time, which is what they are told apart by.
                let at = now().as_millis().max(last + 1);
                let payload = format!(r#"{{"t":{at}}}"#);
                // Until the broker has it: who published twice by that told the same person twice.
                loop {
                    if let Some(publishing) = &peer
                        && publishing
                            .publish(topic, payload.clone(), *qos, false)
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
            rests,
            ended,
            task,
        })
    }

    /// Whether nobody passes from now on.
    pub(super) fn set_resting(&self, rests: bool) {
        self.rests.store(rests, Ordering::Relaxed);
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
