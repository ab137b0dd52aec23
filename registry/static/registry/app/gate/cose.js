/** COSE_Sign1 (RFC 9052) with Ed25519 and nothing else: one header form, so one text a statement. */
import { dumpArray, isBytes, load } from "./cbor.js";
import { must, PassError } from "./errors.js";
import { verify } from "./ed25519.js";
import { toHex } from "./keyring.js";

const ALGORITHM = 1;
const KEY_ID = 4;
const TYPE = 16;
const EDDSA = -8;
const SIGN1_TAG = 0xd2;

/** Who signed the bytes and what they say, once the signature is found to be good; `kind` is the type header. */
export async function openSigned(bytes, keys, kind) {
  const [written, loose, content, signature] = parts(bytes);
  const header = load(written);
  must(header instanceof Map, "damaged");
  must(header.get(ALGORITHM) === EDDSA, "wrong_algorithm");
  checkHeader(header, loose, kind);
  const key = keyOf(header, keys);
  const signed = dumpArray(["Signature1", written, new Uint8Array(0), content]);
  must(signature.length === 64 && (await verify(key.raw, signature, signed)), "bad_signature");
  return [key, load(content)];
}

/** Protected header, unprotected header, payload and signature. */
function parts(bytes) {
  must(bytes[0] === SIGN1_TAG, "damaged");
  const found = load(bytes.subarray(1));
  must(Array.isArray(found) && found.length === 4, "damaged");
  const [written, loose, content, signature] = found;
  must(isBytes(written) && loose instanceof Map && isBytes(content) && isBytes(signature), "damaged");
  return found;
}

/** Refuse what is signed for another use, and every header this format does not have. */
function checkHeader(header, loose, kind) {
  must(header.get(TYPE) === kind, "wrong_type");
  const known = [...header.keys()].every((key) => [ALGORITHM, KEY_ID, TYPE].includes(key));
  must(loose.size === 0 && known, "damaged");
}

/** The believed key that the header names. */
function keyOf(header, keys) {
  const kid = header.get(KEY_ID);
  const name = isBytes(kid) ? toHex(kid) : null;
  const key = keys.get(name);
  if (!key) throw new PassError("unknown_key", name);
  return key;
}
