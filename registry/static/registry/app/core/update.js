// The service worker, and a new version of the app: it waits until somebody says so, and never interrupts a form.
import { outbox } from "./outbox.js";
import { signal } from "./ui.js";

export const isUpdateWaiting = signal(false);
let registration = null;

export async function register() {
  if (!navigator.serviceWorker) return;
  registration = await registered();
  if (!registration) return;
  if (registration.waiting) isUpdateWaiting.value = Boolean(navigator.serviceWorker.controller);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "replayed" && outbox.refresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
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

function watch(worker) {
  worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && navigator.serviceWorker.controller) isUpdateWaiting.value = true;
  });
}

// Asks the server for a new version.
export const look = () => registration?.update().catch(() => {});

// Somebody wants the new version: it takes over and the page is loaded anew.
export function takeUpdate() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration?.waiting?.postMessage("take over");
}
