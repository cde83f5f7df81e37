/** Every figure against a value worked out by hand. */
import { describe, expect, it } from "vitest";
import { passageKey } from "../../../eval/comparable.ts";
import { hitAtK } from "../../../eval/metrics/hit-at-k.ts";
import { ndcgAtK } from "../../../eval/metrics/ndcg.ts";
import { quoteRecallAtK } from "../../../eval/metrics/quote-recall.ts";
import { recallAtK } from "../../../eval/metrics/recall-at-k.ts";
import { reciprocalRank } from "../../../eval/metrics/reciprocal-rank.ts";
import { sectionRecallAtK } from "../../../eval/metrics/section-recall.ts";

const pages = ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j", "/k"];

describe("hitAtK", () => {
  it("is 1 from the rank of the first gold page on", () => {
    expect([1, 2, 3].map((k) => hitAtK(pages, new Set(["/b", "/z"]), k))).toEqual([0, 1, 1]);
  });

  it("is 0 for an empty ranking", () => {
    expect(hitAtK([], new Set(["/a"]), 5)).toBe(0);
  });
});

describe("recallAtK", () => {
  it("is the share of gold pages among the first k", () => {
    const gold = new Set(["/b", "/e", "/z", "/a"]);

    expect([1, 2, 5, 10].map((k) => recallAtK(pages, gold, k))).toEqual([0.25, 0.5, 0.75, 0.75]);
  });
});

describe("reciprocalRank", () => {
  it("is one over the rank of the first gold page", () => {
    expect(reciprocalRank(pages, new Set(["/d", "/e"]))).toBe(0.25);
  });

  it("is 0 when the first gold page stands eleventh", () => {
    expect(reciprocalRank(pages, new Set(["/k"]))).toBe(0);
  });
});

describe("ndcgAtK", () => {
  it("discounts gold pages at ranks 2 and 4 against ranks 1 and 2", () => {
    // (1/log2(3) + 1/log2(5)) / (1/log2(2) + 1/log2(3)) = (0.63093 + 0.43068) / 1.63093
    expect(ndcgAtK(pages, new Set(["/b", "/d"]), 10)).toBeCloseTo(0.650_92, 4);
  });

  it("is 1 for the best order, and for more gold pages than ten places hold", () => {
    expect(ndcgAtK(pages, new Set(["/a", "/b"]), 10)).toBe(1);
    expect(ndcgAtK(pages, new Set([...pages, "/l", "/m"]), 10)).toBe(1);
  });
});

const chunk = (page: string, anchor: string, text: string) => ({
  page,
  anchor,
  text: passageKey(text),
});
const place = (page: string, anchor: string, quote: string) => ({
  page,
  anchor,
  quote: passageKey(quote),
});

describe("sectionRecallAtK", () => {
  const chunks = [
    chunk("/a", "one", "nothing of note"),
    chunk("/a", "other-id", "A run that stops sending *heartbeats* is a zombie."),
    chunk("/b", "two", "elsewhere"),
  ];

  it("finds a place by its anchor or by its quote, on its page only", () => {
    const gold = [
      place("/a", "one", "absent words"),
      place("/a", "three", "stops sending `heartbeats` is a zombie"),
      place("/c", "two", "elsewhere"),
    ];

    expect(sectionRecallAtK(chunks, gold, 1)).toBeCloseTo(1 / 3);
    expect(sectionRecallAtK(chunks, gold, 2)).toBeCloseTo(2 / 3);
    expect(sectionRecallAtK(chunks, gold, 3)).toBeCloseTo(2 / 3);
  });

  it("takes the text above the first heading for a section of its own", () => {
    expect(sectionRecallAtK([chunk("/a", "", "x")], [place("/a", "", "y")], 1)).toBe(1);
    expect(sectionRecallAtK(chunks, [place("/a", "", "y")], 3)).toBe(0);
  });
});

describe("quoteRecallAtK", () => {
  it("counts quotes found word for word, whatever the anchor", () => {
    const chunks = [
      chunk("/a", "x", "| Setting | Default |"),
      chunk("/a", "y", "The   lease “runs out”"),
    ];
    const gold = [
      place("/a", "q", 'the lease "runs out"'),
      place("/a", "x", "something else"),
      place("/b", "y", "the lease runs out"),
    ];

    expect(quoteRecallAtK(chunks, gold, 1)).toBe(0);
    expect(quoteRecallAtK(chunks, gold, 2)).toBeCloseTo(1 / 3);
  });

  it("is undefined when no place has a quote", () => {
    expect(quoteRecallAtK([], [place("/a", "x", "")], 5)).toBeUndefined();
  });
});
