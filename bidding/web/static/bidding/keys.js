// Key pairs and the recovery file that keeps them: the twin of bidding/client/keys.py.
// The words and the private keys never leave the machine; only public halves are registered.

import { bound, canonical, concat, hex, random, text, unhex, utf8 } from "./codec.js";
import { newPair, publicOf, sign } from "./hpke.js";

const ROUNDS = 600000;
const COUNT = 8;

export async function makeKeys() {
  const [opening, signing] = await Promise.all([newPair("X25519"), newPair("Ed25519")]);
  return {
    privateKeys: { opening: hex(opening.privateKey), signing: hex(signing.privateKey) },
    openingKey: hex(opening.publicKey),
    signingKey: hex(signing.publicKey),
  };
}

// Eight words of a list of 2,048: 11 random bits each, so no word is likelier than another.
export function drawWords(list) {
  if (list.length !== 2048) throw new Error("word list");
  const drawn = crypto.getRandomValues(new Uint16Array(COUNT));
  return Array.from(drawn, (value) => list[value & 2047]).join(" ");
}

export const tidy = (words) => words.toLowerCase().trim().split(/\s+/).join(" ");

async function wrapping(words, salt) {
  const material = await crypto.subtle.importKey("raw", utf8(tidy(words)), "PBKDF2", false, ["deriveKey"]);
  const derive = { name: "PBKDF2", hash: "SHA-256", salt: unhex(salt), iterations: ROUNDS };
  return crypto.subtle.deriveKey(derive, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function boundPart(file) {
  const { sealed: _sealed, ...open } = file;
  return bound("recovery", open);
}

export async function wrap(keys, words, holder, label) {
  const file = {
    form: "recovery/1", holder, label, opening_key: keys.openingKey, signing_key: keys.signingKey,
    rounds: ROUNDS, salt: hex(random(32)), sealed: "",
  };
  const iv = random(12);
  const algorithm = { name: "AES-GCM", iv, additionalData: boundPart(file) };
  const key = await wrapping(words, file.salt);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, canonical(keys.privateKeys)));
  return { ...file, sealed: hex(concat(iv, sealed)) };
}

// Throws "wrong-words" if the words are others or any field of the file was altered.
export async function unwrap(file, words) {
  if (file.form !== "recovery/1" || file.rounds !== ROUNDS) throw new Error("wrong-words");
  const sealed = unhex(file.sealed);
  const algorithm = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: boundPart(file) };
  const key = await wrapping(words, file.salt);
  let plain;
  try {
    plain = new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed.slice(12)));
  } catch {
    throw new Error("wrong-words");
  }
  const keys = JSON.parse(text(plain));
  if (hex(await publicOf(unhex(keys.opening))) !== file.opening_key) throw new Error("wrong-words");
  return keys;
}

// Signs an object under a purpose with the signing key of a recovery file.
export async function signObject(purpose, object, keys) {
  return hex(await sign(bound(purpose, object), unhex(keys.signing)));
}
