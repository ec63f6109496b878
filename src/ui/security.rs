//! How safe it is to sign in at a broker, in words.

use leptos::prelude::*;

use super::tongue::use_tongue;
use crate::settings::security::Security;

#[component]
pub(super) fn SecurityNote(level: Memo<Security>) -> impl IntoView {
    let words = &use_tongue().settings().form.security;
    let word = move || match level.get() {
        Security::Open => words.nobody_asked,
        Security::OpenEncrypted => words.nobody_asked_tls,
        Security::Readable => words.password_readable,
        Security::OnThisMachine => words.password_local,
        Security::Encrypted => words.password_tls,
    };
    view! {
        <p class="section__note" data-security=move || name(level.get())>
            {move || word()}
        </p>
    }
}

/// As attributes and reports have it.
pub(super) const fn name(level: Security) -> &'static str {
    match level {
        Security::Open => "open",
        Security::OpenEncrypted => "open-encrypted",
        Security::Readable => "readable",
        Security::OnThisMachine => "on-this-machine",
        Security::Encrypted => "encrypted",
    }
}
