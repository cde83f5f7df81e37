/** Behaviour of the report: the filters above the cases. */
export const PAGE_SCRIPT = `
const form = document.getElementById("filters");
const cases = [...document.querySelectorAll("#cases > .case")];
const texts = new Map(cases.map((one) => [one, one.textContent.toLowerCase()]));
function apply() {
  const wanted = new FormData(form);
  const words = String(wanted.get("words")).toLowerCase().trim();
  let shown = 0;
  for (const one of cases) {
    const fits =
      (wanted.get("kind") === "" || one.dataset.kind === wanted.get("kind")) &&
      (wanted.get("style") === "" || one.dataset.style === wanted.get("style")) &&
      (wanted.get("fault") === "" || one.dataset.faults.split("|").includes(wanted.get("fault"))) &&
      (words === "" || texts.get(one).includes(words));
    one.hidden = !fits;
    if (fits) shown += 1;
  }
  form.querySelector("output").textContent = shown + " of " + cases.length;
}
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
apply();
`;
