//! An engine whose broker is a script: what blindness, failing stores and simulation do to what is kept.

use super::super::wire::{
    BucketRow, BucketState, Resolution, SeriesId, Update, ViewId, Watch, Window,
};
use super::*;
use crate::link::{Hint, LinkState};
use crate::observation::{Channel, Class, DeviceId, LineId};
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
    opened: Vec<LinkId>,
    sent: Vec<Vec<u8>>,
    stores: Vec<(StoreId, Vec<Record>)>,
    /// What lies in the store.
    stored: BTreeMap<String, Vec<u8>>,
    introduced: bool,
    /// What a page has of one curve, one row of bars, and its door.
    columns: BTreeMap<i64, f32>,
    buckets: BTreeMap<Timestamp, BucketRow>,
    last_hour: Vec<Option<u32>>,
    entered: Option<u64>,
}

impl House {
    fn new(restored: Result<Vec<Record>, StoreFault>) -> Self {
        let mut house = Self::silent();
        house.feed(Input::Restored(restored));
        house
    }

    /// Whose store has not said yet what is in it.
    fn silent() -> Self {
        let mut house = Self {
            engine: Engine::new(),
            now: Now {
                wall: Timestamp::from_millis(1_800_000_000_000),
                monotonic: Monotonic::from_millis(1_000),
            },
            opened: Vec::new(),
            sent: Vec::new(),
            stores: Vec::new(),
            stored: BTreeMap::new(),
            introduced: false,
            columns: BTreeMap::new(),
            buckets: BTreeMap::new(),
            last_hour: Vec::new(),
            entered: None,
        };
        house.engine.know_mall(MALL);
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

    /// The page is reloaded, and connected again so many seconds later.
    fn reloaded(&self, seconds: u64) -> Self {
        let record = |(key, bytes): (&String, &Vec<u8>)| Record {
            key: key.clone(),
            bytes: bytes.clone(),
        };
        let mut house = Self::silent();
        let span = Duration::from_secs(seconds);
        house.now = Now {
            wall: self.now.wall.after(span),
            monotonic: self.now.monotonic.after(span),
        };
        house.feed(Input::Restored(Ok(self
            .stored
            .iter()
            .map(record)
            .collect())));
        house.hello(Some(CONFIG));
        house.welcome(ACCEPTED);
        house.grant(&[1, 1]);
        house
    }

    fn hello(&mut self, config: Option<&str>) {
        let connect = config.map(|_| ProfileId("b".to_owned()));
        self.ask(Request::Hello {
            config: config.map(str::to_owned),
            profiles: Vec::new(),
            connect: connect.into_iter().collect(),
        });
    }

    /// Says hello, and the broker lets us in.
    fn connect(&mut self, config: String, profile: &str) {
        self.ask(Request::Hello {
            config: Some(config),
            profiles: Vec::new(),
            connect: vec![ProfileId(profile.to_owned())],
        });
        self.welcome(ACCEPTED);
        self.grant(&[1, 1]);
    }

    /// Two brokers, the one connected after the other.
    fn connect_second(&mut self, first: &str, second: &str) {
        let other = r#""brokers": [{ "id": "other", "url": "wss://other", "version": "3.1.1",
            "keepAlive": 0, "filters": ["door/#", "gate/#"] }, {"#;
        self.connect(CONFIG.replace(r#""brokers": [{"#, other), first);
        self.ask(Request::Connect(ProfileId(second.to_owned())));
        self.welcome(ACCEPTED);
        self.grant(&[1, 1]);
    }

    fn ask(&mut self, request: Request) {
        self.feed(Input::Page(PAGE, request));
    }

    pub(super) fn feed(&mut self, input: Input) {
        self.engine.handle(input, self.now);
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Zone(name) => {
                    let offsets = Some(Offsets::fixed(9 * 3600));
                    self.engine.handle(Input::Zone(name, offsets), self.now);
                }
                Output::OpenSocket { link, .. } => self.opened.push(link),
                Output::Send(_, bytes) => self.sent.push(bytes),
                Output::Store(id, records) => {
                    let keep = |record: &Record| (record.key.clone(), record.bytes.clone());
                    self.stored.extend(records.iter().map(keep));
                    self.stored.retain(|_, bytes| !bytes.is_empty());
                    self.stores.push((id, records));
                }
                Output::Reply(_, Reply::Introduce, _) => self.introduced = true,
                Output::Reply(_, Reply::Update(update), floats) => self.show(&update, &floats),
                _ => {}
            }
        }
    }

    fn show(&mut self, update: &Update, floats: &[f32]) {
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
    fn look(&mut self, seconds: u64) {
        for _ in 0..seconds / 10 {
            self.wait(10);
            self.ask(Request::Flush);
        }
    }

    fn socket(&mut self, event: SocketEvent) {
        let link = *self.opened.last().unwrap();
        self.feed(Input::Socket(link, event));
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        self.socket(SocketEvent::Bytes(bytes.to_vec()));
    }

    /// What the link that was opened first hears.
    fn hear_by_first(&mut self, bytes: Vec<u8>) {
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

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.pass_millis(1000);
        }
    }

    fn pass_millis(&mut self, millis: u64) {
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
    fn end_stores(&mut self, outcome: Result<(), StoreFault>) {
        while let Some((id, _)) = self.stores.pop() {
            self.feed(Input::Stored(id, outcome));
        }
    }

    fn sent(&self, packet: &[u8]) -> bool {
        let mut frames = self.sent.iter();
        frames.any(|frame| frame.windows(packet.len()).any(|part| part == packet))
    }

    pub(super) fn gaps(&self) -> Vec<Span> {
        self.gaps_of("door/a")
    }

    fn gaps_of(&self, device: &str) -> Vec<Span> {
        self.engine.series.gaps().of(&DeviceId::new(device))
    }

    fn memory(&self) -> &LinkMemory {
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
fn unkept_crossing(door: &[u8; 6]) -> Vec<u8> {
    [&[0x30, 10, 0, 6], door.as_slice(), b"in"].concat()
}

/// A camera's totals of the day, at QoS 1.
fn total(entered: u64) -> Vec<u8> {
    let said = format!(r#"{{"serial":"door/a","name":"A","in":{entered},"out":0}}"#);
    let length = u8::try_from(10 + said.len()).unwrap();
    let head = [0x32, length, 0, 6];
    [&head, b"door/a".as_slice(), &[0, 7], said.as_bytes()].concat()
}

/// Any payload, by a message at QoS 0.
fn plain(first: u8, topic: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u8::try_from(bytes).unwrap();
    let head = [
        first,
        length(2 + topic.len() + payload.len()),
        0,
        length(topic.len()),
    ];
    [&head, topic, payload].concat()
}

#[test]
fn who_is_lost_again_before_the_subscriptions_are_answered_is_blind_since_before() {
    let mut house = House::connected(Ok(Vec::new()));
    let lost_at = house.now.wall;
    house.lose();
    house.wait(600);
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    house.pass(5);
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    assert_eq!(house.gaps(), []);
    house.grant(&[1, 1]);
    let gap = Span {
        from: lost_at,
        until: house.now.wall,
    };
    assert_eq!(house.gaps(), [gap]);
}

#[test]
fn a_connection_is_lost_when_it_ends_and_not_when_the_last_message_came() {
    let told = |house: &House, heard_at| {
        let view = house.engine.links.values().next().unwrap().view();
        assert!(!matches!(view.state, LinkState::Connected { .. }));
        assert_eq!(view.blind_since, Some(heard_at));
        view.since
    };
    let mut house = House::connected(Ok(Vec::new()));
    let heard_at = house.now.wall;
    house.look(600);
    let lost_at = house.now.wall;
    house.lose();
    assert_eq!(told(&house, heard_at), lost_at);
    // Another attempt that fails changes nothing.
    house.wait_for_attempt();
    house.lose();
    assert_eq!(told(&house, heard_at), lost_at);

    // When it was lost in a sleep, nobody knows.
    let mut house = House::connected(Ok(Vec::new()));
    let heard_at = house.now.wall;
    house.now.wall = house.now.wall.after(Duration::from_secs(600));
    house.lose();
    assert_eq!(told(&house, heard_at), heard_at);

    // Nor when it died in silence.
    let mut house = House::new(Ok(Vec::new()));
    house.connect(
        CONFIG.replace(r#""keepAlive": 0"#, r#""keepAlive": 30"#),
        "b",
    );
    let heard_at = house.now.wall;
    house.look(60);
    assert_eq!(told(&house, heard_at), heard_at);
}

#[test]
fn who_is_first_heard_at_qos_0_may_have_been_missed_though_the_session_was_kept() {
    for (heard, gaps) in [(crossing(1, 5), 0), (unkept_crossing(b"door/a"), 1)] {
        let mut house = House::connected(Ok(Vec::new()));
        let from = house.now.wall;
        house.lose();
        house.wait(600);
        house.wait_for_attempt();
        house.welcome(RESUMED);
        let gap = Span {
            from,
            until: house.now.wall,
        };
        assert_eq!(house.gaps(), [], "nobody is known to be at QoS 0");
        house.hear(&heard);
        assert_eq!(house.gaps(), [gap][..gaps]);
    }
}

#[test]
fn the_outage_of_one_of_two_brokers_is_no_gap_of_the_devices_of_the_other() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("b", "other");
    for door in [b"door/a", b"door/b"] {
        house.hear_by_first(unkept_crossing(door));
    }
    for door in [b"door/b", b"door/c"] {
        house.hear(&unkept_crossing(door));
    }
    let from = house.now.wall;
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    let until = house.now.wall;
    house.hear(&unkept_crossing(b"door/d"));
    house.hear_by_first(unkept_crossing(b"door/e"));
    let gap = [Span { from, until }];
    let missed =
        ["a", "b", "c", "d", "e"].map(|door| house.gaps_of(&format!("door/{door}")) == gap);
    // Of who comes by both it is not asked whether the other broker had it meanwhile.
    assert_eq!(missed, [false, true, true, true, false]);
}

#[test]
fn while_no_link_sees_nothing_is_drawn_as_if_it_were_known() {
    let house = House::connected(Ok(Vec::new()));
    nothing_is_drawn_after_the_last_link_was_lost(house);
}

#[test]
fn while_only_the_link_of_other_devices_sees_nothing_is_drawn_as_if_it_were_known() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("other", "b");
    house.hear_by_first(unkept_crossing(b"door/x"));
    nothing_is_drawn_after_the_last_link_was_lost(house);
}

fn nothing_is_drawn_after_the_last_link_was_lost(mut house: House) {
    house.ask(Request::Watch(Watch {
        view: ViewId(1),
        generation: 1,
        series: vec![SeriesId::Occupancy("hall".to_owned())],
        window: Window::Live { span: 3_600_000 },
        resolution: Resolution::Columns { width_ms: 60_000 },
    }));
    house.ask(Request::Watch(Watch {
        view: ViewId(2),
        generation: 1,
        series: vec![SeriesId::Flow("hall".to_owned())],
        window: Window::Day,
        resolution: Resolution::Buckets(BucketSize::Quarter),
    }));
    house.hear(&crossing(1, 5));
    house.look(310);
    let drawn_until = |house: &House| house.columns.iter().next_back().map(|(index, _)| *index);
    let minute = |house: &House| house.now.wall.as_millis() / 60_000;
    assert_eq!(drawn_until(&house), Some(minute(&house)));
    // Not every minute says something: a quiet door is known to be quiet.
    house.hear(&[0xD0, 0]);
    let heard_at = house.now.wall;
    let lost_in = minute(&house);
    house.lose();
    house.look(3_600);
    assert_eq!(drawn_until(&house), Some(lost_in));
    let state = |bucket: &BucketRow| (bucket.start < heard_at, bucket.state);
    let states: Vec<_> = house.buckets.values().map(state).collect();
    assert_eq!(states.last(), Some(&(false, BucketState::Gap)));
    let last_before = states.iter().rfind(|state| state.0);
    assert_eq!(last_before, Some(&(true, BucketState::Partial)));
    assert_eq!(house.last_hour.last(), Some(&None));
}

#[test]
fn what_came_at_qos_2_during_a_store_is_answered_though_the_connection_was_lost_meanwhile() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(2, 9));
    house.hear(&crossing(2, 10));
    house.lose();
    house.end_stores(Ok(()));
    house.wait_for_attempt();
    house.welcome(RESUMED);
    for id in [9, 10] {
        let mut again = crossing(2, id);
        again[0] |= 0b1000;
        house.hear(&again);
        house.end_stores(Ok(()));
        assert!(house.sent(&[0x50, 2, 0, id]), "PUBREC for {id}");
    }
}

#[test]
fn a_filter_that_is_granted_later_is_not_shown_as_refused() {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    house.welcome(ACCEPTED);
    house.grant(&[1, 0x80]);
    let refused = |house: &House| house.engine.links.values().next().unwrap().refused.len();
    assert_eq!(refused(&house), 1);
    house.pass(30);
    house.grant(&[1]);
    assert_eq!(refused(&house), 0);
}

#[test]
fn after_a_failed_store_nothing_is_acknowledged_in_the_name_of_the_session_that_lasts() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    house.sent.clear();
    house.end_stores(Err(StoreFault::Refused));
    assert!(!house.sent(&[0x40, 2, 0, 9]), "no PUBACK");
    assert_eq!(house.sent, [[0xE0, 0]], "the session is left");
    assert_eq!(house.opened.len(), 2);
    house.sent.clear();
    house.socket(SocketEvent::Opened);
    let flags = house.sent[0][9];
    assert_eq!(flags & 0b10, 0b10, "a clean session of somebody else");
    house.hear(&ACCEPTED);
    house.grant(&[1, 1]);
    house.hear(&crossing(1, 11));
    assert!(house.sent(&[0x40, 2, 0, 11]), "the stream goes on");
}

#[test]
fn a_counters_first_total_is_acknowledged_when_it_is_kept() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(60);
    house.sent.clear();
    house.hear(&total(40));
    assert!(!house.sent(&[0x40, 2, 0, 7]), "no PUBACK yet");
    house.end_stores(Ok(()));
    assert!(house.sent(&[0x40, 2, 0, 7]));
    let mut house = house.reloaded(1);
    house.hear(&total(45));
    house.ask(Request::Flush);
    assert_eq!(house.entered, Some(5));
}

