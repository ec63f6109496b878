//! What a tab that has no engine of its own does at each beat, from what it heard of the one that has.

use std::time::Duration;

use crate::time::Monotonic;

/// How a tab stands to the one whose engine it shares, or wants to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attachment {
    /// That one has taken us in.
    attached: bool,
    /// It is of another build, and asked to load the present one.
    foreign: bool,
    /// Beats since it was heard.
    silent: u32,
    beaten_at: Option<Monotonic>,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask to be taken in, where nobody has answered yet.
    Seek,
    /// Ask to be taken in anew: we were asleep, and may have been forgotten.
    SeekAnew,
    /// Ask whether it still runs.
    Ask,
    /// Give it time.
    Wait,
    /// It hangs, or is frozen: take its place.
    TakeOver,
    /// It does not become one that we can share.
    GiveUp,
}

/// Who shares an engine looks after it so often.
pub const TAB_BEAT: Duration = Duration::from_millis(500);

/// An engine that says nothing for longer hangs or is frozen: the tabs that share it are to be live again soon. Beats are
/// counted and no time is measured, because a machine that slept gave the engine no time either.
const PATIENCE: u32 = 4;

/// A tab of another build loads the present one, and meanwhile its engine moves, within this many beats.
const FOREIGN_PATIENCE: u32 = 12;

/// Whoever was not awake for so long may have been forgotten, or replaced: less than the patience of the others with an
/// engine, more than the pauses of one that is well.
pub const LAPSE: Duration = Duration::from_millis(1500);

impl Attachment {
    /// The engine said something. Returns whether we are new to it.
    pub const fn handle_word(&mut self) -> bool {
        self.silent = 0;
        let is_new = !self.attached;
        self.attached = true;
        is_new
    }

    /// Who has the engine is of another build.
    pub const fn handle_foreign(&mut self) {
        self.foreign = true;
    }

    /// We ask to be taken in, by whoever it may be now.
    pub const fn seek(&mut self) {
        self.attached = false;
        self.foreign = false;
    }

    /// A beat has passed.
    pub fn handle_beat(&mut self, now: Monotonic) -> Step {
        let before = self.beaten_at.replace(now);
        self.silent += 1;
        if self.foreign {
            return if self.silent > FOREIGN_PATIENCE {
                Step::GiveUp
            } else {
                Step::Wait
            };
        }
        if self.silent > PATIENCE {
            self.silent = 0;
            return Step::TakeOver;
        }
        match before {
            Some(before) if now.since(before) >= LAPSE => Step::SeekAnew,
            _ if self.attached => Step::Ask,
            _ => Step::Seek,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of so many beats from that one on.
    fn steps(attachment: &mut Attachment, beats: std::ops::Range<u64>) -> Vec<Step> {
        let beat = |number| Monotonic::from_millis(number * 500);
        beats
            .map(|number| attachment.handle_beat(beat(number)))
            .collect()
    }

    #[test]
    fn a_tab_that_nobody_answers_seeks_for_two_seconds_and_then_takes_over() {
        let mut attachment = Attachment::default();
        let seek = [Step::Seek; 4];
        assert_eq!(steps(&mut attachment, 1..5), seek);
        assert_eq!(steps(&mut attachment, 5..6), [Step::TakeOver]);
        assert_eq!(steps(&mut attachment, 6..10), seek, "and once a patience");
    }

    #[test]
    fn an_engine_that_answers_is_asked_at_each_beat_and_replaced_when_it_falls_silent() {
        let mut attachment = Attachment::default();
        assert!(attachment.handle_word());
        for beat in 1..20 {
            assert_eq!(steps(&mut attachment, beat..beat + 1), [Step::Ask]);
            assert!(!attachment.handle_word(), "we are known");
        }
        assert_eq!(steps(&mut attachment, 20..24), [Step::Ask; 4]);
        assert_eq!(steps(&mut attachment, 24..25), [Step::TakeOver]);
    }

    #[test]
    fn a_tab_that_was_frozen_asks_to_be_taken_in_anew_and_takes_over_from_nobody() {
        let mut attachment = Attachment::default();
        attachment.handle_word();
        assert_eq!(steps(&mut attachment, 1..2), [Step::Ask]);
        assert_eq!(steps(&mut attachment, 1000..1001), [Step::SeekAnew]);
        attachment.seek();
        assert!(attachment.handle_word(), "we are new to it");
        assert_eq!(steps(&mut attachment, 1001..1002), [Step::Ask]);
    }

    #[test]
    fn a_tab_of_another_build_waits_for_the_present_one_and_then_goes_alone() {
        let mut attachment = Attachment::default();
        attachment.handle_foreign();
        assert_eq!(steps(&mut attachment, 1..13), [Step::Wait; 12]);
        assert_eq!(steps(&mut attachment, 13..14), [Step::GiveUp]);
    }
}
