// Who works on this phone: known for a day without the network, asked of the server whenever it can be reached.
import { get, heard, isAnybody, onSignedOut, reached, sendForm, Unreachable } from "./api.js";
import { forget, read, write } from "./local.js";
import { outbox } from "./outbox.js";
import { batch, computed, effect, signal } from "./ui.js";
import { OtherPerson, vault } from "./vault.js";
import { language, setLanguage } from "./words.js";

const KIND = "session";
const LOOK_MS = 60_000;
const TELL_MS = 10_000;

export const me = signal(null);
export const zone = signal(null);
export const shift = signal(null);
// What the last call showed; before the first one, what the browser thinks.
export const isOnline = computed(() => reached.value ?? navigator.onLine);
// Whether a form has been begun that a reload would lose.
export const dirty = signal(false);
// Why the screens cannot go on: "" | "sign_in" | "wiped" | "other_person"; `unsent` of the other person's entries.
export const trouble = signal({ code: "", unsent: 0 });
export const ready = signal(false);

export const signInAddress = () => `/login/?next=${encodeURIComponent(`/app/${location.hash}`)}`;

// Shows what this phone knows, then asks the server; it returns as soon as the phone's own is shown.
export async function start() {
  navigator.storage?.persist?.();
  await settleSignOut();
  await remembered();
  ready.value = true;
  check();
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  addEventListener("online", look);
}

async function remembered() {
  const owner = await vault.owner();
  if (!owner) return;
  await vault.open(owner);
  const [who, where, since] = await Promise.all(["me", "zone", "shift"].map((id) => vault.get(KIND, id)));
  batch(() => {
    me.value = who ?? null;
    zone.value = where ?? null;
    shift.value = since ?? null;
  });
  await outbox.refresh();
}

// Old things go while the app stands open, and the server is asked who this is.
async function look() {
  await vault.sweep();
  if (vault.person && me.value && !(await vault.get(KIND, "me"))) forgetPerson();
  await check();
}

// Asks the server who is signed in; true when it is the person of this phone.
export async function check() {
  try {
    await settleSignOut();
    if (!vault.person && !(await isAnybody())) return false;
    const { status, data } = await get("/me");
    return status === 200 && (await welcome(data));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return false;
  }
}

async function welcome(person) {
  try {
    await vault.open(person.id);
  } catch (error) {
    if (!(error instanceof OtherPerson)) throw error;
    trouble.value = { code: "other_person", unsent: error.unsent };
    return false;
  }
  await vault.put(KIND, "me", person);
  if (!read("language")) await setLanguage(person.language);
  batch(() => {
    me.value = person;
    trouble.value = { code: "", unsent: 0 };
  });
  await outbox.refresh();
  outbox.replay();
  return true;
}

// The server does not know who asks. A sign-in that somebody has ended takes the phone's data with it.
onSignedOut(async (code) => {
  if (code !== "signed_out") {
    trouble.value = { code: "sign_in", unsent: 0 };
    return;
  }
  const unsent = await vault.unsent();
  await vault.wipe();
  trouble.value = { code: "wiped", unsent };
});

function forgetPerson() {
  batch(() => {
    me.value = null;
    zone.value = null;
    shift.value = null;
    dirty.value = false;
  });
}

vault.onWipe(forgetPerson);

// Signs out and wipes, entries that were not sent included: who calls it has asked before. Without a network the
// server is told as soon as it can be reached.
// With `keep`, the one who is signed in leaves, and what is on the phone stays with whom it belongs to.
export async function signOut({ keep: keeps = false } = {}) {
  write("sign_out_owed", "1");
  if (!keeps) await vault.wipe();
  trouble.value = { code: "sign_in", unsent: 0 };
  await settleSignOut();
}

// Takes the phone over from somebody whose unsent entries are on it; who calls it has warned of that.
export async function takeOver() {
  await vault.wipe();
  return check();
}

async function settleSignOut() {
  if (!read("sign_out_owed")) return;
  try {
    if (await sendForm("/logout/")) forget("sign_out_owed");
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}

function keep(id, kept) {
  effect(() => {
    const value = kept.value;
    if (!ready.value || !vault.person) return;
    if (value === null) vault.remove(KIND, id);
    else vault.put(KIND, id, value).catch(() => {});
  });
}
keep("zone", zone);
keep("shift", shift);

// The pages and the API's sentences follow the language of the app; asked for at most every so often.
let toldMs = 0;
effect(() => {
  const isOther = heard.value && heard.value !== language.value;
  if (!isOther || !reached.value || Date.now() - toldMs < TELL_MS) return;
  toldMs = Date.now();
  sendForm("/language/", { language: language.peek() }).catch(() => {});
});
