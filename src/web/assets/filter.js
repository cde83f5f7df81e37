// Filters the table of pages by text and by what went wrong.
const filters = document.getElementById("filters");
const text = document.getElementById("filter");
const only = document.getElementById("only");
const rows = [...document.querySelectorAll(".groups tbody tr")];

function show() {
  const wanted = text.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const isWanted =
      (wanted === "" || row.textContent.toLowerCase().includes(wanted)) &&
      (only.value === "" || row.dataset.has.split(" ").includes(only.value));
    row.hidden = !isWanted;
    if (isWanted) shown += 1;
  }
  document.getElementById("shown").textContent =
    shown === rows.length ? "" : `${shown} of ${rows.length} pages`;
}

if (filters !== null) {
  filters.hidden = false;
  text.addEventListener("input", show);
  only.addEventListener("change", show);
}
