// The priced item table of the sealing page: amounts, running sum, people. Nothing here is kept or sent.

import { part, phrase, Stop } from "./page-kit.js";

// Yuan as people write them, in fen; integers throughout.
export function fen(value, problem = "price-form", values = {}) {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(value.trim().replaceAll(",", ""));
  if (!match) throw new Stop(problem, values);
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

export function yuan(amount) {
  return `${Math.floor(amount / 100).toLocaleString("en")}.${String(amount % 100).padStart(2, "0")}`;
}

export const chosenTable = (root) => root.querySelector(`[data-items="${part(root, "lot").value}"]`);

const rowsOf = (table) => (table ? Array.from(table.querySelectorAll("[data-item]")) : []);

// The items of the chosen lot; every one needs a price, nought included.
export function items(root) {
  return rowsOf(chosenTable(root)).map((row) => ({
    code: row.dataset.item,
    level: Number(row.querySelector("[data-level]").value),
    price_fen: fen(row.querySelector("[data-item-price]").value, "item-form", { item: row.dataset.item }),
  }));
}

export const sumOf = (offered) => offered.reduce((sum, one) => sum + one.price_fen, 0);

// Rows with a role and a number of heads; half-filled ones are refused by name.
export function posts(root) {
  const found = [];
  for (const row of root.querySelectorAll("[data-post]")) {
    const role = row.querySelector("[data-role]").value.trim();
    const heads = row.querySelector("[data-heads]").value.trim();
    if (!role && !heads) continue;
    if (!role || !/^[1-9]\d{0,3}$/.test(heads)) throw new Stop("post-form", { role });
    found.push({ role, count: Number(heads) });
  }
  return found;
}

function tolerant(input) {
  try {
    return fen(input.value);
  } catch {
    return null;
  }
}

// Fen per square metre and month, rounded half-even, in integers: fen a year times 100 over (0.01 m² times 12).
function monthly(amount, areaCenti) {
  const above = BigInt(amount) * 100n;
  const below = BigInt(areaCenti) * 12n;
  const [whole, rest] = [above / below, (above % below) * 2n];
  return Number(whole + (rest > below || (rest === below && whole % 2n === 1n) ? 1n : 0n));
}

function showSums(root) {
  const table = chosenTable(root);
  const area = Number(part(root, "lot").selectedOptions[0]?.dataset.area ?? 0);
  const price = tolerant(part(root, "price"));
  part(root, "unit-price").textContent = price !== null && area > 0
    ? phrase(root, "unit-price", { price: yuan(monthly(price, area)) }) : "";
  if (!table) return;
  const inputs = Array.from(table.querySelectorAll("[data-item-price]"));
  const sum = inputs.reduce((total, input) => total + (tolerant(input) ?? 0), 0);
  table.querySelector("[data-sum]").textContent = yuan(sum);
  const open = inputs.filter((input) => tolerant(input) === null).length;
  const state = open > 0 ? "sum-open" : sum === price ? "sum-equal" : "sum-differs";
  part(root, "sum-check").textContent = phrase(root, state, {
    open, sum: yuan(sum), price: price === null ? "—" : yuan(price),
  });
}

export function watchSums(root) {
  const lot = part(root, "lot");
  const show = () => showSums(root);
  lot.addEventListener("change", () => {
    for (const table of root.querySelectorAll("[data-items]")) table.hidden = table.dataset.items !== lot.value;
    show();
  });
  root.addEventListener("input", show);
  show();
}
