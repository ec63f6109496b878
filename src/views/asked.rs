//! The parameters `view` and `cycle` of the address → the views in their turn, and what of them nobody understands.

use std::time::Duration;

use super::View;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// In their turn; at least one.
    pub views: Vec<View>,
    /// How long each stays; `None`: the first stays for ever.
    pub span: Option<Duration>,
    /// Names in `view` that are none, as they stand there.
    pub unknown: Vec<String>,
    /// The names that there are.
    pub known: Vec<String>,
    /// The `cycle` that is no span, as it stands there.
    pub wrong_cycle: Option<String>,
}

/// `view` and `cycle` as they stand in the address; `zones` are the ids of the site's, in order.
pub fn plan(view: Option<&str>, cycle: Option<&str>, zones: &[&str]) -> Plan {
    let all: Vec<View> = std::iter::once(View::Site)
        .chain((0..zones.len()).map(View::Zone))
        .chain([View::Devices])
        .collect();
    let known: Vec<String> = all.iter().map(|view| name(*view, zones)).collect();
    let asked = cycle.map(span);
    let mut plan = Plan {
        views: Vec::new(),
        span: asked.flatten(),
        unknown: Vec::new(),
        wrong_cycle: cycle.filter(|_| asked == Some(None)).map(quoted),
        known,
    };
    for name in names(view) {
        let place = plan.known.iter().position(|known| known == name);
        if place.is_none() {
            plan.unknown.push(quoted(name));
        }
        // The whole wall in its place, so that nothing is missing.
        let view = place.map_or(View::Site, |place| all[place]);
        if !plan.views.contains(&view) {
            plan.views.push(view);
        }
    }
    if plan.views.is_empty() {
        plan.views = match plan.span {
            Some(_) => all,
            None => vec![View::Site],
        };
    }
    if cycle.is_none() && plan.views.len() > 1 {
        plan.span = Some(USUAL);
    }
    plan
}

fn names(view: Option<&str>) -> impl Iterator<Item = &str> {
    let names = view.unwrap_or_default().split(',').map(str::trim);
    names.filter(|name| !name.is_empty())
}

/// As the address names it. A zone that is called like a page is asked for by `zone:site`.
fn name(view: View, zones: &[&str]) -> String {
    match view {
        View::Site => SITE.to_owned(),
        View::Devices => DEVICES.to_owned(),
        View::Zone(place) if matches!(zones[place], SITE | DEVICES) => {
            format!("zone:{}", zones[place])
        }
        View::Zone(place) => zones[place].to_owned(),
    }
}

/// `20s`, `2m`, `20`; not shorter than a person needs to read a wall.
fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, unit) = match (text.strip_suffix('s'), text.strip_suffix('m')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 60),
        (None, None) => (text, 1),
    };
    // A sign would be parsed as well.
    let number = number
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then_some(number)?;
    let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (SHORTEST..=LONGEST)
        .contains(&seconds)
        .then_some(Duration::from_secs(seconds))
}

/// As it stands in the address, but no longer than a strip has room for.
fn quoted(text: &str) -> String {
    text.chars().take(LONGEST_QUOTED).collect()
}

/// The names of the pages.
const SITE: &str = "site";
const DEVICES: &str = "devices";

/// How long each of several views stays where the address does not say.
const USUAL: Duration = Duration::from_secs(20);

/// Seconds: charts are there after one, and want to be read.
const SHORTEST: u64 = 5;
/// Seconds of a day: who asks for more has mistyped.
const LONGEST: u64 = 86_400;

const LONGEST_QUOTED: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    const ZONES: [&str; 3] = ["site", "hall", "food"];

    fn seconds(cycle: &str) -> Option<u64> {
        let plan = plan(None, Some(cycle), &ZONES);
        assert_eq!(plan.span.is_none(), plan.wrong_cycle.is_some());
        plan.span.map(|span| span.as_secs())
    }

    #[test]
    fn without_wishes_the_whole_wall_stays() {
        let plan = plan(None, None, &ZONES);
        assert_eq!((plan.views, plan.span), (vec![View::Site], None));
        assert_eq!((plan.unknown, plan.wrong_cycle), (Vec::new(), None));
    }

    #[test]
    fn one_view_stays_and_several_take_turns_in_the_order_asked_for() {
        let one = plan(Some("hall"), None, &ZONES);
        assert_eq!((one.views, one.span), (vec![View::Zone(1)], None));
        let several = plan(Some("devices, food,,food,site"), None, &ZONES);
        assert_eq!(several.views, [View::Devices, View::Zone(2), View::Site]);
        assert_eq!(several.span, Some(USUAL));
    }

    #[test]
    fn a_cycle_without_views_goes_through_the_site_its_zones_and_its_devices() {
        let all = plan(None, Some("20s"), &ZONES);
        let zones = (0..3).map(View::Zone);
        let wanted: Vec<View> = std::iter::once(View::Site).chain(zones).collect();
        assert_eq!(all.views, [&wanted[..], &[View::Devices]].concat());
    }

    #[test]
    fn a_zone_that_is_called_like_a_page_has_a_name_of_its_own() {
        let both = plan(Some("zone:site,site"), None, &ZONES);
        assert_eq!(both.views, [View::Zone(0), View::Site]);
        assert_eq!(both.known, ["site", "zone:site", "hall", "food", "devices"]);
    }

    #[test]
    fn an_unknown_name_is_told_and_the_whole_wall_stands_in_its_place() {
        let wrong = plan(Some("attic,hall,cellar"), None, &ZONES);
        assert_eq!(wrong.views, [View::Site, View::Zone(1)]);
        assert_eq!(wrong.unknown, ["attic", "cellar"]);
        let long = plan(Some(&"x".repeat(10_000)), None, &ZONES);
        assert_eq!(long.unknown[0].len(), LONGEST_QUOTED);
    }

    #[test]
    fn a_span_is_seconds_or_minutes() {
        assert_eq!(seconds("20s"), Some(20));
        assert_eq!(seconds("2m"), Some(120));
        assert_eq!(seconds(" 5 "), Some(5));
        assert_eq!(seconds("1440m"), Some(86_400));
    }

    #[test]
    fn what_is_no_span_of_at_least_five_seconds_and_at_most_a_day_is_told() {
        for wrong in [
            "", "s", "m", "4s", "0", "-20", "+20", "1.5m", "20 s", "fast", "20h", "1441m",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        assert_eq!(seconds("99999999999999999999"), None);
        assert_eq!(seconds("18446744073709551615m"), None);
    }

    #[test]
    fn with_a_wrong_cycle_the_first_view_stays() {
        let plan = plan(Some("hall,food"), Some("soon"), &ZONES);
        assert_eq!((plan.views[0], plan.span), (View::Zone(1), None));
        assert_eq!(plan.wrong_cycle.as_deref(), Some("soon"));
    }
}
