//! English: sentence case, plain, short.

use super::Language;
use super::table::*;

/// All words in English.
pub const EN: Words = Words {
    language: Language::En,
    bar: Bar {
        connected: "Connected",
        connecting: "Connecting",
        connecting_again: |attempt| format!("Connecting, attempt {attempt}"),
        trying_again_in: |span| format!("Trying again in {span}"),
        stopped: "Stopped",
        idle: "Disconnected",
        simulated_time: "Simulated time",
        simulated_data: "Simulated data",
        restarted: |time| format!("Counting restarted at {time}"),
        settings: "Settings",
        try_now: "Try now",
        what_is_wrong: "What is wrong?",
        filters_refused: |n| {
            format!(
                "The broker refused {}",
                count(n, "topic filter", "topic filters")
            )
        },
    },
    blind: Blind {
        no_connection_since: |time| format!("No connection since {time}."),
        not_connected_yet: "Not connected yet.",
        numbers_are_from: |time| format!("The numbers below are from {time}."),
        as_of: |time| format!("as of {time}"),
        engine_restarting: "Counting has stopped in this page. It starts again by itself.",
    },
    alarm: Alarm {
        zone_at: |zone, percent| format!("{zone} is at {percent} of its capacity."),
        zone_full: |zone| format!("{zone} is full."),
        above_since: |percent, time| format!("Above {percent} since {time}."),
        full_since: |time| format!("Full since {time}."),
    },
    zone: Zone {
        none: "No zones are set up. They come from the file config.json beside this page; the README describes it under “config.json”.",
        of: |capacity| format!("of {capacity}"),
        more_may_enter: |n| format!("{n} more may enter"),
        only_more_may_enter: |n| format!("Only {n} more may enter"),
        full: "Full: no one may enter",
        over: |n| format!("{n} over capacity: no one may enter"),
        unknown: "Free: not known",
        entered: "in",
        exited: "out",
        doors_counting: |counting, all| {
            format!("{counting} of {} counting", count(all, "door", "doors"))
        },
        waiting_for: |doors| format!("waiting for {doors}"),
        since: |time| format!("since {time}"),
        at_least: |n| format!("at least {n}"),
        readings_missing: "some counts have yet to arrive",
        peak: |n, time| format!("Peak {n} at {time}"),
        level_unknown: "Not known",
        level_normal: "Room enough",
        level_mid: "Busy",
        level_high: "Nearly full",
        level_full: "Full",
    },
    chart: Chart {
        present: "People present",
        flow_minute: "Entered and exited, every minute",
        flow_quarter: "Entered and exited, every 15 minutes",
        flow_hour: "Entered and exited, every hour",
        flow_day: "Entered and exited, every day",
        live: "Live",
        hour: "Hour",
        day: "Day",
        entered: "Entered",
        exited: "Exited",
        nothing: "No counts in this time",
        complete: "Complete",
        partial: "Not complete",
        gap: "No data",
        one_number: "Only as a total",
        show_table: "Show as table",
        show_chart: "Show as chart",
        time: "Time",
        state: "State",
    },
    door: Door {
        title: "Doors",
        today: "today",
        door: "Door",
        entered: "In",
        exited: "Out",
        last_hour: "Last hour",
        none: "No doors are set up.",
        entered_last_hour: |n| format!("{n} entered in the last hour"),
        search: "Search doors",
    },
    device: Device {
        title: "Devices",
        none: "No device has sent anything yet.",
        search: "Search devices",
        every: "All devices",
        kinds: Kinds {
            counter: "Counter",
            area: "Area camera",
            door: "Door contact",
            siren: "Siren or light",
            gateway: "Gateway",
            unknown: "Device",
        },
        live: |n| format!("{n} live"),
        late: |n| format!("{n} late"),
        stale: |n| format!("{n} stale"),
        offline: |n| format!("{n} offline"),
        unseen: |n| format!("{n} unseen"),
        never_seen: |n| format!("{n} never seen"),
        retained_old: |n| format!("{n} retained, old"),
        no_message: |span| format!("No message for {span}"),
        no_message_usually: |span, usual| format!("No message for {span}; usually every {usual}"),
        no_message_yet: "No message yet",
        stored_message: |span| format!("Stored message, {span} old"),
        stored_message_of_unknown_age: "Stored message of unknown age",
        disconnected_at: |time| format!("Disconnected at {time}"),
        lost_at: |time| format!("Connection lost at {time}"),
        sender_unknown: "Sender unknown, shown by its topic",
    },
    state: State {
        live: "Live",
        late: "Late",
        stale: "Stale",
        offline: "Offline",
        unseen: "Unseen",
        never_seen: "Never seen",
        retained_old: "Retained, old",
        alarm: "Alarm",
        waiting: "Waiting",
    },
    notice: Notice {
        title: "Notices",
        info: "Note",
        warning: "Warning",
        alarm: "Alarm",
        connected: "Connected to its broker",
        disconnected: "Disconnected in order",
        connection_lost: "Connection lost",
        state_on: |name| format!("{name}: active"),
        state_off: |name| format!("{name}: no longer active"),
        counter_reset: "Counter began again at zero",
        line_reset: |line| format!("Counter of {line} began again at zero"),
    },
    summary: SummaryWords {
        nothing: "Nothing yet",
        flow: |entered, exited| format!("{entered} in · {exited} out"),
        crossed: |n| format!("{n} passed, either way"),
        present: |n| format!("{} in area", count(n, "person", "people")),
        door_open: |time| format!("Open since {time}"),
        door_closed: |time| format!("Closed since {time}"),
        siren_on: |time| format!("On since {time}"),
        siren_off: |time| format!("Silent since {time}"),
        on: |name, time| format!("{name}: active since {time}"),
        off: |name, time| format!("{name}: not active since {time}"),
        binary: |n| format!("{}, no text", count(n, "byte", "bytes")),
    },
    time: Time {
        seconds: |n| format!("{n} s"),
        minutes: |n| format!("{n} min"),
        hours: |n| format!("{n} h"),
        days: |n| format!("{n} d"),
        ago: |span| format!("{span} ago"),
        and: |one, two| format!("{one} and {two}"),
        and_more: |one, two, more| format!("{one}, {two} and {more} more"),
    },
    welcome: Welcome {
        title: "See who is here, from your own broker",
        text: "Footfall reads people counters and device messages by MQTT, right in this browser. Nothing is sent anywhere else.",
        simulate: "Try it with simulated data",
        simulate_text: "A shopping mall with 8 doors. Nothing to set up.",
        not_loaded: "The simulated site could not be loaded from the server of this page. If the page was updated there, reload it.",
        connect: "Connect a broker",
        connect_text: "Any MQTT broker with a WebSocket address.",
        open: "Open a configuration",
        open_text: "A config.json that somebody gave you.",
    },
    storage: Storage {
        opening: "Reading stored counts",
        kept: "Counts are kept in this browser",
        kept_in_part: "Some of the counts that this browser had stored cannot be read: they begin anew",
        kept_elsewhere: "Another tab of this browser keeps the counts",
        full: "The storage of this browser is full: counts begin anew after a reload",
        refused: "This browser stores nothing: counts begin anew after a reload",
    },
    sheet: SheetWords {
        add: "Add a broker",
        edit: "Edit",
        doctor: "Connection doctor",
        close: "Close",
        not_loaded: "The settings could not be loaded from the server of this page. The counts are not affected. If the page was updated there, reload it.",
        load_again: "Load again",
        locked: |name| {
            format!("{name} waits for its password, which was forgotten when the page closed.")
        },
        unreadable: |name| {
            format!("{name} waits for its password: the remembered one could not be read.")
        },
        password_refused: |name| {
            format!("If the password of {name} was missing or wrong, type it here.")
        },
        connect: "Connect",
        mistakes: |n| format!("The configuration has {}.", count(n, "mistake", "mistakes")),
        rest_works: "Everything else in it works.",
        config_not_loaded: "The configuration could not be loaded.",
        config_empty: "The configuration holds nothing: neither zones nor brokers.",
        brokers_lost: "A broker that was stored in this browser cannot be read. Add it again.",
        show: "Show",
        messages: "Messages",
    },
    label: Label {
        skip_to_zones: "Skip to the numbers",
        bar: "Connection and settings",
        zones: "Zones",
        window: "Time shown",
        legend: "Curves shown",
        close_settings: "Close settings",
        zone_of: |zone, people, capacity| format!("{zone}: {people} of {capacity} people"),
        zone: |zone, people| format!("{zone}: {}", count(people, "person", "people")),
        chart: |title, from, to| format!("{title}, {from} to {to}"),
        chart_keys: "Arrow keys move through time.",
        found: |n| format!("{n} found"),
    },
    start: Start {
        file_stale: |file| {
            format!(
                "{file} is from another version. Reload without the cache, or clear the cache between the server and this browser."
            )
        },
        engine_failed: "The counting part of the page stopped several times in a row.",
        views_not_loaded: "The views of the address could not be loaded from the server of this page. The whole wall is shown.",
        welcome_not_loaded: "A part of this page could not be loaded from its server. It is tried again by itself.",
        language_not_loaded: "The other language could not be loaded from the server of this page. It is tried again by itself.",
    },
};

