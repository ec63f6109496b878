//! The edge: turns what a browser does into plain values, and our wishes into what a browser does.
//!
//! Nothing here decides anything. Every module but `canvas` and `page` works in a page and in a worker alike: none asks for a `window`.

pub mod broadcast;
pub mod canvas;
pub mod clock;
pub mod fetch;
pub mod lock;
pub mod page;
pub mod port;
pub mod random;
pub mod shell;
pub mod storage;
pub mod timers;
pub mod vault;
pub mod websocket;
pub mod worker;
pub mod zone;

/// The id of this build: the name of the folder in which its scripts and wasm lie; `dev` without `cargo xtask build`.
pub const BUILD: &str = match option_env!("FOOTFALL_BUILD") {
    Some(build) => build,
    None => "dev",
};

/// Makes a panic readable in the console. The trap that follows it reaches the page as an error of the worker.
pub fn panics_to_console() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
}
