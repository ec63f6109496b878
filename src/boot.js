// Asks which build is current and starts it. This file and index.html may be cached for long: both know no build.

const start = document.getElementById("start");

// Which file failed, for the message.
class Failure extends Error {
  constructor(file, cause) {
    super(`${file}: ${cause}`);
    this.file = file;
  }
}

async function load(file, options) {
  let response;
  try {
    response = await fetch(file, options);
  } catch (cause) {
    throw new Failure(file, cause);
  }
  if (!response.ok) throw new Failure(file, response.status);
  return response;
}

function style(file) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = file;
    link.onload = resolve;
    link.onerror = () => reject(new Failure(file, "not loaded"));
    document.head.append(link);
  });
}

async function current() {
  const response = await load("build.json", { cache: "no-store" });
  try {
    return (await response.json()).build;
  } catch (cause) {
    throw new Failure("build.json", cause);
  }
}

async function boot() {
  const folder = await current();
  const script = `${folder}/footfall.js`;
  const [footfall, wasm] = await Promise.all([
    import(`./${script}`).catch((cause) => { throw new Failure(script, cause); }),
    load(`${folder}/footfall_bg.wasm`),
    style(`${folder}/footfall.css`),
    // What src/ui/asked.rs shows.
    /[?&](kiosk|view|cycle)=/.test(location.search) && style(`${folder}/asked.css`),
  ]);
  // Where workers are forbidden, the page carries the engine on its own thread (src/browser/worker.rs): a copy of the
  // script, with memory of its own, so that an engine that stops leaves the page alive.
  globalThis.footfallEngine = async (port, module) => {
    const engine = await import(`./${folder}/engine_here.js`);
    await engine.default({ module_or_path: module });
    engine.serve(port);
  };
  await footfall.default({ module_or_path: wasm });
  footfall.show((file) => fail(new Failure(`${folder}/${file}`, "not loaded")));
}

function say(language, text) {
  const paragraph = document.createElement("p");
  paragraph.lang = language;
  paragraph.textContent = text;
  return paragraph;
}

// An unattended screen must come back by itself. Reloading while the server is away would leave the browser's own error
// page, which never comes back; so first see that build.json can be had.
const RETRY_MS = 5_000;

async function retry() {
  try {
    await current();
    location.reload();
  } catch {
    setTimeout(retry, RETRY_MS);
  }
}

function fail(failure) {
  console.error(failure);
  if (start) {
    start.replaceChildren(
      ...(failure instanceof Failure
        ? [
            say("en", `Footfall could not start: the file ${failure.file} is missing or cannot be read. It tries again by itself.`),
            say("ko", `Footfall을 시작하지 못했습니다. ${failure.file} 파일이 없거나 읽을 수 없습니다. 자동으로 다시 시도합니다.`),
          ]
        : [
            say("en", `Footfall could not start in this browser (${failure}). It tries again by itself.`),
            say("ko", `이 브라우저에서 Footfall을 시작하지 못했습니다(${failure}). 자동으로 다시 시도합니다.`),
          ]),
    );
  }
  setTimeout(retry, RETRY_MS);
}

boot().catch(fail);
