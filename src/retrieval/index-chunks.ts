/**
 * Chunks to an index version, in two passes: the first counts what the corpus has (lengths, frequencies, a sample
 * to train on), the second makes the vectors and adds them. Memory holds the counts, the sample and one batch.
 */
import { createHash } from "node:crypto";
import type { Chunk } from "../documents/chunk.ts";
import {
  type CorpusEmbedding,
  corpusRank,
  MAX_TRAINING_CHUNKS,
  type TokenCounts,
  trainCorpusEmbedding,
} from "../models/corpus-embedding.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";
import type { Clock } from "../platform/clock.ts";
import type {
  ChunkIndex,
  IndexBuilder,
  IndexedChunk,
  IndexPlan,
  IndexVersion,
  SourceSummary,
} from "../store/chunk-index.ts";
import { embeddingInput, type ChunkInPlace, inPlace, windowCounts } from "./corpus-text.ts";
import { type TextPair, tuneEmbedding } from "../models/tune-embedding.ts";
import { AskedPairs } from "./asked-pairs.ts";
import { PIPELINE } from "./pipeline.ts";
import { type FieldLengths, FIELDS, fieldTokens, sparseVector } from "./sparse-vector.ts";
import { TokenSums } from "./token-sums.ts";

const BATCH = 256;

/** Vectors of endpoint models by text, so that an unchanged chunk is paid for once. */
export interface EmbeddingCache {
  /** The vectors that are known, by place in `hashes` (SHA-256 of the text, hexadecimal); undefined where none is. */
  get(model: string, hashes: readonly string[]): Promise<readonly (Float32Array | undefined)[]>;
  put(
    model: string,
    entries: readonly { readonly hash: string; readonly vector: Float32Array }[],
  ): Promise<void>;
}

export type IndexProgress = {
  readonly stage: "count" | "train" | "add";
  readonly chunks: number;
  /** Known from the second stage on. */
  readonly total?: number;
  /** Texts sent to the embedding endpoint so far. */
  readonly embedded: number;
};

export type IndexChunksOptions = {
  readonly index: ChunkIndex;
  /** Called twice; must give the same chunks in the same order. */
  readonly chunks: () => AsyncIterable<Chunk> | Iterable<Chunk>;
  /** A function is called after the first pass, for those who count while they give the chunks. */
  readonly sources: readonly SourceSummary[] | (() => readonly SourceSummary[]);
  readonly embeddingModel?: EmbeddingModel;
  readonly embeddingCache?: EmbeddingCache;
  readonly clock: Clock;
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly signal?: AbortSignal;
};

export type IndexedVersion = {
  /** Finished and not yet live: `publish()` it, or dispose of it to throw it away. */
  readonly builder: IndexBuilder;
  readonly version: IndexVersion;
  readonly ms: { readonly count: number; readonly train: number; readonly add: number };
};

/** Builds a version of `chunks`. Throws what the index or the embedding model throws; nothing is left behind then. */
export async function indexChunks(options: IndexChunksOptions): Promise<IndexedVersion> {
  const { clock, signal } = options;
  const begun = clock.elapsed();
  const { corpus, embedding, counted } = await countAndTrain(options);
  const trained = clock.elapsed();

  const endpoint = options.embeddingModel;
  const dimensions = endpoint === undefined ? undefined : await dimensionsOf(endpoint, signal);
  const plan: IndexPlan = {
    pipeline: PIPELINE,
    sources: typeof options.sources === "function" ? options.sources() : options.sources,
    pages: corpus.pages,
    chunks: corpus.chunks,
    ...(endpoint === undefined || dimensions === undefined
      ? {}
      : { embedding: { model: endpoint.name, dimensions } }),
    ...(embedding === undefined
      ? {}
      : { corpusRank: embedding.rank, corpusModel: embedding.serialise() }),
  };
  const builder = await options.index.build(plan);
  try {
    let added = 0;
    let embedded = 0;
    for await (const batch of batches(inPlace(options.chunks(), fieldTokens))) {
      signal?.throwIfAborted();
      const vectors =
        endpoint === undefined || dimensions === undefined
          ? undefined
          : await embedBatch(batch, {
              model: endpoint,
              dimensions,
              cache: options.embeddingCache,
              signal,
            });
      embedded += vectors?.sent ?? 0;
      await builder.add(
        batch.map(({ chunk, fields, neighbours }, at) => {
          const corpusVector = embedding?.embed(windowCounts(fields, neighbours));
          const endpointVector = vectors?.vectors[at];
          return {
            chunk,
            sparse: sparseVector(fields, corpus.averages, chunk.pageType),
            ...(corpusVector === undefined ? {} : { corpus: corpusVector }),
            ...(endpointVector === undefined ? {} : { endpoint: endpointVector }),
          } satisfies IndexedChunk;
        }),
      );
      added += batch.length;
      options.onProgress?.({ stage: "add", chunks: added, total: corpus.chunks, embedded });
    }
    const version = await builder.finish();
    const ms = { count: counted - begun, train: trained - counted, add: clock.elapsed() - trained };
    return { builder, version, ms };
  } catch (error) {
    await builder[Symbol.asyncDispose]();
    throw error;
  }
}

type Corpus = {
  readonly chunks: number;
  readonly pages: number;
  readonly averages: FieldLengths;
};

