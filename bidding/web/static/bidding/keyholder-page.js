// The page of a keyholder, on a telephone too: rehearse before publication; sign the list and release at the opening.

import { digest } from "./codec.js";
import { unwrap } from "./keys.js";
import { attempt, part, phrase, readJsonFile, ready, request, say, Stop } from "./page-kit.js";
import { answerRehearsal, listFaults, makeRelease } from "./release.js";

const root = document.querySelector("#keyholder");
const tender = root ? encodeURIComponent(root.dataset.tender) : "";
const LAST_SEEN = "market.checkpoint";

async function platformKeys() {
  const { keys } = await request("/.well-known/market-keys.json");
  return Object.fromEntries(keys.map((key) => [key.key_id, key.public_key]));
}

async function unlocked() {
  const file = await readJsonFile(part(root, "recovery"));
  say(root, "unlocking");
  return { file, keys: await unwrap(file, part(root, "words").value) };
}

async function rehearse() {
  const { file, keys } = await unlocked();
  const rehearsal = await request(`/api/tenders/${tender}/rehearsal`);
  const current = rehearsal.header && rehearsal.header.version_digest === (await digest("version", rehearsal.version));
  if (!current) throw new Stop("no-rehearsal");
  const body = await answerRehearsal(root.dataset.tender, rehearsal.header, keys, file);
  if (body.shares.shares.length === 0) throw new Stop("not-your-tender");
  if (body.shares.shares.some((each) => each.share === null)) throw new Stop("share-does-not-open");
  await request("/api/rehearsals", { method: "POST", json: body });
  say(root, "rehearsed");
}

function lastSeen() {
  try {
    return JSON.parse(localStorage.getItem(LAST_SEEN));
  } catch {
    return null;
  }
}

async function checkedList() {
  const answer = await request(`/api/tenders/${tender}/frozen-list`);
  const seen = lastSeen();
  const known = seen && seen.size <= answer.checkpoint.size;
  if (seen && !known) throw new Stop("log-went-back");
  const consistency = known
    ? (await request(`/api/log/consistency?first=${seen.size}&second=${answer.checkpoint.size}`)).path : null;
  const faults = await listFaults(answer, await platformKeys(), seen, consistency);
  if (faults.length > 0) throw new Stop("list-does-not-hold", { faults: faults.join(", ") });
  localStorage.setItem(LAST_SEEN, JSON.stringify({ size: answer.checkpoint.size, root: answer.checkpoint.root }));
  return answer;
}

async function release() {
  const { file, keys } = await unlocked();
  say(root, "checking");
  const answer = await checkedList();
  const { headers } = await request(`/api/tenders/${tender}/headers`);
  say(root, "opening-shares", { count: headers.length });
  const body = await makeRelease(answer, headers, keys, file);
  await request("/api/releases", { method: "POST", json: body });
  say(root, "released");
}

async function showList() {
  const answer = await checkedList();
  part(root, "count").textContent = phrase(root, "list-count", {
    count: answer.frozen.bids.length, refusals: answer.frozen.refusals,
  });
  part(root, "digest").textContent = answer.digest;
}

if (root && (await ready(root))) {
  if (root.dataset.step === "release") attempt(root, showList);
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, async () => {
      await (root.dataset.step === "release" ? release() : rehearse());
      part(root, "form").hidden = true;
      part(root, "done").hidden = false;
    });
  });
}
