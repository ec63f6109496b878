//! Golden days: recorded streams of a site, and the table of its hours that must be shown in the end.
//!
//! `tests/days/<day>.txt` begins with what is special about it (`#`) and then has parts, each begun by a line of its own:
//!
//! - `site <time zone>`: the section `site` of a configuration, as JSON, without its id and time zone.
//! - `stream`: what happens, a line each: its instant (RFC 3339), and either a word (`begin`, `lost`, `back`, `resumed`,
//!   `reload`, `end`) or a topic and a payload of a message at QoS 1, before them perhaps `(retained)`, `(again)` for one
//!   that is marked as a duplicate, and `(other)` for one that comes by another broker.
//! - `expected <zone> <date>`: the rows of that day of the site, as [`Screen::table`] writes them.
//!
//! A day is played through the whole engine, from WebSocket bytes to what a page is told.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use footfall::engine::wire::{
    BucketRow, PageId, Reply, Request, Resolution, SeriesId, Update, ViewId, Watch, Window,
    ZoneView,
};
use footfall::engine::{Engine, Input, LinkId, Output, SocketEvent};
use footfall::link::{Hint, SocketError};
use footfall::mqtt::Version;
use footfall::series::{BucketState, Total};
use footfall::settings::ProfileId;
use footfall::snapshot::Record;
use footfall::time::{BucketSize, Monotonic, Now, Offsets, Timestamp};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

#[path = "link/wire.rs"]
#[expect(dead_code, reason = "a link is told more than a day")]
mod wire;

#[test]
fn every_golden_day_is_shown_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/days");
    let mut days: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    days.sort();
    let mut wrong = String::new();
    for path in &days {
        let text = fs::read_to_string(path).unwrap();
        let day = Day::parse(&text);
        let shown = day.play();
        for (expected, shown) in day.expected.iter().zip(shown) {
            if expected.table != shown {
                let name = path.file_name().unwrap().display();
                let (zone, date) = (expected.zone, expected.date);
                writeln!(
                    wrong,
                    "{name}: {zone} {date}\n{}",
                    differences(&expected.table, &shown)
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(!days.is_empty());
}

/// The lines that only one of both tables has.
fn differences(expected: &str, shown: &str) -> String {
    let only = |one: &str, other: &str, name: &str| {
        let missing = |line: &&str| !other.lines().any(|known| known == *line);
        one.lines()
            .filter(missing)
            .map(|line| format!("  {name}  {line}\n"))
            .collect::<String>()
    };
    only(expected, shown, "expected") + &only(shown, expected, "shown   ")
}

/// A file.
struct Day<'a> {
    time_zone: TimeZone,
    config: String,
    stream: Vec<(jiff::Timestamp, &'a str)>,
    expected: Vec<Expected<'a>>,
}

struct Expected<'a> {
    zone: &'a str,
    date: &'a str,
    table: String,
}

impl<'a> Day<'a> {
    fn parse(text: &'a str) -> Self {
        let (mut site, mut time_zone) = (String::new(), "");
        let (mut stream, mut expected) = (Vec::new(), Vec::<Expected>::new());
        let mut part = "";
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            let word = words.next().unwrap();
            match word {
                "site" => time_zone = words.next().unwrap(),
                "stream" => {}
                "expected" => expected.push(Expected {
                    zone: words.next().unwrap(),
                    date: words.next().unwrap(),
                    table: String::new(),
                }),
                _ => {
                    match part {
                        "site" => writeln!(site, "{line}").unwrap(),
                        "stream" => {
                            let (at, what) = line.split_once(' ').unwrap();
                            stream.push((at.parse().unwrap(), what.trim()));
                        }
                        "expected" => {
                            writeln!(expected.last_mut().unwrap().table, "{line}").unwrap()
                        }
                        _ => panic!("{line}"),
                    }
                    continue;
                }
            }
            part = word;
        }
        let brokers = BROKERS.map(|id| {
            format!(
                r##"{{ "id": "{id}", "url": "wss://{id}", "version": "3.1.1", "keepAlive": 0, "filters": ["#"] }}"##
            )
        });
        let site = site.trim().strip_prefix('{').unwrap();
        Self {
            time_zone: TimeZone::get(time_zone).unwrap(),
            config: format!(
                r#"{{ "brokers": [{}], "site": {{ "id": "site", "timeZone": "{time_zone}", {site} }}"#,
                brokers.join(", ")
            ),
            stream,
            expected,
        }
    }

    /// Plays the stream. Returns what a page shows at its end, in the order of what is expected.
    fn play(&self) -> Vec<String> {
        let mut wall = Wall::new(self);
        for (at, what) in &self.stream {
            wall.pass_until(*at);
            match *what {
                "begin" | "end" => {}
                "lost" => wall.lose(),
                "back" => wall.connect(false),
                "resumed" => wall.connect(true),
                "reload" => wall.reload(),
                message => wall.hear(message),
            }
        }
        wall.pass(PACE);
        wall.screen.tables(self)
    }
}

const BROKERS: [&str; 2] = ["first", "other"];
const PAGE: PageId = PageId(0);

/// A page looks as often.
const PACE: Duration = Duration::from_secs(10);

/// A screen on a wall: an engine, what it stores, its brokers, and both clocks.
struct Wall<'a> {
    day: &'a Day<'a>,
    engine: Engine,
    now: Now,
    stored: BTreeMap<String, Vec<u8>>,
    links: BTreeMap<&'static str, LinkId>,
    /// Whether brokers are there, and whether they have kept the session.
    network: bool,
    keeps_session: bool,
    screen: Screen,
}

