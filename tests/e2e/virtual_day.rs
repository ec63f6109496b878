//! The same days without a browser: the engine alone against a broker of a hundred lines, in virtual time.
//!
//! It finds in a second what the browser shows in a minute, and every timing is exact.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use footfall::engine::wire::{
    BucketRow, BucketState, PageId, Reply, Request, Resolution, SeriesId, Total, Update, ViewId,
    Watch, Window, WireProfile,
};
use footfall::engine::{Engine, Input, LinkId, Output, SocketEvent, StoreFault};
use footfall::link::{LinkState, SocketError};
use footfall::mqtt::{Publish, QoS, Version};
use footfall::simulation::{self, Act, Counters, Options, Simulation, TIME_ZONE};
use footfall::snapshot::Record;
use footfall::time::{BucketSize, Monotonic, Now, Timestamp};
use footfall_demo::tape::Published;
use footfall_demo::zone::{calendar, offsets};

use crate::model::{self, Known, Model, differences, mall};
use crate::screen::{Figure, Figures, Screen};
use crate::stand::{Turn, blocking_turn, clock, settled_after};
use crate::wire;

const PAGE: PageId = PageId(0);

/// The first doors are those that lead in from outside.
const SITE_DOORS: usize = 5;

/// An engine, its page, its storage, and a broker with one session.
struct World {
    engine: Engine,
    now: Now,
    inputs: VecDeque<Input>,
    alarm: Option<Monotonic>,
    storage: BTreeMap<Vec<u8>, Record>,
    screen: Screen,
    bars: BTreeMap<Timestamp, BucketRow>,
    options: Options,
    simulation: Simulation,
    wills: BTreeMap<usize, Publish>,
    broker: Broker,
    arrived: Vec<Published>,
    _turn: Turn,
}

#[derive(Default)]
struct Broker {
    refuses: bool,
    /// The link whose socket is open, and whether it has said CONNECT.
    open: Option<LinkId>,
    greeted: bool,
    session: bool,
    queue: VecDeque<Publish>,
    unacknowledged: BTreeMap<u16, Publish>,
    last_id: u16,
    retained: BTreeMap<String, Publish>,
}

impl World {
    fn new(options: Options, start: Timestamp) -> Self {
        let calendar = calendar(TIME_ZONE, start).unwrap();
        let mut world = Self {
            engine: Engine::new(),
            now: Now {
                wall: start.before(Duration::from_secs(60)),
                monotonic: Monotonic::from_millis(1_000_000),
            },
            inputs: VecDeque::new(),
            alarm: None,
            storage: BTreeMap::new(),
            screen: Screen::default(),
            bars: BTreeMap::new(),
            options,
            simulation: Simulation::with_options(options, start, calendar),
            wills: BTreeMap::new(),
            broker: Broker::default(),
            arrived: Vec::new(),
            _turn: blocking_turn(),
        };
        world.open_page(Err(StoreFault::Refused));
        world
    }

    /// With storage from the start on.
    fn with_storage(options: Options, start: Timestamp) -> Self {
        let mut world = Self::new(options, start);
        world.reload();
        world
    }

    fn open_page(&mut self, restored: Result<Vec<Record>, StoreFault>) {
        self.inputs.push_back(Input::Started { seed: 7, speed: 1 });
        self.inputs.push_back(Input::Restored(restored));
        self.greet();
        self.run_inputs();
    }

    fn greet(&mut self) {
        let mut config = simulation::config(&self.options, "ws://broker/mqtt");
        config.profiles[0].username = Some("wall".to_owned());
        let profile = WireProfile::for_worker(&config.profiles[0]);
        let id = config.profiles[0].id.clone();
        self.inputs.push_back(Input::Page(
            PAGE,
            Request::Hello {
                config: Some(config.to_json()),
                profiles: vec![profile],
                connect: vec![id],
            },
        ));
    }

    fn reload(&mut self) {
        self.engine = Engine::new();
        self.alarm = None;
        self.inputs.clear();
        self.screen = Screen::default();
        self.broker.close();
        let records = self.storage.values().cloned().collect();
        self.open_page(Ok(records));
    }

    fn cut(&mut self) {
        if let Some(link) = self.broker.open {
            self.broker.close();
            let event = SocketEvent::Closed {
                code: 1006,
                clean: false,
            };
            self.inputs.push_back(Input::Socket(link, event));
        }
        self.run_inputs();
    }

