//! Tries a broker's address and says what stands in the way: one cause, or what is left.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::hand::press;
use super::tongue::{Tongue, use_tongue};
use crate::browser::page::probe;
use crate::doctor::{self, Cause, Skew};
use crate::problem::Address;
use crate::words::shown;

/// How far it is.
#[derive(Clone, Debug)]
pub(super) struct Examined {
    pub examination: doctor::Examination,
    pub skew: Option<Skew>,
    /// What is tried now; `None`: it is over.
    trying: Option<String>,
}

impl Examined {
    /// It is over, and says more than that the WebSocket opens.
    pub(super) fn says_more(&self) -> bool {
        self.trying.is_none() && self.examination.causes() != [Cause::Opens]
    }
}

/// `address` is asked when somebody wants an examination; `found` holds what the last one found.
#[component]
pub(super) fn Examination(
    address: Box<dyn Fn() -> Option<Address>>,
    found: RwSignal<Option<Examined>>,
) -> impl IntoView {
    let tongue = use_tongue();
    let words = &tongue.settings().doctor;
    let examine = press(move || {
        if let Some(address) = address() {
            found.set(None);
            spawn_local(examine(address, found));
        }
    });
    let word = move || {
        if found.read().is_some() {
            words.examine_again
        } else {
            words.examine
        }
    };
    let trying = move || {
        let found = found.read();
        let target = found.as_ref()?.trying.as_ref()?;
        Some((words.trying)(&shown(target)))
    };
    let result = move || {
        let found = found.read();
        let found = found.as_ref().filter(|found| found.trying.is_none())?;
        Some(view(found, tongue))
    };
    view! {
        <div class="examination" data-examination="">
            <div class="profile__actions">
                <button type="button" class="button" on:click=examine>
                    {move || word()}
                </button>
                <span class="section__note" role="status">
                    {move || trying()}
                </span>
            </div>
            {move || result()}
        </div>
    }
}

/// Tries one thing after the other. Ends with the page of the settings that asked for it.
async fn examine(address: Address, found: RwSignal<Option<Examined>>) {
    let page = probe::page(&address.host).await;
    let mut examination = doctor::Examination::new(address, page);
    let tell = |examination: &doctor::Examination, trying, skew| {
        let examined = Examined {
            examination: examination.clone(),
            skew,
            trying,
        };
        // Given back where nobody looks any more.
        found.try_set(Some(examined)).is_none()
    };
    while let Some(next) = examination.poll_probe() {
        if !tell(&examination, Some(next.target()), None) {
            return;
        }
        let (answer, took) = probe::answer(&next).await;
        examination.handle_answer(next, answer, took);
    }
    let skew = probe::skew().await;
    let _over = tell(&examination, None, skew);
}

fn view(found: &Examined, tongue: Tongue) -> AnyView {
    let at = found.examination.address();
    let words = &tongue.settings().doctor;
    let causes = found.examination.causes();
    let title = match causes.as_slice() {
        [Cause::Opens] => None,
        [_] => Some(words.one_cause),
        _ => Some(words.some_causes),
    };
    let open = causes
        .contains(&Cause::Certificate)
        .then(|| at.https_origin());
    let open = open.map(|address| {
        view! {
            <a href=address.clone() target="_blank" rel="noreferrer">
                {shown(&address)}
            </a>
        }
        .into_any()
    });
    let finding = |finding| {
        let said = doctor::finding(finding, tongue.settings());
        view! { <li>{said}</li> }.into_any()
    };
    let findings = found.examination.findings().iter();
    let findings: Vec<_> = findings.map(finding).collect();
    view! {
        <div class="problem" data-causes=causes.len().to_string()>
            {title.map(|title| view! { <b>{title}</b> }.into_any())}
            <ol class="problem__advice">{sentences(&causes, at, tongue)}</ol>
            {open}
            <details class="examination__tried">
                <summary>{words.tried}</summary>
                <ul>{findings}</ul>
            </details>
        </div>
    }
    .into_any()
}

/// Each cause as an entry of a list.
pub(super) fn sentences(causes: &[Cause], at: &Address, tongue: Tongue) -> Vec<AnyView> {
    let entry = |cause| {
        let said = doctor::cause(cause, at, tongue.words, tongue.settings());
        view! { <li>{said}</li> }.into_any()
    };
    causes.iter().map(entry).collect()
}
