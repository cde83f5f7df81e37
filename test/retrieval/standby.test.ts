import { afterAll, describe, expect, it } from "vitest";
import type { Clock } from "../../src/platform/clock.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { LogFields, Logger } from "../../src/observability/logger.ts";
import { createRetriever } from "../../src/retrieval/retrieve.ts";
import { NoIndexError } from "../../src/retrieval/retriever.ts";
import { createStandbyRetriever } from "../../src/retrieval/standby.ts";
import { IndexUnavailableError } from "../../src/store/chunk-index.ts";
import { createQdrantIndex } from "../../src/store/qdrant/qdrant-index.ts";
import { temporaryIndex } from "../support/temporary-index.ts";
import { startFakeQdrant } from "../support/fake-qdrant.ts";
import { indexCorpus, makePage } from "../support/indexed-corpus.ts";

const TUGS = makePage("/tugs", "Tugs", ["A tug that loses power is towed to the pier."]);
const FERRIES = makePage("/ferries", "Ferries", ["A ferry that loses power drops its anchor."]);

const files = await indexCorpus(FERRIES);
afterAll(() => files[Symbol.asyncDispose]());

function listening(): Logger & { readonly events: string[] } {
  const events: string[] = [];
  const note = (event: string, _fields?: LogFields) => void events.push(event);
  return { events, debug: note, info: note, warn: note, error: note };
}

/** A server with tugs beside files with ferries, and a clock that stands still until it is moved. */
async function startPair(standby = files) {
  const server = await startFakeQdrant();
  const qdrant = createQdrantIndex({
    url: server.url,
    alias: "docs",
    clock: { ...systemClock, sleep: async () => undefined },
    random: () => 0,
  });
  await indexCorpus(TUGS, { index: qdrant });
  let ms = 0;
  const clock: Clock = { ...systemClock, elapsed: () => ms };
  const logger = listening();
  const retriever = createStandbyRetriever({
    primary: createRetriever({ index: qdrant, clock: systemClock }),
    standby: createRetriever({ index: standby, clock: systemClock }),
    clock,
    logger,
  });
  return {
    server,
    retriever,
    logger,
    /** What is cited for a question, and why the standby answered. */
    async ask() {
      const { evidence, standbyFor } = await retriever.retrieve({ question: "loses power" });
      return { path: new URL(evidence[0]?.chunk.url ?? "none:").pathname, standbyFor };
    },
    pass: (later: number) => void (ms += later),
    async [Symbol.asyncDispose]() {
      await qdrant[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const DOWN = Array.from({ length: 40 }, () => 503);

describe("createStandbyRetriever", () => {
  it("asks the server while it answers", async () => {
    await using pair = await startPair();

    expect(await pair.ask()).toEqual({ path: "/tugs", standbyFor: undefined });
    expect(pair.logger.events).toEqual([]);
  });

  it("answers from the files while the server is down, says why, and goes back to it", async () => {
    await using pair = await startPair();
    pair.server.fail(...DOWN);

    const during = await pair.ask();

    expect(during.path).toBe("/ferries");
    expect(during.standbyFor).toContain("Qdrant");
    expect((await pair.retriever.findPhrase({ phrase: "anchor" })).length).toBe(1);

    const callsWhileDown = pair.server.calls.length;
    await pair.ask();
    expect(pair.server.calls.length).toBe(callsWhileDown);

    await using later = await startPair();
    later.server.fail(503, 503, 503, 503, 503, 503);
    await later.ask();
    later.pass(60_000);
    // What is left of the failures is used up by then, or by one more question.
    await later.ask();
    later.pass(60_000);
    expect(await later.ask()).toEqual({ path: "/tugs", standbyFor: undefined });
    expect(later.logger.events.filter((event) => event === "index-back")).toHaveLength(1);
  });

  it("says that the server is down when the files hold nothing", async () => {
    await using empty = await temporaryIndex();
    await using pair = await startPair(empty);
    pair.server.fail(...DOWN);

    await expect(pair.ask()).rejects.toThrow(IndexUnavailableError);
  });

  it("does not take an index that was never built for one that is down", async () => {
    await using server = await startFakeQdrant();
    await using qdrant = createQdrantIndex({
      url: server.url,
      alias: "docs",
      clock: systemClock,
      random: () => 0,
    });
    const retriever = createStandbyRetriever({
      primary: createRetriever({ index: qdrant, clock: systemClock }),
      standby: createRetriever({ index: files, clock: systemClock }),
      clock: systemClock,
      logger: listening(),
    });

    await expect(retriever.retrieve({ question: "loses power" })).rejects.toThrow(NoIndexError);
  });
});