#[test]
fn while_deliveries_wait_and_much_has_changed_only_what_they_wait_for_is_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 3));
    house.end_stores(Ok(()));
    let keys = |house: &House| {
        let kind = |record: &Record| record.key.split('/').next().map(str::to_owned);
        let (_, records) = house.stores.last().unwrap();
        records.iter().filter_map(kind).collect::<OrderedSet<_>>()
    };
    house.hear(&crossing(1, 4));
    let all = ["day", "device", "link"].map(str::to_owned);
    assert_eq!(keys(&house), OrderedSet::from(all));
    house.end_stores(Ok(()));
    for n in 0..20 {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    }
    house.hear(&crossing(1, 5));
    let counts = ["day"].map(str::to_owned);
    assert_eq!(keys(&house), OrderedSet::from(counts));
}

#[test]
fn many_devices_are_stored_part_by_part_and_until_when_their_broker_was_heard_at_the_end() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    for n in 0..25 {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    }
    let mut parts = Vec::new();
    for _ in 0..150 {
        house.pass_millis(100);
        for (id, records) in std::mem::take(&mut house.stores) {
            let of = |kind| move |record: &&Record| record.key.starts_with(kind);
            let count = |kind| records.iter().filter(of(kind)).count();
            parts.push((count("device/"), count("link/")));
            house.feed(Input::Stored(id, Ok(())));
        }
    }
    // The first at once; what comes meanwhile, at the pace.
    assert_eq!(parts, [(1, 1), (12, 0), (12, 1)]);
}