    fn run_inputs(&mut self) {
        while let Some(input) = self.inputs.pop_front() {
            self.engine.handle(input, self.now);
            while let Some(output) = self.engine.poll_output() {
                self.carry_out(output);
            }
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Reply(_, Reply::Update(update), _) => self.show(&update),
            Output::Reply(_, Reply::Introduce, _) => {
                // A page that was silent for long, as this one is between two looks at its screen.
                self.greet();
                self.inputs.push_back(Input::Page(PAGE, Request::Flush));
            }
            Output::Reply(..) => {}
            Output::OpenSocket { link, .. } => {
                let event = if self.broker.refuses {
                    SocketEvent::Failed(SocketError::BeforeOpen)
                } else {
                    self.broker.open = Some(link);
                    SocketEvent::Opened
                };
                self.inputs.push_back(Input::Socket(link, event));
            }
            Output::Send(link, bytes) => {
                let answer = self.broker.hear(&bytes, &mut self.arrived);
                if !answer.is_empty() {
                    self.inputs
                        .push_back(Input::Socket(link, SocketEvent::Bytes(answer)));
                }
            }
            Output::CloseSocket(_) => self.broker.close(),
            // Its broker asks for nothing, and nobody publishes.
            Output::Load | Output::Post(..) => {}
            Output::WakeAt(at) => self.alarm = Some(at),
            Output::Store(id, records) => {
                for record in records {
                    let key = record.key.as_bytes().to_vec();
                    if record.bytes.is_empty() {
                        self.storage.remove(&key);
                    } else {
                        self.storage.insert(key, record);
                    }
                }
                self.inputs.push_back(Input::Stored(id, Ok(())));
            }
            Output::Zone(name) => {
                let offsets = offsets(&name, self.now.wall).ok();
                self.inputs.push_back(Input::Zone(name, offsets));
            }
        }
    }

    /// The quarters of the day in a zone, as a chart that opens now shows them.
    fn quarters(&mut self, zone: &str) -> Vec<BucketRow> {
        self.bars.clear();
        // A page that was silent for long is forgotten.
        self.greet();
        let watch = Watch {
            view: ViewId(1),
            generation: 1,
            series: vec![SeriesId::Flow(zone.to_owned())],
            window: Window::Day,
            resolution: Resolution::Buckets(BucketSize::Quarter),
        };
        for request in [Request::Watch(watch), Request::Flush] {
            self.inputs.push_back(Input::Page(PAGE, request));
        }
        self.run_inputs();
        self.bars.values().copied().collect()
    }

    /// How many entered and left the whole site in a bar.
    fn passed(&self, bar: &BucketRow) -> (u64, u64) {
        let [before, after] = [bar.start, bar.end].map(|edge| {
            let edge = edge.before(Duration::from_millis(1));
            let truth = self.simulation.truth_at(edge);
            let is_over = truth.day == self.simulation.truth_at(bar.start).day;
            let doors = truth
                .doors
                .iter()
                .take(if is_over { SITE_DOORS } else { 0 });
            doors.fold((0, 0), |sum, door| {
                (sum.0 + door.entered, sum.1 + door.exited)
            })
        });
        (after.0 - before.0, after.1 - before.1)
    }

