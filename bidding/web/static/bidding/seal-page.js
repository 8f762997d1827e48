// The page of the bid manager: check the notice, unlock the keys, seal on this machine, send the sealed bytes.

import { digest, h, unhex } from "./codec.js";
import { sealBid, sealPair } from "./envelope.js";
import { unwrap } from "./keys.js";
import { chosenTable, fen, items, posts, sumOf, watchSums, yuan } from "./offer-form.js";
import { attempt, download, part, readJsonFile, ready, request, say, showClaims, Stop } from "./page-kit.js";
import { verifyCheckpoint, verifyProof } from "./tree.js";

const PART = 1024 * 1024;
const LARGEST = 100 * 1024 * 1024;
const root = document.querySelector("#seal");

// The notice as the browser itself checked it: version digest, the log's proof, the platform's signature.
async function checkedNotice(number) {
  const [notice, published] = await Promise.all([
    request(`/api/tenders/${encodeURIComponent(number)}`), request("/.well-known/market-keys.json"),
  ]);
  const publicHex = published.keys.find((key) => key.key_id === notice.checkpoint.key_id)?.public_key;
  const pinned = root.dataset.platformKey;
  if (!publicHex || (pinned && pinned !== publicHex)) throw new Stop("platform-key");
  if ((await digest("version", notice.version)) !== notice.version_digest) throw new Stop("version-digest");
  const entry = notice.proof?.leaf.entry;
  const logged = notice.proof && entry.subject === notice.version_digest
    && (await verifyCheckpoint(notice.checkpoint, publicHex))
    && (await verifyProof(notice.proof, notice.checkpoint, publicHex));
  if (!logged) throw new Stop("not-logged");
  await checkTables(notice);
  return notice;
}

// The item table that is priced must be the one of the version the log holds.
async function checkTables(notice) {
  const tables = Object.fromEntries(
    notice.content.lots.filter((lot) => lot.services).map((lot) => [lot.id, lot.services]),
  );
  const known = Object.keys(tables).length === 0
    || notice.version.documents.includes(await digest("service-tables", tables));
  const shown = Array.from(root.querySelectorAll("[data-items]"), (table) =>
    [table.dataset.items, Array.from(table.querySelectorAll("[data-item]"), (row) => row.dataset.item)]);
  const same = shown.length === Object.keys(tables).length && shown.every(([lot, codes]) =>
    tables[lot] && codes.join() === tables[lot].lines.map((line) => line.code).join());
  if (!known || !same) throw new Stop("other-table");
}

async function showFingerprints(notice) {
  const list = part(root, "fingerprints");
  list.replaceChildren();
  for (const holder of notice.version.keyholders) {
    const fingerprint = await h("key", unhex(holder.opening_key));
    const line = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = fingerprint.match(/.{8}/g).join(" ");
    line.setAttribute("translate", "no");
    line.append(`${holder.institution} `, code);
    list.append(line);
  }
}

function terms() {
  const found = {};
  for (const input of root.querySelectorAll("[data-term]")) {
    const value = input.value.trim();
    found[input.dataset.term] = input.dataset.kind === "integer" ? Number(value) : value;
    if (value === "" || Number.isNaN(found[input.dataset.term])) throw new Stop("term-missing", { term: input.dataset.label });
  }
  return found;
}

async function files() {
  const chosen = Array.from(part(root, "files").files);
  if (chosen.reduce((sum, file) => sum + file.size, 0) > LARGEST) throw new Stop("too-large");
  return Promise.all(chosen.map(async (file) => ({
    name: file.name, media_type: file.type || "application/octet-stream", bytes: new Uint8Array(await file.arrayBuffer()),
  })));
}

async function upload(ciphertext) {
  const { upload: id } = await request("/api/uploads", { method: "POST", json: {} });
  for (let at = 0; at < ciphertext.length; at += PART) {
    await send(id, at, ciphertext.subarray(at, at + PART));
    say(root, "sending", { percent: Math.floor((100 * Math.min(at + PART, ciphertext.length)) / ciphertext.length) });
  }
  return id;
}

