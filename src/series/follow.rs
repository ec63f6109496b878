//! A course that follows its line: when the line changes, only what changed is read again.

use super::Series;
use super::course::Course;
use crate::observation::{Channel, Class, DeviceId, LineId};
use crate::time::Timestamp;

/// What one line counted in a span of time, and up to which revision that is known.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    class: Class,
    revision: u64,
    pub(crate) course: Course,
}

impl Series {
    /// Brings a course up to date. Returns the first minute that may have changed, if any did.
    pub(crate) fn follow(
        &self,
        (device, line, channel): (&DeviceId, &LineId, Channel),
        from: Timestamp,
        to: Timestamp,
        followed: &mut Option<Followed>,
    ) -> Option<i64> {
        let Some((class, line)) = self.best(device, line, channel) else {
            return followed.take().map(|_| from.minute());
        };
        let former = match followed.take() {
            Some(mut known) if known.class == class => {
                let of_line = line.changes.since(known.revision);
                // A gap that touches the time before the line was known is one with it, from its begin on.
                let of_gaps = self.gaps_changes.since(known.revision);
                let of_gaps = of_gaps.map(|minute| {
                    let touches = minute <= line.first_known.minute();
                    if touches { i64::MIN } else { minute }
                });
                let changed = [of_line, of_gaps].into_iter().flatten().min();
                known.revision = self.revision;
                match changed {
                    Some(changed) if changed < to.minute() => Some((known.course, changed)),
                    // Nothing, or what lies after the span.
                    Some(_) | None => {
                        *followed = Some(known);
                        return None;
                    }
                }
            }
            _ => None,
        };
        let changed = former.as_ref().map_or(i64::MIN, |former| former.1);
        let gaps = (&*self.gaps.of(device), &*self.silences.of(device));
        let course = Course::of(line, gaps, from, to, former);
        *followed = Some(Followed {
            class,
            revision: self.revision,
            course,
        });
        Some(changed.max(from.minute()))
    }
}