    fn show(&mut self, update: &Update) {
        for bar in update.buckets.iter().flat_map(|patch| &patch.rows) {
            self.bars.insert(bar.start, *bar);
        }
        let figure = |total: &Total| Figure {
            value: Some(total.value),
            qualifiers: [
                (total.since.is_some(), "since"),
                (total.at_least, "at-least"),
                (total.waiting, "waiting"),
            ]
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, name)| name.to_owned())
            .collect(),
        };
        let levels = &update.levels;
        for door in &levels.doors {
            let shown = Figures {
                entered: door.entered.as_ref().map(figure).unwrap_or_default(),
                exited: door.exited.as_ref().map(figure).unwrap_or_default(),
                state: format!("{:?}", door.freshness),
                text: format!("{door:?}"),
                ..Figures::default()
            };
            self.screen.doors.insert(door.id.clone(), shown);
        }
        for zone in &levels.zones {
            let shown = Figures {
                entered: figure(&zone.entered),
                exited: figure(&zone.exited),
                occupancy: Figure {
                    value: zone.occupancy,
                    qualifiers: Vec::new(),
                },
                title: zone.doors_missing.join(" "),
                text: format!("{zone:?}"),
                ..Figures::default()
            };
            self.screen.zones.insert(zone.id.clone(), shown);
        }
        if let Some(link) = levels.links.as_ref().and_then(|links| links.first()) {
            self.screen.link = match link.state {
                LinkState::Connected { .. } => "connected".to_owned(),
                _ => format!("{:?}", link.state),
            };
        }
    }

    /// Lets everything happen up to that instant of the wall clock.
    fn until(&mut self, wall: Timestamp) {
        loop {
            let alarm = self.alarm.map(|at| {
                let left = at.since(self.now.monotonic);
                self.now.wall.after(left)
            });
            let next = self.simulation.next_at().min(alarm.unwrap_or(wall));
            if next >= wall {
                self.pass_to(wall);
                self.inputs.push_back(Input::Page(PAGE, Request::Flush));
                self.run_inputs();
                return;
            }
            self.pass_to(next);
            if alarm.is_some_and(|alarm| alarm <= next) {
                self.alarm = None;
                self.inputs.push_back(Input::TimerFired);
            } else {
                self.happen();
            }
            self.run_inputs();
        }
    }

    fn pass_to(&mut self, wall: Timestamp) {
        let span = wall.since(self.now.wall);
        self.now.wall = self.now.wall.after(span);
        self.now.monotonic = self.now.monotonic.after(span);
    }

    fn happen(&mut self) {
        let event = self.simulation.next_event();
        let publish = match event.what {
            Act::Connect { will } => {
                self.wills.insert(event.device, will);
                return;
            }
            Act::Disconnect => {
                self.wills.remove(&event.device);
                return;
            }
            Act::Drop => self.wills.remove(&event.device),
            Act::Publish(publish) => Some(publish),
        };
        let Some(publish) = publish else { return };
        if publish.retain {
            self.broker
                .retained
                .insert(publish.topic.clone(), publish.clone());
        }
        let bytes = self.broker.publish(publish, &mut self.arrived);
        if let Some(link) = self.broker.open
            && !bytes.is_empty()
        {
            self.inputs
                .push_back(Input::Socket(link, SocketEvent::Bytes(bytes)));
        }
    }

    fn known(&self) -> Vec<Known> {
        Model::of(&self.arrived).unwrap().known(clock(0, 0))
    }
}

impl Broker {
    fn close(&mut self) {
        self.open = None;
        self.greeted = false;
    }

    /// A message of a device: what goes to the page now.
    fn publish(&mut self, publish: Publish, arrived: &mut Vec<Published>) -> Vec<u8> {
        if !self.session {
            return Vec::new();
        }
        if !self.greeted {
            if publish.qos > QoS::AtMostOnce {
                self.queue.push_back(publish);
            }
            return Vec::new();
        }
        self.send(publish, false, arrived)
    }

    fn send(&mut self, publish: Publish, retained: bool, arrived: &mut Vec<Published>) -> Vec<u8> {
        let qos = u8::from(publish.qos > QoS::AtMostOnce);
        let mut id = 0;
        if qos > 0 {
            self.last_id = self.last_id % 60_000 + 1;
            id = self.last_id;
            self.unacknowledged.insert(id, publish.clone());
        }
        let flags = qos << 1 | u8::from(retained);
        let bytes = wire::publish(Version::V5, flags, &publish.topic, id, &publish.payload);
        arrived.push(Published {
            topic: publish.topic,
            payload: publish.payload,
            qos,
            retained,
            duplicate: false,
            id: 0,
        });
        bytes
    }

    /// Packets of the page: what is answered.
    fn hear(&mut self, bytes: &[u8], arrived: &mut Vec<Published>) -> Vec<u8> {
        let mut answer = Vec::new();
        for packet in wire::packets(bytes) {
            match packet[0] >> 4 {
                1 => answer.extend(self.greet(&packet, arrived)),
                4 => {
                    self.unacknowledged.remove(&wire::id_of(&packet));
                }
                8 => {
                    let granted = vec![1; filters_in(&packet)];
                    answer.extend(wire::suback(Version::V5, wire::id_of(&packet), &granted));
                    for publish in self.retained.clone().into_values() {
                        answer.extend(self.send(publish, true, arrived));
                    }
                }
                12 => answer.extend(wire::PINGRESP),
                14 => self.close(),
                _ => {}
            }
        }
        answer
    }

    fn greet(&mut self, packet: &[u8], arrived: &mut Vec<Published>) -> Vec<u8> {
        // The flags follow the name and version of the protocol.
        let name = packet.windows(5).position(|bytes| bytes == b"MQTT\x05");
        let clean = packet[name.unwrap() + 5] & 2 != 0;
        if clean {
            self.session = false;
            self.queue.clear();
            self.unacknowledged.clear();
        }
        let mut answer = wire::connack(Version::V5, self.session, 0);
        self.session = true;
        self.greeted = true;
        let again = std::mem::take(&mut self.unacknowledged).into_values();
        let queued: Vec<_> = again.chain(std::mem::take(&mut self.queue)).collect();
        for publish in queued {
            answer.extend(self.send(publish, false, arrived));
        }
        answer
    }
}

