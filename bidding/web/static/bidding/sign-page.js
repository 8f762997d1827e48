// The page on which a bidder takes a sealed bid back, or lets it stand for an amended tender: signed on this machine.

import { signObject, unwrap } from "./keys.js";
import { attempt, download, part, readJsonFile, ready, request, say, showClaims, Stop } from "./page-kit.js";

const root = document.querySelector("#sign");
const ADDRESS = { withdraw: "/api/envelopes/withdrawals", stands: "/api/envelopes/standings" };

async function sign() {
  const { action, tender, commitment, versionDigest, signingKey, signingKeyId } = root.dataset;
  const file = await readJsonFile(part(root, "recovery"));
  if (file.signing_key !== signingKey) throw new Stop("other-key");
  say(root, "unlocking");
  const keys = await unwrap(file, part(root, "words").value);
  const act = { action, tender, version_digest: versionDigest, commitment, supersedes: null };
  const signature = await signObject("bid-act", act, keys);
  say(root, "signing");
  const answer = await request(ADDRESS[action], {
    method: "POST", json: { act, signature, key_id: signingKeyId },
  });
  say(root, answer.outcome === "receipt" ? "signed" : "refused");
  const shown = part(root, answer.outcome);
  part(root, "form").hidden = true;
  shown.hidden = false;
  showClaims(shown, answer.token);
  part(root, "save-receipt").addEventListener("click", () => {
    download(`${action}-${commitment.slice(0, 12)}.json`, JSON.stringify(answer));
  });
}

if (root && (await ready(root))) {
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, sign);
  });
}
