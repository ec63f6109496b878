use super::*;
use crate::observation::LineId;

/// Figures as they are, at a time of its own.
struct Plain(&'static str);

impl Figures for Plain {
    fn number(&self, number: u64) -> String {
        number.to_string()
    }
    fn measurement(&self, number: f64) -> String {
        number.to_string()
    }
    fn clock(&self, _: Timestamp) -> String {
        self.0.to_owned()
    }
}

#[test]
fn a_span_is_said_in_its_two_largest_units() {
    for (seconds, english, korean) in [
        (0, "0 s", "0초"),
        (59, "59 s", "59초"),
        (60, "1 min", "1분"),
        (3_599, "59 min", "59분"),
        (3_600, "1 h", "1시간"),
        (3_900, "1 h 5 min", "1시간 5분"),
        (86_399, "23 h 59 min", "23시간 59분"),
        (86_400 + 600, "1 d", "1일"),
        (3 * 86_400 + 4 * 3_600, "3 d 4 h", "3일 4시간"),
    ] {
        let span = Duration::from_secs(seconds);
        assert_eq!(EN.span(span), english);
        assert_eq!(KO.span(span), korean);
    }
}

#[test]
fn a_quiet_device_says_for_how_long_and_what_is_usual() {
    let (silence, usual) = (Duration::from_secs(720), Some(Duration::from_secs(5)));
    assert_eq!(
        EN.silent(silence, usual),
        "No message for 12 min; usually every 5 s"
    );
    assert_eq!(
        KO.silent(silence, usual),
        "12분째 메시지 없음, 평소 5초마다"
    );
    assert_eq!(EN.silent(silence, None), "No message for 12 min");
}

#[test]
fn one_is_singular_in_english() {
    assert_eq!((EN.zone.doors_counting)("1", "1"), "1 of 1 door counting");
    assert_eq!((EN.zone.doors_counting)("1", "8"), "1 of 8 doors counting");
    assert_eq!((EN.summary.present)("1"), "1 person in area");
}

#[test]
fn a_list_of_doors_names_two_and_counts_the_rest() {
    assert_eq!(EN.list(&["A"]), "A");
    assert_eq!(EN.list(&["A", "B"]), "A and B");
    assert_eq!(EN.list(&["A", "B", "C", "D"]), "A, B and 2 more");
    assert_eq!(KO.list(&["A", "B", "C", "D"]), "A, B 외 2곳");
}

#[test]
fn every_notice_is_said_in_both_languages() {
    let notices = [
        NoticeKind::Connected,
        NoticeKind::Disconnected,
        NoticeKind::ConnectionLost,
        NoticeKind::State("IO port 1".to_owned(), true),
        NoticeKind::State("IO port 1".to_owned(), false),
        NoticeKind::CounterReset(LineId::default()),
        NoticeKind::CounterReset(LineId("Device1Scenario1".into())),
    ];
    for notice in &notices {
        let (english, korean) = (EN.notice(notice), KO.notice(notice));
        assert!(!english.is_empty() && !korean.is_empty());
        assert_ne!(english, korean);
    }
    let own = NoticeKind::FromDevice("Lens dirty".to_owned());
    assert_eq!(
        (EN.notice(&own), KO.notice(&own)),
        ("Lens dirty".to_owned(), "Lens dirty".to_owned())
    );
}

#[test]
fn characters_that_turn_or_hide_text_are_seen() {
    let (from, until) = ("out\u{202E}12\u{2066}3\u{200B}\u{FEFF}", "out�12�3��");
    let since = Timestamp::from_millis(0);
    let state = Summary::State {
        name: from.to_owned(),
        active: true,
        since,
    };
    let measurement = Summary::Measurement {
        name: from.to_owned(),
        value: 1.0,
    };
    for summary in [&Summary::Text(from.to_owned()), &state, &measurement] {
        let said = EN.summary(summary, DeviceKind::Unknown, &Plain("12:00"));
        assert!(said.starts_with(until), "{said:?}");
    }
    for notice in [
        NoticeKind::FromDevice(from.to_owned()),
        NoticeKind::State(from.to_owned(), true),
    ] {
        let said = EN.notice(&notice);
        assert!(said.starts_with(until), "{said:?}");
    }
    let line = NoticeKind::CounterReset(LineId(from.into()));
    assert!(EN.notice(&line).contains(until));
    // What joins letters and pictures belongs to them; what runs from right to left turns nothing but itself.
    assert_eq!(
        shown("می\u{200C}خواهم 👨\u{200D}👩"),
        "\u{2068}می\u{200C}خواهم 👨\u{200D}👩\u{2069}"
    );
}

#[test]
fn what_is_not_seen_or_covers_other_lines_is_told_from_what_is_part_of_a_name() {
    for (name, seen) in [
        ("", ""),
        ("북문 1", "북문 1"),
        ("nul\0 bell\u{7} next\u{85}line", "nul� bell� next line"),
        ("two\nlines\r\n\u{2028}or\tmore", "two lines   or more"),
        ("\u{200D}\u{200E}\u{FE0F}", "�"),
        ("☎\u{FE0F}", "☎\u{FE0F}"),
        (" \u{3164}", " �"),
        ("\u{2800}", "�"),
        ("soft\u{AD}hyphen \u{2062}\u{FFF9}", "soft�hyphen ��"),
        (
            "non\u{FFFE}\u{10FFFF}\u{FDD0}characters",
            "non���characters",
        ),
        ("A\u{E0041}\u{E007F}", "A��"),
        (
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}!",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}!",
        ),
        (
            "Z\u{301}\u{302}\u{303}\u{304}\u{305}o\u{301}",
            "Z\u{301}\u{302}\u{303}o\u{301}",
        ),
        ("שער 1", "\u{2068}שער 1\u{2069}"),
    ] {
        assert_eq!(shown(name), seen, "{name:?}");
    }
}

