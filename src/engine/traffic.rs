//! How much comes by a link, and which of its subscriptions brings far more than devices have to say.

use std::time::Duration;

use crate::settings::Filter;
use crate::time::{Monotonic, Timestamp};

use super::Engine;
use super::wire::{TrafficView, Volume, WideView};

/// What one link brings. Bounded: a number for each subscription.
#[derive(Debug)]
pub(super) struct Traffic {
    /// Where the site's day begins of which the volume is.
    day: Option<Timestamp>,
    /// Since when it is counted; `None`: since the day began.
    since: Option<Timestamp>,
    today: Volume,
    /// In the second that is under way, and when that began.
    second: Volume,
    begun: Monotonic,
    /// In the second before.
    rate: Volume,
    /// How long messages waited until they were kept, at most: in the second that is under way, and in the last one in which
    /// any did.
    waited: (Option<Duration>, Option<Duration>),
    measure: Option<Measure>,
    /// Nothing is measured before.
    rests_until: Monotonic,
    /// The place of a filter, and what it brings a second.
    wide: Option<(usize, Volume)>,
    /// Until when that is offered though no more comes than usual.
    stands_until: Monotonic,
}

/// Five seconds in which each message is looked at.
#[derive(Debug)]
struct Measure {
    begun: Monotonic,
    /// In the order of the filters.
    filters: Vec<Volume>,
}

impl Traffic {
    /// Nothing came yet.
    pub(super) const fn new(wall: Timestamp, now: Monotonic) -> Self {
        Self {
            day: None,
            since: Some(wall),
            today: Volume::NONE,
            second: Volume::NONE,
            begun: now,
            rate: Volume::NONE,
            waited: (None, None),
            measure: None,
            rests_until: now,
            wide: None,
            stands_until: now,
        }
    }

    /// Goes on where another one was.
    pub(super) const fn go_on(&mut self, view: TrafficView) {
        (self.rate, self.today, self.since) = (view.rate, view.today, view.since);
        self.waited.1 = view.kept_after;
    }

    /// A message came.
    pub(super) fn note(&mut self, topic: &str, bytes: usize, filters: &[Filter]) {
        let one = Volume {
            messages: 1,
            bytes: bytes as u64,
        };
        self.today.add(one);
        self.second.add(one);
        let Some(measure) = &mut self.measure else {
            return;
        };
        for (volume, filter) in measure.filters.iter_mut().zip(filters) {
            if filter.filter.matches(topic) {
                volume.add(one);
            }
        }
    }

    /// A message was kept, and is acknowledged, so long after it came.
    pub(super) fn note_kept(&mut self, waited: Duration) {
        self.waited.0 = self.waited.0.max(Some(waited));
    }

    /// About a second has passed. `day`: when the site's day began.
    pub(super) fn tick(&mut self, now: Monotonic, day: Option<Timestamp>, filters: &[Filter]) {
        if self.day.is_some() && self.day != day {
            (self.since, self.today) = (None, Volume::NONE);
        }
        self.day = day;
        self.rate = self.second.a_second(self.begun, now);
        (self.second, self.begun) = (Volume::NONE, now);
        let (second, last) = self.waited;
        self.waited = (None, second.or(last));
        if self.rate.is_wide() {
            self.stands_until = now.after(STANDS);
        } else if self.stands_until <= now {
            self.wide = None;
        }
        match self
            .measure
            .take_if(|measure| now.since(measure.begun) >= MEASURES)
        {
            Some(measure) => {
                self.rests_until = now.after(RESTS);
                let measured = measure.filters.into_iter().zip(filters).enumerate();
                for (place, (volume, _)) in measured.filter(|(_, (_, filter))| !filter.wide) {
                    let rate = volume.a_second(measure.begun, now);
                    let least = self.wide.map_or(WIDE_BYTES - 1, |(_, rate)| rate.share());
                    if rate.share() > least {
                        self.wide = Some((place, rate));
                    }
                }
            }
            None => {
                let begins = self.rate.is_wide() && self.wide.is_none() && self.rests_until <= now;
                if begins && self.measure.is_none() {
                    self.measure = Some(Measure {
                        begun: now,
                        filters: vec![Volume::NONE; filters.len()],
                    });
                }
            }
        }
    }

    /// A session goes on after so long: what it kept meanwhile comes at once, however much that is.
    pub(super) fn handle_resumed(&mut self, away: Duration, now: Monotonic) {
        self.measure = None;
        self.rests_until = self.rests_until.max(now.after(away.min(RESTS)));
    }

    /// Somebody said that it is wanted so.
    pub(super) const fn forget_wide(&mut self) {
        self.wide = None;
    }

    /// As the page shows it.
    pub(super) fn view(&self) -> TrafficView {
        TrafficView {
            rate: self.rate,
            today: self.today,
            since: self.since,
            kept_after: self.waited.1,
        }
    }

    /// The subscription that brings far too much.
    pub(super) fn wide(&self, filters: &[Filter]) -> Option<WideView> {
        let (place, rate) = self.wide?;
        let filter = filters.get(place)?.filter.as_str().to_owned();
        Some(WideView { filter, rate })
    }
}

impl Volume {
    const NONE: Self = Self {
        messages: 0,
        bytes: 0,
    };

    fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
    }

    fn a_second(self, from: Monotonic, to: Monotonic) -> Self {
        let millis = to.as_millis().saturating_sub(from.as_millis()).max(1);
        let rate = |count: u64| count.saturating_mul(1000) / millis;
        Self {
            messages: rate(self.messages),
            bytes: rate(self.bytes),
        }
    }

    fn is_wide(self) -> bool {
        self.share() >= WIDE_BYTES
    }

    /// Messages and bytes by one measure.
    fn share(self) -> u64 {
        self.bytes.max(
            self.messages
                .saturating_mul(WIDE_BYTES / Self::MANY_MESSAGES),
        )
    }
}

