import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evaluate, type EvaluateOptions } from "../../eval/evaluate.ts";
import { openRecordFile, parseRecords } from "../../eval/record-file.ts";
import { makeCase, scriptedApplication } from "./support/make.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "eval-run-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cases = ["a", "b", "c", "d"].map((id) => makeCase({ id }));

function run(options: Partial<EvaluateOptions> & Pick<EvaluateOptions, "application">) {
  return evaluate({
    index: { open: async () => undefined },
    cases,
    clock: { elapsed: () => 0 },
    runId: "r",
    concurrency: 1,
    ...options,
  });
}

describe("evaluate", () => {
  it("goes on after an interruption with the cases that were not finished", async () => {
    const out = path.join(folder, "out.jsonl");
    const open = () => openRecordFile(out, { fingerprint: "f", cases, fresh: false });
    const controller = new AbortController();
    const first = open();
    const interrupted = run({
      application: scriptedApplication(() => ({})),
      signal: controller.signal,
      onCase: (records, finished) => {
        first.append(records);
        if (finished === 2) controller.abort(new Error("stopped"));
      },
    });
    await expect(interrupted).rejects.toThrow("stopped");

    const second = open();
    const application = scriptedApplication(() => ({}));
    const evaluation = await run({
      application,
      kept: second.kept,
      onCase: (records) => second.append(records),
    });
    second.finish(evaluation.records);

    expect(application.asked.map(({ text }) => text)).toEqual(["question of c", "question of d"]);
    expect(parseRecords(readFileSync(out, "utf8"), "out").map(({ id }) => id)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
    expect(evaluation.scores).toHaveLength(4);
  });

  it("reports a case that failed and scores the others in the order given", async () => {
    const application = scriptedApplication(({ text }) => {
      if (text === "question of b") throw new Error("broken");
      return {};
    });

    const evaluation = await run({ application, concurrency: 3 });

    expect(evaluation.failures.map(({ id }) => id)).toEqual(["b"]);
    expect(evaluation.scores.map(({ id }) => id)).toEqual(["a", "c", "d"]);
  });
});
