// The page on which a bidder takes a sealed bid back, or lets it stand for an amended tender: signed on this machine.

import { signObject, unwrap } from "./keys.js";
import { attempt, download, part, readJsonFile, ready, request, say, showClaims, Stop } from "./page-kit.js";

const root = document.querySelector("#sign");
const ADDRESS = { withdraw: "withdrawals", stands: "standings" };

async function sign() {
  const { action, tender, commitment, price, versionDigest, signingKey, signingKeyId } = root.dataset;
  const file = await readJsonFile(part(root, "recovery"));
  if (file.signing_key !== signingKey) throw new Stop("other-key");
  say(root, "unlocking");
  const keys = await unwrap(file, part(root, "words").value);
  const signed = async (name) => {
    const act = { action, tender, version_digest: versionDigest, commitment: name, supersedes: null };
    return { act, signature: await signObject("bid-act", act, keys) };
  };
  say(root, "signing");
  // Of a bid in two envelopes both are named: one act, or none.
  const json = price ? { technical: await signed(commitment), price: await signed(price) } : await signed(commitment);
  const given = await request(`/api/envelopes${price ? "/pairs" : ""}/${ADDRESS[action]}`, {
    method: "POST", json: { ...json, key_id: signingKeyId },
  });
  const answers = price ? { [commitment]: given.technical, [price]: given.price } : { [commitment]: given };
  const answer = answers[commitment];
  say(root, answer.outcome === "receipt" ? "signed" : "refused");
  const shown = part(root, answer.outcome);
  part(root, "form").hidden = true;
  shown.hidden = false;
  showClaims(shown, answer.token);
  part(root, "save-receipt").addEventListener("click", () => {
    for (const [name, each] of Object.entries(answers)) download(`${action}-${name.slice(0, 12)}.json`, JSON.stringify(each));
  });
}

if (root && (await ready(root))) {
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, sign);
  });
}
