/** What a phone can say of a pass by itself: STOP with the server's reasons, that the pass is good, or that it cannot say. */
import { decode, PREFIX } from "./claims.js";
import { PassError } from "./errors.js";
import { toHex } from "./keyring.js";
import { expectedPass, pairing } from "./pairing.js";
import { checkPlate, codeMark, plateFingerprint, plateKey, readCode, textMark } from "./plate.js";
import { checkStatus, readList } from "./statuslist.js";

/** Refuse a pass with `PassError`, in the order of the server's own reader: text, plate, list. */
export async function judge({ text, keys, atS, skewS, plate, listed, listKeys = keys, newestSeen }) {
  const claims = await decode(text, keys, atS, skewS);
  checkPlate(claims, plate);
  checkStatus(await readList(listed, listKeys, atS, newestSeen), claims, atS);
  return claims;
}

// What says nothing about the pass, only about this phone.
const NOT_CHECKED = ["stale_list", "no_list", "no_keys", "clock_off", "code_needs_network", "plate_not_compared"];
// Two codes of the reader that are one to a gate (registry/services/scanning.py).
const TOLD = { bad_time: "bad_claims", not_a_pass: "unknown", unknown_status: "not_issued", other_list: "not_issued", suspended: "revoked" };

/**
 * The verdict on what was shown at the gate: `good`, `stop` or `unknown`, with reasons as `{code, params}`.
 *
 * `kept` is what this phone took along (keys.js): `{keys, lists, pack, clock}`. `seen` is what stands at the gate:
 * `{shown, plate, journey, counted}`; without a journey only the pass is looked at. Nothing here is ever GO.
 */
export async function look(seen, kept) {
  const known = kept.pack?.journeys.find((one) => one.id === seen.journey) ?? null;
  const held = seen.shown.trim();
  const found = held.startsWith(PREFIX) ? await readText(held, kept) : await readTyped(held, known, kept);
  const reasons = found.problem ? [{ code: told(found.problem) }] : [];
  const mark = await markOf(seen.plate, kept.pack);
  if (known) reasons.push(...pairing(found, known, mark, seen.counted));
  else if (mark && isOtherCar(found.claims, mark)) reasons.push({ code: "pass_other_plate" });
  return { ...verdict(reasons), claims: found.claims ?? null, paired: known !== null };
}

/** STOP for any reason against the pass; that the phone cannot say only where there is none. */
function verdict(reasons) {
  const against = reasons.filter(({ code }) => !NOT_CHECKED.includes(code));
  if (against.length) return { verdict: "stop", reasons: against };
  return { verdict: reasons.length ? "unknown" : "good", reasons };
}

/** The reason by the name that the server gives it. */
function told(problem) {
  return NOT_CHECKED.includes(problem) ? problem : `pass_${TOLD[problem] ?? problem}`;
}

/** The typed plate under the secret; null without a plate that can be compared. */
async function markOf(plate, pack) {
  if (!plate || !pack?.plate_secret) return null;
  try {
    return toHex(await plateFingerprint(plateKey(plate), secretOf(pack)));
  } catch (error) {
    if (error instanceof PassError) return "unreadable";
    throw error;
  }
}

const isOtherCar = (claims, mark) => Boolean(claims?.plate) && toHex(claims.plate) !== mark;

/** The secret of the pack as bytes. */
export const secretOf = (pack) => Uint8Array.from(pack.plate_secret.match(/../g), (pair) => parseInt(pair, 16));

/** What a scanned text says: its claims, the pass that the pack knows it to be, and the first problem. */
async function readText(text, kept) {
  const expected = await expectedOf(text, kept.pack);
  try {
    if (!kept.keys) return { expected, problem: "no_keys" };
    if (!kept.clock.isRight) return { expected, problem: "clock_off" };
    const claims = await decode(text, kept.keys, kept.clock.atS, kept.clock.skewS);
    return { claims, expected, problem: problemOf(claims, expected, kept) };
  } catch (error) {
    if (!(error instanceof PassError)) throw error;
    const withdrawn = error.code === "unknown_key" && expected?.text && kept.withdrawn?.has(error.kid);
    return { expected, problem: withdrawn ? "withdrawn_key" : error.code };
  }
}

/** The pass of the pack with this text. */
async function expectedOf(text, pack) {
  if (!pack?.plate_secret) return null;
  const mark = toHex(await textMark(text, secretOf(pack)));
  return expectedPass(pack, (one) => one.text === mark);
}

/** What is against a well-signed pass: that we did not issue it, that it ended, or that the list says no. */
function problemOf(claims, expected, kept) {
  if (!expected && isForged(claims, kept.pack)) return "not_issued";
  if (expected && expected.status !== "issued") return expected.status;
  return listProblem(claims, kept);
}

/** Whether the pack knows all passes of this driver, or who has this place in the list, and this is none of them. */
function isForged(claims, pack) {
  if (!pack?.plate_secret) return false;
  const place = (one) => one.status_list === claims.listId && one.index === claims.index;
  const drivers = pack.journeys.map(({ ride }) => ride?.driver);
  return drivers.includes(claims.provider) || expectedPass(pack, place) !== null;
}

/** What the status list says against a pass; a list that is not there says as little as an old one. */
function listProblem(claims, { lists, clock }) {
  const list = lists.get(claims.listId);
  if (!list) return "no_list";
  try {
    checkStatus(list, claims, clock.atS);
    return "";
  } catch (error) {
    if (error instanceof PassError) return error.code;
    throw error;
  }
}

/** What a typed short code is: only a pass that the pack knows can be looked up without a network. */
async function readTyped(typed, known, kept) {
  if (!kept.pack?.plate_secret || (!known && !typed)) return { problem: "code_needs_network" };
  const mark = toHex(await codeMark(readCode(typed), secretOf(kept.pack)));
  const expected = expectedPass(kept.pack, (one) => one.code === mark);
  if (!expected) return { problem: known ? "unknown" : "code_needs_network" };
  if (!kept.clock.isRight) return { expected, problem: "clock_off" };
  return { expected, problem: codeProblem(expected, kept) };
}

/** What is against a pass that the pack knows by its code. */
function codeProblem(expected, kept) {
  const { atS } = kept.clock;
  if (expected.status !== "issued") return expected.status;
  if (atS >= Date.parse(expected.valid_until) / 1000) return "expired";
  if (atS < Date.parse(expected.valid_from) / 1000) return "not_yet_valid";
  if (expected.status_list === null) return "no_list";
  return listProblem({ issuer: expected.issuer, listId: expected.status_list, index: expected.index }, kept);
}
