// The panel of a party of the draw: make a nonce, keep it in a file, send its commitment; later reveal it.

import { fits, makeNonce } from "./draw.js";
import { attempt, download, part, readJsonFile, request, say, Stop } from "./page-kit.js";

const root = document.querySelector("#draw");
const { tender, party, step, commitment } = root?.dataset ?? {};
const round = Number(root?.dataset.round);

async function commit() {
  const made = await makeNonce({ tender, round, party });
  download(`draw-${tender}-${round}-${party}.json`, JSON.stringify(made));
  say(root, "draw-saved");
  await request(`/api/tenders/${tender}/draw/commitments`, { method: "POST", json: { round, commitment: made.commitment } });
  say(root, "draw-committed");
}

async function reveal() {
  const file = await readJsonFile(part(root, "nonce-file"));
  if (!(await fits(file, { tender, round, party, promised: commitment }))) throw new Stop("other-nonce");
  await request(`/api/tenders/${tender}/draw/reveals`, { method: "POST", json: { round, nonce: file.nonce } });
  say(root, "draw-revealed");
}

if (root) {
  const secure = window.isSecureContext && Boolean(crypto.subtle);
  part(root, secure ? "form" : "insecure").hidden = false;
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, async () => {
      await (step === "commit" ? commit() : reveal());
      part(root, "form").hidden = true;
      part(root, "done").hidden = false;
    });
  });
}
