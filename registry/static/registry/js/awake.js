// Keeps the screen on while the pass is shown, where the phone can. Extra: without it the page is the same.
"use strict";

async function stay() {
  if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // Low battery: the phone decides.
  }
}

document.addEventListener("visibilitychange", stay);
stay();
