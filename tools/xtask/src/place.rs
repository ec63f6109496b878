//! Puts what Trunk built where a cache cannot mix two builds.
//!
//! Page and engine speak a format that does not describe itself, and static hosts cache. So scripts, wasm and styles lie
//! in a folder named by the build's id, and only `index.html`, `boot.js` and `build.json` outside of it. Trunk hashes the
//! main script but not a worker's, so this is a step of ours; it runs as Trunk's hook, before `dist/` is replaced, so that
//! `trunk serve` shows the same layout and a failed build leaves the old one in place.

use std::env;
use std::fs;
use std::path::Path;

use crate::build::BUILD_VARIABLE;
use crate::steps::{Outcome, cargo, root, run as run_command, target_folder};

/// What stays outside of the build's folder.
const OUTSIDE: &[&str] = &["index.html", "boot.js"];

/// Style sheets that come first, in this order; the others follow by name.
const FIRST_STYLES: &[&str] = &["tokens.css", "base.css", "layout.css"];

pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR")
        .ok_or("`place` is called by Trunk; you want `cargo xtask build`")?;
    let staging = Path::new(&staging);
    let id = env::var(BUILD_VARIABLE).unwrap_or_else(|_| "dev".to_owned());
    split(staging)?;
    place(staging, &id).map_err(|error| format!("placing the build failed: {error}"))
}

/// Cuts what the compiler made, over what Trunk made of it as a whole.
fn split(staging: &Path) -> Outcome {
    let release = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    let profile = if release { "wasm-release" } else { "debug" };
    let target = target_folder()?;
    let mut command = cargo(["run", "--quiet", "--package", "footfall-split", "--"]);
    command.arg(
        target
            .join("wasm32-unknown-unknown")
            .join(profile)
            .join("footfall.wasm"),
    );
    run_command(command.arg(staging))
}

fn place(staging: &Path, id: &str) -> std::io::Result<()> {
    let folder = staging.join(id);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(staging)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.path().extension().is_some_and(|it| it == "js") {
            fs::write(entry.path(), lean(&fs::read_to_string(entry.path())?))?;
        }
        if name != id && !OUTSIDE.iter().any(|outside| name == *outside) {
            fs::rename(entry.path(), folder.join(name))?;
        }
    }
    fs::write(folder.join("footfall.css"), styles("style")?)?;
    fs::write(folder.join("asked.css"), styles("style/asked")?)?;
    fs::write(folder.join("settings.css"), styles("style/settings")?)?;
    fs::write(
        staging.join("build.json"),
        format!(
            "{{ \"build\": \"{id}\", \"version\": \"{}\" }}\n",
            env!("CARGO_PKG_VERSION")
        ),
    )
}

/// All style sheets of a folder as one file: one request, and one that the page can wait for.
fn styles(folder: &str) -> std::io::Result<String> {
    let mut sheets = Vec::new();
    for entry in fs::read_dir(root().join(folder))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            let name = path.file_name().unwrap_or_default().to_owned();
            let rank = FIRST_STYLES.iter().position(|first| name == *first);
            sheets.push((rank.unwrap_or(FIRST_STYLES.len()), name, path));
        }
    }
    sheets.sort();
    sheets
        .into_iter()
        .map(|(_, _, path)| {
            Ok(trimmed(
                &without_comments(&fs::read_to_string(path)?),
                |_| true,
            ))
        })
        .collect()
}

/// A script without lines of comment: they and indentation are a seventh of what the scripts of a build weigh.
fn lean(script: &str) -> String {
    // Of a block comment only what is laid out as such; what stands behind one on its line stays.
    let is_comment = |line: &str| {
        let is_within = line == "*" || ["* ", "*/", "/*"].iter().any(|mark| line.starts_with(mark));
        line.starts_with("//")
            || is_within
                && line
                    .split_once("*/")
                    .is_none_or(|(_, rest)| rest.is_empty())
    };
    trimmed(script, |line| !is_comment(line))
}

/// The lines that are to be kept, without indentation; never empty ones.
fn trimmed(text: &str, keep: impl Fn(&str) -> bool) -> String {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && keep(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A quarter of what a style sheet weighs are its comments, which are for us.
fn without_comments(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let before = parts.next().unwrap_or_default().to_owned();
    // Of a part that a comment begins, what follows its end.
    parts
        .filter_map(|part| part.split_once("*/"))
        .fold(before, |sheet, (_, rest)| sheet + rest)
}

#[cfg(test)]
mod tests {
    use super::{lean, without_comments};

    #[test]
    fn scripts_lose_what_only_we_read() {
        let script = "/**\n * Shows it.\n */\nshow() {\n    // Now.\n    go(\"/*\"); // go\n\n}\n";
        assert_eq!(lean(script), "show() {\ngo(\"/*\"); // go\n}\n");
        for code in ["/** @type */ go();\n", "*each() {\n"] {
            assert_eq!(lean(code), code);
        }
    }

    #[test]
    fn comments_go_and_rules_stay() {
        let sheet = "/* All. */\na { b: c; } /* One\nmore. */ d { e: f; }";
        assert_eq!(without_comments(sheet), "\na { b: c; }  d { e: f; }");
        assert_eq!(without_comments("a { b: c; }"), "a { b: c; }");
    }
}