#[test]
fn the_text_of_a_mistake_turns_and_hides_nothing() {
    let config = crate::settings::config::parse("{ \"\u{202E}a\": 1, \"demo\": \"\u{202E}\" }");
    assert_eq!(config.mistakes.len(), 2);
    for mistake in &config.mistakes {
        let said = EN_SETTINGS.mistake_place(mistake) + &EN_SETTINGS.mistake(mistake);
        assert!(said.contains('�') && !said.contains('\u{202E}'), "{said:?}");
    }
}

#[test]
fn a_language_is_found_by_its_tag_with_or_without_a_country() {
    assert_eq!(Language::from_tag("ko-KR"), Some(Language::Ko));
    assert_eq!(Language::from_tag("EN"), Some(Language::En));
    assert_eq!(Language::from_tag("de"), None);
    assert_eq!(Language::from_tag(""), None);
}

#[test]
fn each_text_stands_in_its_own_language() {
    let english = include_str!("en.rs");
    let korean = include_str!("ko.rs");
    let is_hangul = |c: char| ('가'..='힣').contains(&c);
    assert!(!english.chars().any(is_hangul));
    // Brand and protocol names aside, a Korean text without any Hangul is one that nobody translated.
    for line in korean.lines().filter(|line| line.starts_with("        ")) {
        let Some(text) = line.split('"').nth(1) else {
            continue;
        };
        let words = text.split(['{', '}']).step_by(2).collect::<String>();
        let latin = words.chars().filter(char::is_ascii_alphabetic).count();
        assert!(latin < 4 || words.chars().any(is_hangul), "{line}");
    }
}

#[test]
fn nothing_begs_or_shouts() {
    for text in [include_str!("en.rs"), include_str!("ko.rs")] {
        for text in text.split('"').skip(1).step_by(2) {
            assert!(!text.contains(['!', '！']), "{text}");
            let lower = text.to_lowercase();
            for word in ["please", "oops", "sorry", "죄송", "세요"] {
                assert!(!lower.contains(word), "{text}");
            }
        }
    }
}

#[test]
fn a_configuration_with_mistakes_says_that_the_rest_works_only_if_something_does() {
    assert_eq!(
        EN.config_mistakes("1", true),
        "The configuration has 1 mistake. Everything else in it works."
    );
    assert_eq!(
        EN.config_mistakes("3", false),
        "The configuration has 3 mistakes."
    );
    assert_eq!(
        KO.config_mistakes("3", false),
        "설정 파일에 오류가 3건 있습니다."
    );
}

#[test]
fn every_mistake_of_a_configuration_names_its_place_and_its_text() {
    let config = crate::settings::config::parse(
        r#"{ "site": { "id": "s", "timeZone": "Mars/Olympus!" }, "colour": 1, "brokers": [{ "url": "mqtt://h" }] }"#,
    );
    assert!(config.mistakes.len() > 1);
    for mistake in &config.mistakes {
        for words in [&EN_SETTINGS, &KO_SETTINGS] {
            assert!(words.mistake_place(mistake).contains('1'));
            let said = words.mistake(mistake);
            assert!(!said.is_empty());
            assert!(
                mistake
                    .text
                    .as_ref()
                    .is_none_or(|text| said.contains(text.as_str())),
                "{said}"
            );
        }
    }
}

#[test]
fn every_mistake_of_the_form_is_said_in_both_languages() {
    use crate::mqtt::FilterError;
    use crate::settings::form::{FieldWrong, FilterMistake, NumberMistake, UrlMistake, UrlWrong};
    let url = |what| {
        FieldWrong::Url(UrlMistake {
            what,
            suggestion: None,
        })
    };
    let wrong = [
        url(UrlWrong::Empty),
        url(UrlWrong::Character),
        url(UrlWrong::Scheme),
        url(UrlWrong::Host),
        url(UrlWrong::Port),
        url(UrlWrong::UserInfo),
        url(UrlWrong::Fragment),
        url(UrlWrong::SecretInQuery),
        url(UrlWrong::Insecure),
        url(UrlWrong::RawPort),
        FieldWrong::Filter(FilterMistake::None),
        FieldWrong::Filter(FilterMistake::Invalid(
            "#/a".to_owned(),
            FilterError::HashNotLast,
        )),
        FieldWrong::Filter(FilterMistake::Repeated("a".to_owned())),
        FieldWrong::Number(NumberMistake::NotWhole),
        FieldWrong::Number(NumberMistake::OutOfRange { most: 65_535 }),
        FieldWrong::Character,
        FieldWrong::TooLong,
    ];
    for words in [&EN_SETTINGS, &KO_SETTINGS] {
        let said: std::collections::BTreeSet<String> =
            wrong.iter().map(|wrong| words.field_wrong(wrong)).collect();
        assert_eq!(said.len(), wrong.len());
        assert!(said.iter().all(|text| !text.is_empty()));
    }
    let most = FieldWrong::Number(NumberMistake::OutOfRange {
        most: 4_294_967_295,
    });
    assert_eq!(
        EN_SETTINGS.field_wrong(&most),
        "Enter a whole number from 0 to 4,294,967,295."
    );
}

#[test]
fn a_total_says_what_is_missing_from_it() {
    let total = Total {
        value: 812,
        since: Some(Timestamp::from_millis(0)),
        at_least: true,
        waiting: false,
    };
    assert_eq!(
        EN.total(&total, &Plain("12:04")),
        ("at least 812".to_owned(), Some("since 12:04".to_owned()))
    );
    assert_eq!(
        KO.total(&total, &Plain("12:04")),
        ("812 이상".to_owned(), Some("12:04부터".to_owned()))
    );
}
