//! Runs other programs, one visible step at a time.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::demo::without_user;

/// Either done, or one sentence for the person at the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The seconds each step took, printed at the end.
pub(crate) struct Steps {
    taken: Vec<(&'static str, f64)>,
}

impl Steps {
    pub(crate) const fn new() -> Self {
        Self { taken: Vec::new() }
    }

    /// Does one step and remembers how long it took.
    pub(crate) fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<T> {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let outcome = work();
        self.taken.push((name, start.elapsed().as_secs_f64()));
        outcome
    }

    /// Prints seconds per step.
    pub(crate) fn print(&self) {
        eprintln!("\nseconds  step");
        for (name, seconds) in &self.taken {
            eprintln!("{seconds:7.1}  {name}");
        }
    }
}

/// The root of the project, wherever the command was started.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}

/// Where cargo puts what it makes: there it put this very program.
pub(crate) fn target_folder() -> Outcome<PathBuf> {
    let own = env::current_exe().map_err(|error| format!("who am I? {error}"))?;
    Ok(own.ancestors().nth(2).unwrap_or(&own).to_owned())
}

/// The same cargo that runs this, in the root of the project.
pub(crate) fn cargo<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// A program, in the root of the project.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Node.js's package manager.
pub(crate) fn npm() -> Outcome<Command> {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    output(program(name).arg("--version")).ok_or("npm is not on PATH")?;
    Ok(program(name))
}

/// Runs it to its end with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = line(command);
    eprintln!("$ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` did not start: {error}")),
    }
}

/// Runs it to its end with its output on the terminal, and hands over each line that it prints.
pub(crate) fn run_lines(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome {
    let line = line(command);
    eprintln!("$ {line}");
    let not_started = |error| format!("`{line}` did not start: {error}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(not_started)?;
    if let Some(output) = child.stdout.take() {
        for printed in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{printed}");
            each(&printed);
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(not_started(error)),
    }
}

/// What it prints, if it starts and ends well.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as a person would type it, without passwords.
fn line(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program());
    let mut line = name
        .file_name()
        .unwrap_or(name.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&without_user(&argument.to_string_lossy()));
    }
    line
}
