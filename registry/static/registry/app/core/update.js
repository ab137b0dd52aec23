// The service worker, and a new version of the app: it waits until somebody says so, and never interrupts a form.
import { outbox } from "./outbox.js";
import { signal } from "./ui.js";

export const isUpdateWaiting = signal(false);
const AGAIN_MS = 15_000;
let registration = null;
let again = null;

export function register() {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "replayed" && outbox.refresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  addEventListener("online", look);
  navigator.serviceWorker.ready.then(claimed);
  return keep();
}

// Until the worker has the whole shell: on a bad network the first try often fails, and the browser makes no second.
async function keep() {
  clearTimeout(again);
  registration = await registered();
  if (!registration) return later();
  if (registration.waiting) isUpdateWaiting.value = Boolean(navigator.serviceWorker.controller);
  registration.addEventListener("updatefound", found);
  found();
}

function later() {
  clearTimeout(again);
  again = setTimeout(keep, AGAIN_MS);
}

// A page that was being loaded while the worker began belongs to none: without a network its later files would not come.
function claimed({ active }) {
  if (!navigator.serviceWorker.controller) active.postMessage("claim");
}

// As a module, so that it can send the outbox by itself; as a script where that is not known.
async function registered() {
  const options = { scope: "/app/", updateViaCache: "none" };
  try {
    return await navigator.serviceWorker.register("/app/sw.js", { type: "module", ...options });
  } catch {
    return navigator.serviceWorker.register("/app/sw.js?classic=1", options).catch(() => null);
  }
}

function found() {
  const worker = registration.installing;
  worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && navigator.serviceWorker.controller) isUpdateWaiting.value = true;
    if (worker.state === "redundant" && !registration.active) later();
  });
}

// Asks the server for a new version, or for the first one.
export const look = () => (registration?.active ? registration.update().catch(() => {}) : keep());

// Somebody wants the new version: it takes over and the page is loaded anew.
export function takeUpdate() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration?.waiting?.postMessage("take over");
}
