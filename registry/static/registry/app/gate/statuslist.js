/** The status of every pass as one signed list, read as strictly as registry/signing/statuslist.py. */
import { isBytes, isInt, isText, seconds } from "./cbor.js";
import { ENTRIES_AT_MOST, LISTS_AT_MOST, SKEW_AT_MOST_S, wholeSeconds } from "./claims.js";
import { openSigned } from "./cose.js";
import { must } from "./errors.js";
import { checkIssued } from "./keyring.js";

const TYPE = "application/statuslist+cwt";
export const LIFETIME_S = 24 * 3600;
const PACKED_AT_MOST = ENTRIES_AT_MOST / 4;
// zlib never makes random bytes larger than this; a longer file is no list.
const BYTES_AT_MOST = PACKED_AT_MOST + 1024;
const [ISSUER, NAME, EXPIRES_AT, ISSUED_AT, STATUS_LIST, TTL, PLACE] = [1, 2, 4, 6, 65533, 65534, -65538];
const STATUSES = ["valid", "revoked", "suspended", "unknown_status"];
const UNKNOWN = 3;

/** The list, if a believed key signed it and no newer one was seen. It may be stale: `checkStatus` refuses then. */
export async function readList(bytes, keys, atS, newestSeen = null) {
  must(bytes.length <= BYTES_AT_MOST, "damaged");
  const [key, values] = await openSigned(bytes, keys, TYPE);
  const found = await listOf(values, key);
  checkIssued(key, found.issuedAt);
  must(wholeSeconds(atS) + SKEW_AT_MOST_S >= found.issuedAt, "stale_clock");
  must(newestSeen === null || found.sequence >= newestSeen, "rolled_back");
  return found;
}

/** Refuse a pass that this list does not call valid today; a stale list still refuses the revoked. */
export function checkStatus(list, claims, atS) {
  must(claims.issuer === list.issuer && claims.listId === list.listId, "other_list");
  const status = statusOf(list, claims.index);
  must(status === 0, STATUSES[status]);
  must(!isStale(list, atS), "stale_list");
}

/** What the list says of one entry: unknown outside it. */
function statusOf({ bits, packed }, index) {
  if (!(index >= 0 && index < Math.floor((packed.length * 8) / bits))) return UNKNOWN;
  const at = index * bits;
  return (packed[Math.floor(at / 8)] >> at % 8) & ((1 << bits) - 1);
}

/** Whether the list is a day old by now, or from a time that this clock has not reached. */
export function isStale(list, atS) {
  const now = wholeSeconds(atS);
  const tooOld = now >= Math.min(list.issuedAt + LIFETIME_S, list.expiresAt);
  return tooOld || now + SKEW_AT_MOST_S < list.issuedAt;
}

/** The list in CBOR values of exactly this form. */
async function listOf(values, key) {
  must(values instanceof Map && values.size === 7, "bad_claims");
  const [issuer, name, expires, issued, status, ttl, place] = [
    ISSUER, NAME, EXPIRES_AT, ISSUED_AT, STATUS_LIST, TTL, PLACE,
  ].map((claim) => values.get(claim));
  must(isText(issuer) && isText(name) && [expires, issued, ttl].every(isInt), "bad_claims");
  const [bits, lst] = statusList(status);
  must(Array.isArray(place) && place.length === 2 && place.every(isInt), "bad_claims");
  const [listId, sequence] = place;
  must(issuer === key.issuer, "wrong_issuer");
  checkNumbers(listId, sequence, ttl, BigInt(expires) - BigInt(issued));
  must(name === `${issuer}:${listId}`, "bad_claims");
  const times = { issuedAt: seconds(issued), expiresAt: seconds(expires), ttl };
  return { issuer, listId, sequence, ...times, bits, packed: await inflate(lst) };
}

/** Bits an entry and the compressed entries. */
function statusList(value) {
  must(value instanceof Map && value.size === 2, "bad_claims");
  const [bits, lst] = [value.get("bits"), value.get("lst")];
  must((bits === 1 || bits === 2) && isBytes(lst), "bad_claims");
  return [bits, lst];
}

/** Refuse a place in no order, and a list that is never fresh. */
function checkNumbers(listId, sequence, ttl, lifetime) {
  const placed = listId >= 0 && listId < LISTS_AT_MOST && sequence > 0 && sequence <= Number.MAX_SAFE_INTEGER;
  must(placed && ttl > 0 && ttl <= lifetime && lifetime <= LIFETIME_S, "bad_claims");
}

/** The packed entries, never more than a list may have; anything cut off or behind the end is `damaged`. */
async function inflate(compressed) {
  const packed = new Uint8Array(PACKED_AT_MOST);
  let size = 0;
  try {
    const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate"));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      packed.set(value, size); // throws beyond the end
      size += value.length;
    }
  } catch {
    must(false, "damaged");
  }
  return packed.slice(0, size);
}
