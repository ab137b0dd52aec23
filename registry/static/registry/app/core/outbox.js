// What is to be sent, in order, each once: kept sealed until the server has answered, whatever happens to the page.
import { get, post, Unreachable } from "./api.js";
import { serverNow, uuid7 } from "./clock.js";
import { batch, computed, signal } from "./ui.js";
import { vault, VaultClosed } from "./vault.js";

const KIND = "outbox";
const channel = new BroadcastChannel("safezone-outbox");
const AGAIN_S = [5, 15, 30, 60];
const AFTER_OTHERS_S = 2;
// Refusals that say nothing about the entry itself: it is sent again as it is.
const PASSING = new Set(["still_running", "csrf_failed", "too_many"]);

const entries = signal([]);
// Why nothing is being sent: "" | "sign_in" | "other_person" | "later"
const stopped = signal("");
const unsent = computed(() => entries.value.filter((entry) => entry.state !== "sent").length);
const menders = new Map();
let timer = 0;
let failures = 0;

// One at a time over all tabs; without locks (old Safari) within this tab.
async function locked(name, options, work) {
  if (navigator.locks) return navigator.locks.request(`safezone-${name}`, options, work);
  const before = queues.get(name) ?? Promise.resolve();
  if (options.ifAvailable && busy.has(name)) return work(null);
  busy.add(name);
  const done = before.then(() => work({})).finally(() => busy.delete(name));
  queues.set(name, done.catch(() => {}));
  return done;
}
const queues = new Map();
const busy = new Set();

const stored = async () => (await vault.all(KIND)).sort((a, b) => a.n - b.n);

async function refresh() {
  entries.value = vault.person ? await stored() : [];
}

async function save(entry) {
  await vault.put(KIND, entry.id, entry, { keep: entry.state !== "sent" });
  await refresh();
  channel.postMessage("changed");
}

// Entries
async function add({ path, body, kind, label = "", after = null }) {
  if (!vault.person) throw new VaultClosed("nobody is signed in on this phone");
  const entry = await locked("outbox-order", {}, async () => {
    const n = Math.max(0, ...(await stored()).map((one) => one.n)) + 1;
    const at = serverNow().toISOString();
    const fresh = { id: uuid7(), key: uuid7(), n, path, body, kind, label, after, state: "waiting", problem: null, at };
    await save(fresh);
    return fresh;
  });
  replay();
  return entry;
}

// A refused entry once more, mended: a new deed with a new key at its old place.
async function mend(id, body) {
  const entry = await locked("outbox", {}, async () => {
    const found = await vault.get(KIND, id);
    if (!found || found.state === "sent") return null;
    const mended = { ...found, key: uuid7(), body: body ?? found.body, state: "waiting", problem: null };
    await save(mended);
    return mended;
  });
  replay();
  return entry;
}

// An entry is given up, and with it what would follow on it; gives the ids of all that are gone.
async function drop(id) {
  return locked("outbox", {}, async () => {
    const gone = [id, ...dependents(id, await stored())];
    for (const one of gone) await vault.remove(KIND, one);
    await refresh();
    channel.postMessage("changed");
    return gone;
  });
}

function dependents(id, all) {
  const next = all.filter((entry) => followed(entry).includes(id) && entry.state !== "sent");
  return next.flatMap((entry) => [entry.id, ...dependents(entry.id, all)]);
}

const followed = (entry) => [entry.after ?? []].flat();

// Says how a refused entry of a kind is mended: `open(entry)` shows its form again with what was typed.
function mender(kind, open) {
  menders.set(kind, open);
}

// Sending
async function replay() {
  if (!vault.person) return;
  clearTimeout(timer);
  try {
    // Somebody else is sending; a look afterwards, for what was added too late for them.
    await locked("outbox", { ifAvailable: true }, (lock) => (lock ? sendAll() : again(AFTER_OTHERS_S)));
  } catch (error) {
    if (error instanceof VaultClosed) return; // wiped while it was being sent
    if (!(error instanceof Unreachable)) throw error;
    later(error.retryAfterS);
    if (!error.status) askForSync();
  }
}

async function sendAll() {
  await refresh();
  if (!nextToSend(entries.value)) return;
  if (!(await isStillOwner())) return;
  stopped.value = "";
  for (let entry = nextToSend(entries.value); entry; entry = nextToSend(entries.value)) {
    if (!(await sendOne(entry))) return;
    failures = 0;
  }
}

// The session may be somebody else's by now: their name must not stand under this person's entries.
async function isStillOwner() {
  const { status, data } = await get("/me");
  if (status === 200 && data.id === vault.person) return true;
  stopped.value = status === 200 ? "other_person" : "sign_in";
  return false;
}

function nextToSend(all) {
  const open = new Set(all.filter((entry) => entry.state !== "sent").map((entry) => entry.id));
  return all.find((e) => ["waiting", "sending"].includes(e.state) && !followed(e).some((id) => open.has(id)));
}

async function sendOne(entry) {
  await save({ ...entry, state: "sending" });
  let answer;
  try {
    answer = await post(entry.path, entry.body, { key: entry.key });
  } catch (error) {
    await save({ ...entry, state: "waiting" });
    throw error;
  }
  return settle(entry, answer);
}

// Notes what the server said; true when the next may be sent.
async function settle(entry, { status, data, problem, retryAfterS }) {
  if (status === 401) return stop(entry, "sign_in");
  if (problem && (status === 429 || PASSING.has(problem.code))) {
    await save({ ...entry, state: "waiting" });
    later(retryAfterS);
    return false;
  }
  if (problem) {
    await save({ ...entry, state: "refused", problem });
    return true;
  }
  // What was typed is not needed any more.
  await save({ ...entry, state: "sent", body: null, problem: null, answer: data, sentAt: serverNow().toISOString() });
  for (const told of watchers) told(entry, data);
  return true;
}

async function stop(entry, why) {
  if (vault.person) await save({ ...entry, state: "waiting" });
  stopped.value = why;
  return false;
}

function later(retryAfterS) {
  stopped.value = "later";
  const wait = retryAfterS ?? AGAIN_S[Math.min(failures, AGAIN_S.length - 1)];
  failures += 1;
  again(wait);
}

function again(waitS) {
  clearTimeout(timer);
  timer = setTimeout(replay, waitS * 1000);
}

// Without a network the browser itself wakes the worker when there is one again, even with no page open.

async function askForSync() {
  try {
    const ready = await navigator.serviceWorker?.ready;
    await ready?.sync?.register("outbox");
  } catch {
    // No Background Sync here: the next start, the next `online` or the timer does it.
  }
}

const watchers = new Set();

// Calls `told(entry, data)` when an entry was taken by the server, in this tab.
function onSent(told) {
  watchers.add(told);
}

channel.addEventListener("message", refresh);
vault.onWipe(() => batch(() => ((entries.value = []), (stopped.value = ""))));
if (globalThis.document) {
  addEventListener("online", () => replay());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && replay());
}

export { entries };
// Ids of the entries that would be given up with this one.
const followers = (id) => dependents(id, entries.value);

export const outbox = {
  add, drop, entries, followers, mend, mender, menders, onSent, refresh, replay, stopped, unsent,
};
