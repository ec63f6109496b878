//! The edge, compiled to wasm, in a real browser. All of it in a worker, where the engine lives; so nothing can lean on a
//! `window`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod simulation;
mod vault;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use footfall::browser::port::Port;
use footfall::browser::storage::{self, Storage};
use footfall::browser::timers::Alarm;
use footfall::browser::websocket::{Socket, SocketEvent};
use footfall::browser::worker::{Worker, WorkerError};
use footfall::browser::{clock, zone};
use footfall::link::SocketError;
use footfall::secret::Secret;
use footfall::time::Timestamp;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, BlobPropertyBag, MessageChannel, Url};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn both_clocks_go_on() {
    let before = clock::now();
    TimeoutFuture::new(20).await;
    let after = clock::now();
    assert!(after.monotonic.since(before.monotonic) >= Duration::from_millis(15));
    assert!(after.wall >= before.wall);
    // One origin for page and worker, so both clocks show about the same; a minute leaves room for an adjusted wall.
    let apart = after.wall.as_millis() - after.monotonic.as_millis() as i64;
    assert!(apart.abs() < 60_000, "{apart}");
}

#[wasm_bindgen_test]
async fn an_alarm_rings_once_and_never_early() {
    let rung = Rc::new(RefCell::new(Vec::new()));
    let alarm = Alarm::new({
        let rung = Rc::clone(&rung);
        move || rung.borrow_mut().push(clock::monotonic())
    });
    let due = clock::monotonic().after(Duration::from_millis(30));
    // The second wish replaces the first, also when it is later.
    alarm.set(clock::monotonic());
    alarm.set(due);
    TimeoutFuture::new(120).await;
    let times = rung.borrow().clone();
    assert_eq!(times.len(), 1);
    assert!(times[0] >= due, "{times:?} is before {due:?}");
}

#[wasm_bindgen_test]
async fn a_cleared_and_a_dropped_alarm_are_silent() {
    let rung = Rc::new(RefCell::new(0));
    let ring = || {
        let rung = Rc::clone(&rung);
        move || *rung.borrow_mut() += 1
    };
    let cleared = Alarm::new(ring());
    cleared.set(clock::monotonic());
    cleared.clear();
    let dropped = Alarm::new(ring());
    dropped.set(clock::monotonic());
    drop(dropped);
    let far = Alarm::new(ring());
    // More than setTimeout can count to; it must not ring at once.
    far.set(clock::monotonic().after(Duration::from_secs(40 * 86_400)));
    TimeoutFuture::new(50).await;
    assert_eq!(*rung.borrow(), 0);
}

#[wasm_bindgen_test]
async fn an_alarm_may_set_itself_again_while_it_rings() {
    let alarm: Rc<RefCell<Option<Alarm>>> = Rc::default();
    let rung = Rc::new(RefCell::new(0));
    let ring = {
        let (alarm, rung) = (Rc::clone(&alarm), Rc::clone(&rung));
        move || {
            *rung.borrow_mut() += 1;
            if let Some(alarm) = alarm.borrow().as_ref() {
                alarm.set(clock::monotonic());
            }
        }
    };
    alarm.replace(Some(Alarm::new(ring)));
    if let Some(alarm) = alarm.borrow().as_ref() {
        alarm.set(clock::monotonic());
    }
    TimeoutFuture::new(100).await;
    alarm.replace(None);
    assert!(*rung.borrow() > 1);
}

#[wasm_bindgen_test]
async fn records_are_kept_replaced_and_deleted_in_one_step() {
    let name = "footfall-test-records";
    storage::remove(name).await.unwrap();
    let record = |key: &str, value: &[u8]| (key.to_owned(), value.to_vec());
    {
        let storage = Storage::open(name).await.unwrap();
        assert_eq!(storage.load_all().await, Ok(Vec::new()));
        storage
            .write(
                &[
                    record("a", &[1]),
                    record("b", &[2, 0, 255]),
                    record("c", &[]),
                ],
                &[],
            )
            .await
            .unwrap();
        // Deletes come first, so that a key in both lists is kept.
        storage
            .write(
                &[record("a", &[9])],
                &["a".to_owned(), "b".to_owned(), "never".to_owned()],
            )
            .await
            .unwrap();
    }
    let storage = Storage::open(name).await.unwrap();
    assert_eq!(
        storage.load_all().await,
        Ok(vec![record("a", &[9]), record("c", &[])])
    );
}

