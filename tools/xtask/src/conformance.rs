//! The statements of both versions of MQTT and the tests that cite them → `tests/conformance.md`, the same for programs, and
//! what is missing.
//!
//! A test cites a statement in its documentation, one line a version, directly above `#[test]`:
//! `/// 3.1.1: [MQTT-3.3.1-2], [MQTT-4.3.1-1]`. It counts where it ran and passed.

mod citations;
mod json;
mod page;
mod statements;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::steps::{Outcome, cargo, root, run_lines, target_folder};
use citations::Citation;
use statements::{Statement, Whose};

/// A statement's version and number.
type Key = (String, String);

/// The names of the tests that cite a statement, where they passed.
type Tests = BTreeMap<Key, Vec<String>>;

const LIST: &str = "tests/conformance/statements.txt";
const PAGE: &str = "tests/conformance.md";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let check = match arguments {
        [] => false,
        [option] if option == "--check" => true,
        _ => return Err("`conformance` takes nothing but `--check`".to_owned()),
    };
    let passed = passed_tests(&mut native_tests())?;
    prove(&passed, check)
}

/// The tests that can cite a statement: all that run natively.
pub(crate) fn native_tests() -> Command {
    cargo(["test", "-p", "footfall", "--no-default-features"])
}

/// Runs tests, their output on the terminal, and gives the names of those that passed.
pub(crate) fn passed_tests(command: &mut Command) -> Outcome<BTreeSet<String>> {
    let mut passed = BTreeSet::new();
    run_lines(command, |line| {
        let test = line.strip_prefix("test ");
        if let Some(name) = test.and_then(|test| test.strip_suffix(" ... ok")) {
            passed.insert(name.to_owned());
        }
    })?;
    Ok(passed)
}

/// Joins the list with the tests that passed. With `check` the page must be as it is written, else it is written;
/// what programs read is written in either case.
pub(crate) fn prove(passed: &BTreeSet<String>, check: bool) -> Outcome {
    let list = fs::read_to_string(root().join(LIST))
        .map_err(|error| format!("{LIST} cannot be read: {error}"))?;
    let mut faults = Vec::new();
    let statements = statements::read(&list, &mut faults);
    let citations = citations::all(&root(), &mut faults)?;
    let tests = join(&statements, &citations, passed, &mut faults);
    let table = target_folder()?.join("conformance.json");
    fs::write(&table, json::write(&statements, &tests))
        .map_err(|error| format!("{} cannot be written: {error}", table.display()))?;
    let page = page::write(&statements, &tests);
    if check {
        let written = fs::read_to_string(root().join(PAGE)).unwrap_or_default();
        if written != page {
            faults.push(format!(
                "{PAGE} is not what `cargo xtask conformance` writes"
            ));
        }
    } else {
        fs::write(root().join(PAGE), page)
            .map_err(|error| format!("{PAGE} cannot be written: {error}"))?;
    }
    let applicable = statements.iter().filter(|it| it.applies()).count();
    eprintln!(
        "{} statements, of which {applicable} apply; {} tests cite them",
        statements.len(),
        citations.len()
    );
    if faults.is_empty() {
        return Ok(());
    }
    for fault in &faults {
        eprintln!("  {fault}");
    }
    Err(format!(
        "conformance is not proven: {} faults",
        faults.len()
    ))
}

/// The tests of each statement. A fault is: a statement that applies and has none, and a citation of what is not in the
/// list, of what does not apply, or by a test that did not pass.
fn join(
    statements: &[Statement],
    citations: &[Citation],
    passed: &BTreeSet<String>,
    faults: &mut Vec<String>,
) -> Tests {
    let whose: BTreeMap<Key, &Whose> = statements
        .iter()
        .map(|statement| (statement.key(), &statement.whose))
        .collect();
    let mut tests = Tests::new();
    for citation in citations {
        let Some(name) = citation.name_among(passed) else {
            faults.push(format!("{} did not run and pass", citation.place()));
            continue;
        };
        for key in &citation.statements {
            match whose.get(key) {
                None => faults.push(format!(
                    "{name} cites {} of {}, which is not in {LIST}",
                    key.1, key.0
                )),
                Some(Whose::Server | Whose::Nobody(_)) => {
                    faults.push(format!(
                        "{name} cites {} of {}, which does not apply",
                        key.1, key.0
                    ));
                }
                Some(Whose::Ours | Whose::Watched) => {
                    tests.entry(key.clone()).or_default().push(name.to_owned());
                }
            }
        }
    }
    for statement in statements {
        if statement.applies() && !tests.contains_key(&statement.key()) {
            faults.push(format!(
                "{} of {} has no test: {}",
                statement.number, statement.version, statement.words
            ));
        }
    }
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "== 5.0\n1.1.1-1 | ours | one\n1.1.1-2 | watched | two\n1.1.1-3 | server | three\n";

    fn faults_of(source: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let statements = statements::read(LIST, &mut faults);
        let citations = citations::of_file("tests/link/x.rs", source, &mut faults);
        let passed = BTreeSet::from(["x::good".to_owned()]);
        join(&statements, &citations, &passed, &mut faults);
        faults
    }

    #[test]
    fn what_is_cited_by_a_test_that_passed_is_proven() {
        let source = "/// 5.0: [MQTT-1.1.1-1], [MQTT-1.1.1-2]\n#[test]\nfn good() {}\n";
        assert_eq!(faults_of(source), Vec::<String>::new());
    }

    #[test]
    fn what_nobody_cites_and_what_did_not_pass_is_not_proven() {
        for source in [
            "#[test]\nfn good() {}\n",
            "/// 5.0: [MQTT-1.1.1-2]\n#[test]\nfn good() {}\n",
        ] {
            let faults = faults_of(source);
            assert_eq!(faults[0], "1.1.1-1 of 5.0 has no test: one");
        }
        let source = "/// 5.0: [MQTT-1.1.1-1], [MQTT-1.1.1-2]\n#[test]\nfn bad() {}\n";
        let faults = faults_of(source);
        assert_eq!(faults[0], "bad in tests/link/x.rs did not run and pass");
        assert_eq!(faults.len(), 3);
    }

    #[test]
    fn a_number_that_does_not_exist_or_apply_is_a_fault() {
        for number in ["1.1.1-3", "9.9.9-9"] {
            let source = format!(
                "/// 5.0: [MQTT-1.1.1-1], [MQTT-1.1.1-2], [MQTT-{number}]\n#[test]\nfn good() {{}}\n"
            );
            assert_eq!(faults_of(&source).len(), 1, "{number}");
        }
    }
}
