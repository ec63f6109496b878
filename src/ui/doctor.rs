//! The page of one broker's connection: what is known of it, what an examination finds, a report to copy.

use std::time::Duration;

use leptos::prelude::*;

use super::blind;
use super::copied::Copied;
use super::examination::{Examination, Examined, sentences};
use super::hand::{memo, press};
use super::mark::Mark;
use super::parts::{Kind, button};
use super::profiles::{self, Profiles, use_profiles};
use super::security;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::{Tongue, use_tongue};
use super::verdict::problem_view;
use crate::browser::BUILD;
use crate::browser::page::{file, probe};
use crate::doctor::{self, Case, Cause, Known, Report, Skew};
use crate::engine::recording::without_secrets;
use crate::engine::wire::Cut;
use crate::live::Live;
use crate::mirror::LinkShown;
use crate::platform;
use crate::problem::{Address, Problem};
use crate::settings::security::Security;
use crate::settings::{ProfileId, VersionChoice};
use crate::time::Timestamp;
use crate::words::shown;

#[component]
pub(super) fn Doctor(id: ProfileId) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.settings().doctor;
    let profiles = use_profiles();
    let sheet = use_sheet();
    let found = RwSignal::new(None::<Examined>);
    let known = StoredValue::new(profiles.find(&id));
    let link = memo(move || {
        let links = live.links.read();
        links.iter().find(|link| link.view.profile == id).cloned()
    });
    // While others are tried in turn it is another each time: the one when somebody wants to know.
    let present =
        move || known.with_value(|known| address(known.as_ref()?, link.read_untracked().as_ref()));
    // What was found instead says more.
    let is_found = move || found.read().as_ref().is_some_and(Examined::says_more);
    let concluded = move || {
        let known = known.get_value()?;
        let skew = found.read().as_ref().and_then(|found| found.skew);
        let link = link.read();
        let at = address(&known, link.as_ref())?;
        Some((conclude(&known, link.as_ref(), skew, live), at))
    };
    let beside = move || {
        let (known, at) = concluded()?;
        let why = known.why.filter(|_| is_found());
        let causes: Vec<_> = why.into_iter().chain(known.beside).collect();
        if causes.is_empty() {
            return None;
        }
        let view = view! {
            <div class="problem" data-beside="">
                <b>{words.beside}</b>
                <ol class="problem__advice">{sentences(&causes, &at, tongue)}</ol>
            </div>
        };
        Some(view.into_any())
    };
    let trouble = move || {
        if is_found() {
            return None;
        }
        let link = link.read();
        let link = link.as_ref()?;
        let why = concluded().and_then(|(known, at)| {
            let say = |why| doctor::cause(&why, &at, tongue.words, tongue.settings());
            known.why.map(say)
        });
        let view = |problem: Problem, fault| {
            let problem = match why {
                Some(why) => problem.because(fault, why),
                None => problem,
            };
            problem_view(&problem, tongue)
        };
        if link.is_down() {
            return Some(view(blind::problem(link, tongue)?, link.fault.as_ref()?));
        }
        // Most are back before anybody could read it above the wall.
        let cut = link.view.cuts.last()?;
        let at = (words.last_lost)(&moment(cut.at, tongue));
        let problem = view(of_cut(cut, link, tongue)?, &cut.fault);
        let view = view! {
            <div data-last-lost="">
                <p class="section__note">{at}</p>
                {problem}
            </div>
        };
        Some(view.into_any())
    };
    let report = move || {
        known.with_value(|known| {
            let known = known.as_ref()?;
            let (link, found) = (link.read(), found.read());
            let text = report(known, link.as_ref(), found.as_ref(), live, tongue);
            Some(without_passwords(text, profiles))
        })
    };
    let save = move || {
        live.ask_recording(Box::new(move |bytes| {
            if let Ok(bytes) = without_secrets(&bytes, profiles.secrets()) {
                file::save_bytes(RECORDING, &bytes);
            }
        }));
    };
    let name = known.with_value(|known| known.as_ref().map(|known| shown(&known.profile.name)));
    let settings = press(move || sheet.show(SheetPage::Overview));
    view! {
        <div class="sheet__body">
            <div class="profile__actions">
                {button(Kind::Bare, tongue.words.bar.settings, settings)}
            </div>
            <bdi class="profile__name">{name}</bdi>
            {move || trouble()}
            {present().map(|_| view! { <Examination address=Box::new(present) found /> })}
            {move || beside()}
            <section class="section" aria-labelledby="report">
                <h3 id="report">{words.report}</h3>
                <Copied label="report" text=Box::new(report) hint=words.report_hint />
                <div class="profile__actions" data-recording="">
                    {button(Kind::Plain, words.save_recording, press(save))}
                    <span class="section__note">{words.recording_hint}</span>
                </div>
            </section>
        </div>
    }
}

/// How it is called where downloads go.
const RECORDING: &str = "footfall-recording.bin";

/// The address in use or tried last.
fn address(known: &profiles::Known, link: Option<&LinkShown>) -> Option<Address> {
    doctor::present(known.profile.urls(), link.map(|link| link.view.place))
}