impl Engine {
    /// Counts each link's traffic once a second.
    pub(super) fn tick_traffic(&mut self) {
        let now = self.now;
        let day = self
            .calendar()
            .map(|calendar| calendar.start(calendar.day(now.wall)));
        for connection in self.links.values_mut() {
            let filters = &connection.profile.filters;
            connection.traffic.tick(now.monotonic, day, filters);
        }
    }
}

/// A camera's picture in base64 has about 50 KB: ten of them a second, or four megabits of the network.
const WIDE_BYTES: u64 = 500_000;

/// Long enough to tell a burst from a stream: the stored messages of a large site come in less.
const MEASURES: Duration = Duration::from_secs(5);

/// A second measurement so soon would find the same, and what a session kept has come by then.
const RESTS: Duration = Duration::from_secs(60);

/// After so long without too much it is over, whatever it was.
const STANDS: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{QoS, TopicFilter};

    struct Flow {
        traffic: Traffic,
        now: Monotonic,
        filters: Vec<Filter>,
    }

    impl Flow {
        fn new(filters: &[&str]) -> Self {
            let now = Monotonic::from_millis(5_000);
            let filter = |text: &&str| Filter {
                filter: TopicFilter::new(text).unwrap(),
                qos: QoS::AtMostOnce,
                wide: false,
            };
            Self {
                traffic: Traffic::new(Timestamp::from_millis(0), now),
                now,
                filters: filters.iter().map(filter).collect(),
            }
        }

        fn pass(&mut self, seconds: u64, messages: &[(&str, usize, u64)]) {
            for _ in 0..seconds {
                for (topic, bytes, count) in messages {
                    for _ in 0..*count {
                        self.traffic.note(topic, *bytes, &self.filters);
                    }
                }
                self.now = self.now.after(Duration::from_secs(1));
                let day = Some(Timestamp::from_millis(0));
                self.traffic.tick(self.now, day, &self.filters);
            }
        }

        fn offered(&self) -> Option<(String, u64, u64)> {
            let wide = self.traffic.wide(&self.filters)?;
            Some((wide.filter, wide.rate.messages, wide.rate.bytes))
        }
    }

    #[test]
    fn a_second_is_told_as_it_was_and_a_day_as_a_sum() {
        let mut flow = Flow::new(&["#"]);
        flow.pass(3, &[("a", 100, 7)]);
        flow.pass(1, &[("a", 100, 2)]);
        let view = flow.traffic.view();
        assert_eq!((view.rate.messages, view.rate.bytes), (2, 200));
        assert_eq!((view.today.messages, view.today.bytes), (23, 2_300));
        assert_eq!(view.since, Some(Timestamp::from_millis(0)));
        let tomorrow = Some(Timestamp::from_millis(86_400_000));
        flow.traffic.tick(flow.now, tomorrow, &flow.filters);
        let view = flow.traffic.view();
        assert_eq!((view.today.messages, view.since), (0, None));
    }

    #[test]
    fn a_subscription_is_wide_by_messages_or_by_bytes_after_five_seconds() {
        for (size, count, is_wide) in [
            (60, 4_200, true),
            (60, 900, false),
            (60_000, 10, true),
            (40_000, 10, false),
        ] {
            let mut flow = Flow::new(&["door/#", "#"]);
            let flood = ("cam/1", size, count);
            flow.pass(5, &[flood]);
            assert_eq!(flow.offered(), None, "it is measured");
            flow.pass(2, &[flood]);
            let expected = is_wide.then_some(("#".to_owned(), count, count * size as u64));
            assert_eq!(flow.offered(), expected);
        }
    }

    #[test]
    fn a_shared_subscription_is_wide_like_any_other() {
        let mut flow = Flow::new(&["door/#", "$share/wall/cam/#"]);
        flow.pass(7, &[("cam/1", 60_000, 10)]);
        let expected = ("$share/wall/cam/#".to_owned(), 10, 600_000);
        assert_eq!(flow.offered(), Some(expected));
    }

    #[test]
    fn a_burst_of_stored_messages_is_no_flood() {
        let mut flow = Flow::new(&["#"]);
        flow.pass(1, &[("a", 100, 4_000)]);
        flow.pass(60, &[("a", 100, 10)]);
        assert_eq!(flow.offered(), None);
    }

    #[test]
    fn what_somebody_wants_wide_is_not_offered_but_another_is() {
        let floods = [("cam/1", 60_000, 20), ("door/1", 60, 2_000)];
        let mut flow = Flow::new(&["door/#", "cam/#"]);
        flow.filters[1].wide = true;
        flow.pass(7, &floods);
        let offered = flow.offered().map(|(filter, ..)| filter);
        assert_eq!(offered.as_deref(), Some("door/#"));
        flow.filters[0].wide = true;
        flow.traffic.forget_wide();
        flow.pass(600, &floods);
        assert_eq!(flow.offered(), None);
    }

    #[test]
    fn what_ends_is_not_offered_for_long() {
        let flood = [("a", 60, 2_000)];
        let mut flow = Flow::new(&["#"]);
        flow.pass(7, &flood);
        assert!(flow.offered().is_some());
        flow.pass(59, &[]);
        assert!(flow.offered().is_some());
        flow.pass(2, &[]);
        assert_eq!(flow.offered(), None);
    }
}
