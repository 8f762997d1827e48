// The page of the bid manager: check the notice, unlock the keys, seal on this machine, send the sealed bytes.

import { digest, h, unhex } from "./codec.js";
import { sealBid } from "./envelope.js";
import { unwrap } from "./keys.js";
import { attempt, download, part, phrase, readJsonFile, ready, request, say, showClaims, Stop } from "./page-kit.js";
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
  return notice;
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

function fen(value) {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(value.trim().replaceAll(",", ""));
  if (!match) throw new Stop("price-form");
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
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

function showReceipt(answer, sealed) {
  const shown = part(root, answer.outcome);
  part(root, "form").hidden = true;
  shown.hidden = false;
  showClaims(shown, answer.token);
  part(root, "commitment").textContent = sealed.commitment;
  part(root, "save-receipt").addEventListener("click", () => {
    download(`receipt-${sealed.commitment.slice(0, 12)}.json`, JSON.stringify({ ...answer, header: sealed.header }));
  });
  part(root, "receipt-pdf").href = `/my/bids/${sealed.commitment}/receipt.pdf`;
  shown.focus();
}

async function sealAndSend() {
  const notice = await checkedNotice(root.dataset.tender);
  const file = await readJsonFile(part(root, "recovery"));
  if (file.signing_key !== root.dataset.signingKey) throw new Stop("other-key");
  say(root, "unlocking");
  const keys = await unwrap(file, part(root, "words").value);
  const offer = {
    form: "bid/1", price_fen: fen(part(root, "price").value), terms: terms(),
    structured: { plan: part(root, "plan").value.trim(), staff: Number(part(root, "staff").value) },
  };
  const target = {
    tender: notice.version.tender, version: notice.version, versionDigest: notice.version_digest,
    lot: part(root, "lot").value, supersedes: part(root, "supersedes")?.value || null,
  };
  const bidder = {
    uscc: root.dataset.uscc, name: root.dataset.name, recoveryKey: file.opening_key, signingKey: unhex(keys.signing),
  };
  say(root, "sealing");
  const sealed = await sealBid({ target, bidder, offer, files: await files() });
  const id = await upload(sealed.ciphertext);
  const { header, act, signature } = sealed;
  const answer = await request("/api/envelopes", {
    method: "POST", json: { upload: id, header, act, signature, key_id: root.dataset.signingKeyId },
  });
  say(root, answer.outcome === "receipt" ? "received" : "refused");
  showReceipt(answer, sealed);
}

function showUnitPrice() {
  const place = part(root, "unit-price");
  const input = part(root, "price");
  const areaCenti = Number(root.dataset.area);
  input.addEventListener("input", () => {
    try {
      const monthly = (fen(input.value) / 12 / areaCenti).toFixed(2);
      place.textContent = areaCenti > 0 ? phrase(root, "unit-price", { price: monthly }) : "";
    } catch {
      place.textContent = "";
    }
  });
}

if (root && (await ready(root))) {
  showUnitPrice();
  attempt(root, async () => showFingerprints(await checkedNotice(root.dataset.tender)));
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, sealAndSend);
  });
}