#[test]
fn a_page_that_closes_amid_many_devices_stores_them_all() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    let say = |house: &mut House, n: u32| {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    };
    say(&mut house, 0);
    house.end_stores(Ok(()));
    for n in 0..40 {
        say(&mut house, n);
    }
    while house.stores.is_empty() {
        house.pass_millis(100);
    }
    house.end_stores(Ok(()));
    // The sweep has passed it.
    say(&mut house, 0);
    house.ask(Request::Keep);
    let (_, records) = house.stores.last().unwrap();
    let of = |kind| {
        records
            .iter()
            .filter(|record| record.key.starts_with(kind))
            .count()
    };
    assert_eq!(
        (of("device/"), of("link/")),
        (29, 1),
        "28 were left, and the first again"
    );
}

#[test]
fn a_gap_that_was_told_before_it_was_known_is_told_after_a_reload_too() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.wait(60);
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    let said = br#"{"serial":"door/a","name":"A","in":45,"out":0}"#;
    house.hear(&plain(0x30, b"door/a", said));
    house.grant(&[1, 1]);
    house.wait(60);
    let gap = *house.gaps().last().unwrap();
    let house = house.reloaded(1);
    let key = (LineId::default(), Channel::Entered, Class::Person);
    let line = house.engine.series.line(&DeviceId::new("door/a"), &key);
    let heard = line.unwrap().heard.unwrap();
    assert!(heard > gap.from, "{heard:?} {gap:?}");
}

