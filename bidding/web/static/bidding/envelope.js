// The sealed envelope: package, chunks, sharing, header, commitment. The twin of bidding/client/sealing.py.
// Nothing here sends anything: it turns a form into bytes that only k keyholders together can open.

import { bound, canonical, concat, digest, h, hBytes, hex, keyId, random, uint64, unhex, utf8 } from "./codec.js";
import { SUITE, newPair, seal as hpkeSeal, sign } from "./hpke.js";

const CHUNK = 1024 * 1024;
const SMALL_STEP = 64 * 1024;
const LARGE_STEP = 1024 * 1024;
const LARGE_FROM = 8 * 1024 * 1024;
const TAG = 16;

export function paddedSize(length) {
  const step = length >= LARGE_FROM ? LARGE_STEP : SMALL_STEP;
  return Math.max(step, Math.ceil(length / step) * step);
}

// All subsets of {0…n−1} with k members, in lexicographic order.
export function subsets(n, k, from = 0) {
  if (k === 0) return [[]];
  const found = [];
  for (let first = from; first <= n - k; first += 1) {
    for (const rest of subsets(n, k - 1, first + 1)) found.push([first, ...rest]);
  }
  return found;
}

// The documents part: length ‖ manifest ‖ files, the structured offer first; empty when there is nothing.
export async function documentsPart(offer, files) {
  const all = [{ name: "offer.json", media_type: "application/json", bytes: canonical(offer) }, ...files];
  const manifest = [];
  for (const { name, media_type, bytes } of all) {
    manifest.push({ name, media_type, size: bytes.length, digest: await h("file", bytes) });
  }
  const listing = canonical(manifest);
  return concat(uint64(listing.length), listing, ...all.map((file) => file.bytes));
}

export async function makePackage(readout, documents, saltR = random(32), saltD = random(32)) {
  const readoutBytes = canonical(readout);
  const readoutDigest = await hBytes("readout", concat(saltR, readoutBytes));
  const documentsDigest = await hBytes("documents", concat(saltD, documents));
  const body = concat(
    saltR, uint64(readoutBytes.length), readoutBytes, saltD, uint64(documents.length), documents,
  );
  const padded = new Uint8Array(paddedSize(body.length));
  padded.set(body);
  return { bytes: padded, payloadDigest: await h("payload", concat(readoutDigest, documentsDigest)) };
}

export const chunkData = (envelope, index, last) =>
  bound("chunk", { envelope_id: envelope.id, bidder_tag: envelope.tag, kind: envelope.kind, index, last });

export async function encryptChunks(packageBytes, contentKey, envelope, progress = () => {}) {
  const key = await crypto.subtle.importKey("raw", contentKey, "AES-GCM", false, ["encrypt"]);
  const count = Math.ceil(packageBytes.length / CHUNK);
  const ciphertext = new Uint8Array(packageBytes.length + count * TAG);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const iv = concat(new Uint8Array(4), uint64(index));
    const additionalData = chunkData(envelope, index, index === count - 1);
    const plain = packageBytes.subarray(index * CHUNK, (index + 1) * CHUNK);
    const part = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
    ciphertext.set(part, at);
    at += part.length;
    progress(index + 1, count);
  }
  return ciphertext;
}

const xor = (left, right) => left.map((byte, at) => byte ^ right[at]);

// Fresh XOR shares of the content key for every subset; the last share closes the sum.
export function splitKey(contentKey, n, k) {
  return subsets(n, k).map((subset) => {
    const shares = subset.slice(1).map(() => random(32));
    return { subset, shares: [...shares, shares.reduce(xor, contentKey)] };
  });
}

export function shareInfo(target, envelope, subset, key) {
  return bound("share", {
    suite: SUITE, tender: target.tender, version_digest: target.versionDigest, lot: target.lot, kind: envelope.kind,
    envelope_id: envelope.id, bidder_tag: envelope.tag, subset, key_id: key,
  });
}

async function sealShares(contentKey, target, envelope, keyIds) {
  const rows = [];
  for (const { subset, shares } of splitKey(contentKey, keyIds.length, target.version.k)) {
    for (const [at, number] of subset.entries()) {
      const recipient = unhex(target.version.keyholders[number].opening_key);
      const sealed = await hpkeSeal(shares[at], recipient, shareInfo(target, envelope, subset, keyIds[number]));
      rows.push({ subset, key_id: keyIds[number], sealed: hex(sealed), digest: await h("share-digest", shares[at]) });
    }
  }
  return rows;
}

