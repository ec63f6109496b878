// Starts the engine in a worker and gives it the worker's own port.
import init, { serve } from "./engine.js";

// A promise that fails in a worker is silent for the page; an error is not.
self.addEventListener("unhandledrejection", (event) => reportError(event.reason));

await init();
serve(self);