#[test]
fn a_total_outlives_a_reload_that_follows_at_once() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.wait(60);
    house.hear(&total(47));
    let mut house = house.reloaded(1);
    house.ask(Request::Flush);
    assert_eq!(house.entered, Some(7));
}

#[test]
fn after_a_reload_a_device_shows_what_it_said_last_until_it_speaks_again() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&plain(0x30, b"gate/a", b"hello"));
    house.hear(&plain(0x30, b"gate/b", &[0xFF, 0xD8]));
    house.hear(&plain(0x31, b"gate/c", b"hello"));
    house.hear(&plain(0x30, b"gate/online", b"online"));
    house.wait(20);
    let shown = |house: &House| {
        let devices = house.engine.fleet.iter();
        let shown = devices.map(|(id, device)| {
            let newest = device.notices().next().cloned();
            let (latest, at) = (device.latest.clone(), device.received_at());
            (id.clone(), latest, device.freshness, at, newest)
        });
        shown.collect::<Vec<_>>()
    };
    let mut again = house.reloaded(60);
    again.wait(1);
    assert_eq!(shown(&again), shown(&house));
    assert_eq!(shown(&again).len(), 4);
    again.hear(&plain(0x30, b"gate/a", b"7"));
    let latest = |house: &House| {
        house
            .engine
            .fleet
            .get(&DeviceId::new("gate/a"))
            .unwrap()
            .latest
            .clone()
    };
    assert_ne!(latest(&again), latest(&house));
}

