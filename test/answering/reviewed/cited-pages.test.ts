import { describe, expect, it } from "vitest";
import {
  findQuote,
  lapseChanged,
  pageFingerprint,
  type Pages,
} from "../../../src/answering/reviewed/cited-pages.ts";
import type { Chunk } from "../../../src/documents/chunk.ts";
import { openReviewedAnswerStore } from "../../../src/state/reviewed-answers.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const NOW = "2026-12-01T00:00:00.000Z";
const URL_OF_PAGE = "https://docs.example/leases";
const LEASES = makeChunk("A lease lasts five minutes.", { url: URL_OF_PAGE, anchor: "leases" });
const RENEWAL = makeChunk("A lease lasts longer when it is renewed.", {
  url: URL_OF_PAGE,
  anchor: "renewal",
  position: 1,
});

function pagesOf(...chunks: Chunk[]): Pages {
  return { readPage: async (url) => chunks.filter((chunk) => chunk.url === url) };
}

describe("findQuote", () => {
  it("takes the page's own characters, from the section that is named", async () => {
    const found = await findQuote(
      pagesOf(LEASES, RENEWAL),
      `${URL_OF_PAGE}#renewal`,
      "a  LEASE lasts",
    );

    expect(found).toMatchObject({
      kind: "found",
      quote: { text: "A lease lasts", start: 0, end: 13, chunk: { anchor: "renewal" } },
    });
  });

  it("finds words that stand in another section, and a page with a slash at its end", async () => {
    const found = await findQuote(
      pagesOf(LEASES, RENEWAL),
      `${URL_OF_PAGE}/#leases`,
      "when it is renewed",
    );

    expect(found).toMatchObject({ kind: "found", quote: { chunk: { anchor: "renewal" } } });
  });

  it("says whether the page or the words are missing", async () => {
    const pages = pagesOf(LEASES);

    expect(await findQuote(pages, "https://docs.example/none", "A lease")).toEqual({
      kind: "no-page",
    });
    expect(await findQuote(pages, URL_OF_PAGE, "ten minutes")).toEqual({ kind: "no-words" });
  });
});

describe("pageFingerprint", () => {
  it("is the same for the same text, however it is cut and laid out", () => {
    const one = makeChunk("One sentence.\n\nAnother | cell.");
    const cut = [makeChunk("One  sentence."), makeChunk("Another cell.")];

    expect(pageFingerprint(cut)).toBe(pageFingerprint([one]));
    expect(pageFingerprint([makeChunk("One sentence. Another call.")])).not.toBe(
      pageFingerprint([one]),
    );
    expect(pageFingerprint([])).toBe("");
  });
});

describe("lapseChanged", () => {
  async function storeWith(...answers: { id: string; quotes: boolean }[]) {
    const store = openReviewedAnswerStore(":memory:");
    for (const { id, quotes } of answers)
      await store.put({
        id,
        text: "Five minutes.",
        author: "Ada",
        writtenAt: NOW,
        wordings: [`how long does ${id} last?`],
        quotes: quotes ? [{ text: "five minutes", start: 14, end: 26, chunk: LEASES }] : [],
        pages: quotes
          ? [{ url: URL_OF_PAGE, fingerprint: pageFingerprint([LEASES, RENEWAL]) }]
          : [],
      });
    return store;
  }

  it("leaves alone what stands, and what quotes nothing", async () => {
    await using store = await storeWith({ id: "a", quotes: true }, { id: "b", quotes: false });

    expect(await lapseChanged(store, pagesOf(LEASES, RENEWAL), NOW)).toEqual([]);
    expect((await store.list()).every(({ lapsed }) => lapsed === undefined)).toBe(true);
  });

  it("lets lapse what quotes a page that changed, once, and says why", async () => {
    await using store = await storeWith({ id: "a", quotes: true }, { id: "b", quotes: false });
    const changed = pagesOf(makeChunk("A lease lasts ten minutes.", { url: URL_OF_PAGE }));

    const lapsed = await lapseChanged(store, changed, NOW);

    expect(lapsed).toEqual([
      {
        id: "a",
        author: "Ada",
        wording: "how long does a last?",
        because: `${URL_OF_PAGE} has changed`,
      },
    ]);
    expect(await lapseChanged(store, changed, NOW)).toEqual([]);
    expect((await store.list()).map(({ lapsed: at }) => at?.at)).toEqual([NOW, undefined]);
  });

  it("lets lapse what quotes a page that is gone", async () => {
    await using store = await storeWith({ id: "a", quotes: true });

    const [lapsed] = await lapseChanged(store, pagesOf(), NOW);

    expect(lapsed?.because).toBe(`${URL_OF_PAGE} is no longer indexed`);
  });
});
