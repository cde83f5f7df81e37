import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type RemoteApplication,
  CoreEndedError,
  startRemoteApplication,
} from "../../../src/answering/remote/remote-application.ts";
import { AppError } from "../../../src/platform/errors.ts";
import { COUNTS } from "../../support/core-thread.ts";
import { type TestBot, recordingLogger } from "../../support/slack-bot.ts";

let counts: Int32Array;
let logs: TestBot["logs"];
let application: RemoteApplication;

beforeEach(async () => {
  counts = new Int32Array(new SharedArrayBuffer(16));
  logs = [];
  application = await startRemoteApplication({
    open: () =>
      new Worker(new URL("../../support/core-thread.ts", import.meta.url), {
        workerData: { counts },
      }),
    logger: recordingLogger(logs),
    pingMs: 50,
    missedPings: 10,
  });
});
afterEach(async () => {
  await application[Symbol.asyncDispose]();
});

function question(text: string, signal?: AbortSignal) {
  return {
    key: `key of ${text}`,
    conversationId: "c1",
    author: "u1",
    text,
    ...(signal === undefined ? {} : { signal }),
  };
}

/** The kinds of the events of one question, and the claims' texts. */
async function ask(text: string, signal?: AbortSignal) {
  const seen: string[] = [];
  for await (const event of application.ask(question(text, signal)))
    seen.push(event.kind === "claim" ? event.claim.id : event.kind);
  return seen;
}

const WHOLE = ["step", "c1", "c2", "c3", "done"];

describe("startRemoteApplication", () => {
  it("reports from the other thread, and hands on why it cannot", async () => {
    expect(await application.report("sources")).toEqual([{ product: "prefect", version: "3" }]);
    await expect(application.report("week")).rejects.toMatchObject({ code: "some-code" });
  });

  it("answers from the other thread, event by event, and hands on what was posted", async () => {
    const seen = await ask("a question");
    await application.posted("key of a question", { surface: "test" });

    expect(seen).toEqual(WHOLE);
    expect(counts[COUNTS.posted]).toBe(1);
    await expect(application.posted("unknown", {})).rejects.toMatchObject({ code: "unknown-turn" });
    expect(application.facts).toEqual({ pages: 3, writerName: "extractive" });
  });

  it("tells what the thread counted, to several at once, and nothing once it is closed", async () => {
    const both = await Promise.all([application.metrics(), application.metrics()]);
    await application[Symbol.asyncDispose]();

    expect(both).toEqual(["threads 1\n", "threads 1\n"]);
    await expect(application.metrics()).resolves.toBe("");
  });

  it("tells an error of the core with its code, facts and hint", async () => {
    const error = await ask("refuse").catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: "some-code",
      message: "It does not work.",
      facts: { what: "this" },
      hint: "Do that.",
    });
  });

  it("ends at once when it is aborted, and ends the question in the core", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");

    const asked = ask("wait", abort.signal);
    while (counts[COUNTS.questions] === 0) await new Promise(setImmediate);
    abort.abort(reason);

    await expect(asked).rejects.toBe(reason);
    // Another question goes through: the core was not blocked by the first.
    expect(await ask("a question")).toEqual(WHOLE);
    expect(counts[COUNTS.aborted]).toBe(1);
  });

  it("ends the question in the core when nobody reads on", async () => {
    for await (const event of application.ask(question("wait"))) if (event.kind === "claim") break;
    await ask("a question");

    expect(counts[COUNTS.aborted]).toBe(1);
  });

  it("asks again in a new thread when the thread dies before anything was said", async () => {
    const both = await Promise.all([ask("die at once"), ask("another")]);

    expect(both).toEqual([["step", ...WHOLE], expect.arrayContaining(["c1", "c2", "c3", "done"])]);
    expect(application.restarts).toBe(1);
    expect(logs.map(({ event }) => event)).toContain("core.ended");
  });

  it("fails a question of which a claim was told when the thread dies, and answers the next", async () => {
    const error = await ask("die after a claim").catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(CoreEndedError);
    expect(await ask("a question")).toEqual(WHOLE);
  });

  it("fails a question at the second death of the thread", async () => {
    await expect(ask("die each time")).rejects.toThrow(CoreEndedError);

    expect(counts[COUNTS.questions]).toBe(2);
    expect(await ask("a question")).toEqual(WHOLE);
  });

  it("replaces a thread that hangs, and asks again", async () => {
    const seen = await ask("hang");

    expect(seen.filter((kind) => kind !== "step")).toEqual(["c1", "c2", "c3", "done"]);
    expect(logs.map(({ event }) => event)).toContain("core.hangs");
  });

  it("fails what is asked after it was closed", async () => {
    await application[Symbol.asyncDispose]();

    await expect(ask("a question")).rejects.toThrow("was stopped");
  });

  it("rejects with the core's own error when it cannot start", async () => {
    const folderThatIsAFile = import.meta.filename;
    const started = startRemoteApplication({
      open: () =>
        new Worker(new URL("../../../src/compose-worker.ts", import.meta.url), {
          workerData: { config: { DATA_DIR: folderThatIsAFile, LOG_LEVEL: "silent" } },
        }),
      logger: recordingLogger([]),
    });

    await expect(started).rejects.toMatchObject({ code: "data-folder" });
  });
});
