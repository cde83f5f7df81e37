import { describe, expect, it } from "vitest";
import { hashToken } from "../../src/documents/tokenize.ts";
import {
  CorpusEmbedding,
  corpusRank,
  type TokenCounts,
  trainCorpusEmbedding,
} from "../../src/models/corpus-embedding.ts";
import { truncatedSvd } from "../../src/models/truncated-svd.ts";

function counts(text: string): TokenCounts {
  const sums = new Map<number, number>();
  for (const word of text.split(" ")) {
    sums.set(hashToken(word), (sums.get(hashToken(word)) ?? 0) + 1);
  }
  const tokens = Uint32Array.from(sums.keys()).sort();
  return { tokens, counts: Float32Array.from(tokens, (token) => sums.get(token) ?? 0) };
}

function train(texts: readonly string[], rank: number): CorpusEmbedding {
  const all = texts.map(counts);
  const documentFrequency = new Map<number, number>();
  for (const { tokens } of all) {
    for (const token of tokens) {
      documentFrequency.set(token, (documentFrequency.get(token) ?? 0) + 1);
    }
  }
  return trainCorpusEmbedding(all, { rank, chunks: all.length, documentFrequency });
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return (a ?? new Float32Array()).reduce((sum, value, axis) => sum + value * (b?.[axis] ?? 0), 0);
}

const TEXTS = Array.from({ length: 40 }, (_, at) =>
  at % 2 === 0
    ? `pod ${at % 4 === 0 ? "evicted" : "crashed"} node kubernetes memory`
    : `schedule ${at % 4 === 1 ? "cron" : "interval"} timezone daily calendar`,
);

describe("corpusRank", () => {
  it.each([
    [0, 0],
    [199, 0],
    [200, 25],
    [800, 100],
    [50_000, 100],
  ])("of %i chunks is %i", (chunks, rank) => {
    expect(corpusRank(chunks)).toBe(rank);
  });
});

describe("trainCorpusEmbedding", () => {
  it("brings together words that never meet but keep the same company", () => {
    const embedding = train(TEXTS, 2);
    const evicted = embedding.embed(counts("evicted"));

    expect(cosine(evicted, embedding.embed(counts("crashed")))).toBeGreaterThan(0.8);
    expect(Math.abs(cosine(evicted, embedding.embed(counts("cron"))))).toBeLessThan(0.2);
  });

  it("gives unit vectors, and none for words it does not know", () => {
    const embedding = train(TEXTS, 3);

    expect(Math.hypot(...(embedding.embed(counts("pod node")) ?? []))).toBeCloseTo(1, 5);
    expect(embedding.embed(counts("unheard of"))).toBeUndefined();
    expect(embedding.embed(counts(""))).toBeUndefined();
  });

  it("is the same for the same texts, byte for byte", () => {
    expect(Buffer.from(train(TEXTS, 4).serialise()).equals(train(TEXTS, 4).serialise())).toBe(true);
  });

  it("has no more directions than the texts span", () => {
    expect(train(["a b", "a b", "a b", "c d", "c d"], 10).rank).toBeLessThanOrEqual(2);
  });

  it("survives texts that have nothing in common", () => {
    expect(train(["a", "b", "c"], 5).rank).toBe(0);
  });
});

describe("CorpusEmbedding", () => {
  it("is the same after a round trip, at any alignment of the bytes", () => {
    const embedding = train(TEXTS, 3);
    const bytes = embedding.serialise();
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);

    for (const copy of [bytes, shifted.subarray(1)]) {
      expect(CorpusEmbedding.deserialise(copy).embed(counts("pod memory"))).toEqual(
        embedding.embed(counts("pod memory")),
      );
    }
  });

  it.each([0, 4, 11, 12, 100])("refuses its bytes cut to %i", (length) => {
    const bytes = train(TEXTS, 3).serialise();

    expect(() => CorpusEmbedding.deserialise(bytes.subarray(0, length))).toThrow(RangeError);
  });
});

describe("truncatedSvd", () => {
  it("finds the singular values of a matrix that is known", () => {
    // diag(5, 3, 2, 1) with its columns shuffled.
    const matrix = {
      columnCount: 4,
      starts: Uint32Array.of(0, 1, 2, 3, 4),
      columns: Uint32Array.of(2, 0, 3, 1),
      values: Float32Array.of(5, 3, 2, 1),
    };

    const { singularValues, vectors } = truncatedSvd(matrix, { rank: 3 });

    expect([...singularValues].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([5, 3, 2]);
    expect(Math.abs(vectors[0]?.[2] ?? 0)).toBeCloseTo(1, 6);
  });

  it("keeps the directions of a low-rank matrix exactly", () => {
    const left = Array.from({ length: 30 }, (_, row) => [Math.sin(row), Math.cos(3 * row)]);
    const right = Array.from({ length: 20 }, (_, column) => [
      Math.cos(column),
      Math.sin(2 * column),
    ]);
    const rows = left.map((a) =>
      right.map((b) => (a[0] ?? 0) * (b[0] ?? 0) + (a[1] ?? 0) * (b[1] ?? 0)),
    );
    const matrix = {
      columnCount: 20,
      starts: Uint32Array.from({ length: 31 }, (_, row) => 20 * row),
      columns: Uint32Array.from({ length: 600 }, (_, at) => at % 20),
      values: Float32Array.from(rows.flat()),
    };

    const { vectors } = truncatedSvd(matrix, { rank: 2 });

    for (const row of rows) {
      const projected = vectors.map((vector) =>
        vector.reduce((sum, v, at) => sum + v * (row[at] ?? 0), 0),
      );
      const length = Math.hypot(...row);
      expect(Math.hypot(...projected)).toBeCloseTo(length, 4);
    }
  });
});
