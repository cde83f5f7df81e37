import { describe, expect, it } from "vitest";
import { hashToken, tokenize } from "../../src/documents/tokenize.ts";
import { CorpusEmbedding } from "../../src/models/corpus-embedding.ts";
import { congruentialNumbers } from "../../src/platform/random-numbers.ts";
import { type TextPair, tuneEmbedding } from "../../src/models/tune-embedding.ts";

const HARBOURS = 60;
const hashes = (text: string) => Uint32Array.from(tokenize(text), hashToken);

/** Each harbour has a name that its pages use and one that people use; nothing in the text joins the two. */
function harbours(): { readonly words: readonly string[]; readonly pairs: readonly TextPair[] } {
  const words: string[] = [];
  const pairs: TextPair[] = [];
  for (let at = 0; at < HARBOURS; at += 1) {
    const [official, spoken] = [`official${at}`, `spoken${at}`];
    words.push(official, spoken);
    const answers = hashes(`the pier of ${official} opens early`);
    for (const asked of [`when does ${spoken} open`, `is ${spoken} open at night`]) {
      pairs.push({ asked: hashes(asked), answers });
    }
  }
  return { words, pairs };
}

function untrained(words: readonly string[]): CorpusEmbedding {
  const tokens = Uint32Array.from(
    new Set([...words, "open", "night", "pier", "early"].map(hashToken)),
  ).sort();
  const rank = 24;
  const random = congruentialNumbers(5);
  const places = Float32Array.from(
    { length: tokens.length * rank },
    () => (random() - 0.5) / Math.sqrt(rank),
  );
  return new CorpusEmbedding(rank, tokens, new Float32Array(tokens.length).fill(1), places);
}

function likeness(embedding: CorpusEmbedding, left: string, right: string): number {
  const unitOf = (text: string) => {
    const tokens = hashes(text);
    return Array.from(
      embedding.embed({ tokens, counts: new Float32Array(tokens.length).fill(1) }) ?? [],
    );
  };
  const other = unitOf(right);
  return unitOf(left).reduce((sum, value, axis) => sum + value * (other[axis] ?? 0), 0);
}

describe("tuneEmbedding", () => {
  const { words, pairs } = harbours();

  it("brings a word people use near the word of the page that answers", () => {
    const before = untrained(words);
    const after = tuneEmbedding(before, [pairs], { rounds: 30 });
    const firsts = (embedding: CorpusEmbedding) =>
      Array.from({ length: HARBOURS }, (_, at) => at).filter((at) => {
        const own = likeness(embedding, `spoken${at}`, `official${at}`);
        return [1, 2, 3].every(
          (step) => own > likeness(embedding, `spoken${at}`, `official${(at + step) % HARBOURS}`),
        );
      }).length;

    expect(firsts(before)).toBeLessThan(HARBOURS / 2);
    expect(firsts(after)).toBeGreaterThan(0.9 * HARBOURS);
  });

  it("gives the same for the same pairs", () => {
    const tuned = () => Buffer.from(tuneEmbedding(untrained(words), [pairs]).serialise());

    expect(tuned().equals(tuned())).toBe(true);
  });

  it("leaves an embedding as it is where there is too little to learn from", () => {
    const before = untrained(words);

    expect(tuneEmbedding(before, [pairs.slice(0, 50)])).toBe(before);
    expect(tuneEmbedding(before, [[{ asked: hashes("unknown"), answers: hashes("words") }]])).toBe(
      before,
    );
  });
});
