/** What every engine must do, written once. Each test opens a fresh index and disposes of it. */
import { describe, expect, it } from "vitest";
import type { Chunk } from "../../src/documents/chunk.ts";
import { hashToken, tokenize } from "../../src/documents/tokenize.ts";
import {
  type ChunkIndex,
  type IndexedChunk,
  IndexError,
  type IndexPlan,
  type SparseVector,
} from "../../src/store/chunk-index.ts";
import type { Clock } from "../../src/platform/clock.ts";
import { makeChunk } from "../support/make-chunk.ts";

export const PLAN: IndexPlan = {
  pipeline: "test",
  sources: [],
  pages: 0,
  chunks: 0,
  corpusRank: 3,
};

export function sparseOf(text: string): SparseVector {
  const counts = new Map<number, number>();
  for (const token of tokenize(text)) {
    const hash = hashToken(token);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  const indices = Uint32Array.from(counts.keys()).sort();
  return { indices, values: Float32Array.from(indices, (token) => counts.get(token) ?? 0) };
}

export function indexed(chunk: Chunk, corpus: readonly number[] = [1, 0, 0]): IndexedChunk {
  return { chunk, sparse: sparseOf(chunk.text), corpus: Float32Array.from(corpus) };
}

function pages(...texts: readonly string[]): readonly Chunk[] {
  return texts.map((text, at) => makeChunk(text, { url: `https://docs.example/page-${at}` }));
}

async function publish(index: ChunkIndex, chunks: readonly IndexedChunk[], plan = PLAN) {
  await using builder = await index.build(plan);
  await builder.add(chunks);
  return await builder.publish();
}

async function liveReader(index: ChunkIndex) {
  const reader = await index.open();
  if (reader === undefined) throw new Error("nothing is live");
  return reader;
}

export function chunkIndexSuite(
  name: string,
  open: (time?: Pick<Clock, "now">) => Promise<ChunkIndex>,
): void {
  describe(`${name}: versions`, () => {
    it("has nothing to open before the first version is published", async () => {
      await using index = await open();

      expect(await index.open()).toBeUndefined();
      expect(await index.open("20260101T000000000Z")).toBeUndefined();
      expect(await index.versions()).toEqual([]);
    });

    it("shows a version only once it is published, and counts what it holds", async () => {
      await using index = await open();
      await using builder = await index.build(PLAN);
      await builder.add(pages("one", "two").map((chunk) => indexed(chunk)));

      const finished = await builder.finish();

      expect(await index.open()).toBeUndefined();
      expect(finished).toMatchObject({ pages: 2, chunks: 2, pipeline: "test" });
      await using unpublished = await index.open(finished.id);
      expect(unpublished?.version).toEqual(finished);
      expect(await builder.publish()).toEqual(finished);
      await using live = await liveReader(index);
      expect(live.version).toEqual(finished);
    });

    it("leaves nothing of a version that was not published", async () => {
      await using index = await open();
      const unfinished = await index.build(PLAN);
      await unfinished.add([indexed(makeChunk("lost"))]);
      const finished = await index.build(PLAN);
      await finished.add([indexed(makeChunk("lost too"))]);
      const { id } = await finished.finish();

      await unfinished[Symbol.asyncDispose]();
      await finished[Symbol.asyncDispose]();

      expect(await index.versions()).toEqual([]);
      expect(await index.open(id)).toBeUndefined();
    });

    it("keeps a pinned version readable while others are published", async () => {
      await using index = await open();
      const [old] = pages("old text");
      await publish(index, [indexed(old ?? makeChunk(""))]);
      await using pinned = await liveReader(index);

      for (const text of ["second", "third", "fourth"]) {
        await publish(index, [indexed(makeChunk(text))]);
      }

      expect(
        (await pinned.searchSparse(sparseOf("old"), { limit: 5 })).map(({ id }) => id),
      ).toEqual([old?.id]);
      expect(await pinned.read([old?.id ?? ""])).toEqual([old]);
    });

    it("keeps the version before the live one, goes back to it once, and says when there is none", async () => {
      await using index = await open();
      await publish(index, [indexed(makeChunk("first"))]);
      const second = await publish(index, [indexed(makeChunk("second"))]);
      const third = await publish(index, [indexed(makeChunk("third"))]);

      expect((await index.versions()).map(({ id, live }) => [id, live])).toEqual([
        [third.id, true],
        [second.id, false],
      ]);
      expect(await index.rollback()).toMatchObject({ id: second.id });
      await using live = await liveReader(index);
      expect(live.version.id).toBe(second.id);
      await expect(index.rollback()).rejects.toThrow(IndexError);
    });

    it("goes back to the version before whatever the clock says", async () => {
      let now = Date.UTC(2026, 10, 24, 12);
      await using index = await open({ now: () => now });
      await publish(index, [indexed(makeChunk("first"))]);
      const second = await publish(index, [indexed(makeChunk("second"))]);
      // Set back by a year.
      now = Date.UTC(2025, 10, 24);
      const third = await publish(index, [indexed(makeChunk("third"))]);

      expect((await index.versions()).map(({ id, live }) => [id, live])).toEqual([
        [third.id, true],
        [second.id, false],
      ]);
      expect(third.createdAt).toBe("2025-11-24T00:00:00.000Z");
      expect(await index.rollback()).toMatchObject({ id: second.id });
      const fourth = await publish(index, [indexed(makeChunk("fourth"))]);
      expect(await index.rollback()).toMatchObject({ id: second.id });
      expect(fourth.id > third.id).toBe(true);
    });

    it("holds an empty corpus", async () => {
      await using index = await open();
      await publish(index, []);
      await using reader = await liveReader(index);

      expect(await reader.searchSparse(sparseOf("anything"), { limit: 5 })).toEqual([]);
      expect(await reader.searchDense("corpus", Float32Array.of(1, 0, 0), { limit: 5 })).toEqual(
        [],
      );
      expect(await reader.read([makeChunk("x").id])).toEqual([]);
    });
  });

  describe(`${name}: search`, () => {
    it("scores by query weight, rarity and document weight, best first", async () => {
      await using index = await open();
      const [both, common, twice, none] = pages("rare word", "word", "word word", "nothing");
      await publish(
        index,
        [both, common, twice, none].flatMap((chunk) =>
          chunk === undefined ? [] : [indexed(chunk)],
        ),
      );
      await using reader = await liveReader(index);

      const hits = await reader.searchSparse(sparseOf("rare word"), { limit: 10 });

      expect(hits.map(({ id }) => id)).toEqual([both?.id, twice?.id, common?.id]);
      // ln(1 + (4 - df + 0.5) / (df + 0.5)) with df 1 and 3.
      expect(hits[0]?.score).toBeCloseTo(Math.log1p(3.5 / 1.5) + Math.log1p(1.5 / 3.5), 5);
      expect(hits[2]?.score).toBeCloseTo(Math.log1p(1.5 / 3.5), 5);
      expect(hits[0]).toMatchObject({
        url: both?.url,
        title: "Page",
        headingPath: ["Section"],
        pageType: "guide",
        position: 0,
      });
    });

    it("gives ties in order of id and no more than the limit", async () => {
      await using index = await open();
      const chunks = pages("same a", "same b", "same c", "same d");
      await publish(
        index,
        chunks.map((chunk) => indexed(chunk)),
      );
      await using reader = await liveReader(index);
      const ids = chunks.map(({ id }) => id).sort();

      const all = await reader.searchSparse(sparseOf("same"), { limit: 10 });
      const two = await reader.searchSparse(sparseOf("same"), { limit: 2 });

      expect(all.map(({ id }) => id)).toEqual(ids);
      expect(two).toHaveLength(2);
    });

    it("finds by direction, and only within its scope", async () => {
      await using index = await open();
      const near = makeChunk("near", { url: "https://docs.example/a" });
      const far = makeChunk("far", { url: "https://docs.example/b" });
      const other = makeChunk("near", {
        url: "https://docs.example/c",
        product: "other",
        version: "2",
      });
      await publish(index, [
        indexed(near, [0.9, 0.1, 0]),
        indexed(far, [0.1, 0.9, 0]),
        indexed(other, [1, 0, 0]),
      ]);
      await using reader = await liveReader(index);
      const question = Float32Array.of(2, 0, 0);

      const everywhere = await reader.searchDense("corpus", question, { limit: 5 });
      const prefect = await reader.searchDense("corpus", question, {
        limit: 5,
        scope: { product: "prefect" },
      });
      const second = await reader.searchSparse(sparseOf("near"), {
        limit: 5,
        scope: { version: "2" },
      });

      expect(everywhere.map(({ id }) => id)).toEqual([other.id, near.id, far.id]);
      expect(everywhere[0]?.score).toBeCloseTo(1, 5);
      expect(prefect.map(({ id }) => id)).toEqual([near.id, far.id]);
      expect(second.map(({ id }) => id)).toEqual([other.id]);
    });

    it("knows no vectors of a name that was not given", async () => {
      await using index = await open();
      await publish(index, [indexed(makeChunk("text"))]);
      await using reader = await liveReader(index);

      expect(await reader.searchDense("endpoint", Float32Array.of(1, 2), { limit: 5 })).toEqual([]);
    });

    it("refuses a vector of another length", async () => {
      await using index = await open();
      await publish(index, [indexed(makeChunk("text"))]);
      await using reader = await liveReader(index);

      await expect(
        reader.searchDense("corpus", Float32Array.of(1, 2), { limit: 5 }),
      ).rejects.toThrow(IndexError);
    });

    it("gives as many hits as it is asked for, also more than a server gives at once", async () => {
      await using index = await open();
      const chunks = Array.from({ length: 2003 }, (_, at) =>
        makeChunk(`common number${at} ${at % 2 === 0 ? "even" : "odd"}`),
      );
      await publish(
        index,
        chunks.map((chunk) => indexed(chunk)),
      );
      await using reader = await liveReader(index);

      const all = await reader.searchSparse(sparseOf("common"), { limit: 5000 });
      const most = await reader.searchSparse(sparseOf("common number7"), { limit: 1001 });
      const even = await reader.searchSparse(sparseOf("even"), { limit: 5000 });
      const among = await reader.searchSparse(sparseOf("common"), {
        limit: 5000,
        among: even.map(({ id }) => id),
      });
      const few = await reader.searchSparse(sparseOf("common"), {
        limit: 1,
        among: [chunks[3]?.id ?? "", makeChunk("unknown").id],
      });

      expect(new Set(all.map(({ id }) => id)).size).toBe(2003);
      expect(most).toHaveLength(1001);
      expect(most[0]?.id).toBe(chunks[7]?.id);
      expect(even).toHaveLength(1002);
      expect(among.map(({ id }) => id).sort()).toEqual(even.map(({ id }) => id).sort());
      expect(few.map(({ id }) => id)).toEqual([chunks[3]?.id]);
      expect(await reader.searchSparse(sparseOf("common"), { limit: 5, among: [] })).toEqual([]);
    });

    it("stops when it is told to", async () => {
      await using index = await open();
      await publish(index, [indexed(makeChunk("text"))]);
      await using reader = await liveReader(index);
      const signal = AbortSignal.abort(new Error("enough"));

      await expect(reader.searchSparse(sparseOf("text"), { limit: 5, signal })).rejects.toThrow(
        "enough",
      );
    });
  });

  describe(`${name}: reading`, () => {
    it("gives back chunks as they were, in the order asked for, unknown ones left out", async () => {
      await using index = await open();
      const chunks = [
        makeChunk("with every kind of character: \u0000 é 漢字 🎉 \" \\ '", {
          url: "https://docs.example/a",
          facts: [{ kind: "since", label: "since 3.6", text: "since 3.6" }],
          code: [{ start: 5, end: 10 }],
          stale: true,
        }),
        makeChunk("second", { url: "https://docs.example/b" }),
      ];
      await publish(
        index,
        chunks.map((chunk) => indexed(chunk)),
      );
      await using reader = await liveReader(index);
      const [first, second] = chunks;

      const found = await reader.read([second?.id ?? "", makeChunk("unknown").id, first?.id ?? ""]);

      expect(found).toEqual([second, first]);
    });

    it("counts a chunk once that is given twice", async () => {
      await using index = await open();
      const chunk = makeChunk("twice");
      const version = await publish(index, [indexed(chunk), indexed(chunk)]);
      await using reader = await liveReader(index);

      expect(version.chunks).toBe(1);
      expect(await reader.documentFrequencies(Uint32Array.of(hashToken("twice")))).toEqual([1]);
    });

    it("gives a page's chunks in order, all or some", async () => {
      await using index = await open();
      const url = "https://docs.example/long";
      const chunks = [2, 0, 1].map((position) => makeChunk(`part ${position}`, { url, position }));
      await publish(
        index,
        [...chunks, makeChunk("elsewhere")].map((chunk) => indexed(chunk)),
      );
      await using reader = await liveReader(index);

      const all = await reader.readPage(url);
      const some = await reader.readPage(url, [1, 2, 7]);

      expect(all.map(({ position }) => position)).toEqual([0, 1, 2]);
      expect(some.map(({ text }) => text)).toEqual(["part 1", "part 2"]);
      expect(await reader.readPage("https://docs.example/none")).toEqual([]);
    });

    it("gives every chunk in order of building, or those of one product", async () => {
      await using index = await open();
      const chunks = Array.from({ length: 600 }, (_, at) =>
        makeChunk(`chunk ${at}`, {
          url: `https://docs.example/${Math.floor(at / 3)}`,
          position: at % 3,
          product: at < 300 ? "prefect" : "other",
        }),
      );
      await publish(
        index,
        chunks.map((chunk) => indexed(chunk)),
      );
      await using reader = await liveReader(index);

      expect(await Array.fromAsync(reader.chunks(), ({ id }) => id)).toEqual(
        chunks.map(({ id }) => id),
      );
      expect(await Array.fromAsync(reader.chunks("other"), ({ id }) => id)).toEqual(
        chunks.slice(300).map(({ id }) => id),
      );
    });

    it("says in how many chunks tokens occur, and gives back the corpus model", async () => {
      await using index = await open();
      const corpusModel = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251);
      await publish(
        index,
        pages("often rare", "often", "often often").map((chunk) => indexed(chunk)),
        { ...PLAN, corpusModel },
      );
      await using reader = await liveReader(index);

      const tokens = Uint32Array.from(["often", "rare", "never"], hashToken);

      expect(await reader.documentFrequencies(tokens)).toEqual([3, 1, 0]);
      expect(Buffer.from((await reader.corpusModel()) ?? []).equals(corpusModel)).toBe(true);
    });
  });
}
