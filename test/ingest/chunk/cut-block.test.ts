import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutBlock, cutSentences, MAX_LISTING_CHARACTERS } from "../../../ingest/chunk/cut-block.ts";
import { countWords } from "../../../ingest/chunk/split.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

const sentence = (n: number) => `Sentence number ${n} has seven words here.`;

describe("cutBlock", () => {
  it("leaves a block of ordinary length as it is", () => {
    const block = { kind: "paragraph", text: `${sentence(1)} ${sentence(2)}` } as const;

    expect(cutBlock(block, 300)).toEqual([block]);
  });

  it("cuts a paragraph of fifty kilobytes where sentences end, and loses nothing", () => {
    const text = Array.from({ length: 1200 }, (_, n) => sentence(n)).join(" ");

    const parts = cutBlock({ kind: "paragraph", text }, 300);

    expect(parts.length).toBeGreaterThan(20);
    expect(parts.every((part) => countWords(part.text) <= 300 && part.text.endsWith("here."))).toBe(
      true,
    );
    expect(parts.map((part) => part.text).join(" ")).toBe(text);
  });

  it("gives what goes on no number and no term of its own", () => {
    const text = Array.from({ length: 10 }, (_, n) => sentence(n)).join(" ");

    expect(
      cutBlock({ kind: "list-item", text, depth: 1, label: "3" }, 50).map(
        ({ text: _text, ...rest }) => rest,
      ),
    ).toEqual([
      { kind: "list-item", depth: 1, label: "3" },
      { kind: "paragraph", depth: 1 },
    ]);
    expect(cutBlock({ kind: "admonition", text, label: "warning" }, 50)[1]).toMatchObject({
      kind: "admonition",
      label: "warning",
    });
  });

  it("keeps a listing whole, and cuts one that is a whole program between its lines", () => {
    const line = "    value = compute(value)";
    const listing = (lines: number) => Array.from({ length: lines }, () => line).join("\n");
    const long = listing(5000);

    expect(cutBlock({ kind: "code", text: listing(400) }, 300)).toHaveLength(1);
    const parts = cutBlock({ kind: "code", text: long, language: "python" }, 300);

    expect(parts.every(({ text }) => text.length <= MAX_LISTING_CHARACTERS)).toBe(true);
    expect(parts.every(({ language }) => language === "python")).toBe(true);
    expect(parts.map(({ text }) => text).join("\n")).toBe(long);
  });

  it("bounds text without sentences and without blanks, never within a character", () => {
    const parts = cutSentences("😀".repeat(20_000), 300);

    expect(parts.every((part) => part.length <= 3600 && part.isWellFormed())).toBe(true);
    expect(parts.join("")).toBe("😀".repeat(20_000));
    expect(cutSentences("word ".repeat(700), 300).map(countWords)).toEqual([300, 300, 100]);
  });

  it("keeps every word of any text, in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b.", "c!", "d?)", "\n", " ", "e".repeat(90)), {
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 20 }),
        (pieces, maxWords) => {
          const text = pieces.join(" ").trim();

          const parts = cutSentences(text, maxWords);

          expect(parts.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
          expect(parts.every((part) => countWords(part) <= maxWords && part !== "")).toBe(true);
        },
      ),
    );
  });

  it("takes time that grows with the text, whatever it is made of", () => {
    const cpuMs = startCpuTime();

    for (const text of ["a. ", "a ", ".", "x", "a)) ", "\n"]) {
      cutBlock({ kind: "paragraph", text: text.repeat(500_000).trim() || "x" }, 300);
      cutBlock({ kind: "code", text: text.repeat(500_000).trim() || "x" }, 300);
    }

    expect(cpuMs()).toBeLessThan(3000);
  });

  it("keeps what is code in each part", () => {
    const text = "Set alpha here. ".repeat(40).trim();
    const code = [...text.matchAll(/alpha/g)].map(({ index }) => ({
      start: index,
      end: index + 5,
    }));
    const parts = cutBlock({ kind: "paragraph", text, code }, 30);

    expect(parts.length).toBeGreaterThan(2);
    expect(
      parts.flatMap((part) =>
        (part.code ?? []).map(({ start, end }) => part.text.slice(start, end)),
      ),
    ).toEqual(code.map(() => "alpha"));
  });
});
