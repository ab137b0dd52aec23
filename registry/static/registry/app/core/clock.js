// The phone's clock set right by the server's, and ids in the order of that clock.
import { read, write } from "./local.js";

const KEPT_EVERY_MS = 30_000;
const remembered = Number(read("skew") ?? 0) || 0;
// The server's time was at least `ms` when this page's own count of milliseconds stood `at`. That count runs whatever
// is done to the clock: the server's time may only go forward, and a clock that is set back revives nothing.
let least = { ms: Number(read("latest") ?? 0) || 0, at: performance.now() };
let keptMs = least.ms;

// How far the phone's clock is behind the server's, in milliseconds; null before the first answer of this visit.
export let skewMs = null;

export function serverNow() {
  const leastMs = least.ms + performance.now() - least.at;
  if (least.ms && leastMs - keptMs > KEPT_EVERY_MS) keep(leastMs); // for the next visit, which may have no network
  return new Date(Math.max(Date.now() + (skewMs ?? remembered), leastMs));
}

function keep(ms) {
  keptMs = Math.floor(ms);
  write("latest", keptMs);
}

// Whether the server's time is known on this phone. A service worker that has just started does not know it: it has
// no localStorage, and the phone's own clock may be days off.
export const isClockKnown = () => read("skew") !== null;

// Notes the Date of an answer; its second began half a second ago on average, its way took half of the call.
export function heardFromServer(dateHeader, startedMs, endedMs) {
  const said = Date.parse(dateHeader ?? "");
  if (Number.isNaN(said)) return;
  skewMs = Math.round(said + 500 - (startedMs + endedMs) / 2);
  least = { ms: said, at: performance.now() };
  write("skew", skewMs);
  keep(said);
}

let lastMs = 0;
let counter = 0;

// A UUIDv7 by the server's time; ids of one page never go back, even when several are made in a millisecond.
export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = serverNow().getTime();
  if (now > lastMs) {
    lastMs = now;
    counter = ((bytes[6] << 8) | bytes[7]) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) [lastMs, counter] = [lastMs + 1, 0];
  }
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