#[wasm_bindgen_test]
async fn a_database_that_is_cleared_under_us_says_so() {
    let name = "footfall-test-cleared";
    let storage = Storage::open(name).await.unwrap();
    storage::remove(name).await.unwrap();
    assert_eq!(storage.load_all().await, Err(storage::StorageError::Closed));
    assert_eq!(
        storage.write(&[("a".to_owned(), vec![1])], &[]).await,
        Err(storage::StorageError::Closed)
    );
    let again = storage.open_again().await.unwrap();
    let records = [("a".to_owned(), vec![1])];
    again.write(&records, &[]).await.unwrap();
    assert_eq!(again.load_all().await, Ok(records.to_vec()));
}

/// Else a power cut takes what the page has acknowledged.
#[wasm_bindgen_test]
async fn what_is_stored_lies_on_the_disk() {
    let name = "footfall-test-durable";
    storage::remove(name).await.unwrap();
    let storage = Storage::open(name).await.unwrap();
    js_sys::eval(
        "globalThis.asked = [];
        const begin = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (...how) {
            const begun = begin.apply(this, how);
            asked.push(begun.durability);
            return begun;
        };",
    )
    .unwrap();
    storage
        .write(&[("a".to_owned(), vec![1])], &[])
        .await
        .unwrap();
    let asked = js_sys::eval("asked.join()").unwrap();
    assert_eq!(asked, "strict");
}

#[wasm_bindgen_test]
fn the_browsers_zones_give_offsets_and_the_second_of_each_change() {
    let utc = |iso: &str| Timestamp::from_millis(js_sys::Date::parse(iso) as i64);
    let hours = |zone: &str, iso: &str| {
        let (from, until) = (utc("2015-01-01T00:00:00Z"), utc("2027-01-01T00:00:00Z"));
        f64::from(zone::offsets(zone, from, until).unwrap().at(utc(iso))) / 3600.0
    };
    assert_eq!(hours("Asia/Seoul", "2026-07-01T00:00:00Z"), 9.0);
    assert_eq!(hours("UTC", "2026-07-01T00:00:00Z"), 0.0);
    assert_eq!(hours("Asia/Kathmandu", "2026-07-01T00:00:00Z"), 5.75);
    assert_eq!(hours("America/St_Johns", "2026-01-01T00:00:00Z"), -3.5);
    // New York 2026: forward on 8 March at 07:00Z, back on 1 November at 06:00Z.
    assert_eq!(hours("America/New_York", "2026-03-08T06:59:59Z"), -5.0);
    assert_eq!(hours("America/New_York", "2026-03-08T07:00:00Z"), -4.0);
    assert_eq!(hours("America/New_York", "2026-11-01T05:59:59Z"), -4.0);
    assert_eq!(hours("America/New_York", "2026-11-01T06:00:00Z"), -5.0);
    // Casablanca 2024: summer time all year, but not in Ramadan.
    assert_eq!(hours("Africa/Casablanca", "2024-03-01T00:00:00Z"), 1.0);
    assert_eq!(hours("Africa/Casablanca", "2024-03-20T00:00:00Z"), 0.0);
    assert_eq!(hours("Africa/Casablanca", "2024-05-01T00:00:00Z"), 1.0);

    assert_eq!(
        zone::offsets(
            "Mars/Olympus",
            utc("2026-01-01T00:00:00Z"),
            utc("2026-01-02T00:00:00Z")
        ),
        Err(zone::UnknownZone)
    );
    assert!(zone::is_known("Asia/Seoul") && !zone::is_known("Asia/Soul"));
    assert!(zone::local().is_some());
}

#[wasm_bindgen_test]
async fn a_port_carries_bytes_and_numbers_both_ways() {
    let channel = MessageChannel::new().unwrap();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let here = Port::open(channel.port1(), {
        let heard = Rc::clone(&heard);
        move |bytes, floats| heard.borrow_mut().push((bytes, floats))
    });
    let there = Port::open(channel.port2(), |_bytes, _floats| {});
    there.post(&[1, 2], Some(&[0.5, f32::MAX]));
    there.post(&[], None);
    TimeoutFuture::new(50).await;
    assert_eq!(
        *heard.borrow(),
        [(vec![1, 2], vec![0.5, f32::MAX]), (vec![], vec![])]
    );
    drop(here);
}

