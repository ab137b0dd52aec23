// In the service worker: sends the outbox when the browser says that there is a network, with no page open.
import { onSignedOut } from "./api.js";
import { outbox } from "./outbox.js";
import { vault } from "./vault.js";

onSignedOut((code) => code === "signed_out" && vault.wipe());

async function resend() {
  const owner = await vault.owner();
  if (!owner) return;
  await vault.open(owner);
  await outbox.replay();
  if (outbox.stopped.value === "later") throw new Error("later"); // the browser tries again by itself
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(resend());
});
