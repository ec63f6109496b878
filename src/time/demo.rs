//! A wall clock that a demonstration runs faster.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// `<real epoch ms>,<simulated epoch ms>,<speed>`: at the real instant the wall clock shows the simulated one, and from
/// then on it runs `speed` times as fast. Page, engine and simulator read the same line, so that a reload changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoClock {
    /// A real instant.
    pub real: Timestamp,
    /// What the wall clock shows then.
    pub simulated: Timestamp,
    /// Simulated milliseconds a real millisecond.
    pub speed: u32,
}

impl DemoClock {
    /// Parses the line; `None` if it is none, or its speed is zero.
    pub fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(',');
        let clock = Self {
            real: Timestamp::from_millis(fields.next()?.parse().ok()?),
            simulated: Timestamp::from_millis(fields.next()?.parse().ok()?),
            speed: fields.next()?.parse().ok()?,
        };
        (fields.next().is_none() && clock.speed > 0).then_some(clock)
    }

    /// What the wall clock shows at a real instant.
    pub fn wall(&self, real: Timestamp) -> Timestamp {
        let passed = real.as_millis().saturating_sub(self.real.as_millis());
        Timestamp::from_millis(
            self.simulated
                .as_millis()
                .saturating_add(passed.saturating_mul(i64::from(self.speed))),
        )
    }

    /// At which real instant the wall clock shows `wall`, rounded up.
    pub fn real(&self, wall: Timestamp) -> Timestamp {
        let passed = wall.as_millis().saturating_sub(self.simulated.as_millis());
        let speed = i64::from(self.speed);
        let real = passed.div_euclid(speed) + i64::from(passed.rem_euclid(speed) > 0);
        Timestamp::from_millis(self.real.as_millis().saturating_add(real))
    }
}

impl std::fmt::Display for DemoClock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{},{},{}",
            self.real.as_millis(),
            self.simulated.as_millis(),
            self.speed
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_and_simulator_read_the_same_line_alike() {
        let clock = DemoClock::parse("1000,500000,60").unwrap();
        assert_eq!(
            clock.wall(Timestamp::from_millis(1010)),
            Timestamp::from_millis(500_600)
        );
        assert_eq!(
            clock.real(Timestamp::from_millis(500_600)),
            Timestamp::from_millis(1010)
        );
        assert_eq!(
            clock.real(Timestamp::from_millis(500_601)),
            Timestamp::from_millis(1011)
        );
        assert_eq!(DemoClock::parse(&clock.to_string()), Some(clock));
        for line in ["", "1,2", "1,2,0", "1,2,3,4", "a,b,c"] {
            assert_eq!(DemoClock::parse(line), None, "{line}");
        }
    }
}
