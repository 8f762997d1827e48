// Adds up the weight table while it is filled; the server adds it up again when it is saved.

const centi = (text) => {
  const found = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : 0;
};
const written = (sum) => `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, "0")}`;

for (const table of document.querySelectorAll("table.weights")) {
  const total = document.querySelector(table.dataset.total);
  const rows = Array.from(table.tBodies[0].rows, (row) => ({
    number: row.querySelector("[name$='.number']"),
    kind: row.querySelector("[name$='.kind']"),
    points: row.querySelector("[name$='.points']"),
    made: row.querySelector("output"),
  }));
  const add = () => {
    const leaves = rows.filter((row) => row.number.value.trim() && row.kind.value && row.kind.value !== "group");
    const sum = (some) => some.reduce((so_far, row) => so_far + centi(row.points.value), 0);
    for (const row of rows) {
      const group = row.kind.value === "group" && row.number.value.trim();
      const made = group ? sum(leaves.filter((leaf) => leaf.number.value.trim().startsWith(`${group}.`))) : 0;
      row.made.textContent = group ? `= ${written(made)}` : "";
      row.made.classList.toggle("broken", Boolean(group) && made !== centi(row.points.value));
    }
    const all = sum(leaves);
    total.textContent = written(all);
    total.classList.toggle("broken", all !== 10000);
  };
  table.addEventListener("input", add);
  add();
}
