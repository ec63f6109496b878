//! The list of all words; `en.rs` and `ko.rs` each fill it.
//!
//! A field's comment says what its arguments are; where a comment says no more, the field's name is its meaning.

use super::Language;

/// Words around one text or formatted number.
pub type Around1 = fn(&str) -> String;
/// Words around two.
pub type Around2 = fn(&str, &str) -> String;
/// Words around three.
pub type Around3 = fn(&str, &str, &str) -> String;

/// All words of one language.
#[expect(missing_docs, reason = "the names of the groups say what they are")]
pub struct Words {
    pub language: Language,
    pub bar: Bar,
    pub blind: Blind,
    pub alarm: Alarm,
    pub zone: Zone,
    pub chart: Chart,
    pub door: Door,
    pub device: Device,
    pub state: State,
    pub notice: Notice,
    pub summary: SummaryWords,
    pub time: Time,
    pub welcome: Welcome,
    pub storage: Storage,
    pub sheet: SheetWords,
    pub label: Label,
    pub start: Start,
}

/// What only the views say that the address asks for, in one language; loaded with them.
pub struct ViewsWords {
    /// What `view` in the address asks for, and the names that there are.
    pub unknown: Around2,
    /// What `cycle` in the address says.
    pub wrong_cycle: Around1,
    /// How many zones or doors there is no room for.
    pub more_places: Around1,
    /// How many devices there is no room for.
    pub more_devices: Around1,
}

/// What only the settings say in one language; loaded with them.
#[expect(missing_docs, reason = "the names of the groups say what they are")]
pub struct SettingsWords {
    pub appearance: Appearance,
    pub wide: Wide,
    pub form: Form,
    pub test: Test,
    pub config: Config,
    pub warning: Warning,
    pub message: MessageWords,
    pub publish: PublishWords,
    pub doctor: DoctorWords,
}

/// The bar at the top: the link, the clock, the buttons.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Bar {
    pub connected: &'static str,
    pub connecting: &'static str,
    /// How many times it was tried since the last good connection.
    pub connecting_again: Around1,
    /// A span.
    pub trying_again_in: Around1,
    /// Not connected, and trying again cannot help.
    pub stopped: &'static str,
    /// Nobody asked to connect.
    pub idle: &'static str,
    pub simulated_time: &'static str,
    pub simulated_data: &'static str,
    /// A time: the engine was started anew.
    pub restarted: Around1,
    pub settings: &'static str,
    pub try_now: &'static str,
    pub what_is_wrong: &'static str,
    /// How many topic filters the broker refused.
    pub filters_refused: Around1,
}

/// How the page looks, and in which language.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Appearance {
    pub language: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
}

/// The strip that says first that the page is blind.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Blind {
    /// A time.
    pub no_connection_since: Around1,
    pub not_connected_yet: &'static str,
    /// A time.
    pub numbers_are_from: Around1,
    /// A time, beside a number.
    pub as_of: Around1,
    pub engine_restarting: &'static str,
}

/// The strips of subscriptions that bring too much, and of those that are paused.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Wide {
    /// How many messages a second.
    pub messages: Around1,
    /// How many bytes a second, with their unit.
    pub bytes: Around1,
    /// How much a second, a topic filter, a broker's name.
    pub too_wide: Around3,
    pub keep: &'static str,
    pub narrow: &'static str,
    pub pause: &'static str,
    /// A topic filter, a broker's name, since when.
    pub paused: Around3,
    pub resume: &'static str,
}

/// The strip of alarms.
pub struct Alarm {
    /// A zone, a percentage.
    pub zone_at: Around2,
    /// A zone.
    pub zone_full: Around1,
    /// A percentage, a time.
    pub above_since: Around2,
    /// A time.
    pub full_since: Around1,
}

