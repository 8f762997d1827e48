// New keys for a keyholder or a bidder: made here, written down, asked back, and only then registered.

import { attempt, download, part, ready, request, say, Stop } from "./page-kit.js";
import { draw } from "./qr.js";
import { drawWords, makeKeys, signObject, tidy, wrap } from "./keys.js";

const root = document.querySelector("#enrol");
let made = null;

async function make() {
  const list = await request(`/api/words/${part(root, "language").value}`);
  const keys = await makeKeys();
  const words = drawWords(list);
  say(root, "wrapping");
  made = { keys, words, file: await wrap(keys, words, root.dataset.holder, root.dataset.label) };
  part(root, "made").hidden = false;
  part(root, "word-list").replaceChildren(...words.split(" ").map((word) => {
    const item = document.createElement("li");
    item.textContent = word;
    return item;
  }));
  part(root, "qr").replaceChildren(draw(words));
  say(root, "write-down");
}

// The words are asked back before anything is registered: a key nobody can unlock would be worse than none.
async function register() {
  if (!made) throw new Stop("make-first");
  if (!made.saved) throw new Stop("save-first");
  if (tidy(part(root, "again").value) !== tidy(made.words)) throw new Stop("words-differ");
  const { keys } = made;
  // An enterprise's opening key is its recovery key; the page says under which name it is registered.
  const pair = { [root.dataset.openingField]: keys.openingKey, signing_key: keys.signingKey };
  const registration = { ...JSON.parse(root.dataset.known), ...pair };
  const proof = await signObject(root.dataset.purpose, registration, keys.privateKeys);
  await request(root.dataset.register, { method: "POST", json: { ...pair, proof } });
  made = null;
  part(root, "word-list").replaceChildren();
  part(root, "qr").replaceChildren();
  window.location.assign(root.dataset.next);
}

if (root && (await ready(root))) {
  part(root, "make").addEventListener("click", () => attempt(root, make));
  part(root, "save").addEventListener("click", () => attempt(root, async () => {
    if (!made) throw new Stop("make-first");
    download(`${root.dataset.holder}-keys.json`, JSON.stringify(made.file, null, 1));
    made.saved = true;
    part(root, "ask-back").hidden = false;
    part(root, "again").focus();
  }));
  part(root, "print").addEventListener("click", () => window.print());
  part(root, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(root, register);
  });
}
