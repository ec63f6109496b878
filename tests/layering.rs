//! Who may import whom, and who may name what. Read from the sources as text, so that it also sees what does not compile.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read the sources has nothing to say"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and what it may import, in the order of the data. A module may only use modules above it, so there is no
/// circle. A new import is a decision: add it here, where a reviewer sees it.
const MODULES: &[(&str, &[&str])] = &[
    // Pure: no clock, no randomness, no browser.
    ("ordered", &[]),
    ("time", &["ordered"]),
    ("secret", &[]),
    ("views", &["time"]),
    ("packed", &[]),
    ("json", &[]),
    ("mqtt", &["time", "ordered", "secret"]),
    ("observation", &["time", "ordered"]),
    (
        "settings",
        &["json", "time", "ordered", "secret", "mqtt", "observation"],
    ),
    (
        "payload",
        &["json", "time", "ordered", "mqtt", "observation", "settings"],
    ),
    ("series", &["time", "ordered", "observation"]),
    (
        "fleet",
        &["time", "ordered", "observation", "series", "settings"],
    ),
    (
        "site",
        &[
            "time",
            "ordered",
            "observation",
            "settings",
            "series",
            "fleet",
        ],
    ),
    (
        "platform",
        &["json", "time", "ordered", "secret", "mqtt", "settings"],
    ),
    (
        "link",
        &["time", "ordered", "secret", "mqtt", "settings", "platform"],
    ),
    (
        "command",
        // What confirms a command is an observation.
        &[
            "time",
            "ordered",
            "secret",
            "mqtt",
            "observation",
            "settings",
            "link",
        ],
    ),
    (
        "simulation",
        &["time", "ordered", "mqtt", "observation", "settings"],
    ),
    (
        "snapshot",
        &[
            "packed",
            "time",
            "ordered",
            "mqtt",
            "observation",
            "settings",
            "series",
            "fleet",
            "site",
            "link",
        ],
    ),
    (
        "engine",
        &[
            "packed",
            "time",
            "ordered",
            "secret",
            "mqtt",
            "observation",
            "settings",
            "payload",
            "series",
            "fleet",
            "site",
            "platform",
            "link",
            "command",
            "simulation",
            "snapshot",
        ],
    ),
    (
        "words",
        &[
            "time",
            "ordered",
            "mqtt",
            "observation",
            "settings",
            "series",
            "fleet",
            "site",
            "link",
            "engine",
        ],
    ),
    (
        "problem",
        &[
            "time", "ordered", "mqtt", "settings", "platform", "link", "engine", "words",
        ],
    ),
    ("doctor", &["mqtt", "link", "engine", "words", "problem"]),
    ("chart", &["time", "ordered", "series", "words"]),
    ("mirror", &["time", "ordered", "link", "engine"]),
    // Only with the feature `browser`.
    (
        "browser",
        &[
            "time",
            "ordered",
            "secret",
            "settings",
            "link",
            "simulation",
            "snapshot",
            "engine",
            "doctor",
            "chart",
        ],
    ),
    (
        "live",
        &[
            "time",
            "ordered",
            "observation",
            "settings",
            "series",
            "fleet",
            "site",
            "link",
            "engine",
            "words",
            "problem",
            "chart",
            "mirror",
            "browser",
        ],
    ),
    (
        "ui",
        &[
            "json",
            "time",
            "ordered",
            "secret",
            "mqtt",
            "observation",
            "settings",
            "series",
            "fleet",
            "site",
            "platform",
            "link",
            "simulation",
            "engine",
            "views",
            "words",
            "problem",
            "doctor",
            "chart",
            "mirror",
            "browser",
            "live",
        ],
    ),
    (
        "bin/footfall",
        &[
            "time",
            "ordered",
            "settings",
            "simulation",
            "engine",
            // The name of a language, to load it.
            "words",
            "browser",
            "live",
            "ui",
        ],
    ),
];

/// From here on a module needs a browser.
const FIRST_WITH_BROWSER: &str = "browser";

