import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { QdrantClient } from "@qdrant/js-client-rest";
import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../src/platform/clock.ts";
import { type ChunkIndex, IndexUnavailableError } from "../../../src/store/chunk-index.ts";
import { createQdrantIndex } from "../../../src/store/qdrant/qdrant-index.ts";
import { type FakeQdrant, startFakeQdrant } from "../../support/fake-qdrant.ts";
import { makeChunk } from "../../support/make-chunk.ts";
import { chunkIndexSuite, indexed, PLAN, sparseOf } from "../chunk-index.suite.ts";

const impatient = { ...systemClock, sleep: async () => {} };

function openAt(
  url: string | readonly string[],
  more: { readonly apiKey?: string; readonly clock?: Clock } = {},
): ChunkIndex {
  return createQdrantIndex({ url, alias: "docs", clock: impatient, random: () => 0, ...more });
}

/** An index that takes `end` along when it is disposed of. */
function ending(index: ChunkIndex, end: () => Promise<void>): ChunkIndex {
  return {
    ...index,
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await end();
    },
  };
}

chunkIndexSuite("Qdrant (fake)", async (time) => {
  const server = await startFakeQdrant();
  const index = openAt(server.url, { clock: { ...impatient, ...time } });
  return ending(index, async () => server[Symbol.asyncDispose]());
});

const realUrl = process.env["TEST_QDRANT_URL"];
if (realUrl !== undefined) {
  chunkIndexSuite("Qdrant (server)", async (time) => {
    const alias = `test_${randomBytes(6).toString("hex")}`;
    const index = createQdrantIndex({
      url: realUrl,
      alias,
      clock: { ...systemClock, ...time },
      random: Math.random,
    });
    return ending(index, async () => {
      const client = new QdrantClient({ url: realUrl, checkCompatibility: false });
      const { collections } = await client.getCollections();
      for (const { name } of collections) {
        if (name.startsWith(alias)) await client.deleteCollection(name);
      }
    });
  });
}

async function publishText(index: ChunkIndex, ...texts: readonly string[]) {
  await using builder = await index.build({ ...PLAN, chunks: texts.length });
  await builder.add(texts.map((text) => indexed(makeChunk(text))));
  return await builder.publish();
}

/** What was asked of collections, from a call on. */
function pathsOf(server: FakeQdrant, from = 0): readonly string[] {
  return server.calls.slice(from).map(({ path }) => path.replace(/.*Z/, ""));
}

describe("a Qdrant collection", () => {
  it("has one shard, its payload indexes before its points, and goes live by one switch of the alias", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);

    const first = await publishText(index, "one");
    const second = await publishText(index, "two");

    const collection = server.collections.get(`docs_${second.id}`);
    expect(collection?.config).toMatchObject({
      shard_number: 1,
      replication_factor: 1,
      vectors: { corpus: { size: 3, distance: "Cosine" } },
      sparse_vectors: { text: {} },
      strict_mode_config: { enabled: true, unindexed_filtering_retrieve: false },
    });
    expect(collection?.indexes).toEqual(["product", "version", "type", "url", "position", "row"]);
    expect(collection?.lateIndexes).toBe(0);
    expect(server.aliases).toEqual(new Map([["docs", `docs_${second.id}`]]));
    const switches = server.calls.filter(({ path }) => path === "/collections/aliases");
    expect(switches.at(-1)?.body).toEqual({
      actions: [
        { delete_alias: { alias_name: "docs" } },
        { create_alias: { alias_name: "docs", collection_name: `docs_${second.id}` } },
      ],
    });
    expect(first.id < second.id).toBe(true);
  });

  it("is loaded in batches", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    await using builder = await index.build(PLAN);

    await builder.add(Array.from({ length: 300 }, (_, at) => indexed(makeChunk(`chunk ${at}`))));

    const sizes = server.calls
      .filter(({ method, path }) => method === "PUT" && path.endsWith("/points"))
      .map(({ body }) => (body as { readonly points: readonly unknown[] }).points.length);
    expect(sizes).toEqual([128, 128, 44]);
  });
});

