/** A plate as registry/identity writes it for comparing, and its fingerprint under the secret of the registry. */
import { PLATE_BYTES } from "./claims.js";
import { must } from "./errors.js";

const SECRET_AT_LEAST = 16;
const PLATE_LENGTH = 16;
// Cyrillic capitals that look like Latin ones (registry/ids.py): people type them without noticing.
const LOOK_ALIKES = pairs("АВСЕНІКМОРТХУЅЈԚԜ", "ABCEHIKMOPTXYSJQW");
// What the other letters of plates and keyboards of the region are in Latin; a test compares each with Python.
const LATIN = new Map(
  (
    "Б=B Г=G Ґ=G Д=D Ђ=DJ Ё=E Є=IE Ж=ZH З=Z И=I Й=Y Ї=I Л=L Љ=LJ Њ=NJ П=P Ћ=C У=Y Ў=U Ф=F Ц=TS Ч=CH Џ=DZH Ш=SH " +
    "Щ=SHCH Ъ= Ы=Y Ь= Э=E Ю=YU Я=YA Æ=AE Ð=D Đ=D Ø=O Þ=TH Ł=L Œ=OE"
  )
    .split(" ")
    .map((pair) => pair.split("=")),
);
const BETWEEN = /[\s\-.,:;/\\_'"()[\]+*·•‐‑‒–—―\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

function pairs(from, to) {
  return new Map([...from].map((letter, at) => [letter, to[at]]));
}

/** Each letter by a table, where the table has it. */
const spelled = (text, table) => Array.from(text, (letter) => table.get(letter) ?? letter).join("");

/** A plate for comparing: capitals, letters and digits only, look-alikes as Latin, O as 0, I as 1; else `bad_plate`. */
export function plateKey(typed) {
  const upper = spelled(typed.normalize("NFKC").toUpperCase(), LOOK_ALIKES);
  const latin = spelled(upper, LATIN).normalize("NFD").replace(/[\u0300-\u0362]/g, "");
  const bare = latin.replace(BETWEEN, "");
  must(/^[A-Z0-9]*$/.test(bare), "bad_plate");
  return bare.replaceAll("O", "0").replaceAll("I", "1").slice(0, PLATE_LENGTH);
}

/** The short code that a person meant: capitals, no spaces or dashes, look-alikes folded as registry/ids.py does. */
export function readCode(typed) {
  const upper = spelled(typed.normalize("NFKC").toUpperCase(), LOOK_ALIKES);
  return spelled(upper, pairs("ILOU", "110V")).replace(/[^\p{L}\p{N}]/gu, "");
}

/** By what a pass is known again without its text: 16 bytes of it under the secret. */
export const textMark = (text, secret) => keyed(secret, "SZ1 text", text, 16);

/** By what a short code is known again (as `readCode` writes it): 8 bytes of it under the secret. */
export const codeMark = (code, secret) => keyed(secret, "SZ1 code", code, 8);

/** A plate in comparing form under the secret: 8 bytes, for plates are few enough to try them all. */
export async function plateFingerprint(key, secret) {
  must(key && /^[\x00-\x7f]*$/.test(key), "bad_plate");
  return keyed(secret, "SZ1 plate", key, PLATE_BYTES);
}

/** The first bytes of HMAC-SHA-256 over a purpose, a zero byte and a text. */
export async function keyed(secret, purpose, text, size) {
  must(secret.length >= SECRET_AT_LEAST, "bad_key");
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, how, false, ["sign"]);
  const whole = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${purpose}\0${text}`));
  return new Uint8Array(whole, 0, size);
}

/** Refuse a pass that is shown with another vehicle, or that is for none. */
export function checkPlate(claims, fingerprint) {
  must(claims.plate !== null && sameBytes(claims.plate, fingerprint), "other_plate");
}

/** Whether two rows of bytes are the same. */
export const sameBytes = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
