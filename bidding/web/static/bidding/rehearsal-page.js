// The tenderer's half of the rehearsal: seal a test envelope to the keyholders named in the draft.

import { sealRehearsal } from "./envelope.js";
import { attempt, part, ready, request, say } from "./page-kit.js";
import { digest } from "./codec.js";

const root = document.querySelector("#rehearsal");

async function start() {
  const number = root.dataset.tender;
  const { version } = await request(`/api/tenders/${encodeURIComponent(number)}/rehearsal`);
  const target = { tender: number, version, versionDigest: await digest("version", version), lot: version.lots[0] };
  await request("/api/rehearsals", { method: "POST", json: { step: "make", tender: number, header: await sealRehearsal(target) } });
  say(root, "sent");
}

if (root && (await ready(root))) {
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, start);
  });
}
