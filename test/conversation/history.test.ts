import { describe, expect, it } from "vitest";
import { boundHistory } from "../../src/conversation/history.ts";
import { aChunk, aResolution, aTurn } from "./samples.ts";

const asked = (key: string) => aTurn(key, { question: key, answer: [`about ${key}`] });
const thanks = (key: string) =>
  aTurn(key, { question: "thanks", answer: [], resolution: aResolution("small-talk", "thanks") });
const keys = (turns: readonly { readonly key: string }[]) => turns.map(({ key }) => key).join(" ");

describe("boundHistory", () => {
  it("changes nothing within its bounds", () => {
    const turns = [asked("a"), thanks("b"), asked("c")];

    expect(boundHistory(turns)).toEqual(turns);
  });

  it("drops old small talk first, then the oldest turns, never the first question", () => {
    const turns = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((key) =>
      key === "d" ? thanks(key) : asked(key),
    );

    const kept = boundHistory(turns, { maxTurns: 7, maxSize: 1e9 });

    expect(keys(kept)).toBe("a c e f g h i");
  });

  it("over the size lets evidence go before turns, the newest keeps its own", () => {
    const big = aChunk("x".repeat(2000));
    const turns = ["a", "b", "c"].map((key) =>
      aTurn(key, { question: key, answer: [key], evidence: [big] }),
    );

    const kept = boundHistory(turns, { maxTurns: 40, maxSize: 11_000 });

    expect(keys(kept)).toBe("a b c");
    expect(kept.map(({ evidence }) => evidence.length)).toEqual([0, 0, 1]);
  });

  it("keeps one turn even when it alone is too large", () => {
    const huge = aTurn("a", { question: "x".repeat(50_000), answer: [] });

    expect(boundHistory([huge, asked("b")], { maxTurns: 1, maxSize: 100 })).toHaveLength(1);
  });
});
