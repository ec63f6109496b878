//! How things are on the page → what a screen reader is told of it: what is not so any more, once, and seldom.

use std::time::Duration;

use crate::time::Monotonic;

/// One thing that a listener hears of, as it is now.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Which thing; no other has the same.
    pub of: String,
    /// How it is. Zero is as usual, which is said only after something else was.
    pub state: i64,
    /// Somebody is needed: it is said before all else, and interrupts what is being read.
    pub urgent: bool,
    /// All of it in a sentence.
    pub text: String,
}

/// One announcement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// It interrupts.
    pub urgent: bool,
    /// Its sentences; none: what was said has been heard, and goes.
    pub texts: Vec<String>,
}

/// What a listener was told.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    /// What was said to be other than usual.
    told: Vec<(String, i64)>,
    said_at: Option<Monotonic>,
}

impl Speech {
    /// What to say now; `None`: nothing. `facts` are all that are known, as they are now: of what changed twice since the
    /// last announcement only the newest is said, and nothing if it is again as it was said to be.
    pub fn poll(&mut self, facts: Vec<Fact>, now: Monotonic) -> Option<Said> {
        if self.said_at.is_some_and(|at| now.since(at) < PAUSE) {
            return None;
        }
        let is_news = |fact: &Fact| fact.state != self.told(&fact.of);
        let urgent = facts.iter().any(|fact| fact.urgent && is_news(fact));
        let (mut told, mut texts) = (Vec::new(), Vec::new());
        for fact in facts {
            let mut state = self.told(&fact.of);
            if fact.state != state && fact.urgent == urgent {
                state = fact.state;
                texts.push(fact.text);
            }
            if state != 0 {
                told.push((fact.of, state));
            }
        }
        // What is not known any more is forgotten.
        self.told = told;
        let stood = self.said_at.take().is_some();
        if !texts.is_empty() {
            self.said_at = Some(now);
        }
        (stood || self.said_at.is_some()).then_some(Said { urgent, texts })
    }

    /// How a thing is to be told whose state goes up and down: as worse at once, as better when that has lasted, so that
    /// who listens does not hear of everybody who passes a zone that is nearly full.
    pub fn settled(&self, of: &str, state: i64, lasts: Duration) -> i64 {
        let told = self.told(of);
        if state < told && lasts < LASTS {
            told
        } else {
            state
        }
    }

    /// How a thing was said to be last.
    pub fn told(&self, of: &str) -> i64 {
        let told = self.told.iter().find(|(told, _)| told == of);
        told.map_or(0, |(_, state)| *state)
    }
}

/// Between two announcements, so that who listens can also read.
const PAUSE: Duration = Duration::from_secs(5);

/// What lasts longer is not only somebody who goes in and out.
const LASTS: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Monotonic {
        Monotonic::from_millis(seconds * 1000)
    }

    fn zone(state: i64) -> Fact {
        fact("zone", state)
    }

    fn link(state: i64) -> Fact {
        fact("link", state)
    }

    fn fact(of: &str, state: i64) -> Fact {
        Fact {
            of: of.to_owned(),
            state,
            urgent: of == "zone" && state > 0,
            text: format!("{of} is {state}"),
        }
    }

    /// The states that are said of facts at seconds, as `at:urgent:texts`.
    fn heard(facts: &[(u64, &[Fact])]) -> Vec<(u64, bool, Vec<String>)> {
        let mut speech = Speech::default();
        let said = |(second, facts): &(u64, &[Fact])| {
            let said = speech.poll(facts.to_vec(), at(*second))?;
            Some((*second, said.urgent, said.texts))
        };
        facts.iter().filter_map(said).collect()
    }

    fn texts(facts: &[Fact]) -> Vec<String> {
        facts.iter().map(|fact| fact.text.clone()).collect()
    }

    #[test]
    fn what_is_as_usual_from_the_start_is_not_said() {
        assert_eq!(heard(&[(0, &[zone(0), link(0)]), (9, &[zone(0)])]), []);
    }

    #[test]
    fn a_change_is_said_once_however_long_it_lasts_and_goes_after_a_pause() {
        let full = [zone(2)];
        let said = heard(&[(0, &full), (1, &full), (4, &full), (5, &full), (60, &full)]);
        assert_eq!(said, [(0, true, texts(&full)), (5, false, Vec::new())]);
    }

    #[test]
    fn at_most_one_announcement_in_five_seconds_and_the_newest_of_each_thing() {
        let said = heard(&[
            (0, &[link(1)]),
            (1, &[link(2)]),
            (4, &[link(3)]),
            (5, &[link(4)]),
            (9, &[link(4)]),
        ]);
        assert_eq!(
            said,
            [(0, false, texts(&[link(1)])), (5, false, texts(&[link(4)]))]
        );
    }

    #[test]
    fn what_came_and_went_within_the_pause_is_not_said() {
        let said = heard(&[(0, &[link(1)]), (2, &[link(2)]), (6, &[link(1)])]);
        assert_eq!(
            said,
            [(0, false, texts(&[link(1)])), (6, false, Vec::new())]
        );
    }

    #[test]
    fn alarms_go_first_and_the_rest_follows_in_one() {
        let facts = [link(1), zone(1), fact("device", 1)];
        let said = heard(&[(0, &facts), (1, &facts), (5, &facts)]);
        assert_eq!(
            said,
            [
                (0, true, texts(&[zone(1)])),
                (5, false, texts(&[link(1), fact("device", 1)])),
            ]
        );
    }

    #[test]
    fn that_it_is_as_usual_again_is_said_politely() {
        let said = heard(&[(0, &[zone(2)]), (5, &[zone(0)]), (10, &[zone(2)])]);
        assert_eq!(
            said,
            [
                (0, true, texts(&[zone(2)])),
                (5, false, texts(&[zone(0)])),
                (10, true, texts(&[zone(2)])),
            ]
        );
    }

    #[test]
    fn a_zone_on_the_edge_is_said_to_be_better_only_when_it_has_been_for_a_minute() {
        let mut speech = Speech::default();
        speech.poll(vec![zone(1)], at(0));
        let of = zone(1).of;
        assert_eq!(speech.settled(&of, 0, Duration::from_secs(59)), 1);
        assert_eq!(speech.settled(&of, 0, Duration::from_secs(60)), 0);
        assert_eq!(speech.settled(&of, 2, Duration::ZERO), 2);
    }

    #[test]
    fn what_is_gone_is_forgotten() {
        let mut speech = Speech::default();
        speech.poll(vec![zone(1)], at(0));
        assert_eq!(speech.told(&zone(1).of), 1);
        speech.poll(vec![link(1)], at(9));
        assert_eq!(speech.told(&zone(1).of), 0);
    }
}
