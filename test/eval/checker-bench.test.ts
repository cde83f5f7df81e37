import { describe, expect, it } from "vitest";
import {
  type BenchLine,
  checkAnswer,
  inAnswers,
  parseLines,
  renderBench,
  withPassages,
} from "../../eval/checker-bench.ts";
import type { Checker, CheckRequest, CheckVerdict } from "../../src/verification/checker.ts";
import { makeChunk } from "../support/make-chunk.ts";

const chunk = makeChunk(
  "A worker renews its lease every 30 seconds. A lease that is not renewed ends after 2 minutes.",
  { url: "https://docs.example/leases" },
);
const line = (
  id: string,
  holds: boolean,
  claim: string,
  quote = "renews its lease",
): BenchLine => ({
  id,
  question: "How long is a lease?",
  holds,
  kind: holds ? "paraphrase" : "subject",
  claim,
  passages: [{ path: "/leases", quote }],
});
const lines = [
  line("s1", true, "Every 30 seconds the lease is renewed."),
  line("s2", false, "Every 45 seconds the lease is renewed."),
  line("s3", false, "The server renews the lease of a worker."),
  line("s4", false, "A lease lasts for ever.", "ends after 2 minutes"),
];

/** Gives these verdicts, one for each sentence it is shown. */
function scripted(verdicts: readonly CheckVerdict[]) {
  const asked: CheckRequest[] = [];
  let next = 0;
  const checker: Checker = {
    name: "scripted",
    version: 1,
    mostTokens: () => 1,
    async check(request) {
      asked.push(request);
      return {
        verdicts: request.items.map(() => verdicts[next++] ?? { kind: "ok" }),
        usage: undefined,
      };
    },
  };
  return { checker, asked };
}

describe("labelled sentences", () => {
  it("are checked by code, then a few at a time by the checker, and counted by kind", async () => {
    const { checker, asked } = scripted([
      { kind: "ok" },
      { kind: "no", why: "the worker does" },
      { kind: "fix", text: "A lease ends after 2 minutes." },
    ]);
    const [answer = []] = inAnswers(await withPassages(lines, [chunk]));

    const results = await checkAnswer(answer, checker, new AbortController().signal);

    expect(results.map(([, outcome]) => outcome)).toEqual([
      { kind: "shown", detail: "Every 30 seconds the lease is renewed." },
      { kind: "by-code", detail: "number: 45" },
      { kind: "refused", detail: "the worker does" },
      { kind: "corrected", detail: "A lease ends after 2 minutes." },
    ]);
    expect(asked.map(({ question, items }) => [question, items.length])).toEqual([
      ["How long is a lease?", 1],
      ["How long is a lease?", 2],
    ]);
    expect(renderBench(results)).toMatch(/^wrong: subject +3 +1 +33\.3 % +1 +33\.3 % +1 +33\.3 %/m);
  });

  it("name what the index lacks, and what is no sentence", async () => {
    const lost = line("s9", true, "It is.", "stands on no page at all");

    await expect(withPassages([...lines, lost], [chunk])).rejects.toThrow(/s9: \/leases/);
    expect(() => parseLines('{"id":"s1"}')).toThrow(/Line 1/);
  });
});
