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

// How people ask for a page: kept by the server, where there is one.
for (const form of document.querySelectorAll("form.phrasings")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("[role=status]");
    try {
      const response = await fetch("/api/phrasings", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ url: form.dataset.url, asked: [form.elements.asked.value] }),
      });
      const { count, error } = await response.json();
      if (!response.ok) throw new Error(error);
      form.reset();
      told.textContent = `Kept; the page has ${count} now. The next ingest reads them.`;
    } catch (error) {
      told.textContent = error.message;
    }
  });
}
