//! Source files → which test cites which statements.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Key;
use crate::steps::Outcome;

/// What one test cites.
#[derive(Debug)]
pub(super) struct Citation {
    file: String,
    function: String,
    pub(super) statements: Vec<Key>,
}

impl Citation {
    /// The name under which the test ran, if it is among these.
    pub(super) fn name_among<'a>(&self, names: &'a BTreeSet<String>) -> Option<&'a str> {
        let (module, function) = (module(&self.file), format!("::{}", self.function));
        let is_this = |name: &&String| {
            // A test of a file's own module `tests`, or of the file itself.
            **name == format!("{module}{}", self.function)
                || name.starts_with(&module) && name.ends_with(&function)
        };
        names.iter().find(is_this).map(String::as_str)
    }

    /// Where a person finds it.
    pub(super) fn place(&self) -> String {
        format!("{} in {}", self.function, self.file)
    }
}

/// All citations of the project's tests, in the order of the files' names.
pub(super) fn all(root: &Path, faults: &mut Vec<String>) -> Outcome<Vec<Citation>> {
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        sources(root, folder, &mut files)
            .map_err(|error| format!("{folder} cannot be read: {error}"))?;
    }
    files.sort();
    let mut citations = Vec::new();
    for file in files {
        let source = fs::read_to_string(root.join(&file))
            .map_err(|error| format!("{file} cannot be read: {error}"))?;
        citations.extend(of_file(&file, &source, faults));
    }
    Ok(citations)
}

/// The citations in one file. One above something that is no test is a fault.
pub(super) fn of_file(file: &str, source: &str, faults: &mut Vec<String>) -> Vec<Citation> {
    let mut citations = Vec::new();
    let mut statements = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim_start) {
        if let Some(cited) = cited(line) {
            statements.extend(cited);
        } else if line == "#[test]" {
            is_test = true;
        } else if !line.starts_with("///") && !line.starts_with("#[") {
            let statements = std::mem::take(&mut statements);
            let function = line.strip_prefix("fn ").filter(|_| is_test);
            is_test = false;
            match function {
                _ if statements.is_empty() => {}
                Some(rest) => citations.push(Citation {
                    file: file.to_owned(),
                    function: rest.split(['(', '<']).next().unwrap_or(rest).to_owned(),
                    statements,
                }),
                None => faults.push(format!(
                    "{file} cites statements above `{line}`, which is no test"
                )),
            }
        }
    }
    citations
}

/// The statements of a line such as `/// 3.1.1: [MQTT-3.3.1-2], [MQTT-4.3.1-1]`.
fn cited(line: &str) -> Option<Vec<Key>> {
    let rest = line.strip_prefix("/// ")?;
    let (version, rest) = rest.split_once(": ")?;
    if !matches!(version, "3.1.1" | "5.0") {
        return None;
    }
    let numbers = rest.split(", ").map(|it| {
        let number = it
            .strip_prefix("[MQTT-")
            .and_then(|it| it.strip_suffix(']'));
        // What is none is not in the list, which will be said.
        (version.to_owned(), number.unwrap_or(it).to_owned())
    });
    Some(numbers.collect())
}

/// The module of a file, with `::` at its end: of the library, or of the test that the folder is named after.
fn module(file: &str) -> String {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let module = match path.split_once('/') {
        Some(("tests", path)) => path.split_once('/').map_or("", |(_, module)| module),
        Some((_, "lib")) | None => "",
        Some((_, module)) => module,
    };
    if module.is_empty() {
        String::new()
    } else {
        module.replace('/', "::") + "::"
    }
}

/// The names of all source files under a folder, from the root, with `/`.
fn sources(root: &Path, folder: &str, files: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            sources(root, &name, files)?;
        } else if name.ends_with(".rs") {
            files.push(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_cites_what_stands_above_it() {
        let source = "/// 3.1.1: [MQTT-1.5.3-1]\n/// 5.0: [MQTT-1.5.4-1], [MQTT-1.5.4-2]\n#[test]\nfn a() {\n}\n#[test]\nfn b() {}\n";
        let mut faults = Vec::new();
        let citations = of_file("src/mqtt/frame.rs", source, &mut faults);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(citations.len(), 1);
        assert_eq!(citations[0].function, "a");
        let keys: Vec<_> = citations[0]
            .statements
            .iter()
            .map(|key| key.1.as_str())
            .collect();
        assert_eq!(keys, ["1.5.3-1", "1.5.4-1", "1.5.4-2"]);
        let names = BTreeSet::from([
            "mqtt::frame::tests::a".to_owned(),
            "mqtt::other::a".to_owned(),
        ]);
        assert_eq!(
            citations[0].name_among(&names),
            Some("mqtt::frame::tests::a")
        );
    }

    #[test]
    fn modules_are_named_as_the_tests_are() {
        assert_eq!(module("tests/link/sessions.rs"), "sessions::");
        assert_eq!(module("tests/link.rs"), "");
        assert_eq!(module("src/mqtt/decode/tests.rs"), "mqtt::decode::tests::");
        assert_eq!(module("src/lib.rs"), "");
    }

    #[test]
    fn a_citation_above_what_is_no_test_is_a_fault() {
        for source in [
            "/// 5.0: [MQTT-1.5.4-1]\nfn a() {}\n",
            "/// 5.0: [MQTT-1.5.4-1]\nstruct A;\n",
        ] {
            let mut faults = Vec::new();
            assert!(of_file("src/a.rs", source, &mut faults).is_empty());
            assert_eq!(faults.len(), 1, "{source}");
        }
    }
}
