//! Keeps records (a key and bytes) in the browser, in one IndexedDB database a store.
//!
//! Every failure is an error to be shown, none stops the page: private windows, sandboxed frames, a full disk and a user
//! who cleared the site's data are all normal.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbTransaction, IdbTransactionMode,
};

/// Why something is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The browser keeps nothing for this page: a private window, a sandboxed frame, a setting.
    #[error("the browser keeps nothing for this page")]
    Unavailable,
    /// No room is left.
    #[error("the browser's storage is full")]
    Full,
    /// The database was closed under us, by the user's "clear site data", a disk that failed, or a newer page.
    #[error("the browser closed the database")]
    Closed,
    /// Anything else the browser said no to.
    #[error("the browser refused the storage request")]
    Refused,
}

/// One database with one table of records.
pub struct Storage {
    name: String,
    database: IdbDatabase,
    _on_version_change: Closure<dyn FnMut()>,
}

impl Storage {
    /// Opens or creates the database of that name. Names are shared by all pages of one origin.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] where there is no storage.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let request = factory()?
            .open_with_u32(name, VERSION)
            .map_err(|_refusal| StorageError::Unavailable)?;
        let on_upgrade = Closure::once({
            let request = request.clone();
            move || create_table(&request)
        });
        request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
        let database: IdbDatabase = finished(&request)
            .await
            .map_err(|_refusal| StorageError::Unavailable)?
            .unchecked_into();

        // A page that deletes or upgrades the database waits until we let go of it.
        let on_version_change = Closure::<dyn FnMut()>::new({
            let database = database.clone();
            move || database.close()
        });
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Ok(Self {
            name: name.to_owned(),
            database,
            _on_version_change: on_version_change,
        })
    }

    /// Opens it again, after it was closed under us.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub async fn open_again(&self) -> Result<Self, StorageError> {
        Self::open(&self.name).await
    }

    /// Every record, by key.
    ///
    /// # Errors
    /// [`StorageError::Closed`] or [`StorageError::Refused`].
    pub async fn load_all(&self) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let (keys, values) = self.ask_all()?;
        let keys: Array = finished(&keys).await?.unchecked_into();
        let values: Array = finished(&values).await?.unchecked_into();
        Ok(keys
            .iter()
            .zip(values.iter())
            .filter_map(|(key, value)| {
                Some((
                    key.as_string()?,
                    value.dyn_into::<Uint8Array>().ok()?.to_vec(),
                ))
            })
            .collect())
    }

    /// Every key, and for each what is kept under it, also what is no bytes.
    pub(super) async fn values(&self) -> Result<(Array, Array), StorageError> {
        let (keys, values) = self.ask_all()?;
        let keys = finished(&keys).await?;
        let values = finished(&values).await?;
        Ok((keys.unchecked_into(), values.unchecked_into()))
    }

    /// Keeps a value, unless there is one of that key.
    pub(super) async fn add(&self, key: &str, value: &JsValue) -> Result<(), StorageError> {
        let (transaction, table) = self.transaction(IdbTransactionMode::Readwrite)?;
        table.add_with_key(value, &key.into()).map_err(reason)?;
        complete(&transaction).await
    }

    /// Writes and deletes, all of it or nothing.
    ///
    /// # Errors
    /// [`StorageError::Full`], [`StorageError::Closed`] or [`StorageError::Refused`].
    pub async fn write(
        &self,
        puts: &[(String, Vec<u8>)],
        deletes: &[String],
    ) -> Result<(), StorageError> {
        if puts.is_empty() && deletes.is_empty() {
            return Ok(());
        }
        let (transaction, table) = self.transaction(IdbTransactionMode::Readwrite)?;
        for key in deletes {
            table.delete(&key.into()).map_err(reason)?;
        }
        for (key, value) in puts {
            table
                .put_with_key(&Uint8Array::from(value.as_slice()), &key.into())
                .map_err(reason)?;
        }
        // It must not wait for us: one of a tab that is frozen meanwhile would keep the next writer waiting. A browser that
        // cannot be told so does it when all is written.
        #[expect(deprecated, reason = "no other call does it")]
        let _told = transaction.commit();
        complete(&transaction).await
    }

    /// All keys and all values, in one transaction, so that they name the same records.
    fn ask_all(&self) -> Result<(IdbRequest, IdbRequest), StorageError> {
        let (_, table) = self.transaction(IdbTransactionMode::Readonly)?;
        let keys = table.get_all_keys().map_err(reason)?;
        let values = table.get_all().map_err(reason)?;
        Ok((keys, values))
    }

    fn transaction(
        &self,
        mode: IdbTransactionMode,
    ) -> Result<(IdbTransaction, IdbObjectStore), StorageError> {
        let database = self.database.unchecked_ref::<Database>();
        let options = Object::new();
        // Complete is then what lies on the disk, and not what was handed to the system. Setting fails only for what is no
        // object.
        let _set = Reflect::set(&options, &"durability".into(), &"strict".into());
        let transaction = database
            .transaction(TABLE, mode, &options)
            .map_err(reason)?;
        let table = transaction.object_store(TABLE).map_err(reason)?;
        Ok((transaction, table))
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// Removes the database of that name with everything in it.
///
/// # Errors
/// [`StorageError::Unavailable`] where there is no storage.
pub async fn remove(name: &str) -> Result<(), StorageError> {
    let request = factory()?.delete_database(name).map_err(reason)?;
    finished(&request).await.map(|_nothing| ())
}

/// `indexedDB` of page or worker. Absent, `null`, or a getter that throws: all of them exist.
pub(super) fn factory() -> Result<IdbFactory, StorageError> {
    Reflect::get(&js_sys::global(), &"indexedDB".into())
        .ok()
        .and_then(|factory| factory.dyn_into().ok())
        .ok_or(StorageError::Unavailable)
}

fn create_table(request: &IdbOpenDbRequest) {
    if let Ok(database) = request.result() {
        // Fails only where it exists already, which is as good.
        let _exists = database
            .unchecked_into::<IdbDatabase>()
            .create_object_store(TABLE);
    }
}

/// The request's result, when it has one.
async fn finished(request: &IdbRequest) -> Result<JsValue, StorageError> {
    let settled = promise(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    });
    match JsFuture::from(settled).await {
        Ok(_event) => request.result().map_err(reason),
        Err(_event) => Err(named(request.error().ok().flatten())),
    }
}

