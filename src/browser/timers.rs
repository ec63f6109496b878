//! Turns "wake me then" into one call, not before its time.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;

use super::clock;
use crate::time::Monotonic;

/// One alarm that can be set again and again; a new wish replaces the former one. Dropping it silences it.
///
/// Worker and page alike; but a hidden page's timers run as rarely as once a minute, a worker's do not.
pub struct Alarm(Rc<Bell>);

struct Bell {
    due: Cell<Option<Monotonic>>,
    timeout: RefCell<Option<Timeout>>,
    ring: RefCell<Box<dyn FnMut()>>,
}

impl Alarm {
    /// An alarm that is not set.
    pub fn new(ring: impl FnMut() + 'static) -> Self {
        Self(Rc::new(Bell {
            due: Cell::new(None),
            timeout: RefCell::new(None),
            ring: RefCell::new(Box::new(ring)),
        }))
    }

    /// Rings once at that instant; at the browser's next opportunity if it has passed.
    pub fn set(&self, due: Monotonic) {
        if self.0.due.replace(Some(due)) != Some(due) {
            self.0.wind(due);
        }
    }

    /// Does not ring any more, until it is set again.
    pub fn clear(&self) {
        self.0.due.set(None);
        self.0.timeout.replace(None);
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Bell {
    fn wind(self: &Rc<Self>, due: Monotonic) {
        let wait = due.since(clock::monotonic()).as_millis();
        let wait = u32::try_from(wait).unwrap_or(LONGEST_MS).min(LONGEST_MS);
        let bell: Weak<Self> = Rc::downgrade(self);
        let timeout = Timeout::new(wait, move || {
            if let Some(bell) = bell.upgrade() {
                bell.wake();
            }
        });
        // The former one is cancelled by being dropped.
        self.timeout.replace(Some(timeout));
    }

    fn wake(self: &Rc<Self>) {
        match self.due.get() {
            // Rounded down by the browser, or longer than it can wait at once.
            Some(due) if clock::monotonic() < due => self.wind(due),
            Some(_) => {
                self.due.set(None);
                // A bell that is rung while it rings would be rung from within its own call; that cannot be.
                if let Ok(mut ring) = self.ring.try_borrow_mut() {
                    ring();
                }
            }
            None => {}
        }
    }
}

/// `setTimeout` counts in 31 bits; above, it would fire at once.
const LONGEST_MS: u32 = i32::MAX as u32;
