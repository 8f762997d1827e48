// Bytes, canonical JSON and digests in the browser: the same encoding as market/kernel/digest.py.
// Canonical JSON is RFC 8785 on a narrower input: ASCII keys, strings, safe integers, booleans, null.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export const utf8 = (text) => encoder.encode(text);
export const text = (bytes) => decoder.decode(bytes);

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(value) {
  if (typeof value !== "string" || !/^(?:[0-9a-f]{2})*$/.test(value)) throw new Error("not-hex");
  return Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function uint64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export function equal(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

function canonicalText(value) {
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("not-canonical: number");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new Error("not-canonical: surrogate");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value === "object") {
    const fields = Object.keys(value).sort();
    if (!fields.every((key) => /^[\x00-\x7f]*$/.test(key))) throw new Error("not-canonical: key");
    return `{${fields.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`).join(",")}}`;
  }
  throw new Error("not-canonical: type");
}

export const canonical = (value) => utf8(canonicalText(value));

function prefix(purpose) {
  if (!/^[a-z-]+$/.test(purpose)) throw new Error("not-canonical: purpose");
  return utf8(`market/${purpose}/1`);
}

// "market/<purpose>/1" ‖ canonical JSON: what is signed, and what binds a cipher.
export const bound = (purpose, value) => concat(prefix(purpose), canonical(value));

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export const hBytes = (purpose, bytes) => sha256(concat(prefix(purpose), bytes));
export const h = async (purpose, bytes) => hex(await hBytes(purpose, bytes));
export const digest = (purpose, value) => h(purpose, canonical(value));

export async function keyId(publicHex) {
  return (await h("key", unhex(publicHex))).slice(0, 32);
}

// Instants travel as text with six decimals; JavaScript keeps milliseconds, so text is compared as text.
export const isInstant = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value);
