//! Counts of a day → how many are in a zone at the end of each minute.
//!
//! The sum over all doors is kept as it is, also below zero: it falls below when people were there before the day began or
//! an entry was missed. What is shown is the sum less its lowest value so far, if that is below zero, so that it is never
//! negative and no door is ever corrected by itself.
//!
//! What a total tells of a time in which nobody listened stands where that time ends, whenever the reading comes: what the
//! sum was meanwhile, and how low, is put right as soon as both directions of a door have spoken.

use crate::series::{Course, Span};
use crate::settings::Sign;
use crate::time::Timestamp;

/// Entered less exited of one door at the end of each minute since the day began.
#[derive(Clone, Debug, Default)]
pub(super) struct DoorCurve {
    pub(super) net: Vec<i64>,
    /// The first minute in which it says anything.
    pub(super) begins: Option<usize>,
    /// See [`held_from`].
    held_from: Option<i64>,
}

/// Minutes. A reading that says nothing for so long after we listen again probably has little to say, like the way out of a
/// place that has just opened; if it was much, that is put right when it speaks.
const LONGEST_HOLD: i64 = 10;

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
        let minute_at = |index| first + i64::try_from(index).unwrap_or(i64::MAX);
        let courses: Vec<_> = entered.iter().chain(exited).copied().collect();
        let held_from = held_from(&courses, first, minute_at(length) - 1);
        let known = || courses.iter().flatten();
        let changed = changed.map(|changed| {
            let from = known().map(|course| course.placed_from(changed));
            from.min().unwrap_or(changed)
        });
        let released = (self.held_from != held_from)
            .then(|| self.held_from.into_iter().chain(held_from).min())
            .flatten();
        self.held_from = held_from;
        if let Some(from) = changed.into_iter().chain(released).min() {
            self.net
                .truncate(usize::try_from(from - first).unwrap_or(0));
        }
        let from = self.net.len();
        if from >= length {
            return None;
        }
        self.begins = self.begins.filter(|begins| *begins < from);
        let at_begin = known().flat_map(|course| course.pending_spans());
        let at_begin = at_begin.filter(|pending| pending.from.minute() < first);
        let listened = at_begin.map(|pending| pending.listened.minute()).max();
        // Of messages that each count nobody tells later what was before.
        let since = known().filter_map(|course| course.total().since).max();
        let listened = listened.or(since.map(Timestamp::minute));
        let known_from = known().next().map(|_| listened.unwrap_or(first));
        let mut inward = Walk::new(entered, minute_at(from) - 1);
        let mut outward = Walk::new(exited, minute_at(from) - 1);
        for index in from..length {
            let minute = minute_at(index);
            let sum = inward.until(minute).saturating_sub(outward.until(minute));
            let is_held = held_from.is_some_and(|held_from| held_from <= minute);
            let former = self.net.last().copied().unwrap_or(0);
            // What came before we listened is one direction without the other as often as not.
            let says = !is_held && known_from.is_some_and(|known_from| known_from <= minute);
            self.net.push(if says { sum } else { former });
            if says && self.begins.is_none() {
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
    steps: Vec<Steps<'a>>,
    sum: i64,
}

/// A course, how many it has counted so far, and what follows.
struct Steps<'a> {
    course: &'a Course,
    last: u64,
    rest: &'a [(i64, u64)],
}

impl<'a> Walk<'a> {
    fn new(courses: &[Option<&'a Course>], before: i64) -> Self {
        let (mut steps, mut sum) = (Vec::new(), 0_i64);
        for course in courses.iter().flatten() {
            let until = course.placed_until(before);
            let last = course.until(until);
            sum = sum.saturating_add_unsigned(last);
            steps.push(Steps {
                course,
                last,
                rest: course.after(until),
            });
        }
        Self { steps, sum }
    }

    fn until(&mut self, minute: i64) -> i64 {
        for steps in &mut self.steps {
            let until = steps.course.placed_until(minute);
            while let Some(((at, sum), after)) = steps.rest.split_first()
                && *at <= until
            {
                let risen = sum.saturating_sub(steps.last);
                self.sum = self.sum.saturating_add_unsigned(risen);
                steps.last = *sum;
                steps.rest = after;
            }
        }
        self.sum
    }
}

/// From which minute (since the Unix epoch) on a door keeps what it said before, because one of its readings has not told
/// yet what it counted while nobody listened: two thousand in without their two thousand out would be a crowd of its own.
fn held_from(courses: &[Option<&Course>], first: i64, now: i64) -> Option<i64> {
    let is_any_silent = courses.iter().any(Option::is_none);
    let pendings = courses
        .iter()
        .flatten()
        .flat_map(|course| course.pending_spans());
    let held = pendings.filter_map(|pending| {
        // What is not known at all is waited for like the other readings.
        let is_awaited = pending.told.is_none() || (is_any_silent && pending.from.minute() < first);
        let (begin, listened) = (pending.from.minute() + 1, pending.listened.minute());
        let patience = (listened - begin.max(first)).clamp(1, LONGEST_HOLD);
        (is_awaited && now < listened + patience).then_some(begin)
    });
    held.min()
}

/// People in one zone at the end of each minute since the day began.
#[derive(Clone, Debug, Default)]
pub(super) struct ZoneCurve {
    raw: Vec<i64>,
    /// The lowest so far, never above zero.
    low: Vec<i64>,
    begins: Option<usize>,
    /// The first minute in which all doors say something that began together.
    together: usize,
    /// When nobody listened to any of its doors.
    blind: Vec<Span>,
}

impl ZoneCurve {
    /// Goes on to `length` minutes; `from` is the position of the first minute that must be read again. Returns the
    /// position from which on it says something, if that is another than before.
    pub(super) fn refresh<'a>(
        &mut self,
        doors: impl Iterator<Item = (&'a DoorCurve, Sign)> + Clone,
        from: Option<usize>,
        length: usize,
    ) -> Option<usize> {
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
        }
        let patience = usize::try_from(LONGEST_HOLD).unwrap_or(0);
        let is_any_unheard = doors.clone().any(|(door, _)| door.begins.is_none());
        let begins = doors.clone().filter_map(|(door, _)| door.begins).min();
        // Who left by the door that was heard first came by one that was heard a minute later.
        let first = begins.unwrap_or(0);
        let soon = doors.filter_map(|(door, _)| door.begins);
        let soon = soon.filter(|begins| first > 0 && *begins <= first.saturating_add(patience));
        let together = soon.max().unwrap_or(first);
        let is_moved = std::mem::replace(&mut self.together, together) != together;
        if is_moved {
            self.low.clear();
        }
        for index in self.low.len()..self.raw.len() {
            let sum = if index < together { 0 } else { self.raw[index] };
            self.low
                .push(sum.min(self.low.last().copied().unwrap_or(0)));
        }
        // The people of a day by one door without those by another are a crowd that never was, or nobody in a full hall.
        // From the begin of a day on nobody is waited for: who was not heard the day before has nothing to say.
        let is_known = |begins: &usize| {
            !is_any_unheard || *begins == 0 || length > begins.saturating_add(patience)
        };
        let former = std::mem::replace(&mut self.begins, begins.filter(is_known));
        self.begins.filter(|_| is_moved || self.begins != former)
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
