import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leadsIn, splitSentences, standing } from "../../src/documents/sentences.ts";

function sentencesOf(text: string): readonly string[] {
  return splitSentences(text).map(({ start, end }) => text.slice(start, end));
}

describe("splitSentences", () => {
  it("splits where a mark, white space and a beginning meet", () => {
    expect(sentencesOf("The run stops. Does it start again? No! It waits.")).toEqual([
      "The run stops.",
      "Does it start again?",
      "No!",
      "It waits.",
    ]);
  });

  it.each([
    ["an abbreviation", "Use a store, e.g. Redis, i.e. one that is shared, vs. a local one."],
    ["a version", "Since version 3.6.22 Beats are sent every 180 seconds"],
    ["a file name", "Put it into barge.yaml Or the like"],
    ["a call", "Call ship .load() Or wait"],
    ["dots within a line", "The log says: waiting ... then nothing more"],
    ["an initial", "Written by J. Smith for the crew"],
    ["a decimal", "Wait 0.5 Seconds at least"],
  ])("does not split at %s", (_name, text) => {
    expect(sentencesOf(text)).toEqual([text]);
  });

  it("splits before a sentence that begins with a name from code", () => {
    expect(
      sentencesOf("Settings live in a file. barge.yaml holds them. load_ship() reads it."),
    ).toEqual(["Settings live in a file.", "barge.yaml holds them.", "load_ship() reads it."]);
  });

  it("keeps the closing quote or bracket with its sentence", () => {
    expect(sentencesOf('He said "wait." Then he left. (It was late.) Nothing came.')).toEqual([
      'He said "wait."',
      "Then he left.",
      "(It was late.)",
      "Nothing came.",
    ]);
  });

  it("keeps the number of an item with its text", () => {
    expect(sentencesOf("1. Open the hatch\n2. Close it")).toEqual([
      "1. Open the hatch\n2. Close it",
    ]);
  });

  it("ends a sentence at an empty line, not at a line break", () => {
    expect(sentencesOf("one line\nand its rest\n\nanother part")).toEqual([
      "one line\nand its rest",
      "another part",
    ]);
  });

  it("ends a sentence after etc. and after a short answer", () => {
    expect(sentencesOf("Ships, boats, etc. Barges too. The answer is no. Try again.")).toEqual([
      "Ships, boats, etc.",
      "Barges too.",
      "The answer is no.",
      "Try again.",
    ]);
  });

  it("gives ordered spans that hold every character but white space", () => {
    const piece = fc.constantFrom(
      "run",
      "Crash",
      "3.6",
      ".",
      "?",
      "!",
      "...",
      " ",
      "\n",
      "\n\n",
      "e.g.",
      '"',
      ")",
      "x.py",
      "…",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const spans = splitSentences(text);
        let end = 0;
        for (const span of spans) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          expect(text.slice(end, span.start).trim()).toBe("");
          expect(text.slice(span.start, span.end)).toBe(text.slice(span.start, span.end).trim());
          end = span.end;
        }
        expect(text.slice(end).trim()).toBe("");
      }),
    );
  });
});

describe("standing", () => {
  it.each([
    "Workers poll for new runs.",
    "It is recommended to keep the store elsewhere.",
    "Set THE_LIMIT to 30 or more.",
    "If the pod dies, the run is marked.",
    "That said, nothing is lost.",
    "If the pod dies then the run stays as it was.",
  ])("lets %j stand alone", (sentence) => {
    expect(standing(sentence)).toBe("alone");
  });

  it.each([
    "This also stops the timer.",
    "It waits for five minutes.",
    "However, nothing is kept.",
    "In that case the run is lost.",
    "These are removed at the end.",
    "If so, raise the limit.",
    "To fix this, restart it.",
    "To enable it:",
    "Otherwise the slot is released.",
    "They are checked first.",
    "The worker still creates jobs.",
    "The server then marks the run.",
    "For example, a pod may be evicted.",
  ])("sees that %j needs what was said before", (sentence) => {
    expect(standing(sentence)).toBe("needs-before");
  });

  it.each(["Start the server as shown above.", "Replace the name in the code above with yours."])(
    "sees that %j points at something on its page",
    (sentence) => {
      expect(standing(sentence)).toBe("points-on-page");
    },
  );
});

describe("leadsIn", () => {
  it("sees that a sentence announces what follows it", () => {
    expect(leadsIn("Run the following command:")).toBe(true);
    expect(leadsIn("There are three kinds:")).toBe(true);
    expect(leadsIn("Set the following variables.")).toBe(true);
    expect(leadsIn("Workers poll for new runs.")).toBe(false);
  });
});
