use proptest::prelude::*;

use super::*;

/// What `serde_json` reads of the same value.
fn reference(value: &Value<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool(truth) => (*truth).into(),
        Kind::Number => serde_json::from_str(value.raw()).unwrap(),
        Kind::Text(text) => (**text).into(),
        Kind::List(list) => list.iter().map(reference).collect(),
        Kind::Object(object) => object
            .iter()
            .map(|(key, value)| (key.to_owned(), reference(value)))
            .collect(),
    }
}

fn error(at: usize, why: Why) -> Result<Value<'static>, Error> {
    Err(Error { at, why })
}

#[test]
fn a_value_keeps_its_place_and_its_digits() {
    let text =
        " {\"a\": [1.50, -0, 18446744073709551616],\n \"b\\u0041\": \"x\\n\", \"a\": null } ";
    let value = parse(text).unwrap();
    assert_eq!(value.raw(), text.trim());
    let object = value.as_object().unwrap();
    let keys: Vec<&str> = object.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["a", "bA", "a"]);
    let list = object.iter().next().unwrap().1.as_list().unwrap();
    let digits: Vec<&str> = list.iter().map(Value::raw).collect();
    assert_eq!(digits, ["1.50", "-0", "18446744073709551616"]);
    assert_eq!(object.get("bA").unwrap().as_text(), Some("x\n"));
    assert_eq!(object.get("bA").unwrap().raw(), "\"x\\n\"");
    assert_eq!(object.get("a").unwrap().kind(), &Kind::Null, "the last one");
    assert!(!object.contains_key("b"));
}

#[test]
fn what_is_no_json_is_refused_at_its_place() {
    for (text, at) in [
        ("{\"a\":1}}", 7),
        ("[1,]", 3),
        ("{,}", 1),
        ("{\"a\" 1}", 5),
        ("{a:1}", 1),
        ("007", 1),
        ("-a", 1),
        ("1.e3", 2),
        ("+1", 0),
        (".5", 0),
        ("truE", 3),
        ("NaN", 0),
        ("'a'", 0),
        ("\"\u{1}\"", 1),
        ("\"\\x\"", 2),
        ("\"\\u00g0\"", 5),
        ("[1] // comment", 4),
        ("\u{a0}1", 0),
        ("1\u{0}", 1),
    ] {
        assert_eq!(parse(text), error(at, Why::Unexpected), "{text}");
    }
    for text in [
        "", " ", "{", "{\"a\"", "{\"a\":", "[1", "[1,", "\"a", "\"\\", "\"\\u12", "tru", "-", "1.",
        "1e",
    ] {
        assert_eq!(parse(text), error(text.len(), Why::Ends), "{text}");
    }
}

#[test]
fn depth_has_a_limit_and_texts_none() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(DEEPEST)).is_ok());
    for depth in [DEEPEST + 1, 100_000] {
        assert_eq!(parse(&nested(depth)), error(DEEPEST, Why::TooDeep));
    }
    let text = format!("\"{}\"", "[".repeat(100_000));
    assert!(parse(&text).is_ok());
}

#[test]
fn half_a_pair_does_not_lose_the_text() {
    for (text, read) in [
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""a\ud83d\n""#, "a\u{fffd}\n"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        (r#""\ude00b""#, "\u{fffd}b"),
        (r#""\ud83dx""#, "\u{fffd}x"),
    ] {
        assert_eq!(parse(text).unwrap().as_text(), Some(read), "{text}");
    }
    // What follows must still be right.
    assert_eq!(parse(r#""\ud83d\x""#), error(8, Why::Unexpected));
}

#[test]
fn a_float_is_the_nearest() {
    for text in [
        "0",
        "-0",
        "1",
        "0.1",
        "-112.500000",
        "21.375",
        "123456789012345",
        "1e22",
        "9007199254740993",
    ] {
        let nearest: f64 = text.parse().unwrap();
        assert_eq!(
            parse_f64(text).map(f64::to_bits),
            Some(nearest.to_bits()),
            "{text}"
        );
    }
    for (text, value) in [
        ("+7", 7.0),
        ("007", 7.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1E+3", 1000.0),
        ("1e-9999999999999999999", 0.0),
        ("0e9999999999999999999", 0.0),
    ] {
        assert_eq!(parse_f64(text), Some(value), "{text}");
    }
    for wrong in [
        "",
        ".",
        "-",
        "e5",
        "1e",
        "1e+",
        "1e5.0",
        "inf",
        "NaN",
        "1e999",
        "-1e9999999999999999999",
        "12 s",
        "--5",
        "-+5",
        "+-5",
        "0x10",
        "1_000",
        "１",
    ] {
        assert_eq!(parse_f64(wrong), None, "{wrong}");
    }
}

/// Whatever `serde_json` refuses and we do not: half a pair, and numbers that no float holds.
fn is_ours_alone(text: &str) -> bool {
    text.contains("\\u") || text.contains(['e', 'E'])
}

fn agrees(text: &str) -> Result<(), TestCaseError> {
    let (ours, theirs) = (parse(text), serde_json::from_str::<serde_json::Value>(text));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(reference(&ours), theirs),
        (Ok(_), Err(_)) => prop_assert!(is_ours_alone(text), "{}", text),
        (Err(error), Ok(_)) => prop_assert!(false, "{}: {}", text, error),
        (Err(error), Err(_)) => prop_assert!(error.at <= text.len()),
    }
    Ok(())
}

/// Values of every kind, as their text.
fn written() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|truth| truth.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        Just("\"\\ud83d\\ude00\\/\\b\\f\\u00e9\"".to_owned()),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|values| format!("[ {}\n]", values.join(" ,"))),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|entries| {
                let entries = entries.into_iter();
                let entries: Vec<String> = entries
                    .map(|(key, value)| format!("{}:{value}", serde_json::Value::from(key)))
                    .collect();
                format!("{{{}}}", entries.join(",\t"))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_json_is_read_as_the_reference_reads_it(text in written()) {
        agrees(&text)?;
        prop_assert!(parse(&text).is_ok());
    }

    #[test]
    fn a_damaged_json_is_read_as_the_reference_reads_it(text in written(), at in any::<prop::sample::Index>(), other in ".?") {
        let characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        let damaged: String = characters[..at].iter().copied()
            .chain(other.chars())
            .chain(characters[at + 1..].iter().copied())
            .collect();
        agrees(&damaged)?;
    }

    #[test]
    fn any_text_is_read_as_the_reference_reads_it(text in "[\\[\\]{}:,\"\\\\ntrufalse0-9.eE+\\- \n\u{0}-\u{1f}é]{0,24}") {
        agrees(&text)?;
    }

    #[test]
    fn a_float_is_at_most_a_hair_from_the_nearest(text in "[+-]?[0-9]{0,24}\\.?[0-9]{0,24}([eE][+-]?[0-9]{1,3})?") {
        let nearest: Option<f64> = text.parse().ok().filter(|value: &f64| value.is_finite());
        match (parse_f64(&text), nearest) {
            (Some(ours), Some(nearest)) if nearest.abs() >= f64::MIN_POSITIVE => {
                prop_assert!(((ours - nearest) / nearest).abs() < 1e-13, "{} {}", ours, nearest);
            }
            (Some(ours), Some(_)) => prop_assert!(ours.abs() <= f64::MIN_POSITIVE),
            (ours, nearest) => prop_assert!(
                // At the end of what a float can hold a hair decides.
                ours.or(nearest).is_none_or(|value| value.abs() > 1.797e308),
                "{:?} {:?}", ours, nearest
            ),
        }
    }
}
