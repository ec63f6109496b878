//! What a page said, screen by screen → whether that is what may be said of a fault.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What stood together, above the wall or in the doctor.
pub(super) type Screen = Vec<Said>;

/// A strip above the wall, or a paragraph of the doctor's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// `data-kind` of a strip; `doctor`.
    kind: String,
    /// Without what it offers.
    text: String,
    /// What it offers as causes, or to check.
    causes: Vec<String>,
}

/// What the page may say of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing: it is none of the reader's business.
    Nothing,
    /// Nothing but this, and that only on a machine that is fast enough.
    Offer(&'static str),
    /// Exactly this: one cause, and no other word beside it or after it.
    Exactly(&'static str),
    /// This, with at most four causes of which one is it.
    Among(&'static str, &'static str),
}

impl Said {
    /// As [`WATCH`] and [`READ_DOCTOR`] tell it.
    pub(super) fn of(told: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let causes = told["causes"].as_array().into_iter().flatten().map(text);
        Self {
            kind: text(&told["kind"]),
            text: text(&told["text"]),
            // The broker's own words are no cause that we offer.
            causes: causes.filter(|cause| !cause.starts_with(QUOTED)).collect(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "kind": self.kind, "text": self.text, "causes": self.causes })
    }

    /// Without that there is no connection, since when, and how old the numbers are.
    fn why(&self) -> &str {
        let text = match self.text.strip_prefix("No connection since ") {
            Some(since) => since.split_once('.').map_or("", |(_since, why)| why),
            None => self
                .text
                .strip_prefix("Not connected yet.")
                .unwrap_or(&self.text),
        };
        let (why, _numbers) = text
            .split_once("The numbers below are from")
            .unwrap_or((text, ""));
        why.trim()
    }

    /// It names nothing: that it tries again, or a password that somebody is to type.
    fn is_open(&self) -> bool {
        self.text.ends_with(ASKED) || self.why().is_empty() && self.causes.is_empty()
    }

    fn holds(&self, text: &str) -> bool {
        self.text.contains(text) || self.causes.iter().any(|cause| cause.contains(text))
    }
}

/// Whether anything says that.
pub(super) fn is_said(screens: &[Screen], text: &str) -> bool {
    screens.iter().flatten().any(|said| said.holds(text))
}

impl Verdict {
    /// What is not as it must be; `None`: nothing.
    pub(super) fn missed(self, screens: &[Screen]) -> Option<String> {
        let most = screens.iter().map(|screen| causes(screen).len()).max();
        let is_right = match self {
            Self::Nothing => screens.is_empty(),
            Self::Offer(text) => screens.iter().flatten().all(|said| said.holds(text)),
            Self::Exactly(text) => {
                let first = screens.iter().position(|screen| names(screen, text));
                first.is_some_and(|first| {
                    let mut since = screens[first..].iter().flatten();
                    since.all(|said| said.is_open() || said.holds(text) && said.causes.len() <= 1)
                })
            }
            Self::Among(text, cause) => screens
                .iter()
                .any(|screen| names(screen, text) && names(screen, cause)),
        };
        (!is_right || most.is_some_and(|most| most > MOST)).then(|| format!("it says {screens:?}"))
    }

    /// What was said, as far as it was expected, and whether that is one cause or how many.
    pub(super) fn told(self, screens: &[Screen]) -> String {
        let why = |text: &str| {
            let mut said = screens.iter().flatten();
            said.find(|said| said.holds(text)).map_or("", Said::why)
        };
        match self {
            Self::Nothing => "none needed".to_owned(),
            Self::Offer(_) if screens.is_empty() => "none needed".to_owned(),
            Self::Offer(text) => format!("an offer: {}", why(text)),
            Self::Exactly(text) => {
                let why = why(text);
                let cause = if why.contains(text) { "" } else { text };
                format!("exactly: {why} {cause}").trim_end().to_owned()
            }
            Self::Among(text, cause) => {
                let both = |screen: &&Screen| names(screen, text) && names(screen, cause);
                let counts = screens
                    .iter()
                    .filter(both)
                    .map(|screen| causes(screen).len());
                let count = counts.max().unwrap_or(0);
                format!("among {count}: {} … {cause}", why(text))
            }
        }
    }
}

fn names(screen: &Screen, text: &str) -> bool {
    screen.iter().any(|said| said.holds(text))
}

/// All that is offered at once.
fn causes(screen: &Screen) -> BTreeSet<&str> {
    let causes = screen.iter().flat_map(|said| &said.causes);
    causes.map(String::as_str).collect()
}

/// Notes each screen of strips in `window.screens`. `window.forget()` begins anew, with what stands there.
pub(super) const WATCH: &str = "
const clean = text => text.replace(/\\s+/g, ' ').trim();
const said = strip => {
  const text = strip.querySelector('.strip__text').cloneNode(true);
  const causes = [...text.querySelectorAll('.strip__advice')];
  for (const cause of causes) cause.remove();
  return {
    kind: strip.dataset.kind,
    text: clean(text.textContent),
    causes: causes.map(cause => clean(cause.textContent)),
  };
};
let last = '[]';
const note = () => {
  const strips = [...document.querySelectorAll('.strip:has(.strip__text)')];
  const screen = strips.map(said).filter(it => it.text);
  const now = JSON.stringify(screen);
  if (now !== last && screen.length) window.screens.push(screen);
  last = now;
};
window.forget = () => {
  window.screens = [];
  last = '[]';
  note();
};
window.forget();
new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
";

/// What stands in the doctor.
pub(super) const READ_DOCTOR: &str = "
const clean = element => (element?.textContent ?? '').replace(/\\s+/g, ' ').trim();
return [...document.querySelectorAll('.sheet__body .problem')].map(it => ({
  kind: 'doctor',
  text: clean(it.querySelector('b')),
  causes: [...it.querySelectorAll('.problem__advice > li')].map(clean),
}));
";

const QUOTED: &str = "The broker says: “";
/// Where a password is typed, so ends what stands before it.
const ASKED: &str = "type it here.";
/// A person reads no more.
const MOST: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: &str, text: &str, causes: &[&str]) -> Said {
        Said::of(&json!({ "kind": kind, "text": text, "causes": causes }))
    }

    fn strip(why: &str, causes: &[&str]) -> Said {
        let text = format!("No connection since 12:04. {why} The numbers below are from 12:04.");
        said("blind", &text, causes)
    }

    fn is_right(verdict: Verdict, screens: &[Screen]) -> bool {
        verdict.missed(screens).is_none()
    }

    #[test]
    fn why_is_what_is_left_of_a_strip() {
        assert_eq!(strip("It is so.", &[]).why(), "It is so.");
        assert!(strip("", &[]).is_open() && said("blind", "Not connected yet.", &[]).is_open());
        assert!(said("blind", "No connection since 12:04.", &[]).is_open());
        assert!(!strip("", &["a"]).is_open() && !said("note", "It is so.", &[]).is_open());
        let quoted = strip("It is so.", &["The broker says: “No”", "a"]);
        assert_eq!(quoted.causes, ["a"]);
    }

    #[test]
    fn where_nothing_is_to_be_said_any_strip_is_too_much() {
        assert!(is_right(Verdict::Nothing, &[]));
        assert!(!is_right(Verdict::Nothing, &[vec![strip("", &[])]]));
        let offer = said("warning", "900 messages a second: keep?", &[]);
        let may = Verdict::Offer("messages a second");
        assert!(is_right(may, &[]) && is_right(may, &[vec![offer.clone()]]));
        assert!(!is_right(may, &[vec![offer, strip("It is so.", &[])]]));
    }

    #[test]
    fn what_is_known_exactly_stands_alone_from_then_on() {
        let exactly = Verdict::Exactly("garbage");
        let right = strip("It is garbage.", &["Look at the port."]);
        let other = strip("It was lost.", &["a", "b"]);
        let question = said("warning", "If it was wrong, type it here.", &[]);
        assert!(is_right(exactly, &[vec![right.clone()]]));
        assert!(is_right(
            exactly,
            &[vec![right.clone(), question], vec![strip("", &[])]]
        ));
        assert!(
            is_right(exactly, &[vec![other.clone()], vec![right.clone()]]),
            "what the page could not know yet"
        );
        assert!(!is_right(exactly, &[vec![other.clone()]]), "not said");
        assert!(!is_right(exactly, &[vec![right.clone(), other.clone()]]));
        assert!(
            !is_right(exactly, &[vec![right], vec![other]]),
            "taken back"
        );
        let two = strip("It is garbage.", &["a", "b"]);
        assert!(!is_right(exactly, &[vec![two]]));
    }

    #[test]
    fn a_list_holds_the_cause_and_no_more_than_four() {
        let among = Verdict::Among("was lost", "a proxy");
        let right = strip("It was lost.", &["the network", "a proxy", "a twin"]);
        let beside = said("doctor", "Also noticed", &["It is a proxy."]);
        assert!(is_right(among, &[vec![right.clone()]]));
        assert!(is_right(among, &[vec![right.clone(), beside.clone()]]));
        let without = strip("It was lost.", &["the network"]);
        assert!(!is_right(among, &[vec![without.clone()]]));
        assert!(is_right(among, &[vec![without.clone(), beside.clone()]]));
        assert!(
            !is_right(among, &[vec![without], vec![beside]]),
            "not together"
        );
        let fifth = said("doctor", "Also noticed", &["b", "c"]);
        assert!(!is_right(among, &[vec![right.clone(), fifth.clone()]]));
        assert!(!is_right(
            among,
            &[
                vec![right],
                vec![fifth, said("doctor", "", &["d", "e", "f"])]
            ]
        ));
    }
}
