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
    /// How bad it is; when it becomes worse it is a new alarm.
    pub degree: u32,
}

/// The views in their turn, and a place that alarms instead of them.
#[derive(Debug)]
pub struct Tour {
    views: Vec<View>,
    span: Option<Duration>,
    /// The place among the views that had its turn at that time.
    turn: (usize, Monotonic),
    /// What is shown out of turn.
    away: Option<Away>,
    /// Those that last, the newest last.
    alarms: Vec<Alarm>,
}

#[derive(Clone, Copy, Debug)]
struct Away {
    view: View,
    since: Monotonic,
    /// When it alarmed last.
    alarmed_at: Monotonic,
}

impl Tour {
    /// Begins with the first view.
    pub fn new(plan: Plan, now: Monotonic) -> Self {
        Self {
            views: plan.views,
            span: plan.span,
            turn: (0, now),
            away: None,
            alarms: Vec::new(),
        }
    }

    /// The view that is shown from now on. `alarms` are all that there are now; of those that begin together the last is
    /// shown.
    ///
    /// A place that alarms is shown at once, and then for a whole span at least: also when another begins to alarm, and
    /// until a span has passed without alarm, so that a zone at its bound does not make the wall flicker.
    pub fn handle(&mut self, now: Monotonic, alarms: &[Alarm]) -> View {
        let Some(span) = self.span else {
            return self.in_turn(now).1;
        };
        self.note(alarms);
        let newest = self.alarms.last().map(|alarm| alarm.view);
        if let Some(away) = &mut self.away {
            if alarms.iter().any(|alarm| alarm.view == away.view) {
                away.alarmed_at = now;
            }
            let has_stayed = now.since(away.since) >= span;
            match newest {
                Some(view) if has_stayed && view != away.view => {
                    self.away = Some(Away::new(view, now))
                }
                None if now.since(away.alarmed_at) >= span => {
                    self.away = None;
                    // The one that was interrupted had its turn.
                    self.turn = ((self.turn.0 + 1) % self.views.len(), now);
                }
                _ => {}
            }
        } else if let Some(view) = newest {
            self.turn = (self.in_turn(now).0, now);
            self.away = Some(Away::new(view, now));
        }
        self.away
            .map_or_else(|| self.in_turn(now).1, |away| away.view)
    }

    fn in_turn(&self, now: Monotonic) -> (usize, View) {
        let (place, since) = self.turn;
        let turns = self.span.map_or(0, |span| {
            now.since(since).as_millis() / span.as_millis().max(1)
        });
        let length = self.views.len().max(1);
        let turns = usize::try_from(turns % length as u128).unwrap_or(0);
        let place = (place + turns) % length;
        (place, self.views.get(place).copied().unwrap_or(View::Site))
    }

    /// What is over goes; what is new or worse comes last.
    fn note(&mut self, alarms: &[Alarm]) {
        self.alarms.retain_mut(|known| {
            let now = alarms.iter().find(|alarm| alarm.view == known.view);
            let lasts = now.is_some_and(|alarm| alarm.degree <= known.degree);
            if let Some(alarm) = now {
                known.degree = alarm.degree;
            }
            lasts
        });
        for alarm in alarms {
            if !self.alarms.iter().any(|known| known.view == alarm.view) {
                self.alarms.push(*alarm);
            }
        }
    }
}

impl Away {
    const fn new(view: View, now: Monotonic) -> Self {
        Self {
            view,
            since: now,
            alarmed_at: now,
        }
    }
}

#[cfg(test)]
mod tests;
