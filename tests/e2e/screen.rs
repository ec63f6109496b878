//! What the page shows, read from the attributes that style sheets and screen readers read.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use footfall_demo::browser::Browser;
use serde_json::Value;

/// All figures and states.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen {
    /// `data-state` of the first link; empty: there is none.
    pub(crate) link: String,
    pub(crate) zones: BTreeMap<String, Figures>,
    pub(crate) doors: BTreeMap<String, Figures>,
    /// `data-state` by device.
    pub(crate) devices: BTreeMap<String, String>,
}

/// A zone or a door.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) state: String,
    pub(crate) occupancy: Figure,
    pub(crate) entered: Figure,
    pub(crate) exited: Figure,
    /// All of its text, with what is known to be missing.
    pub(crate) text: String,
    /// What a person sees who points at it.
    pub(crate) title: String,
}

/// One number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) value: Option<u64>,
    /// Words of `data-qualifier`.
    pub(crate) qualifiers: Vec<String>,
}

impl Figure {
    pub(crate) fn is(&self, qualifier: &str) -> bool {
        self.qualifiers.iter().any(|word| word == qualifier)
    }
}

impl Screen {
    pub(crate) async fn read(browser: &Browser) -> Result<Self> {
        let answer = browser
            .client()
            .execute(READ, Vec::new())
            .await
            .context("the page does not answer")?;
        let group = |name: &str| {
            let entries = answer[name].as_object().into_iter().flatten();
            entries
                .map(|(id, value)| (id.clone(), figures(value)))
                .collect()
        };
        let devices = answer["devices"].as_object().into_iter().flatten();
        Ok(Self {
            link: text(&answer["link"]),
            zones: group("zones"),
            doors: group("doors"),
            devices: devices
                .map(|(id, state)| (id.clone(), text(state)))
                .collect(),
        })
    }
}

fn figures(value: &Value) -> Figures {
    let figure = |name: &str| Figure {
        value: value[name]["value"]
            .as_str()
            .and_then(|text| text.parse().ok()),
        qualifiers: text(&value[name]["qualifier"])
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    };
    Figures {
        state: text(&value["state"]),
        occupancy: figure("occupancy"),
        entered: figure("entered"),
        exited: figure("exited"),
        text: text(&value["text"]),
        title: text(&value["title"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

const READ: &str = "
    const group = (query, key) => Object.fromEntries([...document.querySelectorAll(query)].map(element => {
        const said = {
            state: element.dataset.state ?? element.dataset.level ?? '',
            text: element.innerText,
            title: [...element.querySelectorAll('[title]')].map(e => e.title).join(' '),
        };
        for (const figure of element.querySelectorAll('[data-figure]'))
            said[figure.dataset.figure] = { value: figure.dataset.value ?? '', qualifier: figure.dataset.qualifier ?? '' };
        return [element.dataset[key], said];
    }));
    const devices = [...document.querySelectorAll('[data-device]')].map(e => [e.dataset.device, e.dataset.state ?? '']);
    return {
        link: document.querySelector('[data-link]')?.dataset.state ?? '',
        zones: group('[data-zone]', 'zone'),
        doors: group('[data-door]', 'door'),
        devices: Object.fromEntries(devices),
    };";
