import { describe, expect, it } from "vitest";
import { type FusedHit, fuseWordings } from "../../src/retrieval/fuse.ts";

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
