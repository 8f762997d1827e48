// What the pages with keys share: texts out of the page (never out of code), requests, files.
// A text stands in the page as <template data-text="name">… {value} …</template>.

export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

export function phrase(root, name, values = {}) {
  const found = root.querySelector(`template[data-text="${name}"]`);
  const text = found ? found.content.textContent.trim() : name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

export function say(root, name, values) {
  const place = part(root, "state");
  place.textContent = phrase(root, name, values);
  place.hidden = false;
}

// A refusal with its name in the catalogue of the page, for people; anything else is shown as it came.
export class Stop extends Error {
  constructor(name, values = {}) {
    super(name);
    this.values = values;
  }
}

export async function attempt(root, work) {
  const trouble = part(root, "trouble");
  trouble.hidden = true;
  for (const button of root.querySelectorAll("button")) button.disabled = true;
  try {
    await work();
  } catch (problem) {
    trouble.textContent = problem instanceof Stop ? phrase(root, problem.message, problem.values)
      : problem.message === "wrong-words" ? phrase(root, "wrong-words") : problem.message;
    trouble.hidden = false;
    trouble.focus();
  } finally {
    for (const button of root.querySelectorAll("button")) button.disabled = false;
  }
}

function token() {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

// Sends JSON or raw bytes; a refusal (RFC 9457) becomes an Error with the text the server wrote for people.
export async function request(path, { method = "GET", json, bytes } = {}) {
  const headers = { accept: "application/json" };
  if (method !== "GET") headers["x-csrftoken"] = token();
  if (json !== undefined) headers["content-type"] = "application/json";
  if (bytes !== undefined) headers["content-type"] = "application/octet-stream";
  const body = json === undefined ? bytes : JSON.stringify(json);
  const response = await fetch(path, { method, headers, body, credentials: "same-origin", cache: "no-store" });
  const answer = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new Error(answer.detail || answer.title || `${response.status}`);
  return answer;
}

export function download(name, value) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([value], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export async function readJsonFile(input) {
  const [file] = input.files;
  if (!file) throw new Stop("choose-file");
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new Stop("not-a-recovery-file");
  }
}

// WebCrypto exists only on https and on this machine's own address: say so instead of failing later.
export async function ready(root) {
  if (!window.isSecureContext || !crypto.subtle) {
    part(root, "insecure").hidden = false;
    return false;
  }
  try {
    await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
    await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  } catch {
    part(root, "old-browser").hidden = false;
    return false;
  }
  part(root, "form").hidden = false;
  return true;
}

// The claims of a receipt or refusal in words: instants in Beijing time as exact as they came.
export function showClaims(place, token) {
  const bytes = Uint8Array.from(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const claims = JSON.parse(new TextDecoder().decode(bytes));
  for (const spot of place.querySelectorAll("[data-claim]")) {
    const value = claims[spot.dataset.claim] ?? "";
    spot.textContent = spot.dataset.claim.endsWith("_at") ? beijing(value) : value;
    spot.title = value;
  }
}

function beijing(value) {
  const shown = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: "Asia/Shanghai", dateStyle: "long", timeStyle: "medium", hourCycle: "h23",
  }).format(new Date(value));
  return shown + (/\.\d+/.exec(value)?.[0] ?? "");
}
