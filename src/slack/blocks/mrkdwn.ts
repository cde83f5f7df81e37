/** Text in Slack's own markup, for the few places that have no literal form: sources, buttons' notes, fallbacks. */

/**
 * Any text so that Slack shows it as it is: entities escaped, so that neither a mention nor a broadcast nor a link
 * can be made, and the four formatting characters followed by an invisible joiner, so that none of them opens a style.
 */
export function escapeMrkdwn(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[*_~`]/g, (character) => `${character}\u2060`);
}

/** Only the three entities: for fallback text, which is never styled but still looked through for mentions. */
export function escapeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Longest address in a source line: with its label and page it stays below the 3,000 characters of a text. */
const LINK_LIMIT = 1000;

/** A link, or only its label when the address is not plain http(s), or very long. */
export function mrkdwnLink(url: string, label: string): string {
  const shown = escapeMrkdwn(label.replaceAll(/\s+/g, " ").trim()).replaceAll("|", "¦");
  const safe = safeUrl(url);
  return safe === undefined || safe.length > LINK_LIMIT
    ? shown
    : `<${escapeEntities(safe).replaceAll("|", "%7C")}|${shown}>`;
}

/** The address when it is http or https and Slack takes its length; undefined otherwise. */
export function safeUrl(url: string): string | undefined {
  if (url.length > 3000 || !URL.canParse(url)) return undefined;
  return /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
