/** Addresses, links and mentions: nothing that a writer may bring into an answer. Pure. */

/** An address, a link or a mention: nothing a claim may hold. */
const LINK =
  /\b(?:https?|ftp|file|javascript|data|slack|mailto):\S|\bwww\.[\w-]|\]\(|<[!@#]\w|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|cloud|ai)\b(?![\w(])/i;

/** The first address, link or mention in a text, if any. */
export function findLink(text: string): string | undefined {
  return LINK.exec(text)?.[0];
}
