/** Behaviour of the report: the filters above the cases, and links to a case. */
export const PAGE_SCRIPT = `
const form = document.getElementById("filters");
const cases = [...document.querySelectorAll("#cases > .case")];
const texts = new Map(cases.map((one) => [one, one.textContent.toLowerCase()]));
const button = form.elements.open;
const shown = () => cases.filter((one) => !one.hidden);
function apply() {
  const wanted = new FormData(form);
  const fault = wanted.get("fault");
  const words = String(wanted.get("words")).toLowerCase().trim();
  for (const one of cases) {
    const faults = one.dataset.faults;
    one.hidden = !(
      (wanted.get("kind") === "" || one.dataset.kind === wanted.get("kind")) &&
      (wanted.get("style") === "" || one.dataset.style === wanted.get("style")) &&
      (fault === "" ||
        (fault === "*" && faults !== "") ||
        (fault === "-" && faults === "") ||
        faults.split("|").includes(fault)) &&
      (words === "" || texts.get(one).includes(words))
    );
  }
  form.querySelector("output").textContent = shown().length + " of " + cases.length;
  label();
}
function label() {
  button.textContent = shown().some((one) => one.open) ? "Close all" : "Open all";
}
button.addEventListener("click", () => {
  const open = !shown().some((one) => one.open);
  for (const one of shown()) one.open = open;
  label();
});
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("cases").addEventListener("toggle", label, true);
function follow() {
  const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!cases.includes(one)) return;
  form.reset();
  apply();
  one.open = true;
  one.scrollIntoView();
}
addEventListener("hashchange", follow);
apply();
follow();
`;