/// A zone's card.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Zone {
    pub none: &'static str,
    /// A capacity, after the number of people.
    pub of: Around1,
    /// How many.
    pub more_may_enter: Around1,
    /// How many; the zone is nearly full.
    pub only_more_may_enter: Around1,
    pub full: &'static str,
    /// How many people are above the capacity.
    pub over: Around1,
    pub unknown: &'static str,
    /// After a number.
    pub entered: &'static str,
    /// After a number.
    pub exited: &'static str,
    /// How many doors count, of how many.
    pub doors_counting: Around2,
    /// Names of doors, as [`Words::list`] writes them.
    pub waiting_for: Around1,
    /// A time: the total begins later than the day.
    pub since: Around1,
    /// A number: some were missed and cannot be known.
    pub at_least: Around1,
    /// Readings that came while we were away are missing, and will come.
    pub readings_missing: &'static str,
    /// How many, a time.
    pub peak: Around2,
    pub level_unknown: &'static str,
    pub level_normal: &'static str,
    pub level_mid: &'static str,
    pub level_high: &'static str,
    pub level_full: &'static str,
}

/// Charts.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Chart {
    pub present: &'static str,
    pub flow_minute: &'static str,
    pub flow_quarter: &'static str,
    pub flow_hour: &'static str,
    pub flow_day: &'static str,
    pub live: &'static str,
    pub hour: &'static str,
    pub day: &'static str,
    pub entered: &'static str,
    pub exited: &'static str,
    pub nothing: &'static str,
    pub complete: &'static str,
    pub partial: &'static str,
    pub gap: &'static str,
    /// People who passed at some time within a span: a number for all of it.
    pub one_number: &'static str,
    pub show_table: &'static str,
    pub show_chart: &'static str,
    pub time: &'static str,
    pub state: &'static str,
}

/// The table of doors.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Door {
    pub title: &'static str,
    pub today: &'static str,
    pub door: &'static str,
    pub entered: &'static str,
    pub exited: &'static str,
    pub last_hour: &'static str,
    pub none: &'static str,
    /// For a screen reader, instead of the small bars: how many entered.
    pub entered_last_hour: Around1,
    pub search: &'static str,
}

/// Device cards.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Device {
    pub title: &'static str,
    pub none: &'static str,
    pub search: &'static str,
    /// All, however recent.
    pub every: &'static str,
    pub kinds: Kinds,
    /// How many; the parts of the line above the cards.
    pub live: Around1,
    pub late: Around1,
    pub stale: Around1,
    pub offline: Around1,
    pub unseen: Around1,
    pub never_seen: Around1,
    pub retained_old: Around1,
    /// A span.
    pub no_message: Around1,
    /// A span, and the usual one.
    pub no_message_usually: Around2,
    pub no_message_yet: &'static str,
    /// A span: how old the stored message is.
    pub stored_message: Around1,
    pub stored_message_of_unknown_age: &'static str,
    /// A time: it said goodbye.
    pub disconnected_at: Around1,
    /// A time: its will message came.
    pub lost_at: Around1,
    pub sender_unknown: &'static str,
}

/// What a device is.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Kinds {
    pub counter: &'static str,
    pub area: &'static str,
    pub door: &'static str,
    pub siren: &'static str,
    pub gateway: &'static str,
    pub unknown: &'static str,
}

/// The words of states, the same everywhere.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct State {
    pub live: &'static str,
    pub late: &'static str,
    pub stale: &'static str,
    pub offline: &'static str,
    pub unseen: &'static str,
    pub never_seen: &'static str,
    pub retained_old: &'static str,
    pub alarm: &'static str,
    pub waiting: &'static str,
}

/// The sheet of the settings before they are loaded, and the strips that lead there.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct SheetWords {
    /// A profile's name: it had a password, which was forgotten when the page closed.
    pub locked: Around1,
    /// A profile's name: its password was remembered, and cannot be read.
    pub unreadable: Around1,
    /// A profile's name: its broker may have refused the password.
    pub password_refused: Around1,
    pub add: &'static str,
    pub edit: &'static str,
    pub doctor: &'static str,
    pub connect: &'static str,
    pub close: &'static str,
    /// Why the settings stay empty, and what to do.
    pub not_loaded: &'static str,
    pub load_again: &'static str,
    /// How many mistakes, in a sentence.
    pub mistakes: Around1,
    pub rest_works: &'static str,
    pub config_not_loaded: &'static str,
    pub config_empty: &'static str,
    pub brokers_lost: &'static str,
    pub show: &'static str,
    pub messages: &'static str,
}