/// A name, and the modules in which it may stand.
const NAMES: &[(&str, &[&str])] = &[
    ("wasm_bindgen", &["browser", "bin/footfall"]),
    ("wasm_bindgen_futures", &["browser"]),
    ("js_sys", &["browser"]),
    ("gloo_timers", &["browser"]),
    ("plotters_canvas", &["browser"]),
    ("plotters", &["chart", "browser"]),
    ("plotters_backend", &["chart", "browser"]),
    ("leptos", &["live", "ui", "bin/footfall"]),
    // In `ui` only event and element types; see `only_events_and_elements`.
    ("web_sys", &["browser", "ui", "bin/footfall"]),
    // In the order of its keys a hash map differs from run to run; `BTreeMap` does not.
    ("HashMap", &["browser", "live", "ui"]),
    ("HashSet", &["browser", "live", "ui"]),
    // Time comes in as `Now`; natively these would compile, in the browser they panic.
    ("SystemTime", &[]),
    ("Instant", &[]),
];

/// Functions of floating point whose last bit differs between machines: pixels may differ, what is counted may not.
const INEXACT: &[&str] = &[
    ".sin(", ".cos(", ".exp(", ".ln(", ".log10(", ".log2(", ".powf(",
];

/// The modules that may call an inexact function.
const DRAWING: &[&str] = &["chart", "browser", "ui"];

/// The files and folders below `src/` that may read a [`Secret`](footfall::secret::Secret).
const REVEALERS: &[&str] = &[
    "browser/fetch",
    "browser/vault",
    "browser/websocket",
    "engine/wire",
    "mqtt",
    "platform",
];

#[test]
fn a_module_imports_only_what_the_table_allows() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = MODULES.iter().find(|(name, _)| *name == source.module) else {
            broken.push(format!(
                "{}: the module `{}` is not in the table MODULES",
                source.path, source.module
            ));
            continue;
        };
        for import in source.imports() {
            if import != source.module && !allowed.contains(&import.as_str()) {
                broken.push(format!(
                    "{}: `{}` may not import `{import}`",
                    source.path, source.module
                ));
            }
        }
        if source.reaches_the_root_by_super() {
            broken.push(format!(
                "{}: name another module by `crate::`, not by `super::`",
                source.path
            ));
        }
    }
    assert_none(&broken);
}

#[test]
fn the_table_has_no_circle() {
    for (index, (module, allowed)) in MODULES.iter().enumerate() {
        for import in *allowed {
            assert!(
                MODULES[..index].iter().any(|(above, _)| above == import),
                "`{module}` may import `{import}`, which does not stand above it"
            );
        }
    }
}

