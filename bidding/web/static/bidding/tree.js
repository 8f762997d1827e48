// Inclusion and consistency in the public log (RFC 6962), so that a browser need not believe the server.

import { concat, digest, equal, sha256, bound, canonical, unhex } from "./codec.js";
import { verify } from "./hpke.js";

export const leafHash = (bytes) => sha256(concat(Uint8Array.of(0), bytes));
export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

function pastLeftEdges(fn, sn) {
  while (fn !== 0 && fn % 2 === 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  return [Math.floor(fn / 2), Math.floor(sn / 2)];
}

export async function verifyInclusion(leaf, position, size, path, root) {
  if (!(position >= 0 && position < size)) return false;
  let [fn, sn, node] = [position, size - 1, leaf];
  for (const step of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = await nodeHash(step, node);
      [fn, sn] = pastLeftEdges(fn, sn);
    } else {
      node = await nodeHash(node, step);
      [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    }
  }
  return sn === 0 && equal(node, root);
}

export async function verifyConsistency(first, second, firstRoot, secondRoot, path) {
  if (!(first >= 0 && first <= second)) return false;
  if (first === second) return path.length === 0 && equal(firstRoot, secondRoot);
  if (first === 0) return path.length === 0 && equal(firstRoot, await sha256(new Uint8Array(0)));
  const powerOfTwo = Number.isInteger(Math.log2(first));
  const steps = powerOfTwo ? [firstRoot, ...path] : path;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  if (steps.length === 0) return false;
  let [older, newer] = [steps[0], steps[0]];
  for (const step of steps.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [older, newer] = [await nodeHash(step, older), await nodeHash(step, newer)];
      [fn, sn] = pastLeftEdges(fn, sn);
    } else {
      newer = await nodeHash(newer, step);
      [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    }
  }
  return sn === 0 && equal(older, firstRoot) && equal(newer, secondRoot);
}

// A checkpoint is {size, root, at, key_id, signature} and, under a demonstration clock, "demonstration": true.
export async function verifyCheckpoint(checkpoint, publicHex) {
  const { key_id: _key, signature, ...signed } = checkpoint;
  return verify(bound("checkpoint", signed), unhex(signature), unhex(publicHex));
}

// A proof is {leaf: {entry, key_id, signature}, position, path, rows}; it holds against one checkpoint.
export async function verifyProof(proof, checkpoint, publicHex) {
  const { entry, signature } = proof.leaf;
  if (!(await verify(bound("entry", entry), unhex(signature), unhex(publicHex)))) return false;
  const digests = await Promise.all(proof.rows.map((row) => digest("row", row)));
  if (!digests.every((value) => entry.rows.some((row) => row.digest === value))) return false;
  const leaf = await leafHash(canonical(proof.leaf));
  return verifyInclusion(leaf, proof.position, checkpoint.size, proof.path.map(unhex), unhex(checkpoint.root));
}
