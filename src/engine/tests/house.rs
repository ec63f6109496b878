//! An engine whose page, broker and store are a script.

use super::super::recorder::{Recorder, SEGMENT};
use super::super::wire::{BucketRow, Update};
use super::*;
use crate::engine::desk::DESK;
use crate::engine::simulated::STAGE;
use crate::observation::DeviceId;
use crate::series::Span;

pub(super) const CONFIG: &str = r#"{ "brokers": [{ "id": "b", "url": "wss://broker", "version": "3.1.1",
    "keepAlive": 0, "filters": ["door/#", "gate/#"] }],
    "site": { "id": "s", "timeZone": "Asia/Seoul",
        "zones": [{ "id": "hall", "doors": ["a"] }], "doors": [{ "id": "a", "device": "door/a" }] } }"#;

pub(super) const ACCEPTED: [u8; 4] = [0x20, 2, 0, 0];
pub(super) const RESUMED: [u8; 4] = [0x20, 2, 1, 0];

pub(super) struct House {
    pub(super) engine: Engine,
    pub(super) now: Now,
    pub(super) opened: Vec<LinkId>,
    pub(super) sent: Vec<Vec<u8>>,
    pub(super) stores: Vec<(StoreId, Vec<Record>)>,
    pub(super) posts: Vec<(PublishId, Secret<String>, String)>,
    /// What lies in the store.
    pub(super) stored: BTreeMap<String, Vec<u8>>,
    pub(super) introduced: bool,
    /// What a page has of one curve, one row of bars, and its door.
    pub(super) columns: BTreeMap<i64, f32>,
    pub(super) buckets: BTreeMap<Timestamp, BucketRow>,
    pub(super) last_hour: Vec<Option<u32>>,
    pub(super) entered: Option<u64>,
    pub(super) recorder: Recorder,
    /// All that was said to the page.
    pub(super) replies: Vec<(Now, Reply, Vec<f32>)>,
}

impl House {
    pub(super) fn new(restored: Result<Vec<Record>, StoreFault>) -> Self {
        let mut house = Self::silent();
        house.feed(Input::Restored(restored));
        house
    }

    /// Whose store has not said yet what is in it.
    pub(super) fn silent() -> Self {
        Self::recorded_by(Recorder::new(SEGMENT))
    }

    /// The same, with a recorder of its own.
    pub(super) fn recorded_by(recorder: Recorder) -> Self {
        let mut house = Self {
            engine: Engine::new(),
            now: Now {
                wall: Timestamp::from_millis(1_800_000_000_000),
                monotonic: Monotonic::from_millis(1_000),
            },
            opened: Vec::new(),
            sent: Vec::new(),
            stores: Vec::new(),
            posts: Vec::new(),
            stored: BTreeMap::new(),
            introduced: false,
            columns: BTreeMap::new(),
            buckets: BTreeMap::new(),
            last_hour: Vec::new(),
            entered: None,
            recorder,
            replies: Vec::new(),
        };
        house.engine.know_stage(STAGE);
        house.engine.know_desk(DESK);
        house.feed(Input::Started { seed: 7, speed: 1 });
        house
    }

    /// With its broker connected.
    pub(super) fn connected(restored: Result<Vec<Record>, StoreFault>) -> Self {
        let mut house = Self::new(restored);
        house.hello(Some(CONFIG));
        house.welcome(ACCEPTED);
        house.grant(&[1, 1]);
        house
    }

    /// What lies in the store, as the next run of the page finds it.
    pub(super) fn records(&self) -> Vec<Record> {
        let record = |(key, bytes): (&String, &Vec<u8>)| Record {
            key: key.clone(),
            bytes: bytes.clone(),
        };
        self.stored.iter().map(record).collect()
    }

    /// The page is reloaded, so many seconds later.
    pub(super) fn restored(&self, seconds: u64) -> Self {
        let mut house = Self::silent();
        let span = Duration::from_secs(seconds);
        house.now = Now {
            wall: self.now.wall.after(span),
            monotonic: self.now.monotonic.after(span),
        };
        house.feed(Input::Restored(Ok(self.records())));
        house
    }

