//! Rows that a page has are not computed again, and nobody can tell.

use super::super::charts::Basis;
use super::super::pages::REST;
use super::super::wire::{Resolution, SeriesId, ViewId, Watch, Window};
use super::house::{ACCEPTED, CONFIG, RESUMED, crossing};
use super::*;
use crate::engine::simulated::STAGE;
use crate::time::BucketSize;

/// Two engines with one fate: the second one computes all rows at each flush.
struct Twins {
    calm: Engine,
    eager: Engine,
    now: Now,
    link: Option<LinkId>,
    subscribe: Vec<u8>,
    updates: usize,
}

impl Twins {
    fn new() -> Self {
        let mut twins = Self {
            calm: Engine::new(),
            eager: Engine::new(),
            now: Now {
                wall: Timestamp::from_millis(1_800_000_000_000),
                monotonic: Monotonic::from_millis(1_000),
            },
            link: None,
            subscribe: Vec::new(),
            updates: 0,
        };
        twins.calm.know_stage(STAGE);
        twins.eager.know_stage(STAGE);
        twins.feed(Input::Started { seed: 7, speed: 1 });
        twins.feed(Input::Restored(Err(StoreFault::Refused)));
        twins
    }

    fn hello(&mut self, config: Option<&str>) {
        self.ask(Request::Hello {
            config: config.map(str::to_owned),
            profiles: Vec::new(),
            connect: config
                .map(|_| ProfileId("b".to_owned()))
                .into_iter()
                .collect(),
        });
    }

    fn watch(&mut self, zone: &str) {
        let minutes = 60_000;
        let curves = [
            (2, 500),
            (10, 1_000),
            (60, 3_600),
            (180, 10_000),
            (1_440, 90_000),
        ];
        let curves = curves.map(|(span, width_ms)| {
            let series = SeriesId::Occupancy(zone.to_owned());
            let window = Window::Live {
                span: span * minutes,
            };
            (series, window, Resolution::Columns { width_ms })
        });
        let sizes = [
            BucketSize::Minute,
            BucketSize::Quarter,
            BucketSize::Hour,
            BucketSize::Day,
        ];
        let bars = sizes.into_iter().flat_map(|size| {
            [Window::Live { span: 90 * minutes }, Window::Day].map(|window| {
                let series = SeriesId::Flow(zone.to_owned());
                (series, window, Resolution::Buckets(size))
            })
        });
        for (view, (series, window, resolution)) in (0..).zip(curves.into_iter().chain(bars)) {
            self.ask(Request::Watch(Watch {
                view: ViewId(view),
                generation: 1,
                series: vec![series],
                window,
                resolution,
            }));
        }
    }

    fn ask(&mut self, request: Request) {
        self.feed(Input::Page(PAGE, request));
    }

    fn socket(&mut self, event: SocketEvent) {
        let link = self.link.unwrap();
        self.feed(Input::Socket(link, event));
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.socket(SocketEvent::Bytes(bytes.to_vec()));
    }

    /// The next attempt succeeds.
    fn connect(&mut self, connack: [u8; 4]) {
        while self.link.is_none() {
            self.pass(1_000);
        }
        self.socket(SocketEvent::Opened);
        self.hear(&connack);
        if connack == ACCEPTED {
            // Long enough to be looked at right when it sees again.
            self.pass(200);
            self.now.wall = self.now.wall.after(REST);
            self.now.monotonic = self.now.monotonic.after(REST);
            let [low, high] = [self.subscribe[2], self.subscribe[3]];
            self.hear(&[0x90, 4, low, high, 1, 1]);
        }
    }

    fn lose(&mut self) {
        self.socket(SocketEvent::Closed {
            code: 1006,
            clean: false,
        });
        self.link = None;
    }

    fn pass(&mut self, millis: u64) {
        let millis = Duration::from_millis(millis);
        self.now.wall = self.now.wall.after(millis);
        self.now.monotonic = self.now.monotonic.after(millis);
        self.feed(Input::TimerFired);
        self.ask(Request::Flush);
    }