#[test]
fn a_module_names_only_what_is_its_own() {
    let mut broken = Vec::new();
    for source in sources() {
        let words: BTreeSet<&str> = words(&source.text).collect();
        for (name, places) in NAMES {
            if words.contains(name) && !places.contains(&source.module.as_str()) {
                broken.push(format!(
                    "{}: `{name}` may not stand in `{}`",
                    source.path, source.module
                ));
            }
        }
        for call in INEXACT {
            if source.text.contains(call) && !DRAWING.contains(&source.module.as_str()) {
                broken.push(format!(
                    "{}: `{call}…)` may not stand in `{}`",
                    source.path, source.module
                ));
            }
        }
        if source.module == "ui" {
            for item in source.paths("web_sys") {
                if !only_events_and_elements(&item) {
                    broken.push(format!(
                        "{}: `web_sys::{item}` belongs into `browser`",
                        source.path
                    ));
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn a_secret_is_revealed_in_six_places_only() {
    let mut broken = Vec::new();
    for source in sources() {
        let allowed = REVEALERS.iter().any(|place| {
            source
                .path
                .strip_prefix(place)
                .is_some_and(|rest| rest.starts_with(['/', '.']))
        });
        // Its own definition is not a use.
        if source.module != "secret" && !allowed && words(&source.text).any(|word| word == "reveal")
        {
            broken.push(format!("{}: may not reveal a secret", source.path));
        }
    }
    assert_none(&broken);
}

/// Tests beside the code run natively, without the feature `browser`: those of the other half stand in `tests/browser.rs`.
#[test]
fn what_needs_a_browser_has_no_tests_that_nobody_runs() {
    let first = MODULES
        .iter()
        .position(|(name, _)| *name == FIRST_WITH_BROWSER)
        .expect("it is in the table");
    let mut broken = Vec::new();
    for source in sources() {
        let mut later = MODULES[first..].iter();
        let text = fs::read_to_string(root().join(&source.path)).expect("it can be read");
        if later.any(|(name, _)| *name == source.module) && text.contains("#[test]") {
            broken.push(format!("{}: nobody runs its tests", source.path));
        }
    }
    assert_none(&broken);
}

#[test]
fn the_pure_half_is_declared_without_the_browser() {
    let lib = fs::read_to_string(root().join("lib.rs")).expect("lib.rs can be read");
    let first = MODULES
        .iter()
        .position(|(name, _)| *name == FIRST_WITH_BROWSER)
        .expect("it is in the table");
    for (index, (name, _)) in MODULES.iter().enumerate() {
        let Some(at) = lib.find(&format!("pub mod {name};")) else {
            continue;
        };
        let gated = lib[..at]
            .trim_end()
            .ends_with("#[cfg(feature = \"browser\")]");
        assert_eq!(
            gated,
            index >= first,
            "`{name}` stands on the wrong side of the feature `browser` in lib.rs"
        );
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let source = Source {
        path: "fleet/device.rs".to_owned(),
        module: "fleet".to_owned(),
        text: code(
            "use crate::time::Now;\nuse crate::{mqtt, site::{Door, Zone}, secret::Secret as S};\n\
             fn f() -> crate::engine::Engine {}\n// crate::ui is only spoken of\n\
             #[cfg(test)]\nmod tests { use crate::simulation; }",
        ),
    };
    let found: Vec<String> = source.imports().into_iter().collect();
    assert_eq!(found, ["engine", "mqtt", "secret", "site", "time"]);
    assert!(!source.reaches_the_root_by_super());
    let climbing = Source {
        text: "use super::super::site;".to_owned(),
        ..source
    };
    assert!(climbing.reaches_the_root_by_super());
}

/// One file below `src/`, without comments and tests.
struct Source {
    /// Relative to `src/`, with `/`.
    path: String,
    /// The top-level module to which it belongs.
    module: String,
    text: String,
}

impl Source {
    fn imports(&self) -> BTreeSet<String> {
        let library = if self.module.starts_with("bin/") {
            "footfall"
        } else {
            "crate"
        };
        self.paths(library).into_iter().collect()
    }

    /// The first segment after every `root::`, also within `root::{…}`.
    fn paths(&self, root: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (at, _) in self.text.match_indices(&format!("{root}::")) {
            if self.text[..at].ends_with(is_word) {
                continue;
            }
            let rest = &self.text[at + root.len() + 2..];
            if !rest.starts_with('{') {
                found.extend(words(rest).next().map(str::to_owned));
                continue;
            }
            let mut depth = 0_usize;
            let mut item = String::new();
            for letter in rest.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 1 && !matches!(letter, '{' | '}' | ',') {
                    item.push(letter);
                }
                if depth == 0 || depth == 1 && letter == ',' {
                    found.extend(words(&item).next().map(str::to_owned));
                    item.clear();
                }
                if depth == 0 {
                    break;
                }
            }
        }
        found
    }

    fn reaches_the_root_by_super(&self) -> bool {
        let depth = self.path.matches('/').count() + 1;
        self.text.contains(&"super::".repeat(depth))
    }
}

fn only_events_and_elements(item: &str) -> bool {
    item.ends_with("Event") || item.ends_with("Element") || item == "Element"
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    files.sort();
    files
        .into_iter()
        .filter_map(|file| {
            let path = file
                .strip_prefix(root())
                .expect("it was found below src/")
                .to_string_lossy()
                .replace('\\', "/");
            let module = path.strip_suffix(".rs")?;
            let module = match module.split_once('/') {
                // `bin/footfall/host` belongs to `bin/footfall`.
                Some(("bin", rest)) => {
                    format!("bin/{}", rest.split_once('/').map_or(rest, |(bin, _)| bin))
                }
                Some((top, _)) => top.to_owned(),
                None => module.to_owned(),
            };
            if module == "lib" || path.ends_with("/tests.rs") {
                return None;
            }
            let text = code(&fs::read_to_string(&file).expect("a source file can be read"));
            Some(Source { path, module, text })
        })
        .collect()
}

/// The code without comments, and up to the tests, which stand last and may use anything.
fn code(text: &str) -> String {
    text.lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.split(" // ").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_word(letter))
        .filter(|word| !word.is_empty())
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}
