import { describe, expect, it } from "vitest";
import { WordMemory } from "../../src/documents/word-memory.ts";

describe("WordMemory", () => {
  it("asks once for a word that comes again, and keeps different words apart", () => {
    const asked: string[] = [];
    const lengths = new WordMemory((word) => {
      asked.push(word);
      return word.length;
    });

    const words = ["worker", "élan", "作流", "worker", "élan", "作流"];
    expect(words.map((word) => lengths.get(word))).toEqual([6, 4, 2, 6, 4, 2]);
    expect(asked).toEqual(["worker", "élan", "作流"]);
  });

  it("remembers nothing long and nothing that has no bytes of its own", () => {
    const units = new WordMemory((word) => word.charCodeAt(0));

    expect(["\uD800", "\uFFFD", "\uDC00"].map((word) => units.get(word))).toEqual([
      0xd800, 0xfffd, 0xdc00,
    ]);
    const asked: string[] = [];
    const long = new WordMemory((word) => asked.push(word));
    long.get("a".repeat(1000));
    long.get("a".repeat(1000));
    expect(asked).toHaveLength(2);
  });

  it("stays right when more words come than it keeps", () => {
    const numbers = new WordMemory(Number);
    for (let at = 0; at < 60_000; at += 1) numbers.get(`${at}`);

    expect([0, 49_999, 50_000, 59_999].map((at) => numbers.get(`${at}`))).toEqual([
      0, 49_999, 50_000, 59_999,
    ]);
  });
});