#[test]
fn what_can_be_had_again_is_stored_at_once_but_not_again_for_ten_seconds() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(60);
    house.hear(&total(41));
    assert_eq!(house.stores.len(), 1);
    house.wait(3);
    house.hear(&total(42));
    house.pass(6);
    assert_eq!(house.stores.len(), 0);
    house.pass(1);
    assert_eq!(house.stores.len(), 1);
}

#[test]
fn while_nobody_says_anything_nothing_is_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    house.hear(&total(41));
    house.wait(20);
    house.pass(3_600);
    assert!(house.stores.is_empty());
}

#[test]
fn a_sign_of_life_of_the_broker_is_stored_and_keeps_no_total_waiting() {
    for (speaks, stores) in [(false, [0, 1]), (true, [1, 0])] {
        let mut house = House::connected(Ok(Vec::new()));
        house.wait(60);
        house.hear(&[0xD0, 0]);
        if speaks {
            house.hear(&total(41));
        }
        let first = house.stores.len();
        house.wait(9);
        house.pass(1);
        assert_eq!([first, house.stores.len()], stores);
    }
}

#[test]
fn a_store_that_never_answers_is_one_that_failed() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    let (silent, _) = house.stores.pop().unwrap();
    house.sent.clear();
    house.pass(20);
    assert_eq!(house.engine.keeping.view, StorageView::Kept, "it is slow");
    house.pass(40);
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
    assert_eq!(house.sent, [[0xE0, 0]], "the session is left");
    house.socket(SocketEvent::Opened);
    house.hear(&ACCEPTED);
    house.grant(&[1, 1]);
    house.hear(&crossing(1, 11));
    assert!(house.sent(&[0x40, 2, 0, 11]), "the stream goes on");
    // It answers after all: what it says is of no use any more.
    house.feed(Input::Stored(silent, Ok(())));
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
    assert!(!house.sent(&[0x40, 2, 0, 9]));
}

