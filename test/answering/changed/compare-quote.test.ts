import { describe, expect, it } from "vitest";
import { compareQuote } from "../../../src/answering/changed/compare-quote.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const PAGE = "https://docs.example/leases";
const TEXT =
  "A lease of a worker lasts 300 seconds. A worker renews its lease every minute. A lease that is not renewed lapses.";

function chunkOf(text: string, anchor = "length") {
  return makeChunk(text, { url: PAGE, title: "Leases", anchor, headingPath: [anchor] });
}

const WAS = chunkOf(TEXT);

function quoteOf(text: string, was = WAS) {
  const start = was.text.indexOf(text);
  if (start === -1) throw new Error("The quote does not stand in the chunk.");
  return { text, start };
}

const LASTS = quoteOf("A lease of a worker lasts 300 seconds.");

describe("compareQuote", () => {
  it("says nothing of a quote that stands in the same text", () => {
    expect(compareQuote(LASTS, WAS, [chunkOf("Other.", "other"), WAS])).toBeUndefined();
  });

  it("says nothing of layout, case and punctuation", () => {
    const live = chunkOf(
      TEXT.replace("minute. A", "minute!\n\nA").replace("lease lapses", "Lease lapses"),
    );

    expect(compareQuote(LASTS, WAS, [live])).toBeUndefined();
  });

  it("tells a page that is gone", () => {
    expect(compareQuote(LASTS, WAS, [])).toEqual({
      kind: "page-gone",
      was: { url: `${PAGE}#length`, name: "Leases › length", words: LASTS.text },
    });
  });

  it("tells other numbers, with both sentences", () => {
    const change = compareQuote(LASTS, WAS, [chunkOf(TEXT.replace("300", "60"))]);

    expect(change?.kind).toBe("numbers");
    expect(change?.was.words).toBe("A lease of a worker lasts 300 seconds.");
    expect(change?.now?.words).toBe("A lease of a worker lasts 60 seconds.");
  });

  it("tells other words, with both sentences", () => {
    const live = chunkOf(TEXT.replace("lasts 300 seconds", "is held for 300 seconds by default"));

    const change = compareQuote(LASTS, WAS, [live]);

    expect(change?.kind).toBe("reworded");
    expect(change?.now?.words).toBe("A lease of a worker is held for 300 seconds by default.");
  });

  it("tells words that are gone, and shows none that only look near", () => {
    const change = compareQuote(LASTS, WAS, [chunkOf("Runs are handed out in the order of time.")]);

    expect(change).toMatchObject({ kind: "gone" });
    expect(change).not.toHaveProperty("now");
  });

  it("tells words that moved to another section", () => {
    const change = compareQuote(LASTS, WAS, [chunkOf("Nothing here."), chunkOf(TEXT, "workers")]);

    expect(change).toMatchObject({ kind: "moved", now: { url: `${PAGE}#workers` } });
  });

  it.each([
    ["a number", "every minute", "every 5 minutes"],
    ["a denial", "A worker renews", "A worker never renews"],
    ["a condition", "every minute", "every minute unless it is paused"],
  ])("tells %s that changed beside a quote that stands", (_, from, to) => {
    const change = compareQuote(LASTS, WAS, [chunkOf(TEXT.replace(from, to))]);

    expect(change?.kind).toBe("section");
    expect(change?.was.words).toContain(from);
    expect(change?.now?.words).toContain(to);
  });

  it("tells a section of which much is gone", () => {
    const change = compareQuote(LASTS, WAS, [chunkOf("A lease of a worker lasts 300 seconds.")]);

    expect(change?.kind).toBe("section");
    expect(change?.was.words).toContain("A worker renews its lease every minute.");
  });

  it("lets a word more beside the quote pass", () => {
    const live = chunkOf(TEXT.replace("every minute", "every single minute"));

    expect(compareQuote(LASTS, WAS, [live])).toBeUndefined();
  });

  it("looks through a long hostile page in time", () => {
    const page = Array.from({ length: 200 }, (_, at) =>
      chunkOf(`lease ${"worker lasts. ".repeat(300)}${at}`, `s${at}`),
    );
    const began = performance.now();

    compareQuote(LASTS, WAS, page);

    expect(performance.now() - began).toBeLessThan(5000);
  });
});
