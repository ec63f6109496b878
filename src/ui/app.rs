//! The whole page: its text in the reader's language, and the settings over it.

use leptos::prelude::*;

use super::alarm::AlarmStrip;
use super::aloud::Aloud;
use super::asked::{Asked, LoadViews, load_asked};
use super::bar::Bar;
use super::blind::BlindStrips;
use super::engine_strip::EngineStrip;
use super::language_strip::LanguageStrip;
use super::locked::LockedStrips;
use super::mistakes::MistakesStrip;
use super::profiles::use_profiles;
use super::reader::use_reader;
use super::refused::RefusedStrips;
use super::settings::{LoadSettings, Loading, SettingsSheet};
use super::stage::{Stage, currency, stage};
use super::tongue::Tongue;
use super::warnings::StorageStrip;
use super::wide::WideStrips;
use crate::browser::page::set_title;
use crate::live::Live;

#[component]
pub(super) fn App(load_settings: LoadSettings, load_views: LoadViews) -> impl IntoView {
    let live: Live = expect_context();
    let reader = use_reader();
    let stage = stage(live, use_profiles());
    let asked = load_asked(load_views, stage);
    provide_context(Loading::new(load_settings));
    let text = move || {
        let site = live.site.read();
        let tongue = Tongue::new(reader.spoken.get(), &site.time_zone);
        provide_context(tongue);
        let name = tongue.name(&site.name);
        set_title(if name.is_empty() { PRODUCT } else { &name });
        view! { <Page stage asked name /> }.into_any()
    };
    view! {
        <div class="page" data-state=move || currency(live)>
            {move || text()}
        </div>
        <SettingsSheet />
    }
}

/// All text; made anew when language or site change.
#[component]
fn Page(stage: Memo<Stage>, asked: Asked, name: String) -> impl IntoView {
    let words = super::tongue::use_tongue().words;
    let name = if name.is_empty() {
        PRODUCT.to_owned()
    } else {
        name
    };
    view! {
        <a class="skip" href="#main">{words.label.skip_to_zones}</a>
        <Bar name stage />
        <section class="strips" aria-label=words.notice.title>
            <Aloud />
            <EngineStrip />
            <LanguageStrip />
            <BlindStrips />
            <LockedStrips />
            <RefusedStrips />
            <AlarmStrip />
            <MistakesStrip />
            <div data-asked="">
                {move || (stage.get() == Stage::Wall).then(|| asked.strips())}
            </div>
            <StorageStrip />
            <WideStrips />
        </section>
        {move || match stage.get() {
            Stage::Starting => view! { <main class="wall" aria-busy="true"></main> }.into_any(),
            Stage::Welcome => view! {
                <main class="welcome" id="main" tabindex="-1">
                    {move || asked.welcome()}
                </main>
            }
            .into_any(),
            Stage::Wall => asked.wall(),
        }}
    }
}

const PRODUCT: &str = "Footfall";
