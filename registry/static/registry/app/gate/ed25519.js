/** Ed25519 (RFC 8032): by the browser where it can, else by noble-ed25519; never by the one after the other. */
import { fromHex } from "./keyring.js";

// The first vector of RFC 8032: the signature of nothing.
const KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
let own;

/** Whether the browser verifies Ed25519 itself, which it has to show once: a good signature, and a changed one. */
export async function hasOwn() {
  own ??= showsIt().catch(() => false);
  return own;
}

async function showsIt() {
  const [key, signature, nothing] = [fromHex(KEY), fromHex(SIGNATURE), new Uint8Array(0)];
  const good = await verifyByBrowser(key, signature, nothing);
  signature[0] ^= 1;
  return good && !(await verifyByBrowser(key, signature, nothing));
}

/** Whether the signature is of this key over these bytes. */
export async function verify(key, signature, signed) {
  return (await hasOwn()) ? verifyByBrowser(key, signature, signed) : verifyByNoble(key, signature, signed);
}

/** By WebCrypto. */
export async function verifyByBrowser(key, signature, signed) {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, signed);
}

/** By noble, in the strict way of RFC 8032: a browser and a phone must not differ. */
export async function verifyByNoble(key, signature, signed) {
  const noble = await import("../../vendor/ed25519/ed25519.js");
  try {
    return await noble.verifyAsync(signature, signed, key, { zip215: false });
  } catch {
    return false;
  }
}