    /// The same, and connected again.
    pub(super) fn reloaded(&self, seconds: u64) -> Self {
        let mut house = self.restored(seconds);
        house.hello(Some(CONFIG));
        house.welcome(ACCEPTED);
        house.grant(&[1, 1]);
        house
    }

    pub(super) fn hello(&mut self, config: Option<&str>) {
        let connect = config.map(|_| ProfileId("b".to_owned()));
        self.ask(Request::Hello {
            config: config.map(str::to_owned),
            profiles: Vec::new(),
            connect: connect.into_iter().collect(),
        });
    }

    /// Says hello, and the broker lets us in.
    pub(super) fn connect(&mut self, config: String, profile: &str) {
        self.ask(Request::Hello {
            config: Some(config),
            profiles: Vec::new(),
            connect: vec![ProfileId(profile.to_owned())],
        });
        self.welcome(ACCEPTED);
        self.grant(&[1, 1]);
    }

    /// Two brokers, the one connected after the other.
    pub(super) fn connect_second(&mut self, first: &str, second: &str) {
        let other = r#""brokers": [{ "id": "other", "url": "wss://other", "version": "3.1.1",
            "keepAlive": 0, "filters": ["door/#", "gate/#"] }, {"#;
        self.connect(CONFIG.replace(r#""brokers": [{"#, other), first);
        self.ask(Request::Connect(ProfileId(second.to_owned())));
        self.welcome(ACCEPTED);
        self.grant(&[1, 1]);
    }

    pub(super) fn ask(&mut self, request: Request) {
        self.feed(Input::Page(PAGE, request));
    }

    pub(super) fn feed(&mut self, input: Input) {
        self.give(input);
        while let Some(output) = self.engine.poll_output() {
            if let Output::Reply(_, reply, floats) = &output {
                let said = (self.now, reply.clone(), floats.clone());
                self.replies.push(said);
            }
            match output {
                Output::Zone(name) => {
                    let offsets = Some(Offsets::fixed(9 * 3600));
                    self.give(Input::Zone(name, offsets));
                }
                Output::OpenSocket { link, .. } => self.opened.push(link),
                Output::Send(_, bytes) => self.sent.push(bytes),
                Output::Store(id, records) => {
                    self.recorder.note_store(&records);
                    let keep = |record: &Record| (record.key.clone(), record.bytes.clone());
                    self.stored.extend(records.iter().map(keep));
                    self.stored.retain(|_, bytes| !bytes.is_empty());
                    self.stores.push((id, records));
                }
                Output::Post(id, address, text) => self.posts.push((id, address, text)),
                Output::Reply(_, Reply::Introduce, _) => self.introduced = true,
                Output::Reply(_, Reply::Update(update), floats) => self.show(&update, &floats),
                _ => {}
            }
        }
    }

    fn give(&mut self, input: Input) {
        self.recorder.note(&input, self.now, &self.engine);
        self.engine.handle(input, self.now);
    }

    pub(super) fn show(&mut self, update: &Update, floats: &[f32]) {
        let runs = update.columns.iter().flat_map(|patch| &patch.runs);
        let indices = runs.flat_map(|(first, count)| (*first..).take(*count as usize));
        for (index, column) in indices.zip(floats.as_chunks::<4>().0) {
            let _former = self.columns.insert(index, column[3]);
        }
        self.columns.retain(|_, last| !last.is_nan());
        for row in update.buckets.iter().flat_map(|patch| &patch.rows) {
            self.buckets.insert(row.start, *row);
        }
        for door in &update.levels.doors {
            self.last_hour.clone_from(&door.last_hour);
            self.entered = door.entered.map(|total| total.value);
        }
    }

    /// Lets time pass, with a credit every ten seconds.
    pub(super) fn look(&mut self, seconds: u64) {
        for _ in 0..seconds / 10 {
            self.wait(10);
            self.ask(Request::Flush);
        }
    }

    pub(super) fn socket(&mut self, event: SocketEvent) {
        let link = *self.opened.last().unwrap();
        self.feed(Input::Socket(link, event));
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        self.socket(SocketEvent::Bytes(bytes.to_vec()));
    }

    /// What the link that was opened first hears.
    pub(super) fn hear_by_first(&mut self, bytes: Vec<u8>) {
        let link = self.opened[0];
        self.feed(Input::Socket(link, SocketEvent::Bytes(bytes)));
    }

    /// The socket opens, and the broker answers CONNECT.
    pub(super) fn welcome(&mut self, connack: [u8; 4]) {
        self.sent.clear();
        self.socket(SocketEvent::Opened);
        self.hear(&connack);
    }

    /// The broker answers SUBSCRIBE.
    pub(super) fn grant(&mut self, codes: &[u8]) {
        let last = self.sent.last().unwrap();
        assert_eq!(last[0], 0x82, "SUBSCRIBE");
        let mut suback = vec![
            0x90,
            2 + u8::try_from(codes.len()).unwrap(),
            last[2],
            last[3],
        ];
        suback.extend_from_slice(codes);
        self.hear(&suback);
    }

    pub(super) fn lose(&mut self) {
        self.socket(SocketEvent::Closed {
            code: 1006,
            clean: false,
        });
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.pass_millis(1000);
        }
    }

    pub(super) fn pass_millis(&mut self, millis: u64) {
        let span = Duration::from_millis(millis);
        self.now.wall = self.now.wall.after(span);
        self.now.monotonic = self.now.monotonic.after(span);
        self.feed(Input::TimerFired);
    }

    /// The same, with a store that answers.
    pub(super) fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.pass(1);
            self.end_stores(Ok(()));
        }
    }

    pub(super) fn wait_for_attempt(&mut self) {
        let before = self.opened.len();
        for _ in 0..120 {
            self.pass(1);
            if self.opened.len() > before {
                return;
            }
        }
        panic!("no attempt in two minutes");
    }

    /// Every store that was asked for, and those that follow, end so.
    pub(super) fn end_stores(&mut self, outcome: Result<(), StoreFault>) {
        while let Some((id, _)) = self.stores.pop() {
            self.feed(Input::Stored(id, outcome));
        }
    }

    pub(super) fn sent(&self, packet: &[u8]) -> bool {
        let mut frames = self.sent.iter();
        frames.any(|frame| frame.windows(packet.len()).any(|part| part == packet))
    }

    pub(super) fn gaps(&self) -> Vec<Span> {
        self.gaps_of("door/a")
    }

    pub(super) fn gaps_of(&self, device: &str) -> Vec<Span> {
        self.engine.series.gaps().of(&DeviceId::new(device))
    }

    pub(super) fn memory(&self) -> &LinkMemory {
        self.engine
            .memories
            .get(&ProfileId("b".to_owned()))
            .unwrap()
    }
}

