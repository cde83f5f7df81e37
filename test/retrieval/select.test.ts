import { describe, expect, it } from "vitest";
import { Selection } from "../../src/retrieval/select.ts";
import { makeChunk } from "../support/make-chunk.ts";

const words = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `word${from + at}`).join(" ");
const page = (number: number) => `https://docs.example/${number}`;

describe("Selection", () => {
  it("keeps three chunks of a page", () => {
    const selection = new Selection();
    const kept = Array.from({ length: 5 }, (_, at) =>
      selection.offer(makeChunk(words(40, 100 * at), { url: page(1) })),
    );

    expect(kept.map((one) => one.kept)).toEqual([true, true, true, false, false]);
  });

  it("keeps ten pages and no more chunks than its limit", () => {
    const selection = new Selection({ pages: 10, chunks: 12, chunksOfPage: 2 });
    const kept = Array.from({ length: 40 }, (_, at) =>
      selection.offer(makeChunk(words(40, 100 * at), { url: page(at % 20) })),
    );

    expect(kept.filter((one) => one.kept)).toHaveLength(12);
    expect(kept[10]).toEqual({ kept: false, why: "beyond the last page" });
  });

  it("leaves out what says nearly the same as something before it, wherever it stands", () => {
    const selection = new Selection();
    const first = makeChunk(words(60), { url: page(1) });
    const near = makeChunk(`${words(58)} other ending`, { url: page(2) });
    const longer = makeChunk(words(120), { url: page(3) });
    const same = makeChunk("short", { url: page(4) });
    const again = makeChunk("short", { url: page(5) });

    const kept = [first, near, longer, same, again].map((chunk) => selection.offer(chunk));

    expect(kept.map((one) => one.kept)).toEqual([true, false, true, true, false]);
    expect(kept[1]).toMatchObject({ why: `near-duplicate of ${first.id}` });
  });
});