/// `1 door`, `8 doors`.
fn count(n: &str, one: &str, many: &str) -> String {
    format!("{n} {}", if n == "1" { one } else { many })
}

/// What only the views say that the address asks for.
pub const EN_VIEWS: ViewsWords = ViewsWords {
    unknown: |asked, known| {
        format!("The address asks for the view “{asked}”, which is not here. There are: {known}.")
    },
    wrong_cycle: |asked| {
        format!(
            "The address says cycle={asked}. It must be a time from 5s to 1440m, such as 20s or 2m; until then nothing moves."
        )
    },
    more_places: |n| format!("and {n} more"),
    more_devices: |n| format!("and {n} more"),
};

/// What only the settings say.
pub const EN_SETTINGS: SettingsWords = SettingsWords {
    appearance: Appearance {
        language: "Language",
        theme: "Theme",
        theme_system: "As the system",
        theme_light: "Light",
        theme_dark: "Dark",
    },
    wide: Wide {
        messages: |n| format!("{n} messages a second"),
        bytes: |n| format!("{n} a second"),
        too_wide: |rate, filter, broker| {
            format!("{rate} on {filter} ({broker}): keep, narrow, or pause?")
        },
        keep: "Keep",
        narrow: "Narrow",
        pause: "Pause",
        paused: |filter, broker, time| {
            format!("{filter} ({broker}) is paused since {time}: nothing of it is counted.")
        },
        resume: "Resume",
    },
    form: Form {
        title: "Brokers",
        name: "Name",
        name_hint: "As the list of brokers shows it.",
        address: "Address",
        address_hint: "Begins with wss:// or, without encryption, with ws://.",
        prefix: "Prefix of a bridge",
        prefix_hint: "What a bridge puts before each topic, such as west/. Readings that also come another way count once.",
        other_addresses: "Further addresses",
        other_addresses_hint: "Of the same broker, one a line: tried in this order while the address above does not answer. The page returns to that by itself, and sends each the same password.",
        rate: |messages, bytes| format!("{messages} messages/s, {bytes}/s"),
        today: |messages, bytes| format!("today {messages} messages, {bytes}"),
        today_since: |messages, bytes, time| format!("since {time} {messages} messages, {bytes}"),
        kept_after: |millis| format!("stored and acknowledged after {millis} ms"),
        widest: |topics| {
            format!("Most of it comes on {topics}. Filters that leave these out are narrower.")
        },
        address_in_use: |address, place, count| format!("{address} · {place} of {count} addresses"),
        username: "User name",
        password: "Password",
        sign_in: "Sign-in",
        sign_in_usual: "User name and password as usual",
        sign_in_token: "A token, by a method of the broker's",
        sign_in_hint: "Leave it as usual unless the broker asks for something else. The others need MQTT 5.0, and speak nothing else.",
        method: "Authentication method",
        method_hint: "As the broker calls it, such as JWT. The token goes into the field for the password.",
        of_former_address: "The password was for another address. Enter the one for this address.",
        remember: "Remember on this device",
        remembered: "Kept in this browser, encrypted, for this address only. Whoever uses this browser can connect with it, and so can other pages of this host.",
        not_remembered: "The password is forgotten when this page closes.",
        remember_insecure: "The password is forgotten when this page closes: a browser encrypts only for pages that came by https or from this machine.",
        remember_no_storage: "The password is forgotten when this page closes: this browser stores nothing for this page.",
        remember_failed: "This browser did not keep the password. It is forgotten when this page closes.",
        filters: "Topic filters",
        filters_hint: "One or more, separated by commas. + stands for one level, # for all that follow.",
        add_filter: "Add a topic filter",
        remove_filter: "Remove this topic filter",
        qos: "Quality of service",
        qos_0: "0: at most once",
        qos_1: "1: at least once",
        qos_2: "2: exactly once",
        version: "MQTT version",
        version_auto: "5.0, then 3.1.1",
        version_5: "5.0 only",
        version_311: "3.1.1 only",
        keep_alive: "Keep alive, seconds",
        keep_alive_hint: "Many proxies cut a connection that is silent for 60 s. 0 turns it off.",
        client_id: "Client identifier",
        client_id_hint: "Empty: made by this browser. Two screens with the same one disconnect each other.",
        session_expiry: "Keep the session, seconds",
        session_expiry_hint: "How long the broker keeps messages while this page is away. 0: not at all.",
        will: "Will",
        will_hint: "What the broker publishes when it loses this page without a goodbye, also when the page is closed. None if the topic is empty.",
        will_topic: "Topic",
        will_payload: "Payload",
        will_retain: "Retain",
        will_delay: "Delay, seconds",
        will_delay_hint: "MQTT 5.0: so long the broker waits whether the page comes back, as after a reload.",
        publishes: "May publish",
        publishes_hint: "Without it this page only listens to this broker.",
        save_and_connect: "Save and connect",
        disconnect: "Disconnect",
        delete: "Delete",
        delete_question: |name| format!("Delete {name} from this browser?"),
        delete_question_config: |name| {
            format!(
                "Delete {name}? It comes from the configuration and is back when the page is loaded again."
            )
        },
        cancel: "Cancel",
        send_question: "This address is not encrypted. Anyone on the network can read the password on its way. Use wss:// if the broker offers it.",
        send_anyway: "Send it anyway",
        do_not_send: "Do not send it",
        test: "Test connection",
        use_this: "Use this address",
        no_brokers: "No broker is set up.",
        export: "Save as config.json",
        security: Security {
            nobody_asked: "No sign-in, not encrypted: for tests and demonstrations only.",
            nobody_asked_tls: "Encrypted by TLS, but no sign-in: whoever reaches the broker can read along.",
            password_readable: "The password crosses the network in clear: anyone on the way can read it.",
            password_local: "Password, not encrypted, but it does not leave this machine.",
            password_tls: "Password, encrypted by TLS.",
        },
        wrong: FormWrong {
            url_empty: "Enter the broker's WebSocket address.",
            url_character: "There is a character in the address that no address can have.",
            url_scheme: "A browser can only open wss:// and, without encryption, ws://.",
            url_host: "There is no host name in the address.",
            url_port: "The port must be a number from 1 to 65,535.",
            url_user: "Take the user name and password out of the address; they have their own fields.",
            url_fragment: "A WebSocket address cannot have a part behind #.",
            url_secret: "There is a password or token in the address; it would be kept and shown with it.",
            url_insecure: "This page came by https, so the browser opens wss:// only.",
            url_raw_port: "Ports 1883 and 8883 usually speak MQTT over TCP, which a browser cannot open.",
            probably: "Probably meant:",
            filters_none: "Enter at least one topic filter.",
            filter_repeated: "Already in the list",
            filter_empty: "A topic filter cannot be empty",
            filter_null: "A topic filter cannot contain the null character",
            filter_too_long: "A topic filter has at most 65,535 bytes",
            filter_hash: "# must be the last level and stand alone, as in site/#",
            filter_plus: "+ must be a whole level, as in site/+/count",
            not_whole: "Enter a whole number.",
            out_of_range: |least, most| format!("Enter a whole number from {least} to {most}."),
            character: "Control characters cannot stand here.",
            will_view_only: "A will is published: tick “May publish”, or leave the topic of the will empty.",
            topic_name: "A topic to publish to has no wildcards (+, #).",
            too_long: "At most 65,535 bytes fit here.",
            about: |wrong, text| format!("{wrong}: “{text}”"),
        },
    },
    test: Test {
        search: "Try the usual addresses",
        trying: |address, at, all| format!("Trying {address} ({at} of {all})…"),
        found_at: "A broker answers at",
        found_nowhere: |all| {
            format!(
                "No broker answers at the {all} usual addresses of this host. Ask whoever runs it for its WebSocket address."
            )
        },
        connected_with: |version| format!("Connected with MQTT {version}"),
        not_connected: "Not connected",
        test_again: "Test again",
        filter_refused: |filter, reason| format!("{filter}: {reason}"),
        cause: "For support",
    },
    config: Config {
        title: "Configuration",
        at_line: |line| format!("Line {line}"),
        syntax: |column| format!("Not JSON from column {column} on"),
        ends_early: "The file ends too early",
        unknown_key: "Unknown key, not used",
        unknown_key_meant: |meant| format!("Unknown key, not used; probably meant is “{meant}”"),
        secret: "Secrets do not belong here: whoever opens the page can read this file",
        missing: "This key must be there and is not",
        empty: "This cannot be empty",
        too_long: |most| format!("Longer than {most} characters"),
        character: "There is a control character in it",
        expected: |shape| format!("There must be {shape} here"),
        not_one_of: |words| format!("Must be one of {words}"),
        repeated: "Repeated: the first one is used",
        view_only: "Without \"publish\": true nothing is published to this broker, a will neither",
        topic_name: "A topic to publish to is not empty and has no wildcards",
        no_device: "A line of which device? Neither it nor its door says so",
        unknown_door: "No door has this id",
        same_reading: "One reading cannot count as entered and as exited",
        time_zone: "This browser knows no time zone of this name; UTC is used",
        time_of_day: "Not a time of day such as 04:00",
        span: "Not a span such as 10:00-22:00",
        overlap: "Overlaps the span before it",
        date: "Not a date such as 2026-12-25",
        language: "Not a language tag such as en or ko",
        not_here: "Has no effect beside what else stands here",
        pointer: "Not a JSON pointer such as /people/in",
        template: "A topic's level can be called {device} or {line}, each once and nothing else",
        shape: Shapes {
            object: "an object { }",
            list: "a list [ ]",
            text: "text in quotation marks",
            number: "a number",
            true_or_false: "true or false",
            text_or_object: "text or an object { }",
            text_or_list: "text or a list [ ]",
        },
    },
    warning: Warning {
        title: "Messages that could not be read",
        count: |n| format!("{n} {}", if n == "1" { "time" } else { "times" }),
        last_on: |topic| format!("last on {topic}"),
        last_at: |time| format!("last at {time}"),
        unknown_version: "What was stored is of a version that this page does not know; it stays stored.",
        record: "What was stored cannot be read; it stays stored.",
        more: "More kinds than are told apart.",
    },
    message: MessageWords {
        filter: "Topic filter",
        pause: "Pause",
        go_on: "Go on",
        none: "No message came yet on a topic of this filter. Only what a broker's filters subscribe to comes at all.",
        newest: |shown, all| format!("The newest {shown} of {all}"),
        all: "All messages",
        topics: "Topics",
        bytes: |n| format!("{n} B"),
        cut: |n| format!("The first {n} bytes:"),
        raw: "Raw",
        no_payload: "No payload",
        retained: "stored",
        duplicate: "repeated",
        simulated: "simulated",
        quality: "Came at",
        received_at: "Received",
        broker: "Broker",
        by_filter: "Subscription",
        via: "Via bridge",
        payload: "Payload",
        content_type: "Content type",
        response_topic: "Response topic",
        correlation_data: "Correlation data",
        message_expiry: "Message expiry, s",
        user_property: "User property",
        since_the_last: "Since the message before it on this topic",
        nothing_changed: "Nothing has changed.",
        first_of_topic: "No earlier one is known here.",
        not_there: "not there",
        fate: FateWords {
            title: "Is it counted?",
            empty: "No: it has no payload, which only clears what the broker had stored.",
            unknown: "No: Footfall does not know it, and shows it as it is. “mappings” in config.json explain such a message.",
            unreadable: |mapping, why| format!("No: {mapping} knows it and cannot read it. {why}"),
            read: |mapping| format!("Read by {mapping}."),
            says_nothing: |mapping| {
                format!("No: {mapping} knows it; it says nothing that is counted or shown.")
            },
            of: |device, what| format!("{device}: {what}"),
            people: "people",
            entered: "entered",
            exited: "exited",
            crossed: "crossed",
            present: "present",
            presence: "Not a count: whether it is connected.",
            state: "Not a count: a state.",
            measurement: "Not a count: a measurement.",
            description: "Not a count: what the device is.",
            text: "Not a count: words of its own.",
            counted: "Counted.",
            first: "The first total, with which later ones are compared.",
            known: "Nothing new: this reading or this total is known already.",
            reset: "Counted; the counter began again from zero.",
            occupancy: "People who are there now; no door counts with that.",
            doors: |doors| format!("Counts for {doors}."),
            no_door: "No door of the site counts with this line.",
            retained_crossing: "Not counted: the broker had stored it, and nobody knows when that person passed.",
            too_late: "Not counted: it came too late.",
            wrong_time: "Not counted: its time cannot be right.",
            no_reset_time: "Not counted: a lower total without the time of the reset that this counter usually tells.",
            other_link: "Not counted: it has no time, and another broker's messages of this line are counted already.",
            too_many: "Not counted: this line has sent more than can be kept.",
            too_many_lines: "Not counted: there are more lines than can be kept.",
            too_large: "The payload is larger than 1 MiB.",
            too_deep: "The payload is nested too deeply.",
            truncated: "The payload is cut off.",
            not_text: "The payload is not UTF-8 text.",
            not_json: "The payload is not a JSON object.",
            missing: |field| format!("The payload has no “{field}”."),
            field: |field| format!("“{field}” cannot be read."),
        },
    },
    publish: PublishWords {
        title: "Publish a message",
        broker: "Broker",
        topic: "Topic",
        topic_wrong: "A message needs a topic, and one without + and #.",
        payload: "Payload",
        retain: "Retain",
        publish: "Publish",
        waiting: "Waits to be sent.",
        sent: "Sent. The broker has not answered; at QoS 0 it never does.",
        acknowledged: "The broker has it.",
        unheard: "The broker has it, and nobody listens: no client has subscribed to this topic.",
        confirmed: "Confirmed by what followed.",
        not_confirmed: "Not confirmed in time: nobody knows whether it was done.",
        answer: "Confirmed by a message on (optional)",
        answer_hint: "A topic filter on which the device tells within 10 seconds that it did it.",
        says: "Which says (optional)",
        says_hint: "Its payload, a state (on, off, online, offline) or a number. Empty: whatever it says.",
        instead: InsteadWords {
            title: "Fallback: if it is not done",
            hint: "Where the message is refused, cannot be sent, or is not confirmed in time, this is done instead.",
            nothing: "Nothing",
            publish: "Publish on another topic",
            webhook: "Call a webhook",
            sound: "Play a sound here",
            address: "Address of the webhook",
            address_hint: "It gets a POST of JSON, sent as text/plain, with text, topic, payload and reason. If its server does not let pages read its answer, only that it answered is known.",
            wrong: "The fallback needs a topic without + and #, or an address that begins with https:// (or http://, if this page does, too).",
            begun: "Not confirmed: the fallback was begun instead.",
            failed: "Not confirmed, and the fallback failed, too.",
        },
        more: "More (MQTT 5.0)",
        user_properties: "User properties",
        user_properties_hint: "User properties stand one a line, as name=value. Over MQTT 3.1.1 only topic and payload are sent.",
        response_topic_wrong: "A response topic has no wildcards (+, #).",
        expiry_wrong: "The expiry is a whole number of seconds, up to 4,294,967,295.",
        refused: |why| format!("Not published: {why}."),
        view_only: "Nothing is published: no broker's settings allow it (“May publish”).",
        not_connected: "Not published: this broker is not connected.",
        followed: "What came within 10 seconds",
    },
    doctor: DoctorWords {
        examine: "Examine",
        examine_again: "Examine again",
        trying: |address| format!("Trying {address}…"),
        one_cause: "This stands in the way",
        some_causes: "One of these stands in the way",
        beside: "Also noticed",
        last_lost: |at| format!("The connection was last lost on {at}"),
        tried: "What was tried",
        opened: |address, span| format!("{address}: a WebSocket opened after {span}"),
        answered: |address, span| format!("{address}: somebody answered after {span}"),
        failed: |address, span| format!("{address}: failed after {span}"),
        forbidden: |address, span| {
            format!("{address}: forbidden by the page's policy after {span}")
        },
        silent: |address, span| format!("{address}: no answer within {span}"),
        report: "Report for support",
        report_hint: "Without passwords. It names the broker's address, client identifier and topic filters.",
        copy: "Copy",
        copied: "Copied.",
        save_recording: "Save a recording",
        recording_hint: "The last minutes as this page heard them: messages, addresses, user names, no passwords. cargo xtask replay plays it.",
        not_copied: "The browser does not copy here: the text is selected, copy it by the keyboard.",
        cause: CauseWords {
            offline: "This device has no network.",
            mixed_content: |host| {
                format!(
                    "This page came by https, so the browser forbids ws:// to {host}. Use the broker's wss:// address, or serve this page by http inside a network that you trust."
                )
            },
            policy: |origin| {
                format!(
                    "The content security policy of this page forbids it. Whoever serves the page must add {origin} to connect-src."
                )
            },
            local_denied: "This page may not open the local network. Press the sign before the page's address and allow it; on a managed wallboard set the policy LocalNetworkAccessAllowedForUrls to this page.",
            local_denied_framed: "This page may not open the local network. Its frame needs allow=\"local-network-access\", and the page around it must be allowed too; on a managed wallboard set the policy LocalNetworkAccessAllowedForUrls.",
            local_asks: "The browser asks whether this page may open the local network: choose Allow. Where nobody can, on a managed wallboard, set the policy LocalNetworkAccessAllowedForUrls to this page.",
            local_insecure: "The broker is in a local network, and this page came by http from outside: some browsers forbid that without a word. Serve the page by https, or from inside that network.",
            path: |address| format!("The path is wrong. A WebSocket opens at {address}"),
            scheme: |address| format!("The scheme is wrong. A WebSocket opens at {address}"),
            subprotocol: |host| {
                format!(
                    "{host} takes WebSockets but does not agree to speak mqtt over them. Turn on MQTT over WebSocket there, or let the proxy pass Sec-WebSocket-Protocol on."
                )
            },
            opens: "The WebSocket opens: network, certificate and path are right.",
            no_socket_there: |path| {
                format!(
                    "Path or port: a web server answers, but no WebSocket opens at {path} nor at a usual path."
                )
            },
            upgrade: "Proxy: one before the broker does not pass the change to WebSocket on (the headers Upgrade and Connection).",
            certificate: |address| {
                format!(
                    "Certificate: open {address} in this browser, whose own error tells which it is. It does not trust the certificate, the certificate is expired or for another name, or the broker wants a certificate of yours (none is installed, it is expired, or another authority issued it)."
                )
            },
            client_certificate: |host| {
                format!(
                    "{host} wants a certificate of yours. The browser has chosen one now, and the WebSocket opens; it asks again after each start, unless a policy chooses (AutoSelectCertificateForUrls)."
                )
            },
            not_encrypted: |port| {
                format!("Encryption: if {port} takes no TLS, the address must begin with ws://.")
            },
            wants_encryption: |port| {
                format!("Encryption: if {port} takes only TLS, the address must begin with wss://.")
            },
            raw_port: |port| {
                format!(
                    "Port: {port} is usually MQTT over TCP, which no browser opens. Try the usual addresses, below the address in the settings of this broker."
                )
            },
            port: |port| {
                format!(
                    "Port: nobody listens on {port}, or only for MQTT over TCP, which no browser opens. The broker may be down, or have no WebSocket listener there."
                )
            },
            name: |host| format!("Host: {host} is not known in this network, or spelt otherwise."),
            swallowed: |port| format!("Firewall: what is sent to port {port} is swallowed."),
            hangs: |port| {
                format!(
                    "Server: what listens on {port} takes the connection and says nothing. It hangs, or is another service than the broker."
                )
            },
            other_network: |host| {
                format!(
                    "Network: {host} is off, or in a network that this device is not in, or needs a VPN."
                )
            },
            token_expired: |ago| {
                format!("The password is a token that expired {ago}. Enter a new one.")
            },
            refused_by_aws: "AWS IoT answers code 7 where others say not authorised: check the policy for this client identifier and its topics, and the sign-in.",
            refused_by_clearblade: "ClearBlade answers code 13 for reasons that MQTT has no code for: check the token, the client identifier and the registry.",
            clock_ahead: |span| {
                format!(
                    "This device's clock is {span} ahead of the page's server: tokens and certificates may be refused. Set it."
                )
            },
            clock_behind: |span| {
                format!(
                    "This device's clock is {span} behind the page's server: tokens and certificates may be refused. Set it."
                )
            },
            cut_by_silence: |span| {
                format!(
                    "The last connections each ended after {span} of silence: a proxy or firewall forgets quiet ones. Set the keep alive well below that."
                )
            },
            cut_by_age: |span| {
                format!(
                    "The last connections each ended at the age of {span}, whatever was said: a proxy or the broker allows no more. Raise its limit."
                )
            },
            same_client_id: "The last connections each ended soon: another screen or program may use the same client identifier, and each throws the other out. Leave it empty.",
        },
    },
};