describe("searches on a Qdrant server", () => {
  it("that are asked for together go as one request", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    await publishText(index, "some text");
    await using reader = await index.open();
    await reader?.documentFrequencies(Uint32Array.of(1));
    const search = () =>
      Promise.all([
        reader?.searchSparse(sparseOf("some"), { limit: 1 }),
        reader?.searchSparse(sparseOf("text"), { limit: 1, scope: { product: "prefect" } }),
        reader?.searchDense("corpus", Float32Array.of(1, 0, 0), { limit: 1 }),
      ]);
    const before = server.calls.length;

    const found = await search();
    const again = await search();

    expect(found.map((hits) => hits?.length)).toEqual([1, 1, 1]);
    expect(again).toEqual(found);
    // What the first hits show is asked for once.
    expect(pathsOf(server, before).filter((path) => path !== "/points/scroll")).toEqual([
      "/points/query/batch",
      "/points",
      "/points/query/batch",
    ]);
  });

  it("and reading what they found are one request when a small version was read ahead", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    await publishText(index, ...Array.from({ length: 300 }, (_, at) => `number ${at}`));
    await using reader = await index.open();
    await reader?.searchSparse(sparseOf("number"), { limit: 1 });
    while (pathsOf(server).filter((path) => path === "/points/scroll").length < 2) await nextTurn();
    // The answer to the last page is on its way.
    await reader?.searchSparse(sparseOf("number"), { limit: 1 });
    const before = server.calls.length;

    const hits = (await reader?.searchSparse(sparseOf("number"), { limit: 300 })) ?? [];
    const chunks = await reader?.read(hits.map(({ id }) => id));

    expect(chunks).toHaveLength(300);
    expect(chunks?.map(({ url }) => url)).toEqual(hits.map(({ url }) => url));
    expect(pathsOf(server, before)).toEqual(["/points/query/batch"]);
  });

  it("that were read are not read again", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    await publishText(index, "some text");
    await using reader = await index.open();
    const [hit] = (await reader?.searchSparse(sparseOf("some"), { limit: 1 })) ?? [];
    const first = await reader?.read([hit?.id ?? ""]);
    const before = server.calls.length;

    const second = await reader?.read([hit?.id ?? ""]);

    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    expect(server.calls).toHaveLength(before);
  });

  it("fail each for itself when one request fails", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    await publishText(index, "some text");
    await using reader = await index.open();
    await reader?.documentFrequencies(Uint32Array.of(1));

    server.fail(400);
    const failed = await Promise.allSettled([
      reader?.searchSparse(sparseOf("some"), { limit: 1 }),
      reader?.searchSparse(sparseOf("text"), { limit: 1 }),
    ]);

    expect(failed).toMatchObject([
      { reason: { code: "index-refused" } },
      { reason: { code: "index-refused" } },
    ]);
    expect(await reader?.searchSparse(sparseOf("text"), { limit: 1 })).toHaveLength(1);
  });
});

describe("a Qdrant cluster", () => {
  it("is asked at its next address when one does not answer, and stays there", async () => {
    const gone = await startFakeQdrant();
    await gone[Symbol.asyncDispose]();
    await using server = await startFakeQdrant();
    await using index = openAt([gone.url, server.url]);
    await publishText(index, "text");
    await using reader = await index.open();

    expect(await reader?.searchSparse(sparseOf("text"), { limit: 1 })).toHaveLength(1);
  });

  it("goes on when the node in use dies, and tells all addresses when none answers", async () => {
    await using second = await startFakeQdrant();
    const first = await startFakeQdrant();
    // One cluster has one content; here the same is put on either.
    for (const url of [first.url, second.url]) {
      await using one = openAt(url);
      await publishText(one, "text");
    }
    await using index = openAt([first.url, second.url]);
    const before = await index.versions();
    await first[Symbol.asyncDispose]();
    const after = await index.versions();
    await second[Symbol.asyncDispose]();

    expect([before.length, after.length]).toEqual([1, 1]);
    await expect(index.versions()).rejects.toMatchObject({
      code: "index-down",
      facts: { server: `${first.url}, ${second.url}` },
    });
  });

  it("is not asked elsewhere about what it refuses", async () => {
    await using first = await startFakeQdrant();
    await using second = await startFakeQdrant();
    await using index = openAt([first.url, second.url]);

    first.fail(400);

    await expect(index.versions()).rejects.toMatchObject({ code: "index-refused" });
    expect(second.calls).toEqual([]);
  });
});

describe("a Qdrant server in trouble", () => {
  it("is tried again when it is busy or cuts the connection", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    await publishText(index, "text");

    server.fail(503, 0);
    await using reader = await index.open();

    expect(await reader?.searchSparse(sparseOf("text"), { limit: 1 })).toHaveLength(1);
  });

  it("is waited for no longer than a question can wait", async () => {
    const requests: string[] = [];
    const silent = createServer((request) => void requests.push(request.url ?? ""));
    await new Promise<void>((resolve) => {
      silent.listen(0, "127.0.0.1", resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    await using index = createQdrantIndex({
      url,
      alias: "docs",
      clock: impatient,
      random: () => 0,
      timeoutMs: 50,
    });

    await expect(index.open()).rejects.toMatchObject({ code: "index-down" });

    expect(requests).toHaveLength(1);
    silent.closeAllConnections();
    silent.close();
  });

  it("is unavailable when it stays busy, refuses the key, or is not there", async () => {
    await using server = await startFakeQdrant({ apiKey: "right" });
    await using locked = openAt(server.url);
    await expect(locked.open()).rejects.toMatchObject({ code: "index-key" });

    const gone = await startFakeQdrant();
    await gone[Symbol.asyncDispose]();
    await using index = openAt(gone.url);
    const error: unknown = await index.open().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(IndexUnavailableError);
    expect(error).toMatchObject({
      code: "index-down",
      hint: expect.stringContaining("QDRANT_URL"),
    });
  });

  it("is unavailable, and not empty, when the collection of a pinned version is deleted", async () => {
    await using server = await startFakeQdrant();
    await using index = openAt(server.url);
    const { id } = await publishText(index, "text");
    await using reader = await index.open();
    await reader?.documentFrequencies(Uint32Array.of(1));
    await new QdrantClient({ url: server.url, checkCompatibility: false }).deleteCollection(
      `docs_${id}`,
    );

    await expect(reader?.searchSparse(sparseOf("text"), { limit: 1 })).rejects.toThrow(
      IndexUnavailableError,
    );
  });
});
