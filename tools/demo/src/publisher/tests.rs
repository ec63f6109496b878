use super::*;
use crate::broker::{self, Broker};
use crate::zone::calendar;
use footfall::mqtt::{Publish, QoS};
use footfall::simulation::{Act, Options, TIME_ZONE};
use mqtt5::{MqttClient, SubscribeOptions};
use std::sync::{Arc, Mutex};

/// Ten minutes before noon in Seoul; the first device drops soon after.
fn almost_noon() -> Timestamp {
    Timestamp::from_millis(1_794_970_200_000)
}

fn mall(qos: QoS, start: Timestamp) -> Simulation {
    let options = Options {
        qos,
        ..Options::default()
    };
    Simulation::with_options(options, start, calendar(TIME_ZONE, start).unwrap())
}

/// Everything that arrives, as (topic, payload).
#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Vec<Arrived>>>);

type Arrived = (String, Vec<u8>);

impl Inbox {
    async fn subscribed(target: &Target) -> (Self, MqttClient) {
        let inbox = Self::default();
        let client = MqttClient::new("inbox");
        let mut options = mqtt5::ConnectOptions::new("inbox");
        if let Some((name, password)) = &target.user {
            options = options.with_credentials(&**name, password);
        }
        client
            .connect_with_options(&target.url, options)
            .await
            .unwrap();
        let arrived = inbox.clone();
        let options = SubscribeOptions {
            qos: mqtt5::QoS::AtLeastOnce,
            ..SubscribeOptions::default()
        };
        client
            .subscribe_with_options("#", options, move |message| {
                arrived
                    .0
                    .lock()
                    .unwrap()
                    .push((message.topic, message.payload.to_vec()));
            })
            .await
            .unwrap();
        (inbox, client)
    }

    /// Waits until there are so many.
    async fn wait_for(&self, count: usize) -> Vec<Arrived> {
        let arrived = async {
            while self.0.lock().unwrap().len() < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = timeout(Duration::from_secs(20), arrived).await.is_ok();
        let messages = self.0.lock().unwrap().clone();
        assert!(in_time, "{} of {count} arrived", messages.len());
        messages
    }
}

/// What the same mall says by itself: messages and, where a connection is lost, wills.
fn expected(mut simulation: Simulation, end: Timestamp) -> Vec<Arrived> {
    let mut wills: Vec<Option<Publish>> = vec![None; DEVICES.len()];
    let mut messages = Vec::new();
    while simulation.next_at() < end {
        let event = simulation.next_event();
        let publish = match event.what {
            Act::Publish(publish) => publish,
            Act::Connect { will } => {
                wills[event.device] = Some(will);
                continue;
            }
            Act::Drop => wills[event.device].take().unwrap(),
            Act::Disconnect => continue,
        };
        messages.push((publish.topic, publish.payload));
    }
    messages
}

fn sorted(mut messages: Vec<Arrived>) -> Vec<Arrived> {
    messages.sort_unstable();
    messages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_sent_arrives_and_a_drop_is_told_by_the_will() {
    let broker = Broker::start().await.unwrap();
    let start = almost_noon();
    let end = start.after(Duration::from_secs(30 * 60));
    let target = Target::new(broker.url());
    let (inbox, _client) = Inbox::subscribed(&target).await;

    let mut publisher = Publisher::new(mall(QoS::AtLeastOnce, start), &target);
    publisher.run_until(end).await.unwrap();

    let expected = expected(mall(QoS::AtLeastOnce, start), end);
    let sent = publisher.sent();
    assert_eq!(
        (sent.messages + sent.drops, sent.drops),
        (expected.len() as u64, 1)
    );
    assert_eq!(sent.connections, DEVICES.len() as u64);
    assert_eq!(
        sorted(inbox.wait_for(expected.len()).await),
        sorted(expected)
    );
    broker.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_tcp_at_every_qos_with_a_password_all_arrives() {
    let user = Some(("wall".to_owned(), "hunter2".to_owned()));
    let options = broker::Options {
        port: 0,
        user: user.clone(),
        ..broker::Options::default()
    };
    let broker = Broker::start_with(options).await.unwrap();
    let start = almost_noon();
    let end = start.after(Duration::from_secs(60));
    let target = Target {
        url: broker.tcp_url().to_owned(),
        user,
    };
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let (inbox, client) = Inbox::subscribed(&target).await;
        let mut publisher = Publisher::new(mall(qos, start), &target);
        let stale = inbox.0.lock().unwrap().len();
        publisher.run_until(end).await.unwrap();
        let expected = expected(mall(qos, start), end);
        let mut arrived = inbox.wait_for(stale + expected.len()).await;
        for message in expected {
            let index = arrived.iter().position(|other| *other == message);
            arrived.swap_remove(index.unwrap_or_else(|| panic!("{message:?} at {qos:?}")));
        }
        client.disconnect().await.unwrap();
    }
    let stranger = MqttClient::new("stranger");
    assert!(stranger.connect(broker.tcp_url()).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_loses_its_connection_comes_back_and_says_so() {
    let broker = Broker::start().await.unwrap();
    let start = almost_noon();
    let target = Target::new(broker.url());
    let mut publisher = Publisher::new(mall(QoS::AtLeastOnce, start), &target);
    publisher
        .run_until(start.after(Duration::from_secs(60)))
        .await
        .unwrap();
    let (inbox, _client) = Inbox::subscribed(&target).await;
    let gate = DEVICES[0].serial;
    assert!(broker.has(gate).await);

    broker.kick(gate).await;
    inbox.wait_until_told(gate, "Connection Lost").await;
    publisher
        .run_until(start.after(Duration::from_secs(180)))
        .await
        .unwrap();

    inbox.wait_until_told(gate, "\"Connected\"").await;
    assert_eq!(publisher.sent().connections, DEVICES.len() as u64 + 1);
}

impl Inbox {
    async fn wait_until_told(&self, serial: &str, words: &str) {
        let topic = format!("axis/{serial}/event/connection");
        let told = async {
            loop {
                let is_told = self.0.lock().unwrap().iter().any(|(name, payload)| {
                    *name == topic && String::from_utf8_lossy(payload).contains(words)
                });
                if is_told {
                    return;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(
            timeout(Duration::from_secs(20), told).await.is_ok(),
            "{serial} never said {words}"
        );
    }
}
