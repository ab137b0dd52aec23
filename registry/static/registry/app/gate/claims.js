/** What a pass says, read as strictly as registry/signing/passes.py; the order of the checks is the same. */
import { fromBase45 } from "./base45.js";
import { isBytes, isInt, isText, seconds } from "./cbor.js";
import { openSigned } from "./cose.js";
import { must } from "./errors.js";
import { checkIssued, toHex } from "./keyring.js";

export const PREFIX = "SZ1:";
export const TEXT_AT_MOST = 279;
export const PLATE_BYTES = 8;
export const LISTS_AT_MOST = 1 << 16;
export const ENTRIES_AT_MOST = 1 << 20;
// A clock that may be further off than this gives no verdict.
export const SKEW_AT_MOST_S = 120;

const TEXT = /^SZ1:[0-9A-Z $%*+\-./:]+$/;
const ISSUER = 1;
const VALID_UNTIL = 4;
const VALID_FROM = 5;
const ISSUED_AT = 6;
const SUBJECT = -65537;
const KINDS = new Map([
  [1, "person"],
  [2, "organization"],
]);

/** What the pass says, if a believed key signed it and it is valid at `atS` on a clock that is at most `skewS` off. */
export async function decode(text, keys, atS, skewS = 0) {
  const [key, values] = await openSigned(bytesOf(text), keys);
  const claims = claimsOf(values);
  must(claims.issuer === key.issuer, "wrong_issuer");
  checkIssued(key, claims.issuedAt);
  checkTimes(claims, atS, skewS);
  return claims;
}

/** The signed bytes in the text of a pass. */
function bytesOf(text) {
  must(text.startsWith(PREFIX), "not_a_pass");
  // The pattern's `$` stands for the very end: without the flag m a line break is no end.
  must(text.length <= TEXT_AT_MOST && TEXT.test(text), "damaged");
  return fromBase45(text.slice(PREFIX.length));
}

/** The claims in CBOR values of exactly this form. */
function claimsOf(values) {
  must(values instanceof Map && values.size === 5, "bad_claims");
  const [issuer, until, start, issued] = [ISSUER, VALID_UNTIL, VALID_FROM, ISSUED_AT].map((name) => values.get(name));
  must(isText(issuer) && isInt(until) && isInt(start) && isInt(issued), "bad_claims");
  const subject = values.get(SUBJECT);
  must(Array.isArray(subject) && subject.length >= 4, "bad_claims");
  const [kind, listId, index, provider, ...asset] = subject;
  must(isInt(kind) && isInt(listId) && isInt(index) && isBytes(provider), "bad_claims");
  checkNumbers(kind, listId, index);
  must(start < until && issued < until, "bad_claims");
  return {
    issuer,
    issuedAt: seconds(issued),
    validFrom: seconds(start),
    validUntil: seconds(until),
    kind: KINDS.get(kind),
    provider: uuid(provider),
    listId,
    index,
    vehicle: asset.length ? uuid(asset[0]) : null,
    plate: plateOf(asset),
  };
}

/** Refuse a kind that does not exist and a place that no status list has. */
function checkNumbers(kind, listId, index) {
  const placed = listId >= 0 && listId < LISTS_AT_MOST && index >= 0 && index < ENTRIES_AT_MOST;
  must(KINDS.has(kind) && placed, "bad_claims");
}

/** An id of 16 bytes, as the API writes it. */
function uuid(value) {
  must(isBytes(value) && value.length === 16, "bad_claims");
  return toHex(value).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The fingerprint that must stand behind a vehicle: without it any car could be shown with the pass. */
function plateOf(asset) {
  if (!asset.length) return null;
  must(asset.length === 2 && isBytes(asset[1]) && asset[1].length === PLATE_BYTES, "bad_claims");
  return asset[1];
}

/** Refuse a pass outside its time, and every pass by a clock that cannot tell. */
function checkTimes(claims, atS, skewS) {
  must(skewS >= 0 && skewS <= SKEW_AT_MOST_S, "stale_clock");
  const now = wholeSeconds(atS);
  const slack = Math.floor(skewS);
  must(now + slack >= claims.issuedAt, "stale_clock");
  must(now + slack >= claims.validFrom, "not_yet_valid");
  must(now - slack < claims.validUntil, "expired");
}

/** A moment as whole seconds; one that nobody can tell is `bad_time`. */
export function wholeSeconds(atS) {
  must(Number.isFinite(atS), "bad_time");
  return Math.trunc(atS);
}