#[test]
fn a_virtual_day_with_cuts_and_a_reload_ends_with_the_truth() {
    let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
    let mut world = World::with_storage(options, clock(9, 59));
    for (cut, back) in [
        (clock(11, 0), clock(11, 10)),
        (clock(12, 50), clock(12, 55)),
        (clock(13, 10), clock(13, 26)),
    ] {
        if cut > clock(12, 0) && world.now.wall < clock(12, 0) {
            world.until(clock(12, 0));
            world.reload();
        }
        world.until(cut);
        world.broker.refuses = true;
        world.cut();
        world.until(back);
        world.broker.refuses = false;
    }
    let end = settled_after(world.simulation.clone(), clock(14, 0));
    world.until(end);
    let truth = world.simulation.truth_at(end);
    assert_eq!(
        differences(&world.screen, &model::all(&truth), None),
        Vec::<String>::new()
    );
    for (id, door) in &world.screen.doors {
        for figure in [&door.entered, &door.exited] {
            assert!(
                !figure.is("at-least") && !figure.is("waiting"),
                "{id} {figure:?}"
            );
        }
    }
}

#[test]
fn a_virtual_day_at_qos_0_is_right_again_once_each_door_has_spoken() {
    let options = mall(QoS::AtMostOnce, Counters::ResetAtMidnight);
    let mut world = World::with_storage(options, clock(9, 59));
    for (cut, back) in [
        (clock(11, 0), clock(11, 20)),
        (clock(12, 20), clock(12, 30)),
    ] {
        world.until(cut);
        world.broker.refuses = true;
        world.cut();
        world.until(back);
        world.broker.refuses = false;
        while world.screen.link != "connected" {
            let now = world.now.wall;
            world.until(now.after(Duration::from_secs(1)));
        }
        // Until they have spoken again.
        for (id, zone) in &world.screen.zones {
            assert!(zone.entered.is("waiting"), "{id} {zone:?}");
        }
    }
    let end = settled_after(world.simulation.clone(), clock(14, 0));
    world.until(end);
    let truth = world.simulation.truth_at(end);
    let known = world.known();
    assert_eq!(
        differences(&world.screen, &known, None),
        Vec::<String>::new()
    );
    let missed = model::missed(&truth, &known);
    assert_eq!(missed.keys().copied().collect::<Vec<_>>(), ["ACCC8E100007"]);
    for (id, door) in &world.screen.doors {
        for figure in [&door.entered, &door.exited] {
            assert_eq!(figure.is("at-least"), id == "roof-lift", "{id} {figure:?}");
            assert!(!figure.is("waiting"), "{id} {figure:?}");
        }
    }
}

#[test]
fn a_virtual_reset_that_nobody_saw_says_at_least() {
    let options = mall(QoS::AtMostOnce, Counters::ResetAtMidnight);
    let mut world = World::with_storage(options, clock(12, 45));
    world.until(clock(13, 5));
    world.broker.refuses = true;
    world.cut();
    world.until(clock(13, 25));
    world.broker.refuses = false;
    world.until(clock(14, 10));
    let truth = world.simulation.truth_at(clock(14, 10));
    let known = world.known();
    assert_eq!(
        differences(&world.screen, &known, None),
        Vec::<String>::new()
    );
    let missed = model::missed(&truth, &known);
    assert!(missed["ACCC8E100004"].0 > 0, "{missed:?}");
    let door = &world.screen.doors["car-park"];
    assert!(
        door.entered.is("at-least") && door.exited.is("at-least"),
        "{door:?}"
    );
    for (id, door) in &world.screen.doors {
        if !["car-park", "roof-lift"].contains(&id.as_str()) {
            assert!(!door.entered.is("at-least"), "{id} {door:?}");
        }
    }
}

#[test]
fn a_virtual_page_opened_at_noon_says_since() {
    let options = mall(QoS::AtLeastOnce, Counters::RunForDays);
    let mut world = World::with_storage(options, clock(11, 50));
    // Nobody has heard of it before noon.
    world.broker.refuses = true;
    world.reload();
    world.until(clock(12, 0));
    world.storage.clear();
    world.broker.session = false;
    world.broker.queue.clear();
    world.arrived.clear();
    world.broker.refuses = false;
    world.reload();
    world.until(clock(13, 0));
    let known = world.known();
    assert_eq!(
        differences(&world.screen, &known, None),
        Vec::<String>::new()
    );
    for (id, door) in &world.screen.doors {
        for figure in [&door.entered, &door.exited] {
            assert_eq!(figure.qualifiers, ["since"], "{id} {door:?}");
        }
    }
}

