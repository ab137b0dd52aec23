/** Deterministic CBOR (RFC 8949), only the little of it that passes and lists use; all else is `damaged`. */
import { must } from "./errors.js";

const DEPTH = 4;
// Keeps a byte order mark: a text with one is another text than without.
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value of bytes in the one deterministic encoding: numbers, bytes, texts, arrays, and maps as `Map`. */
export function load(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(DEPTH);
  must(reader.at === bytes.length, "damaged");
  return value;
}

/** The bytes of an array of texts and rows of bytes: all that has to be written here is what was signed. */
export function dumpArray(items) {
  const parts = items.flatMap((item) => {
    const content = typeof item === "string" ? new TextEncoder().encode(item) : item;
    return [head(typeof item === "string" ? 3 : 2, content.length), content];
  });
  return joined([head(4, items.length), ...parts]);
}

/** Rows of bytes behind one another. */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The first bytes of an item, as short as can be; nothing here is longer than four bytes can say. */
function head(major, number) {
  const first = major << 5;
  if (number < 24) return Uint8Array.of(first | number);
  if (number < 256) return Uint8Array.of(first | 24, number);
  if (number < 65536) return Uint8Array.of(first | 25, number >> 8, number & 255);
  return Uint8Array.of(first | 26, (number >>> 24) & 255, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
}

/** Whether a value is a whole number; those that JavaScript cannot hold exactly come as BigInt. */
export const isInt = (value) => typeof value === "number" || typeof value === "bigint";
export const isBytes = (value) => value instanceof Uint8Array;
export const isText = (value) => typeof value === "string";

/** Reads items from the front; what is legal elsewhere and refused here would be a second way to say the same. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** The next bytes. */
  take(size) {
    must(size <= this.bytes.length - this.at, "damaged");
    const piece = this.bytes.subarray(this.at, this.at + Number(size));
    this.at += Number(size);
    return piece;
  }

  /** Major type and number of the next item: no indefinite length, no number longer than it need be. */
  head() {
    const first = this.take(1)[0];
    const small = first & 31;
    if (small < 24) return [first >> 5, small];
    must(small <= 27, "damaged");
    const size = 1 << (small - 24);
    const number = this.take(size).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    must(number >= (size === 1 ? 24n : 256n ** BigInt(size / 2)), "damaged");
    return [first >> 5, exact(number)];
  }

  /** The next value: no tag, no float, no true, false or null, and no deeper than `depth`. */
  item(depth) {
    const [major, number] = this.head();
    must(depth > 0 && major <= 5, "damaged");
    if (major === 0) return number;
    if (major === 1) return exact(-1n - BigInt(number));
    if (major === 2) return this.take(number).slice();
    if (major === 3) return this.text(number);
    return major === 4 ? this.items(number, depth) : this.pairs(number, depth);
  }

  /** The next bytes as strict UTF-8. */
  text(size) {
    const bytes = this.take(size);
    try {
      return UTF8.decode(bytes);
    } catch {
      must(false, "damaged");
    }
  }

  /** The next array. */
  items(count, depth) {
    const found = [];
    for (let left = BigInt(count); left > 0n; left--) found.push(this.item(depth - 1));
    return found;
  }

  /** The next map: its keys rise byte by byte, so none comes twice. */
  pairs(count, depth) {
    const found = new Map();
    let before = new Uint8Array(0);
    for (let left = BigInt(count); left > 0n; left--) {
      const start = this.at;
      const key = this.item(1);
      must(isInt(key) || isText(key), "damaged");
      const written = this.bytes.subarray(start, this.at);
      must(isAbove(written, before), "damaged");
      before = written;
      found.set(key, this.item(depth - 1));
    }
    return found;
  }
}

/** The number as JavaScript's own where that is exact. */
function exact(number) {
  const plain = Number(number);
  return Number.isSafeInteger(plain) ? plain : number;
}

/** Whether a row of bytes comes after another, byte by byte. */
function isAbove(key, before) {
  for (let at = 0; at < Math.min(key.length, before.length); at++) {
    if (key[at] !== before[at]) return key[at] > before[at];
  }
  return key.length > before.length;
}

/** A NumericDate between 1970 and 2106 that always takes five bytes, else `bad_time`. */
export function seconds(number) {
  must(number >= 1 << 16 && number < 2 ** 32, "bad_time");
  return Number(number);
}
