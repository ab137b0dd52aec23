/** The Ed25519 keys that are believed, as `GET /public/keys` gives them. */
import { must } from "./errors.js";

const ISSUER = /^[A-Za-z0-9.-]{1,16}$/;
const BELIEVED = ["active", "retired"];

/** The bytes of a hexadecimal text. */
export function fromHex(text) {
  must(/^([0-9a-f]{2})*$/.test(text), "bad_key");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Bytes as a hexadecimal text. */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A public key of one issuer under its own name: 8 bytes of the SHA-256 of its raw form, so none can be chosen. */
export async function verifyKey({ issuer, public: hex, retired_at: retired }) {
  const raw = fromHex(hex);
  must(raw.length === 32 && ISSUER.test(issuer), "bad_key");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  return { kid: toHex(digest.subarray(0, 8)), issuer, raw, retiredAt: retired ? Date.parse(retired) / 1000 : null };
}

/** The keys that are believed for one purpose: active and retired, never announced ones or ones withdrawn. */
export async function keyring(published, purpose) {
  const rows = published.filter((row) => row.purpose === purpose && BELIEVED.includes(row.state) && row.public);
  return ring(await Promise.all(rows.map(verifyKey)));
}

/** A ring of keys, each once. */
export function ring(keys) {
  const byId = new Map(keys.map((key) => [key.kid, key]));
  must(byId.size === keys.length, "bad_key");
  return byId;
}

/** Refuse what was signed after the key went out of use. */
export function checkIssued(key, issuedAt) {
  must(key.retiredAt === null || issuedAt < key.retiredAt, "retired_key");
}
