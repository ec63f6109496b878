//! Times in which messages may have been missed, merged and bounded.

use std::time::Duration;

use crate::observation::DeviceId;
use crate::ordered::{OrderedMap, OrderedSet};
use crate::time::Timestamp;

/// Whose messages may have been missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Of all devices.
    All,
    /// Of these.
    Devices(OrderedSet<DeviceId>),
}

impl Lost {
    pub(super) fn holds(&self, device: &DeviceId) -> bool {
        match self {
            Self::All => true,
            Self::Devices(devices) => devices.contains(device),
        }
    }
}

/// From an instant up to, not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Span {
    pub(crate) fn overlaps(self, from: Timestamp, until: Timestamp) -> bool {
        self.from < until && self.until > from
    }

    pub(crate) fn covers(self, from: Timestamp, until: Timestamp) -> bool {
        self.from <= from && self.until >= until
    }

    /// Whether a device that spoke then (for the last time) told what was counted in the span.
    ///
    /// Stored messages come a moment before the last subscription is answered, which is when the span ends.
    pub(super) fn is_told_by(self, heard: Timestamp) -> bool {
        heard > self.from && heard >= self.until.before(BEFORE_ANSWER)
    }
}

const BEFORE_ANSWER: Duration = Duration::from_secs(10);

/// Adds a span to ascending, disjoint ones. Returns where that which changed begins.
pub(crate) fn add(spans: &mut Vec<Span>, span: Span) -> Option<Timestamp> {
    let is_known = spans
        .iter()
        .any(|known| known.covers(span.from, span.until));
    if span.from >= span.until || is_known {
        return None;
    }
    let (mut from, mut until) = (span.from, span.until);
    spans.retain(|known| {
        let apart = known.until < from || known.from > until;
        if !apart {
            from = from.min(known.from);
            until = until.max(known.until);
        }
        apart
    });
    let at = spans.partition_point(|known| known.from < from);
    spans.insert(at, Span { from, until });
    let joined = (spans.len() > SPANS).then(|| join_closest(spans)).flatten();
    Some(joined.map_or(from, |joined| joined.min(from)))
}

/// More interruptions than this in two days are one bad connection, and some of them become one.
const SPANS: usize = 128;

/// Says more to be lost than was: never less. Returns where the joined ones begin.
fn join_closest(spans: &mut Vec<Span>) -> Option<Timestamp> {
    let between = |pair: &[Span]| pair[1].from.since(pair[0].until);
    let closest = (1..spans.len()).min_by_key(|index| between(&spans[index - 1..=*index]))?;
    spans[closest - 1].until = spans[closest].until;
    spans.remove(closest);
    Some(spans[closest - 1].from)
}

/// All gaps: of everybody, and of single devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gaps {
    all: Vec<Span>,
    devices: OrderedMap<DeviceId, Vec<Span>>,
    /// When the last one ended.
    end: Option<Timestamp>,
}

/// With more devices than this the gap is everybody's.
const DEVICES: usize = 10_000;

impl Gaps {
    /// Returns where that which changed begins.
    pub(crate) fn add(&mut self, lost: &Lost, span: Span) -> Option<Timestamp> {
        self.end = self.end.max(Some(span.until));
        let Lost::Devices(devices) = lost else {
            return add(&mut self.all, span);
        };
        if self.all.iter().any(|all| all.covers(span.from, span.until)) {
            return None;
        }
        if self.devices.len() + devices.len() > DEVICES {
            return add(&mut self.all, span);
        }
        let add = |device: &DeviceId| add(self.devices.entry(device.clone()).or_default(), span);
        devices.iter().filter_map(add).min()
    }

    /// Whether any ended after.
    pub(super) fn end_after(&self, heard: Option<Timestamp>) -> bool {
        self.end.is_some() && self.end >= heard
    }

    /// Those of one device, ascending and disjoint.
    pub(crate) fn of(&self, device: &DeviceId) -> Vec<Span> {
        let mut spans = self.all.clone();
        for span in self.devices.get(device).into_iter().flatten() {
            add(&mut spans, *span);
        }
        spans
    }

    /// Forgets what ended before. Returns whether that changed anything.
    pub(crate) fn forget_before(&mut self, time: Timestamp) -> bool {
        let former = self.count();
        let kept = |span: &Span| span.until > time;
        self.all.retain(kept);
        self.devices.retain(|_, spans| {
            spans.retain(kept);
            !spans.is_empty()
        });
        self.count() != former
    }

    fn count(&self) -> usize {
        self.all.len() + self.devices.values().map(Vec::len).sum::<usize>()
    }

    /// Everybody's, and those of single devices.
    pub(crate) fn parts(&self) -> (&[Span], &OrderedMap<DeviceId, Vec<Span>>) {
        (&self.all, &self.devices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, until: i64) -> Span {
        Span {
            from: Timestamp::from_millis(from),
            until: Timestamp::from_millis(until),
        }
    }

    #[test]
    fn gaps_that_touch_are_one() {
        let mut spans = Vec::new();
        for (from, until) in [(50, 60), (10, 20), (20, 30), (55, 70), (40, 40)] {
            add(&mut spans, span(from, until));
        }
        assert_eq!(spans, [span(10, 30), span(50, 70)]);
        assert_eq!(add(&mut spans, span(12, 28)), None);
        assert_eq!(
            add(&mut spans, span(25, 35)),
            Some(Timestamp::from_millis(10))
        );
    }

    #[test]
    fn gaps_are_bounded_and_never_say_less() {
        let mut spans = Vec::new();
        for n in 0..1000 {
            add(&mut spans, span(n * 10, n * 10 + 5));
        }
        assert_eq!(spans.len(), SPANS);
        for n in 0..1000 {
            let each = span(n * 10, n * 10 + 5);
            assert!(
                spans
                    .iter()
                    .any(|known| known.covers(each.from, each.until))
            );
        }
    }

    #[test]
    fn a_device_has_its_own_gaps_and_everybodys() {
        let (here, there) = (DeviceId::new("a"), DeviceId::new("b"));
        let mut gaps = Gaps::default();
        gaps.add(&Lost::All, span(0, 10));
        gaps.add(&Lost::Devices([here.clone()].into()), span(5, 20));
        assert_eq!(gaps.of(&here), [span(0, 20)]);
        assert_eq!(gaps.of(&there), [span(0, 10)]);
        assert!(gaps.forget_before(Timestamp::from_millis(10)));
        assert!(gaps.of(&there).is_empty());
    }
}
