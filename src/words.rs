//! Every word that the page shows, once in each language: a word that is missing does not compile.
//!
//! Numbers, times and dates arrive here already written by the page's `Intl`; what is here puts words around them.
//! Names of zones, doors and devices are the user's and are never inflected: sentences are built around them.

mod en;
mod fates;
mod ko;
mod mistakes;
mod shown;
mod speech;
mod table;

use std::time::Duration;

use crate::engine::wire::{StorageView, Summary, Total};
use crate::fleet::Freshness;
use crate::observation::{DeviceKind, NoticeKind, Severity};
use crate::series::BucketState;
use crate::site::Level;
use crate::time::{BucketSize, Timestamp};

pub use en::{EN, EN_SETTINGS, EN_VIEWS};
pub use ko::{KO, KO_SETTINGS, KO_VIEWS};
pub use shown::shown;
pub use speech::{Fact, Said, Speech};
pub use table::*;

/// A language of the page. A new one is one file beside `en.rs`, here and in `problem`, and one line in each function here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// In the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// For `lang`, `Intl` and [`crate::settings::Name::in_language`].
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// In its own language, as a button to change to it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ko => "한국어",
        }
    }

    /// From a language tag such as `ko-KR`; `None` if it is not among ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }
}

/// The words of a language that only the settings say.
pub const fn settings_words(language: Language) -> &'static SettingsWords {
    match language {
        Language::En => &EN_SETTINGS,
        Language::Ko => &KO_SETTINGS,
    }
}

/// The words of a language that only the views say that the address asks for.
pub const fn views_words(language: Language) -> &'static ViewsWords {
    match language {
        Language::En => &EN_VIEWS,
        Language::Ko => &KO_VIEWS,
    }
}

