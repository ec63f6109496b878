//! The brokers that this page knows: from `config.json`, from the form, from the browser's storage.
//!
//! The page keeps them and tells the engine; where the browser stores nothing, they live as long as the page. A password
//! is not stored with them: after a reload its profile waits until the vault, or else a person, gives it back.

use std::time::Duration;

use leptos::prelude::*;

use super::settings::{LoadSettings, NotLoaded};
use crate::browser::page::preferences;
use crate::browser::page::start::spawn;
use crate::browser::zone;
use crate::engine::wire::{Request, WireProfile};
use crate::live::Live;
use crate::secret::Secret;
use crate::settings::config::{self, Config, Kept, read_kept, write_kept};
use crate::settings::security::{is_agreed, leads_as};
use crate::settings::{Profile, ProfileId, secrets_in, secrets_in_address};

/// The `config.json` beside the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFile {
    /// There is none, which is normal.
    Absent,
    /// It was loaded.
    Loaded(Box<Loaded>),
    /// There is one, and it could not be loaded.
    Unreadable,
}

/// A configuration and its text, which the engine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    text: String,
    /// What it says.
    pub config: Config,
}

/// The brokers and the configuration. A handle: copies are the same state.
#[derive(Clone, Copy)]
pub(super) struct Profiles {
    live: Live,
    list: RwSignal<Vec<Known>>,
    /// What the configuration says, and what is wrong with it.
    pub config: RwSignal<Config>,
    /// What is to be said of the configuration as a whole.
    pub config_note: RwSignal<Option<ConfigNote>>,
    config_text: RwSignal<Option<String>>,
    load_settings: LoadSettings,
}

/// What a person is told of what is configured as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConfigNote {
    /// There is one that could not be loaded.
    NotLoaded,
    /// The one that was opened says nothing.
    Empty,
    /// Not all that the browser had stored could be read.
    BrokersLost,
}

/// A broker that the page knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub profile: Profile,
    /// It is to be connected.
    pub wanted: bool,
    pub lock: Lock,
    /// Its password is in the vault.
    pub remembered: bool,
    /// A person was asked, if need be, before its password was sent to its address.
    pub agreed: bool,
    /// Made or changed by a person: kept in the browser. Else it comes from the configuration each time.
    own: bool,
}

/// Whether a broker has its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// It has it, or needs none.
    Open,
    /// It had one, which was forgotten when the page closed.
    Forgotten,
    /// It is being taken out of the vault.
    Opening,
    /// It is in the vault, and could not be read.
    Unreadable,
}

impl Known {
    /// It has a password, or had one that it waits for.
    pub(super) fn has_password(&self) -> bool {
        self.lock != Lock::Open || self.profile.password.is_some()
    }
}

impl Loaded {
    /// Reads the text of a configuration.
    pub fn new(text: String) -> Self {
        let config = config::parse_with(&text, zone::is_known);
        Self { text, config }
    }
}

impl Profiles {
    pub(super) fn load(live: Live, file: ConfigFile, load_settings: LoadSettings) -> Self {
        let (list, is_whole) = stored();
        let note = match file {
            ConfigFile::Unreadable => Some(ConfigNote::NotLoaded),
            _ => (!is_whole).then_some(ConfigNote::BrokersLost),
        };
        let loaded = match file {
            ConfigFile::Loaded(loaded) => Some(*loaded),
            // One that a person opened; the one beside the page goes before it.
            ConfigFile::Absent | ConfigFile::Unreadable => {
                preferences::read(CONFIG).map(Loaded::new)
            }
        };
        let profiles = Self {
            live,
            list: RwSignal::new(list),
            config: RwSignal::default(),
            config_note: RwSignal::new(note),
            config_text: RwSignal::new(None),
            load_settings,
        };
        if let Some(loaded) = loaded {
            profiles.take_config(loaded);
        }
        live.introduce_by(move || live.request(profiles.hello()));
        let list = profiles.list.read_untracked();
        if list.iter().any(|known| known.lock == Lock::Opening) {
            profiles.ask_vault();
        }
        profiles
    }

    /// All of them, in the order shown.
    pub(super) fn all(self) -> Vec<Known> {
        self.list.get()
    }

    pub(super) fn is_empty(self) -> bool {
        self.list.read().is_empty()
    }

    pub(super) fn find(self, id: &ProfileId) -> Option<Known> {
        let list = self.list.read_untracked();
        list.iter().find(|known| known.profile.id == *id).cloned()
    }

