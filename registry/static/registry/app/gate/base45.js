/** Base45 (RFC 9285): bytes as the letters that a QR code packs best. One text for each row of bytes, no other. */
import { must } from "./errors.js";

export const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** The bytes of a text; `damaged` for other letters, a letter left over or a group too large for its bytes. */
export function fromBase45(text) {
  must(text.length % 3 !== 1, "damaged");
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 ? 1 : 0));
  for (let start = 0, at = 0; start < text.length; start += 3) {
    const group = text.slice(start, start + 3);
    const number = numberOf(group);
    if (group.length === 3) bytes[at++] = number >> 8;
    bytes[at++] = number & 255;
  }
  return bytes;
}

/** The number in two or three letters, the smallest place first. */
function numberOf(group) {
  let number = 0;
  for (let place = group.length - 1; place >= 0; place--) {
    const value = VALUES.get(group[place]);
    must(value !== undefined, "damaged");
    number = number * 45 + value;
  }
  must(number < 256 ** (group.length - 1), "damaged");
  return number;
}