/// Notices of devices.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Notice {
    pub title: &'static str,
    pub info: &'static str,
    pub warning: &'static str,
    pub alarm: &'static str,
    pub connected: &'static str,
    pub disconnected: &'static str,
    pub connection_lost: &'static str,
    /// An event's name.
    pub state_on: Around1,
    /// An event's name.
    pub state_off: Around1,
    pub counter_reset: &'static str,
    /// A counting line.
    pub line_reset: Around1,
}

/// What a device says, in a line.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct SummaryWords {
    pub nothing: &'static str,
    /// Entered, exited.
    pub flow: Around2,
    /// How many passed, in no known direction.
    pub crossed: Around1,
    /// How many are in its area.
    pub present: Around1,
    /// A time; what a door contact says.
    pub door_open: Around1,
    /// A time.
    pub door_closed: Around1,
    /// A time; what a siren or light says.
    pub siren_on: Around1,
    /// A time.
    pub siren_off: Around1,
    /// A state's name, a time.
    pub on: Around2,
    /// A state's name, a time.
    pub off: Around2,
    /// How many bytes.
    pub binary: Around1,
}

/// Spans and lists.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Time {
    pub seconds: fn(u64) -> String,
    pub minutes: fn(u64) -> String,
    pub hours: fn(u64) -> String,
    pub days: fn(u64) -> String,
    /// A span.
    pub ago: Around1,
    /// Two names.
    pub and: Around2,
    /// Two names, and how many more.
    pub and_more: fn(&str, &str, usize) -> String,
}

/// The settings form.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Form {
    pub title: &'static str,
    pub name: &'static str,
    pub name_hint: &'static str,
    pub address: &'static str,
    pub address_hint: &'static str,
    /// What a bridge puts before each topic.
    pub prefix: &'static str,
    pub prefix_hint: &'static str,
    pub other_addresses: &'static str,
    pub other_addresses_hint: &'static str,
    /// Messages a second, bytes a second.
    pub rate: Around2,
    /// Messages and bytes of the day.
    pub today: Around2,
    /// The same, and since when.
    pub today_since: Around3,
    /// Milliseconds from a message's arrival to its acknowledgement.
    pub kept_after: Around1,
    /// The topics that bring most.
    pub widest: Around1,
    /// The address in use, its place, and of how many.
    pub address_in_use: Around3,
    pub username: &'static str,
    pub password: &'static str,
    pub sign_in: &'static str,
    pub sign_in_usual: &'static str,
    pub sign_in_token: &'static str,
    pub sign_in_hint: &'static str,
    pub method: &'static str,
    pub method_hint: &'static str,
    /// Beside the password of another address than the one that is typed.
    pub of_former_address: &'static str,
    pub remember: &'static str,
    pub remembered: &'static str,
    pub not_remembered: &'static str,
    /// Why that cannot be chosen, in two ways.
    pub remember_insecure: &'static str,
    pub remember_no_storage: &'static str,
    pub remember_failed: &'static str,
    pub filters: &'static str,
    pub filters_hint: &'static str,
    pub add_filter: &'static str,
    pub remove_filter: &'static str,
    pub qos: &'static str,
    pub qos_0: &'static str,
    pub qos_1: &'static str,
    pub qos_2: &'static str,
    pub version: &'static str,
    pub version_auto: &'static str,
    pub version_5: &'static str,
    pub version_311: &'static str,
    pub keep_alive: &'static str,
    pub keep_alive_hint: &'static str,
    pub client_id: &'static str,
    pub client_id_hint: &'static str,
    pub session_expiry: &'static str,
    pub session_expiry_hint: &'static str,
    pub will: &'static str,
    pub will_hint: &'static str,
    pub will_topic: &'static str,
    pub will_payload: &'static str,
    pub will_retain: &'static str,
    pub will_delay: &'static str,
    pub will_delay_hint: &'static str,
    pub publishes: &'static str,
    pub publishes_hint: &'static str,
    pub save_and_connect: &'static str,
    pub disconnect: &'static str,
    pub delete: &'static str,
    /// A profile's name.
    pub delete_question: Around1,
    /// As well, of one that comes back with the configuration.
    pub delete_question_config: Around1,
    pub cancel: &'static str,
    /// Before a password is sent that others could read.
    pub send_question: &'static str,
    pub send_anyway: &'static str,
    pub do_not_send: &'static str,
    pub test: &'static str,
    pub use_this: &'static str,
    pub no_brokers: &'static str,
    pub export: &'static str,
    /// How safe the profile is.
    pub security: Security,
    pub wrong: FormWrong,
}

