//! Two values → where they differ.

use std::fmt::Write as _;

use super::{Kind, Value};

/// A place where two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// As it stood in the former text; `None`: it was not there.
    pub before: Option<&'a str>,
    /// As it stands in the later text; `None`: it is not there any more.
    pub after: Option<&'a str>,
}

/// Where two values differ, in the order of the later one, then what went; at most so many places.
pub fn changes<'a>(before: &Value<'a>, after: &Value<'a>, most: usize) -> Vec<Change<'a>> {
    let mut found = Vec::new();
    compare(Some(before), Some(after), &mut String::new(), &mut found);
    found.truncate(most);
    found
}

fn compare<'a>(
    before: Option<&Value<'a>>,
    after: Option<&Value<'a>>,
    pointer: &mut String,
    found: &mut Vec<Change<'a>>,
) {
    let mut inside = |token: &str, before, after| {
        let end = pointer.len();
        let _never_fails = write!(pointer, "/{}", token.replace('~', "~0").replace('/', "~1"));
        compare(before, after, pointer, found);
        pointer.truncate(end);
    };
    match (before.map(Value::kind), after.map(Value::kind)) {
        (Some(Kind::Object(before)), Some(Kind::Object(after))) => {
            for (key, value) in after.iter() {
                inside(key, before.get(key), Some(value));
            }
            for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(key)) {
                inside(key, Some(value), None);
            }
        }
        (Some(Kind::List(before)), Some(Kind::List(after))) => {
            for index in 0..before.len().max(after.len()) {
                inside(&index.to_string(), before.get(index), after.get(index));
            }
        }
        _ => {
            let (before, after) = (before.map(Value::raw), after.map(Value::raw));
            if before != after {
                found.push(Change {
                    pointer: pointer.clone(),
                    before,
                    after,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn each_place_that_differs_is_named_once() {
        let before = parse(r#"{"a":1,"b":{"x/y":[1,2,{"z":"s"}]},"gone":true}"#).unwrap();
        let after = parse(r#"{"a":1.0,"b":{"x/y":[1,3]},"new":null}"#).unwrap();
        let found: Vec<_> = changes(&before, &after, 10)
            .into_iter()
            .map(|change| (change.pointer, change.before, change.after))
            .collect();
        let said: Vec<_> = found
            .iter()
            .map(|(pointer, before, after)| (pointer.as_str(), *before, *after))
            .collect();
        assert_eq!(
            said,
            [
                ("/a", Some("1"), Some("1.0")),
                ("/b/x~1y/1", Some("2"), Some("3")),
                ("/b/x~1y/2", Some(r#"{"z":"s"}"#), None),
                ("/new", None, Some("null")),
                ("/gone", Some("true"), None),
            ]
        );
        assert_eq!(changes(&before, &after, 2).len(), 2);
        assert_eq!(changes(&after, &after, 10), []);
    }
}
