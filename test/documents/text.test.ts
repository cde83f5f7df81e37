import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countWords, findFolded, foldText } from "../../src/documents/text.ts";

describe("foldText", () => {
  it("drops markup, folds quotes, dashes, ellipsis, white space and case", () => {
    const folded = foldText("  The `flow_run`\n\tis **“Crashed”** \u2014 it\u2019s over\u2026 ");

    expect(folded.text).toBe(`the flowrun is "crashed" - it's over...`);
  });

  it("keeps case when asked to", () => {
    expect(foldText("Crashed", { keepCase: true }).text).toBe("Crashed");
  });

  it("sees through zero-width characters, soft hyphens and decomposed letters", () => {
    expect(foldText("re\u200Btry cafe\u0301 auto\u00ADmation").text).toBe(
      "retry caf\u00E9 automation",
    );
  });

  it("folds ligatures and full width, and leaves what would change a number", () => {
    expect(foldText("con\uFB01g \uFF21\uFF11").text).toBe("config a1");
    expect(foldText("10\u00B2 1\u00BD \u2460").text).toBe("10\u00B2 1\u00BD \u2460");
  });

  it("maps each unit to a span of the original, in order, with the end as last offset", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const folded = foldText(text);

        expect(folded.offsets).toHaveLength(folded.text.length + 1);
        expect(folded.ends).toHaveLength(folded.text.length);
        for (let index = 0; index < folded.text.length; index += 1) {
          const start = folded.offsets[index] ?? -1;
          const end = folded.ends[index] ?? -1;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(start).toBeLessThanOrEqual(folded.offsets[index + 1] ?? -1);
        }
      }),
    );
  });

  it("is stable: folding folded text changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const once = foldText(text).text;

        // Lower case of a few letters ("İ") decomposes; a second pass may only compose it again.
        expect(foldText(once).text.normalize("NFD")).toBe(once.normalize("NFD"));
      }),
    );
  });
});

describe("findFolded", () => {
  const page =
    "Set **`retries`** to\n  *three*. It\u2019s \u201Cnot\u201D the default \u2013 see below.";

  it("gives the span in the page's own characters", () => {
    const span = findFolded(page, `retries to three. it's "not"`);

    expect(span && page.slice(span.start, span.end)).toBe(
      "retries`** to\n  *three*. It\u2019s \u201Cnot\u201D",
    );
  });

  it("gives nothing for a changed word, a left-out word, or an empty needle", () => {
    expect(findFolded(page, "retries to four")).toBeUndefined();
    expect(findFolded(page, "It's the default")).toBeUndefined();
    expect(findFolded(page, " ** ")).toBeUndefined();
  });

  it("does not cut words when asked not to", () => {
    expect(findFolded("a restatement of state", "state")).toEqual({ start: 4, end: 9 });
    expect(findFolded("a restatement of state", "state", { wholeWords: true })).toEqual({
      start: 17,
      end: 22,
    });
  });

  it("looks from a place on", () => {
    expect(findFolded("run a run", "run", { from: 1 })).toEqual({ start: 6, end: 9 });
  });

  it("finds every slice of words, however its white space and markup are rewritten", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 3, maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        (words, first, length) => {
          const from = first % words.length;
          const slice = words.slice(from, from + 1 + (length % (words.length - from)));
          const haystack = words.map((each, index) => (index % 3 === 0 ? `**${each}**` : each));
          const span = findFolded(haystack.join(" \n "), slice.join(" "), { wholeWords: true });

          expect(span).toBeDefined();
          expect(foldText(haystack.join(" \n ").slice(span?.start, span?.end)).text).toBe(
            slice.join(" "),
          );
        },
      ),
    );
  });
});

describe("countWords", () => {
  it("counts what holds a letter or a digit", () => {
    expect(countWords("")).toBe(0);
    expect(countWords(" Set `retries` to 3 - or | more. ")).toBe(6);
  });
});