    /// The configuration holds it too, and brings it back whenever it is read.
    pub(super) fn in_config(self, id: &ProfileId) -> bool {
        let config = self.config.read_untracked();
        config.profiles.iter().any(|profile| profile.id == *id)
    }

    /// An id that no profile has.
    pub(super) fn new_id(self) -> ProfileId {
        let made_at = self.live.now().monotonic.as_millis();
        ProfileId(format!("broker-{made_at}"))
    }

    /// Keeps a profile as a person wants it, and connects it. `remembered`: its password is in the vault, or soon will be.
    pub(super) fn save(self, profile: Profile, remembered: bool) {
        self.live
            .request(Request::Save(WireProfile::for_worker(&profile)));
        let id = profile.id.clone();
        let former = self.find(&id);
        // Whoever comes here with a password was asked.
        let agreed = profile.password.is_some()
            || former
                .as_ref()
                .filter(|former| former.agreed)
                .is_some_and(|former| is_agreed(&profile, Some(&former.profile)));
        // One that stays in the vault is waited for as before.
        let lock = match former {
            Some(former)
                if remembered
                    && profile.password.is_none()
                    && leads_as(&former.profile, &profile) =>
            {
                former.lock
            }
            _ => Lock::Open,
        };
        let known = Known {
            profile,
            wanted: true,
            lock,
            remembered,
            agreed,
            own: true,
        };
        self.list.update(
            |list| match list.iter_mut().find(|former| former.profile.id == id) {
                Some(former) => *former = known,
                None => list.push(known),
            },
        );
        if lock == Lock::Open {
            self.live.request(Request::Connect(id));
        }
        self.store();
    }

    pub(super) fn delete(self, id: &ProfileId) {
        self.live.request(Request::Delete(id.clone()));
        self.list
            .update(|list| list.retain(|known| known.profile.id != *id));
        self.store();
    }

    pub(super) fn connect(self, id: &ProfileId) {
        self.want(id, true);
        self.live.request(Request::Connect(id.clone()));
    }

    pub(super) fn disconnect(self, id: &ProfileId) {
        self.want(id, false);
        self.live.request(Request::Disconnect(id.clone()));
    }

    /// Gives a locked profile its password again, and connects it. Where one was remembered, this one is from now on.
    pub(super) fn unlock(self, id: &ProfileId, password: Secret<String>) {
        let Some(known) = self.find(id) else { return };
        let profile = Profile {
            password: Some(password),
            ..known.profile
        };
        self.save(profile, known.remembered);
        if known.remembered {
            self.ask_vault();
        }
    }

    /// Gives a profile what the vault had for it, and connects it if it is wanted; `None`: it could not be read.
    pub(super) fn take_from_vault(self, id: &ProfileId, password: Option<Secret<String>>) {
        self.change(id, &|known| {
            // Else a person was faster.
            if matches!(known.lock, Lock::Opening | Lock::Unreadable) {
                known.profile.password = password.clone();
                known.lock = match password {
                    Some(_) => Lock::Open,
                    None => Lock::Unreadable,
                };
            }
        });
        let Some(known) = self.find(id).filter(|known| known.lock == Lock::Open) else {
            return;
        };
        self.live
            .request(Request::Save(WireProfile::for_worker(&known.profile)));
        if known.wanted {
            self.live.request(Request::Connect(known.profile.id));
        }
    }

    /// Whether its password is in the vault.
    pub(super) fn set_remembered(self, id: &ProfileId, remembered: bool) {
        self.change(id, &|known| known.remembered = remembered);
    }

    /// Uses a configuration that a person opened, now and after a reload. One of which nothing can be read takes nothing
    /// away.
    pub(super) fn open_config(self, text: String) {
        let loaded = Loaded::new(text);
        if !loaded.config.mistakes.is_empty() && loaded.config.is_empty() {
            let mistakes = loaded.config.mistakes;
            self.config.update(|config| config.mistakes = mistakes);
            return self.config_note.set(Some(ConfigNote::Empty));
        }
        let _kept = preferences::write(CONFIG, &loaded.text);
        let former = self.list.get_untracked();
        self.take_config(loaded);
        // Those of the former configuration are not known any more.
        for known in former {
            if self.find(&known.profile.id).is_none() {
                self.live.request(Request::Delete(known.profile.id));
            }
        }
        // Of the one beside the page that is no news, and may be meant so.
        let is_empty = self.config.read_untracked().is_empty();
        self.config_note.set(is_empty.then_some(ConfigNote::Empty));
        self.live.introduce();
    }

