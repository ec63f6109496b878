//! Turns "before the next picture" into one call, however often it is asked for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::window;

/// Calls once before the browser paints next. Never while the page is hidden: then it calls when the page is seen again.
/// Dropping it silences it.
pub struct Frame {
    asked: Rc<Cell<Option<i32>>>,
    callback: Closure<dyn FnMut()>,
}

impl Frame {
    /// A frame that is not asked for yet.
    pub fn new(draw: impl FnMut() + 'static) -> Self {
        let asked = Rc::new(Cell::new(None));
        let draw = RefCell::new(draw);
        let callback = Closure::<dyn FnMut()>::new({
            let asked = Rc::clone(&asked);
            move || {
                // First, so that what is drawn now may ask for the next one.
                asked.set(None);
                if let Ok(mut draw) = draw.try_borrow_mut() {
                    draw();
                }
            }
        });
        Self { asked, callback }
    }

    /// Asks for the next frame, if it is not asked for already.
    pub fn ask(&self) {
        if self.asked.get().is_none() {
            let asked = window().and_then(|window| {
                window
                    .request_animation_frame(self.callback.as_ref().unchecked_ref())
                    .ok()
            });
            self.asked.set(asked);
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let (Some(asked), Some(window)) = (self.asked.get(), window()) {
            // Fails only without a window.
            let _cancelled = window.cancel_animation_frame(asked);
        }
    }
}
