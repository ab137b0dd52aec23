// For browsers whose WebCrypto has no Ed25519.
export { verifyAsync } from "@noble/ed25519";
