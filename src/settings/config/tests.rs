mod mistakes;

use super::*;
use crate::mqtt::{QoS, Will};
use crate::observation::{Channel, DeviceId, DeviceKind};
use crate::settings::{MappedKind, Sign, VersionChoice};
use std::time::Duration;

/// Every form that the format knows.
const WHOLE: &str = r#"{
  "demo": true,
  "site": {
    "id": "riverside",
    "name": { "en": "Riverside Mall", "ko": "리버사이드 몰" },
    "timeZone": "Asia/Seoul",
    "reset": "04:00",
    "hours": {
      "mon": ["10:00-14:00", "15:00-22:00"], "fri": ["18:00-02:00"], "sat": ["00:00-24:00"],
      "exceptions": { "2026-12-25": [], "2026-12-31": ["10:00-18:00"] }
    },
    "zones": [
      { "id": "hall", "name": "North hall", "capacity": 460, "doors": ["gate-1", { "door": "food-east", "flip": true }] },
      { "id": "food", "name": { "any": "Food", "ko": "푸드 코트" }, "doors": ["food-east"] }
    ],
    "doors": [
      { "id": "gate-1", "name": "Gate 1", "device": "ACCC8E012345", "entered": "Device1Scenario1", "exited": "Device1Scenario2" },
      { "id": "food-east", "device": "ac:cc:8e:01:23:46", "line": "East", "flip": true },
      { "id": "lift", "device": "ACCC8E012347" },
      { "id": "wide", "entered": [{ "device": "a", "line": "1", "channel": "entered" }, { "device": "b" }], "exited": [] }
    ],
    "devices": [{ "id": "ACCC8E012345", "name": "Gate 1 counter", "kind": "counter" }, { "id": "siren-1" }]
  },
  "brokers": [
    { "id": "mall", "name": "Mall broker", "platform": "generic", "url": "wss://broker.riverside.example:8084/mqtt",
      "version": "3.1.1", "clientId": "wall-1", "username": "wall", "authentication": "SCRAM-SHA-256",
      "filters": ["axis/+/event/#", { "filter": "site/#", "qos": 0 }], "keepAlive": 20, "sessionExpiry": 0, "publish": true, "will": { "topic": "walls/1", "payload": "off", "qos": 2, "retain": true, "delayInterval": 60 } },
    { "id": "local", "url": "ws://localhost:8083" }
  ],
  "mappings": [
    { "topic": "mall/+/{device}/{line}/in", "kind": "total", "channel": "entered" },
    { "topic": "mall/stats", "value": "/people/0/out", "time": "/ts", "kind": "interval", "seconds": 60, "channel": "exited",
      "device": "roof", "line": "East" },
    { "topic": "mall/gate/#", "kind": "crossing", "channel": "crossed" },
    { "topic": "room/{device}", "value": "/a~1b", "kind": "occupancy" }
  ]
}"#;

fn found(text: &str) -> Vec<(String, Wrong)> {
    let mistakes = parse(text).mistakes;
    mistakes
        .into_iter()
        .map(|mistake| (mistake.path, mistake.what))
        .collect()
}