#[test]
fn stored_counts_that_cannot_be_read_are_said_and_keep_nothing_from_being_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    house.end_stores(Ok(()));
    assert_eq!(house.reloaded(1).engine.keeping.view, StorageView::Kept);
    let device = house.stored.keys().find(|key| key.starts_with("device/"));
    let device = device.cloned().unwrap();
    if let Some(last) = house.stored.get_mut(&device).and_then(|b| b.last_mut()) {
        *last ^= 1;
    }
    let mut again = house.reloaded(1);
    assert_eq!(again.engine.keeping.view, StorageView::KeptInPart);
    assert!(again.engine.keeping.can_keep());
    again.hear(&crossing(1, 10));
    assert!(!again.stores.is_empty());
}

#[test]
fn a_machine_that_slept_does_not_blame_its_store() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    house.now.monotonic = house.now.monotonic.after(Duration::from_secs(3_600));
    house.pass(1);
    assert_eq!(house.engine.keeping.view, StorageView::Kept);
}

#[test]
fn a_store_that_never_opens_keeps_no_broker_waiting() {
    let mut house = House::silent();
    house.hello(Some(CONFIG));
    house.pass(20);
    assert!(house.opened.is_empty());
    house.pass(40);
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
    assert!(!house.opened.is_empty());
    // Nothing may be kept in the name of a session that nobody knew.
    house.feed(Input::Restored(Ok(Vec::new())));
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
}

#[test]
fn without_a_store_too_a_person_who_disconnects_makes_a_gap() {
    let mut house = House::connected(Err(StoreFault::Refused));
    let lost_at = house.now.wall;
    house.ask(Request::Disconnect(ProfileId("b".to_owned())));
    house.wait(3_600);
    house.connect(CONFIG.to_owned(), "b");
    let gap = Span {
        from: lost_at,
        until: house.now.wall,
    };
    assert_eq!(house.gaps(), [gap]);
}

#[test]
fn a_session_with_a_filter_that_is_not_wanted_any_more_is_not_gone_on_with() {
    let mut house = House::connected(Ok(Vec::new()));
    house.pass(20);
    assert!(house.memory().identity.session_exists);
    let mut profile = house
        .engine
        .profiles
        .get(&ProfileId("b".to_owned()))
        .unwrap()
        .clone();
    let same = house.engine.identity(&profile, Purpose::Keep);
    assert!(same.session_exists);
    profile.filters.pop();
    let fewer = house.engine.identity(&profile, Purpose::Keep);
    assert!(!fewer.session_exists);
    assert_eq!(fewer.client_id, same.client_id);
}

#[test]
fn who_is_remembered_was_heard_when_the_last_byte_came() {
    let mut house = House::connected(Ok(Vec::new()));
    let heard_at = house.now.wall;
    house.wait(100);
    assert_eq!(house.memory().heard_until, Some(heard_at));
}

#[test]
fn counts_without_a_known_broker_have_a_gap_since_they_were_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.pass(20);
    let stored = house.stores.last().unwrap().1.clone();
    let heard_at = house.memory().heard_until.unwrap();
    let renamed = CONFIG.replace(r#""id": "b""#, r#""id": "other""#);
    let mut house = House::new(Ok(stored));
    house.now.wall = house.now.wall.after(Duration::from_secs(3_600));
    house.connect(renamed, "other");
    let gap = Span {
        from: heard_at,
        until: house.now.wall,
    };
    assert_eq!(house.gaps(), [gap]);
}

