//! Signals → what a person reads and presses. A component decides nothing but words and classes.
//!
//! [`start`] mounts the page and returns the [`Live`] state that the engine's messages go into. All of the page's text is
//! made anew when language or site change; everything else moves by signals at the leaves.

#![expect(
    unreachable_pub,
    reason = "the macro of components writes `pub` into the items that it makes"
)]

mod address_search;
mod alarm;
mod aloud;
mod app;
mod asked;
mod asked_wall;
mod bar;
mod blind;
mod chart_table;
mod charts;
mod clock;
mod copied;
mod device_card;
mod device_text;
mod devices;
mod doctor;
mod doors;
mod engine_strip;
mod examination;
mod field;
mod figure;
mod filters;
mod flow_chart;
mod former_view;
mod hand;
mod language_strip;
mod languages;
mod legend;
mod link_pill;
mod locked;
mod mark;
mod message;
mod messages;
mod mistakes;
mod parts;
mod password;
mod payload;
mod plot;
mod present_chart;
mod profile_form;
mod profile_list;
mod profiles;
mod publish_form;
mod publish_instead;
mod publish_more;
mod question;
mod reader;
mod refused;
mod remember;
mod rows;
mod security;
mod settings;
mod sheet;
mod sign_in;
mod site_wall;
mod spark;
mod spoken;
mod stage;
mod tip;
mod tongue;
mod topics;
mod turns;
mod verdict;
mod view_settings;
mod wall;
mod wall_devices;
mod wall_doors;
mod wall_room;
mod warnings;
mod welcome;
mod wide;
mod wide_strips;
mod widest;
mod will;
mod zone_card;
mod zone_text;
mod zone_wall;
mod zones;

use leptos::prelude::*;

use crate::engine::simulated::LoadStage;
use crate::engine::wire::Request;
use crate::live::{AskRecording, Live};
use crate::time::Now;

pub use asked::{LoadViews, Views};
pub use asked_wall::VIEWS;
pub use profiles::{ConfigFile, Loaded};
pub use reader::wanted_language;
pub use settings::{LoadSettings, NotLoaded, SETTINGS, Settings};
pub use sheet::SheetPage;
pub use spoken::{ENGLISH, KOREAN, LoadSpoken, Spoken};

/// What the page is started with.
pub struct Start {
    /// Carries a request to the engine.
    pub send: Box<dyn Fn(Request)>,
    /// Asks for the engine's last inputs, as [`crate::engine::recording`] has them.
    pub ask_recording: AskRecording,
    /// Both clocks; the wall as a demonstration may scale it.
    pub now: Box<dyn Fn() -> Now>,
    /// The wall clock does not show real time.
    pub simulated_time: bool,
    /// The `config.json` beside the page.
    pub config: ConfigFile,
    /// What the page speaks first.
    pub spoken: Spoken,
    /// Loads another language.
    pub load_spoken: LoadSpoken,
    /// Loads what the settings' sheet holds.
    pub load_settings: LoadSettings,
    /// Loads what shows the views that the address asks for.
    pub load_views: LoadViews,
    /// Loads the simulated site, to see that the engine can.
    pub load_mall: LoadStage,
}

/// Whether the bar says that the time is not the real one.
#[derive(Clone, Copy)]
struct SimulatedTime(bool);

/// Mounts the page, which stays as long as its document, and says hello to the engine.
pub fn start(start: Start) -> Live {
    let owner = Owner::new();
    let live = owner.with(|| {
        let live = Live::new(start.send, start.ask_recording, start.now);
        provide_context(live);
        provide_context(SimulatedTime(start.simulated_time));
        provide_context(asked::Kiosk::load());
        provide_context(reader::Reader::load(start.spoken, start.load_spoken));
        provide_context(sheet::Sheet::closed());
        provide_context(charts::Choices::new());
        let (load_settings, load_views) = (start.load_settings, start.load_views);
        provide_context(profiles::Profiles::load(live, start.config, load_settings));
        provide_context(start.load_mall);
        leptos::mount::mount_to_body(move || view! { <app::App load_settings load_views /> });
        live
    });
    // The page is never unmounted: its state ends with the document.
    std::mem::forget(owner);
    live
}
