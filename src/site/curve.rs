//! Counts of a day → how many are in a zone at the end of each minute.
//!
//! The sum over all doors is kept as it is, also below zero: it falls below when people were there before the day began or
//! an entry was missed. What is shown is the sum less its lowest value so far, if that is below zero, so that it is never
//! negative and no door is ever corrected by itself.

use crate::series::{Course, Pending, Span};
use crate::settings::Sign;
use crate::time::Timestamp;

/// Entered less exited of one door at the end of each minute since the day began.
#[derive(Clone, Debug, Default)]
pub(super) struct DoorCurve {
    pub(super) net: Vec<i64>,
    /// The first minute in which it says anything.
    pub(super) begins: Option<usize>,
    holds: Vec<Hold>,
}

/// Minutes (since the Unix epoch, the second not included) in which a door keeps what it said before, because one of its
/// directions is known and the other is not: two thousand in without their two thousand out would be a crowd of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hold {
    from: i64,
    until: i64,
}

/// A reading that says nothing for longer after we listen again probably has nothing to say.
const LONGEST_HOLD: i64 = 60;

impl DoorCurve {
    /// Goes on to `length` minutes; `changed` is the first minute (since the Unix epoch) that must be read again, `first`
    /// that of the day. Returns the position of the first minute that is new.
    pub(super) fn refresh(
        &mut self,
        entered: &[Option<&Course>],
        exited: &[Option<&Course>],
        first: i64,
        changed: Option<i64>,
        length: usize,
    ) -> Option<usize> {
        if let Some(changed) = changed {
            let holds = holds(entered.iter().chain(exited).copied(), first);
            let from = changed.min(first_difference(&self.holds, &holds).unwrap_or(changed));
            let from = usize::try_from(from - first).unwrap_or(0);
            self.holds = holds;
            self.net.truncate(from);
        }
        let from = self.net.len();
        if from >= length {
            return None;
        }
        self.begins = self.begins.filter(|begins| *begins < from);
        let is_known = entered.iter().chain(exited).any(Option::is_some);
        let mut inward = Walk::new(entered, first, from);
        let mut outward = Walk::new(exited, first, from);
        for index in from..length {
            let minute = first + i64::try_from(index).unwrap_or(i64::MAX);
            let sum = inward.until(minute).saturating_sub(outward.until(minute));
            let is_held = self
                .holds
                .iter()
                .any(|hold| (hold.from..hold.until).contains(&minute));
            let former = self.net.last().copied().unwrap_or(0);
            self.net.push(if is_held { former } else { sum });
            if is_known && !is_held && self.begins.is_none() {
                self.begins = Some(index);
            }
        }
        Some(from)
    }

    /// What it said at the end of a minute.
    fn at(&self, index: usize) -> i64 {
        self.net
            .get(index)
            .or(self.net.last())
            .copied()
            .unwrap_or(0)
    }
}

/// Sums of some courses, minute after minute.
struct Walk<'a> {
    rests: Vec<&'a [(i64, u64)]>,
    sum: i64,
    last: Vec<u64>,
}

