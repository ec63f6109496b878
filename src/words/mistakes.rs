//! What is wrong with a field of the form, or with a place in `config.json`, in words.

use crate::mqtt::FilterError;
use crate::settings::config::{Mistake, Shape, Wrong};
use crate::settings::form::{FieldWrong, FilterMistake, NumberMistake, UrlWrong};

use super::{SettingsWords, shown};

impl SettingsWords {
    /// What is wrong with a field; the address that was probably meant is offered after it.
    pub fn field_wrong(&self, wrong: &FieldWrong) -> String {
        let words = &self.form.wrong;
        match wrong {
            FieldWrong::Url(mistake) => self.url_wrong(mistake.what).to_owned(),
            FieldWrong::Filter(FilterMistake::None) => words.filters_none.to_owned(),
            FieldWrong::Filter(FilterMistake::Invalid(filter, error)) => {
                (words.about)(self.filter_wrong(*error), &shown(filter))
            }
            FieldWrong::Filter(FilterMistake::Repeated(filter)) => {
                (words.about)(words.filter_repeated, &shown(filter))
            }
            FieldWrong::Number(NumberMistake::NotWhole) => words.not_whole.to_owned(),
            FieldWrong::Number(NumberMistake::OutOfRange { most }) => {
                (words.out_of_range)("0", &grouped(*most))
            }
            FieldWrong::Character => words.character.to_owned(),
            FieldWrong::TooLong => words.too_long.to_owned(),
            FieldWrong::ViewOnly => words.will_view_only.to_owned(),
            FieldWrong::TopicName => words.topic_name.to_owned(),
        }
    }

    /// What is wrong with an address.
    pub const fn url_wrong(&self, wrong: UrlWrong) -> &'static str {
        let words = &self.form.wrong;
        match wrong {
            UrlWrong::Empty => words.url_empty,
            UrlWrong::Character => words.url_character,
            UrlWrong::Scheme => words.url_scheme,
            UrlWrong::Host => words.url_host,
            UrlWrong::Port => words.url_port,
            UrlWrong::UserInfo => words.url_user,
            UrlWrong::Fragment => words.url_fragment,
            UrlWrong::SecretInQuery => words.url_secret,
            UrlWrong::Insecure => words.url_insecure,
            UrlWrong::RawPort => words.url_raw_port,
        }
    }

    /// Why a text is no topic filter.
    pub const fn filter_wrong(&self, error: FilterError) -> &'static str {
        let words = &self.form.wrong;
        match error {
            FilterError::Empty => words.filter_empty,
            FilterError::Null => words.filter_null,
            FilterError::TooLong => words.filter_too_long,
            FilterError::HashNotLast => words.filter_hash,
            FilterError::PlusNotAlone => words.filter_plus,
        }
    }

    /// Where a mistake of the configuration is: `Line 12, brokers[0].url`.
    pub fn mistake_place(&self, mistake: &Mistake) -> String {
        let line = (self.config.at_line)(&mistake.line.to_string());
        if mistake.path.is_empty() {
            line
        } else {
            format!("{line}, {}", shown(&mistake.path))
        }
    }

    /// What is wrong there, with the text that it is about.
    pub fn mistake(&self, mistake: &Mistake) -> String {
        let wrong = self.config_wrong(&mistake.what);
        match &mistake.text {
            Some(text) => (self.form.wrong.about)(wrong.trim_end_matches('.'), &shown(text)),
            None => wrong,
        }
    }

    fn config_wrong(&self, wrong: &Wrong) -> String {
        let words = &self.config;
        let text = match wrong {
            Wrong::Syntax {
                ends_early: true, ..
            } => words.ends_early,
            Wrong::Syntax { column, .. } => return (words.syntax)(&column.to_string()),
            Wrong::UnknownKey { meant: Some(meant) } => return (words.unknown_key_meant)(meant),
            Wrong::UnknownKey { meant: None } => words.unknown_key,
            Wrong::Secret => words.secret,
            Wrong::Missing => words.missing,
            Wrong::Empty => words.empty,
            Wrong::TooLong(most) => return (words.too_long)(&grouped(u64::from(*most))),
            Wrong::Character => words.character,
            Wrong::Expected(shape) => return (words.expected)(self.shape(*shape)),
            Wrong::OutOfRange { least, most } => {
                return (self.form.wrong.out_of_range)(&grouped(*least), &grouped(*most));
            }
            Wrong::NotOneOf(allowed) => return (words.not_one_of)(&allowed.join(", ")),
            Wrong::Repeated => words.repeated,
            Wrong::NoDevice => words.no_device,
            Wrong::UnknownDoor => words.unknown_door,
            Wrong::SameReading => words.same_reading,
            Wrong::TimeZone => words.time_zone,
            Wrong::TimeOfDay => words.time_of_day,
            Wrong::Span => words.span,
            Wrong::Overlap => words.overlap,
            Wrong::Date => words.date,
            Wrong::Language => words.language,
            Wrong::NotHere => words.not_here,
            Wrong::Pointer => words.pointer,
            Wrong::Template => words.template,
            Wrong::ViewOnly => words.view_only,
            Wrong::TopicName => words.topic_name,
            Wrong::Filter(error) => self.filter_wrong(*error),
            Wrong::Url(mistake) => self.url_wrong(mistake.what),
        };
        text.to_owned()
    }

    const fn shape(&self, shape: Shape) -> &'static str {
        let words = &self.config.shape;
        match shape {
            Shape::Object => words.object,
            Shape::List => words.list,
            Shape::Text => words.text,
            Shape::Number => words.number,
            Shape::TrueOrFalse => words.true_or_false,
            Shape::TextOrObject => words.text_or_object,
            Shape::TextOrList => words.text_or_list,
        }
    }
}

/// Limits are known here and written as both languages write them: `65,535`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
