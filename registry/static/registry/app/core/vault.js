// Personal data on the phone: each thing one AES-GCM ciphertext under a key that cannot leave this browser.
import { openDB } from "../../vendor/idb/idb.js";
import { isClockKnown, serverNow } from "./clock.js";

export const LASTS_MS = 24 * 3600 * 1000;
const NAME = "safezone";
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const channel = new BroadcastChannel("safezone-vault");
let database = null;
let opened = null; // { person, key }

export class VaultClosed extends Error {
  name = "VaultClosed";
}

// Somebody else's unsent entries are on this phone: nobody but they, or who wipes knowingly, gets past.
export class OtherPerson extends Error {
  name = "OtherPerson";

  constructor(unsent) {
    super(`${unsent} unsent entries of somebody else`);
    this.unsent = unsent;
  }
}

function db() {
  database ??= openDB(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("owner");
      fresh.createObjectStore("things", { keyPath: ["kind", "id"] }).createIndex("kind", "kind");
    },
    blocking() {
      database?.then((open) => open.close());
      database = null;
    },
    terminated() {
      database = null;
    },
  });
  return database;
}

const old = (row) => !row.keep && isClockKnown() && serverNow().getTime() - row.at > LASTS_MS;
const bound = (kind, id) => encoder.encode(JSON.stringify([opened.person, kind, id]));

async function sealed(kind, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bound(kind, id) };
  return { iv, text: await crypto.subtle.encrypt(how, opened.key, encoder.encode(JSON.stringify(value))) };
}

async function unsealed(row) {
  const how = { name: "AES-GCM", iv: row.iv, additionalData: bound(row.kind, row.id) };
  return JSON.parse(decoder.decode(await crypto.subtle.decrypt(how, opened.key, row.text)));
}

async function kept(person) {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const tx = (await db()).transaction("owner", "readwrite");
  let found = await tx.store.get("owner");
  if (!found) await tx.store.put((found = { person, key }), "owner");
  await tx.done;
  return found;
}

function mustBeOpen() {
  if (!opened) throw new VaultClosed("nobody is signed in on this phone");
}

export const vault = {
  // Whose things are on this phone; null when nobody's are.
  async owner() {
    return (await (await db()).get("owner", "owner"))?.person ?? null;
  },

  // The person whose vault is open here, or null.
  get person() {
    return opened?.person ?? null;
  },

  // Opens it for this person; somebody else's is wiped first, but never with unsent entries in it.
  async open(person) {
    if (opened?.person === person) return;
    const owner = await vault.owner();
    if (owner && owner !== person) {
      const unsent = await vault.unsent();
      if (unsent) throw new OtherPerson(unsent);
      await vault.wipe();
    }
    const found = await kept(person);
    if (found.person !== person) throw new OtherPerson(await vault.unsent());
    opened = found;
    await vault.sweep();
  },

  async get(kind, id) {
    mustBeOpen();
    const row = await (await db()).get("things", [kind, id]);
    return row && !old(row) ? unsealed(row) : undefined;
  },

  // `keep` is for what must outlive a day: unsent entries.
  async put(kind, id, value, { keep = false } = {}) {
    mustBeOpen();
    const { person } = opened;
    const row = { kind, id, keep, at: serverNow().getTime(), ...(await sealed(kind, id, value)) };
    const tx = (await db()).transaction(["owner", "things"], "readwrite");
    // Wiped in the meantime, perhaps by another tab: nothing comes after it.
    if ((await tx.objectStore("owner").get("owner"))?.person !== person) throw new VaultClosed("it was wiped");
    await Promise.all([tx.objectStore("things").put(row), tx.done]);
  },

  async all(kind) {
    mustBeOpen();
    const rows = await (await db()).getAllFromIndex("things", "kind", kind);
    return Promise.all(rows.filter((row) => !old(row)).map(unsealed));
  },

  async remove(kind, id) {
    await (await db()).delete("things", [kind, id]);
  },

  // How many unsent entries there are; it needs no key.
  async unsent() {
    return (await (await db()).getAll("things")).filter((row) => row.keep).length;
  },

  // Deletes what is older than a day.
  async sweep() {
    const tx = (await db()).transaction("things", "readwrite");
    for await (const cursor of tx.store) if (old(cursor.value)) cursor.delete();
    await tx.done;
  },

  // Key and things are gone, in every tab.
  async wipe() {
    opened = null;
    const tx = (await db()).transaction(["owner", "things"], "readwrite");
    await Promise.all([tx.objectStore("owner").clear(), tx.objectStore("things").clear(), tx.done]);
    channel.postMessage("wiped");
    for (const told of wipes) told();
  },

  // Calls `told()` when the vault was wiped, here or in another tab.
  onWipe(told) {
    wipes.add(told);
  },
};

const wipes = new Set();
channel.addEventListener("message", () => {
  opened = null;
  for (const told of wipes) told();
});