impl<'a> Wall<'a> {
    fn new(day: &'a Day<'a>) -> Self {
        let (begin, _) = day.stream.first().unwrap();
        let mut wall = Self {
            day,
            engine: Engine::new(),
            now: Now {
                wall: Timestamp::from_millis(begin.as_millisecond()),
                monotonic: Monotonic::from_millis(1_000),
            },
            stored: BTreeMap::new(),
            links: BTreeMap::new(),
            network: true,
            keeps_session: false,
            screen: Screen::default(),
        };
        wall.start();
        wall
    }

    fn start(&mut self) {
        self.feed(Input::Started { seed: 7, speed: 1 });
        let records = self.stored.iter().map(|(key, bytes)| Record {
            key: key.clone(),
            bytes: bytes.clone(),
        });
        let records = records.collect();
        self.feed(Input::Restored(Ok(records)));
        self.ask(Request::Hello {
            config: Some(self.day.config.clone()),
            profiles: Vec::new(),
            connect: BROKERS.map(|id| ProfileId(id.to_owned())).into(),
        });
        for (view, expected) in (0..).zip(&self.day.expected) {
            let (from, to) = expected.span(&self.day.time_zone);
            self.ask(Request::Watch(Watch {
                view: ViewId(view),
                generation: 1,
                series: vec![SeriesId::Flow(expected.zone.to_owned())],
                window: Window::Fixed { from, to },
                resolution: Resolution::Buckets(BucketSize::Hour),
            }));
        }
    }

    /// The page is closed and opened again.
    fn reload(&mut self) {
        self.ask(Request::Keep);
        self.engine = Engine::new();
        self.links.clear();
        self.start();
    }

    fn ask(&mut self, request: Request) {
        self.feed(Input::Page(PAGE, request));
    }

    fn feed(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.engine.handle(input, self.now);
            while let Some(output) = self.engine.poll_output() {
                // What follows from an output comes after it, as in a browser.
                inputs.extend(self.answer(output));
            }
        }
    }

    /// What the browser and the brokers do.
    fn answer(&mut self, output: Output) -> Option<Input> {
        match output {
            Output::Zone(name) => {
                let offsets = offsets(&self.day.time_zone, self.now.wall);
                Some(Input::Zone(name, Some(offsets)))
            }
            Output::OpenSocket { link, url, .. } => {
                let name = BROKERS.into_iter().find(|name| url.reveal().contains(name));
                self.links.insert(name.unwrap(), link);
                let event = if self.network {
                    SocketEvent::Opened
                } else {
                    SocketEvent::Failed(SocketError::BeforeOpen)
                };
                Some(Input::Socket(link, event))
            }
            Output::Send(link, bytes) => {
                let answer = match bytes[0] >> 4 {
                    1 => wire::connack(Version::V311, self.keeps_session, 0),
                    8 => wire::suback(Version::V311, wire::id_of(&bytes), &[1]),
                    _ => return None,
                };
                Some(Input::Socket(link, SocketEvent::Bytes(answer)))
            }
            Output::Store(id, records) => {
                for record in records {
                    if record.bytes.is_empty() {
                        self.stored.remove(&record.key);
                    } else {
                        self.stored.insert(record.key, record.bytes);
                    }
                }
                Some(Input::Stored(id, Ok(())))
            }
            Output::Reply(_, Reply::Update(update), _) => {
                self.screen.show(*update);
                None
            }
            _ => None,
        }
    }

    fn pass_until(&mut self, at: jiff::Timestamp) {
        let at = Timestamp::from_millis(at.as_millisecond());
        assert!(at >= self.now.wall, "the stream is not in order");
        while self.now.wall < at {
            self.pass(at.since(self.now.wall).min(PACE));
        }
    }

    fn pass(&mut self, span: Duration) {
        self.now.wall = self.now.wall.after(span);
        self.now.monotonic = self.now.monotonic.after(span);
        self.feed(Input::TimerFired);
        self.ask(Request::Flush);
    }

    fn lose(&mut self) {
        self.network = false;
        for link in self.links.values().copied().collect::<Vec<_>>() {
            let event = SocketEvent::Closed {
                code: 1006,
                clean: false,
            };
            self.feed(Input::Socket(link, event));
        }
    }

    fn connect(&mut self, keeps_session: bool) {
        self.network = true;
        self.keeps_session = keeps_session;
        self.ask(Request::Hint(Hint::Online));
    }

    fn hear(&mut self, mut message: &str) {
        let (mut flags, mut broker) = (0b0010, BROKERS[0]);
        while let Some((word, rest)) = message
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(") "))
        {
            match word {
                "retained" => flags |= 0b0001,
                "again" => flags |= 0b1000,
                "other" => broker = BROKERS[1],
                _ => panic!("({word})"),
            }
            message = rest.trim_start();
        }
        let (topic, payload) = message.split_once(' ').unwrap();
        let bytes = wire::publish(Version::V311, flags, topic, 9, payload.trim().as_bytes());
        let link = self.links[broker];
        self.feed(Input::Socket(link, SocketEvent::Bytes(bytes)));
    }
}