/** The first pass; what was collected to train on ends with it. `counted`: when training began. */
async function countAndTrain(options: IndexChunksOptions): Promise<{
  readonly corpus: Corpus;
  readonly embedding: CorpusEmbedding | undefined;
  readonly counted: number;
}> {
  const counts = await countCorpus(options);
  const { chunks, pages, averages } = counts;
  const counted = options.clock.elapsed();
  options.onProgress?.({ stage: "train", chunks, total: chunks, embedded: 0 });
  return { corpus: { chunks, pages, averages }, embedding: train(counts), counted };
}

type CorpusCounts = Corpus & {
  readonly documentFrequency: TokenSums;
  readonly sample: readonly TokenCounts[];
  readonly asked: readonly (readonly TextPair[])[];
};

async function countCorpus(options: IndexChunksOptions): Promise<CorpusCounts> {
  const lengths = { title: 0, headings: 0, body: 0 };
  const phrasings = { tokens: 0, chunks: 0 };
  const ofSections = { tokens: 0, chunks: 0 };
  const documentFrequency = new TokenSums(2 ** 16);
  const pages = new Set<string>();
  const sample = new TrainingSample();
  const asked = new AskedPairs();
  let chunks = 0;
  for await (const { chunk, fields, neighbours } of inPlace(options.chunks(), fieldTokens)) {
    if (chunks % BATCH === 0) {
      options.signal?.throwIfAborted();
      options.onProgress?.({ stage: "count", chunks, embedded: 0 });
    }
    for (const field of FIELDS) lengths[field] += fields[field].length;
    for (const [count, { length }] of [
      [phrasings, fields.phrasings],
      [ofSections, fields.sectionPhrasings],
    ] as const) {
      count.tokens += length;
      count.chunks += Number(length > 0);
    }
    const counts = windowCounts(fields, neighbours);
    for (const token of counts.tokens) documentFrequency.add(token, 1);
    sample.offer(chunk.id, counts);
    asked.add(chunk);
    pages.add(chunk.url);
    chunks += 1;
  }
  const mean = (sum: number) => (chunks === 0 ? 0 : sum / chunks);
  return {
    chunks,
    pages: pages.size,
    averages: {
      title: mean(lengths.title),
      headings: mean(lengths.headings),
      body: mean(lengths.body),
      phrasings: phrasings.tokens / Math.max(1, phrasings.chunks),
      sectionPhrasings: ofSections.tokens / Math.max(1, ofSections.chunks),
    },
    documentFrequency,
    sample: sample.texts(),
    asked: asked.pages(),
  };
}

/** At most `MAX_TRAINING_CHUNKS` texts, chosen and ordered by id: the same corpus gives the same sample. */
class TrainingSample {
  readonly #texts = new Map<string, TokenCounts>();
  /** Ids whose first 32 bits are a multiple of this are kept. */
  #step = 1;

  offer(id: string, counts: TokenCounts): void {
    if (!this.#isKept(id)) return;
    this.#texts.set(id, counts);
    if (this.#texts.size <= MAX_TRAINING_CHUNKS) return;
    this.#step *= 2;
    for (const kept of this.#texts.keys()) if (!this.#isKept(kept)) this.#texts.delete(kept);
  }

  texts(): readonly TokenCounts[] {
    return [...this.#texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counts]) => counts);
  }

  #isKept(id: string): boolean {
    return this.#step === 1 || Number.parseInt(id.slice(0, 8), 16) % this.#step === 0;
  }
}

function train(corpus: CorpusCounts): CorpusEmbedding | undefined {
  const rank = corpusRank(corpus.chunks);
  if (rank === 0) return undefined;
  const embedding = trainCorpusEmbedding(corpus.sample, {
    rank,
    chunks: corpus.chunks,
    documentFrequency: corpus.documentFrequency,
  });
  return embedding.rank === 0 ? undefined : tuneEmbedding(embedding, corpus.asked);
}

async function dimensionsOf(
  model: EmbeddingModel,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (model.dimensions !== undefined) return model.dimensions;
  const [vector] = await model.embed(["dimensions"], signal);
  return vector?.length ?? 0;
}

type Embedder = {
  readonly model: EmbeddingModel;
  readonly dimensions: number;
  readonly cache: EmbeddingCache | undefined;
  readonly signal: AbortSignal | undefined;
};

async function embedBatch(
  batch: readonly ChunkInPlace[],
  { model, dimensions, cache, signal }: Embedder,
): Promise<{ readonly vectors: readonly (Float32Array | undefined)[]; readonly sent: number }> {
  const texts = batch.map(({ chunk }) => embeddingInput(chunk));
  const hashes = texts.map((text) => createHash("sha256").update(text).digest("hex"));
  const known = (await cache?.get(model.name, hashes)) ?? [];
  // A model may have changed its length under the same name.
  const vectors = texts.map((_, at) => (known[at]?.length === dimensions ? known[at] : undefined));
  const missing = [...texts.keys()].filter((at) => vectors[at] === undefined);
  for (let start = 0; start < missing.length;) {
    const part = missing.slice(start, start + model.batchLimit);
    start += part.length;
    const made = await model.embed(
      part.map((at) => texts[at] ?? ""),
      signal,
    );
    const entries = part.flatMap((at, place) => {
      const vector = made[place];
      vectors[at] = vector;
      return vector === undefined ? [] : [{ hash: hashes[at] ?? "", vector }];
    });
    // Stored at once: a run that is stopped here does not pay for them again.
    await cache?.put(model.name, entries);
  }
  return { vectors, sent: missing.length };
}

async function* batches<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
