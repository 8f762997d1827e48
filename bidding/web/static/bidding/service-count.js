// Keeps the number of chosen services current while the form is filled; the server counts again when it is saved.

for (const table of document.querySelectorAll("table.service-choice")) {
  const form = table.closest("form");
  const output = document.querySelector(table.dataset.count);
  const count = () => {
    const general = form.elements.service_level.value;
    const chosen = Array.from(table.querySelectorAll("select")).filter((one) => (one.value || general || "0") !== "0");
    const own = Array.from(form.querySelectorAll("input[name^='own.'][name$='.name']")).filter((one) => one.value.trim());
    output.textContent = String(chosen.length + own.length);
  };
  form.addEventListener("input", count);
  count();
}
