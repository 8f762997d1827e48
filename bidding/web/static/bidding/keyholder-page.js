// The page of a keyholder, on a telephone too: rehearse before publication; sign the list and release at the opening.

import { digest } from "./codec.js";
import { unwrap } from "./keys.js";
import { attempt, part, phrase, readJsonFile, ready, request, say, Stop } from "./page-kit.js";
import { answerRehearsal, listFaults, makeRelease, marksFaults } from "./release.js";

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

const prices = root?.dataset.step === "prices";

// The frozen list; at the opening of prices with the locked marks, checked as strictly.
async function fetched() {
  if (!prices) return { listed: await request(`/api/tenders/${tender}/frozen-list`) };
  const answer = await request(`/api/tenders/${tender}/locked-marks`);
  const faults = await marksFaults(answer, await platformKeys());
  if (faults.length > 0) throw new Stop("list-does-not-hold", { faults: faults.join(", ") });
  return answer;
}

async function checkedList() {
  const { listed: answer, marks } = await fetched();
  const seen = lastSeen();
  const known = seen && seen.size <= answer.checkpoint.size;
  if (seen && !known) throw new Stop("log-went-back");
  const consistency = known
    ? (await request(`/api/log/consistency?first=${seen.size}&second=${answer.checkpoint.size}`)).path : null;
  const faults = await listFaults(answer, await platformKeys(), seen, consistency);
  if (faults.length > 0) throw new Stop("list-does-not-hold", { faults: faults.join(", ") });
  localStorage.setItem(LAST_SEEN, JSON.stringify({ size: answer.checkpoint.size, root: answer.checkpoint.root }));
  return { answer, marks };
}

async function release() {
  const { file, keys } = await unlocked();
  say(root, "checking");
  const { answer, marks } = await checkedList();
  const { headers } = await request(`/api/tenders/${tender}/headers`);
  say(root, "opening-shares", { count: headers.length });
  const body = await makeRelease(answer, headers, keys, file, marks);
  await request("/api/releases", { method: "POST", json: body });
  say(root, "released");
}

async function showList() {
  const { answer, marks } = await checkedList();
  part(root, "count").textContent = marks
    ? phrase(root, "marks-count", {
      passed: marks.bids.filter((bid) => bid.outcome === "passed").length, count: marks.bids.length,
    })
    : phrase(root, "list-count", { count: answer.frozen.bids.length, refusals: answer.frozen.refusals });
  part(root, "digest").textContent = marks ? await digest("marks", marks) : answer.digest;
}

if (root && (await ready(root))) {
  const releasing = root.dataset.step !== "rehearse";
  if (releasing) attempt(root, showList);
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, async () => {
      await (releasing ? release() : rehearse());
      part(root, "form").hidden = true;
      part(root, "done").hidden = false;
    });
  });
}
