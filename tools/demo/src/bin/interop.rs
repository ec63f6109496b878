//! The built page against real brokers; `cargo xtask interop` gets them, builds the page and calls this.

use std::process::ExitCode;

use footfall_demo::interop::{self, HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => tokio::select! {
            outcome = interop::run(options) => outcome,
            // Falls out of here, so that all that was started is dropped, and ends.
            () = interrupted() => Err(anyhow::anyhow!("interrupted")),
        },
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ctrl-C, or what a build machine sends that has lost patience.
async fn interrupted() {
    let pressed = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _pressed = pressed => {}
                _terminated = terminated.recv() => {}
            }
            return;
        }
    }
    let _pressed = pressed.await;
}
