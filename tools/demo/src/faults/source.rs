//! People who pass, one after the other, published by a client that is not ours, whatever happens to the broker.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use footfall::time::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::passage::{DOORS, FLOODED, Passage, topic};
use crate::brokers::Running;
use crate::interop::peer::Peer;
use crate::zone::now;

/// A client at work. Dropping it ends it.
pub(super) struct Source {
    /// Of the broker.
    address: Arc<Mutex<String>>,
    /// The first topic level.
    root: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    rests: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

/// A message that the broker has taken: from then on it is the broker's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) passage: Passage,
    /// When it was published.
    pub(super) begun: Timestamp,
    /// When the broker had answered.
    pub(super) ended: Timestamp,
}

impl Source {
    /// Begins to publish to the first two doors in turn, each at its QoS.
    pub(super) async fn start(broker: &Running, root: &str) -> Result<Self> {
        let taken = Arc::<Mutex<Vec<Taken>>>::default();
        let rests = Arc::<AtomicBool>::default();
        let ended = Arc::<AtomicBool>::default();
        let mut peer = Some(Peer::connect(broker, "faults-source", None).await?);
        let address = Arc::new(Mutex::new(broker.tcp_url()?));
        let (list, rest, end) = (Arc::clone(&taken), Arc::clone(&rests), Arc::clone(&ended));
        let (place, level) = (Arc::clone(&address), root.to_owned());
        let task = tokio::spawn(async move {
            let mut last = now().before(PAUSE);
            for (door, qos) in DOORS[..2].iter().cycle() {
                while rest.load(Ordering::Relaxed) && !end.load(Ordering::Relaxed) {
                    sleep(PAUSE).await;
                }
                if end.load(Ordering::Relaxed) {
                    return;
                }
                // Until the broker has one. Nobody knows whether it took what it did not answer, so each attempt is somebody
                // else: who published twice by that told the same person twice.
                loop {
                    let begun = now();
                    // No two have the same time, which is what they are told apart by.
                    last = begun.max(last.after(LEAST));
                    let passage = Passage::new(door, last);
                    if let Some(publishing) = &peer
                        && publishing
                            .publish(&passage.topic(&level), passage.payload(), *qos, false)
                            .await
                            .is_ok()
                    {
                        let ended = now();
                        locked(&list).push(Taken {
                            passage,
                            begun,
                            ended,
                        });
                        break;
                    }
                    let address = locked(&place).clone();
                    peer = Peer::connect_to(&address, "faults-source", None).await.ok();
                }
                sleep(PAUSE).await;
            }
        });
        Ok(Self {
            address,
            root: root.to_owned(),
            taken,
            rests,
            ended,
            task,
        })
    }

    /// So many more pass the third door, all at once.
    pub(super) async fn flood(&self, broker: &Running, people: i64) -> Result<()> {
        let peer = Peer::connect(broker, "faults-flood", None).await?;
        let begun = now();
        let first = begun.as_millis() - people;
        let passed = |number| Passage::new(FLOODED, Timestamp::from_millis(first + number));
        let passages: Vec<_> = (0..people).map(passed).collect();
        let payloads = passages.iter().map(Passage::payload).collect();
        let qos = DOORS[2].1;
        peer.publish_all(&topic(&self.root, FLOODED), qos, payloads)
            .await?;
        let ended = now();
        let taken = passages.into_iter().map(|passage| Taken {
            passage,
            begun,
            ended,
        });
        locked(&self.taken).extend(taken);
        Ok(())
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

    /// Ends, and tells what the broker has taken.
    pub(super) async fn end(mut self) -> Result<Vec<Taken>> {
        self.ended.store(true, Ordering::Relaxed);
        (&mut self.task).await?;
        Ok(std::mem::take(&mut locked(&self.taken)))
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

const PAUSE: Duration = Duration::from_millis(20);
const LEAST: Duration = Duration::from_millis(1);
