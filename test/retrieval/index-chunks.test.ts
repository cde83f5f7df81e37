import { describe, expect, it } from "vitest";
import type { EmbeddingModel } from "../../src/models/embedding-model.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { copyIndex } from "../../src/retrieval/copy-index.ts";
import {
  type EmbeddingCache,
  indexChunks,
  type IndexProgress,
} from "../../src/retrieval/index-chunks.ts";
import { PIPELINE } from "../../src/retrieval/pipeline.ts";
import { createRetriever } from "../../src/retrieval/retrieve.ts";
import { NoIndexError } from "../../src/retrieval/retriever.ts";
import { createQdrantIndex } from "../../src/store/qdrant/qdrant-index.ts";
import { temporaryIndex } from "../support/temporary-index.ts";
import { startFakeQdrant } from "../support/fake-qdrant.ts";
import { fillerPages, indexCorpus, makePage, sourcesOf } from "../support/indexed-corpus.ts";

const CHUNKS = fillerPages(240);

/** A model that turns a text into how often it has each of a few words, and counts what it was asked. */
function countingModel(words = ["schedule", "table", "zebra"]): EmbeddingModel & { texts: number } {
  return {
    name: "counting",
    dimensions: undefined,
    batchLimit: 50,
    texts: 0,
    async embed(texts) {
      this.texts += texts.length;
      if (texts.length > 50) throw new Error("more than the batch limit");
      return texts.map((text) => {
        const counts = words.map((word) => text.split(word).length - 1 + 0.01);
        const length = Math.hypot(...counts);
        return Float32Array.from(counts, (count) => count / length);
      });
    },
  };
}

function memoryCache(): EmbeddingCache {
  const vectors = new Map<string, Float32Array>();
  return {
    get: async (model, hashes) => hashes.map((hash) => vectors.get(`${model} ${hash}`)),
    put: async (model, entries) => {
      for (const { hash, vector } of entries) vectors.set(`${model} ${hash}`, vector);
    },
  };
}

const base = { sources: sourcesOf(CHUNKS), clock: systemClock };

describe("indexChunks", () => {
  // Seven words and their numbers span no more directions, whatever the number of chunks.
  it("builds a version that is not live until it is published, and says what made it", async () => {
    const index = await temporaryIndex();

    const { builder, version } = await indexChunks({ ...base, index, chunks: () => CHUNKS });

    expect(version).toMatchObject({
      pipeline: PIPELINE,
      chunks: 240,
      pages: 240,
      corpusRank: 7,
      sources: base.sources,
    });
    expect(version.embedding).toBeUndefined();
    expect(await index.open()).toBeUndefined();
    await builder.publish();
    await using live = await index.open();
    expect(live?.version.id).toBe(version.id);
  });

  it("reads its chunks twice from any iterable, and says how far it is", async () => {
    const index = await temporaryIndex();
    const progress: IndexProgress[] = [];
    let reads = 0;

    await indexChunks({
      ...base,
      index,
      async *chunks() {
        reads += 1;
        yield* CHUNKS;
      },
      onProgress: (step) => progress.push(step),
    });

    expect(reads).toBe(2);
    expect(progress.map(({ stage }) => stage)).toEqual(["count", "train", "add"]);
    expect(progress.at(-1)).toEqual({ stage: "add", chunks: 240, total: 240, embedded: 0 });
  });

  it("makes the same vectors for the same chunks in any order of pages", async () => {
    const modelOf = async (chunks: typeof CHUNKS) => {
      const index = await indexCorpus(chunks);
      await using reader = await index.open();
      return Buffer.from((await reader?.corpusModel()) ?? []).toString("hex");
    };

    expect(await modelOf(CHUNKS.toReversed())).toBe(await modelOf(CHUNKS));
  });

  it("leaves nothing behind when it is stopped or fails", async () => {
    const index = await temporaryIndex();
    const controller = new AbortController();
    const stopped = indexChunks({
      ...base,
      index,
      chunks: () => CHUNKS,
      signal: controller.signal,
      onProgress: ({ stage }) => {
        if (stage === "train") controller.abort(new Error("stopped"));
      },
    });

    await expect(stopped).rejects.toThrow("stopped");
    expect(await index.versions()).toEqual([]);
  });

  it("indexes nothing, too", async () => {
    const index = await temporaryIndex();
    const { builder } = await indexChunks({ ...base, sources: [], index, chunks: () => [] });
    await builder.publish();

    const { evidence } = await createRetriever({ index, clock: systemClock }).retrieve({
      question: "anything",
    });

    expect(evidence).toEqual([]);
  });
});

describe("endpoint embeddings", () => {
  it("are asked for in batches, once for each text, and found by", async () => {
    const index = await temporaryIndex();
    const embeddingModel = countingModel();
    const embeddingCache = memoryCache();
    const chunks = [...CHUNKS, ...makePage("/zoo", "Zoo", ["zebra zebra"])];
    const building = { embeddingModel, embeddingCache };

    await indexCorpus(chunks, { index, ...building });
    const asked = embeddingModel.texts;
    await indexCorpus([...chunks, ...makePage("/new", "New", ["zebra"])], { index, ...building });

    // One more text to learn the length of the model's vectors, each time.
    expect(asked).toBe(241 + 1);
    expect(embeddingModel.texts - asked).toBe(1 + 1);
    await using reader = await index.open();
    expect(reader?.version.embedding).toEqual({ model: "counting", dimensions: 3 });
    const retriever = createRetriever({ index, embeddingModel, clock: systemClock });
    const { candidates } = await retriever.retrieve({ question: "zebra" });
    expect(candidates.slice(0, 2).map(({ ranks }) => ranks.endpoint)).toEqual(
      expect.arrayContaining([1, 2]),
    );
  });

  it("are left alone when the index has none of the model that is configured now", async () => {
    const index = await indexCorpus(CHUNKS);
    const embeddingModel = countingModel();
    const retriever = createRetriever({ index, embeddingModel, clock: systemClock });

    const { candidates } = await retriever.retrieve({ question: "schedule" });

    expect(embeddingModel.texts).toBe(0);
    expect(candidates.every(({ ranks }) => ranks.endpoint === undefined)).toBe(true);
  });
});

describe("copyIndex", () => {
  it("brings an index from files to a server with the same ranking", async () => {
    await using server = await startFakeQdrant();
    const to = createQdrantIndex({
      url: server.url,
      alias: "docs",
      clock: systemClock,
      random: () => 0,
    });
    const from = await indexCorpus(CHUNKS);

    const version = await copyIndex({ from, to, clock: systemClock });

    expect(version).toMatchObject({ chunks: 240, sources: sourcesOf(CHUNKS) });
    const request = { question: "markdown table of the calendar" };
    const idsIn = async (index: typeof to) =>
      (await createRetriever({ index, clock: systemClock }).retrieve(request)).evidence.map(
        ({ chunk }) => chunk.id,
      );
    expect(await idsIn(to)).toEqual(await idsIn(from));
  });

  it("has nothing to copy from an empty index", async () => {
    const copying = copyIndex({
      from: await temporaryIndex(),
      to: await temporaryIndex(),
      clock: systemClock,
    });

    await expect(copying).rejects.toThrow(NoIndexError);
  });
});