/// A file whose site has everything that must be there, and `more`.
fn site(more: &str) -> String {
    format!(r#"{{"site":{{"id":"s","timeZone":"UTC",{more}}}}}"#)
}

/// A file with one broker that has everything that must be there, and `more`.
fn broker(more: &str) -> String {
    format!(r#"{{"brokers":[{{"id":"b","url":"ws://h:8083"{more}}}]}}"#)
}

#[test]
fn everything_that_the_format_knows_is_read() {
    let config = parse(WHOLE);
    assert_eq!(config.mistakes, []);
    assert!(config.demo);
    let site = config.site.unwrap();
    assert_eq!(
        (site.name.in_language("ko"), site.name.in_language("fr")),
        ("리버사이드 몰", "Riverside Mall")
    );
    assert_eq!(site.reset, Duration::from_secs(4 * 3600));
    let hours = site.hours.unwrap();
    assert_eq!(hours.week[0], [(600, 840), (900, 1320)]);
    assert_eq!(
        (&*hours.week[4], &*hours.week[5]),
        (&[(1080, 1560)][..], &[(0, 1440)][..])
    );
    assert_eq!(hours.spans("2026-12-25".parse().unwrap()), []);
    assert_eq!(site.zones[0].doors[1].sign, Sign::Outward);
    assert_eq!(site.zones[1].name.any, "Food");
    assert_eq!(site.doors[0].entered[0].channel, Channel::Crossed);
    assert_eq!(site.doors[1].entered[0].channel, Channel::Exited);
    assert_eq!(
        site.doors[1].entered[0].device,
        DeviceId::new("ACCC8E012346")
    );
    assert_eq!(
        (
            site.doors[2].name.any.as_str(),
            &*site.doors[2].entered[0].line.0
        ),
        ("lift", "")
    );
    assert_eq!(
        (site.doors[3].entered.len(), site.doors[3].exited.len()),
        (2, 0)
    );
    assert_eq!(site.devices[0].kind, Some(DeviceKind::Counter));
    let [mall, local] = &config.profiles[..] else {
        panic!("two brokers");
    };
    assert_eq!(
        (mall.version, mall.filters[1].qos),
        (VersionChoice::V311, QoS::AtMostOnce)
    );
    assert_eq!(mall.authentication.as_deref(), Some("SCRAM-SHA-256"));
    assert_eq!(mall.spoken(), VersionChoice::V5);
    let will = Will {
        topic: "walls/1".to_owned(),
        payload: b"off".to_vec(),
        qos: QoS::ExactlyOnce,
        retain: true,
        delay: 60,
    };
    assert_eq!(mall.will, Some(will));
    assert_eq!(
        (mall.keep_alive, mall.session_expiry),
        (Duration::from_secs(20), Duration::ZERO)
    );
    assert_eq!(
        (
            local.name.as_str(),
            local.platform.as_str(),
            local.keep_alive
        ),
        ("local", "generic", Duration::from_secs(30))
    );
    let mappings = config.mappings.iter();
    let kinds: Vec<_> = mappings
        .map(|mapping| (mapping.kind, mapping.channel))
        .collect();
    assert_eq!(
        kinds,
        [
            (MappedKind::Total, Channel::Entered),
            (
                MappedKind::Interval(Duration::from_secs(60)),
                Channel::Exited
            ),
            (MappedKind::Crossing, Channel::Crossed),
            (MappedKind::Occupancy, Channel::Present),
        ]
    );
    assert_eq!(config.mappings[1].value, "/people/0/out");
    assert_eq!(config.mappings[1].device, Some(DeviceId::new("roof")));
}

#[test]
fn what_is_written_is_read_as_the_same() {
    let config = parse(WHOLE);
    assert_eq!(parse(&config.to_json()), config, "{}", config.to_json());
    let site = config.site.unwrap();
    let again = parse(&write(&site, &config.profiles));
    assert_eq!((again.site, again.profiles), (Some(site), config.profiles));
}

#[test]
fn an_empty_object_is_an_empty_configuration() {
    assert_eq!(parse("{}"), Config::default());
    assert_eq!(
        parse("\u{feff}{ \"$schema\": \"./config.schema.json\" }\n"),
        Config::default()
    );
}

#[test]
fn one_bad_entry_does_not_lose_the_others() {
    let config = parse(
        &WHOLE
            .replace(r#""flip": true },"#, r#""flip": 1 },"#)
            .replace("ws://localhost", "mqtt://localhost"),
    );
    let site = config.site.unwrap();
    assert_eq!(
        site.doors
            .iter()
            .map(|door| door.id.as_str())
            .collect::<Vec<_>>(),
        ["gate-1", "lift", "wide"]
    );
    assert_eq!(
        site.zones
            .iter()
            .map(|zone| zone.doors.len())
            .collect::<Vec<_>>(),
        [1, 0]
    );
    assert_eq!(config.profiles.len(), 1);
    let places: Vec<_> = config
        .mistakes
        .iter()
        .map(|mistake| (mistake.path.as_str(), mistake.line))
        .collect();
    assert_eq!(
        places,
        [
            ("site.doors[1].flip", 18),
            ("site.zones[0].doors[1].door", 13),
            ("site.zones[1].doors[0]", 14),
            ("brokers[1].url", 28)
        ]
    );
}

#[test]
fn a_syntax_error_is_one_mistake_with_line_and_column() {
    let mistakes = parse("{\n  \"demo\": true,\n  \"site\": {,\n}").mistakes;
    assert_eq!(mistakes.len(), 1);
    assert_eq!((mistakes[0].line, mistakes[0].path.as_str()), (3, ""));
    assert_eq!(
        mistakes[0].what,
        Wrong::Syntax {
            column: 12,
            ends_early: false
        }
    );
    assert!(matches!(
        found("{\"demo\": tr")[..],
        [(
            _,
            Wrong::Syntax {
                ends_early: true,
                ..
            }
        )]
    ));
    assert!(matches!(
        found("")[..],
        [(
            _,
            Wrong::Syntax {
                ends_early: true,
                ..
            }
        )]
    ));
    assert!(matches!(
        found("<!doctype html>")[..],
        [(
            _,
            Wrong::Syntax {
                ends_early: false,
                ..
            }
        )]
    ));
}

#[test]
fn unknown_keys_are_mistakes_that_name_what_was_meant() {
    assert_eq!(
        found(r#"{"Brokers":[],"color":1}"#),
        [
            (
                "Brokers".to_owned(),
                Wrong::UnknownKey {
                    meant: Some("brokers")
                }
            ),
            ("color".to_owned(), Wrong::UnknownKey { meant: None })
        ]
    );
    assert_eq!(
        found(&broker(r#","keepalive":3,"user":"x""#)),
        [
            (
                "brokers[0].keepalive".to_owned(),
                Wrong::UnknownKey {
                    meant: Some("keepAlive")
                }
            ),
            (
                "brokers[0].user".to_owned(),
                Wrong::UnknownKey { meant: None }
            )
        ]
    );
}

#[test]
fn secrets_are_named_refused_and_never_repeated() {
    for text in [
        broker(r#","password":"hunter2""#),
        broker(r#","Access-Token":{"a":"hunter2"}"#),
        r#"{"apiKey":"hunter2"}"#.to_owned(),
        r#"{"brokers":[{"id":"b","url":"wss://wall:hunter2@h/mqtt"}]}"#.to_owned(),
        r#"{"brokers":[{"id":"b","url":"wss://h/mqtt?token=hunter2"}]}"#.to_owned(),
        r#"{"brokers":[{"id":"b","url":"mqtt://wall:hunter2@h"}]}"#.to_owned(),
        r#"{"brokers":"wss://wall:hunter2@h/mqtt"}"#.to_owned(),
        r#"{"brokers":[{"id":"b","password":"hunter2" "url":"x"}]}"#.to_owned(),
        r#"{"brokers":[{"id":"b","url":"ws://h"},{"id":"b","password":"hunter2","url":"ws://h"}]}"#
            .to_owned(),
    ] {
        let config = parse(&text);
        assert!(!config.mistakes.is_empty(), "{text}");
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    }
    assert_eq!(
        found(&broker(r#","password":"x""#)),
        [("brokers[0].password".to_owned(), Wrong::Secret)]
    );
    assert_eq!(parse(&broker(r#","password":"x""#)).profiles.len(), 1);
}

#[test]
fn an_address_that_no_page_can_open_is_told_with_the_right_one() {
    let text = broker("").replace("ws://h:8083", "mqtts://h:8883");
    let [(path, Wrong::Url(mistake))] = &found(&text)[..] else {
        panic!("one mistake");
    };
    assert_eq!(
        (path.as_str(), mistake.suggestion.as_deref()),
        ("brokers[0].url", Some("wss://h:8084/mqtt"))
    );
}

#[test]
fn each_mistake_in_a_site_is_told_by_kind() {
    let door = r#""doors":[{"id":"d","device":"x"}]"#;
    for (more, path, what) in [
        (
            r#""reset":"25:00""#.to_owned(),
            "site.reset",
            Wrong::TimeOfDay,
        ),
        (
            r#""reset":4"#.to_owned(),
            "site.reset",
            Wrong::Expected(Shape::Text),
        ),
        (r#""name":"""#.to_owned(), "site.name", Wrong::Empty),
        (
            r#""name":{"en":"A","deutsch!":"B"}"#.to_owned(),
            "site.name.deutsch!",
            Wrong::Language,
        ),
        (
            r#""hours":{"mon":["10-22"]}"#.to_owned(),
            "site.hours.mon[0]",
            Wrong::Span,
        ),
        (
            r#""hours":{"mon":["10:00-10:00"]}"#.to_owned(),
            "site.hours.mon[0]",
            Wrong::Span,
        ),
        (
            r#""hours":{"mon":["10:00-22:00","21:00-23:00"]}"#.to_owned(),
            "site.hours.mon[1]",
            Wrong::Overlap,
        ),
        (
            r#""hours":{"mon":"10:00-22:00"}"#.to_owned(),
            "site.hours.mon",
            Wrong::Expected(Shape::List),
        ),
        (
            r#""hours":{"exceptions":{"2026-02-30":[]}}"#.to_owned(),
            "site.hours.exceptions.2026-02-30",
            Wrong::Date,
        ),
        (
            r#""doors":[{"id":"d"}]"#.to_owned(),
            "site.doors[0].device",
            Wrong::Missing,
        ),
        (
            r#""doors":[{"id":"d","device":"x"},{"id":"d","device":"y"}]"#.to_owned(),
            "site.doors[1]",
            Wrong::Repeated,
        ),
        (
            r#""doors":[{"id":"d","device":"x","entered":"1","exited":"1"}]"#.to_owned(),
            "site.doors[0].exited",
            Wrong::SameReading,
        ),
        (
            r#""doors":[{"id":"d","entered":"1","exited":"2"}]"#.to_owned(),
            "site.doors[0].entered",
            Wrong::NoDevice,
        ),
        (
            r#""devices":[{"id":"ACCC8E012345"},{"id":"ac-cc-8e-01-23-45"}]"#.to_owned(),
            "site.devices[1]",
            Wrong::Repeated,
        ),
        (
            r#""devices":[{"id":"x","kind":"toaster"}]"#.to_owned(),
            "site.devices[0].kind",
            Wrong::NotOneOf(&["counter", "area", "door", "siren", "gateway"]),
        ),
        (
            format!(r#"{door},"zones":[{{"id":"z","doors":["e"]}}]"#),
            "site.zones[0].doors[0]",
            Wrong::UnknownDoor,
        ),
        (
            format!(r#"{door},"zones":[{{"id":"z","doors":["d","d"]}}]"#),
            "site.zones[0].doors[1]",
            Wrong::Repeated,
        ),
        (
            format!(r#"{door},"zones":[{{"id":"z","capacity":-5,"doors":[]}}]"#),
            "site.zones[0].capacity",
            Wrong::OutOfRange {
                least: 0,
                most: 10_000_000,
            },
        ),
        (
            format!(r#"{door},"zones":[{{"id":"z","capacity":4.5,"doors":[]}}]"#),
            "site.zones[0].capacity",
            Wrong::OutOfRange {
                least: 0,
                most: 10_000_000,
            },
        ),
        (
            format!(r#"{door},"zones":[{{"id":"z"}}]"#),
            "site.zones[0].doors",
            Wrong::Missing,
        ),
    ] {
        assert_eq!(found(&site(&more)), [(path.to_owned(), what)], "{more}");
    }
    for zone in ["Asia/", "서울", "Asia Seoul", "../etc", "+09:00"] {
        let text = site(r#""zones":[]"#).replace("UTC", zone);
        assert_eq!(
            found(&text),
            [("site.timeZone".to_owned(), Wrong::TimeZone)]
        );
        assert_eq!(parse(&text).site.unwrap().time_zone, "UTC");
    }
}

#[test]
fn a_time_zone_that_nobody_knows_is_a_mistake_and_utc_is_used() {
    let text = site(r#""zones":[]"#).replace("UTC", "Asia/Soul");
    let config = parse_with(&text, |zone| zone == "Asia/Seoul");
    let mistake = &config.mistakes[0];
    assert_eq!(mistake.path, "site.timeZone");
    assert_eq!(mistake.what, Wrong::TimeZone);
    assert_eq!(mistake.text.as_deref(), Some("Asia/Soul"));
    assert_eq!(config.site.unwrap().time_zone, "UTC");
    let text = text.replace("Soul", "Seoul");
    assert_eq!(parse_with(&text, |zone| zone == "Asia/Seoul").mistakes, []);
}

#[test]
fn each_mistake_in_a_broker_is_told_by_kind() {
    for (more, path, what) in [
        (
            r#","version":"4""#,
            "brokers[0].version",
            Wrong::NotOneOf(&["auto", "5", "3.1.1"]),
        ),
        (
            r#","keepAlive":70000"#,
            "brokers[0].keepAlive",
            Wrong::OutOfRange {
                least: 0,
                most: 65_535,
            },
        ),
        (
            r#","keepAlive":"30""#,
            "brokers[0].keepAlive",
            Wrong::Expected(Shape::Number),
        ),
        (
            r#","filters":["a/#/b"]"#,
            "brokers[0].filters[0]",
            Wrong::Filter(FilterError::HashNotLast),
        ),
        (
            r#","filters":["a","a"]"#,
            "brokers[0].filters[1]",
            Wrong::Repeated,
        ),
        (
            r#","filters":[{"filter":"a","qos":3}]"#,
            "brokers[0].filters[0].qos",
            Wrong::OutOfRange { least: 0, most: 2 },
        ),
        (
            r#","filters":[{"qos":1}]"#,
            "brokers[0].filters[0].filter",
            Wrong::Missing,
        ),
        (
            r#","filters":[7]"#,
            "brokers[0].filters[0]",
            Wrong::Expected(Shape::TextOrObject),
        ),
        (
            r#","username":"a\u0000""#,
            "brokers[0].username",
            Wrong::Character,
        ),
        (
            r#","clientId":"a","clientId":"b""#,
            "brokers[0].clientId",
            Wrong::Repeated,
        ),
    ] {
        let text = broker(more);
        assert_eq!(found(&text), [(path.to_owned(), what)], "{more}");
        assert_eq!(parse(&text).profiles.len(), 1, "{more}");
    }
}

#[test]
fn a_line_is_explained_once_unless_people_are_told_one_by_one() {
    let mapping = |kind: &str, value: &str| {
        let topic = r#""topic":"a/{device}","channel":"entered""#;
        format!(r#"{{{topic},"kind":"{kind}","value":"{value}"}}"#)
    };
    for (kind, expected) in [("total", 1), ("crossing", 2)] {
        let (one, other) = (mapping(kind, "/left"), mapping(kind, "/right"));
        let text = format!(r#"{{"mappings":[{one},{other}]}}"#);
        assert_eq!(parse(&text).mappings.len(), expected);
        let repeated = [("mappings[1]".to_owned(), Wrong::Repeated)];
        assert_eq!(found(&text), repeated[..2 - expected]);
    }
}

#[test]
fn null_is_the_same_as_not_there() {
    assert_eq!(parse(&broker(r#","clientId":null"#)), parse(&broker("")));
    assert_eq!(
        found(r#"{"brokers":[{"id":"b","url":null}]}"#),
        [("brokers[0].url".to_owned(), Wrong::Missing)]
    );
}

#[test]
fn a_hostile_file_gives_few_and_short_mistakes() {
    let long = "x".repeat(100_000);
    let keys: Vec<String> = (0..5_000)
        .map(|index| {
            format!(r#""{index}{long}":1"#)
                .chars()
                .take(300)
                .collect::<String>()
                + r#"":1"#
        })
        .collect();
    let config = parse(&format!("{{{}}}", keys.join(",")));
    assert!(config.mistakes.len() <= 100);
    for mistake in config.mistakes {
        assert!(
            mistake.path.chars().count() <= 60
                && mistake.text.is_none_or(|text| text.chars().count() <= 60)
        );
    }
    parse(&"[".repeat(100_000));
    parse(&format!(
        "{}1{}",
        r#"{"site":"#.repeat(20_000),
        "}".repeat(20_000)
    ));
}

mod any_text {
    use super::super::parse;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,200}") {
            parse(&text);
        }

        #[test]
        fn any_damage_to_a_whole_file_is_read_without_a_panic(place in 0..super::WHOLE.len(), with in ".{0,3}") {
            let mut text = super::WHOLE.to_owned();
            let place = (0..=place).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0);
            text.insert_str(place, &with);
            let config = parse(&text);
            let again = parse(&config.to_json());
            prop_assert_eq!((again.site, again.profiles), (config.site, config.profiles));
        }
    }
}

#[test]
fn a_filter_may_be_wide_and_one_paused() {
    let text = r##"{"brokers": [{"id": "b", "url": "wss://b", "filters": ["a/#",
        {"filter": "b/#", "wide": true}, {"filter": "#", "qos": 0, "paused": 1794963600000}]}]}"##;
    let config = parse(text);
    let profile = &config.profiles[0];
    let wide: Vec<_> = profile.filters.iter().map(|filter| filter.wide).collect();
    assert_eq!(wide, [false, true]);
    assert_eq!(profile.paused[0].filter.qos, QoS::AtMostOnce);
    assert_eq!(profile.paused[0].since.as_millis(), 1_794_963_600_000);
    assert_eq!(parse(&config.to_json()).profiles, config.profiles);
}

#[test]
fn a_broker_may_be_read_through_a_bridge() {
    let text = r#"{"brokers": [{"id": "b", "url": "wss://b", "prefix": "west/"}]}"#;
    let config = parse(text);
    assert_eq!(config.profiles[0].prefix, "west/");
    assert_eq!(parse(&config.to_json()).profiles, config.profiles);
}

#[test]
fn a_broker_may_have_several_addresses() {
    let read = |url: &str| {
        let config = parse(&format!(r#"{{"brokers": [{{"id": "b", "url": {url}}}]}}"#));
        let mistakes: Vec<_> = config.mistakes.iter().map(|one| one.path.clone()).collect();
        (config, mistakes)
    };
    let (config, mistakes) = read(r#"["wss://one", "wss://two/mqtt", "wss://three"]"#);
    assert_eq!(mistakes, [""; 0]);
    let urls = ["wss://one", "wss://two/mqtt", "wss://three"];
    assert!(config.profiles[0].urls().eq(urls));
    assert_eq!(parse(&config.to_json()).profiles, config.profiles);
    // One is written as it always was.
    let (config, _) = read(r#"["wss://one"]"#);
    assert!(config.to_json().contains(r#""url": "wss://one","#));
    for (url, path, left) in [
        ("[]", "brokers[0].url", None),
        (r#"["mqtt://one:1883"]"#, "brokers[0].url[0]", None),
        (
            r#"["wss://one", 2]"#,
            "brokers[0].url[1]",
            Some("wss://one"),
        ),
        (
            r#"["wss://one", "wss://one"]"#,
            "brokers[0].url[1]",
            Some("wss://one"),
        ),
        (
            r#"["wss://one", "wss://h/?password=x"]"#,
            "brokers[0].url[1]",
            Some("wss://one"),
        ),
    ] {
        let (config, mistakes) = read(url);
        assert_eq!(mistakes, [path], "{url}");
        let first = config.profiles.first().map(|profile| &*profile.url);
        assert_eq!(first, left, "{url}");
    }
}