impl<'a> Walk<'a> {
    fn new(courses: &[Option<&'a Course>], first: i64, from: usize) -> Self {
        let before = first + i64::try_from(from).unwrap_or(i64::MAX) - 1;
        let (mut rests, mut last, mut sum) = (Vec::new(), Vec::new(), 0_i64);
        for course in courses.iter().flatten() {
            let known = course.until(before);
            sum = sum.saturating_add_unsigned(known);
            last.push(known);
            rests.push(course.after(before));
        }
        Self { rests, sum, last }
    }

    fn until(&mut self, minute: i64) -> i64 {
        for (rest, last) in self.rests.iter_mut().zip(&mut self.last) {
            while let Some(((at, sum), after)) = rest.split_first()
                && *at <= minute
            {
                self.sum = self.sum.saturating_add_unsigned(sum.saturating_sub(*last));
                *last = *sum;
                *rest = after;
            }
        }
        self.sum
    }
}

/// The first minute in which one holds and the other does not.
fn first_difference(former: &[Hold], holds: &[Hold]) -> Option<i64> {
    let gone = former.iter().filter(|hold| !holds.contains(hold));
    let new = holds.iter().filter(|hold| !former.contains(hold));
    gone.chain(new).map(|hold| hold.from).min()
}

/// The holds of a door with these readings.
fn holds<'a>(courses: impl Iterator<Item = Option<&'a Course>> + Clone, first: i64) -> Vec<Hold> {
    let mut holds = Vec::new();
    let mut hold = |pending: &Pending, told: Option<i64>| {
        let listened = pending.listened.minute();
        let begin = pending.from.minute() + 1;
        let patience = (listened - begin.max(first)).clamp(1, LONGEST_HOLD);
        let until = told.unwrap_or(i64::MAX).min(listened + patience);
        if until > begin {
            holds.push(Hold { from: begin, until });
        }
    };
    let is_any_silent = courses.clone().any(|course| course.is_none());
    for course in courses.flatten() {
        for pending in course.pending_spans() {
            hold(pending, pending.told);
            // What is not known at all is waited for like the other direction.
            if is_any_silent && pending.from.minute() < first {
                hold(pending, None);
            }
        }
    }
    holds
}

/// People in one zone at the end of each minute since the day began.
#[derive(Clone, Debug, Default)]
pub(super) struct ZoneCurve {
    raw: Vec<i64>,
    /// The lowest so far, never above zero.
    low: Vec<i64>,
    begins: Option<usize>,
    /// When nobody listened to any of its doors.
    blind: Vec<Span>,
}

impl ZoneCurve {
    /// Goes on to `length` minutes; `from` is the position of the first minute that must be read again.
    pub(super) fn refresh<'a>(
        &mut self,
        doors: impl Iterator<Item = (&'a DoorCurve, Sign)> + Clone,
        from: Option<usize>,
        length: usize,
    ) {
        if let Some(from) = from {
            self.raw.truncate(from);
            self.low.truncate(from);
        }
        for index in self.raw.len()..length {
            let sum = doors.clone().fold(0_i64, |sum, (door, sign)| match sign {
                Sign::Inward => sum.saturating_add(door.at(index)),
                Sign::Outward => sum.saturating_sub(door.at(index)),
            });
            self.raw.push(sum);
            self.low
                .push(sum.min(self.low.last().copied().unwrap_or(0)));
        }
        self.begins = doors.filter_map(|(door, _)| door.begins).min();
    }

    /// Notes when nobody listened to any of the zone's readings.
    pub(super) fn note_blind<'a>(
        &mut self,
        start: Timestamp,
        end: Timestamp,
        courses: impl Iterator<Item = Option<&'a Course>>,
    ) {
        self.blind = vec![Span {
            from: start,
            until: end,
        }];
        for course in courses.flatten() {
            if self.blind.is_empty() {
                break;
            }
            let both = self.blind.iter().flat_map(|span| {
                course.blind_spans().iter().map(|other| Span {
                    from: span.from.max(other.from),
                    until: span.until.min(other.until),
                })
            });
            self.blind = both.filter(|span| span.from < span.until).collect();
        }
    }

    /// People at the end of a minute since the day began; `None`: not known.
    pub(super) fn live(&self, index: usize) -> Option<u64> {
        let (raw, low) = (self.raw.get(index)?, self.low.get(index)?);
        self.begins.filter(|begins| *begins <= index)?;
        u64::try_from(raw.saturating_sub(*low)).ok()
    }

    /// How many minutes there are.
    pub(super) fn len(&self) -> usize {
        self.raw.len()
    }

    /// Whether nobody listened to any of its doors in the whole of it.
    pub(super) fn is_blind(&self, from: Timestamp, until: Timestamp) -> bool {
        self.blind.iter().any(|span| span.covers(from, until))
    }

    /// The most people at the end of a minute, and its position; the first of equals.
    pub(super) fn peak(&self) -> Option<(u64, usize)> {
        let known = (0..self.len()).filter_map(|index| Some((self.live(index)?, index)));
        known.fold(None, |peak, (people, index)| match peak {
            Some((most, _)) if most >= people => peak,
            _ => Some((people, index)),
        })
    }
}
