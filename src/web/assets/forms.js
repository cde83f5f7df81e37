// Forms and buttons by which an operator keeps something: what they hold goes to the server as JSON, what it says of it
// is shown beside them.

async function keepAt(api, value) {
  const response = await fetch(api, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** A field's value: a list where it is marked as lines or as the only one of a list; undefined where it is empty. */
function valueOf(field) {
  const text = field.value.trim();
  if (field.dataset.lines !== undefined)
    return text.split("\n").filter((line) => line.trim() !== "");
  if (field.dataset.list !== undefined) return [text];
  return text === "" ? undefined : text;
}

for (const form of document.querySelectorAll("form[data-api]")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sure !== undefined && !confirm(form.dataset.sure)) return;
    const told = form.querySelector("[role=status]");
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const fields = [...form.elements].filter(({ name }) => name !== "");
      const value = Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
      const { said } = await keepAt(form.dataset.api, value);
      if (form.dataset.next !== undefined) {
        location.assign(form.dataset.next);
        return;
      }
      form.reset();
      told.textContent = said;
    } catch (error) {
      told.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
}

// Answers come while the page is open, and their buttons with them.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-case]");
  if (button === null) return;
  button.disabled = true;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.after(told);
  try {
    const { said } = await keepAt("/api/case", { thread: button.dataset.case });
    told.textContent = said;
  } catch (error) {
    told.textContent = error.message;
    button.disabled = false;
  }
});
