// What a keyholder does at the opening: check the frozen list, sign it, and release the shares in one act.
// The twin of bidding/client/releasing.py.

import { bound, digest, h, hex, keyId, unhex } from "./codec.js";
import { open, sign } from "./hpke.js";
import { shareInfo } from "./envelope.js";
import { verifyCheckpoint, verifyConsistency, verifyProof } from "./tree.js";

// Returns the names of everything that does not hold; an empty list means the list may be signed.
//   answer: GET /api/tenders/{number}/frozen-list; platform: {keyId: publicHex} trusted by the keyholder
//   seen: the last checkpoint this browser has seen, or null; consistency: path from `seen`, or null
export async function listFaults(answer, platform, seen, consistency) {
  const { version, frozen, proof, checkpoint } = answer;
  const faults = [];
  const must = async (name, holds) => {
    if (!(await holds)) faults.push(name);
  };
  const publicHex = platform[checkpoint.key_id];
  if (!publicHex) return ["platform-key-unknown"];
  const freezeDigest = await digest("freeze", frozen);
  await must("version-digest", (await digest("version", version)) === frozen.version_digest);
  await must("freeze-digest", freezeDigest === answer.digest);
  await must("freeze-subject", proof.leaf.entry.subject === freezeDigest);
  await must("checkpoint-signature", verifyCheckpoint(checkpoint, publicHex));
  const listKey = platform[frozen.checkpoint.key_id];
  await must("list-checkpoint-signature", listKey && verifyCheckpoint(frozen.checkpoint, listKey));
  await must("freeze-inclusion", verifyProof(proof, checkpoint, platform[proof.leaf.key_id] ?? publicHex));
  await must("consistency", verifyConsistency(
    frozen.checkpoint.size, checkpoint.size, unhex(frozen.checkpoint.root), unhex(checkpoint.root),
    answer.consistency.map(unhex),
  ));
  if (seen && consistency) {
    await must("consistency-with-last-seen", verifyConsistency(
      seen.size, checkpoint.size, unhex(seen.root), unhex(checkpoint.root), consistency.map(unhex),
    ));
  }
  const listed = frozen.bids.map((bid) => bid.commitment);
  await must("list-order", listed.every((value, at) => at === 0 || listed[at - 1] < value));
  return faults;
}

// Opens this keyholder's shares of one header; a share that does not open is named as null, never left out.
export async function openShares(header, ownKeyId, openingPrivate) {
  const target = { tender: header.tender, versionDigest: header.version_digest, lot: header.lot };
  const envelope = { id: header.envelope_id, tag: header.bidder_tag, kind: header.kind };
  const shares = [];
  for (const row of header.shares.filter((each) => each.key_id === ownKeyId)) {
    let share = null;
    try {
      const info = shareInfo(target, envelope, row.subset, row.key_id);
      const bytes = await open(unhex(row.sealed), openingPrivate, info);
      // One that misses its digest is released all the same: everybody can then see whose fault it is.
      if (bytes.length === 32) share = hex(bytes);
    } catch {
      share = null;
    }
    shares.push({ subset: row.subset, key_id: row.key_id, share });
  }
  return shares;
}

// What speaks against the locked technical marks over which shares of prices are released.
//   answer: GET /api/tenders/{number}/locked-marks, whose list was found sound
export async function marksFaults(answer, platform) {
  const { marks, listed, proof } = answer;
  const two = listed.version.two_envelopes;
  if (!two) return ["envelopes"];
  const prices = listed.frozen.bids.filter((bid) => bid.kind === "price").map((bid) => bid.commitment);
  const reached = (bid) => bid.technical >= two.threshold_points;
  const checks = {
    "marks-subject": proof.leaf.entry.subject === (await digest("marks", marks)),
    "marks-inclusion": await verifyProof(proof, listed.checkpoint, platform[proof.leaf.key_id]),
    "marks-order": proof.position > listed.proof.position,
    "marks-list": marks.freeze === listed.digest && marks.tender === listed.frozen.tender,
    "marks-threshold": marks.threshold_points === two.threshold_points,
    "marks-prices": marks.bids.every((bid) => prices.includes(bid.price))
      && new Set(marks.bids.map((bid) => bid.price)).size === marks.bids.length,
    "marks-sum": marks.bids.every((bid) => bid.technical === bid.points.reduce((sum, one) => sum + one.points, 0)),
    "marks-outcome": marks.bids.every((bid) => bid.outcome === "rejected"
      || bid.outcome === (reached(bid) ? "passed" : "below-threshold")),
  };
  return Object.entries(checks).filter(([, holds]) => !holds).map(([name]) => name);
}

async function allShares(headers, keys, file) {
  const ownKeyId = await keyId(file.opening_key);
  const shares = [];
  for (const header of headers) {
    const envelope = await digest("commitment", header);
    shares.push({ envelope, shares: await openShares(header, ownKeyId, unhex(keys.opening)) });
  }
  return { ownKeyId, shares };
}

// The body of POST /api/releases. Headers must be exactly the listed ones: anything else is refused here.
//   marks: the locked technical marks, to release the prices of those who passed; without them never a price
export async function makeRelease(answer, headers, keys, file, marks = null) {
  const listed = answer.frozen.bids.map((bid) => bid.commitment);
  const given = await Promise.all(headers.map((header) => digest("commitment", header)));
  if (given.length !== listed.length || given.some((each, at) => each !== listed[at])) {
    throw new Error("headers-not-the-list");
  }
  const passed = marks?.bids.filter((bid) => bid.outcome === "passed").map((bid) => bid.price);
  const chosen = headers.filter((header, at) => (marks ? passed.includes(given[at]) : header.kind !== "price"));
  const { ownKeyId, shares } = await allShares(chosen, keys, file);
  const message = {
    tender: answer.frozen.tender, freeze: answer.digest, key_id: ownKeyId, shares_digest: await digest("shares", shares),
    ...(marks ? { marks: await digest("marks", marks) } : {}),
  };
  const signature = hex(await sign(bound("release", message), unhex(keys.signing)));
  const { shares_digest: _, ...said } = message;
  return { ...said, shares, signature };
}

// The body of a rehearsal's answer: the same opening, on a test envelope.
export async function answerRehearsal(tender, header, keys, file) {
  const { ownKeyId, shares } = await allShares([header], keys, file);
  const message = {
    tender, envelope: shares[0].envelope, key_id: ownKeyId, shares_digest: await digest("shares", shares),
  };
  const signature = hex(await sign(bound("rehearsal", message), unhex(keys.signing)));
  return { step: "answer", tender, key_id: ownKeyId, shares: shares[0], signature };
}

// The content key of one's own envelope, from its recovery share.
export async function recoverContentKey(header, recoveryPrivate) {
  const target = { tender: header.tender, versionDigest: header.version_digest, lot: header.lot };
  const envelope = { id: header.envelope_id, tag: header.bidder_tag, kind: header.kind };
  const info = shareInfo(target, envelope, [], header.recovery.key_id);
  const contentKey = await open(unhex(header.recovery.sealed), recoveryPrivate, info);
  if ((await h("cek", contentKey)) !== header.key_commitment) throw new Error("key-commitment");
  return hex(contentKey);
}
