import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compose } from "../src/compose.ts";
import { loadConfig } from "../src/config/load.ts";
import type { ChunkIndex } from "../src/store/chunk-index.ts";
import { type ScriptStep, startFakeModelEndpoint } from "./support/fake-model-endpoint.ts";
import { indexCorpus, makePage } from "./support/indexed-corpus.ts";

const STAYS =
  "A flow run whose pod vanished stays in a Running state until something marks it as Crashed.";
const NOTHING = "Nothing starts the flow run again by itself when its pod dies.";
const NO = "The flow run does not start again when its pod dies.";
const LATER = "Something has to mark it as Crashed.";
const WRITTEN: ScriptStep = {
  reply: `${NO.slice(0, -1)} [2]. ${LATER.slice(0, -1)} [1].`,
};

let folder = "";
let index: ChunkIndex;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "compose-"));
  index = await indexCorpus(makePage("/zombie-runs", "Zombie runs", [`${STAYS} ${NOTHING}`]));
});
afterEach(async () => {
  await index[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** The answer to one question with these settings, and what the endpoint was asked. */
async function answerWith(settings: Readonly<Record<string, string>>, ...script: ScriptStep[]) {
  await using endpoint = await startFakeModelEndpoint({ flavour: "vllm", script });
  const { config } = loadConfig(
    {
      DATA_DIR: folder,
      OPENAI_MODEL: "small",
      OPENAI_BASE_URL: endpoint.baseUrl,
      ...settings,
    },
    undefined,
  );
  await using composed = await compose({ config, index, forgetful: true });
  const events = composed.application.ask({
    key: "k1",
    conversationId: "c1",
    author: "u1",
    text: "is a flow run started again when its pod dies?",
  });
  const all = await Array.fromAsync(events);
  const done = all.at(-1);
  if (done?.kind !== "done") throw new Error("The last event is not `done`.");
  expect(endpoint.offScript).toEqual([]);
  return {
    claims: done.answer.claims.map(({ text }) => text),
    receipt: done.receipt,
    asked: endpoint.requests.map(({ body }) => JSON.stringify(body["messages"])),
    models: endpoint.requests.map(({ body }) => body["model"]),
  };
}

const keepStanding = (name: string, refused: number) =>
  writeFileSync(
    path.join(folder, "checkers.json"),
    JSON.stringify({ [`${name} / check 2`]: { refused, wrong: 20, accepted: 20, right: 20 } }),
  );

describe("the checker", () => {
  it("is not asked while nobody knows how well the model judges: the passages are shown", async () => {
    const { claims, asked } = await answerWith({}, WRITTEN);

    expect(asked).toHaveLength(1);
    expect(claims).toEqual([NOTHING, STAYS]);
  });

  it("is the model itself once it has judged well, and its word is taken", async () => {
    keepStanding("small", 19);
    const { claims, asked, receipt } = await answerWith(
      {},
      WRITTEN,
      { reply: "1: ok" },
      { reply: "1: ok" },
    );

    expect(claims).toEqual([NO, LATER]);
    expect(asked[1]).toContain(NO);
    // 120 read and 34 written for each call.
    expect(receipt.tokens).toEqual({ input: 360, output: 102 });
  });

  it("is not asked when it has judged badly", async () => {
    keepStanding("small", 12);
    const { claims } = await answerWith({}, WRITTEN);

    expect(claims).toEqual([NOTHING, STAYS]);
  });

  it("may be another model", async () => {
    keepStanding("careful", 20);
    const { claims, models } = await answerWith(
      { OPENAI_CHECKER_MODEL: "careful" },
      WRITTEN,
      { reply: "1: ok" },
      { reply: "1: no: it is the server that marks it" },
    );

    expect(models).toEqual(["small", "careful", "careful"]);
    expect(claims).toEqual([NO]);
  });

  it("judges the bundled pairs once, until it can no longer pass, and the outcome is kept", async () => {
    const script = Array.from({ length: 2 }, (): ScriptStep => ({
      reply: [1, 2, 3, 4].map((number) => `${number}: ok`).join("\n"),
    }));
    await using endpoint = await startFakeModelEndpoint({ flavour: "vllm", script });
    const { config } = loadConfig(
      { DATA_DIR: folder, OPENAI_MODEL: "small", OPENAI_BASE_URL: endpoint.baseUrl },
      undefined,
    );
    const never = new AbortController().signal;
    {
      await using composed = await compose({ config, index, forgetful: true });
      await composed.judgeChecker(never);
      await composed.judgeChecker(never);
    }
    await using again = await compose({ config, index, forgetful: true });
    await again.judgeChecker(never);

    expect(endpoint.requests).toHaveLength(2);
    expect(JSON.parse(readFileSync(path.join(folder, "checkers.json"), "utf8"))).toEqual({
      "small / check 2": { refused: 0, wrong: 3, accepted: 5, right: 5 },
    });
  });
});