/// How safe a profile is, in words.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Security {
    pub nobody_asked: &'static str,
    pub nobody_asked_tls: &'static str,
    pub password_readable: &'static str,
    pub password_local: &'static str,
    pub password_tls: &'static str,
}

/// What is wrong with a field.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct FormWrong {
    pub url_empty: &'static str,
    pub url_character: &'static str,
    pub url_scheme: &'static str,
    pub url_host: &'static str,
    pub url_port: &'static str,
    pub url_user: &'static str,
    pub url_fragment: &'static str,
    pub url_secret: &'static str,
    pub url_insecure: &'static str,
    pub url_raw_port: &'static str,
    /// Before the address that was probably meant.
    pub probably: &'static str,
    pub filters_none: &'static str,
    pub filter_repeated: &'static str,
    pub filter_empty: &'static str,
    pub filter_null: &'static str,
    pub filter_too_long: &'static str,
    pub filter_hash: &'static str,
    pub filter_plus: &'static str,
    pub not_whole: &'static str,
    /// The least, the most.
    pub out_of_range: Around2,
    pub character: &'static str,
    pub will_view_only: &'static str,
    pub topic_name: &'static str,
    pub too_long: &'static str,
    /// What is wrong, and the text that it is about.
    pub about: Around2,
}

/// What a test of a connection found.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Test {
    pub search: &'static str,
    /// An address, which of how many.
    pub trying: Around3,
    pub found_at: &'static str,
    /// How many addresses.
    pub found_nowhere: Around1,
    /// A version of MQTT.
    pub connected_with: Around1,
    pub not_connected: &'static str,
    pub test_again: &'static str,
    /// A filter, the reason.
    pub filter_refused: Around2,
    pub cause: &'static str,
}

/// The page without any profile.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Welcome {
    pub title: &'static str,
    pub text: &'static str,
    pub simulate: &'static str,
    pub simulate_text: &'static str,
    pub not_loaded: &'static str,
    pub connect: &'static str,
    pub connect_text: &'static str,
    pub open: &'static str,
    pub open_text: &'static str,
}

/// Mistakes in the configuration.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Config {
    pub title: &'static str,
    /// A line.
    pub at_line: Around1,
    /// A column.
    pub syntax: Around1,
    pub ends_early: &'static str,
    pub unknown_key: &'static str,
    /// The known key that looks like it.
    pub unknown_key_meant: Around1,
    pub secret: &'static str,
    pub missing: &'static str,
    pub empty: &'static str,
    /// How many characters are allowed.
    pub too_long: Around1,
    pub character: &'static str,
    /// A shape.
    pub expected: Around1,
    /// All allowed words.
    pub not_one_of: Around1,
    pub repeated: &'static str,
    pub no_device: &'static str,
    pub view_only: &'static str,
    pub topic_name: &'static str,
    pub unknown_door: &'static str,
    pub same_reading: &'static str,
    pub time_zone: &'static str,
    pub time_of_day: &'static str,
    pub span: &'static str,
    pub overlap: &'static str,
    pub date: &'static str,
    pub language: &'static str,
    pub not_here: &'static str,
    pub pointer: &'static str,
    pub template: &'static str,
    pub shape: Shapes,
}

