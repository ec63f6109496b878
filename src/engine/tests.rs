mod addresses;
mod bridge;
mod charts;
mod clocks;
mod house;
mod links;
mod messages;
mod recording;
mod storing;
mod tabs;
mod traffic;

use std::collections::BTreeMap;

use super::desk::DESK;
use super::simulated::STAGE;
use super::wire::{DoorView, Levels, Total, ZoneView};
use super::*;
use crate::simulation::{Options, Simulation, Truth};
use crate::time::BucketSize;

const PAGE: PageId = PageId(0);

#[test]
fn a_zone_tells_its_doors_and_which_of_them_lead_out_of_it() {
    let config = r#"{ "site": { "timeZone": "Asia/Seoul",
        "zones": [{ "id": "hall", "doors": ["b", { "door": "a", "flip": true }] }, { "id": "food", "doors": ["a"] }],
        "doors": [{ "id": "a", "device": "door/a" }, { "id": "b", "device": "door/b" }] } }"#;
    let mut bench = Bench::new(1_800_000_000_000);
    bench.ask(Request::Hello {
        config: Some(config.to_owned()),
        profiles: Vec::new(),
        connect: Vec::new(),
    });
    bench.pass(2);
    let mut sites = bench
        .levels
        .iter()
        .filter_map(|levels| levels.site.as_ref());
    let zones = &sites.next_back().unwrap().zones;
    let doors = |zone: usize| (zones[zone].doors.join(" "), zones[zone].outward.join(" "));
    assert_eq!(doors(0), ("b a".to_owned(), "a".to_owned()));
    assert_eq!(doors(1), ("a".to_owned(), String::new()));
}

/// An engine, its page, and both clocks.
struct Bench {
    engine: Engine,
    now: Now,
    zones: BTreeMap<String, ZoneView>,
    doors: BTreeMap<String, DoorView>,
    levels: Vec<Levels>,
}

impl Bench {
    fn new(wall: i64) -> Self {
        let now = Now {
            wall: Timestamp::from_millis(wall),
            monotonic: Monotonic::from_millis(1_000),
        };
        let mut bench = Self {
            engine: Engine::new(),
            now,
            zones: BTreeMap::new(),
            doors: BTreeMap::new(),
            levels: Vec::new(),
        };
        bench.engine.know_stage(STAGE);
        bench.engine.know_desk(DESK);
        bench.feed(Input::Started { seed: 7, speed: 1 });
        bench.feed(Input::Restored(Err(StoreFault::Refused)));
        bench.ask(Request::Hello {
            config: None,
            profiles: Vec::new(),
            connect: Vec::new(),
        });
        bench
    }

    fn ask(&mut self, request: Request) {
        self.feed(Input::Page(PAGE, request));
    }

    fn feed(&mut self, input: Input) {
        self.engine.handle(input, self.now);
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Zone(name) => {
                    let offsets = (name != "Asia/Soul").then(|| Offsets::fixed(9 * 3600));
                    self.engine.handle(Input::Zone(name, offsets), self.now);
                }
                Output::Reply(_, Reply::Update(update), _) => {
                    for zone in &update.levels.zones {
                        self.zones.insert(zone.id.clone(), zone.clone());
                    }
                    for door in &update.levels.doors {
                        self.doors.insert(door.id.clone(), door.clone());
                    }
                    self.levels.push(update.levels);
                }
                _ => {}
            }
        }
    }

    /// Lets time pass, with a credit every second.
    fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.now.wall = self.now.wall.after(Duration::from_secs(1));
            self.now.monotonic = self.now.monotonic.after(Duration::from_secs(1));
            self.feed(Input::TimerFired);
            self.ask(Request::Flush);
        }
    }

    fn truth(&self) -> Truth {
        let calendar = Calendar::clone(self.engine.calendar().unwrap());
        let start = calendar.bucket_start(self.now.wall, BucketSize::Day);
        Simulation::with_options(Options::default(), start, calendar).truth_at(self.now.wall)
    }
}

#[test]
fn the_simulated_sites_figures_are_the_truth() {
    let mut bench = Bench::new(1_800_000_000_000);
    bench.ask(Request::Simulate);
    // After closing time everything has been told; devices that were silent for a while have spoken again.
    let calendar = Calendar::clone(bench.engine.calendar().unwrap());
    bench.now.wall = calendar.at(calendar.day(bench.now.wall), 23 * 60 + 30);
    bench.pass(20);
    let truth = bench.truth();
    let site = bench.engine.places.site().unwrap().clone();
    let mut people = 0;
    for (door, passed) in site.doors.iter().zip(&truth.doors) {
        let view = &bench.doors[&door.id];
        let exactly = |value| {
            Some(Total {
                value,
                ..Total::default()
            })
        };
        assert_eq!(view.entered, exactly(passed.entered), "{} entered", door.id);
        assert_eq!(view.exited, exactly(passed.exited), "{} exited", door.id);
        people += passed.entered;
    }
    for (zone, present) in site.zones.iter().zip(&truth.present) {
        assert_eq!(
            bench.zones[&zone.id].occupancy,
            Some(*present),
            "{}",
            zone.id
        );
    }
    assert!(
        people > 500,
        "only {people} people passed: the day says nothing"
    );
}

