//! Statements and their tests → a page for a reader.

use super::statements::{Statement, Whose};
use super::{LIST, Tests};

/// The whole page.
pub(super) fn write(statements: &[Statement], tests: &Tests) -> String {
    let mut versions: Vec<&str> = statements.iter().map(|it| it.version.as_str()).collect();
    versions.dedup();
    let mut page = format!(
        "# Conformance\n\n\
         What MQTT demands of a client, and the tests that show it. Written by `cargo xtask conformance` from\n\
         `{LIST}`, where the columns are explained, and the native tests that ran and passed.\n\n\
         | version | statements | ours | watched | a broker's alone | do not apply |\n|---|---:|---:|---:|---:|---:|\n"
    );
    let of = |version: &str| -> Vec<&Statement> {
        statements
            .iter()
            .filter(|it| it.version == version)
            .collect()
    };
    for version in &versions {
        page += &summary(version, &of(version));
    }
    for version in versions {
        page += &format!(
            "\n## MQTT {version}\n\n| statement | what | whose | tests |\n|---|---|---|---|\n"
        );
        for statement in of(version) {
            page += &row(statement, tests);
        }
    }
    page
}

fn summary(version: &str, statements: &[&Statement]) -> String {
    let count = |whose: fn(&Whose) -> bool| statements.iter().filter(|it| whose(&it.whose)).count();
    format!(
        "| {version} | {} | {} | {} | {} | {} |\n",
        statements.len(),
        count(|whose| *whose == Whose::Ours),
        count(|whose| *whose == Whose::Watched),
        count(|whose| *whose == Whose::Server),
        count(|whose| matches!(whose, Whose::Nobody(_))),
    )
}

fn row(statement: &Statement, tests: &Tests) -> String {
    let whose = match &statement.whose {
        Whose::Ours => "ours",
        Whose::Watched => "watched",
        Whose::Server => "a broker's",
        Whose::Nobody(why) => why,
    };
    let names = tests.get(&statement.key()).map_or(&[][..], Vec::as_slice);
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "| {} | {} | {whose} | {} |\n",
        statement.number,
        statement.words,
        names.join(", ")
    )
}