/// The time zone's changes around an instant.
fn offsets(time_zone: &TimeZone, around: Timestamp) -> Offsets {
    let around = jiff::Timestamp::from_millisecond(around.as_millis()).unwrap();
    let from = around - 9_600.hours();
    let changes = time_zone
        .following(from)
        .take_while(|change| change.timestamp() < around + 9_600.hours());
    let changes = changes.map(|change| {
        let at = Timestamp::from_millis(change.timestamp().as_millisecond());
        (at, change.offset().seconds())
    });
    Offsets::new(time_zone.to_offset(from).seconds(), changes.collect())
}

impl Expected<'_> {
    /// The day's begin and end.
    fn span(&self, time_zone: &TimeZone) -> (Timestamp, Timestamp) {
        let date: jiff::civil::Date = self.date.parse().unwrap();
        let start = |date: jiff::civil::Date| {
            let start = date.to_zoned(time_zone.clone()).unwrap();
            Timestamp::from_millis(start.timestamp().as_millisecond())
        };
        (start(date), start(date.tomorrow().unwrap()))
    }
}

/// What a page was told.
#[derive(Default)]
struct Screen {
    zones: BTreeMap<String, ZoneView>,
    rows: BTreeMap<(ViewId, Timestamp), BucketRow>,
}

impl Screen {
    fn show(&mut self, update: Update) {
        for zone in update.levels.zones {
            self.zones.insert(zone.id.clone(), zone);
        }
        for patch in update.buckets {
            for row in patch.rows {
                self.rows.insert((patch.view, row.start), row);
            }
        }
    }

    fn tables(&self, day: &Day) -> Vec<String> {
        let views = (0..).zip(&day.expected);
        views
            .map(|(view, expected)| self.table(ViewId(view), expected, &day.time_zone))
            .collect()
    }

    /// A line for each hour in which something is to be said: when it begins, entered, exited, whether something is missing
    /// of it, and who passed at some time since when. Below them, if it is the day of the end, the zone's totals and how
    /// many are present.
    fn table(&self, view: ViewId, expected: &Expected, time_zone: &TimeZone) -> String {
        let (from, to) = expected.span(time_zone);
        let clock = |at: Timestamp| clock(at, time_zone);
        let mut text = String::new();
        let mut last = from;
        for ((_, start), row) in self.rows.range((view, from)..(view, to)) {
            last = *start;
            let state = match row.state {
                BucketState::Complete => "",
                BucketState::Partial => "  partial",
                BucketState::Gap => "  gap",
            };
            let said = (row.entered, row.exited, row.state, row.earlier);
            if said == (0, 0, BucketState::Complete, None) {
                continue;
            }
            write!(
                text,
                "{}  {}  {}{state}",
                clock(*start),
                row.entered,
                row.exited
            )
            .unwrap();
            if let Some(earlier) = row.earlier {
                let (since, until) = (clock(earlier.from), clock(earlier.until));
                write!(
                    text,
                    "  and {}  {} between {since} and {until}",
                    earlier.entered, earlier.exited
                )
                .unwrap();
            }
            text.push('\n');
        }
        let zone = &self.zones[expected.zone];
        if last.after(Duration::from_secs(3600)) >= to {
            let said = |total: Total| {
                let since = total.since.map(|since| format!(" since {}", clock(since)));
                let at_least = if total.at_least { "at least " } else { "" };
                let waiting = if total.waiting { " so far" } else { "" };
                format!(
                    "{at_least}{}{}{waiting}",
                    total.value,
                    since.unwrap_or_default()
                )
            };
            let (entered, exited) = (said(zone.entered), said(zone.exited));
            let present = zone
                .occupancy
                .map_or("unknown".to_owned(), |people| people.to_string());
            writeln!(
                text,
                "entered {entered}, exited {exited}, present {present}"
            )
            .unwrap();
        }
        text
    }
}

/// The site's clock, with its distance from UTC where the date has two of them.
fn clock(at: Timestamp, time_zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap();
    let at = Zoned::new(at, time_zone.clone());
    let (start, end) = (at.start_of_day().unwrap(), at.end_of_day().unwrap());
    let pattern = if start.offset() == end.offset() {
        "%H:%M"
    } else {
        "%H:%M%:z"
    };
    at.strftime(pattern).to_string()
}
