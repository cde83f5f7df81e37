/** What Slack takes in one message, and the smaller sizes the bot keeps to. https://docs.slack.dev/reference/block-kit */

/** Slack's own limits; beyond them a call fails. */
export const SLACK_LIMITS = {
  blocks: 50,
  buttonText: 75,
  buttonValue: 2000,
  tableRows: 100,
  tableCells: 20,
  listIndent: 8,
  /** Text of all blocks of a message together. Not documented; a message beyond is refused (`msg_blocks_too_long`). */
  messageCharacters: 12_000,
  /** Fallback text of `chat.update`; `chat.postMessage` takes ten times as much. */
  text: 4000,
} as const;

/** The bot's own: one message stays readable, and far from the limits whatever Slack counts. */
export const OUR_LIMITS = {
  /** Characters of claims in one message, addresses included; a longer answer goes on in a second one, between two claims. */
  messageCharacters: 9600,
  /** Characters of one claim; what is beyond is left out with an ellipsis. */
  claimCharacters: 9000,
  /** Characters of a whole message; sources and buttons have what the claims leave. */
  wholeMessage: 11_800,
  /** A sentence about what is missing, or about the model. */
  closingSentence: 600,
  /** Remarks above the claims, all together. */
  remarks: 1200,
  /** Name of a section above or below a listing. */
  caption: 120,
  /** Blocks for claims in one message; the rest is for remarks, sources and buttons. */
  claimBlocks: 36,
  /** Characters of one run of text; Slack cuts or refuses very long ones. */
  run: 2800,
  tables: 1,
  /** Escaping can make it five times as long, and `chat.update` takes 4,000. */
  fallbackText: 780,
  sources: 20,
  closest: 5,
} as const;

/** The text cut to `limit` UTF-16 units with an ellipsis, never inside a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, Math.max(0, limit - 1));
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Pieces of at most `limit` units, cut at line breaks where there are any; joined they are the text again. */
export function pieces(text: string, limit: number): readonly string[] {
  const result: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const lineBreak = rest.lastIndexOf("\n", limit - 1);
    let at = lineBreak > 0 ? lineBreak + 1 : limit;
    if (/[\uD800-\uDBFF]/.test(rest[at - 1] ?? "")) at -= 1;
    result.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  if (rest !== "") result.push(rest);
  return result;
}