impl Words {
    /// The word of a state, beside its shape.
    pub const fn freshness(&self, freshness: Freshness) -> &'static str {
        let state = &self.state;
        match freshness {
            Freshness::Live => state.live,
            Freshness::Late => state.late,
            Freshness::Stale => state.stale,
            Freshness::Offline => state.offline,
            Freshness::NeverSeen => state.never_seen,
            Freshness::RetainedOld => state.retained_old,
            Freshness::Unseen => state.unseen,
        }
    }

    /// The word for how full a zone is.
    pub const fn level(&self, level: Level) -> &'static str {
        let zone = &self.zone;
        match level {
            Level::Unknown => zone.level_unknown,
            Level::Normal => zone.level_normal,
            Level::Mid => zone.level_mid,
            Level::High => zone.level_high,
            Level::Full => zone.level_full,
        }
    }

    /// The word for what a device is.
    pub const fn kind(&self, kind: DeviceKind) -> &'static str {
        let kinds = &self.device.kinds;
        match kind {
            DeviceKind::Counter => kinds.counter,
            DeviceKind::Area => kinds.area,
            DeviceKind::Door => kinds.door,
            DeviceKind::Siren => kinds.siren,
            DeviceKind::Gateway => kinds.gateway,
            DeviceKind::Unknown => kinds.unknown,
        }
    }

    /// The word for how much a notice matters.
    pub const fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Info => self.notice.info,
            Severity::Warning => self.notice.warning,
            Severity::Alarm => self.notice.alarm,
        }
    }

    /// What a notice says.
    pub fn notice(&self, what: &NoticeKind) -> String {
        let notice = &self.notice;
        match what {
            NoticeKind::Connected => notice.connected.to_owned(),
            NoticeKind::Disconnected => notice.disconnected.to_owned(),
            NoticeKind::ConnectionLost => notice.connection_lost.to_owned(),
            NoticeKind::State(name, true) => (notice.state_on)(&shown(name)),
            NoticeKind::State(name, false) => (notice.state_off)(&shown(name)),
            NoticeKind::CounterReset(line) if line.0.is_empty() => notice.counter_reset.to_owned(),
            NoticeKind::CounterReset(line) => (notice.line_reset)(&shown(&line.0)),
            NoticeKind::FromDevice(text) => shown(text),
        }
    }

    /// How far a bar can be trusted.
    pub const fn bucket(&self, state: BucketState) -> &'static str {
        match state {
            BucketState::Complete => self.chart.complete,
            BucketState::Partial => self.chart.partial,
            BucketState::Gap => self.chart.gap,
        }
    }

    /// The title of the chart of entered and exited people.
    pub const fn flow(&self, size: BucketSize) -> &'static str {
        let chart = &self.chart;
        match size {
            BucketSize::Minute => chart.flow_minute,
            BucketSize::Quarter => chart.flow_quarter,
            BucketSize::Hour => chart.flow_hour,
            BucketSize::Day => chart.flow_day,
        }
    }

    /// Whether counts survive a reload.
    pub const fn storage(&self, storage: StorageView) -> &'static str {
        match storage {
            StorageView::Opening => self.storage.opening,
            StorageView::Kept => self.storage.kept,
            StorageView::KeptInPart => self.storage.kept_in_part,
            StorageView::KeptElsewhere => self.storage.kept_elsewhere,
            StorageView::Full => self.storage.full,
            StorageView::Refused => self.storage.refused,
        }
    }

    /// How many mistakes a configuration has, and whether anything of it works.
    pub fn config_mistakes(&self, mistakes: &str, rest_works: bool) -> String {
        let count = (self.sheet.mistakes)(mistakes);
        if rest_works {
            format!("{count} {}", self.sheet.rest_works)
        } else {
            count
        }
    }

    /// What a device says, in a line.
    pub fn summary(&self, summary: &Summary, kind: DeviceKind, figures: &dyn Figures) -> String {
        let words = &self.summary;
        match summary {
            Summary::Nothing => words.nothing.to_owned(),
            Summary::Flow { entered, exited } => {
                (words.flow)(&figures.number(*entered), &figures.number(*exited))
            }
            Summary::Crossed(people) => (words.crossed)(&figures.number(*people)),
            Summary::Present(people) => (words.present)(&figures.number(*people)),
            Summary::State {
                name,
                active,
                since,
            } => {
                let since = figures.clock(*since);
                match (kind, active) {
                    (DeviceKind::Door, true) => (words.door_open)(&since),
                    (DeviceKind::Door, false) => (words.door_closed)(&since),
                    (DeviceKind::Siren, true) => (words.siren_on)(&since),
                    (DeviceKind::Siren, false) => (words.siren_off)(&since),
                    (_, true) => (words.on)(&shown(name), &since),
                    (_, false) => (words.off)(&shown(name), &since),
                }
            }
            Summary::Measurement { name, value } => {
                format!("{} {}", shown(name), figures.measurement(*value))
            }
            Summary::Text(text) => shown(text),
            Summary::Binary { length, .. } => (words.binary)(&figures.number(*length)),
        }
    }

    /// A total's number, and what must stand beside it for it to be true.
    pub fn total(&self, total: &Total, figures: &dyn Figures) -> (String, Option<String>) {
        let mut number = figures.number(total.value);
        if total.at_least {
            number = (self.zone.at_least)(&number);
        }
        let since = total
            .since
            .map(|since| (self.zone.since)(&figures.clock(since)));
        let missing = total.waiting.then(|| self.zone.readings_missing.to_owned());
        let note = match (since, missing) {
            (Some(since), Some(missing)) => Some(format!("{since}, {missing}")),
            (since, missing) => since.or(missing),
        };
        (number, note)
    }

    /// A span in its two largest units: `2 s`, `12 min`, `1 h 5 min`, `3 d 4 h`.
    pub fn span(&self, span: Duration) -> String {
        let time = &self.time;
        let seconds = span.as_secs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        match (days, hours, minutes) {
            (0, 0, 0) => (time.seconds)(seconds),
            (0, 0, minutes) => (time.minutes)(minutes),
            (0, hours, 0) => (time.hours)(hours),
            (0, hours, minutes) => format!("{} {}", (time.hours)(hours), (time.minutes)(minutes)),
            (days, 0, _) => (time.days)(days),
            (days, hours, _) => format!("{} {}", (time.days)(days), (time.hours)(hours)),
        }
    }

    /// `3 min ago`.
    pub fn ago(&self, span: Duration) -> String {
        (self.time.ago)(&self.span(span))
    }

    /// What a quiet device says: how long there was nothing, and what is usual if that is known.
    pub fn silent(&self, since: Duration, usual: Option<Duration>) -> String {
        let since = self.span(since);
        match usual {
            Some(usual) => (self.device.no_message_usually)(&since, &self.span(usual)),
            None => (self.device.no_message)(&since),
        }
    }

    /// Names in one phrase: all of them, or the first two and how many more.
    pub fn list(&self, names: &[&str]) -> String {
        match names {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [one, two] => (self.time.and)(one, two),
            [one, two, rest @ ..] => (self.time.and_more)(one, two, rest.len()),
        }
    }
}

/// `812 B`, `4 KB`, `1.2 MB`.
pub fn size(bytes: u64, figures: &dyn Figures) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => {
            let tenths = bytes / 100_000;
            let megabytes = figures.number(tenths / 10);
            format!("{megabytes}.{} MB", tenths % 10)
        }
    }
}

/// Writes numbers and times as the reader's `Intl` does.
pub trait Figures {
    /// `1,204`
    fn number(&self, number: u64) -> String;
    /// `21.5`
    fn measurement(&self, number: f64) -> String;
    /// `14:20` on the site's clocks.
    fn clock(&self, at: Timestamp) -> String;
}

#[cfg(test)]
mod tests;
