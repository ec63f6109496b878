//! A plan, the monotonic clock and the alarms → the view that stands on the page now.
//!
//! Computed from the clock and not counted by timers: a tab that was hidden or frozen comes back with the right view.

use std::time::Duration;

use super::{Plan, View};
use crate::time::Monotonic;

/// A place that needs somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Where it is seen.
    pub view: View,
    /// How bad it is, from 1 on; when it becomes worse it is a new alarm.
    pub degree: u32,
}

/// The views in their turn, and between them the places that alarm.
#[derive(Debug)]
pub struct Tour {
    views: Vec<View>,
    span: Option<Duration>,
    /// The place among the views that has its turn, and since when.
    turn: (usize, Monotonic),
    /// This turn follows an alarm, and gives way to none.
    kept: bool,
    /// What is shown out of turn, and since when.
    away: Option<(View, Monotonic)>,
    /// The next to be shown first.
    alarms: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    alarm: Alarm,
    /// When it was as bad as that last.
    at: Monotonic,
    /// It waits to be shown.
    due: bool,
}

impl Tour {
    /// Begins with the first view.
    pub fn new(plan: Plan, now: Monotonic) -> Self {
        Self {
            views: plan.views,
            span: plan.span,
            turn: (0, now),
            kept: false,
            away: None,
            alarms: Vec::new(),
        }
    }

    /// The view that is shown from now on. `alarms` are all that there are now; of those that begin together the last is
    /// shown first.
    ///
    /// A place that begins to alarm is shown at once, for one span, and again after each tour. Between two alarms stands
    /// a view in its turn, also for a whole span: whatever alarms, and however often, all views are seen.
    pub fn handle(&mut self, now: Monotonic, alarms: &[Alarm]) -> View {
        let Some(span) = self.span else {
            return self.in_turn();
        };
        self.note(now, span, alarms);
        if let Some((view, since)) = self.away {
            if now.since(since) < span {
                return view;
            }
            self.away = None;
            if self.in_turn() == view {
                self.go_on(1);
            }
            self.turn.1 = now;
            self.kept = true;
            return self.in_turn();
        }
        let turns = now.since(self.turn.1).as_millis() / span.as_millis().max(1);
        let turns = u32::try_from(turns).unwrap_or(u32::MAX);
        if turns > 0 {
            self.go_on(turns as usize);
            // Also after a long time without a clock the turns stand where they would have stood.
            self.turn.1 = self.turn.1.after(span.saturating_mul(turns));
            self.kept = false;
        }
        if !self.kept
            && let Some(view) = self.next_alarm()
        {
            self.away = Some((view, now));
            return view;
        }
        self.in_turn()
    }

    fn in_turn(&self) -> View {
        self.views.get(self.turn.0).copied().unwrap_or(View::Site)
    }

    /// After each tour all that still alarms waits to be shown again.
    fn go_on(&mut self, turns: usize) {
        let place = self.turn.0 + turns;
        let length = self.views.len().max(1);
        if place >= length {
            self.alarms.iter_mut().for_each(|known| known.due = true);
        }
        self.turn.0 = place % length;
    }

    /// What is new or worse comes first. What was quiet for less than a span goes on, so that a zone at its bound is not
    /// new each time that somebody passes its door.
    fn note(&mut self, now: Monotonic, span: Duration, alarms: &[Alarm]) {
        for alarm in alarms {
            let same = |known: &Known| known.alarm.view == alarm.view;
            let place = self.alarms.iter().position(same);
            let worst = place.map_or(0, |place| self.alarms[place].alarm.degree);
            if alarm.degree > worst {
                self.alarms.retain(|known| !same(known));
                let known = Known {
                    alarm: *alarm,
                    at: now,
                    due: true,
                };
                self.alarms.insert(0, known);
            } else if let Some(known) = place.and_then(|place| self.alarms.get_mut(place))
                && (alarm.degree == worst || now.since(known.at) >= span)
            {
                known.alarm = *alarm;
                known.at = now;
            }
        }
        self.alarms.retain(|known| now.since(known.at) < span);
    }

    /// The first of those that wait; it is the last from now on.
    fn next_alarm(&mut self) -> Option<View> {
        let place = self.alarms.iter().position(|known| known.due)?;
        let mut known = self.alarms.remove(place);
        known.due = false;
        let view = known.alarm.view;
        self.alarms.push(known);
        Some(view)
    }
}

#[cfg(test)]
mod tests;