#[test]
fn a_page_is_told_only_what_changed_and_only_for_a_credit() {
    let mut bench = Bench::new(1_800_000_000_000);
    bench.ask(Request::Simulate);
    bench.pass(5);
    bench.levels.clear();
    for _ in 0..100 {
        bench.now.monotonic = bench.now.monotonic.after(Duration::from_millis(100));
        bench.feed(Input::TimerFired);
    }
    assert!(
        bench.levels.len() <= 1,
        "one credit, {} updates",
        bench.levels.len()
    );
    bench.levels.clear();
    bench.pass(2);
    assert!(
        bench.levels.iter().all(|levels| levels.site.is_none()),
        "the site did not change"
    );
}

#[test]
fn only_cards_of_devices_that_are_looked_for_are_told() {
    let mut bench = Bench::new(1_800_000_000_000);
    bench.ask(Request::Simulate);
    bench.pass(5);
    let mut look = |text: &str| {
        bench.ask(Request::Cards(wire::Cards {
            first: 0,
            count: 2,
            text: text.to_owned(),
            freshness: None,
        }));
        bench.pass(1);
        let newest = || bench.levels.iter().rev();
        let found = newest().find_map(|levels| levels.found).unwrap();
        let order = newest().find_map(|levels| levels.order.clone());
        (found, order.unwrap())
    };
    let (all, first) = look("");
    assert!(all > 2);
    assert_eq!(first.len(), 2);
    let (found, order) = look("siren");
    assert_eq!((found, order.len()), (1, 1));
    assert_eq!(look("nobody is called so"), (0, Vec::new()));
    assert_eq!(look(""), (all, first));
    // Only those in view were told at all.
    let told = bench.levels.iter().flat_map(|levels| &levels.devices);
    let told: BTreeMap<_, _> = told.map(|device| (&device.id, ())).collect();
    assert_eq!(told.len(), 3);
}

#[test]
fn a_page_that_the_engine_does_not_know_is_asked_to_introduce_itself() {
    let mut engine = Engine::new();
    let now = Now {
        wall: Timestamp::from_millis(0),
        monotonic: Monotonic::from_millis(0),
    };
    engine.handle(Input::Page(PageId(3), Request::Flush), now);
    let replies: Vec<_> = std::iter::from_fn(|| engine.poll_output()).collect();
    assert!(replies.contains(&Output::Reply(PageId(3), Reply::Introduce, Vec::new())));
}

#[test]
fn where_the_sites_time_zone_is_not_known_the_page_shows_the_zone_that_is_used() {
    for (zone, shown) in [("Asia/Seoul", "Asia/Seoul"), ("Asia/Soul", "UTC")] {
        let mut bench = Bench::new(1_800_000_000_000);
        bench.ask(Request::Hello {
            config: Some(format!(
                r#"{{ "site": {{ "id": "s", "timeZone": "{zone}" }} }}"#
            )),
            profiles: Vec::new(),
            connect: Vec::new(),
        });
        bench.pass(1);
        let site = bench.levels[0].site.as_ref().unwrap();
        assert_eq!(site.time_zone, shown);
        // The page tells it as a mistake of the file.
        assert_eq!(bench.levels[0].warnings, Some(Vec::new()));
    }
}

#[test]
fn while_another_time_zone_is_looked_up_everything_counts_in_the_former_one() {
    let mut house = house::House::connected(Ok(Vec::new()));
    house.end_stores(Ok(()));
    let moved = house::CONFIG.replace("Asia/Seoul", "Asia/Tokyo");
    let hello = Request::Hello {
        config: Some(moved),
        profiles: Vec::new(),
        connect: vec![ProfileId("b".to_owned())],
    };
    house
        .engine
        .handle(Input::Page(PageId(1), hello), house.now);
    let link = house.opened[0];
    let crossing = house::crossing(1, 9);
    let bytes = SocketEvent::Bytes(crossing);
    house.engine.handle(Input::Socket(link, bytes), house.now);
    let outputs: Vec<_> = std::iter::from_fn(|| house.engine.poll_output()).collect();
    let asked = Output::Zone("Asia/Tokyo".to_owned());
    assert!(outputs.contains(&asked), "{outputs:?}");
    let stored = outputs.iter().any(|output| match output {
        Output::Store(_, records) => records.iter().any(|it| it.key.starts_with("day/")),
        _ => false,
    });
    assert!(stored, "it is counted, and acknowledged when that is kept");
}

#[test]
fn who_only_tries_a_broker_asks_it_for_nothing() {
    let mut house = house::House::connected(Ok(Vec::new()));
    let profile = house.engine.profiles.values().next().unwrap().clone();
    house.ask(Request::Test(WireProfile::for_worker(&profile)));
    house.welcome(house::ACCEPTED);
    assert!(house.sent(&[0xE0, 0]), "it leaves");
    let subscribes = house.sent.iter().filter(|packet| packet[0] == 0x82);
    assert_eq!(subscribes.count(), 0, "{:02x?}", house.sent);
}

#[test]
fn the_same_inputs_give_the_same_outputs() {
    let run = || {
        let mut bench = Bench::new(1_800_000_000_000);
        bench.ask(Request::Simulate);
        bench.pass(10);
        bench.levels
    };
    assert_eq!(run(), run());
}
