import { describe, expect, it } from "vitest";
import { isShownWhole, sayingClaim } from "../../src/answering/said-already.ts";
import type { Claim } from "../../src/documents/answer.ts";

const claim = (id: string, text: string, start: number, end: number): Claim => ({
  id,
  text,
  aspect: "other",
  quotes: [{ citation: 1, chunkId: "chunk", text, start, end }],
  conditions: [],
});
const STAYS = claim("c1", "The run stays in Running until the server marks it as Crashed.", 10, 72);
const LOST = claim("c2", "Logs that were not sent are lost.", 80, 113);

describe("sayingClaim", () => {
  it("finds the claim that has nearly all words of a passage", () => {
    expect(sayingClaim({ text: "The run stays in Running." }, [LOST, STAYS])?.id).toBe("c1");
    expect(
      sayingClaim({ text: "The run is moved to another server." }, [LOST, STAYS]),
    ).toBeUndefined();
  });
});

describe("isShownWhole", () => {
  const quotes = (...places: readonly (readonly [number, number])[]) => ({
    quotes: places.map(([start, end]) => ({ chunkId: "chunk", text: "", start, end })),
  });

  it("is true when each quote lies within one that is shown", () => {
    expect(isShownWhole(quotes([10, 72], [80, 100]), [STAYS, LOST])).toBe(true);
    expect(isShownWhole(quotes([10, 72], [80, 120]), [STAYS, LOST])).toBe(false);
    expect(isShownWhole(quotes([10, 72]), [LOST])).toBe(false);
  });
});
