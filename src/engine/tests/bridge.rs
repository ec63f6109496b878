//! Two brokers that bring the same: one directly, the other through a bridge.

use proptest::prelude::*;

use super::super::wire::{DeskRequest, Fate, Listing, Look, Seen};
use super::house::*;
use super::*;
use crate::observation::DeviceId;
use crate::series::Counts;

/// `near` has what the devices publish; at `far` a bridge put `west/` before it.
const BOTH: &str = r#"{ "brokers": [
    { "id": "near", "url": "wss://near", "version": "3.1.1", "keepAlive": 0, "filters": ["door/#", "gate/#"] },
    { "id": "far", "url": "wss://far", "version": "3.1.1", "keepAlive": 0, "filters": ["west/#", "east/#"], "prefix": "west/" }],
  "mappings": [
    { "topic": "total/{device}", "value": "/n", "time": "/at", "kind": "total", "channel": "entered" },
    { "topic": "span/{device}", "value": "/n", "time": "/at", "kind": "interval", "seconds": 60, "channel": "entered" },
    { "topic": "person/{device}", "value": "/n", "time": "/at", "kind": "crossing", "channel": "entered" },
    { "topic": "room/{device}", "value": "/n", "time": "/at", "kind": "occupancy" }],
  "site": { "id": "s", "timeZone": "Asia/Seoul", "zones": [], "doors": [] } }"#;

fn house() -> House {
    let mut house = House::new(Ok(Vec::new()));
    house.connect(BOTH.to_owned(), "near");
    house.ask(Request::Connect(ProfileId("far".to_owned())));
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    house
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Total,
    Interval,
    Person,
    Numbered,
    Timeless,
    Room,
}

const KINDS: [Kind; 6] = [
    Kind::Total,
    Kind::Interval,
    Kind::Person,
    Kind::Numbered,
    Kind::Timeless,
    Kind::Room,
];

