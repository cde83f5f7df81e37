import { describe, expect, it } from "vitest";
import { digestOf, withPhrasings } from "../../../ingest/phrase/attach-phrasings.ts";
import type { PhrasedPlace } from "../../../ingest/sources/phrasings.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const NONE = { ofPage: new Map(), ofSection: new Map(), ofPlace: new Map() };
const text =
  "A lease is renewed each minute. When it lapses, the slot is free. Nothing else frees it.";
const chunk = makeChunk(text);
const section = `${chunk.url}#section`;
const place = (from: string, to: string): PhrasedPlace => ({ from, to, asked: ["slot is stuck"] });
const attached = (
  chunks: Parameters<typeof withPhrasings>[0],
  ...places: readonly PhrasedPlace[]
) => withPhrasings(chunks, { ...NONE, ofPlace: new Map([[section, places]]) });

describe("withPhrasings", () => {
  it("puts what is asked beside the passages that answer it, in whatever typeface", () => {
    const [found] = attached([chunk], place("when it  LAPSES", "else frees it."));
    const [phrased] = found?.sectionPhrasings ?? [];

    expect(phrased).toMatchObject({ anchor: "section", asked: ["slot is stuck"] });
    expect(text.slice(phrased?.span?.start, phrased?.span?.end)).toBe(
      "When it lapses, the slot is free. Nothing else frees it.",
    );
  });

  it("finds a place by the digests of its passages, so that a file need not hold the page's words", () => {
    const [from, to] = ["When it lapses, the slot is free.", "Nothing else frees it."].map(
      digestOf,
    );
    const [found] = attached([chunk], place(from ?? "", to ?? ""));
    const { span } = found?.sectionPhrasings?.[0] ?? {};

    expect(text.slice(span?.start, span?.end)).toBe(
      "When it lapses, the slot is free. Nothing else frees it.",
    );
    expect(
      attached([chunk], place("#0123456789ab", to ?? ""))[0]?.sectionPhrasings?.[0]?.span,
    ).toBe(undefined);
  });

  it.each([
    ["words that are gone", place("When it is lost", "frees it.")],
    ["an end before its beginning", place("Nothing else", "each minute.")],
  ])("lets a place with %s speak for its section", (_, gone) => {
    const [found] = attached([chunk], gone);

    expect(found?.sectionPhrasings).toEqual([{ anchor: "section", asked: ["slot is stuck"] }]);
  });

  it("lets a place over two chunks speak for the section in both", () => {
    const next = makeChunk("It is counted at noon.", { position: 1 });
    const found = attached([chunk, next], place("Nothing else", "at noon."));

    expect(found.map(({ sectionPhrasings }) => sectionPhrasings)).toEqual([
      [{ anchor: "section", asked: ["slot is stuck"] }],
      [{ anchor: "section", asked: ["slot is stuck"] }],
    ]);
  });

  it("gives a page's own to its first chunk, and leaves a chunk without any as it is", () => {
    const ofPage = new Map([[chunk.url, ["where do slots go"]]]);
    const other = makeChunk("Lamps are lit at dusk.", { anchor: "lamps", position: 1 });
    const [first, second] = withPhrasings([chunk, other], { ...NONE, ofPage });

    expect(first?.phrasings).toEqual(["where do slots go"]);
    expect(second).toEqual(other);
  });

  it("takes time in proportion to page and places", () => {
    const long = makeChunk("It waits. ".repeat(4000).trim());
    const many = Array.from({ length: 200 }, (_, at) => place("It waits.", `never ${at}`));
    const startedAt = performance.now();
    const [found] = attached([long], ...many);

    expect(found?.sectionPhrasings?.[0]?.asked).toHaveLength(200);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
