//! The vault of passwords, with the browser's own encryption and storage; a part of `tests/browser.rs`.

use std::time::Duration;

use footfall::browser::storage;
use footfall::browser::vault;
use footfall::secret::Secret;
use footfall::settings::{Profile, ProfileId, VersionChoice};
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_password_is_given_back_only_to_its_page_profile_and_server() {
    let path = empty("/given-back/").await;
    let mall = profile("mall", "wss://broker.example:8084/mqtt", PASSWORD);
    assert_eq!(vault::availability(), Ok(()));
    vault::seal(&path, &mall).await.unwrap();
    let same_server = profile("mall", "wss://BROKER.example:8084/other", "");
    assert_eq!(opened(&path, &mall).await.as_deref(), Some(PASSWORD));
    assert_eq!(opened(&path, &same_server).await.as_deref(), Some(PASSWORD));

    for other in [
        profile("other", "wss://broker.example:8084/mqtt", ""),
        profile("mall", "ws://broker.example:8084/mqtt", ""),
        profile("mall", "wss://other.example:8084/mqtt", ""),
        profile("mall", "wss://broker.example:8085/mqtt", ""),
    ] {
        assert_eq!(opened(&path, &other).await, None, "{other:?}");
    }

    // Another profile and another page that get hold of the record, and of the key as well.
    let elsewhere = empty("/elsewhere/").await;
    run(
        &path,
        "await put('password of other', kept['password of mall'])",
    )
    .await;
    let other = profile("other", "wss://broker.example:8084/mqtt", "");
    assert_eq!(opened(&path, &other).await, None);
    vault::seal(&elsewhere, &mall).await.unwrap();
    let copy = format!(
        "const there = await open({:?});
         await there.put('key', kept['key']);
         await there.put('password of mall', kept['password of mall'])",
        vault::database(&elsewhere)
    );
    run(&path, &copy).await;
    assert_eq!(opened(&elsewhere, &mall).await, None);
    assert_eq!(opened(&path, &mall).await.as_deref(), Some(PASSWORD));
}

#[wasm_bindgen_test]
async fn nothing_lies_in_clear_and_the_key_gives_itself_to_nobody() {
    let path = empty("/in-clear/").await;
    let mall = profile("mall", "ws://broker.example:9001", PASSWORD);
    vault::seal(&path, &mall).await.unwrap();
    let seen = run(
        &path,
        "const { key, ...records } = kept;
         let refusal = 'none';
         try { await crypto.subtle.exportKey('raw', key) } catch (error) { refusal = error.name }
         const text = Object.entries(records).map(([name, bytes]) => name + ' ' + String.fromCharCode(...bytes));
         return JSON.stringify([key.extractable, key.algorithm.length, refusal, text])",
    )
    .await;
    assert!(
        seen.starts_with("[false,256,\"InvalidAccessError\",[\"password of mall "),
        "{seen}"
    );
    assert!(!seen.contains(PASSWORD), "{seen}");
}

#[wasm_bindgen_test]
async fn the_same_password_is_never_encrypted_twice_in_the_same_way() {
    let path = empty("/nonce/").await;
    let mall = profile("mall", "wss://broker.example", PASSWORD);
    let mut nonces = Vec::new();
    for _ in 0..3 {
        vault::seal(&path, &mall).await.unwrap();
        nonces.push(
            run(
                &path,
                "return String(kept['password of mall'].slice(0, 12))",
            )
            .await,
        );
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "{nonces:?}");
    assert_eq!(opened(&path, &mall).await.as_deref(), Some(PASSWORD));
}

#[wasm_bindgen_test]
async fn what_is_damaged_gives_no_password_and_can_be_replaced() {
    let path = empty("/damaged/").await;
    let mall = profile("mall", "wss://broker.example", PASSWORD);
    for damage in [
        "const bytes = kept['password of mall']; bytes[bytes.length - 1] ^= 1; await put('password of mall', bytes)",
        "await put('password of mall', kept['password of mall'].slice(0, 11))",
        "await put('password of mall', 1e12)",
        "await put('key', await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']))",
        "await put('key', 'no key')",
    ] {
        vault::seal(&path, &mall).await.unwrap();
        assert_eq!(opened(&path, &mall).await.as_deref(), Some(PASSWORD));
        run(&path, damage).await;
        assert_eq!(opened(&path, &mall).await, None, "{damage}");
    }
    vault::seal(&path, &mall).await.unwrap();
    assert_eq!(opened(&path, &mall).await.as_deref(), Some(PASSWORD));
}

#[wasm_bindgen_test]
async fn what_is_forgotten_is_gone_and_nothing_else() {
    let path = empty("/forgotten/").await;
    let mall = profile("mall", "wss://broker.example", PASSWORD);
    let other = profile("other", "wss://broker.example", "another");
    vault::seal(&path, &mall).await.unwrap();
    vault::seal(&path, &other).await.unwrap();
    vault::forget(&path, &mall.id).await.unwrap();
    assert_eq!(opened(&path, &mall).await, None);
    assert_eq!(opened(&path, &other).await.as_deref(), Some("another"));
    let names = run(&path, "return Object.keys(kept).join()").await;
    assert_eq!(names, "key,password of other");
}

fn profile(id: &str, url: &str, password: &str) -> Profile {
    Profile {
        id: ProfileId(id.to_owned()),
        name: "Mall broker".to_owned(),
        platform: "generic".to_owned(),
        url: url.to_owned(),
        other_urls: Vec::new(),
        prefix: String::new(),
        paused: Vec::new(),
        version: VersionChoice::Auto,
        client_id: None,
        username: Some("wall".to_owned()),
        password: Some(Secret::new(password.to_owned())),
        authentication: None,
        filters: Vec::new(),
        keep_alive: Duration::from_secs(30),
        session_expiry: Duration::ZERO,
        will: None,
        publishes: false,
    }
}

/// What the vault gives to that profile, whose own password it does not look at.
async fn opened(path: &str, profile: &Profile) -> Option<String> {
    let profile = Profile {
        password: None,
        ..profile.clone()
    };
    let opened = vault::open(path, &[profile]).await.remove(0);
    opened.map(|password| password.reveal().clone())
}

async fn empty(path: &str) -> String {
    storage::remove(&vault::database(path)).await.unwrap();
    path.to_owned()
}

/// Runs a script that sees all that is `kept` for the page at that path, and may `put` something there.
async fn run(path: &str, script: &str) -> String {
    let script = format!(
        "(async () => {{
            const done = request => new Promise((resolve, reject) => {{
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            }});
            const open = async name => {{
                const database = await done(indexedDB.open(name, 1));
                database.onversionchange = () => database.close();
                const table = () => database.transaction('records', 'readwrite').objectStore('records');
                return {{ table, put: (name, value) => done(table().put(value, name)) }};
            }};
            const {{ table, put }} = await open({:?});
            const [names, values] = [await done(table().getAllKeys()), await done(table().getAll())];
            const kept = Object.fromEntries(names.map((name, index) => [name, values[index]]));
            {script}
        }})()",
        vault::database(path)
    );
    let promise: Promise = js_sys::eval(&script).unwrap().unchecked_into();
    let answer = JsFuture::from(promise).await.unwrap();
    answer.as_string().unwrap_or_default()
}

const PASSWORD: &str = "correct horse battery staple";