impl Kind {
    const fn device(self) -> &'static str {
        match self {
            Self::Total => "a",
            Self::Interval => "b",
            Self::Person => "c",
            Self::Numbered => "d",
            Self::Timeless => "word/e",
            Self::Room => "f",
        }
    }

    /// Of the `number`th reading: topic and payload. Each third person passes with the one before, in one second.
    fn say(self, number: u64, now: Timestamp) -> (String, String) {
        let at = |number: u64| {
            now.before(Duration::from_secs(3_600 - 61 * number))
                .as_millis()
        };
        let mapped = |topic: &str, n: u64, at: i64| {
            let topic = format!("{topic}/{}", self.device());
            (topic, format!(r#"{{"n":{n},"at":{at}}}"#))
        };
        match self {
            Self::Total => mapped("total", 5 + number * (number + 1) / 2, at(number)),
            Self::Interval => mapped("span", number % 4, at(number)),
            Self::Person => mapped("person", 1, at(number - number % 3 / 2)),
            Self::Room => mapped("room", number * 7 % 5, at(number)),
            Self::Numbered => (
                "people".to_owned(),
                format!(
                    r#"{{"device":"d","direction":"in","value":1,"timestamp":{},"id":{number}}}"#,
                    at(number)
                ),
            ),
            Self::Timeless => (self.device().to_owned(), "in".to_owned()),
        }
    }

    /// It is recognised when it comes again.
    fn has_identity(self) -> bool {
        self != Self::Timeless
    }

    /// It counts also where the broker had stored it.
    fn may_be_retained(self) -> bool {
        matches!(self, Self::Total | Self::Interval | Self::Room)
    }
}

/// One link's copy of a reading on its way.
#[derive(Clone, Debug)]
struct Copy {
    kind: Kind,
    number: u64,
    /// By how many places it is overtaken.
    delay: u8,
    retained: bool,
    repeated: bool,
}

fn copies() -> impl Strategy<Value = Vec<Copy>> {
    let copy = (0_u8..6, any::<bool>(), any::<bool>());
    prop::collection::vec(copy, 12 * KINDS.len()).prop_map(|all| {
        let of = (1..).flat_map(|number| KINDS.map(|kind| (number, kind)));
        let copies = of.zip(all);
        copies
            .map(|((number, kind), (delay, retained, repeated))| Copy {
                kind,
                number,
                delay: if kind.has_identity() { delay } else { 0 },
                retained: retained && kind.may_be_retained(),
                repeated: repeated && kind.has_identity(),
            })
            .collect()
    })
}

impl Copy {
    fn packets(&self, prefix: &str, now: Timestamp, identifier: &mut u8) -> Vec<Vec<u8>> {
        let (topic, payload) = self.kind.say(self.number, now);
        let topic = format!("{prefix}{topic}");
        let mut packet = |flags: u8| {
            *identifier += 1;
            let length = |bytes: usize| u8::try_from(bytes).unwrap();
            let head = [
                0x32 | flags,
                length(4 + topic.len() + payload.len()),
                0,
                length(topic.len()),
            ];
            [
                &head,
                topic.as_bytes(),
                &[0, *identifier],
                payload.as_bytes(),
            ]
            .concat()
        };
        let mut packets = vec![packet(u8::from(self.retained))];
        if self.repeated {
            packets.push(packet(8));
        }
        packets
    }
}

fn counts(house: &House) -> Vec<Option<Counts>> {
    let now = house.now.wall;
    let day = Duration::from_secs(24 * 3_600);
    let of = |kind: Kind| {
        let device = DeviceId::new(kind.device());
        house
            .engine
            .series
            .summary(&device, now.before(day), now.after(day))
    };
    KINDS.map(of).to_vec()
}

/// In the order in which a link hands them over.
fn in_order(copies: &[Copy]) -> Vec<&Copy> {
    let mut order: Vec<(usize, &Copy)> = copies.iter().enumerate().collect();
    order.sort_by_key(|(place, copy)| place + usize::from(copy.delay) * KINDS.len());
    order.into_iter().map(|(_, copy)| copy).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn however_the_copies_of_two_brokers_come_each_reading_counts_once(
        near in copies(),
        far in copies(),
        turns in prop::collection::vec(any::<bool>(), 0..200),
    ) {
        let now = house().now.wall;
        let by_one = |prefix: &str| {
            let (mut once, mut identifier) = (house(), 0);
            for number in 1..=12 {
                for kind in KINDS {
                    let copy = Copy { kind, number, delay: 0, retained: false, repeated: false };
                    for packet in copy.packets(prefix, now, &mut identifier) {
                        if prefix.is_empty() {
                            once.hear_by_first(packet);
                        } else {
                            once.hear(&packet);
                        }
                    }
                }
            }
            counts(&once)
        };
        let expected = by_one("");
        prop_assert_eq!(&by_one("west/"), &expected);
        prop_assert_eq!(expected[2].unwrap().entered, Some(12));
        prop_assert_eq!(expected[3].unwrap().entered, Some(12));
        prop_assert_eq!(expected[4].unwrap().entered, Some(12));

        let (mut both, mut identifiers) = (house(), [0; 2]);
        let (near, far) = (in_order(&near), in_order(&far));
        let (mut near, mut far) = (near.into_iter(), far.into_iter());
        let mut turns = turns.into_iter();
        loop {
            let turn = turns.next();
            let next = match turn {
                Some(true) => near.next().map(|copy| (copy, "")),
                Some(false) => far.next().map(|copy| (copy, "west/")),
                None => near.next().map(|copy| (copy, "")).or_else(|| far.next().map(|copy| (copy, "west/"))),
            };
            let Some((copy, prefix)) = next else {
                if turn.is_none() { break }
                continue;
            };
            let identifier = &mut identifiers[usize::from(prefix.is_empty())];
            for packet in copy.packets(prefix, now, identifier) {
                if prefix.is_empty() {
                    both.hear_by_first(packet);
                } else {
                    both.hear(&packet);
                }
            }
        }
        prop_assert_eq!(counts(&both), expected);
    }
}

#[test]
fn a_topic_is_read_without_the_prefix_of_the_bridge_and_shown_with_it() {
    let mut house = house();
    let look = |filter: &str| {
        let list = Some(Listing {
            filter: filter.to_owned(),
            after: 0,
        });
        DeskRequest::Look(Look {
            list,
            publication: None,
        })
        .into()
    };
    house.ask(look("#"));
    house.hear(&plain(0x30, b"west/door/a", b"in"));
    house.hear(&plain(0x30, b"east/door/b", b"in"));
    house.hear(&plain(0x30, b"west/", b"in"));
    house.hear_by_first(plain(0x30, b"west/door/c", b"in"));
    for (device, is_known) in [
        ("door/a", true),
        ("east/door/b", true),
        ("west/", true),
        ("west/door/c", true),
        ("west/door/a", false),
    ] {
        let known = house.engine.fleet.get(&DeviceId::new(device));
        assert_eq!(known.is_some(), is_known, "{device}");
    }
    let mut seen = Seen::default();
    house.engine.handle(Input::Page(PAGE, look("#")), house.now);
    while let Some(output) = house.engine.poll_output() {
        if let Output::Reply(_, Reply::Seen(bytes), _) = output {
            seen = Seen::from_bytes(&bytes).unwrap();
        }
    }
    let seen = seen.list.unwrap().messages;
    let shown = seen.iter();
    let shown: Vec<_> = shown.map(|one| (&*one.topic, one.prefix)).collect();
    let expected = [
        ("west/door/a", 5),
        ("east/door/b", 0),
        ("west/", 0),
        ("west/door/c", 0),
    ];
    assert_eq!(shown, expected);
    assert!(matches!(seen[0].fate, Fate::Read { .. }));
}
