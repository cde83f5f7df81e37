/** A small reader of the handbook's files for tests: what stands under which heading, markup gone. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "cheerio";
import { HANDBOOK_PAGES } from "../../../ingest/handbook/serve.ts";

export type HandbookPage = {
  /** "/flow-pod-dies"; "/" for the index. */
  readonly path: string;
  readonly html: string;
  readonly title: string;
  readonly description: string;
  readonly canonical: string;
  /** Text under each heading's id, "" before the first; white space collapsed. */
  readonly sections: ReadonlyMap<string, string>;
  /** Paragraphs and list items, the list of official pages left out. */
  readonly prose: readonly string[];
  readonly links: readonly string[];
  readonly officialPages: readonly string[];
};

export function readHandbook(): readonly HandbookPage[] {
  return readdirSync(HANDBOOK_PAGES)
    .filter((file) => file.endsWith(".html"))
    .map((file) => readPage(file));
}

function readPage(file: string): HandbookPage {
  const html = readFileSync(path.join(HANDBOOK_PAGES, file), "utf8");
  const $ = load(html);
  const sections = new Map<string, string>();
  let anchor = "";
  for (const element of $("main article").children().toArray()) {
    if (element.tagName === "h2" || element.tagName === "h3") {
      anchor = $(element).attr("id") ?? "";
      sections.set(anchor, $(element).text());
    } else if (!$(element).is("h1, footer")) {
      sections.set(anchor, `${sections.get(anchor) ?? ""} ${$(element).text()}`);
    }
  }
  return {
    path: file === "index.html" ? "/" : `/${path.basename(file, ".html")}`,
    html,
    title: collapse($("h1").text()),
    description: $('meta[name="description"]').attr("content") ?? "",
    canonical: $('link[rel="canonical"]').attr("href") ?? "",
    sections: new Map([...sections].map(([id, text]) => [id, collapse(text)])),
    prose: $("main article p, main article li")
      .not(".official-pages *")
      .toArray()
      .map((element) => collapse($(element).text())),
    links: $("main a, header a")
      .toArray()
      .map((element) => $(element).attr("href") ?? ""),
    officialPages: $(".official-pages a")
      .toArray()
      .map((element) => $(element).attr("href") ?? ""),
  };
}

export function collapse(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