/// Kinds of JSON values, as they stand in [`Config::expected`].
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Shapes {
    pub object: &'static str,
    pub list: &'static str,
    pub text: &'static str,
    pub number: &'static str,
    pub true_or_false: &'static str,
    pub text_or_object: &'static str,
    pub text_or_list: &'static str,
}

/// Whether counts survive a reload.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Storage {
    pub opening: &'static str,
    pub kept: &'static str,
    pub kept_in_part: &'static str,
    pub kept_elsewhere: &'static str,
    pub full: &'static str,
    pub refused: &'static str,
}

/// Odd messages, counted.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Warning {
    pub title: &'static str,
    /// How many times.
    pub count: Around1,
    /// A topic.
    pub last_on: Around1,
    /// A time.
    pub last_at: Around1,
    pub unknown_version: &'static str,
    pub record: &'static str,
    pub more: &'static str,
}

/// The messages as they come, and what became of each.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct MessageWords {
    pub filter: &'static str,
    pub pause: &'static str,
    pub go_on: &'static str,
    pub none: &'static str,
    /// How many are shown, how many came.
    pub newest: Around2,
    pub all: &'static str,
    pub topics: &'static str,
    /// How many bytes.
    pub bytes: Around1,
    /// How many bytes are shown.
    pub cut: Around1,
    pub raw: &'static str,
    pub no_payload: &'static str,
    pub retained: &'static str,
    pub duplicate: &'static str,
    pub simulated: &'static str,
    pub quality: &'static str,
    pub received_at: &'static str,
    pub broker: &'static str,
    /// Before what a bridge puts before a topic.
    pub by_filter: &'static str,
    pub via: &'static str,
    pub payload: &'static str,
    pub content_type: &'static str,
    pub response_topic: &'static str,
    pub correlation_data: &'static str,
    pub message_expiry: &'static str,
    pub user_property: &'static str,
    pub since_the_last: &'static str,
    pub nothing_changed: &'static str,
    pub first_of_topic: &'static str,
    pub not_there: &'static str,
    pub fate: FateWords,
}

/// A message that a person publishes.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct PublishWords {
    pub title: &'static str,
    pub broker: &'static str,
    pub topic: &'static str,
    pub topic_wrong: &'static str,
    pub payload: &'static str,
    pub retain: &'static str,
    pub publish: &'static str,
    pub waiting: &'static str,
    pub sent: &'static str,
    pub acknowledged: &'static str,
    pub unheard: &'static str,
    pub confirmed: &'static str,
    pub not_confirmed: &'static str,
    pub answer: &'static str,
    pub answer_hint: &'static str,
    pub says: &'static str,
    pub says_hint: &'static str,
    /// Why.
    pub more: &'static str,
    pub user_properties: &'static str,
    pub user_properties_hint: &'static str,
    pub response_topic_wrong: &'static str,
    pub expiry_wrong: &'static str,
    pub instead: InsteadWords,
    pub refused: Around1,
    pub view_only: &'static str,
    pub not_connected: &'static str,
    pub followed: &'static str,
}

/// What is done instead of a message that is not.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct InsteadWords {
    pub title: &'static str,
    pub hint: &'static str,
    pub nothing: &'static str,
    pub publish: &'static str,
    pub webhook: &'static str,
    pub sound: &'static str,
    pub address: &'static str,
    pub address_hint: &'static str,
    pub wrong: &'static str,
    pub begun: &'static str,
    pub failed: &'static str,
}

