//! When connections ended without a word why → whether they end at a steady point of their life.

use std::time::Duration;

use crate::engine::wire::Cut;

/// Where a connection ends each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steady {
    /// After so much silence: something on the way forgets quiet connections.
    Silence(Duration),
    /// At that age, whatever is said: something on the way allows no more.
    Age(Duration),
}

/// Fewer may be chance.
const ENOUGH: usize = 3;

/// A connection that ends sooner is thrown out, and not forgotten.
const SHORTEST: Duration = Duration::from_secs(5);

/// The steady point of the last connections, if they have one. A span is said as the shortest of them: to stay below it
/// helps.
pub fn steady(cuts: &[Cut]) -> Option<Steady> {
    let last = cuts.get(cuts.len().checked_sub(ENOUGH)?..)?;
    let common = |span: fn(&Cut) -> Duration| {
        let shortest = last.iter().map(span).min()?;
        let longest = last.iter().map(span).max()?;
        // A tenth, or the second or two that timers and networks add.
        let tolerance = (shortest / 10).max(Duration::from_secs(2));
        (shortest >= SHORTEST && longest - shortest <= tolerance).then_some(shortest)
    };
    // Who says nothing from the beginning is as old as silent: then silence is what can be helped.
    common(|cut| cut.silent)
        .map(Steady::Silence)
        .or_else(|| common(|cut| cut.lived).map(Steady::Age))
}

/// Whether the last connections each ended so soon as if somebody else threw them out.
pub(super) fn are_short(cuts: &[Cut]) -> bool {
    let first = cuts.len().saturating_sub(ENOUGH);
    let mut last = cuts[first..].iter();
    cuts.len() >= ENOUGH && last.all(|cut| cut.lived < SHORT)
}

/// Two screens that throw each other out come back after some seconds, and ever less often.
const SHORT: Duration = Duration::from_secs(120);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Fault;
    use crate::time::Timestamp;

    fn cuts(spans: &[(u64, u64)]) -> Vec<Cut> {
        let cut = |&(lived, silent): &(u64, u64)| Cut {
            at: Timestamp::from_millis(0),
            fault: Fault::Closed { code: 1006 },
            lived: Duration::from_secs(lived),
            silent: Duration::from_secs(silent),
        };
        spans.iter().map(cut).collect()
    }

    #[test]
    fn connections_that_end_at_a_steady_point_are_told_from_others() {
        let seconds = Duration::from_secs;
        for (spans, found) in [
            (
                &[(61, 60), (200, 61), (90, 60)][..],
                Some(Steady::Silence(seconds(60))),
            ),
            (
                &[(600, 3), (602, 20), (601, 9)],
                Some(Steady::Age(seconds(600))),
            ),
            // Only the last ones count.
            (
                &[(3, 1), (61, 60), (60, 60), (60, 60)],
                Some(Steady::Silence(seconds(60))),
            ),
            (&[(61, 60), (60, 60)], None),
            (&[(61, 10), (600, 60), (20, 2)], None),
            (&[(2, 1), (2, 1), (2, 1)], None),
            (&[], None),
        ] {
            assert_eq!(steady(&cuts(spans)), found, "{spans:?}");
        }
    }

    #[test]
    fn who_is_thrown_out_again_and_again_lives_shortly() {
        assert!(are_short(&cuts(&[(600, 1), (7, 1), (3, 2), (40, 5)])));
        assert!(!are_short(&cuts(&[(7, 1), (3, 2)])));
        assert!(!are_short(&cuts(&[(7, 1), (300, 2), (4, 1)])));
    }
}
