/** Addresses, links and mentions: nothing that a writer may bring into an answer. Pure. */

/** An address, a link or a mention: nothing a claim may hold. */
const LINK = /\b(?:https?|ftp|file|javascript|data|slack|mailto):\S|\bwww\.[\w-]|\]\(|<[!@#]\w/i;
/** A name that ends like a host; looked for from its end, so that a long run of labels is read once. */
const HOST_END = /[a-z0-9]\.(?:com|org|net|io|cloud|ai)\b(?![\w(])/gi;
/** Characters before the ending in which the host must begin. */
const LOOK = 64;

/** The first address, link or mention in a text, if any. Linear in its length. */
export function findLink(text: string): string | undefined {
  const link = LINK.exec(text)?.[0];
  if (link !== undefined) return link;
  for (const match of text.matchAll(HOST_END)) {
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(0, end - LOOK), end);
    const host = /(?:^|[^\w.-])([a-z0-9-][a-z0-9.-]*)$/i.exec(before)?.[1];
    if (host !== undefined) return host;
  }
  return undefined;
}