#[test]
fn a_simulated_site_is_not_stored_and_stays_until_a_broker_is_connected() {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(None);
    house.pass(1);
    house.end_stores(Ok(()));
    house.ask(Request::Simulate);
    house.pass(60);
    assert!(house.stores.is_empty());
    assert!(house.engine.places.site().is_some());
    house.ask(Request::Flush);
    assert!(house.introduced, "the page was silent");
    house.hello(None);
    assert!(
        house.engine.places.site().is_some(),
        "saying hello again ends nothing"
    );
    house.hello(Some(CONFIG));
    assert_eq!(house.engine.places.site().unwrap().id, "s");
    assert!(house.engine.fleet.is_empty());
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    house.end_stores(Ok(()));
    house.hear(&crossing(1, 3));
    assert_eq!(house.engine.fleet.len(), 1);
    let names = |record: &Record| record.key.starts_with("device/");
    let (_, records) = house.stores.last().unwrap();
    assert_eq!(records.iter().filter(|record| names(record)).count(), 1);
}

#[test]
fn what_was_asked_for_before_a_broker_was_connected_simulates_nothing() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 3));
    house.ask(Request::Simulate);
    assert_eq!(house.engine.places.site().unwrap().id, "s");
    assert!(house.engine.keeping.can_keep());
}

#[test]
fn another_broker_under_the_same_name_is_connected() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    assert_eq!(house.opened.len(), 1);
    let moved = CONFIG.replace("wss://", "wss://moved.");
    assert_ne!(moved, CONFIG);
    house.hello(Some(&moved));
    assert_eq!(house.opened.len(), 2);
    let id = ProfileId("b".to_owned());
    assert!(house.engine.wanted(&id).unwrap().url.contains("moved"));
}

#[test]
fn a_page_that_was_forgotten_is_heard_when_it_hides_or_is_seen() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(30);
    house.hear(&total(41));
    house.wait(1);
    house.hear(&total(42));
    house.lose();
    let opened = house.opened.len();
    house.ask(Request::Hint(Hint::RetryNow));
    assert!(house.introduced);
    assert_eq!(house.opened.len(), opened + 1);
    assert!(house.stores.is_empty());
    house.ask(Request::Keep);
    assert_eq!(house.stores.len(), 1);
}

#[test]
fn what_a_person_explained_counts_at_their_door_and_says_why_it_does_not() {
    let mapping = r#"{ "mappings": [{ "topic": "door/{device}", "value": "/people/in", "kind": "total",
        "channel": "entered", "line": "main" }], "brokers""#;
    let door = r#""device": "kiosk-7", "line": "main""#;
    let config = CONFIG
        .replacen("{ \"brokers\"", mapping, 1)
        .replace(r#""device": "door/a""#, door);
    let mut house = House::new(Ok(Vec::new()));
    house.connect(config, "b");
    for people in ["30", "\"34\"", "\"many\"", "35"] {
        let payload = format!(r#"{{"people":{{"in":{people}}}}}"#);
        house.hear(&plain(0x30, b"door/kiosk-7", payload.as_bytes()));
        house.wait(5);
    }
    house.ask(Request::Flush);
    assert_eq!(house.entered, Some(5));
    let warnings = house.engine.warnings.views();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(
        (warnings[0].source.as_str(), warnings[0].what.as_str()),
        ("door/{device}", "`value` cannot be read")
    );
}

#[test]
fn numbers_are_told_ten_times_a_second_and_the_newest_in_the_end() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.end_stores(Ok(()));
    let mut told = 0;
    for people in 41..=140 {
        house.pass_millis(10);
        house.hear(&total(people));
        house.ask(Request::Flush);
        told += usize::from(house.entered.take().is_some());
    }
    assert!((9..=11).contains(&told), "{told}");
    house.pass_millis(100);
    assert_eq!(house.entered, Some(100));
}
