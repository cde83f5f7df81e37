import { describe, expect, it } from "vitest";
import { HANDBOOK_ORIGIN } from "../../../ingest/handbook/origin.ts";
import { type HandbookPage, readHandbook } from "./read-handbook.ts";

const pages = readHandbook();
const articles = pages.filter((page) => page.path !== "/");
const byPath = new Map(pages.map((page) => [page.path, page]));

function section(path: string, anchor: string): string {
  return byPath.get(path)?.sections.get(anchor) ?? "";
}

describe("the handbook", () => {
  it("has an index and 18 to 24 pages", () => {
    expect(byPath.has("/")).toBe(true);
    expect(articles.length).toBeGreaterThanOrEqual(18);
    expect(articles.length).toBeLessThanOrEqual(24);
  });

  it("lists every page once on its index", () => {
    const listed = (byPath.get("/")?.links ?? []).filter((link) => link !== "/");

    expect(listed.toSorted()).toEqual(articles.map((page) => page.path).toSorted());
  });

  it("says on its index that its address is a reserved name", () => {
    expect(byPath.get("/")?.prose.join(" ")).toContain("reserved name");
  });

  it("does not know the word that Prefect 3 has no feature for", () => {
    expect(pages.filter((page) => /checkpoint/i.test(page.html))).toEqual([]);
  });

  it("gives each page a title and a description of its own", () => {
    expect(new Set(pages.map((page) => page.title)).size).toBe(pages.length);
    expect(new Set(pages.map((page) => page.description)).size).toBe(pages.length);
  });
});

describe.each(pages)("the page $path", (page) => {
  it("has its canonical address", () => {
    expect(page.canonical).toBe(`${HANDBOOK_ORIGIN}${page.path}`);
  });

  it("gives each heading an id of its own", () => {
    const ids = [...page.html.matchAll(/<h[23][^>]*>/g)].map(
      (tag) => /id="([^"]+)"/.exec(tag[0])?.[1],
    );

    expect(ids.every((id) => id !== undefined && /^[a-z][a-z0-9-]*$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("links only to pages and sections that exist", () => {
    expect(
      page.links.filter((link) => link.startsWith("/")).filter((link) => !exists(link)),
    ).toEqual([]);
  });
});

function exists(link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = byPath.get(path);
  return target !== undefined && (anchor === undefined || target.sections.has(anchor));
}

describe.each(articles)("the article $path", (page) => {
  it("is short, but not a stub", () => {
    const words = [...page.sections.values()].join(" ").split(" ").length;

    expect(words).toBeGreaterThan(120);
    expect(words).toBeLessThan(600);
  });

  it("names the official pages it rests on", () => {
    expect(page.officialPages.length).toBeGreaterThan(1);
    expect(page.officialPages.filter((link) => !OFFICIAL.test(link))).toEqual([]);
  });

  it("has paragraphs and items that can be quoted on their own", () => {
    expect(page.prose.filter((text) => !startsWithItsSubject(text))).toEqual([]);
    expect(page.prose.filter((text) => !/[.:]$/.test(text))).toEqual([]);
  });
});

const OFFICIAL =
  /^https:\/\/docs\.prefect\.io\/(?:v3|integrations|resources)\/[a-z0-9_/.-]*[a-z0-9_]$/;

/** Every sentence, not just the first, has to make sense without the one before it. */
function startsWithItsSubject(text: string): boolean {
  return text
    .split(/(?<=[.!?]) (?=[A-Z])/)
    .every(
      (sentence) =>
        !/^(?:This|That|These|Those|It|They|He|Also|However|Then|But|And)\b/.test(sentence),
    );
}

describe("what the founding conversation needs", () => {
  const dies = "/flow-pod-dies";
  const persistence = byPath.get("/result-persistence") as HandbookPage;

  it.each([
    ["how it is noticed", "how-it-is-noticed", /heartbeat.*observer|observer.*heartbeat/i],
    ["which state is recorded", "which-state-is-recorded", /stays in Running.*Crashed/],
    ["what happens by itself", "what-happens-by-itself", /Nothing starts .* backoffLimit/],
    ["what is lost", "what-is-lost", /memory .*is lost.*not persisted/],
    ["what to do", "what-to-do", /prefect flow-run retry/],
  ])("says %s when the pod of a flow dies", (_aspect, anchor, words) => {
    expect(section(dies, anchor)).toMatch(words);
  });

  it("defines result persistence by storing results for a later run", () => {
    expect(persistence.prose[0]).toMatch(
      /^Result persistence means that .*return values of finished tasks.*storage.*later run.*reuse/,
    );
  });

  it("says that a retried flow starts from the top and when its tasks are not executed again", () => {
    expect(section("/retries", "what-runs-again")).toMatch(
      /A retry of a flow calls the flow function again from the top.*not executed again if its result was persisted/,
    );
  });
});
