// A QR code of the eight words, drawn here because the words must not leave the machine.
// One size is enough: version 5, error correction M, byte mode, mask 0 (ISO/IEC 18004): up to 84 bytes.

import { utf8 } from "./codec.js";

const SIZE = 37;
const BLOCKS = 2;
const DATA_PER_BLOCK = 43;
const CORRECTION = 24;
const FORMAT = 0b101010000010010; // level M, mask 0, already masked with 101010000010010
const CAPACITY = 84;

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = value;
  EXP[power + 255] = value;
  LOG[value] = power;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}
const times = (left, right) => (left && right ? EXP[LOG[left] + LOG[right]] : 0);

function generator(degree) {
  let polynomial = [1];
  for (let root = 0; root < degree; root += 1) {
    const next = new Array(polynomial.length + 1).fill(0);
    polynomial.forEach((coefficient, at) => {
      next[at] ^= coefficient;
      next[at + 1] ^= times(coefficient, EXP[root]);
    });
    polynomial = next;
  }
  return polynomial;
}

function correction(data) {
  const divisor = generator(CORRECTION);
  const rest = [...data, ...new Array(CORRECTION).fill(0)];
  for (let at = 0; at < data.length; at += 1) {
    const factor = rest[at];
    divisor.forEach((coefficient, step) => { rest[at + step] ^= times(coefficient, factor); });
  }
  return rest.slice(data.length);
}

// Mode 0100, the length, the bytes, a terminator, and the pad bytes 11101100 00010001.
function codewords(bytes) {
  const bits = [0, 1, 0, 0];
  const push = (value) => { for (let bit = 7; bit >= 0; bit -= 1) bits.push((value >> bit) & 1); };
  push(bytes.length);
  bytes.forEach(push);
  bits.push(0, 0, 0, 0);
  const words = [];
  for (let at = 0; at < bits.length; at += 8) words.push(Number.parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0; words.length < BLOCKS * DATA_PER_BLOCK; pad += 1) words.push(pad % 2 ? 0x11 : 0xec);
  const blocks = [words.slice(0, DATA_PER_BLOCK), words.slice(DATA_PER_BLOCK)];
  const interleave = (rows) => rows[0].flatMap((_, at) => rows.map((row) => row[at]));
  return [...interleave(blocks), ...interleave(blocks.map(correction))];
}

// Finders with their separators, timing, alignment, the dark module and the format: what data must not cover.
function frame() {
  const grid = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
  const square = (row, column, reach, dark) => {
    for (let dr = -reach; dr <= reach; dr += 1) {
      for (let dc = -reach; dc <= reach; dc += 1) {
        if (grid[row + dr]?.[column + dc] !== undefined) grid[row + dr][column + dc] = dark(Math.max(Math.abs(dr), Math.abs(dc)));
      }
    }
  };
  for (const [row, column] of [[3, 3], [3, SIZE - 4], [SIZE - 4, 3]]) square(row, column, 4, (ring) => ring < 2 || ring === 3);
  for (let at = 8; at < SIZE - 8; at += 1) grid[6][at] = grid[at][6] = at % 2 === 0;
  square(30, 30, 2, (ring) => ring !== 1);
  grid[SIZE - 8][8] = true;
  const rows = [0, 1, 2, 3, 4, 5, 7, 8, SIZE - 7, SIZE - 6, SIZE - 5, SIZE - 4, SIZE - 3, SIZE - 2, SIZE - 1];
  for (let bit = 0; bit < 15; bit += 1) {
    const dark = ((FORMAT >> bit) & 1) === 1;
    grid[rows[bit]][8] = dark;
    grid[8][bit < 8 ? SIZE - 1 - bit : [7, 5, 4, 3, 2, 1, 0][bit - 8]] = dark;
  }
  return grid;
}

// The modules as rows of booleans, dark is true.
export function modules(text) {
  const bytes = Array.from(utf8(text));
  if (bytes.length > CAPACITY) throw new Error("qr: too long");
  const bits = codewords(bytes).flatMap((word) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (word >> bit) & 1));
  const grid = frame();
  let at = 0;
  let upward = true;
  for (let right = SIZE - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let step = 0; step < SIZE; step += 1) {
      const row = upward ? SIZE - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (grid[row][column] !== null) continue;
        grid[row][column] = Boolean((bits[at] ?? 0) ^ Number((row + column) % 2 === 0));
        at += 1;
      }
    }
    upward = !upward;
  }
  return grid;
}

// An SVG element with the quiet zone of four modules.
export function draw(text) {
  const grid = modules(text);
  const path = grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join("");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${SIZE + 8} ${SIZE + 8}`);
  svg.setAttribute("role", "img");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