    /// The configuration as it is now, without passwords.
    pub(super) fn to_json(self) -> String {
        let profiles = self.list.read_untracked();
        let config = self.config.read_untracked();
        Config {
            site: config.site.clone(),
            profiles: profiles.iter().map(|known| known.profile.clone()).collect(),
            mappings: config.mappings.clone(),
            demo: config.demo,
            mistakes: Vec::new(),
        }
        .to_json()
    }

    /// What must not leave this browser, as far as the page knows it.
    pub(super) fn secrets(self) -> Vec<Secret<String>> {
        let mut secrets = Vec::new();
        for known in self.list.read_untracked().iter() {
            secrets.extend(known.profile.password.clone());
            secrets.extend(known.profile.urls().flat_map(secrets_in_address));
        }
        let text = self.config_text.read_untracked();
        secrets.extend(text.as_deref().into_iter().flat_map(secrets_in));
        secrets
    }

    fn take_config(self, loaded: Loaded) {
        let Loaded { text, config } = loaded;
        self.list.update(|list| {
            list.retain(|known| known.own);
            for profile in &config.profiles {
                // What a person changed of it stays changed.
                if !list.iter().any(|known| known.profile.id == profile.id) {
                    list.push(Known {
                        profile: profile.clone(),
                        wanted: true,
                        lock: Lock::Open,
                        remembered: false,
                        agreed: false,
                        own: false,
                    });
                }
            }
        });
        self.config.set(config);
        self.config_text.set(Some(text));
    }

    fn hello(self) -> Request {
        let list = self.list.read_untracked();
        let wanted = list
            .iter()
            .filter(|known| known.wanted && known.lock == Lock::Open);
        Request::Hello {
            config: self.config_text.get_untracked(),
            profiles: list
                .iter()
                .map(|known| WireProfile::for_worker(&known.profile))
                .collect(),
            connect: wanted.map(|known| known.profile.id.clone()).collect(),
        }
    }

    /// Opens the vault, which is loaded with the settings. What it does not give, a person is asked for.
    fn ask_vault(self) {
        spawn(async move {
            match (self.load_settings)().await {
                Ok(settings) => (settings.ask_vault)(self),
                Err(NotLoaded) => {
                    let mut list = self.list.get_untracked();
                    let mut waiting = list
                        .iter_mut()
                        .filter(|known| known.lock == Lock::Opening)
                        .peekable();
                    if waiting.peek().is_some() {
                        waiting.for_each(|known| known.lock = Lock::Unreadable);
                        // Nothing of what is stored is another for it.
                        self.list.set(list);
                    }
                    // After a power cut the server of the page may be up again later than the screen.
                    set_timeout(move || self.ask_vault(), VAULT_PAUSE);
                }
            }
        });
    }

    fn want(self, id: &ProfileId, wanted: bool) {
        self.change(id, &|known| known.wanted = wanted);
    }

    fn change(self, id: &ProfileId, change: &dyn Fn(&mut Known)) {
        self.list.update(|list| {
            let known = list.iter_mut().find(|known| known.profile.id == *id);
            known.into_iter().for_each(change);
        });
        self.store();
    }

    fn store(self) {
        let list = self.list.read_untracked();
        let own = list.iter().filter(|known| known.own).map(|known| Kept {
            profile: known.profile.clone(),
            wanted: known.wanted,
            had_password: known.has_password(),
            remembered: known.remembered,
            agreed: known.agreed,
        });
        let _kept = preferences::write(PROFILES, &write_kept(&own.collect::<Vec<_>>()));
    }
}

/// What the browser had stored, and whether all of it could be read.
fn stored() -> (Vec<Known>, bool) {
    let text = preferences::read(PROFILES);
    let (kept, is_whole) = text.map_or((Vec::new(), true), |text| read_kept(&text));
    let known = |kept: Kept| Known {
        lock: if !kept.had_password {
            Lock::Open
        } else if kept.remembered && kept.agreed {
            Lock::Opening
        } else {
            Lock::Forgotten
        },
        profile: kept.profile,
        wanted: kept.wanted,
        remembered: kept.remembered,
        agreed: kept.agreed,
        own: true,
    };
    (kept.into_iter().map(known).collect(), is_whole)
}

/// The brokers that the page knows.
pub(super) fn use_profiles() -> Profiles {
    expect_context()
}

/// Names of what is kept in the browser.
const PROFILES: &str = "profiles";
const CONFIG: &str = "config";

/// Before the vault is loaded again that could not be loaded.
const VAULT_PAUSE: Duration = Duration::from_secs(10);
