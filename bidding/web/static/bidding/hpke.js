// HPKE base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, on WebCrypto alone.
// One-shot: sequence number 0, no associated data; everything that must be bound stands in `info`.

import { concat, utf8 } from "./codec.js";

export const SUITE = "DHKEM-X25519-HKDF-SHA256/HKDF-SHA256/AES-256-GCM";

const KEM_SUITE = concat(utf8("KEM"), Uint8Array.of(0x00, 0x20));
const HPKE_SUITE = concat(utf8("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));
const VERSION = utf8("HPKE-v1");
const EMPTY = new Uint8Array(0);
const PKCS8_X25519 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20);
const PKCS8_ED25519 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20);

async function hmac(key, data) {
  // WebCrypto refuses an empty HMAC key; a key of zeros of block length is the same key (RFC 2104).
  const raw = key.length === 0 ? new Uint8Array(64) : key;
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

const labeledExtract = (suite, salt, label, ikm) => hmac(salt, concat(VERSION, suite, utf8(label), ikm));

async function labeledExpand(suite, prk, label, info, length) {
  const whole = concat(Uint8Array.of(length >> 8, length & 0xff), VERSION, suite, utf8(label), info);
  let block = EMPTY;
  let output = EMPTY;
  for (let counter = 1; output.length < length; counter += 1) {
    block = await hmac(prk, concat(block, whole, Uint8Array.of(counter)));
    output = concat(output, block);
  }
  return output.slice(0, length);
}

const importPublic = (raw) => crypto.subtle.importKey("raw", raw, { name: "X25519" }, true, []);
const importPrivate = (raw) =>
  crypto.subtle.importKey("pkcs8", concat(PKCS8_X25519, raw), { name: "X25519" }, false, ["deriveBits"]);

// The raw 32 bytes of a private key that WebCrypto made; they stand at the end of its PKCS#8 form.
export async function rawPrivate(key) {
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", key)).slice(-32);
}

export async function newPair(name) {
  const usages = name === "X25519" ? ["deriveBits"] : ["sign", "verify"];
  const pair = await crypto.subtle.generateKey({ name }, true, usages);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: await rawPrivate(pair.privateKey), publicKey };
}

// WebCrypto has no "public key of this private key": a JWK round trip cannot give it either, so the base
// point is multiplied for X25519, and callers that hold Ed25519 keys keep the public half beside the private.
const BASE_POINT = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 9 : 0));

export const publicOf = (privateRaw) => agree(privateRaw, BASE_POINT);

async function agree(privateRaw, publicRaw) {
  const [own, other] = await Promise.all([importPrivate(privateRaw), importPublic(publicRaw)]);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: other }, own, 256));
  if (shared.every((byte) => byte === 0)) throw new Error("hpke: the public key has no use");
  return shared;
}

async function sharedSecret(dh, enc, recipient) {
  const prk = await labeledExtract(KEM_SUITE, EMPTY, "eae_prk", dh);
  return labeledExpand(KEM_SUITE, prk, "shared_secret", concat(enc, recipient), 32);
}

async function schedule(secret, info) {
  const pskIdHash = await labeledExtract(HPKE_SUITE, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = await labeledExtract(HPKE_SUITE, EMPTY, "info_hash", info);
  const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
  const prk = await labeledExtract(HPKE_SUITE, secret, "secret", EMPTY);
  const [key, nonce] = await Promise.all([
    labeledExpand(HPKE_SUITE, prk, "key", context, 32),
    labeledExpand(HPKE_SUITE, prk, "base_nonce", context, 12),
  ]);
  return { key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]), nonce };
}

// The sender's half: enc, and the key and nonce of the first message.
// `ephemeral` (raw private) is for test vectors only; every real sealing draws its own.
export async function setup(recipient, info, ephemeral = null) {
  const own = ephemeral ?? (await newPair("X25519")).privateKey;
  const enc = await publicOf(own);
  return { enc, ...(await schedule(await sharedSecret(await agree(own, recipient), enc, recipient), info)) };
}

// Seals to a raw X25519 public key; returns enc ‖ ciphertext.
export async function seal(plaintext, recipient, info, ephemeral = null) {
  const { enc, key, nonce } = await setup(recipient, info, ephemeral);
  return concat(enc, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, plaintext)));
}

// Opens enc ‖ ciphertext; throws OperationError if it was sealed to another key or under another info.
export async function open(sealed, privateRaw, info) {
  const enc = sealed.slice(0, 32);
  const recipient = await publicOf(privateRaw);
  const { key, nonce } = await schedule(await sharedSecret(await agree(privateRaw, enc), enc, recipient), info);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, sealed.slice(32)));
}

export async function sign(message, privateRaw) {
  const key = await crypto.subtle.importKey("pkcs8", concat(PKCS8_ED25519, privateRaw), "Ed25519", false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
}

export async function verify(message, signature, publicRaw) {
  const key = await crypto.subtle.importKey("raw", publicRaw, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}
