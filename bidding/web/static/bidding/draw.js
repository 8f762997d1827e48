// The draw of experts on a party's machine: the nonce is made here and leaves it only to be revealed.
// The same digest as bidding/domain/committee/draw.py::commitment.

import { digest, hex, random } from "./codec.js";

export const commitment = ({ tender, round, party, nonce }) =>
  digest("draw-commitment", { tender, round, party, nonce });

export async function makeNonce({ tender, round, party }) {
  const nonce = hex(random(32));
  return { form: "draw-nonce/1", tender, round, party, nonce, commitment: await commitment({ tender, round, party, nonce }) };
}

// Says whether a saved file holds the nonce this party committed to in this round.
export async function fits(file, { tender, round, party, promised }) {
  if (file.form !== "draw-nonce/1" || typeof file.nonce !== "string" || !/^[0-9a-f]{64}$/.test(file.nonce)) return false;
  return (await commitment({ tender, round, party, nonce: file.nonce })) === promised;
}