/// A transaction has happened when it says so, not when its last request has succeeded.
async fn complete(transaction: &IdbTransaction) -> Result<(), StorageError> {
    let settled = promise(|resolve, reject| {
        transaction.set_oncomplete(Some(resolve));
        transaction.set_onabort(Some(reject));
    });
    match JsFuture::from(settled).await {
        Ok(_event) => Ok(()),
        Err(_event) => Err(named(transaction.error())),
    }
}

fn promise(mut listen: impl FnMut(&Function, &Function)) -> Promise {
    Promise::new(&mut |resolve, reject| listen(&resolve, &reject))
}

fn reason(thrown: JsValue) -> StorageError {
    named(thrown.dyn_into().ok())
}

fn named(exception: Option<DomException>) -> StorageError {
    match exception.map(|exception| exception.name()).as_deref() {
        Some("QuotaExceededError") => StorageError::Full,
        Some("InvalidStateError") => StorageError::Closed,
        Some("SecurityError") => StorageError::Unavailable,
        _ => StorageError::Refused,
    }
}

#[wasm_bindgen]
extern "C" {
    // `web_sys` has no options among its stable types.
    #[wasm_bindgen(extends = IdbDatabase, typescript_type = "IDBDatabase")]
    type Database;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Database,
        table: &str,
        mode: IdbTransactionMode,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// The table never changes its shape: what a record holds, its own version says.
const VERSION: u32 = 1;
const TABLE: &str = "records";