/// One person in, by a message with this identifier.
pub(super) fn crossing(qos: u8, id: u8) -> Vec<u8> {
    let mut packet = vec![0x30 | (qos << 1), 12, 0, 6];
    packet.extend_from_slice(b"door/a");
    packet.extend_from_slice(&[0, id]);
    packet.extend_from_slice(b"in");
    packet
}

/// One person in at a door, by a message that no session keeps.
pub(super) fn unkept_crossing(door: &[u8; 6]) -> Vec<u8> {
    [&[0x30, 10, 0, 6], door.as_slice(), b"in"].concat()
}

/// A camera's totals of the day, at QoS 1.
pub(super) fn total(entered: u64) -> Vec<u8> {
    let said = format!(r#"{{"serial":"door/a","name":"A","in":{entered},"out":0}}"#);
    let length = u8::try_from(10 + said.len()).unwrap();
    let head = [0x32, length, 0, 6];
    [&head, b"door/a".as_slice(), &[0, 7], said.as_bytes()].concat()
}

/// Any payload, by a message at QoS 0.
pub(super) fn plain(first: u8, topic: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u8::try_from(bytes).unwrap();
    let head = [
        first,
        length(2 + topic.len() + payload.len()),
        0,
        length(topic.len()),
    ];
    [&head, topic, payload].concat()
}
