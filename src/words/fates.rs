//! What became of a message, in words: whether it is counted, and why not.

use crate::engine::wire::{Fate, Odd, RecordError, Said, SaidWhat, Unreadable};
use crate::observation::{Channel, Class};
use crate::series::{Applied, Refusal};

use super::table::{FateWords, SettingsWords};
use super::{Words, shown};

impl SettingsWords {
    /// Each sentence. `door_name` finds the name of a door by its id.
    pub fn fate(
        &self,
        fate: &Fate,
        words: &Words,
        door_name: &dyn Fn(&str) -> String,
    ) -> Vec<String> {
        let said_by = &self.message.fate;
        match fate {
            Fate::Empty => vec![said_by.empty.to_owned()],
            Fate::Unknown => vec![said_by.unknown.to_owned()],
            Fate::Unreadable { mapping, why } => {
                vec![(said_by.unreadable)(
                    &shown(mapping),
                    &said_by.unreadable_why(why),
                )]
            }
            Fate::Read { mapping, said } if said.is_empty() => {
                vec![(said_by.says_nothing)(&shown(mapping))]
            }
            Fate::Read { mapping, said } => {
                let mut sentences = vec![(said_by.read)(&shown(mapping))];
                let said = said.iter().map(|said| {
                    let what = said_by.said(said, words, door_name);
                    (said_by.of)(&shown(&said.device), &what)
                });
                sentences.extend(said);
                sentences
            }
        }
    }
}

impl SettingsWords {
    /// What was odd.
    pub fn odd(&self, odd: &Odd) -> String {
        let said = match odd {
            Odd::Unreadable(why) => return self.message.fate.unreadable_why(why),
            Odd::Refused(refusal) => self.message.fate.refusal(*refusal),
            Odd::Record(RecordError::Version) => self.warning.unknown_version,
            Odd::Record(RecordError::Malformed) => self.warning.record,
            Odd::More => self.warning.more,
        };
        said.to_owned()
    }
}

impl FateWords {
    fn said(&self, said: &Said, words: &Words, door_name: &dyn Fn(&str) -> String) -> String {
        let (line, channel, class, value, outcome, doors) = match &said.what {
            SaidWhat::Count {
                line,
                channel,
                class,
                value,
                outcome,
                doors,
            } => (line, *channel, class, *value, *outcome, doors),
            SaidWhat::Presence => return self.presence.to_owned(),
            SaidWhat::State => return self.state.to_owned(),
            SaidWhat::Measurement => return self.measurement.to_owned(),
            SaidWhat::Description => return self.description.to_owned(),
            SaidWhat::Text => return self.text.to_owned(),
        };
        let channel_word = match channel {
            Channel::Entered => self.entered,
            Channel::Exited => self.exited,
            Channel::Crossed => self.crossed,
            Channel::Present => self.present,
        };
        let class = match class {
            Class::Person => self.people.to_owned(),
            Class::Any => String::new(),
            Class::Other(name) => shown(name),
        };
        let mut parts = vec![shown(line), class, format!("{channel_word} {value}")];
        parts.retain(|part| !part.is_empty());
        let mut said = format!("{}. {}", parts.join(", "), self.outcome(outcome, channel));
        if channel != Channel::Present {
            let names: Vec<String> = doors.iter().map(|door| door_name(door)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            said.push(' ');
            said.push_str(&if names.is_empty() {
                self.no_door.to_owned()
            } else {
                (self.doors)(&words.list(&names))
            });
        }
        said
    }

    const fn outcome(&self, outcome: Applied, channel: Channel) -> &'static str {
        match (outcome, channel) {
            (Applied::Refused(refusal), _) => self.refusal(refusal),
            (_, Channel::Present) => self.occupancy,
            (Applied::Counted, _) => self.counted,
            (Applied::First, _) => self.first,
            (Applied::Known, _) => self.known,
            (Applied::Reset, _) => self.reset,
        }
    }

    /// Why a reading is not counted.
    pub const fn refusal(&self, refusal: Refusal) -> &'static str {
        match refusal {
            Refusal::RetainedCrossing => self.retained_crossing,
            Refusal::TooLate => self.too_late,
            Refusal::WrongTime => self.wrong_time,
            Refusal::NoResetTime => self.no_reset_time,
            Refusal::OtherLink => self.other_link,
            Refusal::TooMany => self.too_many,
            Refusal::TooManyLines => self.too_many_lines,
        }
    }

    /// Why a message cannot be read.
    pub fn unreadable_why(&self, why: &Unreadable) -> String {
        let said = match why {
            Unreadable::TooLarge => self.too_large,
            Unreadable::TooDeep => self.too_deep,
            Unreadable::Truncated => self.truncated,
            Unreadable::NotText => self.not_text,
            Unreadable::NotJson => self.not_json,
            Unreadable::Missing(field) => return (self.missing)(&shown(field)),
            Unreadable::Field(field) => return (self.field)(&shown(field)),
        };
        said.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EN, KO, Language, Words, settings_words};
    use super::*;

    #[test]
    fn a_count_says_what_it_did_and_for_which_door() {
        let count = |outcome, doors: &[&str]| Fate::Read {
            mapping: "axis-event".to_owned(),
            said: vec![Said {
                device: "ACCC8E012345".to_owned(),
                what: SaidWhat::Count {
                    line: "Device1Scenario1".to_owned(),
                    channel: Channel::Crossed,
                    class: Class::Person,
                    value: 7,
                    outcome,
                    doors: doors.iter().map(|&door| door.to_owned()).collect(),
                },
            }],
        };
        let said = |fate: &Fate, language, words: &Words| {
            let all = settings_words(language).fate(fate, words, &str::to_uppercase);
            all.join(" ")
        };
        assert_eq!(
            said(&count(Applied::Counted, &["gate"]), Language::En, &EN),
            "Read by axis-event. ACCC8E012345: Device1Scenario1, people, crossed 7. Counted. Counts for GATE."
        );
        let refused = count(Applied::Refused(Refusal::TooLate), &[]);
        let (english, korean) = (
            said(&refused, Language::En, &EN),
            said(&refused, Language::Ko, &KO),
        );
        assert!(english.ends_with("No door of the site counts with this line."));
        assert!(korean.contains("너무 늦게"), "{korean}");
    }
}
