import { describe, expect, it } from "vitest";
import {
  fuse,
  type FusedHit,
  fuseWordings,
  type PageFeatures,
  type RankedList,
} from "../../src/retrieval/fuse.ts";
import { pageWeights } from "../../src/retrieval/weights.ts";
import type { Hit } from "../../src/store/chunk-index.ts";

function hit(id: string, url: string, score: number): FusedHit {
  return { hit: { id, url } as FusedHit["hit"], score, ranks: {} };
}

const orderOf = (hits: readonly FusedHit[]) => hits.map((found) => found.hit.id);

describe("fuseWordings", () => {
  const first = [hit("a1", "/a", 1), hit("b1", "/b", 0.8), hit("a2", "/a", 0.4)];
  const second = [hit("b2", "/b", 1), hit("c1", "/c", 0.6)];

  it("leaves a single wording as it is", () => {
    expect(fuseWordings([{ hits: first, weight: 1 }])).toBe(first);
  });

  it("puts the page first that the wordings agree on, whichever of its chunks they found", () => {
    const fused = fuseWordings([
      { hits: first, weight: 1 },
      { hits: second, weight: 0.5 },
    ]);

    expect(fused[0]?.hit.url).toBe("/b");
    expect(orderOf(fused)).toEqual(["b1", "a1", "b2", "a2", "c1"]);
  });

  it("lets a light wording change little", () => {
    const fused = fuseWordings([
      { hits: first, weight: 1 },
      { hits: second, weight: 0.1 },
    ]);

    expect(fused[0]?.hit.id).toBe("a1");
  });

  it("never scores above 1", () => {
    const fused = fuseWordings([
      { hits: first, weight: 1 },
      { hits: first, weight: 3 },
    ]);

    expect(fused[0]?.score).toBeCloseTo(1);
  });
});

describe("fuse", () => {
  const found = (url: string, position: number, score: number): Hit => ({
    id: `${url}-${position}`,
    score,
    url,
    title: url,
    headingPath: [],
    pageType: "guide",
    position,
  });
  const cover = () => ({ title: 0, headings: 0 });
  const lists: readonly RankedList[] = [
    { name: "text", hits: [found("/a", 3, 10), found("/b", 0, 9.8)] },
    { name: "pairs", hits: [found("/a", 3, 2)] },
  ];

  it("describes pages by what the lists say of them", () => {
    let pages: readonly PageFeatures[] = [];
    fuse(lists, { cover, onPages: (described) => (pages = described) });

    expect(pages.map(({ url, features }) => [url, features.opening, features.pairsRank])).toEqual([
      ["/a", 0, 1],
      ["/b", 1, 0],
    ]);
  });

  it("has weights of their own for searches by phrasings", () => {
    const phrased: readonly RankedList[] = [
      ...lists,
      { name: "phrasings", hits: [found("/b", 0, 4)] },
    ];
    const { phrased: weights, plain } = pageWeights();

    expect(fuse(phrased, { cover })).toEqual(fuse(phrased, { cover, weights }));
    expect(fuse(lists, { cover })).toEqual(fuse(lists, { cover, weights: plain }));
    expect(weights).not.toEqual(plain);
  });
});