#[test]
fn a_virtual_door_first_heard_after_a_cut_does_not_claim_to_be_whole() {
    let options = mall(QoS::AtMostOnce, Counters::ResetAtMidnight);
    let mut world = World::with_storage(options, clock(9, 59));
    let mut ahead = world.simulation.clone();
    let first = loop {
        let event = ahead.next_event();
        if matches!(event.what, Act::Publish(publish) if publish.topic.starts_with("people/")) {
            break event.at;
        }
    };
    world.until(first.before(Duration::from_secs(1)));
    world.broker.refuses = true;
    world.cut();
    world.until(first.after(Duration::from_secs(600)));
    let back = world.now.wall;
    world.broker.refuses = false;
    world.until(clock(13, 0));
    let short = model::missed(&world.simulation.truth_at(clock(13, 0)), &world.known());
    let lift = &world.screen.doors["roof-lift"];
    assert!(
        short.contains_key("ACCC8E100007"),
        "nobody was missed: {short:?}"
    );
    // Either is true: that some were missed, or that it is known only since the cut.
    let begins_late = (0..60).any(|seconds| {
        let since = back.after(Duration::from_secs(seconds)).as_millis() / 1000;
        lift.text
            .contains(&format!("since: Some(Timestamp({since}"))
    });
    assert!(lift.entered.is("at-least") || begins_late, "{}", lift.text);
}

#[test]
fn a_virtual_morning_shows_the_people_who_have_come() {
    let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
    let mut world = World::with_storage(options, clock(9, 59));
    let mut wrong = Vec::new();
    for minute in (15..=90).step_by(15) {
        world.until(clock(10, minute));
        let (hall, present) = (
            &world.screen.zones["hall"],
            world.simulation.truth_at(clock(10, minute)).present[1],
        );
        let shown = hall.occupancy.value.unwrap_or(0);
        // Those on their way through the door that tells its sums four times a minute.
        if shown.abs_diff(present) > 5 {
            wrong.push(format!(
                "after {minute} minutes {shown} present, {:?} entered, {:?} exited, really {present}",
                hall.entered.value, hall.exited.value
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_virtual_page_opened_at_noon_shows_nobody_in_a_quarter_in_which_they_did_not_pass() {
    let options = mall(QoS::AtMostOnce, Counters::ResetAtMidnight);
    let mut world = World::new(options, clock(12, 0));
    // Afterwards a link that is down, a counter that is reset, and a gate that says nothing for half an hour.
    for (until, cut) in [(clock(12, 20), None), (clock(15, 20), Some(clock(13, 5)))] {
        if let Some(cut) = cut {
            world.until(cut);
            world.broker.refuses = true;
            world.cut();
            world.until(cut.after(Duration::from_secs(1200)));
            world.broker.refuses = false;
        }
        world.until(until);
        let bars = world.quarters("site");
        assert!(bars.len() > 48, "{bars:?}");
        for bar in &bars {
            let (entered, exited) = world.passed(bar);
            assert!(
                bar.entered <= entered && bar.exited <= exited,
                "{bar:?}, really {entered} and {exited}"
            );
        }
        let noon = bars.iter().find(|bar| bar.start == clock(12, 0)).unwrap();
        assert_eq!(noon.state, BucketState::Partial);
        let earlier = noon.earlier.expect("the morning came in one number");
        assert!(
            earlier.from < clock(0, 1) && earlier.until <= clock(12, 15),
            "{earlier:?}"
        );
        let told = |bar: &BucketRow| bar.entered + bar.earlier.map_or(0, |earlier| earlier.entered);
        let shown = world.screen.zones["site"].entered.value;
        assert_eq!(Some(bars.iter().map(told).sum()), shown, "nobody is lost");
    }
    let silent = world.bars[&clock(14, 30)];
    assert_eq!(silent.state, BucketState::Partial, "{silent:?}");
}

/// How many filters stand in a SUBSCRIBE of version 5 that is shorter than 128 bytes, or not.
fn filters_in(packet: &[u8]) -> usize {
    let head = if packet[1] < 0x80 { 2 } else { 3 };
    let properties = usize::from(packet[head + 2]);
    let mut rest = &packet[head + 3 + properties..];
    let mut count = 0;
    while let [high, low, after @ ..] = rest {
        rest = &after[usize::from(u16::from_be_bytes([*high, *low])) + 1..];
        count += 1;
    }
    count
}
