/** [pure] Text and shares as they stand in the HTML page. */

/** Everything that cases, pages and users wrote is text. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** 0.5 -> "50.0%"; what lies outside 0 to 1 is cut. */
export function percent(share: number): string {
  return `${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`;
}

/** A link where the address is one of the web, plain text otherwise. `label` is HTML. */
export function link(url: string, label: string): string {
  return /^https?:\/\//.test(url)
    ? `<a href="${escape(url)}" rel="noreferrer">${label}</a>`
    : `<span>${label}</span>`;
}
