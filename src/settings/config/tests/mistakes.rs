//! One mistake at a time, anywhere in a file that has everything.

use super::*;

/// What stands in [`WHOLE`], what somebody typed instead, and where the mistake is told.
const TYPED: &[(&str, &str, &str)] = &[
    // The file.
    (r#""demo": true"#, r#""demo": "yes""#, "demo"),
    (r#""demo": true"#, r#""Demo": true"#, "Demo"),
    (r#""demo": true"#, r#""demo": true, "demo": true"#, "demo"),
    (r#""brokers": ["#, r#""broker": ["#, "broker"),
    (r#""mappings": ["#, r#""mapings": ["#, "mapings"),
    // A will.
    (
        r#""publish": true"#,
        r#""publish": false"#,
        "brokers[0].will",
    ),
    (
        r#""topic": "walls/1""#,
        r#""topic": "walls/+""#,
        "brokers[0].will.topic",
    ),
    (r#""topic": "walls/1","#, "", "brokers[0].will.topic"),
    (
        r#""delayInterval": 60"#,
        r#""delayInterval": "60 s""#,
        "brokers[0].will.delayInterval",
    ),
    (
        r#""authentication": "SCRAM-SHA-256""#,
        r#""authentication": true"#,
        "brokers[0].authentication",
    ),
    // The site.
    (r#""id": "riverside""#, r#""id": 12"#, "site.id"),
    (r#""id": "riverside","#, "", "site.id"),
    (
        r#""timeZone": "Asia/Seoul""#,
        r#""timeZone": "Asia / Seoul""#,
        "site.timeZone",
    ),
    (
        r#""timeZone": "Asia/Seoul""#,
        r#""timezone": "Asia/Seoul""#,
        "site.timezone",
    ),
    (r#""reset": "04:00""#, r#""reset": "4""#, "site.reset"),
    (r#""reset": "04:00""#, r#""reset": "04:60""#, "site.reset"),
    (
        r#""ko": "리버사이드 몰""#,
        r#""한국어": "리버사이드 몰""#,
        "site.name.한국어",
    ),
    (r#""ko": "리버사이드 몰""#, r#""ko": """#, "site.name.ko"),
    (r#""15:00-22:00""#, r#""15:00-""#, "site.hours.mon[1]"),
    (r#""15:00-22:00""#, r#""13:00-22:00""#, "site.hours.mon[1]"),
    (r#""15:00-22:00""#, "1500", "site.hours.mon[1]"),
    (
        r#""fri": ["18:00-02:00"]"#,
        r#""fri": "18:00-02:00""#,
        "site.hours.fri",
    ),
    (r#""fri": ["#, r#""friday": ["#, "site.hours.friday"),
    (
        r#""2026-12-25""#,
        r#""25.12.2026""#,
        "site.hours.exceptions.25.12.2026",
    ),
    (
        r#""capacity": 460"#,
        r#""capacity": "460""#,
        "site.zones[0].capacity",
    ),
    (
        r#""capacity": 460"#,
        r#""capacity": -1"#,
        "site.zones[0].capacity",
    ),
    (
        r#""capacity": 460"#,
        r#""capacity": 4e2"#,
        "site.zones[0].capacity",
    ),
    (
        r#"["gate-1", {"#,
        r#"["gate-7", {"#,
        "site.zones[0].doors[0]",
    ),
    (
        r#""flip": true }] },"#,
        r#""flip": 1 }] },"#,
        "site.zones[0].doors[1].flip",
    ),
    (
        r#""doors": ["food-east"]"#,
        r#""doors": "food-east""#,
        "site.zones[1].doors",
    ),
    (
        r#""id": "food", "name""#,
        r#""id": "hall", "name""#,
        "site.zones[1]",
    ),
    (
        r#""entered": "Device1Scenario1""#,
        r#""entered": "Device1Scenario2""#,
        "site.doors[0].exited",
    ),
    (
        r#""entered": "Device1Scenario1""#,
        r#""entered": 1"#,
        "site.doors[0].entered",
    ),
    (
        r#"{ "id": "lift", "device": "ACCC8E012347" }"#,
        r#"{ "id": "lift" }"#,
        "site.doors[2].device",
    ),
    (r#"{ "id": "lift","#, r#"{ "#, "site.doors[2].id"),
    (
        r#""channel": "entered" }, { "device": "b" }"#,
        r#""channel": "in" }, { "device": "b" }"#,
        "site.doors[3].entered[0].channel",
    ),
    (
        r#"{ "device": "b" }]"#,
        r#"{ "line": "b" }]"#,
        "site.doors[3].entered[1]",
    ),
    (
        r#""kind": "counter""#,
        r#""kind": "camera""#,
        "site.devices[0].kind",
    ),
    (r#"{ "id": "siren-1" }"#, r#""siren-1""#, "site.devices[1]"),
    (
        r#"{ "id": "siren-1" }"#,
        r#"{ "id": "siren-1", "colour": "red" }"#,
        "site.devices[1].colour",
    ),
    // Brokers.
    (
        r#""url": "wss://broker"#,
        r#""url": "mqtt://broker"#,
        "brokers[0].url",
    ),
    (
        r#"wss://broker.riverside"#,
        r#"wss://wall:hunter2@broker.riverside"#,
        "brokers[0].url",
    ),
    (
        r#":8084/mqtt""#,
        r#":8084/mqtt?token=hunter2""#,
        "brokers[0].url",
    ),
    (r#":8084/mqtt""#, r#":99999/mqtt""#, "brokers[0].url"),
    (
        r#""username": "wall""#,
        r#""username": "wall", "password": "hunter2""#,
        "brokers[0].password",
    ),
    (
        r#""username": "wall""#,
        r#""user": "wall""#,
        "brokers[0].user",
    ),
    (
        r#""version": "3.1.1""#,
        r#""version": 5"#,
        "brokers[0].version",
    ),
    (
        r#""axis/+/event/#""#,
        r#""axis/+event/#""#,
        "brokers[0].filters[0]",
    ),
    (r#""qos": 0"#, r#""qos": 3"#, "brokers[0].filters[1].qos"),
    (
        r#""keepAlive": 20"#,
        r#""keepAlive": 20.5"#,
        "brokers[0].keepAlive",
    ),
    (r#"{ "id": "local","#, r#"{ "id": "mall","#, "brokers[1]"),
    (r#", "url": "ws://localhost:8083""#, "", "brokers[1].url"),
    // Mappings.
    (
        "{device}/{line}/in",
        "{devise}/{line}/in",
        "mappings[0].topic",
    ),
    (
        "{device}/{line}/in",
        "{device}/{device}/in",
        "mappings[0].topic",
    ),
    (r#""topic": "mall/stats", "#, "", "mappings[1].topic"),
    (r#""/people/0/out""#, r#""people.out""#, "mappings[1].value"),
    (r#""time": "/ts", "#, "", "mappings[1].time"),
    (r#""seconds": 60, "#, "", "mappings[1].seconds"),
    (r#""seconds": 60"#, r#""seconds": 0"#, "mappings[1].seconds"),
    (
        r#""kind": "crossing", "#,
        r#""kind": "crossing", "seconds": 60, "#,
        "mappings[2].seconds",
    ),
    (
        r#""channel": "crossed""#,
        r#""channel": "both""#,
        "mappings[2].channel",
    ),
    (r#", "channel": "crossed""#, "", "mappings[2].channel"),
    (r#""/a~1b""#, r#""/a~b""#, "mappings[3].value"),
    (
        r#""kind": "occupancy""#,
        r#""kind": "occupancy", "channel": "entered""#,
        "mappings[3].channel",
    ),
    (
        r#""kind": "occupancy""#,
        r#""kind": "occupancy", "device": "a""#,
        "mappings[3].device",
    ),
    (
        r#""kind": "occupancy""#,
        r#""kind": "gauge""#,
        "mappings[3].kind",
    ),
];

/// How many of everything there is.
fn parts(config: &Config) -> [usize; 6] {
    let site = config.site.as_ref();
    [
        usize::from(config.demo),
        site.map_or(0, |site| {
            site.zones.iter().map(|zone| 1 + zone.doors.len()).sum()
        }),
        site.map_or(0, |site| {
            site.doors.iter().map(|door| 1 + door.entered.len()).sum()
        }),
        site.map_or(0, |site| site.devices.len()),
        config
            .profiles
            .iter()
            .map(|profile| 1 + profile.filters.len())
            .sum(),
        config.mappings.len(),
    ]
}

#[test]
fn each_is_named_with_its_line_and_the_rest_works() {
    let whole = parts(&parse(WHOLE));
    for (right, typed, path) in TYPED {
        assert_eq!(WHOLE.matches(right).count(), 1, "{right}");
        let config = parse(&WHOLE.replace(right, typed));
        let Some(mistake) = config.mistakes.first() else {
            panic!("{typed}: silent");
        };
        // A key that nobody knows is one that is missing, too; a door that cannot be read is missing in its zone.
        let followers = config.mistakes.iter().skip(1);
        assert!(
            followers
                .clone()
                .all(|mistake| matches!(mistake.what, Wrong::Missing | Wrong::UnknownDoor)),
            "{typed}: {:?}",
            config.mistakes
        );
        assert_eq!(mistake.path, *path, "{typed}");
        let before = WHOLE.split(right).next().unwrap_or_default();
        let line = before.lines().count();
        // What is repeated or lacks something is told by where it begins, which may be the line before.
        let told = usize::try_from(mistake.line).unwrap_or_default();
        assert!(
            told == line || told + 1 == line,
            "{typed}: {told}, not {line}"
        );
        let kept = parts(&config);
        let lost = whole.iter().zip(&kept).filter(|(all, kept)| kept < all);
        assert!(lost.count() <= 2, "{typed}: {kept:?} of {whole:?}");
        let is_of_one_section = !matches!(*path, "broker" | "mapings");
        let missing: usize = whole
            .iter()
            .zip(&kept)
            .map(|(all, kept)| all.saturating_sub(*kept))
            .sum();
        assert!(
            !is_of_one_section || missing <= 4,
            "{typed}: {kept:?} of {whole:?}"
        );
        for text in [&mistake.text, &Some(format!("{:?}", mistake.what))] {
            assert!(
                !text.as_ref().is_some_and(|text| text.contains("hunter2")),
                "{typed}"
            );
        }
    }
    assert!(TYPED.len() >= 40);
}

#[test]
fn a_file_cut_anywhere_is_one_mistake_at_its_end() {
    for (at, _) in WHOLE.char_indices() {
        let cut = &WHOLE[..at];
        let mistakes = parse(cut).mistakes;
        let lines = u32::try_from(cut.matches('\n').count() + 1).unwrap();
        assert_eq!(mistakes.len(), 1, "{cut}");
        assert_eq!(mistakes[0].line, lines);
        assert!(
            matches!(
                mistakes[0].what,
                Wrong::Syntax {
                    ends_early: true,
                    ..
                }
            ),
            "{cut}"
        );
    }
}
