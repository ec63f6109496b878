//! Statements and their tests → JSON for programs, below the target folder.

use super::Tests;
use super::statements::Statement;

/// One object for each statement, in the order of the list.
pub(super) fn write(statements: &[Statement], tests: &Tests) -> String {
    let objects: Vec<String> = statements.iter().map(|it| object(it, tests)).collect();
    format!("[\n{}\n]\n", objects.join(",\n"))
}

fn object(statement: &Statement, tests: &Tests) -> String {
    let names = tests.get(&statement.key()).map_or(&[][..], Vec::as_slice);
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!(
        r#"  {{ "statement": {}, "version": {}, "applies": {}, "tests": [{}] }}"#,
        quoted(&format!("MQTT-{}", statement.number)),
        quoted(&statement.version),
        statement.applies(),
        names.join(", ")
    )
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('"', r#"\""#);
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::super::statements;
    use super::*;

    #[test]
    fn a_program_reads_the_same_as_a_person() {
        let list = "== 5.0\n1.2.3-4 | ours | what\n1.2.3-5 | server | what\n";
        let statements = statements::read(list, &mut Vec::new());
        let tests = Tests::from([(statements[0].key(), vec!["a::b".to_owned(), "c".to_owned()])]);
        let json = write(&statements, &tests);
        let first = r#"{ "statement": "MQTT-1.2.3-4", "version": "5.0", "applies": true, "tests": ["a::b", "c"] }"#;
        let second =
            r#"{ "statement": "MQTT-1.2.3-5", "version": "5.0", "applies": false, "tests": [] }"#;
        assert_eq!(json, format!("[\n  {first},\n  {second}\n]\n"));
        assert_eq!(quoted(r#"a"\"#), r#""a\"\\""#);
    }
}