/// What became of a message.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct FateWords {
    pub title: &'static str,
    pub empty: &'static str,
    pub unknown: &'static str,
    /// A mapping, why.
    pub unreadable: Around2,
    /// A mapping.
    pub read: Around1,
    /// A mapping.
    pub says_nothing: Around1,
    /// A device, what it said.
    pub of: Around2,
    pub people: &'static str,
    pub entered: &'static str,
    pub exited: &'static str,
    pub crossed: &'static str,
    pub present: &'static str,
    pub presence: &'static str,
    pub state: &'static str,
    pub measurement: &'static str,
    pub description: &'static str,
    pub text: &'static str,
    pub counted: &'static str,
    pub first: &'static str,
    pub known: &'static str,
    pub reset: &'static str,
    pub occupancy: &'static str,
    /// The names of doors.
    pub doors: Around1,
    pub no_door: &'static str,
    pub retained_crossing: &'static str,
    pub too_late: &'static str,
    pub wrong_time: &'static str,
    pub no_reset_time: &'static str,
    pub other_link: &'static str,
    pub too_many: &'static str,
    pub too_many_lines: &'static str,
    pub too_large: &'static str,
    pub too_deep: &'static str,
    pub truncated: &'static str,
    pub not_text: &'static str,
    pub not_json: &'static str,
    /// A field.
    pub missing: Around1,
    /// A field.
    pub field: Around1,
}

/// What is tried of a connection, and what stands in its way.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct DoctorWords {
    pub examine: &'static str,
    pub examine_again: &'static str,
    /// An address.
    pub trying: Around1,
    pub one_cause: &'static str,
    pub some_causes: &'static str,
    pub beside: &'static str,
    /// A date and time.
    pub last_lost: Around1,
    pub tried: &'static str,
    /// An address, how long it took; each of the five.
    pub opened: Around2,
    pub answered: Around2,
    pub failed: Around2,
    pub forbidden: Around2,
    pub silent: Around2,
    pub report: &'static str,
    pub report_hint: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub not_copied: &'static str,
    pub save_recording: &'static str,
    pub recording_hint: &'static str,
    pub cause: CauseWords,
}

/// What may stand in the way of a connection.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct CauseWords {
    pub offline: &'static str,
    /// A host.
    pub mixed_content: Around1,
    /// A scheme, host and port.
    pub policy: Around1,
    pub local_denied: &'static str,
    pub local_denied_framed: &'static str,
    pub local_asks: &'static str,
    pub local_insecure: &'static str,
    /// The right address; both.
    pub path: Around1,
    pub scheme: Around1,
    /// A host.
    pub subprotocol: Around1,
    pub opens: &'static str,
    /// A path.
    pub no_socket_there: Around1,
    pub upgrade: &'static str,
    /// An address by https.
    pub certificate: Around1,
    /// A host.
    pub client_certificate: Around1,
    /// A port; each of the four.
    pub not_encrypted: Around1,
    pub wants_encryption: Around1,
    pub raw_port: Around1,
    pub port: Around1,
    /// A host.
    pub name: Around1,
    /// A port; both.
    pub swallowed: Around1,
    pub hangs: Around1,
    /// A host.
    pub other_network: Around1,
    /// How long ago.
    pub token_expired: Around1,
    pub refused_by_aws: &'static str,
    pub refused_by_clearblade: &'static str,
    /// A span; each of the four.
    pub clock_ahead: Around1,
    pub clock_behind: Around1,
    pub cut_by_silence: Around1,
    pub cut_by_age: Around1,
    pub same_client_id: &'static str,
}

/// Said to a screen reader, never seen.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Label {
    pub skip_to_zones: &'static str,
    pub bar: &'static str,
    pub zones: &'static str,
    pub window: &'static str,
    pub legend: &'static str,
    pub close_settings: &'static str,
    /// A zone, people, capacity.
    pub zone_of: Around3,
    /// A zone, people.
    pub zone: Around2,
    /// A chart's title, from, to.
    pub chart: Around3,
    pub chart_keys: &'static str,
    /// How many of those that were looked for there are.
    pub found: Around1,
}

/// A page that cannot start, or cannot go on.
#[expect(missing_docs, reason = "see the module's first lines")]
pub struct Start {
    /// A file.
    pub file_stale: Around1,
    pub engine_failed: &'static str,
    pub views_not_loaded: &'static str,
    pub welcome_not_loaded: &'static str,
    pub language_not_loaded: &'static str,
}