// A broken connection sends the bytes already made again: they are never rebuilt.
async function send(id, at, bytes, tries = 5) {
  try {
    await request(`/api/uploads/${id}?offset=${at}`, { method: "PUT", bytes });
  } catch (problem) {
    if (tries === 0 || !(problem instanceof TypeError)) throw problem;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await send(id, at, bytes, tries - 1);
  }
}

// One receipt for each envelope; both are saved with one click.
function showReceipts(answers, sealed) {
  const shown = part(root, answers[0].outcome);
  part(root, "form").hidden = true;
  shown.hidden = false;
  showClaims(shown, answers[0].token);
  part(root, "commitment").textContent = sealed.map((each) => each.commitment).join(" ");
  part(root, "save-receipt").addEventListener("click", () => {
    for (const [at, { commitment, header }] of sealed.entries()) {
      download(`receipt-${commitment.slice(0, 12)}.json`, JSON.stringify({ ...answers[at], header }));
    }
  });
  part(root, "receipt-pdf").href = `/my/bids/${sealed[0].commitment}/receipt.pdf`;
  shown.focus();
}

function supersedes() {
  const named = (kind) => part(root, `supersedes-${kind}`)?.value || null;
  return { single: named("single"), technical: named("technical"), price: named("price") };
}

// What goes with one envelope into ``finish``, its bytes uploaded.
async function sent({ ciphertext, header, act, signature }) {
  return { upload: await upload(ciphertext), header, act, signature };
}

// What stands in offer.json; a sum that is not the price is refused here, not found out by the committee.
function structured(price, answers) {
  const offered = items(root);
  if (chosenTable(root) && sumOf(offered) !== price) throw new Stop("sum-differs", { sum: yuan(sumOf(offered)), price: yuan(price) });
  return {
    form: "offer/1", lot: part(root, "lot").value, items: offered, staff: posts(root),
    project_manager: answers.project_manager, plan: part(root, "plan").value.trim(),
    other_terms: part(root, "other-terms").value.trim(),
  };
}

async function sealAndSend() {
  const notice = await checkedNotice(root.dataset.tender);
  const answers = terms();
  const price = fen(part(root, "price").value);
  const offer = { kind: "single", form: "bid/1", price_fen: price, terms: answers, structured: structured(price, answers) };
  const file = await readJsonFile(part(root, "recovery"));
  if (file.signing_key !== root.dataset.signingKey) throw new Stop("other-key");
  say(root, "unlocking");
  const keys = await unwrap(file, part(root, "words").value);
  const target = {
    tender: notice.version.tender, version: notice.version, versionDigest: notice.version_digest,
    lot: part(root, "lot").value,
  };
  const bidder = {
    uscc: root.dataset.uscc, name: root.dataset.name, recoveryKey: file.opening_key, signingKey: unhex(keys.signing),
  };
  say(root, "sealing");
  const old = supersedes();
  const key_id = root.dataset.signingKeyId;
  if (notice.version.two_envelopes) {
    const pair = await sealPair({ target: { ...target, supersedes: old }, bidder, offer, files: await files() });
    const json = { technical: await sent(pair.technical), price: await sent(pair.price), key_id };
    const answer = await request("/api/envelopes/pairs", { method: "POST", json });
    finished([answer.technical, answer.price], [pair.technical, pair.price]);
  } else {
    const sealed = await sealBid({ target: { ...target, supersedes: old.single }, bidder, offer, files: await files() });
    const json = { ...(await sent(sealed)), key_id };
    finished([await request("/api/envelopes", { method: "POST", json })], [sealed]);
  }
}

function finished(answers, sealed) {
  say(root, answers[0].outcome === "receipt" ? "received" : "refused");
  showReceipts(answers, sealed);
}

if (root && (await ready(root))) {
  watchSums(root);
  attempt(root, async () => showFingerprints(await checkedNotice(root.dataset.tender)));
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, sealAndSend);
  });
}