// Seals one bid.
//   target: {tender, version, versionDigest, lot, supersedes}, version as published and checked by the caller
//   bidder: {uscc, name, recoveryKey (public, hex), signingKey (raw private)}
//   offer: {kind, form, price_fen, terms, structured} ; files: [{name, media_type, bytes}]
// Returns {header, commitment, act, signature, ciphertext}; every call draws new keys, ids and salts.
export async function sealBid({ target, bidder, offer, files, progress }) {
  const saltB = hex(random(32));
  const envelope = { id: hex(random(16)), kind: offer.kind ?? "single", tag: await h("bidder", concat(unhex(saltB), utf8(bidder.uscc))) };
  const readout = {
    form: offer.form, salt_b: saltB, bidder: { uscc: bidder.uscc, name: bidder.name },
    price_fen: offer.price_fen, terms: offer.terms,
  };
  const packed = await makePackage(readout, await documentsPart(offer.structured, files));
  const contentKey = random(32);
  const ciphertext = await encryptChunks(packed.bytes, contentKey, envelope, progress);
  const keyIds = await Promise.all(target.version.keyholders.map((holder) => keyId(holder.opening_key)));
  const recoveryId = await keyId(bidder.recoveryKey);
  const recovery = await hpkeSeal(contentKey, unhex(bidder.recoveryKey), shareInfo(target, envelope, [], recoveryId));
  const header = {
    suite: SUITE, tender: target.tender, version_digest: target.versionDigest, lot: target.lot, kind: envelope.kind,
    envelope_id: envelope.id, bidder_tag: envelope.tag, supersedes: target.supersedes ?? null,
    policy: { k: target.version.k, key_ids: keyIds },
    shares: await sealShares(contentKey, target, envelope, keyIds),
    recovery: { key_id: recoveryId, sealed: hex(recovery) },
    key_commitment: await h("cek", contentKey), payload_digest: packed.payloadDigest,
    ciphertext_digest: await h("ciphertext", ciphertext), padded_size: packed.bytes.length,
  };
  contentKey.fill(0);
  const commitment = await digest("commitment", header);
  const act = {
    action: header.supersedes ? "replace" : "submit", tender: target.tender, version_digest: target.versionDigest,
    commitment, supersedes: header.supersedes,
  };
  const signature = hex(await sign(bound("bid-act", act), bidder.signingKey));
  return { header, commitment, act, signature, ciphertext };
}

// Seals a bid in two envelopes: the name with all that is promised, and money alone. Nothing of one stands in the other.
//   target.supersedes: {technical, price} or null; offer as for one envelope
export async function sealPair({ target, bidder, offer, files, progress }) {
  const { lot, items, ...promised } = offer.structured;
  const technical = {
    kind: "technical", form: "technical/1", price_fen: null, terms: {},
    structured: { ...promised, form: "technical-offer/1", lot, items: items.map(({ code, level }) => ({ code, level })) },
  };
  const price = {
    kind: "price", form: "price/1", price_fen: offer.price_fen, terms: offer.terms,
    structured: { form: "price-offer/1", lot, items: items.map(({ code, price_fen }) => ({ code, price_fen })) },
  };
  const of = (kind) => ({ ...target, supersedes: target.supersedes?.[kind] ?? null });
  return {
    technical: await sealBid({ target: of("technical"), bidder, offer: technical, files, progress }),
    price: await sealBid({ target: of("price"), bidder, offer: price, files: [], progress }),
  };
}

// A rehearsal envelope: keyholders prove before publication that they can open what is sealed to their keys.
// It carries no bid; its package is random, so its opening tells nothing.
export async function sealRehearsal(target) {
  const kind = target.version.two_envelopes ? "price" : "single";
  const envelope = { id: hex(random(16)), kind, tag: hex(random(32)) };
  const contentKey = random(32);
  const keyIds = await Promise.all(target.version.keyholders.map((holder) => keyId(holder.opening_key)));
  const packed = await makePackage({ form: "rehearsal/1", salt_b: hex(random(32)) }, new Uint8Array(0));
  const { publicKey: throwaway } = await newPair("X25519");
  const recoveryId = await keyId(hex(throwaway));
  const recovery = await hpkeSeal(contentKey, throwaway, shareInfo(target, envelope, [], recoveryId));
  const ciphertext = await encryptChunks(packed.bytes, contentKey, envelope);
  return {
    suite: SUITE, tender: target.tender, version_digest: target.versionDigest, lot: target.lot, kind: envelope.kind,
    envelope_id: envelope.id, bidder_tag: envelope.tag, supersedes: null,
    policy: { k: target.version.k, key_ids: keyIds },
    shares: await sealShares(contentKey, target, envelope, keyIds),
    recovery: { key_id: recoveryId, sealed: hex(recovery) },
    key_commitment: await h("cek", contentKey), payload_digest: packed.payloadDigest,
    ciphertext_digest: await h("ciphertext", ciphertext), padded_size: packed.bytes.length,
  };
}