/// What is known beside what an examination finds.
fn conclude(
    known: &profiles::Known,
    link: Option<&LinkShown>,
    skew: Option<Skew>,
    live: Live,
) -> Known {
    doctor::known(&Case {
        fault: link.and_then(|link| {
            let cut = link.view.cuts.last().map(|cut| &cut.fault);
            link.fault.as_ref().or(cut)
        }),
        cuts: link.map_or(&[], |link| &link.view.cuts),
        has_own_client_id: known.profile.client_id.is_some(),
        token_expired: platform::expired_for(&known.profile, live.now().wall),
        skew,
    })
}

/// Why a connection ended, though there may be another now.
fn of_cut(cut: &Cut, link: &LinkShown, tongue: Tongue) -> Option<Problem> {
    let then = LinkShown {
        fault: Some(cut.fault.clone()),
        ..link.clone()
    };
    blind::problem(&then, tongue)
}

/// All that may help who is asked for help.
fn report(
    known: &profiles::Known,
    link: Option<&LinkShown>,
    found: Option<&Examined>,
    live: Live,
    tongue: Tongue,
) -> String {
    let mut report = Report::default();
    report.line("footfall", BUILD);
    for (key, said) in probe::about() {
        report.line(key, &said);
    }
    let now = live.now().wall;
    let unix = now.as_millis() / 1000;
    report.line(
        "time",
        &format!("{}, Unix time {unix}", moment(now, tongue)),
    );
    report.line("storage", tongue.words.storage(live.storage.get()));
    let profile = &known.profile;
    let signs_in = known.has_password() || profile.username.is_some();
    report.line("broker", &profile.name);
    report.addresses(profile.urls());
    report.line("user name", yes(profile.username.is_some()));
    report.line("password", yes(known.has_password()));
    report.line(
        "security",
        security::name(Security::of_all(profile.urls(), signs_in)),
    );
    report.line(
        "client identifier",
        profile.client_id.as_deref().unwrap_or("made here"),
    );
    let version = match profile.version {
        VersionChoice::Auto => "5.0, else 3.1.1",
        VersionChoice::V5 => "5.0",
        VersionChoice::V311 => "3.1.1",
    };
    report.line("version", version);
    report.line("keep alive", &seconds(profile.keep_alive));
    report.line("session expiry", &seconds(profile.session_expiry));
    for filter in &profile.filters {
        report.line(
            "filter",
            &format!("{} QoS {}", filter.filter.as_str(), filter.qos as u8),
        );
    }
    if let Some(link) = link {
        let view = &link.view;
        report.line("link", Mark::from(&view.state).name());
        if !profile.other_urls.is_empty() {
            report.line("in use or tried last", &view.address);
        }
        report.line("since", &tongue.seconds(view.since));
        report.line("messages today", &view.traffic.today.messages.to_string());
        for (filter, code) in &view.refused {
            report.line("refused", &format!("{filter} 0x{code:02X}"));
        }
        if view.strays > 0 {
            report.line("answers to nothing", &view.strays.to_string());
        }
        for cut in &view.cuts {
            let (lived, silent) = (seconds(cut.lived), seconds(cut.silent));
            let at = moment(cut.at, tongue);
            let why = of_cut(cut, link, tongue).map(|problem| problem.cause);
            let why = why.unwrap_or_default();
            report.line(
                "cut",
                &format!("{at}, after {lived}, silent for {silent}: {why}"),
            );
        }
        if let Some(problem) = blind::problem(link, tongue) {
            report.line("fault", &problem.cause);
            report.line("fault", &problem.headline);
        }
    }
    let skew = found.and_then(|found| found.skew);
    if let Some(skew) = skew {
        let side = if skew.is_ahead { "ahead" } else { "behind" };
        report.line("clock", &format!("{} {side}", seconds(skew.by)));
    }
    let settings = tongue.settings();
    let examination = found.map(|found| &found.examination);
    for finding in examination.iter().flat_map(|one| one.findings()) {
        report.line("tried", &doctor::finding(finding, settings));
    }
    let mut tell = |causes: Vec<Cause>, at: &Address| {
        for cause in &causes {
            report.line("cause", &doctor::cause(cause, at, tongue.words, settings));
        }
    };
    if let Some(at) = address(known, link) {
        let Known { why, beside } = conclude(known, link, skew, live);
        tell(why.into_iter().chain(beside).collect(), &at);
    }
    if let Some(examination) = examination {
        tell(examination.causes(), examination.address());
    }
    report.into_text()
}

fn moment(at: Timestamp, tongue: Tongue) -> String {
    format!("{} {}", tongue.date(at), tongue.seconds(at))
}

fn seconds(span: Duration) -> String {
    format!("{} s", span.as_secs())
}

const fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// A password that somebody typed into a name, a client identifier or a filter is none of support's business either.
fn without_passwords(text: String, profiles: Profiles) -> String {
    let mut bytes = text.into_bytes();
    for secret in profiles.secrets() {
        secret.strike_from(&mut bytes);
    }
    String::from_utf8(bytes).unwrap_or_default()
}
