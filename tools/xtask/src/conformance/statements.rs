//! The list of statements as it is typed → statements.

use super::Key;

/// One numbered statement of one version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) version: String,
    /// As the standard numbers it, without `MQTT-`.
    pub(super) number: String,
    pub(super) whose: Whose,
    pub(super) words: String,
}

/// Who has to do something for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// A client.
    Ours,
    /// A broker, and a client sees whether it does.
    Watched,
    /// A broker.
    Server,
    /// It does not apply, because of this.
    Nobody(String),
}

impl Statement {
    /// Whether a test must show it.
    pub(super) const fn applies(&self) -> bool {
        matches!(self.whose, Whose::Ours | Whose::Watched)
    }

    pub(super) fn key(&self) -> Key {
        (self.version.clone(), self.number.clone())
    }
}

/// Reads the list. What cannot be read, or stands there twice, is a fault.
pub(super) fn read(list: &str, faults: &mut Vec<String>) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut version = "";
    for line in list.lines() {
        if let Some(heading) = line.strip_prefix("== ") {
            version = heading;
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> = line.split(" | ").collect();
        let [number, whose, words] = parts[..] else {
            faults.push(format!("not a statement: {line}"));
            continue;
        };
        let statement = Statement {
            version: version.to_owned(),
            number: number.to_owned(),
            whose: match whose {
                "ours" => Whose::Ours,
                "watched" => Whose::Watched,
                "server" => Whose::Server,
                reason => Whose::Nobody(reason.to_owned()),
            },
            words: words.to_owned(),
        };
        if statements
            .iter()
            .any(|known| known.key() == statement.key())
        {
            faults.push(format!("{number} of {version} stands in the list twice"));
        }
        statements.push(statement);
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_number_whose_it_is_and_what() {
        let mut faults = Vec::new();
        let list =
            "# About.\n\n== 5.0\n1.2.3-4 | ours | what\n1.2.3-5 | not used: why | what else\n";
        let statements = read(list, &mut faults);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(
            statements[0].key(),
            ("5.0".to_owned(), "1.2.3-4".to_owned())
        );
        assert!(statements[0].applies());
        assert_eq!(
            statements[1].whose,
            Whose::Nobody("not used: why".to_owned())
        );
    }

    #[test]
    fn a_line_of_another_form_and_a_number_that_is_there_twice_are_faults() {
        for list in ["1.2.3-4 what\n", "1.2.3-4 | ours | a\n1.2.3-4 | ours | b\n"] {
            let mut faults = Vec::new();
            read(list, &mut faults);
            assert_eq!(faults.len(), 1, "{list}");
        }
    }
}