#[wasm_bindgen_test]
async fn messages_posted_before_a_worker_listens_are_not_lost() {
    // A worker that takes its time, says that it listens (an empty message), and then sends everything back.
    let script = script(
        "await new Promise((done) => setTimeout(done, 100));
         onmessage = (event) => postMessage(event.data);
         postMessage([]);",
    );
    let heard: Rc<RefCell<Vec<Vec<u8>>>> = Rc::default();
    let worker = Worker::start(
        &script,
        {
            let heard = Rc::clone(&heard);
            move |bytes, _floats| heard.borrow_mut().push(bytes)
        },
        |error| panic!("{error}"),
    )
    .unwrap();
    worker.post(vec![1], None);
    worker.post(vec![2], Some(vec![1.0]));
    until(|| heard.borrow().len() == 2).await;
    worker.post(vec![3], None);
    until(|| heard.borrow().len() == 3).await;
    assert_eq!(*heard.borrow(), [vec![1], vec![2], vec![3]]);
}

/// Firefox stops a script amid such a call when the reader leaves the page, and what comes after finds all as it was then.
#[wasm_bindgen_test]
async fn something_may_be_posted_amid_a_call_that_posts() {
    let heard: Rc<RefCell<Vec<Vec<u8>>>> = Rc::default();
    let echo = script("onmessage = (event) => postMessage(event.data); postMessage([]);");
    let hear = {
        let heard = Rc::clone(&heard);
        move |bytes, _floats| heard.borrow_mut().push(bytes)
    };
    let worker = Rc::new(Worker::start(&echo, hear, |error| panic!("{error}")).unwrap());
    worker.post(vec![1], None);
    until(|| heard.borrow().len() == 1).await;

    let amid = Closure::once_into_js({
        let worker = Rc::clone(&worker);
        move || worker.post(vec![2], None)
    });
    let interpose = Function::new_with_args(
        "amid",
        "const post = Worker.prototype.postMessage;
         Worker.prototype.postMessage = function (...all) {
             Worker.prototype.postMessage = post;
             amid();
             post.apply(this, all);
         };",
    );
    interpose.call1(&JsValue::NULL, &amid).unwrap();
    worker.post(vec![3], None);
    until(|| heard.borrow().len() == 3).await;
    assert_eq!(*heard.borrow(), [vec![1], vec![2], vec![3]]);
}

#[wasm_bindgen_test]
async fn a_worker_that_does_not_load_and_one_that_crashes_are_told_apart() {
    let failed: Rc<RefCell<Option<WorkerError>>> = Rc::default();
    let start = |script: &str| {
        let failed = Rc::clone(&failed);
        let fail = move |error| {
            failed.replace(Some(error));
        };
        Worker::start(script, |_bytes, _floats| {}, fail).unwrap()
    };
    let origin = js_sys::Reflect::get(&js_sys::global(), &"origin".into()).unwrap();
    let _missing = start(&format!("{}/nothing.js", origin.as_string().unwrap()));
    until(|| failed.borrow().is_some()).await;
    assert!(matches!(failed.take(), Some(WorkerError::NotLoaded(_))));

    let worker = start(&script(
        "onmessage = () => { throw new Error('as if a machine stopped'); }; postMessage([]);",
    ));
    worker.post(vec![1], None);
    until(|| failed.borrow().is_some()).await;
    let crash = failed.take();
    assert!(
        matches!(&crash, Some(WorkerError::Crashed(words)) if words.contains("as if a machine")),
        "{crash:?}"
    );
}

#[wasm_bindgen_test]
async fn a_socket_that_cannot_be_says_why() {
    assert_eq!(
        Socket::open(
            &Secret::new("ws://[not-an-address".to_owned()),
            "mqtt",
            |_event| {}
        )
        .err(),
        Some(SocketError::RefusedByConstructor)
    );
    let heard: Rc<RefCell<Vec<SocketEvent>>> = Rc::default();
    let socket = Socket::open(
        // Nobody listens there.
        &Secret::new("ws://127.0.0.1:47999/mqtt".to_owned()),
        "mqtt",
        {
            let heard = Rc::clone(&heard);
            move |event| heard.borrow_mut().push(event)
        },
    );
    until(|| !heard.borrow().is_empty()).await;
    // Long enough that a second event would have come.
    TimeoutFuture::new(400).await;
    assert_eq!(
        *heard.borrow(),
        [SocketEvent::Failed(SocketError::BeforeOpen)]
    );
    drop(socket);
}

/// A module script as an address.
fn script(text: &str) -> String {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let parts = Array::of1(&JsValue::from(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).unwrap();
    Url::create_object_url_with_blob(&blob).unwrap()
}

#[wasm_bindgen_test]
fn a_simulated_day_is_the_same_as_natively() {
    simulation::a_simulated_day_is_the_same_in_every_build();
}

/// Waits for what events bring, two seconds at most.
async fn until(done: impl Fn() -> bool) {
    for _ in 0..100 {
        if done() {
            return;
        }
        TimeoutFuture::new(20).await;
    }
    panic!("it did not come within two seconds");
}
