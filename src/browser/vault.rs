//! Keeps passwords in the browser, each encrypted for one page, one profile and one address.
//!
//! The key never leaves the browser, which hands no script its bytes, not even ours. That keeps passwords out of what is
//! copied, exported or looked at; it does not keep them from whoever may use this browser, or reads its files.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::random;
use super::storage::{self, Storage, StorageError};
use crate::secret::Secret;
use crate::settings::security::binding;
use crate::settings::{Profile, ProfileId};

/// Why no password can be remembered here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The page came neither by https nor from this machine: the browser encrypts nothing for it.
    SecureContext,
    /// The browser keeps nothing for this page.
    Storage,
}

/// Why a password was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It could not be stored.
    #[error("the password could not be stored")]
    Storage(#[from] StorageError),
    /// It could not be encrypted.
    #[error("the browser did not encrypt the password")]
    Encryption,
}

/// The password of each profile, where it is remembered by the page at that path and can be decrypted.
pub async fn open(path: &str, profiles: &[Profile]) -> Vec<Option<Secret<String>>> {
    let kept = match Storage::open(&database(path)).await {
        Ok(storage) => storage.values().await.unwrap_or_default(),
        Err(_told_by_their_absence) => Default::default(),
    };
    let mut passwords = Vec::new();
    for profile in profiles {
        let password = match decrypt(&kept, path, profile) {
            Some(opened) => JsFuture::from(opened).await.ok().and_then(text),
            None => None,
        };
        passwords.push(password);
    }
    passwords
}

/// Remembers the password of a profile, if it has one.
///
/// # Errors
/// [`VaultError`]; what was remembered of the profile before may still be there.
pub async fn seal(path: &str, profile: &Profile) -> Result<(), VaultError> {
    let Some(password) = &profile.password else {
        return Ok(());
    };
    let storage = Storage::open(&database(path)).await?;
    let key = key_to_seal(&storage).await?;
    // Never the same twice with one key: 96 random bits, for passwords that people type.
    let nonce: [u8; NONCE_LENGTH] = random::bytes();
    let sealed = subtle()
        .encrypt_with_object_and_u8_array(
            &algorithm(&nonce, &binding(path, profile)),
            &key,
            password.reveal().as_bytes(),
        )
        .map_err(refused)?;
    let sealed = JsFuture::from(sealed).await.map_err(refused)?;
    let mut record = nonce.to_vec();
    record.extend(Uint8Array::new(&sealed).to_vec());
    storage
        .write(&[(record_of(&profile.id), record)], &[])
        .await?;
    Ok(())
}

/// Removes what is remembered of a profile.
///
/// # Errors
/// [`StorageError`]; it may still be there.
pub async fn forget(path: &str, id: &ProfileId) -> Result<(), StorageError> {
    let storage = Storage::open(&database(path)).await?;
    storage.write(&[], &[record_of(id)]).await
}

/// Whether passwords can be remembered at all, as far as it is known without trying.
///
/// # Errors
/// What is missing.
pub fn availability() -> Result<(), Missing> {
    let is_secure = get(&js_sys::global(), "isSecureContext").is_truthy();
    if !is_secure || !subtle().is_object() {
        return Err(Missing::SecureContext);
    }
    match storage::factory() {
        Ok(_there) => Ok(()),
        Err(_refusal) => Err(Missing::Storage),
    }
}

/// The database of the page at that path.
pub fn database(path: &str) -> String {
    format!("footfall-vault:{path}")
}

fn decrypt(kept: &(Array, Array), path: &str, profile: &Profile) -> Option<Promise> {
    let record: Uint8Array = find(kept, &record_of(&profile.id))?.dyn_into().ok()?;
    let record = record.to_vec();
    let (nonce, sealed) = record.split_at_checked(NONCE_LENGTH)?;
    // Refused by the browser if it is something else.
    let key: CryptoKey = find(kept, KEY)?.unchecked_into();
    let algorithm = algorithm(nonce, &binding(path, profile));
    let opened = subtle().decrypt_with_object_and_u8_array(&algorithm, &key, sealed);
    opened.ok()
}

fn text(opened: JsValue) -> Option<Secret<String>> {
    let bytes = Uint8Array::new(&opened).to_vec();
    String::from_utf8(bytes).ok().map(Secret::new)
}

/// The key of the database, made if there is none. Two tabs that make one at the same time use the one that was first.
async fn key_to_seal(storage: &Storage) -> Result<CryptoKey, VaultError> {
    if let Some(value) = find(&storage.values().await?, KEY) {
        match value.dyn_into() {
            Ok(key) => return Ok(key),
            // It would stay for ever.
            Err(_no_key) => storage.write(&[], &[KEY.to_owned()]).await?,
        }
    }
    let algorithm = Object::new();
    set(&algorithm, "name", &ALGORITHM.into());
    set(&algorithm, "length", &KEY_BITS.into());
    let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
    let made = subtle()
        .generate_key_with_object(&algorithm, IS_EXTRACTABLE, &uses)
        .map_err(refused)?;
    let made = JsFuture::from(made).await.map_err(refused)?;
    let added = storage.add(KEY, &made).await;
    match find(&storage.values().await?, KEY).map(JsCast::dyn_into) {
        Some(Ok(key)) => Ok(key),
        _ => Err(added.err().unwrap_or(StorageError::Refused).into()),
    }
}

/// What is kept under that key.
fn find((keys, values): &(Array, Array), name: &str) -> Option<JsValue> {
    let mut kept = keys.iter().zip(values.iter());
    let found = kept.find(|(key, _)| key.as_string().is_some_and(|key| key == name));
    found.map(|(_, value)| value)
}

/// What `encrypt` and `decrypt` want to know.
fn algorithm(nonce: &[u8], bound_to: &str) -> Object {
    let algorithm = Object::new();
    set(&algorithm, "name", &ALGORITHM.into());
    set(&algorithm, "iv", &Uint8Array::from(nonce));
    let bound_to = Uint8Array::from(bound_to.as_bytes());
    set(&algorithm, "additionalData", &bound_to);
    algorithm
}

/// `crypto.subtle` of page or worker; `undefined` where the page is not secure, and then all that is asked of it fails.
fn subtle() -> SubtleCrypto {
    get(&get(&js_sys::global(), "crypto"), "subtle").unchecked_into()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Fails only for what is no object.
    let _set = Reflect::set(object, &name.into(), value);
}

fn refused(_why: JsValue) -> VaultError {
    VaultError::Encryption
}

/// No profile's record has this name.
fn record_of(id: &ProfileId) -> String {
    format!("password of {}", id.0)
}

const KEY: &str = "key";
const ALGORITHM: &str = "AES-GCM";
const KEY_BITS: u32 = 256;
const IS_EXTRACTABLE: bool = false;
/// 96 bits, for which the algorithm is made (NIST SP 800-38D, 5.2.1.1).
const NONCE_LENGTH: usize = 12;
