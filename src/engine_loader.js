// Starts the engine in a worker and gives it the worker's own port.
import init, { serve } from "./footfall.js";

// A promise that fails in a worker is silent for the page; an error is not.
self.addEventListener("unhandledrejection", (event) => reportError(event.reason));

// The page's first message is the wasm that it has compiled already.
const module = await new Promise((resolve) => {
  self.onmessage = (event) => resolve(event.data);
});
await init({ module_or_path: module });
serve(self);
