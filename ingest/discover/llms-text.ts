/** llms.txt (llmstxt.org): a Markdown file that lists a site's pages, possibly through further files of its kind. */

export type LlmsText = {
  /** Addresses of pages; the `.md` of a Markdown form is taken off. */
  readonly pages: readonly string[];
  /** Further list files. */
  readonly lists: readonly string[];
};

const MAX_LINKS = 50_000;

/** Links of `text` resolved against `base` (the file's own address); what is no web address is left out. */
export function parseLlmsText(text: string, base: string): LlmsText {
  const pages = new Set<string>();
  const lists = new Set<string>();
  let links = 0;
  for (const match of text.matchAll(/\]\(\s*<?([^\s)>]{1,2000})>?(?:\s+"[^"\n]*")?\s*\)/g)) {
    links += 1;
    if (links > MAX_LINKS) break;
    const url = URL.parse(match[1] ?? "", base);
    if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) continue;
    url.hash = "";
    if (/(?:^|\/)(?:llms[\w-]*\.txt|_llms\/.+\.md)$/.test(url.pathname)) {
      if (!url.pathname.endsWith("llms-full.txt")) lists.add(url.href);
      continue;
    }
    url.pathname = url.pathname.replace(/(?:\/index)?\.md$/, "");
    pages.add(url.href);
  }
  return { pages: [...pages], lists: [...lists] };
}
