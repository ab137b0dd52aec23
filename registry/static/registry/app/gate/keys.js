/** What this phone takes along to the gate, sealed in the vault for a day: keys, status lists, plate secret, journeys. */
import { get, Unreachable } from "../core/api.js";
import { read as readLocal, write as writeLocal } from "../core/local.js";
import { signal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { PassError } from "./errors.js";
import { fromHex, keyring, toHex } from "./keyring.js";
import { clock } from "./now.js";
import { isStale, readList } from "./statuslist.js";

const KIND = "gate";
// Taking the pack is a reading that is written down: not more often than it is of use.
const PACK_AFTER_S = 15 * 60;
const LISTS_AFTER_S = 5 * 60;

const NOTHING = { keys: null, listKeys: null, withdrawn: new Set(), lists: new Map(), pack: null, keysAt: 0, packAt: 0 };

/** What is here now; `trouble` is the code of a list that was refused. */
export const here = signal(NOTHING);

/** All that `look` needs, by the clock of this moment. */
export const kept = () => ({ ...here.value, clock: clock() });

/** When the oldest of what a verdict hangs on was issued, in seconds; null when something is missing. */
export function issuedAt({ keys, lists } = here.value) {
  const issued = [...lists.values()].map((list) => list.issuedAt);
  return keys && issued.length ? Math.min(...issued) : null;
}

/** Whether nothing that is here can make a pass good: no keys, no list, or one that is a day old. */
export function cannotSay({ keys, lists } = here.value, { atS } = clock()) {
  return !keys || !lists.size || [...lists.values()].some((list) => isStale(list, atS));
}

async function recall() {
  if (!vault.person) return forget();
  const [keys, lists, pack] = await Promise.all(["keys", "lists", "pack"].map((id) => vault.get(KIND, id)));
  const rings = keys ? await ringsOf(keys.rows) : {};
  const found = lists && rings.listKeys ? await opened(lists, rings.listKeys) : new Map();
  here.value = {
    ...NOTHING, ...rings, lists: found, keysAt: keys?.atS ?? 0, pack: pack?.pack ?? null, packAt: pack?.atS ?? 0,
  };
}

/** Nothing is here any more. */
export function forget() {
  here.value = NOTHING;
}

async function ringsOf(rows) {
  const withdrawn = new Set(rows.filter((row) => row.state === "withdrawn").map((row) => row.kid));
  return { keys: await keyring(rows, "pass"), listKeys: await keyring(rows, "status_list"), withdrawn };
}

/** The lists by their numbers, each read as if it had just come. */
async function opened(lists, keys) {
  const found = new Map();
  for (const [number, bytes] of Object.entries(lists)) {
    const list = await readList(fromHex(bytes), keys, clock().atS, newestSeen(number)).catch(refusal);
    if (list?.listId === Number(number)) found.set(list.listId, list);
  }
  return found;
}

function refusal(error) {
  if (!(error instanceof PassError)) throw error;
  return null;
}

// The greatest sequence of each list outlives the lists: an older one does not know of yesterday's revocation.
const newestSeen = (number) => Number(readLocal(`gate_list_${number}`) ?? 0) || null;

// One after the other: what came last is what stays.
let before = Promise.resolve();

function inTurn(work) {
  const done = before.then(work);
  before = done.catch(() => {});
  return done;
}

/** Show what the vault still has. */
export const remember = () => inTurn(recall);

/** Fetch what is due for the gate of this zone; true when the server answered. With `now`, everything is due. */
export const refresh = (zone = null, { now = false } = {}) => inTurn(() => fetchAll(zone, now));

async function fetchAll(zone, now) {
  if (!vault.person) return false;
  try {
    const { atS } = clock();
    if (now || atS - here.value.keysAt > LISTS_AFTER_S) await fetchKeys();
    if (zone && (now || here.value.pack?.zone !== zone || atS - here.value.packAt > PACK_AFTER_S)) await fetchPack(zone);
    return true;
  } catch (error) {
    if (error instanceof Unreachable || error.name === "VaultClosed") return false;
    throw error;
  }
}

async function fetchKeys() {
  const { status, data } = await get("/public/keys");
  if (status !== 200) return;
  const lists = {};
  for (const number of data.status_lists) {
    const answer = await get(`/public/status-lists/${number}`);
    if (answer.status === 200) lists[number] = toHex(new Uint8Array(answer.data));
  }
  await take(data.keys, lists);
}

/** Keep keys and lists; a list that is not believed leaves the one before it where it is. */
async function take(rows, fetched) {
  const rings = await ringsOf(rows);
  const before = (await vault.get(KIND, "lists")) ?? {};
  const fresh = await opened(fetched, rings.listKeys);
  for (const [number, list] of fresh) writeLocal(`gate_list_${number}`, list.sequence);
  const believed = Object.fromEntries(Object.entries(fetched).filter(([number]) => fresh.has(Number(number))));
  const lists = { ...before, ...believed };
  const { atS } = clock();
  await vault.put(KIND, "keys", { rows, atS });
  await vault.put(KIND, "lists", lists);
  here.value = { ...here.value, ...rings, lists: await opened(lists, rings.listKeys), keysAt: atS };
}

async function fetchPack(zone) {
  const { status, data } = await get(`/zones/${zone}/gate`);
  if (status !== 200) return;
  const { atS } = clock();
  await vault.put(KIND, "pack", { pack: data, atS });
  here.value = { ...here.value, pack: data, packAt: atS };
}
