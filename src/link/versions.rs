//! Which version of MQTT to speak next.

use crate::mqtt::Version;
use crate::settings::VersionChoice;

/// Version 5 first, 3.1.1 where the broker refuses it or stays silent, and then what worked, for as long as we run.
///
/// A broker may refuse version 5 in words, or close, or say nothing (RabbitMQ 3.10 closes). Only words are certain:
/// after silence both are tried in turn, in rounds of two, and between the rounds we wait.
#[derive(Debug)]
pub(super) struct Versions {
    choice: VersionChoice,
    current: Version,
    /// The broker answered in the current version.
    known: bool,
    /// The other version was tried since we last waited.
    second_of_round: bool,
    /// Attempts without an answer since the version is known.
    silences: u32,
}

impl Versions {
    pub(super) const fn new(choice: VersionChoice) -> Self {
        Self {
            choice,
            current: match choice {
                VersionChoice::Auto | VersionChoice::V5 => Version::V5,
                VersionChoice::V311 => Version::V311,
            },
            known: false,
            second_of_round: false,
            silences: 0,
        }
    }

    /// To be spoken now.
    pub(super) const fn current(&self) -> Version {
        self.current
    }

    /// The broker answered in the current version, whatever it said.
    pub(super) const fn answered(&mut self) {
        self.known = true;
        self.silences = 0;
    }

    /// The broker does not speak the current version. True if the other is to be tried at once.
    pub(super) fn refused(&mut self) -> bool {
        self.known = false;
        self.fall_back()
    }

    /// The broker did not answer. True if the other version is to be tried at once.
    pub(super) fn silent(&mut self) -> bool {
        if self.known {
            self.silences += 1;
            if self.silences < DOUBT_AFTER {
                return false;
            }
            self.known = false;
        }
        self.fall_back()
    }

    /// We wait before the next attempt.
    pub(super) fn wait(&mut self) {
        self.second_of_round = false;
        if !self.known && self.choice == VersionChoice::Auto {
            self.current = Version::V5;
        }
    }

    fn fall_back(&mut self) -> bool {
        if self.choice != VersionChoice::Auto || self.second_of_round {
            return false;
        }
        self.second_of_round = true;
        self.silences = 0;
        self.current = match self.current {
            Version::V5 => Version::V311,
            Version::V311 => Version::V5,
        };
        true
    }
}

/// A broker that elects is silent a few times; one that was replaced stays silent.
const DOUBT_AFTER: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_leads_to_the_other_version_once_a_round() {
        let mut versions = Versions::new(VersionChoice::Auto);
        for _round in 0..3 {
            assert_eq!(versions.current(), Version::V5);
            assert!(versions.silent());
            assert_eq!(versions.current(), Version::V311);
            assert!(!versions.silent());
            versions.wait();
        }
    }

    #[test]
    fn what_worked_is_kept_through_a_few_silences_and_not_for_ever() {
        let mut versions = Versions::new(VersionChoice::Auto);
        assert!(versions.refused());
        versions.answered();
        for _ in 1..DOUBT_AFTER {
            assert!(!versions.silent());
            versions.wait();
            assert_eq!(versions.current(), Version::V311);
        }
        assert!(versions.silent());
        assert_eq!(versions.current(), Version::V5);
    }

    #[test]
    fn a_person_who_chose_a_version_gets_only_that() {
        for (choice, version) in [
            (VersionChoice::V5, Version::V5),
            (VersionChoice::V311, Version::V311),
        ] {
            let mut versions = Versions::new(choice);
            assert!(!versions.refused());
            assert!(!versions.silent());
            versions.wait();
            assert_eq!(versions.current(), version);
        }
    }
}