    fn feed(&mut self, input: Input) {
        self.eager.forget_rows();
        self.eager.handle(input.clone(), self.now);
        self.calm.handle(input, self.now);
        loop {
            let output = self.calm.poll_output();
            assert_eq!(plain(&output), plain(&self.eager.poll_output()));
            match output {
                Some(Output::Zone(name)) => {
                    let offsets = Some(Offsets::fixed(9 * 3600));
                    self.eager
                        .handle(Input::Zone(name.clone(), offsets.clone()), self.now);
                    self.calm.handle(Input::Zone(name, offsets), self.now);
                }
                Some(Output::OpenSocket { link, .. }) => self.link = Some(link),
                Some(Output::Send(_, bytes)) if bytes[0] == 0x82 => self.subscribe = bytes,
                Some(Output::Reply(_, Reply::Update(_), _)) => self.updates += 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    fn bases(&self) -> Vec<Basis> {
        let watches = self.calm.pages.get(&PAGE).unwrap().watches.values();
        let sent = watches.flat_map(|watching| &watching.sent);
        sent.filter_map(|sent| sent.basis).collect()
    }
}

/// What can be compared: "none" is not equal to itself.
fn plain(output: &Option<Output>) -> String {
    match output {
        Some(Output::Reply(page, reply, floats)) => {
            let bits: Vec<u32> = floats.iter().map(|float| float.to_bits()).collect();
            format!("{page:?} {reply:?} {bits:?}")
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_simulated_day_is_told_as_if_all_rows_were_computed_at_each_flush() {
    let mut twins = Twins::new();
    twins.hello(None);
    twins.ask(Request::Simulate);
    twins.watch("site");
    for step in 0..240 {
        twins.pass([50, 100, 1_000, 400][step % 4]);
    }
    assert!(twins.updates > 100, "{}", twins.updates);
}

#[test]
fn outages_are_told_as_if_all_rows_were_computed_at_each_flush() {
    let mut twins = Twins::new();
    twins.hello(Some(CONFIG));
    twins.watch("hall");
    twins.connect(ACCEPTED);
    let mut random = fastrand::Rng::with_seed(5);
    for step in 0..200_u32 {
        match random.u8(..) {
            0..60 => {
                let id = u8::try_from(step % 200).unwrap() + 1;
                twins.hear(&crossing(1, id));
            }
            60..80 => {
                // After some silence, or none.
                twins.pass(random.u64(0..200_000));
                twins.lose();
                twins.pass(random.u64(0..200_000));
                twins.connect([ACCEPTED, RESUMED][random.usize(..2)]);
                // Right when it ends, too.
                twins.ask(Request::Flush);
            }
            80..82 => {
                let adjusted = Duration::from_secs(random.u64(0..9_000));
                twins.now.wall = twins.now.wall.after(adjusted);
            }
            82 => twins.now.wall = twins.now.wall.before(Duration::from_secs(4_000)),
            _ => {}
        }
        twins.pass([0, 20, 300, 5_000, 70_000][random.usize(..5)]);
    }
}

#[test]
fn a_curve_of_more_than_an_hour_is_told_as_if_it_were_computed_at_each_flush() {
    let mut twins = Twins::new();
    twins.hello(Some(CONFIG));
    twins.connect(ACCEPTED);
    twins.ask(Request::Watch(Watch {
        view: ViewId(1),
        generation: 1,
        series: vec![SeriesId::Occupancy("hall".to_owned())],
        window: Window::Live { span: 4_500_000 },
        // No part of an hour, so that seconds end elsewhere than columns.
        resolution: Resolution::Columns { width_ms: 17_000 },
    }));
    for step in 0..1_500_u32 {
        if step.is_multiple_of(10) {
            let id = u8::try_from(step / 10).unwrap() + 1;
            twins.hear(&crossing(1, id));
        }
        twins.pass(3_000);
    }
}

#[test]
fn rows_are_not_computed_again_while_nothing_that_they_show_has_changed() {
    let mut twins = Twins::new();
    twins.hello(Some(CONFIG));
    twins.connect(ACCEPTED);
    twins.hear(&crossing(1, 5));
    twins.watch("hall");
    // Bars and wide columns; one narrow column after the other begins.
    for millis in [1_000, 100, 100, 100] {
        twins.pass(millis);
    }
    let looks = |twins: &Twins| {
        twins
            .bases()
            .iter()
            .map(|basis| basis.look)
            .collect::<Vec<_>>()
    };
    let before = looks(&twins);
    for id in 6..20 {
        let mut elsewhere = crossing(1, id);
        elsewhere[9] = b'b';
        twins.hear(&elsewhere);
        twins.pass(10);
    }
    assert_eq!(looks(&twins), before);
    twins.hear(&crossing(1, 20));
    twins.pass(10);
    let after = looks(&twins);
    assert!(
        after
            .iter()
            .zip(&before)
            .all(|(after, before)| after != before)
    );
}
