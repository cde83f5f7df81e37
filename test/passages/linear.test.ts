/** One long paragraph may not freeze the bot: what happens to a page's text on the way to an answer is linear. */
import { describe, expect, it } from "vitest";
import type { Chunk } from "../../src/documents/chunk.ts";
import { splitSentences } from "../../src/documents/sentences.ts";
import { blocksOf, markupOfBlock, quotedSpans } from "../../src/passages/block.ts";
import { passagesOf } from "../../src/passages/passage.ts";
import { chooseAnswer, draftOf } from "../../src/writing/extractive/extractive-writer.ts";
import { startCpuTime } from "../support/cpu-time.ts";
import { makeChunk, makeEvidence } from "../support/make-chunk.ts";

const SENTENCE = "The tug waits for the tide when its barge is late, e.g. in v3.6.22 of the plan. ";

/** Texts that cost most: running text, marks without words, names of hosts, numbers, one endless word. */
const SHAPES = {
  prose: SENTENCE,
  pointing: "This waits. It waits too. ",
  marks: "? ! ",
  questions: "?",
  hosts: "a.b.",
  versions: "1.2 since ",
  digits: "7",
  word: "tide",
  blanks: " \n",
} as const;

const SMALL = 25_000;
const LARGE = 4 * SMALL;

function paragraph(shape: string, characters: number): Chunk {
  const text = `Tugs wait. ${shape.repeat(Math.ceil(characters / shape.length))}`.slice(
    0,
    characters,
  );
  return {
    ...makeChunk(text.trim()),
    blocks: [{ kind: "paragraph", start: 0, end: text.trim().length }],
  };
}

function answer(chunk: Chunk): void {
  const { chosen } = chooseAnswer({
    question: "Why does the tug wait for the tide since 3.6.22?",
    evidence: makeEvidence([chunk]),
    terms: ["tug", "wait", "tide"].map((token) => ({
      token,
      weight: 1,
      idf: 3,
      documentFrequency: 1,
    })),
  });
  for (const { block } of chosen) draftOf(block);
}

/** The least CPU time of several runs, in milliseconds; each on a chunk that nothing is remembered of. */
function leastCpuMs(make: () => Chunk, work: (chunk: Chunk) => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run += 1) {
    const chunk = make();
    const spent = startCpuTime();
    work(chunk);
    least = Math.min(least, spent());
  }
  return least;
}

const WORK = {
  "cutting into sentences": (chunk: Chunk) => void splitSentences(chunk.text),
  "cutting into passages": (chunk: Chunk) => void passagesOf(chunk),
  "cutting into blocks": (chunk: Chunk) => void blocksOf(chunk),
  "laying out and quoting": (chunk: Chunk) => {
    for (const block of blocksOf(chunk).slice(-50)) {
      markupOfBlock(block);
      quotedSpans(block);
    }
  },
  answering: answer,
} as const;

describe.each(Object.entries(WORK))("%s", (_, work) => {
  it.each(Object.entries(SHAPES))("takes time in proportion to %s", (__, shape) => {
    // Compiled before it is measured.
    work(paragraph(shape, 2000));

    const small = leastCpuMs(() => paragraph(shape, SMALL), work);
    const large = leastCpuMs(() => paragraph(shape, LARGE), work);

    // Four times the text: sixteen times the time, were it quadratic. Below some milliseconds only noise is compared.
    expect(large).toBeLessThan(9 * small + 60);
  });
});
